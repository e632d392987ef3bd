package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// repository makes a repository in the working directory with a commit a day from the first of March 2026, at noon UTC.
func (p *place) repository(name string, commits int) {
	p.t.Helper()
	p.git(0, name, "init", "--quiet", "--initial-branch=main")
	for day := 1; day <= commits; day++ {
		p.git(day, name, "commit", "--quiet", "--allow-empty", "-m", fmt.Sprintf("Change %d", day))
	}
}

// git runs git in a repository at noon of a day of March 2026.
func (p *place) git(day int, name string, args ...string) {
	p.t.Helper()
	dir := filepath.Join(p.dir, name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		p.t.Fatal(err)
	}
	at := fmt.Sprintf("2026-03-%02dT12:00:00Z", max(day, 1))
	cmd := exec.Command("git", append([]string{"-c", "user.name=Somebody", "-c", "user.email=somebody@example.org"}, args...)...)
	cmd.Dir, cmd.Env = dir, slices.Concat(p.env, []string{"GIT_AUTHOR_DATE=" + at, "GIT_COMMITTER_DATE=" + at})
	if out, err := cmd.CombinedOutput(); err != nil {
		p.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

func TestGit(t *testing.T) {
	p := newPlace(t)
	p.repository("shop", 3)
	p.git(1, "shop", "tag", "-a", "-m", "one", "v1.0.0", "main~2")
	p.git(4, "shop", "tag", "-a", "-m", "two", "v1.1.0", "main")
	p.git(4, "shop", "tag", "nightly", "main")
	got := p.succeed("git", "shop", "--from", "2026-03-01", "--to", "2026-04-01")
	for _, want := range []string{
		"shop: 3 commits, 0 pull requests; mainline main; 2 tags taken as deployments of shop to production",
		"1 other tags (such as nightly)",
		"2, on 2 of 31 days",
		// From noon of the second and the third of March to noon of the fourth.
		"median 36 h",
		"left out: 1 baseline",
	} {
		if !strings.Contains(got.stdout, want) {
			t.Errorf("no %q in\n%s", want, got.stdout)
		}
	}
	if left := p.leftInScratch(); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func (p *place) leftInScratch() []string {
	left, err := filepath.Glob(filepath.Join(p.scratch, "*"))
	if err != nil {
		p.t.Fatal(err)
	}
	return left
}

func TestGitExplainsThatThereIsNoDeployment(t *testing.T) {
	p := newPlace(t)
	p.repository("shop", 2)
	p.git(2, "shop", "tag", "ship-a")
	got := p.succeed("git", "shop")
	if want := "none of the 1 tags matches; these were seen: ship-a. Say with --tags which of them are deployments"; !strings.Contains(got.stdout, want) {
		t.Errorf("no %q in\n%s", want, got.stdout)
	}
	told := p.succeed("git", "shop", "--tags", "^ship-", "--from", "2026-03-01", "--to", "2026-04-01")
	if want := "1, on 1 of 31 days"; !strings.Contains(told.stdout, want) {
		t.Errorf("no %q in\n%s", want, told.stdout)
	}
	missing := p.weir("git", "nowhere")
	if missing.status != exitFailure || strings.Count(missing.stderr, "\n") != 1 || !strings.Contains(missing.stderr, "nowhere") {
		t.Errorf("status %d, stderr %q", missing.status, missing.stderr)
	}
	if bad := p.weir("git", "shop", "--tags", "("); bad.status != exitUsage {
		t.Errorf("a broken expression: status %d, stderr %q", bad.status, bad.stderr)
	}
}

func TestSync(t *testing.T) {
	p := newPlace(t)
	p.repository("shop", 2)
	p.git(2, "shop", "tag", "v1.0.0")
	p.write("weir.yaml", "sources:\n  - name: the shop\n    git:\n      path: shop\n")
	first := p.succeed("sync", "--data-dir", "data")
	if !strings.Contains(first.stderr, "the shop: 2 commits, 1 deployments, in ") || first.stdout != "" {
		t.Errorf("stdout %q, stderr %q", first.stdout, first.stderr)
	}
	if again := p.succeed("sync", "--data-dir", "data"); !strings.Contains(again.stderr, "the shop: nothing new, in ") {
		t.Errorf("again: %q", again.stderr)
	}
	p.git(3, "shop", "tag", "v1.0.1")
	p.succeed("sync", "the shop", "--data-dir", "data")
	got := p.succeed("query", "deployment_frequency", "--from", "2026-03-01", "--to", "2026-04-01", "--format", "csv", "--data-dir", "data").stdout
	if !strings.Contains(got, "\n2,31,") {
		t.Errorf("the figures after the second sync are %q", got)
	}
	if unknown := p.weir("sync", "shop", "--data-dir", "data"); unknown.status != exitUsage || !strings.Contains(unknown.stderr, "configured are: the shop") {
		t.Errorf("an unknown source: status %d, stderr %q", unknown.status, unknown.stderr)
	}
	empty := newPlace(t)
	if none := empty.weir("sync", "--data-dir", "data"); none.status != exitFailure || !strings.Contains(none.stderr, "weir.yaml") {
		t.Errorf("without a configuration: status %d, stderr %q", none.status, none.stderr)
	}
}

func TestDemo(t *testing.T) {
	p := newPlace(t)
	first := p.succeed("demo", "--serve=false", "--speed=0", "--data-dir", "demo")
	deployed := regexp.MustCompile(`Deployment frequency +\d+\.\d+ per day +(\d+), on`)
	lead := regexp.MustCompile(`Lead time for changes +median .+`)
	if m := deployed.FindStringSubmatch(first.stdout); m == nil || len(m[1]) < 4 || !lead.MatchString(first.stdout) {
		t.Errorf("the keys of the demo are\n%s", first.stdout)
	}
	teams := p.succeed("query", "lead_time", "--by", "team", "--data-dir", "demo").stdout
	if !strings.Contains(teams, "\npayments ") {
		t.Errorf("by team:\n%s", teams)
	}
	start := time.Now()
	again := p.succeed("demo", "--serve=false", "--speed=0", "--data-dir", "demo")
	if lead.FindString(again.stdout) != lead.FindString(first.stdout) || strings.Contains(again.stderr, "making") {
		t.Errorf("the second time, after %s: stderr %q, stdout\n%s", time.Since(start), again.stderr, again.stdout)
	}

	p.write("mine/note.txt", "not a demo")
	for _, flags := range [][]string{nil, {"--reset"}} {
		got := p.weir(append([]string{"demo", "--data-dir", "mine"}, flags...)...)
		if got.status != exitFailure || !strings.Contains(got.stderr, "holds something else") || p.read("mine/note.txt") == "" {
			t.Errorf("somebody's directory: status %d, stderr %q", got.status, got.stderr)
		}
	}
}

// TestSyncThroughServer: what a server holds is collected by the server, at the wish of another process.
func TestSyncThroughServer(t *testing.T) {
	p := newPlace(t)
	p.repository("shop", 2)
	p.write("weir.yaml", "sources:\n  - name: shop\n    schedule: never\n    git: {path: shop}\n  - name: lost\n    schedule: never\n    git: {path: nowhere}\n")
	s := p.serve("serve", "--data-dir", "data")
	if got := p.succeed("sync", "shop", "--server", s.address); !strings.Contains(got.stderr, "shop: 2 commits") {
		t.Errorf("told %q", got.stderr)
	}
	if got := p.weir("sync", "--server", s.address); got.status != exitFailure || !strings.Contains(got.stderr, "shop: nothing new") || !strings.Contains(got.stderr, `source "lost"`) {
		t.Errorf("all of them: %d %q", got.status, got.stderr)
	}
	if got := p.weir("sync", "shp", "--server", s.address); got.status != exitUsage || !strings.Contains(got.stderr, `did you mean "shop"?`) {
		t.Errorf("a typo: %d %q", got.status, got.stderr)
	}
	if got := p.weir("sync", "--full", "--server", s.address); got.status != exitUsage {
		t.Errorf("--full: %d %q", got.status, got.stderr)
	}
}
