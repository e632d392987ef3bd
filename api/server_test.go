package api

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/weirhq/weir/collectors/simulator"
	"github.com/weirhq/weir/metrics"
	"github.com/weirhq/weir/metrics/derive"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// today is the moment at which the tests ask.
var today = time.Date(2026, 3, 18, 12, 0, 0, 0, time.UTC)

// asked is a server over a small simulated company.
type asked struct {
	*Server
	t         *testing.T
	warehouse *warehouse.Warehouse
	deriver   *derive.Deriver
	now       time.Time
	computed  atomic.Int64 // answers that were computed, not remembered
}

func newAsked(t *testing.T, records ...warehouse.Records) *asked {
	t.Helper()
	a := &asked{t: t, warehouse: warehousetest.Open(t), now: today}
	a.deriver = derive.New(a.warehouse, testLog(t))
	for _, r := range records {
		a.write(r)
	}
	a.Server = New(Configuration{
		Version: "test", Location: time.UTC, Now: func() time.Time { return a.now },
		Reader:      metrics.NewReader(a.warehouse, metrics.ReaderConfiguration{Now: func() time.Time { return a.now }}),
		DataVersion: a.deriver.Version,
		Reading: func() func() {
			a.computed.Add(1)
			return a.deriver.Reading()
		},
		Sources: func() []Source { return []Source{{Name: "shop", Schedule: "@hourly"}} },
		Pages: fstest.MapFS{
			"index.html": {Data: []byte("<title>the page</title>")}, "api.html": {Data: []byte("<title>the docs</title>")},
			"assets/x-1.js": {Data: []byte(strings.Repeat("// script\n", 500))},
		},
	})
	return a
}

func (a *asked) write(r warehouse.Records) {
	a.t.Helper()
	if err := a.warehouse.Write(context.Background(), r); err != nil {
		a.t.Fatal(err)
	}
	if _, err := a.deriver.Update(context.Background()); err != nil {
		a.t.Fatal(err)
	}
	if a.Server != nil {
		a.Forget()
	}
}

