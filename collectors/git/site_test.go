package git_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/collectors/git"
	"github.com/weirhq/weir/warehouse"
)

// site is a repository under construction. Its commits have no files: only the graph matters, except where a test says so.
type site struct {
	tb   testing.TB
	dir  string
	tree string
	now  time.Time // of the next commit; every commit takes an hour
}

func newSite(tb testing.TB, options ...string) *site {
	tb.Helper()
	tb.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	tb.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	return makeSite(tb, filepath.Join(tb.TempDir(), "shop"), options...)
}

func makeSite(tb testing.TB, dir string, options ...string) *site {
	s := &site{tb: tb, dir: dir, now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		tb.Fatal(err)
	}
	s.git(append([]string{"init", "--quiet", "-b", "main"}, options...)...)
	s.tree = s.git("hash-object", "-t", "tree", "-w", "--stdin")
	return s
}

// git runs git in the site; author and committer are Ada at s.now unless the environment given says otherwise.
func (s *site) git(args ...string) string { return s.gitEnv(nil, args...) }

func (s *site) gitEnv(env []string, args ...string) string {
	s.tb.Helper()
	date := s.now.Format(time.RFC3339)
	cmd := exec.Command("git", args...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "GIT_AUTHOR_NAME=Ada", "GIT_AUTHOR_EMAIL=ada@example.org", "GIT_AUTHOR_DATE="+date,
		"GIT_COMMITTER_NAME=Ada", "GIT_COMMITTER_EMAIL=ada@example.org", "GIT_COMMITTER_DATE="+date)
	cmd.Env = append(cmd.Env, env...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		s.tb.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return strings.TrimSpace(string(out))
}

// commit makes a commit on the parents, an hour after the last one, and returns its id.
func (s *site) commit(message string, parents ...string) string {
	s.tb.Helper()
	return s.commitBy("Ada", message, parents...)
}

func (s *site) commitBy(author, message string, parents ...string) string {
	s.tb.Helper()
	s.now = s.now.Add(time.Hour)
	args := []string{"commit-tree", s.tree, "-m", message}
	for _, p := range parents {
		args = append(args, "-p", p)
	}
	return s.gitEnv([]string{"GIT_AUTHOR_NAME=" + author}, args...)
}

func (s *site) point(ref, id string) { s.tb.Helper(); s.git("update-ref", ref, id) }

// rows is what the warehouse holds of a repository, as text, one line a record, in the order of the keys.
func rows(tb testing.TB, w *warehouse.Warehouse, repo string) map[string][]string {
	tb.Helper()
	all := map[string][]string{}
	for table, columns := range map[string]string{
		"commits":       "sha, parents, author, author_email, authored_at, committed_at, message, additions, deletions, files_changed, mainline",
		"pull_requests": "number, title, author, base_branch, head_branch, created_at, first_commit_at, merged_at, updated_at, merge_sha, commits",
		"deployments":   "service, environment, id, environment_kind, sha, version, finished_at, result",
	} {
		var found []struct {
			Row string `ch:"row"`
		}
		sql := fmt.Sprintf("SELECT trimRight(formatRow('JSONCompactEachRow', %s), '\\n') AS row FROM %s FINAL WHERE repo = {repo:String} ORDER BY row", columns, table)
		if err := w.Select(context.Background(), &found, sql, warehouse.Params{"repo": repo}); err != nil {
			tb.Fatal(err)
		}
		for _, f := range found {
			// Encoded again, because the engine's way of writing JSON is its own.
			var row any
			if err := json.Unmarshal([]byte(f.Row), &row); err != nil {
				tb.Fatal(err)
			}
			text, err := json.Marshal(row)
			if err != nil {
				tb.Fatal(err)
			}
			all[table] = append(all[table], string(text))
		}
	}
	return all
}

// collect runs a collector once, as the runner does, and tells what it found.
func collect(tb testing.TB, store collectors.Store, name string, c git.Configuration) git.Finding {
	tb.Helper()
	found, err := tryCollect(tb, store, name, c)
	if err != nil {
		tb.Fatal(err)
	}
	return found
}

func tryCollect(tb testing.TB, store collectors.Store, name string, c git.Configuration) (git.Finding, error) {
	tb.Helper()
	collector, err := git.New(c)
	if err != nil {
		return git.Finding{}, err
	}
	log := slog.New(slog.NewTextHandler(tb.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	runner, err := collectors.New(store, []collectors.Source{{Name: name, Collector: collector}}, collectors.Options{Log: log})
	if err != nil {
		tb.Fatal(err)
	}
	err = runner.Collect(context.Background(), collectors.Order{})
	return collector.Finding(), err
}
