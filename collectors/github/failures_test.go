package github_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/warehouse"
)

// TestEmptyRepository: nothing is there, then the first commit is.
func TestEmptyRepository(t *testing.T) {
	s := newShop(t)
	head := s.heads["main"]
	delete(s.heads, "main")
	s.sync()
	if got := s.of("acme/shop"); len(got["commits"]) != 0 {
		t.Errorf("got %v", got)
	}
	s.heads["main"] = head
	s.sync()
	if got := s.of("acme/shop"); len(got["commits"]) != 3 {
		t.Errorf("got %v", got)
	}
}

// TestSwitchedOff: lists that are off or may not be read are left out; the rest is collected.
func TestSwitchedOff(t *testing.T) {
	s := newShop(t)
	s.pull(1, s.heads["main"])
	s.deploy(2, "production", "SUCCESS")
	s.off = map[string]int{"actions": http.StatusNotFound, "issues": http.StatusGone, "deployments": http.StatusForbidden}
	s.sync()
	if got := s.of("acme/shop"); len(got["pull_requests"]) != 1 || len(got["deployments"]) != 0 {
		t.Errorf("got %v", got)
	}
	s.off = map[string]int{}
	s.sync()
	if got := s.of("acme/shop"); len(got["deployments"]) != 1 {
		t.Errorf("got %v", got)
	}
}

// TestGone: a repository that is not there says so, and does not stop the others. One list that fails does not either.
func TestGone(t *testing.T) {
	s := newShop(t)
	s.pull(1, s.heads["main"])
	s.hub.gone = true
	err := s.trySync(s.cfg)
	if err == nil || !strings.Contains(err.Error(), "acme/shop") || !strings.Contains(err.Error(), "it is not there, or these credentials may not see it") {
		t.Errorf("got %v", err)
	}
	s.hub.gone = false
	s.wrong["Deployments"] = []obj{{"message": "that did not work"}}
	err = s.trySync(s.cfg)
	if err == nil || !strings.Contains(err.Error(), "collect the deployments") || !strings.Contains(err.Error(), "that did not work") {
		t.Errorf("got %v", err)
	}
	if got := s.of("acme/shop"); len(got["pull_requests"]) != 1 || len(got["commits"]) != 3 {
		t.Errorf("got %v", got)
	}
	s.sync()
}

// TestGraphQLErrors: limits are waited for, what is too much is asked for in smaller portions, and an item that GitHub
// cannot answer for, or that makes no sense, is set aside.
func TestGraphQLErrors(t *testing.T) {
	s := newShop(t)
	for i := range 60 {
		s.pull(i+1, s.heads["main"])
	}
	s.pulls[3]["createdAt"] = "the day before yesterday"
	s.pulls[5]["number"] = 0
	s.pulls[7]["timelineItems"] = []obj{{"__typename": "IssueComment", "id": "IC_1", "createdAt": "never"}, {"__typename": "Unheard", "id": "U"}}
	s.wrong["Pulls"] = []obj{{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}}
	s.wrong["Heads"] = []obj{{"type": "NOT_FOUND", "message": "one item", "path": []any{"repository", "refs", "nodes", 3}, "partial": true}}
	s.slow["Pulls"] = 20
	s.sync()
	if got := s.of("acme/shop"); len(got["pull_requests"]) != 58 || len(got["reviews"]) != 0 {
		t.Errorf("%d pull requests, %d reviews", len(got["pull_requests"]), len(got["reviews"]))
	}
}

// TestMovingWhileRead: somebody works while the lists are read.
func TestMovingWhileRead(t *testing.T) {
	s := newShop(t)
	s.cfg.PageSize = 3
	for i := range 20 {
		s.pull(i+1, s.heads["main"])
	}
	s.trap["Pulls"] = func() {
		s.event(s.pulls[2], "IssueComment", "IC_a", obj{"author": obj{"login": "bob"}})
		s.trap["Pulls"] = func() { s.pull(21, s.heads["main"]) }
	}
	s.trap["History"] = func() { s.heads["main"] = s.commit("meanwhile", s.heads["main"]) }
	s.sync()
	s.sync()
	s.same()
	s.event(s.pulls[4], "IssueComment", "IC_b", obj{"author": obj{"login": "bob"}})
	s.event(s.pulls[9], "IssueComment", "IC_c", obj{"author": obj{"login": "bob"}})
	s.trap["Pulls"] = func() { s.event(s.pulls[4], "IssueComment", "IC_d", obj{"author": obj{"login": "bob"}}) }
	// Rewritten while its history was read: the head that was announced is gone.
	s.trap["Heads"] = func() {
		s.trap["Commits"] = func() { s.heads["main"] = s.commit("rewritten meanwhile", s.order[0]) }
	}
	s.heads["main"] = s.commit("more", s.heads["main"])
	s.sync()
	s.sync()
	s.same()
}

