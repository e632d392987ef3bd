package git

import (
	"bufio"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestRecognise(t *testing.T) {
	for _, c := range []struct {
		name    string
		message string
		parents int
		want    mention // number 0: none
	}{
		{"GitHub merge", "Merge pull request #12 from grace/feature/cart\n\nAdd a cart", 2, mention{12, "Add a cart", "feature/cart", ""}},
		{"GitHub merge without a title", "Merge pull request #12 from grace/cart", 2, mention{12, "", "cart", ""}},
		{"GitHub merge, number behind", "Merge pull request #12 from grace/cart (#99)\n\nAdd (#98)", 2, mention{12, "Add (#98)", "cart", ""}},
		{"GitHub merge titled as the pull request", "Add a cart (#12)\n\nWhy", 2, mention{12, "Add a cart", "", ""}},
		{"GitHub squash", "Add a cart (#12)\n\n* one (#3)\n* two", 1, mention{12, "Add a cart", "", ""}},
		{"squash, carriage returns", "Add a cart (#12)\r\n\r\nmore", 1, mention{12, "Add a cart", "", ""}},
		{"revert by pull request", `Revert "Add a cart (#12)" (#15)`, 1, mention{15, `Revert "Add a cart (#12)"`, "", ""}},
		{"revert without one", `Revert "Add a cart (#12)"`, 1, mention{}},
		{"copied merge", "Merge pull request #12 from grace/cart (#12)", 1, mention{}},
		{"number inside", "Fix (#12) again", 1, mention{}},
		{"number below", "Fix\n\n(#12)", 1, mention{}},
		{"only a number", "(#12)", 1, mention{}},
		{"zero", "Fix (#0)", 1, mention{}},
		{"too large", "Fix (#99999999999999999999)", 1, mention{}},
		{"Bitbucket Cloud", "Merged in feature/x (pull request #7)\n\nA title\n\nApproved-by: Ada", 2, mention{7, "A title", "feature/x", ""}},
		{"Bitbucket Cloud squash", "A title (pull request #7)", 1, mention{7, "A title", "", ""}},
		{"Bitbucket Data Center", "Merge pull request #8 in SHOP/cart from feature/x to master\n\n* commit 'abc':\n  Work", 2, mention{8, "", "feature/x", "master"}},
		{"Gitea", "Merge pull request 'A title' (#9) from grace/x into main\n\nReviewed-on: y", 2, mention{9, "A title", "x", "main"}},
		{"GitLab", "Merge branch 'x/y' into 'main'\n\nA title\n\nCloses #3\n\nSee merge request acme/shop!21", 2, mention{21, "A title", "x/y", "main"}},
		{"GitLab, no title", "Merge branch 'x' into 'main'\n\nSee merge request !21", 2, mention{21, "", "x", "main"}},
		{"a merge of the mainline", "Merge branch 'main' into 'x'", 2, mention{}},
		{"GitLab, copied", "Merge branch 'x' into 'main'\n\nSee merge request acme/shop!21", 1, mention{}},
		{"GitLab fast-forward", "A title\n\nSee merge request acme/shop!21", 1, mention{21, "A title", "", ""}},
		{"Azure", "Merged PR 31: A title", 2, mention{31, "A title", "", ""}},
		{"bors", "Auto merge of #5 - grace:cart, r=ada\n\nA title", 2, mention{5, "A title", "cart", ""}},
		{"empty", "", 0, mention{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := recognise(c.message, c.parents)
			if got != c.want || ok != (c.want.number > 0) {
				t.Errorf("got %+v, %v; want %+v", got, ok, c.want)
			}
		})
	}
}

func TestTagPattern(t *testing.T) {
	for _, c := range []struct {
		pattern, tag string
		want         named
		ok           bool
	}{
		{"", "v1.2.3", named{version: "1.2.3"}, true},
		{"", "1.2", named{version: "1.2"}, true},
		{"", "2024.01.31", named{version: "2024.01.31"}, true},
		{"", "checkout-1.2.3", named{version: "1.2.3"}, true},
		{"", "api/v1.2.3", named{version: "1.2.3"}, true},
		{"", "@acme/ui@1.2.3", named{version: "1.2.3"}, true},
		{"", "alpha-service-1.2.3", named{version: "1.2.3"}, true},
		{"", "REL_16_1", named{version: "16_1"}, true},
		{"", "v1.2.3.Final", named{version: "1.2.3.Final"}, true},
		{"", "v1.2.3+build.5", named{version: "1.2.3+build.5"}, true},
		{"", "release_417", named{version: "417"}, true},
		{"", "release-2024-01-31", named{version: "2024-01-31"}, true},
		{"", "releases/summer", named{version: "summer"}, true},
		{"", "release-1.2.3-rc1", named{}, false},
		{"", "release-1.2-beta", named{}, false},
		{"", "v1.2.3-rc1", named{}, false},
		{"", "1.2.3-alpha.4", named{}, false},
		{"", "v1.2.3beta1", named{}, false},
		{"", "v1.2.0rc2", named{}, false},
		{"", "nightly-2024.01.31", named{}, false},
		{"", "v1", named{}, false},
		{"", "latest", named{}, false},
		{"", "", named{}, false},
		{`^(?P<environment>live|stage)/(?P<service>[a-z]+)/(?P<version>.+)$`, "live/cart/42", named{"cart", "42", "live"}, true},
		{`^deploy-`, "deploy-7", named{version: "deploy-7"}, true},
		{`^deploy-`, "v1.2.3", named{}, false},
	} {
		p, err := newTagPattern(c.pattern)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := p.match(c.tag); got != c.want || ok != c.ok {
			t.Errorf("%q for %q: got %+v, %v; want %+v, %v", c.pattern, c.tag, got, ok, c.want, c.ok)
		}
	}
}

func TestNames(t *testing.T) {
	for address, want := range map[string]string{
		"git@code.example.org:acme/shop.git":         "acme/shop",
		"code.example.org:acme/shop":                 "acme/shop",
		"https://me:x@code.example.org/acme/shop/":   "acme/shop",
		"https://code.example.org/a/b/c.git":         "a/b/c",
		"ssh://git@code.example.org:22/acme/shop":    "acme/shop",
		"https://code.example.org/scm/ACME/shop.git": "ACME/shop",
		"file:///somewhere/shop.git":                 "",
		"/somewhere/shop":                            "",
		"../shop":                                    "",
		`C:\somewhere\shop`:                          "",
		"":                                           "",
	} {
		if got := nameOfURL(address); got != want {
			t.Errorf("%s: got %q, want %q", address, got, want)
		}
	}
	for folder, want := range map[string]string{"/a/shop": "shop", "/a/shop.git": "shop", "/a/shop/.git": "shop", "/a/shop/": "shop"} {
		if got := nameOfFolder(folder); got != want {
			t.Errorf("%s: got %q, want %q", folder, got, want)
		}
	}
	if got := complaint("warning: x\nfatal: unable to access 'https://me:tok@h/x'"); got != "unable to access 'https://h/x'" {
		t.Errorf("got %q", got)
	}
}

func TestMoment(t *testing.T) {
	for _, c := range []struct {
		text string
		want time.Time
		ok   bool
	}{
		{"0", time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC), true},
		{"1772442000", time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), true},
		{"-86400", time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC), true},
		{"99999999999999999999999", time.Date(2299, 12, 31, 23, 59, 59, 0, time.UTC), true},
		{"", time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC), false},
		{"soon", time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC), false},
	} {
		if got, ok := moment(c.text); !got.Equal(c.want) || ok != c.ok {
			t.Errorf("%q: got %v, %v; want %v, %v", c.text, got, ok, c.want, c.ok)
		}
	}
}

