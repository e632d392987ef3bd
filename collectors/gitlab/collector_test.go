package gitlab

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/collectors/promotion"
	"github.com/weirhq/weir/warehouse"
)

var everything = Configuration{Issues: "all", Deployments: promotion.Rules{{Stage: "^ship", Environment: "live"}}}

// fill puts something into every list, more than a page into most.
func (s *standIn) fill() {
	for n := range 130 {
		s.push(fmt.Sprintf("c%03d", n))
		s.request(int64(n+1), n, fmt.Sprintf("f%03d", n), fmt.Sprintf("g%03d", n))
		s.pipeline(int64(n+1), n/2, "success")
		s.deploy(int64(n+500), n/3, "production")
	}
	s.issue(1, 5, "issue", "closed")
	s.issue(2, 6, "incident", "opened")
}

func TestBackfillQuietSyncAndChanges(t *testing.T) {
	s, w := newStandIn(t), open(t)
	s.fill()
	c := s.collector(t, everything)
	mustCollect(t, w, c, collectors.Order{})
	counts := map[string]int{}
	for _, line := range content(t, w) {
		counts[strings.Fields(line)[0]]++
	}
	for table, want := range map[string]int{"commits": 390, "pull_requests": 130, "reviews": 130, "builds": 130, "build_stages": 130, "deployments": 260, "incidents": 1, "tickets": 1, "transitions": 1, "statuses": 2} {
		if counts[table] != want {
			t.Errorf("%d %s, want %d", counts[table], table, want)
		}
	}
	if got := s.asked(); len(got) > 1+3+2*2+2*130+130+2+2+2+3 {
		t.Errorf("the back-fill took %d requests", len(got))
	}
	for range 2 { // the first learns the lists' tags
		s.asked()
		mustCollect(t, w, c, collectors.Order{})
	}
	if got := s.asked(); len(got) != 6 {
		t.Errorf("a quiet sync took %d requests, want the project, its branch and four lists: %q", len(got), got)
	}
	// Everything changes a little.
	s.push("new1", "new2")
	s.request(3, 500, "f002", "h002") // a force-push
	s.request(131, 501, "f131")
	s.pipeline(5, 502, "failed")
	s.deploy(700, 503, "staging")
	s.issue(1, 504, "issue", "opened")
	s.issue(2, 505, "incident", "closed")
	s.lists["issues/1/resource_state_events"] = nil
	s.asked()
	mustCollect(t, w, c, collectors.Order{})
	if got := s.asked(); len(got) > 25 {
		t.Errorf("six changes took %d requests: %q", len(got), got)
	}
	sameAsFresh(t, s, w, everything)
}

// TestSince: what was changed before a moment is left out until somebody asks for it, and not because a scheduled run, which
// says nothing, comes next; nor because the records are made otherwise.
func TestSince(t *testing.T) {
	s, w := newStandIn(t), open(t)
	for n := range 130 {
		s.request(int64(n+1), n, fmt.Sprintf("f%03d", n))
		s.pipeline(int64(n+1), n, "success")
	}
	for n := range 250 { // each is older than the one before, as the stand-in dates them
		s.history = append(s.history, commitOf(strings.Repeat("x", n+1), strings.Repeat("x", n+2)))
	}
	since := func(minutes int) collectors.Order {
		return collectors.Order{Since: nine.Add(time.Duration(minutes) * time.Minute)}
	}
	other := everything
	other.Deployments = promotion.Rules{{Stage: "^ship", Environment: "test"}}
	for n, run := range []struct {
		order              collectors.Order
		cfg                Configuration
		requests, mainline int
	}{
		{since(100), everything, 30, 100}, {collectors.Order{}, everything, 30, 100}, {since(110), everything, 30, 100},
		{collectors.Order{}, other, 30, 100}, {since(110), everything, 30, 100},
		{since(60), everything, 70, 100}, {collectors.Order{}, everything, 70, 100}, {since(-150), everything, 130, 200}, {collectors.Order{}, everything, 130, 200},
		{since(125), everything, 130, 200}, {collectors.Order{Full: true}, everything, 130, 250}, {collectors.Order{}, everything, 130, 250},
	} {
		mustCollect(t, w, s.collector(t, run.cfg), run.order)
		all, err := w.Known(t.Context(), warehouse.Scope{Table: "pull_requests"})
		if err != nil {
			t.Fatal(err)
		}
		builds, err := w.Known(t.Context(), warehouse.Scope{Table: "builds"})
		if err != nil {
			t.Fatal(err)
		}
		commits, err := w.Known(t.Context(), warehouse.Scope{Table: "commits"})
		if err != nil {
			t.Fatal(err)
		}
		mainline := slices.DeleteFunc(commits.Commits, func(c warehouse.Commit) bool { return !c.Mainline })
		if len(all.PullRequests) != run.requests || len(builds.Builds) != run.requests || len(mainline) != run.mainline {
			t.Errorf("run %d: %d pull requests, %d builds, %d commits; want %d, %d and %d", n, len(all.PullRequests), len(builds.Builds), len(mainline), run.requests, run.requests, run.mainline)
		}
	}
	sameAsFresh(t, s, w, everything)
}

