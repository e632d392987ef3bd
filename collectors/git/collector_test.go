package git_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors/git"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

func decode(tb testing.TB, lines []string) [][]any {
	tb.Helper()
	var out [][]any
	for _, line := range lines {
		var row []any
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			tb.Fatalf("%s: %v", line, err)
		}
		out = append(out, row)
	}
	return out
}

func TestOneOfEach(t *testing.T) {
	s := newSite(t)
	s.git("remote", "add", "origin", "git@code.example.org:acme/shop.git")
	root := s.commit("Begin")
	// A branch of two commits, merged by a merge commit.
	f1 := s.commitBy("Grace", "Part one", root)
	f2 := s.commitBy("Bela", "Part two", f1)
	merge := s.commit("Merge pull request #12 from grace/feature/cart\n\nAdd a cart", root, f2)
	squash := s.commitBy("Grace", "Faster search (#13)\n\n* a\n* b", merge)
	plain := s.commit("Fix a typo", squash)
	s.point("refs/heads/main", plain)
	s.git("tag", "v1.0.0", merge)
	s.now = s.now.Add(time.Hour)
	s.git("tag", "-a", "-m", "second", "v1.1.0", squash)
	s.git("tag", "v1.2.0-rc1", plain)
	s.git("tag", "some-mark", plain)

	w := warehousetest.Open(t)
	found := collect(t, w, "shop git", git.Configuration{Path: s.dir})
	want := git.Finding{
		Repo: "acme/shop", Service: "shop", Environment: "production", Branch: "main", Tip: plain,
		Commits: 6, PullRequests: 2, Deployments: 2,
		Tags: 2, TagExamples: []string{"v1.0.0", "v1.1.0"}, TagsUnmatched: 2, UnmatchedExamples: []string{"some-mark", "v1.2.0-rc1"},
	}
	if got, want := asJSON(t, found), asJSON(t, want); got != want {
		t.Errorf("found %s\n want %s", got, want)
	}
	all := rows(t, w, "acme/shop")
	mainline := map[string]bool{}
	for _, c := range decode(t, all["commits"]) {
		mainline[c[0].(string)] = c[10].(bool)
	}
	for id, want := range map[string]bool{root: true, f1: false, f2: false, merge: true, squash: true, plain: true} {
		if got, ok := mainline[id]; !ok || got != want {
			t.Errorf("commit %s: mainline %v (known %v), want %v", id, got, ok, want)
		}
	}
	// Commits take an hour each from 10:00 on; the second tag is an hour after the last.
	wantPRs := []string{
		`[12,"Add a cart","Bela","main","feature/cart","2026-03-02 13:00:00.000","2026-03-02 11:00:00.000","2026-03-02 13:00:00.000","2026-03-02 13:00:00.000","` + merge + `",["` + f1 + `","` + f2 + `"]]`,
		`[13,"Faster search","Grace","main","","2026-03-02 14:00:00.000","2026-03-02 14:00:00.000","2026-03-02 14:00:00.000","2026-03-02 14:00:00.000","` + squash + `",["` + squash + `"]]`,
	}
	if got := all["pull_requests"]; !slices.Equal(got, wantPRs) {
		t.Errorf("pull requests\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(wantPRs, "\n"))
	}
	wantDeployments := []string{
		`["shop","production","v1.0.0","","` + merge + `","1.0.0","2026-03-02 13:00:00.000","success"]`,
		`["shop","production","v1.1.0","","` + squash + `","1.1.0","2026-03-02 16:00:00.000","success"]`,
	}
	if got := all["deployments"]; !slices.Equal(got, wantDeployments) {
		t.Errorf("deployments\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(wantDeployments, "\n"))
	}
	if again := collect(t, w, "shop git", git.Configuration{Path: s.dir}); !again.Unchanged || again.Commits != 0 {
		t.Errorf("a second run wrote: %+v", again)
	}
}

func asJSON(tb testing.TB, v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

// TestOddRepositories: nothing that a repository can be may crash the collector.
func TestOddRepositories(t *testing.T) {
	w := warehousetest.Open(t)
	for _, c := range []struct {
		name  string
		build func(s *site) git.Configuration
		want  func(f git.Finding) bool
	}{
		{"no commits", func(s *site) git.Configuration { return git.Configuration{Path: s.dir} },
			func(f git.Finding) bool { return f.Branch == "main" && f.Commits == 0 && f.Tip == "" }},
		{"detached", func(s *site) git.Configuration {
			id := s.commit("a")
			s.git("checkout", "-q", "--detach", id)
			return git.Configuration{Path: s.dir}
		}, func(f git.Finding) bool { return f.Branch == "" && f.Commits == 1 }},
		{"the remote's default branch while a feature is checked out", func(s *site) git.Configuration {
			s.point("refs/remotes/origin/develop", s.commit("a"))
			s.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/develop")
			s.point("refs/heads/main", s.commit("b"))
			return git.Configuration{Path: s.dir}
		}, func(f git.Finding) bool { return f.Branch == "develop" && f.Commits == 1 }},
		{"a bare repository with branches of an old remote", func(s *site) git.Configuration {
			a := s.commit("a")
			s.point("refs/remotes/origin/main", a)
			s.point("refs/heads/main", s.commit("b", a))
			s.git("config", "core.bare", "true")
			return git.Configuration{Path: filepath.Join(s.dir, ".git")}
		}, func(f git.Finding) bool { return f.Branch == "main" && f.Commits == 2 }},
		{"a bare repository whose HEAD is only a branch of an old remote", func(s *site) git.Configuration {
			a := s.commit("a")
			s.point("refs/remotes/origin/main", a)
			s.point("refs/heads/trunk", s.commit("b", a))
			s.git("config", "core.bare", "true")
			return git.Configuration{Path: filepath.Join(s.dir, ".git")}
		}, func(f git.Finding) bool { return f.Branch == "trunk" && f.Commits == 2 }},
		{"a named branch of a bare repository", func(s *site) git.Configuration {
			a := s.commit("a")
			s.point("refs/remotes/origin/next", a)
			s.point("refs/heads/next", s.commit("b", a))
			s.git("config", "core.bare", "true")
			return git.Configuration{Path: filepath.Join(s.dir, ".git"), Branch: "next"}
		}, func(f git.Finding) bool { return f.Branch == "next" && f.Commits == 2 }},
		{"tags of trees, files and tags", func(s *site) git.Configuration {
			id := s.commit("a")
			s.point("refs/heads/main", id)
			s.point("refs/tags/v1.0", s.tree)
			s.git("tag", "-a", "-m", "x", "v1.1", s.tree)
			s.git("tag", "-a", "-m", "x", "v1.2", id)
			s.git("tag", "-a", "-m", "x", "v1.3", "v1.2")
			return git.Configuration{Path: s.dir}
		}, func(f git.Finding) bool { return f.Tags == 2 && f.TagsElsewhere == 2 && f.Deployments == 2 }},
		{"a release beside the mainline", func(s *site) git.Configuration {
			a := s.commit("a")
			s.point("refs/heads/main", s.commit("b", a))
			s.git("tag", "v1.0.1", s.commit("c", a))
			return git.Configuration{Path: s.dir}
		}, func(f git.Finding) bool { return f.Commits == 3 && f.Deployments == 1 }},
		{"a folder of its own .git", func(s *site) git.Configuration {
			s.point("refs/heads/main", s.commit("a"))
			return git.Configuration{Path: filepath.Join(s.dir, ".git")}
		}, func(f git.Finding) bool { return f.Commits == 1 && f.Repo == "shop" }},
		{"dates nobody lived in, text that is no text", func(s *site) git.Configuration {
			raw := "tree " + s.tree + "\nauthor A\xff <a> 99999999999999 +0000\ncommitter B <b> 7 -0700\n\nm\xfe\x01\n\n(#9)\n"
			file := filepath.Join(s.dir, "raw")
			if err := os.WriteFile(file, []byte(raw), 0o600); err != nil {
				s.tb.Fatal(err)
			}
			s.point("refs/heads/main", s.git("hash-object", "-t", "commit", "--literally", "-w", file))
			return git.Configuration{Path: s.dir}
		}, func(f git.Finding) bool { return f.Commits == 1 && f.PullRequests == 0 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := collect(t, w, c.name, c.build(newSite(t))); !c.want(got) {
				t.Errorf("found %+v", got)
			}
		})
	}
	t.Run("sha-256", func(t *testing.T) {
		s := newSite(t, "--object-format=sha256")
		a := s.commit("a")
		s.point("refs/heads/main", s.commit("Merge pull request #1 from x/y", a, s.commit("b", a)))
		if got := collect(t, w, "sha-256", git.Configuration{Path: s.dir}); got.Commits != 3 || got.PullRequests != 1 {
			t.Errorf("found %+v", got)
		}
	})
}

func TestComplaints(t *testing.T) {
	w := warehousetest.Open(t)
	s := newSite(t)
	s.point("refs/heads/main", s.commit("a"))
	inside := filepath.Join(s.dir, "inside")
	if err := os.Mkdir(inside, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		config git.Configuration
		want   string
	}{
		{"nothing", git.Configuration{}, "path or the URL"},
		{"both", git.Configuration{Path: "a", URL: "b"}, "not both"},
		{"an option as URL", git.Configuration{URL: "--upload-pack=touch x", CacheDir: t.TempDir()}, "is not the URL"},
		{"a program as URL", git.Configuration{URL: "ext::sh -c true", CacheDir: t.TempDir()}, "is not the URL"},
		{"no folder", git.Configuration{Path: filepath.Join(s.dir, "nowhere")}, "not a folder"},
		{"an option as path", git.Configuration{Path: "--help"}, "not a folder"},
		{"no repository", git.Configuration{Path: t.TempDir()}, "is not a git repository"},
		{"inside", git.Configuration{Path: inside}, "only a folder inside a git repository"},
		{"no such branch", git.Configuration{Path: s.dir, Branch: "--all"}, `no branch "--all"; it has: main`},
		{"clone refused", git.Configuration{URL: "file://" + filepath.ToSlash(t.TempDir()), CacheDir: t.TempDir()}, "check the address"},
		{"pattern", git.Configuration{Path: s.dir, Tags: "("}, "not a regular expression"},
		{"group", git.Configuration{Path: s.dir, Tags: "(?P<versoin>.*)"}, `"versoin"`},
		{"kind", git.Configuration{Path: s.dir, EnvironmentKind: "prod"}, "none of production"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := tryCollect(t, w, "s", c.config)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want something with %q", err, c.want)
			}
		})
	}
	t.Run("no git", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir())
		_, err := tryCollect(t, w, "s", git.Configuration{Path: s.dir})
		if err == nil || !strings.Contains(err.Error(), "install git") {
			t.Errorf("got %v", err)
		}
	})
}