const someID = "0123456789abcdef0123456789abcdef01234567"

func FuzzReadLog(f *testing.F) {
	one := strings.Join([]string{someID, someID + " " + someID, "Ada", "ada@example.org", "1772442000", "1772442000", "Add (#1)\n\nx\n"}, "\x00") + "\x00"
	f.Add(one)
	f.Add(one + one)
	f.Add(one[:len(one)-1])
	f.Add(strings.Replace(one, "1772442000", "-5", 1))
	f.Add(strings.Replace(one, "Ada", "\xff\xfe", 1))
	f.Add("\x00\x00\x00\x00\x00\x00\x00")
	f.Fuzz(func(t *testing.T, text string) {
		n := 0
		err := readLog(bufio.NewReader(strings.NewReader(text)), func(c commit) error {
			n++
			if !isObjectID(c.sha) {
				t.Errorf("id %q", c.sha)
			}
			for _, s := range []string{c.author, c.email, c.message} {
				if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
					t.Errorf("text %q", s)
				}
			}
			for _, at := range []time.Time{c.authoredAt, c.committed} {
				if at.Year() < 1970 || at.Year() > 2299 {
					t.Errorf("time %v", at)
				}
			}
			return nil
		})
		if err == nil && n*7 != strings.Count(text, "\x00") {
			t.Errorf("%d commits of %d fields", n, strings.Count(text, "\x00"))
		}
		if err != nil && !errors.Is(err, errLog) {
			t.Errorf("error %v", err)
		}
	})
}