func TestRewrittenBranch(t *testing.T) {
	s, w := newStandIn(t), open(t)
	s.push("a", "bb", "ccc", "dddd")
	s.request(1, 1, "ccc", "x")
	s.request(2, 1, "y")
	c := s.collector(t, everything)
	known := func() (shas []string) {
		t.Helper()
		all, err := w.Known(t.Context(), warehouse.Scope{Table: "commits"})
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range all.Commits {
			shas = append(shas, fmt.Sprint(k.SHA, k.Mainline))
		}
		return shas
	}
	mustCollect(t, w, c, collectors.Order{})
	// A commit of a merge request that is on the branch as well is told by the branch.
	if got, want := known(), []string{"atrue", "bbtrue", "ccctrue", "ddddtrue", "xfalse", "yfalse"}; !slices.Equal(got, want) {
		t.Errorf("known are %v, want %v", got, want)
	}
	s.old["dddd"] = s.history
	s.history = s.history[2:] // back to bb
	s.push("eeeee")
	s.asked()
	mustCollect(t, w, c, collectors.Order{})
	if got, want := known(), []string{"atrue", "bbtrue", "cccfalse", "eeeeetrue", "xfalse", "yfalse"}; !slices.Equal(got, want) {
		t.Errorf("known are %v, want %v", got, want)
	}
	s.old = map[string][]thing{} // GitLab has forgotten the old heads
	s.history = s.history[1:]
	s.push("ffffff")
	mustCollect(t, w, c, collectors.Order{})
	sameAsFresh(t, s, w, everything)
}

func TestReconcile(t *testing.T) {
	s, w := newStandIn(t), open(t)
	s.push("a")
	s.request(1, 1, "x", "y")
	s.request(2, 1, "y")
	s.pipeline(1, 1, "success")
	s.pipeline(2, 2, "running")
	s.deploy(7, 1, "live")
	s.deploy(8, 1, "live")
	s.issue(1, 1, "issue", "closed")
	s.issue(2, 1, "incident", "opened")
	s.issue(3, 1, "incident", "opened")
	c := s.collector(t, everything)
	mustCollect(t, w, c, collectors.Order{})
	s.remove("merge_requests", 1001)
	s.remove("pipelines", 1)
	s.remove("pipelines", 2)
	s.remove("deployments", 7)
	s.remove("issues", 5001)
	s.remove("issues", 5002)
	mustCollect(t, w, c, collectors.Order{Full: true})
	s.pipeline(1, 1, "success") // it was thrown away, which unmakes nothing
	sameAsFresh(t, s, w, everything)
}

func TestMovedProject(t *testing.T) {
	s, w := newStandIn(t), open(t)
	s.fill()
	mustCollect(t, w, s.collector(t, everything), collectors.Order{})
	s.path = "acme/store"
	mustCollect(t, w, s.collector(t, everything), collectors.Order{})
	for _, line := range content(t, w) {
		if strings.Contains(line, "acme/shop") {
			t.Fatalf("left under the old path: %s", line)
		}
	}
	sameAsFresh(t, s, w, everything)
}