// TestContinued: a back-fill that was interrupted is continued, and what has changed since it began is read in the same sync.
func TestContinued(t *testing.T) {
	for _, requests := range []int64{4, 8, 12, 16} {
		t.Run(fmt.Sprint(requests), func(t *testing.T) { continued(t, requests) })
	}
}

func continued(t *testing.T, requests int64) {
	s := newShop(t)
	s.cfg.PageSize, s.cfg.Parallel = 2, 1
	for i := range 9 {
		s.pull(i+1, s.heads["main"])
		s.deploy(i+1, "production", "SUCCESS")
	}
	ctx, kill := context.WithCancel(t.Context())
	if err := run(ctx, &company{tb: t, left: requests, kill: kill, batch: 1}, s.w, s.cfg, s.how); err == nil {
		t.Fatalf("%d requests were enough", requests)
	}
	kill()
	s.pull(10, s.heads["main"])
	s.deploy(10, "production", "SUCCESS")
	s.event(s.pulls[8], "IssueComment", "IC_1", obj{"author": obj{"login": "bob"}})
	s.sync()
	s.same()
}

// TestSameSecond: a change in the second in which the last one was read is not lost.
func TestSameSecond(t *testing.T) {
	s := newShop(t)
	p := s.pull(1, s.heads["main"])
	s.sync()
	p["labels"], p["title"] = []obj{{"name": "late"}}, "late"
	s.pull(2, s.heads["main"])["updatedAt"] = p["updatedAt"]
	s.sync()
	s.same()
}

// TestSince: what ended before is left out, also by the following runs, and comes when an earlier time or everything is asked for.
func TestSince(t *testing.T) {
	s := newShop(t)
	old := s.pull(1, s.heads["main"])
	s.run(1, 1, "completed", "success")
	s.deploy(1, "production", "SUCCESS")
	s.now = s.now.Add(1000 * time.Hour)
	since := s.now
	s.heads["main"] = s.commit("new", s.heads["main"])
	s.pull(2, s.heads["main"])
	s.run(2, 1, "completed", "success")
	s.deploy(2, "production", "SUCCESS")
	s.how = collectors.Order{Since: since}
	s.sync()
	got := s.same()
	if len(got["pull_requests"]) != 1 || len(got["commits"]) != 1 || len(got["builds"]) != 1 || len(got["deployments"]) != 1 {
		t.Errorf("got %v", got)
	}
	s.event(old, "IssueComment", "IC_1", obj{"author": obj{"login": "bob"}})
	s.sync()
	if got = s.of("acme/shop"); len(got["pull_requests"]) != 2 {
		t.Errorf("got %v", got["pull_requests"])
	}
	// The scheduled runs that follow name no time: what was left out stays left out.
	want := s.same()
	s.how = collectors.Order{}
	s.event(s.pulls[1], "IssueComment", "IC_2", obj{"author": obj{"login": "bob"}})
	s.sync()
	got = s.of("acme/shop")
	if len(got["commits"]) != len(want["commits"]) || len(got["builds"]) != 1 || len(got["deployments"]) != 1 || len(got["reviews"]) != 2 {
		t.Errorf("got %v", got)
	}
	s.how = collectors.Order{Since: since.Add(time.Hour)}
	s.sync()
	if again := s.of("acme/shop"); !maps.Equal(again["commits"], got["commits"]) {
		t.Errorf("a later time took commits away: %v", again["commits"])
	}
	s.how = collectors.Order{Since: since.Add(-1100 * time.Hour)}
	s.sync()
	if got = s.of("acme/shop"); len(got["builds"]) != 2 {
		t.Errorf("an earlier time brought the builds %v", got["builds"])
	}
	s.how = collectors.Order{Full: true}
	s.sync()
	if got = s.same(); len(got["commits"]) != 4 || len(got["builds"]) != 2 {
		t.Errorf("got %v", got)
	}
}

