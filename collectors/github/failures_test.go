package github_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/collectors/access"
	"github.com/weirhq/weir/collectors/github"
	"github.com/weirhq/weir/collectors/secret"
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

// TestSince: what ended before is left out, and comes when all history is wanted after all.
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
	s.how = collectors.Order{}
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
}

// TestCheck tells who the credentials are, what they may not read, and how long a first sync takes.
func TestCheck(t *testing.T) {
	s := newShop(t)
	s.off = map[string]int{"actions": http.StatusForbidden}
	for i := range 250 {
		s.pull(i+1, s.heads["main"])
	}
	collector, err := github.New(s.cfg, access.New(access.Options{Clock: &patience{}}).Line("github", "t", nil))
	if err != nil {
		t.Fatal(err)
	}
	got, err := collector.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	missing := strings.Join(got.Missing, "\n")
	if got.Account != "weir" || len(got.Missing) != 1 || !strings.Contains(missing, "runs of GitHub Actions of acme/shop") || !strings.Contains(missing, "Actions: read") {
		t.Errorf("got %+v", got)
	}
	if got.Requests < 5 || got.Requests > 25 {
		t.Errorf("a first sync is said to take %d requests", got.Requests)
	}
	s.hub.gone = true
	if got, err = collector.Check(t.Context()); err != nil || len(got.Missing) != 1 || !strings.Contains(got.Missing[0], "Contents: read") {
		t.Errorf("got %+v, %v", got, err)
	}
}

// TestComplaints: what can be found wrong without asking GitHub.
func TestComplaints(t *testing.T) {
	good := github.Configuration{Token: secret.Secret{Env: "X"}, Repos: []string{"a/b"}}
	if err := good.Validate(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		want string
		spin func(c *github.Configuration)
	}{
		{"give a `token`", func(c *github.Configuration) { c.Token = secret.Secret{} }},
		{"not both", func(c *github.Configuration) { c.App.ID = 3 }},
		{"needs `id`, `installation` and `private_key`", func(c *github.Configuration) { c.Token, c.App.ID = secret.Secret{}, 3 }},
		{"needs `repos`", func(c *github.Configuration) { c.Repos = nil }},
		{`"shop" in `, func(c *github.Configuration) { c.Repos = []string{"shop"} }},
		{`"*/shop" in `, func(c *github.Configuration) { c.Repos = []string{"*/shop"} }},
		{"is no glob", func(c *github.Configuration) { c.Branches = []string{"release/["} }},
		{"is no address", func(c *github.Configuration) { c.BaseURL = "github.example.com" }},
		{"the name of an organisation", func(c *github.Configuration) { c.Organisations = []string{"a/b"} }},
		{"is not org/slug", func(c *github.Configuration) { c.Teams = []string{"till"} }},
		{"`releases.pattern`", func(c *github.Configuration) { c.Releases = github.Releases{Environment: "x", Pattern: "("} }},
		{"`tags` needs the `environment`", func(c *github.Configuration) { c.Tags.Pattern = "v" }},
		{"`releases.kind`", func(c *github.Configuration) { c.Releases = github.Releases{Environment: "x", Kind: "live"} }},
		{"at most 100", func(c *github.Configuration) { c.PageSize = 101 }},
		{"`environments` 1: `match`", func(c *github.Configuration) { c.Environments = []github.EnvironmentRule{{Match: "("}} }},
		{"`kind` \"live\"", func(c *github.Configuration) { c.Environments = []github.EnvironmentRule{{Match: "x", Kind: "live"}} }},
		{"`issues.classes`", func(c *github.Configuration) { c.Issues.Classes = map[string]string{"bug": "bug"} }},
		{"`issues.incidents.severity`", func(c *github.Configuration) { c.Issues.Incidents.Severity = "(" }},
	} {
		cfg := good
		c.spin(&cfg)
		if err := cfg.Validate(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want something with %q", err, c.want)
		}
		if _, err := github.New(cfg, nil); err == nil {
			t.Errorf("%q: a collector was made all the same", c.want)
		}
	}
}

// TestSecretStaysOut: a token that is refused is not repeated.
func TestSecretStaysOut(t *testing.T) {
	s := newShop(t)
	s.off = map[string]int{"commits": http.StatusUnauthorized}
	err := s.trySync(s.cfg)
	if err == nil || !strings.Contains(err.Error(), "does not accept the credentials") || strings.Contains(fmt.Sprint(err), "t0ken") {
		t.Errorf("got %v", err)
	}
}