// company is a simulated company small enough for a test.
func company(t *testing.T) warehouse.Records {
	t.Helper()
	cfg := simulator.DefaultConfiguration(today)
	cfg.From, cfg.Scale = cfg.To.AddDate(0, -4, 0), 0.1
	var all warehouse.Records
	err := simulator.New(cfg).Records(func(r warehouse.Records) error {
		all.Commits = append(all.Commits, r.Commits...)
		all.PullRequests = append(all.PullRequests, r.PullRequests...)
		all.Reviews = append(all.Reviews, r.Reviews...)
		all.Builds = append(all.Builds, r.Builds...)
		all.Deployments = append(all.Deployments, r.Deployments...)
		all.Incidents = append(all.Incidents, r.Incidents...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// deployed is one deployment to production.
func deployed(id string, at time.Time) warehouse.Records {
	return warehouse.Records{Deployments: []warehouse.Deployment{{Service: "shop", Environment: "production", ID: id, Result: "success", FinishedAt: at}}}
}

func (a *asked) get(path string, headers ...string) *httptest.ResponseRecorder {
	a.t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	a.ServeHTTP(w, r)
	return w
}

// Every answer is valid against what the OpenAPI document says of it, to the last field.
func TestAnswersAreAsDocumented(t *testing.T) {
	a := newAsked(t, company(t))
	window := "?from=2026-01-01&to=2026-03-01"
	paths := map[string][]string{
		"/metrics": {""}, "/status": {""}, "/sources": {""}, "/teams": {""}, "/services": {""}, "/products": {""}, "/environments": {""},
		"/answers": {window + "&compare=previous&ask=lead_time,previous,distribution&ask=lead_time,every=week,by=team&ask=rework_rate,by=service&ask=deployment_frequency,every=day"},
	}
	for _, m := range metrics.Catalogue() {
		paths["/metrics/{id}"] = append(paths["/metrics/{id}"], m.ID+window, m.ID+window+"&every=month&by=service", m.ID+"?from=1990-01-01&to=1990-02-01")
		paths["/metrics/{id}/items"] = append(paths["/metrics/{id}/items"], m.ID+window+"&limit=1000", m.ID+window+"&excluded=true", m.ID+"?from=1990-01-01&to=1990-02-01")
	}
	for path, operation := range a.api.OpenAPI().Paths {
		if operation.Get == nil {
			continue
		}
		if len(paths[strings.TrimPrefix(path, root)]) == 0 {
			t.Errorf("%s: no request is tried", path)
		}
		for _, asked := range paths[strings.TrimPrefix(path, root)] {
			url := path + asked
			if id, rest, found := strings.Cut(asked, "?"); found && strings.Contains(path, "{id}") {
				url = strings.Replace(path, "{id}", id, 1) + "?" + rest
			}
			w := a.get(url)
			if w.Code != http.StatusOK {
				t.Errorf("%s: status %d, %s", url, w.Code, w.Body)
				continue
			}
			for _, fault := range a.faults(operation.Get.Responses["200"].Content["application/json"].Schema, w.Body.Bytes()) {
				t.Errorf("%s: %v", url, fault)
			}
		}
	}
}

func TestWrongQuestions(t *testing.T) {
	a := newAsked(t)
	for _, c := range []struct {
		path, place string
		status      int
		says        []string
	}{
		{"/api/v1/metrics/lead_tim", "path.id", 404, []string{`no metric "lead_tim"`, `"lead_time"`}},
		{"/api/v1/metrics/lead_tim/items", "path.id", 404, []string{`"lead_time"`}},
		{"/api/v1/metrics/lead_time?evry=day", "query.evry", 400, []string{`"evry"`, `did you mean "every"`}},
		{"/api/v1/metrics/lead_time?limit=5", "query.limit", 400, []string{`"limit"`, "the parameters are by, clock"}},
		{"/api/v1/metrics/lead_time?every=dy", "query.every", 400, []string{`"dy"`, "range, day, week, month, quarter"}},
		{"/api/v1/metrics/lead_time?every=day&every=week", "query.every", 400, []string{"2 times"}},
		{"/api/v1/metrics/lead_time?by=person", "query.by", 400, []string{"none, service, repo, team, product, environment"}},
		{"/api/v1/metrics/lead_time?from=yesterday", "query.from", 400, []string{`"yesterday"`, "2026-03-31", "90d"}},
		{"/api/v1/metrics/lead_time?from=2026-02-01&to=2026-01-01", "query.from", 400, []string{"empty"}},
		{"/api/v1/metrics/lead_time?clock=working", "query.clock", 400, []string{"calendars"}},
		{"/api/v1/metrics/time_to_restore?by=environment", "query.by", 400, []string{"cannot be grouped by environment"}},
		{"/api/v1/metrics/lead_time/items?limit=many", "query.limit", 400, []string{`"many"`, "whole number"}},
		{"/api/v1/metrics/lead_time/items?limit=0", "query.limit", 400, []string{"1 to 1000"}},
		{"/api/v1/metrics/lead_time/items?limit=1001", "query.limit", 400, []string{"1 to 1000"}},
		{"/api/v1/metrics/lead_time/items?excluded=yes", "query.excluded", 400, []string{"true nor false"}},
		{"/api/v1/metrics/lead_time/items?numerator=true", "query.numerator", 400, []string{"ratio"}},
		{"/api/v1/metrics/lead_time/items?after=x", "query.after", 400, []string{"next"}},
		{"/api/v1/answers", "query.ask", 400, []string{"ask=lead_time"}},
		{"/api/v1/answers?ask=leadtime", "query.ask", 400, []string{`"lead_time"`}},
		{"/api/v1/answers?ask=lead_time,evry=day", "query.ask", 400, []string{"every=…"}},
		{"/api/v1/answers?ask=lead_time,by=person", "query.ask", 400, []string{"service"}},
		{"/api/v1/answers?ask=rework_rate,distribution", "query.ask", 400, []string{"no duration"}},
		{"/api/v1/answers?ask=lead_time&compare=next", "query.compare", 400, []string{"none, previous, year"}},
		{"/api/v1/answers?" + strings.Repeat("ask=lead_time&", 61), "query.ask", 400, []string{"60"}},
		{"/api/v1/nothing", "", 404, []string{"/api/v1/nothing", "/api/docs"}},
		{"/api/v2/metrics", "", 404, []string{"/api/docs"}},
	} {
		w := a.get(c.path)
		var p struct {
			Status int
			Detail string
			Errors []struct{ Message, Location string }
		}
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
			t.Errorf("%s: %v in %s", c.path, err, w.Body)
			continue
		}
		place := ""
		if len(p.Errors) == 1 {
			place = p.Errors[0].Location
		}
		if w.Code != c.status || p.Status != c.status || place != c.place || w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: got %d (%s) at %q as %s, want %d at %q", c.path, w.Code, w.Body, place, w.Header().Get("Content-Type"), c.status, c.place)
		}
		for _, want := range c.says {
			if !strings.Contains(p.Detail, want) {
				t.Errorf("%s: %q does not say %q", c.path, p.Detail, want)
			}
		}
		if w.Header().Get("ETag") != "" || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: a problem may be kept: %v", c.path, w.Header())
		}
	}
	for _, method := range []string{http.MethodPost, http.MethodDelete} {
		r := httptest.NewRequest(method, "/api/v1/metrics/lead_time", nil)
		r.Header.Set("If-None-Match", "*")
		w := httptest.NewRecorder()
		a.ServeHTTP(w, r)
		if w.Code != http.StatusMethodNotAllowed || !strings.Contains(w.Body.String(), "GET") || w.Header().Get("ETag") != "" {
			t.Errorf("%s: got %d %s", method, w.Code, w.Body)
		}
	}
}

func TestAnswersAreRememberedUntilTheDataChange(t *testing.T) {
	a := newAsked(t, deployed("1", today.AddDate(0, 0, -3)))
	const fixed = "/api/v1/metrics/deployment_frequency?from=2026-03-01&to=2026-03-18"
	first := a.get(fixed)
	etag := first.Header().Get("ETag")
	if first.Code != 200 || etag == "" || !strings.Contains(first.Body.String(), `"n":1,`) {
		t.Fatalf("got %d %s, ETag %q", first.Code, first.Body, etag)
	}
	again := a.get(fixed)
	if again.Header().Get("ETag") != etag || again.Body.String() != first.Body.String() || a.computed.Load() != 1 {
		t.Errorf("asked again: ETag %q, %d computed, body %s; want the kept one", again.Header().Get("ETag"), a.computed.Load(), again.Body)
	}
	if w := a.get(fixed, "If-None-Match", etag); w.Code != http.StatusNotModified || w.Body.Len() != 0 {
		t.Errorf("asked whether it still holds: %d, %d bytes; want 304 and none", w.Code, w.Body.Len())
	}
	if w := a.get(fixed+"&service=other", "If-None-Match", etag); w.Code != http.StatusOK {
		t.Errorf("another question with the same ETag: %d, want 200", w.Code)
	}

	a.write(deployed("2", today.AddDate(0, 0, -2)))
	w := a.get(fixed, "If-None-Match", etag)
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"n":2,`) {
		t.Errorf("after a deployment: %d %s; want the new figure", w.Code, w.Body)
	}
	// An update that finds nothing new changes nothing.
	etag = w.Header().Get("ETag")
	a.write(warehouse.Records{})
	if w := a.get(fixed, "If-None-Match", etag); w.Code != http.StatusNotModified {
		t.Errorf("after nothing: %d, want 304", w.Code)
	}

	// A window that ends now, or has not ended yet, moves with the minutes.
	for _, moving := range []string{"/api/v1/metrics/deployment_frequency?from=7d", "/api/v1/metrics/deployment_frequency?from=2026-03-01&to=2026-04-01"} {
		w := a.get(moving)
		etag = w.Header().Get("ETag")
		if w := a.get(moving, "If-None-Match", etag); w.Code != http.StatusNotModified {
			t.Errorf("%s in the same minute: %d, want 304", moving, w.Code)
		}
		a.now = a.now.Add(time.Minute)
		if later := a.get(moving, "If-None-Match", etag); later.Code != http.StatusOK || later.Body.String() == w.Body.String() {
			t.Errorf("%s a minute later: %d %s, want 200 and other figures", moving, later.Code, later.Body)
		}
	}
	if w := a.get(fixed, "If-None-Match", a.get(fixed).Header().Get("ETag")); w.Code != http.StatusNotModified {
		t.Errorf("a fixed window a minute later: %d, want 304", w.Code)
	}
}

// Many who ask the same at once wait for one answer; one who goes away takes nothing from the others.
func TestManyAskTheSame(t *testing.T) {
	a := newAsked(t, deployed("1", today.AddDate(0, 0, -3)))
	const path = "/api/v1/metrics/lead_time?from=2026-03-01&to=2026-03-18"
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			if i%4 == 0 {
				ctx, cancel := context.WithCancel(r.Context())
				cancel()
				r = r.WithContext(ctx)
			}
			w := httptest.NewRecorder()
			a.ServeHTTP(w, r)
			if i%4 != 0 && w.Code != http.StatusOK {
				t.Errorf("got %d %s", w.Code, w.Body)
			}
		})
	}
	all.Wait()
	// One that was given up may have begun; each of those is followed by another try.
	if n := a.computed.Load(); n < 1 || n > 11 {
		t.Errorf("%d answers were computed for 40 of the same question", n)
	}
	if len(a.answers.going) != 0 || len(a.slots) != 0 {
		t.Errorf("%d computations and %d turns were never ended", len(a.answers.going), len(a.slots))
	}
}

func TestMemoryIsBounded(t *testing.T) {
	m := newMemory()
	for i := range 3 * keptAnswers {
		key := fmt.Sprint(i)
		if _, compute, err := m.begin(context.Background(), key); !compute || err != nil {
			t.Fatal(compute, err)
		}
		m.end(key, answered{body: make([]byte, keptLength+i%2)})
	}
	if n := m.kept.Len(); n > keptAnswers {
		t.Errorf("%d answers are kept", n)
	}
	for _, key := range m.kept.Keys() {
		if a, _ := m.kept.Get(key); len(a.body) > keptLength {
			t.Errorf("an answer of %d bytes is kept", len(a.body))
		}
	}
}

func TestCompressed(t *testing.T) {
	a := newAsked(t, deployed("1", today.AddDate(0, 0, -3)))
	for _, path := range []string{"/api/v1/metrics/lead_time?to=2026-03-18&every=day", "/assets/x-1.js", "/api/v1/openapi.json"} {
		plain, small := a.get(path), a.get(path, "Accept-Encoding", "gzip")
		if small.Header().Get("Content-Encoding") != "gzip" || small.Body.Len() >= plain.Body.Len()/2 {
			t.Errorf("%s: %d bytes as %q, plain %d", path, small.Body.Len(), small.Header().Get("Content-Encoding"), plain.Body.Len())
		}
	}
}

func TestPages(t *testing.T) {
	a := newAsked(t)
	for _, c := range []struct {
		path, accept string
		status       int
		says, cached string
	}{
		{"/", "", 200, "the page", "no-cache"},
		{"/?team=payments", "text/html", 200, "the page", "no-cache"},
		{"/nowhere", "text/html,*/*", 404, "the page", "no-cache"},
		{"/nowhere", "", 404, "Not Found", "no-store"},
		{"/assets/x-1.js", "", 200, "script", "public, max-age=31536000, immutable"},
		{"/assets/x-2.js", "", 404, "Not Found", "no-store"},
		{"/api/docs", "", 200, "the docs", "no-cache"},
		{"/healthz", "", 200, "ok", ""},
		{"/readyz", "", 200, "ready", ""},
	} {
		w := a.get(c.path, "Accept", c.accept)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) || w.Header().Get("Cache-Control") != c.cached {
			t.Errorf("%s: got %d %q, Cache-Control %q; want %d %q, %q", c.path, w.Code, w.Body, w.Header().Get("Cache-Control"), c.status, c.says, c.cached)
		}
		if csp := w.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'self'") {
			t.Errorf("%s: Content-Security-Policy is %q", c.path, csp)
		}
	}
	for _, path := range []string{"/", "/healthz", "/readyz", "/assets/x-1.js"} {
		w := httptest.NewRecorder()
		a.ServeHTTP(w, httptest.NewRequest(http.MethodHead, path, nil))
		if w.Code != http.StatusOK {
			t.Errorf("HEAD %s: %d", path, w.Code)
		}
	}
	a.cfg.Pages = nil
	if w := a.get("/"); !strings.Contains(w.Body.String(), "without its dashboard") {
		t.Errorf("without pages: %s", w.Body)
	}
}

// Series are by route, so that whoever asks for nonsense cannot make the program keep it.
func TestPrometheus(t *testing.T) {
	a := newAsked(t)
	a.get("/api/v1/metrics/lead_time?to=2026-03-18")
	a.get("/api/v1/metrics/nonsense")
	a.get("/nonsense/1")
	a.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("FOOBAR", "/", nil))
	zipped, err := gzip.NewReader(a.get("/metrics", "Accept-Encoding", "gzip").Body)
	if err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(zipped)
	if err != nil {
		t.Fatal(err)
	}
	text := string(all)
	for _, want := range []string{
		`weir_http_requests_total{method="GET",route="/api/v1/metrics/:id",status="200"} 1`,
		`weir_http_requests_total{method="GET",route="/api/v1/metrics/:id",status="404"} 1`,
		`weir_http_request_duration_seconds_count{route="/api/v1/metrics/:id"} 2`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %s", want)
		}
	}
	if strings.Contains(text, "nonsense") || strings.Contains(text, "FOOBAR") {
		t.Error("a path that somebody made up is a series")
	}
}

func TestPanicIsAProblem(t *testing.T) {
	a := newAsked(t)
	a.cfg.Reader = nil
	w := a.get("/api/v1/metrics/lead_time?to=2026-03-18")
	if w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), w.Header().Get("X-Request-Id")) {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	if len(a.slots) != 0 || len(a.answers.going) != 0 {
		t.Error("the turn was not given back")
	}
}

// A server that is told to stop finishes what it began.
func TestStopsAfterTheAnswersUnderWay(t *testing.T) {
	a := newAsked(t, deployed("1", today.AddDate(0, 0, -3)))
	begun, goOn := make(chan struct{}), make(chan struct{})
	a.cfg.Reading = func() func() {
		close(begun)
		<-goOn
		return func() {}
	}
	ctx, stop := context.WithCancel(context.Background())
	listener, err := Listen(ctx, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx, listener) }()
	address := "http://" + listener.Addr().String()
	answer := make(chan string, 1)
	go func() {
		answer <- fetch(address + "/api/v1/metrics/deployment_frequency?from=2026-03-01&to=2026-03-18")
	}()
	<-begun
	stop()
	// New connections are refused before the answer is finished.
	for deadline := time.Now().Add(10 * time.Second); ; {
		c, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			break
		}
		_ = c.Close()
		if time.Now().After(deadline) {
			t.Fatal("the server still takes connections")
		}
		time.Sleep(5 * time.Millisecond)
	}
	close(goOn)
	if got := <-answer; !strings.Contains(got, `"n":1,`) {
		t.Errorf("the answer under way was %s", got)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// Pages of other sites neither write, nor make the server compute, nor read under a name of theirs.
func TestOtherSites(t *testing.T) {
	a := newAsked(t, deployed("1", today.AddDate(0, 0, -3)))
	const path = "/api/v1/metrics/lead_time?to=2026-03-18"
	for _, c := range []struct {
		host, site, mode string
		local            bool
		want             int
	}{
		{"localhost:8080", "", "", true, 200}, {"127.0.0.1", "", "", true, 200}, {"[::1]:8080", "", "", true, 200},
		{"evil.example", "", "", true, 403}, {"127.0.0.1.evil.example:8080", "", "", true, 403}, {"weir.example", "", "", false, 200},
		{"localhost", "same-origin", "cors", true, 200}, {"localhost", "cross-site", "no-cors", true, 403}, {"localhost", "cross-site", "navigate", true, 200},
	} {
		a.local.Store(c.local)
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Host = c.host
		r.Header.Set("Sec-Fetch-Site", c.site)
		r.Header.Set("Sec-Fetch-Mode", c.mode)
		w := httptest.NewRecorder()
		a.ServeHTTP(w, r)
		if w.Code != c.want {
			t.Errorf("%+v: got %d %s", c, w.Code, w.Body)
		}
	}
}

// What would fill the memory is refused, in one question or many.
func TestTooManyRows(t *testing.T) {
	a := newAsked(t, company(t))
	for _, path := range []string{
		"/api/v1/metrics/deployment_frequency?every=day&by=service&from=2013-01-01&to=2026-03-18",
		"/api/v1/answers?from=2020-01-01&to=2026-03-18" + strings.Repeat("&ask=lead_time,every=day", 30),
	} {
		if w := a.get(path); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "50000 rows") {
			t.Errorf("%s: got %d, %.300s", path, w.Code, w.Body)
		}
	}
}

// Somebody who reads slowly does not keep those waiting who ask the same, however long the answer is.
func TestSlowReaderOfTheSame(t *testing.T) {
	a := newAsked(t, company(t))
	r := httptest.NewRequest(http.MethodGet, "/api/v1/metrics/lead_time/items?limit=1000&from=2025-12-01&to=2026-03-01", nil)
	reading, goOn, ended := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		a.ServeHTTP(&slowWriter{ResponseRecorder: httptest.NewRecorder(), reading: reading, goOn: goOn}, r)
	}()
	<-reading
	if w := a.get(r.URL.String()); w.Code != http.StatusOK || w.Body.Len() < 1000 {
		t.Errorf("got %d, %d bytes", w.Code, w.Body.Len())
	}
	close(goOn)
	<-ended
}

// slowWriter takes the first bytes when it is told to.
type slowWriter struct {
	*httptest.ResponseRecorder
	once          sync.Once
	reading, goOn chan struct{}
}

func (w *slowWriter) Write(text []byte) (int, error) {
	w.once.Do(func() {
		close(w.reading)
		<-w.goOn
	})
	return w.ResponseRecorder.Write(text)
}

// Somebody who reads slowly keeps neither a turn nor the facts.
func TestSlowReader(t *testing.T) {
	a := newAsked(t, company(t))
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	listener, err := Listen(ctx, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = a.Run(ctx, listener) }()
	for i := range 3 * computedAtOnce {
		c, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		// Each asks, and reads nothing.
		if _, err := fmt.Fprintf(c, "GET /api/v1/metrics/lead_time/items?limit=1000&from=2025-12-01&to=2026-03-%02d HTTP/1.1\r\nHost: x\r\n\r\n", 1+i%9); err != nil {
			t.Fatal(err)
		}
	}
	if got := fetch("http://" + listener.Addr().String() + "/api/v1/metrics/lead_time?from=2026-01-01&to=2026-02-01"); !strings.Contains(got, `"rows"`) {
		t.Errorf("while others read slowly: %s", got)
	}
	// The facts can be exchanged meanwhile.
	a.write(deployed("new", today))
}

func TestListenSaysWhatToDo(t *testing.T) {
	taken, err := Listen(context.Background(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() })
	if _, err := Listen(context.Background(), taken.Addr().String()); err == nil || !strings.Contains(err.Error(), "--listen") || !strings.Contains(err.Error(), "in use") {
		t.Errorf("got %v", err)
	}
}

func fetch(url string) string {
	response, err := http.Get(url) //nolint:gosec,noctx // an address of this test
	if err != nil {
		return err.Error()
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err.Error()
	}
	return string(bytes.TrimSpace(text))
}
