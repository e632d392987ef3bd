package github_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/collectors/github"
	"github.com/weirhq/weir/collectors/promotion"
	"github.com/weirhq/weir/collectors/secret"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// shop is a hub with a warehouse that follows it, and now and then is compared with what a first sync would have found.
type shop struct {
	*hub
	t     *testing.T
	w     *warehouse.Warehouse
	cfg   github.Configuration
	times int
	how   collectors.Order
}

func newShop(t *testing.T) *shop {
	t.Helper()
	t.Setenv("SITE_TOKEN", "t0ken")
	h := newHub(t)
	s := &shop{hub: h, t: t, w: warehousetest.Open(t)}
	s.cfg = github.Configuration{
		BaseURL: h.url, Token: secret.Secret{Env: "SITE_TOKEN"}, Repos: []string{"acme/shop"}, Branches: []string{"release/*"},
		Issues:   github.Issues{Tickets: true, Classes: map[string]string{"bug": "defect"}, Incidents: github.Incidents{Labels: []string{"incident"}}},
		Releases: github.Releases{Environment: "production"}, Tags: github.Releases{Environment: "staging", Pattern: `^v(?P<version>\d.*)$`},
	}
	a := h.commit("one")
	b := h.commit("two", a)
	h.heads["main"] = h.commit("three", b)
	return s
}

func (s *shop) trySync(cfg github.Configuration) error {
	return run(s.t.Context(), &company{tb: s.t}, s.w, cfg, s.how)
}

func (s *shop) sync() {
	s.t.Helper()
	if err := s.trySync(s.cfg); err != nil {
		s.t.Fatal(err)
	}
}

// of is what the warehouse holds of a repository, under the name of the shop.
func (s *shop) of(repo string) map[string]map[string]string {
	name := strings.TrimPrefix(repo, "acme/")
	all := map[string]map[string]string{}
	for table, records := range only(content(s.t, s.w), []string{repo}) {
		all[table] = map[string]string{}
		for key, text := range records {
			all[table][strings.ReplaceAll(key, name, "shop")] = strings.ReplaceAll(text, name, "shop")
		}
	}
	return all
}

// same expects that what was collected step by step is what a first sync of now finds.
func (s *shop) same() map[string]map[string]string {
	s.t.Helper()
	s.times++
	fresh := s.cfg
	fresh.Repos = []string{fmt.Sprintf("acme/fresh%dx", s.times)}
	if err := s.trySync(fresh); err != nil {
		s.t.Fatal(err)
	}
	got, want := s.of("acme/shop"), s.of(fresh.Repos[0])
	differences(s.t, got, want)
	if s.t.Failed() {
		s.t.FailNow()
	}
	return got
}

// TestForcePush rewrites the mainline, a release branch and a pull request's branch.
func TestForcePush(t *testing.T) {
	s := newShop(t)
	base := s.heads["main"]
	x := s.commit("x", base)
	pr := s.pull(1, x)
	pr["commits"] = s.branch(x, s.commit("pushed later", x))
	s.heads["release/1"] = s.commit("fix", base)
	s.sync()
	y := s.commit("y", base)
	pr["commits"] = s.branch(y)
	s.event(pr, "HeadRefForcePushedEvent", "F1", nil)
	s.sync()
	got := s.same()
	if len(got["commits"]) != 5 || len(got["reviews"]) != 2 {
		t.Errorf("got %v", got)
	}
	s.merge(pr, s.commit("merge y", base, y))
	s.heads["main"] = s.below(s.order[len(s.order)-1])[0]
	s.sync()
	s.same()
	s.heads["release/1"] = s.commit("another fix", base)
	s.sync()
	s.same()
	s.heads["main"] = s.commit("rewritten", s.parents(base)[0])
	s.sync()
	s.same()
	// Back to where it was before: nothing new is to be read, but much is gone.
	s.heads["main"] = s.parents(base)[0]
	delete(s.heads, "release/1")
	s.sync()
	s.same()
}

// TestFoxtrot merges the mainline into a topic and pushes that as the mainline: the old line is beside it from then on.
func TestFoxtrot(t *testing.T) {
	s := newShop(t)
	topic := s.commit("topic", s.parents(s.heads["main"])[0])
	s.sync()
	s.heads["main"] = s.commit("merge main into topic", topic, s.heads["main"])
	s.sync()
	s.same()
}

// TestDefaultBranch renames the default branch, and makes another one it.
func TestDefaultBranch(t *testing.T) {
	s := newShop(t)
	s.sync()
	s.heads["trunk"], s.main = s.commit("on trunk", s.heads["main"]), "trunk"
	delete(s.heads, "main")
	s.sync()
	s.same()
	s.heads["next"], s.main = s.commit("from scratch"), "next"
	s.sync()
	s.same()
}

