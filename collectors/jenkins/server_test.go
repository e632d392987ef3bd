package jenkins

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/collectors/access"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

var nine = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// standIn is a Jenkins with just enough of its API. Jobs are folders when others are in them.
type standIn struct {
	*httptest.Server

	mu       sync.Mutex
	jobs     map[string][]build // newest first
	stages   map[string][]stage // by job#number
	requests []string
	answer   func(w http.ResponseWriter, r *http.Request) bool // true: it has answered
}

func newSite(tb testing.TB) *standIn {
	tb.Helper()
	s := &standIn{jobs: map[string][]build{}, stages: map[string][]stage{}}
	s.Server = httptest.NewServer(s)
	tb.Cleanup(s.Close)
	return s
}

// first sets what may answer before it does; requests of a run that was cancelled may still come.
func (s *standIn) first(answer func(w http.ResponseWriter, r *http.Request) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = answer
}

// newest is the number of a job's last build.
func (s *standIn) newest(job string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.jobs[job][0].Number
}

// add puts builds upon a job's others. The n-th began n hours after nine o'clock and took a minute.
func (s *standIn) add(job string, builds ...build) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range builds {
		s.jobs[job] = slices.Insert(s.jobs[job], 0, b)
	}
}

func numberedBuild(n int64) build {
	queued := int64(5000)
	return build{
		Class: "org.jenkinsci.plugins.workflow.job.WorkflowRun", Number: n, URL: fmt.Sprintf("https://ci.example/%d/", n),
		Timestamp: nine.Add(time.Duration(n) * time.Hour).UnixMilli(), Duration: 60_000, Result: "SUCCESS",
		Actions: []action{
			{Causes: []cause{{Class: "jenkins.branch.BranchEventCause", ShortDescription: "Push event to branch main"}}},
			{LastBuiltRevision: &revision{SHA1: fmt.Sprintf("%040x", n), Branch: []struct {
				Name string `json:"name"`
			}{{"refs/remotes/origin/main"}}}, RemoteURLs: []string{"https://git.example/acme/shop.git"}},
			{QueuingDuration: &queued}, {},
		},
	}
}

func manyBuilds(from, to int64) (all []build) {
	for n := from; n <= to; n++ {
		all = append(all, numberedBuild(n))
	}
	return all
}

var (
	ofBuilds = regexp.MustCompile(`^allBuilds\[.*\]\{(\d+),(\d+)\}$`)
	ofBuild  = regexp.MustCompile(`^(.*)/(\d+)$`)
)

func (s *standIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	path, _ := url.PathUnescape(r.URL.EscapedPath())
	s.requests = append(s.requests, path+" "+r.URL.Query().Get("tree"))
	if s.answer != nil && s.answer(w, r) {
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if user, token, _ := r.BasicAuth(); user != "weir" || token != "secret" {
		http.Error(w, "<html>Unauthorized</html>", http.StatusUnauthorized)
		return
	}
	name, what := r.URL.EscapedPath(), ""
	for _, suffix := range []string{"/api/json", "/wfapi/describe", "/wfapi/runs"} {
		if before, found := strings.CutSuffix(name, suffix); found {
			name, what = before, suffix
		}
	}
	if name == "/me" {
		reply(w, map[string]string{"id": "weir"})
		return
	}
	number := int64(0)
	if m := ofBuild.FindStringSubmatch(name); m != nil && !strings.HasSuffix(m[1], "/job") {
		name = m[1]
		number, _ = strconv.ParseInt(m[2], 10, 64)
	}
	var parts []string
	for part := range strings.SplitSeq(strings.Trim(name, "/"), "/") {
		if plain, _ := url.PathUnescape(part); part != "job" && part != "" {
			parts = append(parts, plain)
		}
	}
	s.serve(w, r, request{job: strings.Join(parts, "/"), number: number, what: what})
}

type request struct {
	job    string
	number int64
	what   string
}

func (s *standIn) serve(w http.ResponseWriter, r *http.Request, q request) {
	builds, exists := s.jobs[q.job]
	at := slices.IndexFunc(builds, func(b build) bool { return b.Number == q.number })
	m := ofBuilds.FindStringSubmatch(r.URL.Query().Get("tree"))
	switch {
	case q.what == "/wfapi/describe" && at >= 0:
		reply(w, workflow{ID: strconv.FormatInt(q.number, 10), Stages: s.stages[q.job+"#"+strconv.FormatInt(q.number, 10)]})
	case q.what == "/wfapi/runs" && exists:
		var all []workflow
		for _, b := range builds[:min(len(builds), 10)] {
			id := strconv.FormatInt(b.Number, 10)
			all = append(all, workflow{ID: id, Stages: s.stages[q.job+"#"+id]})
		}
		reply(w, all)
	case m != nil && exists:
		from, _ := strconv.Atoi(m[1])
		to, _ := strconv.Atoi(m[2])
		reply(w, map[string]any{"allBuilds": builds[min(from, len(builds)):min(to, len(builds))]})
	case q.number > 0 && at >= 0:
		reply(w, builds[at])
	case strings.HasPrefix(r.URL.Query().Get("tree"), "jobs["):
		levels := strings.Count(r.URL.Query().Get("tree"), "jobs[")
		reply(w, map[string]any{"jobs": s.list(q.job, levels)})
	default:
		http.NotFound(w, r)
	}
}

// list is what is in a folder, as deep as was asked.
func (s *standIn) list(folder string, levels int) (all []map[string]any) {
	seen := map[string]bool{}
	for _, name := range slices.Sorted(keysOf(s.jobs)) {
		rest := name
		if folder != "" {
			after, inside := strings.CutPrefix(name, folder+"/")
			if !inside {
				continue
			}
			rest = after
		}
		first, deeper, isFolder := strings.Cut(rest, "/")
		full := strings.TrimPrefix(folder+"/"+first, "/")
		if seen[full] {
			continue
		}
		seen[full] = true
		j := map[string]any{"name": first, "fullName": full}
		if isFolder {
			_ = deeper
			j["_class"] = "com.cloudbees.hudson.plugins.folder.Folder"
			if levels > 1 {
				j["jobs"] = s.list(full, levels-1)
			}
		} else {
			j["_class"], j["color"] = "org.jenkinsci.plugins.workflow.job.WorkflowJob", "blue"
			if len(s.jobs[name]) > 0 {
				j["lastBuild"] = map[string]any{"number": s.jobs[name][0].Number}
			}
		}
		all = append(all, j)
	}
	return all
}

func keysOf(jobs map[string][]build) func(func(string) bool) {
	return func(yield func(string) bool) {
		for name := range jobs {
			if !yield(name) {
				return
			}
		}
	}
}

func reply(w io.Writer, v any) { _ = json.NewEncoder(w).Encode(v) }

// asked are the requests since the last time.
func (s *standIn) asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.requests
	s.requests = nil
	return all
}

