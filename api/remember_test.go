package api

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/weirhq/weir/warehouse"
)

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

// Somebody who reads slowly does not keep those waiting who ask the same, however long the answer is.
func TestSlowReaderOfTheSame(t *testing.T) {
	a := newCompany(t)
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
	a := newCompany(t)
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