func TestSecretsStayOut(t *testing.T) {
	_, err := tryCollect(t, nil, "s", git.Configuration{URL: "https://me:s3cret@host::x/y", CacheDir: "c"})
	if err == nil || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("got %v", err)
	}
}

// TestURL follows a repository by its URL: branches and tags that vanish, a default branch that changes.
func TestURL(t *testing.T) {
	s := newSite(t)
	s.git("config", "uploadpack.allowFilter", "true")
	a := s.commit("a")
	b := s.commit("b (#1)", a)
	s.point("refs/heads/main", b)
	s.git("tag", "v1.0", b)
	w := warehousetest.Open(t)
	c := git.Configuration{URL: "file://" + filepath.ToSlash(s.dir), CacheDir: t.TempDir()}
	if f := collect(t, w, "u", c); f.Commits != 2 || f.Deployments != 1 || f.Repo != "shop" {
		t.Fatalf("first run found %+v", f)
	}
	if f := collect(t, w, "u", c); !f.Unchanged {
		t.Fatalf("second run found %+v", f)
	}
	s.git("tag", "-d", "v1.0")
	s.point("refs/heads/main", s.commit("c (#2)", a))
	s.git("branch", "trunk", "main")
	if f := collect(t, w, "u", c); f.Commits != 1 || f.Tags != 0 {
		t.Fatalf("after the rewrite found %+v", f)
	}
	got := rows(t, w, "shop")
	if len(got["commits"]) != 2 || len(got["pull_requests"]) != 1 || len(got["deployments"]) != 0 {
		t.Errorf("after the rewrite there are %v", got)
	}
	s.git("symbolic-ref", "HEAD", "refs/heads/trunk")
	s.git("branch", "-D", "main")
	if f := collect(t, w, "u", c); f.Branch != "trunk" {
		t.Errorf("after the default branch changed found %+v", f)
	}
	if got := rows(t, w, "shop"); len(got["commits"]) != 2 || !strings.Contains(got["pull_requests"][0], `"trunk"`) {
		t.Errorf("after the default branch changed there are %v", got)
	}
}

