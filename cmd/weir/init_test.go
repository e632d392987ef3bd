package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestInitCanBeRead: whatever was answered, the file that is written is a configuration.
func TestInitCanBeRead(t *testing.T) {
	name := rapid.StringMatching(`[A-Za-z0-9][A-Za-z0-9._*-]{0,8}`)
	rapid.Check(t, func(t *rapid.T) {
		s := start{
			GitHub: rapid.SliceOfN(rapid.OneOf(rapid.StringMatching(`[A-Za-z0-9][A-Za-z0-9-]{0,8}`), rapid.StringMatching(`[a-z0-9]{1,5}/[A-Za-z0-9._-]{1,5}`)), 0, 3).Draw(t, "github"),
			GitLab: rapid.SliceOfN(rapid.StringMatching(`[a-z0-9]{1,5}(/[a-z0-9]{1,5})?`), 0, 3).Draw(t, "gitlab"),
			Jira:   rapid.SampledFrom([]string{"", "https://acme.atlassian.net"}).Draw(t, "jira"), JiraEmail: "you@example.org",
			JiraProjects: rapid.SliceOfN(rapid.StringMatching(`[A-Z]{1,5}`), 0, 3).Draw(t, "projects"),
			Jenkins:      rapid.SampledFrom([]string{"", "https://ci.example.org/jenkins"}).Draw(t, "jenkins"), JenkinsUser: name.Draw(t, "user"),
			PagerDuty: rapid.Bool().Draw(t, "pagerduty"),
		}
		if s.Jira == "" {
			s.JiraProjects = nil // refused: a flag that says more about nothing
		}
		if err := s.validate(); err != nil {
			t.Fatal(err)
		}
		text, err := s.yaml()
		if err != nil {
			t.Fatal(err)
		}
		var c configuration
		if err := c.parse("f.yaml", text); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		want := 0
		for _, used := range []bool{len(s.GitHub) > 0, len(s.GitLab) > 0, s.Jira != "", s.Jenkins != "", s.PagerDuty} {
			if used {
				want++
			}
		}
		if len(c.Sources) != want {
			t.Fatalf("%d sources, want %d\n%s", len(c.Sources), want, text)
		}
	})
}

func TestInit(t *testing.T) {
	p := newPlace(t)
	got := p.succeed("init", "--github", "acme,acme-labs/tool", "--jira", "https://acme.atlassian.net", "--jira-project", "PAY", "--jenkins", "https://ci.example.org")
	for _, want := range []string{"wrote weir.yaml", "GITHUB_TOKEN, JIRA_TOKEN, JENKINS_TOKEN", "weir check"} {
		if !strings.Contains(got.stderr, want) {
			t.Errorf("no %q in %q", want, got.stderr)
		}
	}
	text, err := os.ReadFile(filepath.Join(p.dir, "weir.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`organisations: ["acme"]`, `repos: ["acme-labs/tool"]`, `projects: ["PAY"]`, "token: {env: JENKINS_TOKEN}", "Pull requests, Actions, Deployments"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if again := p.weir("init"); again.status != exitFailure || !strings.Contains(again.stderr, "weir.yaml exists already") {
		t.Errorf("again: %d %q", again.status, again.stderr)
	}
	if wrong := p.weir("init", "--file", "x.yaml", "--jira", "acme"); wrong.status != exitUsage || !strings.Contains(wrong.stderr, "is not an address") {
		t.Errorf("a wrong address: %d %q", wrong.status, wrong.stderr)
	}
	for _, args := range [][]string{{"--github", "https://github.com/acme/shop"}, {"--jira-project", "PAY"}, {"--gitlab-url", "https://git.example.org"}} {
		if wrong := p.weir(append([]string{"init", "--file", "y.yaml"}, args...)...); wrong.status != exitUsage {
			t.Errorf("%v: %d %q", args, wrong.status, wrong.stderr)
		}
	}
	empty := newPlace(t)
	empty.succeed("init") // no terminal, no flags: everything stands there as comments
	// Without their marks the comments are a configuration.
	var c configuration
	text = regexp.MustCompile(`(?m)^# ([a-z ])`).ReplaceAll([]byte(empty.read("weir.yaml")), []byte("$1"))
	_, examples, _ := strings.Cut(string(text), "\nsources:")
	if err := c.parse("f.yaml", []byte("sources:"+regexp.MustCompile(`(?m)^(What|Where|#).*$`).ReplaceAllString(examples, ""))); err != nil || len(c.Sources) != 6 || len(c.Teams) != 1 {
		t.Errorf("the comments: %d sources, %v\n%s", len(c.Sources), err, examples)
	}
	if got := empty.succeed("check"); !strings.Contains(got.stdout, "weir.yaml is well formed: 0 sources") {
		t.Errorf("check said %q", got.stdout)
	}
}

// TestCheck asks a git source that works and one that does not.
func TestCheck(t *testing.T) {
	p := newPlace(t)
	p.repository("shop", 1)
	p.write("weir.yaml", "sources:\n  - name: shop\n    git: {path: shop}\n  - name: lost\n    git: {path: nowhere}\n")
	got := p.weir("check")
	if got.status != exitFailure {
		t.Errorf("status %d", got.status)
	}
	for _, want := range []string{"weir.yaml is well formed: 2 sources", "shop (git)\n  may read: the repository shop, mainline main", "lost (git)\n  cannot be read: "} {
		if !strings.Contains(got.stdout, want) {
			t.Errorf("no %q in\n%s", want, got.stdout)
		}
	}
	if !strings.Contains(got.stderr, "1 of 2 sources cannot be read as configured") {
		t.Errorf("told %q", got.stderr)
	}
	if one := p.succeed("check", "shop"); strings.Contains(one.stdout, "lost") {
		t.Errorf("asked for one: %q", one.stdout)
	}
	if typo := p.weir("check", "shopp"); typo.status != exitUsage || !strings.Contains(typo.stderr, `did you mean "shop"?`) {
		t.Errorf("a typo: %d %q", typo.status, typo.stderr)
	}
}