// quick does not wait between tries.
type quick struct{}

func (quick) Now() time.Time                                   { return nine.AddDate(0, 1, 0) }
func (quick) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

func (s *standIn) collector(tb testing.TB, cfg Configuration) *Collector {
	tb.Helper()
	tb.Setenv("TEST_JENKINS_TOKEN", "secret")
	cfg.URL, cfg.User, cfg.Token.Env = s.URL, "weir", "TEST_JENKINS_TOKEN"
	c, err := New(cfg, access.New(access.Options{Clock: quick{}, Transport: &http.Transport{}}).Line("ci", "", nil))
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// collect runs the collector once.
func collect(tb testing.TB, w collectors.Store, c collectors.Collector, order collectors.Order) error {
	tb.Helper()
	return collectUntil(tb.Context(), tb, w, c, order)
}

func collectUntil(ctx context.Context, tb testing.TB, w collectors.Store, c collectors.Collector, order collectors.Order) error {
	tb.Helper()
	r, err := collectors.New(w, []collectors.Source{{Name: "ci", Collector: c}}, collectors.Options{Log: slog.New(slog.DiscardHandler), Clock: quick{}})
	if err != nil {
		tb.Fatal(err)
	}
	return r.Collect(ctx, order)
}

// content is all that the warehouse has, one line a record.
func content(tb testing.TB, w *warehouse.Warehouse) []string {
	tb.Helper()
	var lines []string
	for _, table := range []string{"builds", "build_stages", "deployments"} {
		known, err := w.Known(tb.Context(), warehouse.Scope{Table: table})
		if err != nil {
			tb.Fatal(err)
		}
		for _, b := range known.Builds {
			lines = append(lines, asLine(tb, b))
		}
		for _, s := range known.BuildStages {
			lines = append(lines, asLine(tb, s))
		}
		for _, d := range known.Deployments {
			lines = append(lines, asLine(tb, d))
		}
	}
	return lines
}

func asLine(tb testing.TB, v any) string {
	tb.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

func open(tb testing.TB) *warehouse.Warehouse {
	tb.Helper()
	return warehousetest.Open(tb)
}

// sameContent compares two warehouses' contents and shows the first difference.
func sameContent(tb testing.TB, what string, got, want []string) {
	tb.Helper()
	for i := range max(len(got), len(want)) {
		var g, x string
		if i < len(got) {
			g = got[i]
		}
		if i < len(want) {
			x = want[i]
		}
		if g != x {
			tb.Errorf("%s: %d records, want %d; the first difference:\n got %s\nwant %s", what, len(got), len(want), g, x)
			return
		}
	}
}