func TestOtherRules(t *testing.T) {
	s, w := newStandIn(t), open(t)
	s.pipeline(1, 1, "success")
	s.deploy(7, 1, "live")
	s.deploy(8, 1, "review/x")
	mustCollect(t, w, s.collector(t, everything), collectors.Order{})
	other := Configuration{Issues: "none", Deployments: promotion.Rules{{CIEnvironment: "^review/", Ignore: true}, {Stage: "^ship", Environment: "test", Service: "web"}}}
	mustCollect(t, w, s.collector(t, other), collectors.Order{})
	sameAsFresh(t, s, w, other)
}

// TestKills: cancelled after any request, and run again until it succeeds, it ends as if nothing had happened, while
// items change and move between the pages.
func TestKills(t *testing.T) {
	s, w := newStandIn(t), open(t)
	s.fill()
	for round, after := range []int{1, 3, 5, 40, 80, 150, 200, 300, 350, 390, 400, 410, 420} {
		ctx, cancel := context.WithCancel(t.Context())
		s.mu.Lock()
		s.answer = func(http.ResponseWriter, *http.Request) bool {
			if after--; after == 0 {
				cancel()
			}
			return false
		}
		s.mu.Unlock()
		_ = collect(ctx, t, w, s.collector(t, everything), collectors.Order{})
		cancel()
		s.mu.Lock()
		s.answer = nil
		s.mu.Unlock()
		s.request(int64(10*round+1), 600+round, "f001", fmt.Sprintf("z%03d", round))
		s.pipeline(int64(9*round+1), 600+round, "failed")
		s.push(fmt.Sprintf("later%03d", round))
	}
	mustCollect(t, w, s.collector(t, everything), collectors.Order{})
	sameAsFresh(t, s, w, everything)
}

// TestOneMoment: more items than a page holds bear one moment, such as after an import.
func TestOneMoment(t *testing.T) {
	s, w := newStandIn(t), open(t)
	for n := range 330 {
		s.deploy(int64(n+1), 7, "production")
	}
	for range 3 {
		mustCollect(t, w, s.collector(t, Configuration{}), collectors.Order{})
		if got := content(t, w); len(got) != 330 {
			t.Errorf("%d deployments, want 330", len(got))
		}
	}
	for n := range 220 {
		s.deploy(int64(n+1), 8, "production")
	}
	mustCollect(t, w, s.collector(t, Configuration{}), collectors.Order{})
	sameAsFresh(t, s, w, Configuration{})
}

// TestMovesBetweenPages: items that change while the back-fill reads leave the pages to come, and none is missed.
func TestMovesBetweenPages(t *testing.T) {
	s, w := newStandIn(t), open(t)
	for n := range 350 {
		s.deploy(int64(n+1), n, "production")
	}
	n := 0
	s.answer = func(_ http.ResponseWriter, r *http.Request) bool {
		if strings.Contains(r.URL.Path, "deployments") {
			n++
			s.put("deployments", s.lists["deployments"][120])
			last := s.lists["deployments"][len(s.lists["deployments"])-1]
			moved := thing{}
			for k, v := range last {
				moved[k] = v
			}
			moved["updated_at"] = stamp(nine.AddDate(0, 0, n))
			s.put("deployments", moved)
		}
		return false
	}
	mustCollect(t, w, s.collector(t, Configuration{}), collectors.Order{})
	if got := content(t, w); len(got) != 350 {
		t.Errorf("%d deployments, want 350", len(got))
	}
	s.mu.Lock()
	s.answer = nil
	s.mu.Unlock()
	mustCollect(t, w, s.collector(t, Configuration{}), collectors.Order{})
	sameAsFresh(t, s, w, Configuration{})
}

// TestFaults: whatever goes wrong on the way and passes by itself leaves no trace.
func TestFaults(t *testing.T) {
	s, w := newStandIn(t), open(t)
	s.fill()
	n := 0
	s.answer = func(w http.ResponseWriter, _ *http.Request) bool {
		n++
		switch n % 20 {
		case 3:
			w.WriteHeader(http.StatusBadGateway)
		case 7:
			w.Header().Set("Retry-After", "2")
			w.WriteHeader(http.StatusTooManyRequests)
		case 12:
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`[{"id":1,`))
		case 17:
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Length", "4000")
			_, _ = w.Write([]byte(`[{"id":1}`))
		default:
			return false
		}
		return true
	}
	mustCollect(t, w, s.collector(t, everything), collectors.Order{})
	s.mu.Lock()
	s.answer = nil
	s.mu.Unlock()
	sameAsFresh(t, s, w, everything)
}

