package git_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors/git"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// messages lists those of the commits on the mainline, or beside it.
func messages(tb testing.TB, lines []string, mainline bool) string {
	var found []string
	for _, c := range decode(tb, lines) {
		if c[10].(bool) == mainline {
			found = append(found, c[6].(string))
		}
	}
	slices.Sort(found)
	return strings.Join(found, " ")
}

// TestForcePush: commits and pull requests that were pushed away disappear, one that a tag keeps is no mainline any more,
// and a pull request that had landed before counts again.
func TestForcePush(t *testing.T) {
	s := newSite(t)
	root := s.commit("0")
	a := s.commit("a (#1)", root)
	b := s.commit("b", a)
	c := s.commit("c (#1)", b)
	d := s.commit("d (#2)", c)
	e := s.commit("e (#3)", d)
	s.point("refs/heads/main", e)
	s.git("tag", "v1.0", c)
	w := warehousetest.Open(t)
	configuration := git.Configuration{Path: s.dir}
	collect(t, w, "s", configuration)
	s.point("refs/heads/main", s.commit("f (#4)", b))
	collect(t, w, "s", configuration)
	got := rows(t, w, "shop")
	if on, beside := messages(t, got["commits"], true), messages(t, got["commits"], false); on != "0 a (#1) b f (#4)" || beside != "c (#1)" {
		t.Errorf("on the mainline %q, beside it %q", on, beside)
	}
	var prs []string
	for _, p := range decode(t, got["pull_requests"]) {
		prs = append(prs, fmt.Sprint(p[0], " ", p[1]))
	}
	if want := "1 a, 4 f"; strings.Join(prs, ", ") != want {
		t.Errorf("pull requests %q, want %q", prs, want)
	}
}

// TestWrongClocks: git itself takes old commits for new ones where the clock of somebody ran wrong, here by ten years.
func TestWrongClocks(t *testing.T) {
	s := newSite(t)
	root := s.commit("root")
	early := s.commit("early", root)
	now := s.now
	s.now = now.AddDate(-10, 0, 0)
	tip := early
	for i := range 10 {
		tip = s.commit(fmt.Sprintf("wrong%d", i), tip)
	}
	s.point("refs/heads/main", tip)
	w := warehousetest.Open(t)
	configuration := git.Configuration{Path: s.dir}
	collect(t, w, "s", configuration)
	before := rows(t, w, "shop")
	s.now = now.Add(time.Hour)
	topic := s.commit("topic", early)
	s.point("refs/heads/main", s.commit("Merge pull request #1 from o/topic", tip, topic))
	if f := collect(t, w, "s", configuration); f.Commits != 2 {
		t.Errorf("the second run found %+v, want 2 new commits", f)
	}
	after := rows(t, w, "shop")
	for _, row := range before["commits"] {
		if !strings.Contains(strings.Join(after["commits"], "\n"), row) {
			t.Errorf("a known commit was changed: %s", row)
		}
	}
}

// TestOtherSettings: what the old settings made is taken back.
func TestOtherSettings(t *testing.T) {
	s := newSite(t)
	a := s.commit("a (#1)")
	s.point("refs/heads/main", a)
	s.git("tag", "v1.0", a)
	s.git("tag", "live-1", a)
	w := warehousetest.Open(t)
	collect(t, w, "s", git.Configuration{Path: s.dir})
	collect(t, w, "s", git.Configuration{Path: s.dir, Repo: "acme/shop", Tags: "^live-(?P<version>.*)", Environment: "blue", EnvironmentKind: "production"})
	if left := rows(t, w, "shop"); len(left) != 0 {
		t.Errorf("left over: %v", left)
	}
	got := rows(t, w, "acme/shop")
	want := `["shop","blue","live-1","production","` + a + `","1","2026-03-02 10:00:00.000","success"]`
	if len(got["commits"]) != 1 || len(got["pull_requests"]) != 1 || strings.Join(got["deployments"], "\n") != want {
		t.Errorf("got %v", got)
	}
}

// TestForgottenHistory: the repository was rewritten and its garbage collected. What is known is right, and the rest is said.
func TestForgottenHistory(t *testing.T) {
	s := newSite(t)
	a := s.commit("a")
	s.point("refs/heads/main", s.commit("b", a))
	s.git("tag", "v1.0", "main")
	w := warehousetest.Open(t)
	collect(t, w, "s", git.Configuration{Path: s.dir})
	s.git("tag", "-d", "v1.0")
	s.point("refs/heads/main", s.commit("c", a))
	s.git("reflog", "expire", "--expire=now", "--all")
	s.git("gc", "--quiet", "--prune=now")
	if f := collect(t, w, "s", git.Configuration{Path: s.dir}); !f.Forgotten || f.Commits != 2 {
		t.Errorf("found %+v", f)
	}
	if got := rows(t, w, "shop"); len(got["deployments"]) != 0 || !strings.HasPrefix(messages(t, got["commits"], true), "a") {
		t.Errorf("got %v", got)
	}
}

// TestCloneHasNoFiles: the clone of a URL is a partial one and is private.
func TestCloneHasNoFiles(t *testing.T) {
	s := newSite(t)
	s.git("config", "uploadpack.allowFilter", "true")
	if err := os.WriteFile(filepath.Join(s.dir, "secret"), []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.git("add", "-A")
	s.git("commit", "-q", "-m", "a file")
	cache := filepath.Join(t.TempDir(), "clones")
	collect(t, warehousetest.Open(t), "s", git.Configuration{URL: "file://" + filepath.ToSlash(s.dir), CacheDir: cache})
	clones, err := filepath.Glob(filepath.Join(cache, "*"))
	if err != nil || len(clones) != 1 {
		t.Fatalf("clones %v, %v", clones, err)
	}
	if info, err := os.Stat(cache); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the cache is %v, %v", info.Mode(), err)
	}
	if objects := s.git("--git-dir", clones[0], "cat-file", "--batch-all-objects", "--batch-check=%(objecttype)"); strings.Contains(objects, "blob") {
		t.Errorf("the clone has files: %s", objects)
	}
}