// TestSkewedHistory has commits whose clocks were years off, which windows of time do not find.
func TestSkewedHistory(t *testing.T) {
	s := newShop(t)
	head := s.heads["main"]
	for i := range 230 {
		head = s.commit(fmt.Sprint("work ", i), head)
		if i == 50 {
			head = s.commitAt("2001-01-01T00:00:00Z", "by a clock without a battery", head)
		}
		if i == 120 {
			head = s.commitAt("2031-01-01T00:00:00Z", "by a clock ahead", head)
		}
	}
	s.heads["main"] = head
	s.sync()
	if got := s.of("acme/shop")["commits"]; len(got) != len(s.below(head)) {
		t.Errorf("%d commits, want %d", len(got), len(s.below(head)))
	} else {
		for key, text := range got {
			if !strings.Contains(text, `"Mainline":true`) {
				t.Errorf("%s is not on the mainline: %s", key, text)
			}
		}
	}
}

// TestOneSecond has more commits, runs and deployments in one second than a page holds.
func TestOneSecond(t *testing.T) {
	s := newShop(t)
	at := s.tick()
	head := s.heads["main"]
	for i := range 250 {
		head = s.commitAt(at, fmt.Sprint("work ", i), head)
		s.run(1000+i, 1, "completed", "success")["created_at"] = at
		s.deploy(5000+i, "production", "SUCCESS")["createdAt"] = at
	}
	s.heads["main"] = s.commit("after it", head)
	s.slow["History"] = 1
	s.sync()
	got := s.of("acme/shop")
	if len(got["commits"]) != 254 || len(got["builds"]) != 250 || len(got["deployments"]) != 250 {
		t.Errorf("%d commits, %d builds, %d deployments", len(got["commits"]), len(got["builds"]), len(got["deployments"]))
	}
}

// TestLongLists completes what a page cuts off.
func TestLongLists(t *testing.T) {
	s := newShop(t)
	head := s.heads["main"]
	var all []string
	for i := range 230 {
		head = s.commit(fmt.Sprint("work ", i), head)
		all = append(all, head)
	}
	pr := s.pull(1, all...)
	for i := range 260 {
		s.event(pr, "IssueComment", fmt.Sprint("IC_", i), obj{"author": obj{"__typename": "User", "login": "bob"}})
	}
	for i := range 120 {
		pr["labels"] = append(pr["labels"].([]obj), obj{"name": fmt.Sprintf("l%03d", i)})
	}
	d := s.deploy(1, "production")
	for range 130 {
		s.status(d, "PENDING")
	}
	s.status(d, "IN_PROGRESS")
	s.status(d, "SUCCESS")
	s.sync()
	known, err := s.w.Known(t.Context(), warehouse.Scope{Table: "pull_requests"})
	if err != nil {
		t.Fatal(err)
	}
	got := s.of("acme/shop")
	if p := known.PullRequests[0]; len(p.Commits) != 230 || len(p.Labels) != 120 || len(got["reviews"]) != 260 {
		t.Errorf("%d commits, %d labels, %d reviews", len(p.Commits), len(p.Labels), len(got["reviews"]))
	}
	for _, text := range got["deployments"] {
		if !strings.Contains(text, `"Result":"success"`) {
			t.Errorf("got %s", text)
		}
	}
}

// TestRunsAgain has runs that are run again, finish late, wait long, and vanish.
func TestRunsAgain(t *testing.T) {
	s := newShop(t)
	job := func(id, attempt int, status, conclusion string) obj {
		at := s.tick()
		j := obj{"id": id, "name": "test", "run_id": 1, "run_attempt": attempt, "status": status, "conclusion": conclusion, "created_at": at, "started_at": s.tick(), "completed_at": nil}
		if status == "completed" {
			j["completed_at"] = s.tick()
		}
		return j
	}
	first := s.run(1, 1, "completed", "failure")
	s.jobs[1] = []obj{job(11, 1, "completed", "failure")}
	slow := s.run(2, 1, "in_progress", "")
	s.jobs[2] = []obj{job(21, 1, "in_progress", "")}
	s.run(3, 1, "completed", "success")
	s.jobs[3] = []obj{job(31, 1, "completed", "success")}
	s.sync()
	s.same()
	first["run_attempt"], first["conclusion"], first["run_started_at"] = 2, "success", s.tick()
	s.jobs[1] = append(s.jobs[1], job(12, 2, "completed", "success"))
	first["updated_at"] = s.tick()
	s.sync()
	if got := s.same(); len(got["builds"]) != 4 {
		t.Errorf("got %v", got["builds"])
	}
	// Days pass, and more runs than a page has: the slow one is asked for by itself.
	s.now = s.now.Add(100 * time.Hour)
	for i := range 120 {
		s.run(100+i, 1, "completed", "success")
	}
	s.sync()
	slow["status"], slow["conclusion"] = "completed", "success"
	s.jobs[2][0]["status"], s.jobs[2][0]["conclusion"], s.jobs[2][0]["completed_at"] = "completed", "success", s.tick()
	slow["updated_at"] = s.now.Format(time.RFC3339)
	s.sync()
	s.same()
	s.runs = slices.Delete(s.runs, 1, 2)
	s.full(true)
	s.sync()
	s.full(false)
	s.same()
}

