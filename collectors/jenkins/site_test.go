package jenkins

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/collectors/access"
	"github.com/weirhq/weir/collectors/simulator"
	"github.com/weirhq/weir/collectors/simulator/site"
	"github.com/weirhq/weir/warehouse"
)

// company is the simulated company behind its Jenkins, as it is seen at a moment.
func company(t *testing.T) (*site.Site, string) {
	t.Helper()
	noon := time.Date(2026, 3, 18, 12, 0, 0, 0, time.UTC) // of a working day: something is running
	cfg := simulator.DefaultConfiguration(noon)
	cfg.Scale = 0.05
	s := site.New(simulator.New(cfg), standing{noon}, site.Options{Token: "secret"})
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return s, server.URL + "/jenkins"
}

type standing struct{ at time.Time }

func (c standing) Now() time.Time { return c.at }

func simulated(t *testing.T, url string, transport http.RoundTripper) *Collector {
	t.Helper()
	t.Setenv("TEST_JENKINS_TOKEN", "secret")
	cfg := Configuration{URL: url, User: "weir", Stages: true}
	cfg.Token.Env = "TEST_JENKINS_TOKEN"
	c, err := New(cfg, access.New(access.Options{Clock: quick{}, Transport: transport, Timeout: 2 * time.Second}).Line("ci", "", nil))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// worldOfJenkins is what the world says of the builds that Jenkins has: those whose pipelines are not a repository's.
func worldOfJenkins(t *testing.T, s *site.Site) (lines []string) {
	t.Helper()
	all, err := s.Records()
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range all.Builds {
		if strings.HasPrefix(b.Pipeline, "millrace/") {
			continue
		}
		b.Source, b.URL = "ci", "" // the site says where it really is, and the world where it would be
		lines = append(lines, "b "+asLine(t, b))
	}
	for _, b := range all.BuildStages {
		if strings.HasPrefix(b.Pipeline, "millrace/") {
			continue
		}
		b.Source = "ci"
		lines = append(lines, "s "+asLine(t, b))
	}
	slices.Sort(lines)
	return lines
}

func collected(t *testing.T, w *warehouse.Warehouse) (lines []string) {
	t.Helper()
	for _, table := range []string{"builds", "build_stages"} {
		known, err := w.Known(t.Context(), warehouse.Scope{Table: table})
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range known.Builds {
			if !strings.HasPrefix(b.URL, "http://127.0.0.1:") {
				t.Errorf("build %s of %s is at %q", b.ID, b.Pipeline, b.URL)
			}
			b.URL = ""
			lines = append(lines, "b "+asLine(t, b))
		}
		for _, b := range known.BuildStages {
			lines = append(lines, "s "+asLine(t, b))
		}
	}
	slices.Sort(lines)
	return lines
}

// asked is how many requests Jenkins has had.
func asked(s *site.Site) (n int) {
	for name, times := range s.Requests() {
		if strings.HasPrefix(name, "jenkins ") && !strings.Contains(name, " 304") {
			n += times
		}
	}
	return n
}

// TestSimulatedCompany: what comes out of the simulated Jenkins is what the world says it builds, undisturbed, with
// faults in every seventh answer, and with a cancelled run after every few requests.
func TestSimulatedCompany(t *testing.T) {
	s, url := company(t)
	want := worldOfJenkins(t, s)
	if len(want) < 100 {
		t.Fatalf("the company has only %d builds and stages in Jenkins", len(want))
	}
	w := open(t)
	if err := collect(t, w, simulated(t, url, &http.Transport{}), collectors.Order{}); err != nil {
		t.Fatal(err)
	}
	sameContent(t, "undisturbed", collected(t, w), want)
	jobs, builds := map[string]bool{}, 0
	known, err := w.Known(t.Context(), warehouse.Scope{Table: "builds"})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range known.Builds {
		jobs[b.Pipeline] = true
		builds++
	}
	requests := asked(s)
	t.Logf("%d builds of %d jobs took %d requests", builds, len(jobs), requests)
	// The tree, pages of 100 builds, and the stages of each build, the ten latest of a job together.
	if most := 1 + builds/pageSize + 2*len(jobs) + builds - 8*len(jobs); requests > most {
		t.Errorf("%d builds of %d jobs took %d requests, want at most %d", builds, len(jobs), requests, most)
	}
	if err := collect(t, w, simulated(t, url, &http.Transport{}), collectors.Order{}); err != nil {
		t.Fatal(err)
	}
	// The tree again, and each build that was still running.
	running, err := w.Known(t.Context(), warehouse.Scope{Table: "builds", Where: map[string]string{"result": "running"}})
	if err != nil {
		t.Fatal(err)
	}
	if again := asked(s) - requests; again > 1+2*len(running.Builds) {
		t.Errorf("a quiet sync took %d requests while %d builds ran", again, len(running.Builds))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}

	s.Misbehave(site.Faults{Kinds: []site.Fault{site.ServerError, site.TooMany, site.Truncate, site.Malformed}, Every: 7})
	w = open(t)
	if err := collect(t, w, simulated(t, url, &http.Transport{}), collectors.Order{}); err != nil {
		t.Fatal(err)
	}
	if len(s.Misbehaved()) == 0 {
		t.Error("nothing went wrong")
	}
	sameContent(t, "with faults", collected(t, w), want)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}

	s.Misbehave(site.Faults{})
	w = open(t)
	killed := 0
	for n := 3; ; n = n*3/2 + 1 {
		ctx, cancel := context.WithCancel(t.Context())
		kill := &killer{kill: cancel}
		kill.left.Store(int64(n))
		err := collectUntil(ctx, t, w, simulated(t, url, kill), collectors.Order{})
		cancel()
		if err == nil {
			break
		}
		killed++
	}
	t.Logf("it was cancelled %d times", killed)
	if killed < 3 {
		t.Errorf("it was cancelled %d times only", killed)
	}
	sameContent(t, "after cancelled runs", collected(t, w), want)
}

// killer cancels the run after so many requests.
type killer struct {
	http.Transport
	left atomic.Int64
	kill func()
}

func (k *killer) RoundTrip(r *http.Request) (*http.Response, error) {
	if k.left.Add(-1) == 0 {
		k.kill()
	}
	return k.Transport.RoundTrip(r)
}