// TestQueueTimes: where they are wanted, each job says how long it waited for a runner.
func TestQueueTimes(t *testing.T) {
	s := newShop(t)
	s.run(1, 1, "completed", "success")
	s.jobs[1] = []obj{{"id": 5, "name": "test", "run_attempt": 1, "status": "completed", "conclusion": "success", "created_at": s.tick(), "started_at": s.tick(), "completed_at": s.tick()}}
	s.sync()
	s.cfg.JobQueueTimes = true
	s.sync()
	s.same()
	known, err := s.w.Known(t.Context(), warehouse.Scope{Table: "build_stages"})
	if err != nil {
		t.Fatal(err)
	}
	for _, stage := range known.BuildStages {
		if stage.StartedAt.Sub(stage.QueuedAt) != time.Hour {
			t.Errorf("got %+v", stage)
		}
	}
}

// TestTeams: members come and go.
func TestTeams(t *testing.T) {
	s := newShop(t)
	team := func(slug string, logins ...string) obj {
		var members []obj
		for _, l := range logins {
			members = append(members, obj{"login": l})
		}
		return obj{"slug": slug, "combinedSlug": "acme/" + slug, "members": page(members, field("login"), 100, nil)}
	}
	s.teams = []obj{team("till", "ada", "bob"), team("other", "carla")}
	s.cfg.Teams = []string{"acme/till"}
	members := func() []string {
		known, err := s.w.Known(t.Context(), warehouse.Scope{Table: "memberships"})
		if err != nil {
			t.Fatal(err)
		}
		var list []string
		for _, m := range known.Memberships {
			list = append(list, m.Group+" "+m.Account)
		}
		return list
	}
	s.sync()
	if got, want := members(), []string{"acme/till ada", "acme/till bob"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	s.teams[0] = team("till", "bob", "dan")
	s.cfg.Teams = []string{"acme/*"}
	s.full(true)
	s.sync()
	if got, want := members(), []string{"acme/other carla", "acme/till bob", "acme/till dan"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	// An organisation that may not be read for once does not lose its members.
	for _, kind := range []string{"FORBIDDEN", "NOT_FOUND"} {
		s.wrong["Teams"] = []obj{{"type": kind, "message": "no", "path": []any{"organization"}}}
		s.sync()
		if _, left := s.wrong["Teams"]; left {
			t.Fatal("the teams were not asked for")
		}
		if got, want := members(), []string{"acme/other carla", "acme/till bob", "acme/till dan"}; !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", kind, got, want)
		}
	}
}

// TestRepositories: which of an organisation's repositories are collected, and what a new name means for one.
func TestRepositories(t *testing.T) {
	s := newShop(t)
	s.pull(1, s.heads["main"])
	s.run(1, 1, "completed", "success")
	s.deploy(1, "production", "SUCCESS")
	listed := func(id, name string, archived bool, topics ...string) obj {
		return obj{"node_id": id, "full_name": "acme/" + name, "archived": archived, "topics": topics}
	}
	s.repos = []obj{listed("R1", "shop", false, "weir"), listed("R2", "museum", true, "weir"), listed("R3", "secret", false, "weir"), listed("R4", "other", false)}
	s.cfg.Repos, s.cfg.Organisations, s.cfg.Topics, s.cfg.Exclude = nil, []string{"acme"}, []string{"weir"}, []string{"acme/s?cret"}
	repos := func() string {
		names := map[string]bool{}
		known, err := s.w.Known(t.Context(), warehouse.Scope{Table: "commits"})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range known.Commits {
			names[c.Repo] = true
		}
		return strings.Join(slices.Sorted(maps.Keys(names)), " ")
	}
	s.sync()
	if got, want := repos(), "acme/shop"; got != want {
		t.Errorf("collected %s, want %s", got, want)
	}
	s.repos[0] = listed("R1", "store", false, "weir")
	s.cfg.Archived = true
	s.sync()
	if got, want := repos(), "acme/museum acme/store"; got != want {
		t.Errorf("collected %s, want %s", got, want)
	}
	for table, records := range s.of("acme/shop") {
		if len(records) > 0 {
			t.Errorf("%s of the former name: %v", table, records)
		}
	}
	asked := len(s.asked)
	s.sync()
	for _, what := range s.asked[asked:] {
		if !strings.HasPrefix(what, "GET ") {
			t.Errorf("a quiet sync asked for %s", what)
		}
	}
	// Back again: nothing of the first time is believed.
	s.repos[0] = listed("R1", "shop", false, "weir")
	s.sync()
	if got, want := repos(), "acme/museum acme/shop"; got != want {
		t.Errorf("collected %s, want %s", got, want)
	}
}