// full makes the next syncs read everything again.
func (s *shop) full(on bool) { s.how = collectors.Order{Full: on} }

// TestDeploymentsLater has deployments that finish, are approved and vanish after they were collected.
func TestDeploymentsLater(t *testing.T) {
	s := newShop(t)
	d := s.deploy(1, "production", "WAITING")
	s.deploy(2, "staging", "QUEUED", "IN_PROGRESS", "SUCCESS")
	s.sync()
	s.run(9, 1, "completed", "success")
	for _, state := range []string{"QUEUED", "IN_PROGRESS", "SUCCESS", "INACTIVE"} {
		s.status(d, state)
		d["statuses"].([]obj)[0]["logUrl"] = "https://example.com/acme/shop/actions/runs/9/job/1"
		s.sync()
		s.same()
	}
	for _, text := range s.of("acme/shop")["deployments"] {
		if strings.Contains(text, `"production"`) && (!strings.Contains(text, `"Approver":"carla"`) || !strings.Contains(text, `"Result":"success"`) || !strings.Contains(text, `"BuildID":"9"`)) {
			t.Errorf("got %s", text)
		}
	}
	old := s.deploy(3, "production", "IN_PROGRESS")
	s.sync()
	s.now = s.now.Add(100 * time.Hour)
	for i := range 120 {
		s.deploy(100+i, "staging", "SUCCESS")
	}
	s.sync()
	s.status(old, "FAILURE")
	s.sync()
	s.same()
	s.deployments = s.deployments[1:]
	s.full(true)
	s.sync()
	s.full(false)
	s.same()
}

// issue opens an issue.
func (s *shop) issue(n int, labels ...string) obj {
	at := s.tick()
	i := obj{"id": fmt.Sprint("I_", n), "number": n, "title": "It is broken", "body": "Started: 2026-03-01T00:00:00Z\ndeployment: 4711\n", "state": "OPEN", "createdAt": at, "updatedAt": at,
		"author": obj{"__typename": "Bot", "login": "watch"}, "labels": []obj{}, "timelineItems": []obj{}, "assignees": obj{"nodes": []obj{}}}
	for _, l := range labels {
		i["labels"] = append(i["labels"].([]obj), obj{"name": l})
	}
	s.issues = append(s.issues, i)
	return i
}

// release publishes a release.
func (s *shop) release(tag string) obj {
	at := s.tick()
	r := obj{"id": tag, "tagName": tag, "url": "u", "isDraft": false, "isPrerelease": false, "createdAt": at, "publishedAt": at, "updatedAt": at,
		"author": obj{"login": "ada"}, "tagCommit": obj{"oid": s.heads["main"]}}
	s.releases = append(s.releases, r)
	return r
}

// TestIssues has issues that are tickets, become incidents, are reopened and deleted.
func TestIssues(t *testing.T) {
	s := newShop(t)
	one, two, three := s.issue(1, "bug"), s.issue(2), s.issue(3, "incident", "service:till", "severity:1")
	s.sync()
	s.same()
	s.event(one, "AssignedEvent", "A1", obj{"assignee": obj{"__typename": "User", "login": "ada"}})
	one["assignees"] = obj{"nodes": []obj{{"login": "ada"}}}
	s.event(one, "ClosedEvent", "X1", nil)
	one["state"], one["closedAt"] = "CLOSED", one["updatedAt"]
	s.event(three, "AssignedEvent", "A3", obj{"assignee": obj{"__typename": "User", "login": "ada"}})
	s.sync()
	got := s.same()
	if text := got["incidents"]["acme/shop#3"]; !strings.Contains(text, `"till"`) || !strings.Contains(text, `"Severity":"1"`) || !strings.Contains(text, `"DetectedBy":"monitoring"`) ||
		!strings.Contains(text, `"StartedAt":"2026-03-01T00:00:00Z"`) || !strings.Contains(text, `"CausedByDeployment":"4711"`) || strings.Contains(text, `"AcknowledgedAt":"0001`) {
		t.Errorf("got %s", text)
	}
	s.event(one, "ReopenedEvent", "R1", nil)
	one["state"], one["closedAt"] = "OPEN", nil
	two["labels"], two["updatedAt"] = []obj{{"name": "incident"}}, s.tick()
	s.sync()
	got = s.same()
	if len(got["incidents"]) != 2 || len(got["tickets"]) != 1 || len(got["transitions"]) != 3 {
		t.Errorf("got %v", got)
	}
	s.issues = s.issues[1:]
	s.full(true)
	s.sync()
	s.full(false)
	if got = s.same(); len(got["tickets"]) != 0 || len(got["transitions"]) != 0 {
		t.Errorf("got %v", got)
	}
}

