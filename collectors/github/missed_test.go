package github_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/warehouse"
)

var null = json.RawMessage("null")

// TestMissedPullRequest: a pull request that GitHub cannot answer for is asked for again by the following syncs, whether
// it was missed by the back-fill or later, until it is answered or not there any more.
func TestMissedPullRequest(t *testing.T) {
	s := newShop(t)
	s.cfg.PageSize = 3
	for i := range 8 {
		s.pull(i+1, s.heads["main"])
	}
	broken := func(number int) { s.pulls[number-1]["broken"] = null }
	broken(2)
	broken(5)
	broken(6)
	s.wrong["Pulls"] = []obj{{"message": "that did not work", "path": []any{"repository", "pullRequests", "nodes", 0}, "partial": true}}
	s.sync()
	count := func(want int) {
		t.Helper()
		if got := len(s.of("acme/shop")["pull_requests"]); got != want {
			t.Fatalf("%d pull requests, want %d", got, want)
		}
	}
	count(5)
	delete(s.pulls[1], "broken")
	s.sync() // nothing has changed that the list would tell of
	count(6)
	s.event(s.pulls[7], "IssueComment", "IC_1", obj{"author": obj{"login": "bob"}})
	s.event(s.pulls[3], "IssueComment", "IC_2", obj{"author": obj{"login": "bob"}})
	broken(4)
	delete(s.pulls[4], "broken")
	s.sync()
	count(7)
	delete(s.pulls[3], "broken")
	delete(s.pulls[5], "broken")
	s.sync()
	s.same()
	// One that is not there any more is not asked for for ever.
	s.event(s.pulls[7], "IssueComment", "IC_3", obj{"author": obj{"login": "bob"}})
	broken(8)
	s.sync()
	s.pulls = s.pulls[:7]
	s.wrong["PullNodes"] = []obj{{"type": "NOT_FOUND", "message": "no such node", "path": []any{"nodes", 0}, "partial": true}}
	s.sync()
	asked := len(s.asked)
	s.sync()
	if slices.Contains(s.asked[asked:], "PullNodes") {
		t.Error("what is not there is still asked for")
	}
}

// TestPushedWhileSettling: commits that a webhook tells of after the heads were read are not deleted because nothing that
// was read leads to them.
func TestPushedWhileSettling(t *testing.T) {
	s := newShop(t)
	s.heads["release/1"] = s.commit("fix", s.heads["main"])
	s.pull(1, s.heads["main"])
	s.sync()
	delete(s.heads, "release/1")
	s.pull(2, s.heads["main"])
	var sha string
	s.trap["Pulls"] = func() {
		// It was made before the sync began, as most commits are.
		sha = s.commitAt("2026-03-01T10:00:00Z", "pushed meanwhile", s.heads["main"])
		s.heads["main"] = sha
		at := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
		c := warehouse.Commit{Repo: "acme/shop", SHA: sha, AuthoredAt: at, CommittedAt: at, Provenance: warehouse.Provenance{Source: "github"}}
		if err := s.w.Write(context.Background(), warehouse.Records{Commits: []warehouse.Commit{c}}); err != nil {
			t.Error(err)
		}
	}
	s.sync()
	known, err := s.w.KnownAs(t.Context(), warehouse.Records{Commits: []warehouse.Commit{{Repo: "acme/shop", SHA: sha}}})
	if err != nil {
		t.Fatal(err)
	}
	if len(known.Commits) != 1 {
		t.Error("the commit was deleted")
	}
	s.sync()
	s.same()
}

// curious is a store that remembers how many reviews were looked up.
type curious struct {
	collectors.Store
	mu      sync.Mutex
	reviews int
}

func (c *curious) Known(ctx context.Context, scope warehouse.Scope) (warehouse.Records, error) {
	known, err := c.Store.Known(ctx, scope)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reviews += len(known.Reviews)
	return known, err
}

// TestReviewsLookedUp: only those of the pull requests that have changed are.
func TestReviewsLookedUp(t *testing.T) {
	s := newShop(t)
	for i := range 9 {
		p := s.pull(i+1, s.heads["main"])
		for e := range 3 {
			s.event(p, "IssueComment", fmt.Sprintf("IC_%d_%d", i, e), obj{"author": obj{"login": "bob"}})
		}
	}
	s.sync()
	p := s.pulls[4]
	p["timelineItems"] = p["timelineItems"].([]obj)[1:]
	p["updatedAt"] = s.tick()
	store := &curious{Store: s.w}
	if err := run(t.Context(), &company{tb: t}, store, s.cfg, s.how); err != nil {
		t.Fatal(err)
	}
	// The newest of the first sync is read again: it may have changed later in its second.
	if store.reviews != 6 {
		t.Errorf("%d reviews were looked up, want the 6 of two pull requests", store.reviews)
	}
	s.same()
}

// TestLeftOutIsNotGone: reading everything again since some time deletes nothing that is older, and what GitHub cannot
// answer for is not taken for deleted.
func TestLeftOutIsNotGone(t *testing.T) {
	s := newShop(t)
	s.run(1, 1, "completed", "success")
	s.deploy(1, "production", "SUCCESS")
	s.release("v1")
	s.issue(1)
	s.sync()
	s.now = s.now.Add(1000 * time.Hour)
	since := s.now
	s.run(2, 1, "completed", "success")
	s.deploy(2, "production", "SUCCESS")
	s.release("v2")
	s.issue(2)
	s.sync()
	want := s.of("acme/shop")
	s.how = collectors.Order{Full: true, Since: since}
	s.sync()
	differences(t, s.of("acme/shop"), want)
	s.how = collectors.Order{Full: true}
	s.deployments[0]["broken"], s.issues[1]["broken"] = null, null
	s.sync()
	differences(t, s.of("acme/shop"), want)
	delete(s.deployments[0], "broken")
	delete(s.issues[1], "broken")
	s.deployments, s.issues = s.deployments[1:], s.issues[:1]
	s.sync()
	s.same()
}