func TestFailures(t *testing.T) {
	status := func(code int, part string) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, r *http.Request) bool {
			if strings.Contains(r.URL.Path, part) {
				w.WriteHeader(code)
				_, _ = w.Write([]byte(`{"message":"no"}`))
				return true
			}
			return false
		}
	}
	for _, c := range []struct {
		name   string
		answer func(http.ResponseWriter, *http.Request) bool
		want   string
	}{
		{"a wrong token", status(401, "/"), "check `token` and `token_type`"},
		{"everything is refused", status(403, "/projects/44/"), "needs the scope read_api"},
		{"one list is switched off", status(403, "/deployments"), ""},
		{"one list is not there", status(404, "/pipelines"), ""},
		{"one list fails for good", status(500, "/pipelines"), "acme/shop: pipelines: ask GitLab for projects/44/pipelines: it answered 500"},
		{"notes are not shown", status(403, "/notes"), ""},
		{"a bad item", func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.HasSuffix(r.URL.Path, "/pipelines") {
				return false
			}
			_, _ = w.Write([]byte(`[{"id":"x"},{"id":9,"created_at":"never"},{"id":4,"created_at":"2026-03-02T09:00:00Z","updated_at":"2026-03-02T09:00:00Z","status":{}},null,{"id":3,"status":"failed","created_at":"2026-03-02T09:00:00Z","updated_at":"2026-03-02T09:00:00Z"}]`))
			return true
		}, ""},
		{"not GitLab", func(w http.ResponseWriter, _ *http.Request) bool { _, _ = w.Write([]byte("<html>")); return true }, "is `url` the address of GitLab itself?"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, w := newStandIn(t), open(t)
			s.push("a")
			s.request(1, 1, "x")
			s.pipeline(3, 1, "failed")
			s.deploy(7, 1, "live")
			s.answer = c.answer
			err := collect(t.Context(), t, w, s.collector(t, everything), collectors.Order{})
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("got %v, want something with %q", err, c.want)
			}
			got := strings.Join(content(t, w), "\n")
			for what, there := range map[string]bool{
				"pull_requests ": c.want == "" || strings.Contains(c.want, "500"), "builds ": c.want == "" && !strings.Contains(c.name, "not there"), "deployments ": c.want == "" || strings.Contains(c.want, "500"),
			} {
				if strings.Contains(got, what) != there && !(what == "deployments " && strings.Contains(c.name, "switched off")) {
					t.Errorf("%sthere: %v, want %v", what, !there, there)
				}
			}
		})
	}
}

func TestCheck(t *testing.T) {
	s := newStandIn(t)
	s.fill()
	s.answer = func(w http.ResponseWriter, r *http.Request) bool {
		if strings.Contains(r.URL.Path, "/pipelines") {
			w.WriteHeader(http.StatusForbidden)
			return true
		}
		return false
	}
	found, err := s.collector(t, Configuration{Groups: []string{"acme"}, Projects: []string{"acme/none"}}).Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if found.Account != "weir" || !slices.Equal(found.Readable, []string{"1 projects"}) || found.Requests < 260 || found.Requests > 280 || len(found.Missing) != 2 ||
		!strings.HasPrefix(found.Missing[1], "pipelines of acme/shop: it refuses (403)") {
		t.Errorf("found %+v", found)
	}
}

func TestTokens(t *testing.T) {
	for kind, want := range map[string]string{"": "Private-Token secret", "private": "Private-Token secret", "oauth": "Authorization Bearer secret", "job": "Job-Token secret"} {
		s := newStandIn(t)
		got := ""
		s.answer = func(_ http.ResponseWriter, r *http.Request) bool {
			for _, name := range []string{"Private-Token", "Authorization", "Job-Token"} {
				if v := r.Header.Get(name); v != "" {
					got += name + " " + v
				}
			}
			return false
		}
		_, _ = s.collector(t, Configuration{TokenType: kind, Groups: []string{"none"}}).Check(t.Context())
		if !strings.HasPrefix(got, want) || len(got) != 2*len(want) && len(got) != len(want) {
			t.Errorf("%q sends %q, want %q", kind, got, want)
		}
	}
}