// TestReleasesAndTags has releases and tags that come, move and go.
func TestReleasesAndTags(t *testing.T) {
	s := newShop(t)
	tag := func(name string) {
		s.tags = append(s.tags, obj{"name": name, "target": obj{"__typename": "Tag", "oid": name, "tagger": obj{"name": "Ada", "date": s.tick()}, "target": obj{"oid": s.heads["main"]}}})
	}
	s.release("v1")
	draft := s.release("v2")
	draft["isDraft"] = true
	tag("v1")
	tag("nightly")
	s.sync()
	if got := s.same(); len(got["deployments"]) != 2 {
		t.Errorf("got %v", got["deployments"])
	}
	draft["isDraft"] = false
	tag("v2")
	s.tags = s.tags[1:]
	s.sync()
	if got := s.same(); len(got["deployments"]) != 3 {
		t.Errorf("got %v", got["deployments"])
	}
	s.releases[0] = maps.Clone(s.releases[0])
	s.releases = s.releases[1:]
	s.sync()
	s.same()
}

// TestRules changes what environments and builds mean: what was collected follows.
func TestRules(t *testing.T) {
	s := newShop(t)
	s.deploy(1, "live/eu", "SUCCESS")
	s.deploy(2, "preview-12", "SUCCESS")
	s.run(3, 1, "completed", "success")
	s.sync()
	if got := s.same(); len(got["deployments"]) != 2 {
		t.Errorf("got %v", got["deployments"])
	}
	s.cfg.Environments = []github.EnvironmentRule{{Match: "^preview-", Ignore: true}, {Match: "^(?P<environment>.+)/eu$", Kind: "production"}}
	s.cfg.Builds = promotion.Rules{{Pipeline: "ci$", Branch: "^main$", Environment: "staging"}}
	s.sync()
	got := s.same()["deployments"]
	if len(got) != 2 || got["shop live 1"] == "" || got["shop staging run-3"] == "" {
		t.Errorf("got %v", got)
	}
	s.cfg.Builds = nil
	s.sync()
	if got := s.same()["deployments"]; len(got) != 1 {
		t.Errorf("got %v", got)
	}
}

// TestDescriptions: the keys of tickets that a description names come along, change with it, and are not read of bots.
func TestDescriptions(t *testing.T) {
	s := newShop(t)
	described := func(number int, login, body string) obj {
		p := s.pull(number, s.heads["main"])
		p["body"], p["author"] = body, obj{"__typename": "Bot", "login": login}
		if login == "ada" {
			p["author"] = obj{"__typename": "User", "login": login}
		}
		return p
	}
	p := described(1, "ada", "For PAY-2 and PAY-1, closes #9.\n\n<!-- such as ABC-1 -->")
	described(2, "bumper", "> Fixes #3, PAY-9\n\nPAY-8")
	later := described(3, "ada", "PAY-3")
	keys := func(number int) string {
		t.Helper()
		known, err := s.w.KnownAs(t.Context(), warehouse.Records{PullRequests: []warehouse.PullRequest{{Repo: "acme/shop", Number: int64(number)}}})
		if err != nil || len(known.PullRequests) != 1 {
			t.Fatal(known.PullRequests, err)
		}
		return strings.Join(known.PullRequests[0].TicketKeys, " ")
	}
	// The third cannot be read with its page, so that it is asked for by itself.
	later["broken"] = null
	s.wrong["Pulls"] = []obj{{"message": "that did not work", "path": []any{"repository", "pullRequests", "nodes", 0}, "partial": true}}
	s.sync()
	delete(later, "broken")
	s.sync()
	if got := []string{keys(1), keys(2), keys(3)}; !slices.Equal(got, []string{"PAY-1 PAY-2 acme/shop#9", "", "PAY-3"}) {
		t.Errorf("got %q", got)
	}
	p["body"], p["updatedAt"] = "For nothing", s.tick()
	s.sync()
	if got := keys(1); got != "" {
		t.Errorf("still names %q", got)
	}
	s.same()
}