func FuzzRecognise(f *testing.F) {
	f.Add("Merge pull request #12 from a/b\n\nTitle", 2)
	f.Add("Merge branch 'x' into 'y'\n\nSee merge request g/p!12", 2)
	f.Add("Title (#12)", 1)
	f.Add("Merged in x (pull request #3)", 2)
	f.Add("Merge pull request 'x' (#4) from b into c", 3)
	f.Fuzz(func(t *testing.T, message string, parents int) {
		m, ok := recognise(message, parents)
		if ok != (m.number > 0) {
			t.Errorf("%+v, %v", m, ok)
		}
		if !ok && m != (mention{}) {
			t.Errorf("none, but %+v", m)
		}
		subject, _, _ := strings.Cut(message, "\n")
		if ok && parents < 2 && strings.HasPrefix(subject, "Merge pull request ") {
			t.Errorf("a copied merge was taken for a pull request: %q", message)
		}
		if strings.ContainsAny(m.title+m.head+m.base, "\n") {
			t.Errorf("several lines: %+v", m)
		}
	})
}

func FuzzTagPattern(f *testing.F) {
	for _, tag := range []string{"v1.2.3", "release-1", "a@1.0", "v1-rc1", "\xff", "release-\xff"} {
		f.Add("", tag)
		f.Add(`^(?P<service>\w+)-(?P<version>.+)$`, tag)
	}
	f.Fuzz(func(t *testing.T, text, tag string) {
		p, err := newTagPattern(text)
		if err != nil {
			return
		}
		n, ok := p.match(tag)
		if ok && n.version == "" && tag != "" || !ok && n != (named{}) {
			t.Errorf("%q for %q: %+v, %v", text, tag, n, ok)
		}
		d := settings{Service: "s", Environment: "e"}.deployment(p, namedTag(tag))
		if d.Service == "" || d.Environment == "" {
			t.Errorf("%q for %q: %+v", text, tag, d)
		}
	})
}

func namedTag(name string) tag { return tag{name: name} }

func FuzzCursor(f *testing.F) {
	f.Add(cursor{Settings: settings{Repo: "a/b"}, States: []state{{Tip: someID, Tags: map[string]string{"v1": someID}}}}.String())
	f.Add(`{"states":[{"tip":"--all"}]}`)
	f.Add(`{`)
	f.Fuzz(func(t *testing.T, text string) {
		c, err := parseCursor(text)
		if err != nil {
			return
		}
		for _, s := range c.States {
			if s.Tip != "" && !isObjectID(s.Tip) {
				t.Errorf("tip %q", s.Tip)
			}
		}
		if again, err := parseCursor(c.String()); err != nil || again.String() != c.String() {
			t.Errorf("%v: %s became %s", err, c, again)
		}
	})
}