// TestShallow: a shallow clone gives what it has; deepening it gives the rest.
func TestShallow(t *testing.T) {
	s := newSite(t)
	a := s.commit("a")
	b := s.commit("b", a)
	s.point("refs/heads/main", s.commit("c", b))
	clone := filepath.Join(t.TempDir(), "clone")
	s.git("clone", "-q", "--depth=1", "file://"+filepath.ToSlash(s.dir), clone)
	w := warehousetest.Open(t)
	if f := collect(t, w, "s", git.Configuration{Path: clone}); !f.Shallow || f.Commits != 1 {
		t.Fatalf("shallow: %+v", f)
	}
	s.git("-C", clone, "fetch", "-q", "--unshallow")
	if f := collect(t, w, "s", git.Configuration{Path: clone}); f.Shallow || f.Commits != 3 {
		t.Fatalf("deepened: %+v", f)
	}
	if got := rows(t, w, "clone"); len(got["commits"]) != 3 {
		t.Errorf("there are %v", got)
	}
}

func TestLineCounts(t *testing.T) {
	s := newSite(t)
	write := func(name, text, message string) {
		if err := os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s.git("add", "-A")
		s.git("commit", "-q", "-m", message)
	}
	write("a", "1\n2\n3\n", "one")
	write("a", "1\n3\n4\n5\n", "two")
	write("b", "\x00\x01", "binary")
	s.git("commit", "-q", "--allow-empty", "-m", "nothing")
	w := warehousetest.Open(t)
	collect(t, w, "l", git.Configuration{Path: s.dir, LineCounts: true})
	got := map[string]string{}
	for _, c := range decode(t, rows(t, w, "shop")["commits"]) {
		got[c[6].(string)] = asJSON(t, c[7:10])
	}
	for message, want := range map[string]string{"one": `[3,0,1]`, "two": `[2,1,1]`, "binary": `[0,0,1]`, "nothing": `[0,0,0]`} {
		g := strings.ReplaceAll(got[message], `"`, "")
		if g != want {
			t.Errorf("%s: %s, want %s", message, g, want)
		}
	}
}
