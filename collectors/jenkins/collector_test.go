package jenkins

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

var deploying = Configuration{Stages: true, Deployments: promotion.Rules{{Pipeline: "shop", Stage: `^deploy to (?P<environment>\w+)$`}}}

// run puts a build with stages into a job.
func (s *standIn) run(job string, b build, stages ...string) {
	s.add(job, b)
	var all []stage
	for i, name := range stages {
		all = append(all, stage{Name: name, Status: "SUCCESS", Start: b.Timestamp + int64(i)*1000, Duration: 900})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stages[fmt.Sprintf("%s#%d", job, b.Number)] = all
}

func TestBackfillAndQuietSync(t *testing.T) {
	s, w := newSite(t), open(t)
	s.add("team/shop", manyBuilds(1, 250)...)
	s.add("team/deep/er/and/deeper/still/feature%2Fcart", manyBuilds(1, 3)...)
	s.add("other", manyBuilds(1, 4)...)
	s.add("empty")
	c := s.collector(t, Configuration{Exclude: []string{"other"}})
	if err := collect(t, w, c, collectors.Order{}); err != nil {
		t.Fatal(err)
	}
	known := content(t, w)
	if len(known) != 253 {
		t.Errorf("%d builds, want 253", len(known))
	}
	// The tree, the folder below it, three pages (which overlap by one) of the one job and one of the other.
	if got := s.asked(); len(got) != 6 {
		t.Errorf("a back-fill of 250 builds took %d requests: %q", len(got), got)
	}
	if err := collect(t, w, c, collectors.Order{}); err != nil {
		t.Fatal(err)
	}
	if got := s.asked(); len(got) != 2 {
		t.Errorf("a quiet sync took %d requests, want the tree's two: %q", len(got), got)
	}
	s.add("team/shop", numberedBuild(251))
	if err := collect(t, w, c, collectors.Order{}); err != nil {
		t.Fatal(err)
	}
	if got := s.asked(); len(got) != 3 || !strings.HasSuffix(got[2], "{0,3}") {
		t.Errorf("one new build took %q", got)
	}
	if got := content(t, w); len(got) != 254 {
		t.Errorf("%d builds, want 254", len(got))
	}
}

// TestHistoryStays: what Jenkins throws away has happened all the same, but what it threw away while it ran has no end.
func TestHistoryStays(t *testing.T) {
	s, w := newSite(t), open(t)
	s.add("shop", manyBuilds(1, 9)...)
	s.add("gone", numberedBuild(1))
	hanging, lost := numberedBuild(10), numberedBuild(2)
	hanging.Building, lost.Building = true, true
	s.run("shop", hanging, "deploy to live")
	s.run("gone", lost, "deploy to live")
	c := s.collector(t, deploying)
	if err := collect(t, w, c, collectors.Order{}); err != nil {
		t.Fatal(err)
	}
	s.jobs["shop"] = append([]build{numberedBuild(11)}, s.jobs["shop"][2:4]...)
	delete(s.jobs, "gone")
	if err := collect(t, w, c, collectors.Order{}); err != nil {
		t.Fatal(err)
	}
	r := collect(t, w, c, collectors.Order{Full: true})
	if r != nil {
		t.Fatal(r)
	}
	var ids []string
	known, err := w.Known(t.Context(), warehouse.Scope{Table: "builds"})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range known.Builds {
		ids = append(ids, b.Pipeline+"#"+b.ID)
	}
	want := []string{"gone#1", "shop#1", "shop#11", "shop#2", "shop#3", "shop#4", "shop#5", "shop#6", "shop#7", "shop#8", "shop#9"}
	if slices.Sort(ids); !slices.Equal(ids, want) {
		t.Errorf("known are %v, want %v", ids, want)
	}
	for _, table := range []string{"build_stages", "deployments"} {
		if rest, _ := w.Known(t.Context(), warehouse.Scope{Table: table}); len(rest.BuildStages)+len(rest.Deployments) > 0 {
			t.Errorf("of the lost builds there are still %+v", rest)
		}
	}
}

func TestRunningBuildsAreReadAgain(t *testing.T) {
	s, w := newSite(t), open(t)
	running := numberedBuild(1)
	running.Building, running.Result = true, ""
	s.run("shop", running, "deploy to test", "deploy to live")
	c := s.collector(t, deploying)
	if err := collect(t, w, c, collectors.Order{}); err != nil {
		t.Fatal(err)
	}
	s.add("shop", manyBuilds(2, 150)...)
	s.jobs["shop"][149] = numberedBuild(1)
	s.stages["shop#1"] = s.stages["shop#1"][:1]
	if err := collect(t, w, c, collectors.Order{}); err != nil {
		t.Fatal(err)
	}
	got := content(t, w)
	fresh := warehouseOf(t, func(w *warehouse.Warehouse) { _ = collect(t, w, s.collector(t, deploying), collectors.Order{}) }, w)
	sameContent(t, "after the build ended", got, fresh)
}

// warehouseOf is what a fresh back-fill makes. Only one engine lives in a process, so the old warehouse is closed.
func warehouseOf(t *testing.T, fill func(*warehouse.Warehouse), old *warehouse.Warehouse) []string {
	t.Helper()
	if old != nil {
		if err := old.Close(); err != nil {
			t.Fatal(err)
		}
	}
	w := open(t)
	fill(w)
	return content(t, w)
}

// TestRulesChange: deployments that the rules do not make any more disappear, and so do those of a job that was made anew.
func TestRulesChange(t *testing.T) {
	s, w := newSite(t), open(t)
	for n := range int64(130) {
		s.run("shop", numberedBuild(n+1), "build", "deploy to live")
	}
	if err := collect(t, w, s.collector(t, deploying), collectors.Order{}); err != nil {
		t.Fatal(err)
	}
	other := deploying
	other.Deployments = promotion.Rules{{Stage: "^deploy to live$", Environment: "production", Service: "web"}}
	if err := collect(t, w, s.collector(t, other), collectors.Order{}); err != nil {
		t.Fatal(err)
	}
	known, err := w.Known(t.Context(), warehouse.Scope{Table: "deployments"})
	if err != nil || len(known.Deployments) != 130 || known.Deployments[0].Environment != "production" {
		t.Errorf("%d deployments (%v), want 130 to production", len(known.Deployments), err)
	}
	s.jobs["shop"] = nil
	s.run("shop", numberedBuild(1), "another")
	if err := collect(t, w, s.collector(t, other), collectors.Order{}); err != nil {
		t.Fatal(err)
	}
	if known, err = w.Known(t.Context(), warehouse.Scope{Table: "deployments"}); err != nil || len(known.Deployments) != 129 {
		t.Errorf("%d deployments (%v), want 129", len(known.Deployments), err)
	}
	stages, err := w.Known(t.Context(), warehouse.Scope{Table: "build_stages", Where: map[string]string{"build_id": "1"}})
	if err != nil || len(stages.BuildStages) != 1 || stages.BuildStages[0].Name != "another" {
		t.Errorf("stages of the new job's first build: %+v", stages.BuildStages)
	}
}

// TestSince: what ended before a moment is left out until somebody asks for it, and not because a scheduled run, which says
// nothing, comes next; nor because the records are made otherwise.
func TestSince(t *testing.T) {
	s, w := newSite(t), open(t)
	s.add("shop", manyBuilds(1, 400)...)
	since := func(hours int) collectors.Order {
		return collectors.Order{Since: nine.Add(time.Duration(hours) * time.Hour)}
	}
	for n, run := range []struct {
		order          collectors.Order
		unstable       string
		want, requests int
	}{
		{since(250), "", 151, 3}, {since(250), "", 151, 1}, {collectors.Order{}, "", 151, 1}, {since(300), "", 151, 1},
		{collectors.Order{}, "failure", 151, 3}, {since(390), "success", 151, 3},
		{since(150), "success", 251, 3}, {collectors.Order{}, "success", 251, 1}, {collectors.Order{Full: true}, "success", 400, 6}, {collectors.Order{}, "success", 400, 1},
	} {
		if err := collect(t, w, s.collector(t, Configuration{Unstable: run.unstable}), run.order); err != nil {
			t.Fatal(err)
		}
		if got := content(t, w); len(got) != run.want {
			t.Errorf("run %d: %d builds, want %d", n, len(got), run.want)
		}
		if got := s.asked(); len(got) != run.requests {
			t.Errorf("run %d took %d requests: %q", n, len(got), got)
		}
	}
}

// TestSinceOfAnUnfinishedBackfill: it goes no further than it is told now.
func TestSinceOfAnUnfinishedBackfill(t *testing.T) {
	s, w := newSite(t), open(t)
	s.add("shop", manyBuilds(1, 400)...)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	left := 3
	s.first(func(http.ResponseWriter, *http.Request) bool {
		if left--; left == 0 {
			cancel()
		}
		return false
	})
	c := s.collector(t, Configuration{})
	if err := collectUntil(ctx, t, w, c, collectors.Order{}); err == nil {
		t.Fatal("it did not notice that it was cancelled")
	}
	for _, order := range []collectors.Order{{Since: nine.Add(250 * time.Hour)}, {}} {
		if err := collect(t, w, c, order); err != nil {
			t.Fatal(err)
		}
		if got := content(t, w); len(got) != 151 {
			t.Errorf("%d builds, want 151", len(got))
		}
	}
}

// TestKills: cancelled after any request, and run again until it succeeds, it ends as if nothing had happened; and also
// while builds come and go between the pages.
func TestKills(t *testing.T) {
	s, w := newSite(t), open(t)
	for n := range int64(230) {
		s.run("shop", numberedBuild(n+1), "build")
		if n%5 == 0 {
			s.stages[fmt.Sprintf("shop#%d", n+1)] = append(s.stages[fmt.Sprintf("shop#%d", n+1)], stage{Name: "deploy to live", Status: "FAILED", Start: 1_000_000, Duration: 5})
		}
	}
	for _, after := range []int{1, 2, 3, 20, 101, 102, 103, 104, 150, 204, 205, 206} {
		ctx, cancel := context.WithCancel(t.Context())
		left := after
		s.first(func(http.ResponseWriter, *http.Request) bool {
			if left--; left == 0 {
				cancel()
			}
			return false
		})
		if err := collectUntil(ctx, t, w, s.collector(t, deploying), collectors.Order{}); err == nil && after < 100 {
			t.Errorf("it did not notice that it was cancelled after %d requests", after)
		}
		cancel()
		// A build comes, and one in the middle is thrown away that was known already or never will be.
		s.first(nil)
		s.run("shop", numberedBuild(s.newest("shop")+1), "build", "deploy to test")
	}
	if err := collect(t, w, s.collector(t, deploying), collectors.Order{}); err != nil {
		t.Fatal(err)
	}
	got := content(t, w)
	want := warehouseOf(t, func(w *warehouse.Warehouse) {
		if err := collect(t, w, s.collector(t, deploying), collectors.Order{}); err != nil {
			t.Fatal(err)
		}
	}, w)
	if len(want) != 242+(242+46+12)+(46+12) {
		t.Errorf("%d records in the end, want builds, stages and deployments", len(want))
	}
	sameContent(t, "after twelve kills", got, want)
}

// TestMovingPages: builds that are deleted between two pages move the older ones up, and none of those is missed.
func TestMovingPages(t *testing.T) {
	s, w := newSite(t), open(t)
	s.add("shop", manyBuilds(1, 500)...)
	s.first(func(_ http.ResponseWriter, r *http.Request) bool {
		tree := r.URL.Query().Get("tree")
		if strings.HasPrefix(tree, "allBuilds") && !strings.HasSuffix(tree, "{0,100}") && len(s.jobs["shop"]) > 470 {
			s.jobs["shop"] = slices.Delete(s.jobs["shop"], 10, 20) // all of them were read with the first page
		}
		return false
	})
	if err := collect(t, w, s.collector(t, Configuration{}), collectors.Order{}); err != nil {
		t.Fatal(err)
	}
	if got := content(t, w); len(got) != 500 {
		t.Errorf("%d builds, want 500", len(got))
	}
}

func TestFailures(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer func(w http.ResponseWriter, r *http.Request) bool
		want   string // part of the error; "" means that all goes well
		builds int
	}{
		{"wrong credentials", func(w http.ResponseWriter, _ *http.Request) bool { w.WriteHeader(http.StatusUnauthorized); return true }, "check `user` and the API token", 0},
		{"no permission", func(w http.ResponseWriter, _ *http.Request) bool { w.WriteHeader(http.StatusForbidden); return true }, "Overall/Read", 0},
		{"not Jenkins", func(w http.ResponseWriter, _ *http.Request) bool { reply(w, "Log in"); return true }, "is `url` the address of Jenkins itself", 0},
		{"one job fails", func(w http.ResponseWriter, r *http.Request) bool {
			if strings.HasPrefix(r.URL.Path, "/job/bad") {
				w.WriteHeader(http.StatusInternalServerError)
				return true
			}
			return false
		}, "bad: ask Jenkins for /job/bad/api/json: it answered 500", 2},
		{"one job is deleted meanwhile", func(w http.ResponseWriter, r *http.Request) bool {
			if strings.HasPrefix(r.URL.Path, "/job/bad") {
				http.NotFound(w, r)
				return true
			}
			return false
		}, "", 2},
		{"a build's stages are damaged", func(w http.ResponseWriter, r *http.Request) bool {
			if strings.Contains(r.URL.Path, "wfapi") && strings.HasPrefix(r.URL.Path, "/job/bad") {
				w.WriteHeader(http.StatusInternalServerError)
				return true
			}
			return false
		}, "", 4},
		{"Jenkins restarts", func(w http.ResponseWriter, r *http.Request) bool {
			if strings.Contains(r.URL.Path, "wfapi") && strings.HasPrefix(r.URL.Path, "/job/bad") {
				w.WriteHeader(http.StatusServiceUnavailable)
				return true
			}
			return false
		}, "it answered 503", 2},
		{"no workflow API", func(w http.ResponseWriter, r *http.Request) bool {
			if strings.Contains(r.URL.Path, "wfapi") {
				http.NotFound(w, r)
				return true
			}
			return false
		}, "", 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, w := newSite(t), open(t)
			s.add("good", manyBuilds(1, 2)...)
			s.add("bad", manyBuilds(1, 2)...)
			s.first(c.answer)
			err := collect(t, w, s.collector(t, deploying), collectors.Order{})
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("got %v, want something with %q", err, c.want)
			}
			if got := content(t, w); len(got) != c.builds {
				t.Errorf("%d builds, want %d", len(got), c.builds)
			}
		})
	}
}

func TestCheck(t *testing.T) {
	s := newSite(t)
	s.add("team/shop", manyBuilds(1, 250)...)
	found, err := s.collector(t, Configuration{Jobs: []string{"team/**", "elsewhere/*"}, Stages: true}).Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if found.Account != "weir" || !slices.Equal(found.Readable, []string{"1 jobs in 1 folders"}) || found.Requests != 1+3+250 ||
		len(found.Missing) != 1 || !strings.Contains(found.Missing[0], "elsewhere/*") {
		t.Errorf("found %+v", found)
	}
	s.first(func(w http.ResponseWriter, r *http.Request) bool {
		if strings.Contains(r.URL.Path, "wfapi") {
			http.NotFound(w, r)
			return true
		}
		return false
	})
	if found, err = s.collector(t, Configuration{Stages: true}).Check(t.Context()); err != nil || len(found.Missing) != 1 || !strings.Contains(found.Missing[0], "REST API") {
		t.Errorf("without the workflow API: %+v, %v", found, err)
	}
}
