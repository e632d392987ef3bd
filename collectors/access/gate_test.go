package access_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors/access"
)

// clock jumps when somebody sleeps, and remembers how long each slept.
type clock struct {
	mu    sync.Mutex
	now   time.Time
	slept []time.Duration
}

func newClock() *clock { return &clock{now: time.Now().Truncate(time.Second)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.slept = append(c.slept, d)
	c.now = c.now.Add(d)
	return ctx.Err()
}

func (c *clock) total() (sum time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, d := range c.slept {
		sum += d
	}
	return sum
}

// script answers the n-th request (from 1) and then, for ever, with the last.
func script(t *testing.T, answers ...http.HandlerFunc) (*httptest.Server, *atomic.Int64) {
	t.Helper()
	var asked atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := int(asked.Add(1))
		answers[min(n, len(answers))-1](w, r)
	}))
	t.Cleanup(s.Close)
	return s, &asked
}

func status(code int, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(code)
		_, _ = io.WriteString(w, `{"message": "no"}`)
	}
}

func good(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	sent, _ := io.ReadAll(r.Body)
	_, _ = fmt.Fprintf(w, `{"sent": %q}`, sent)
}

func malformed(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"sent": `)
}

func truncated(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	_, _ = io.WriteString(w, `{"sent": "half`)
}

func late(_ http.ResponseWriter, r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-time.After(5 * time.Second):
	}
}

// TestPatience: what passes is tried again until it is well, and the request is sent whole each time.
func TestPatience(t *testing.T) {
	secondary := func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, `{"message": "You have exceeded a secondary rate limit."}`)
	}
	c := newClock()
	reset := func(in time.Duration) string { return fmt.Sprint(c.Now().Add(in).Unix()) }
	for _, test := range []struct {
		name    string
		answers []http.HandlerFunc
		asked   int64
		least   time.Duration // slept at least
		most    time.Duration
	}{
		{"at once", []http.HandlerFunc{good}, 1, 0, 0},
		{"5xx", []http.HandlerFunc{status(502), status(503), status(500), good}, 4, 5 * time.Second, time.Minute},
		{"malformed", []http.HandlerFunc{malformed, good}, 2, time.Second, 10 * time.Second},
		{"truncated", []http.HandlerFunc{truncated, good}, 2, time.Second, 10 * time.Second},
		{"late", []http.HandlerFunc{late, good}, 2, time.Second, 10 * time.Second},
		{"retry after seconds", []http.HandlerFunc{status(429, "Retry-After", "77"), good}, 2, 77 * time.Second, 77 * time.Second},
		{"retry after a date", []http.HandlerFunc{status(503, "Date", "Mon, 02 Mar 2026 09:00:00 GMT", "Retry-After", "Mon, 02 Mar 2026 09:02:00 GMT"), good}, 2, 2 * time.Minute, 2 * time.Minute},
		{"hourly limit", []http.HandlerFunc{status(403, "X-RateLimit-Remaining", "0", "X-RateLimit-Limit", "5000", "X-RateLimit-Reset", reset(30*time.Minute), "Date", c.Now().UTC().Format(http.TimeFormat)), good}, 2, 29 * time.Minute, 31 * time.Minute},
		{"secondary limit", []http.HandlerFunc{secondary, good}, 2, time.Minute, time.Minute},
		{"many limits do not exhaust the tries", append(repeat(status(429, "Retry-After", "1"), 20), good), 21, 20 * time.Second, 20 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			server, asked := script(t, test.answers...)
			own := &clock{now: c.now}
			line := access.New(access.Options{Clock: own, Timeout: 300 * time.Millisecond}).Line("s", "", nil)
			response, err := line.Client().Post(server.URL, "text/plain", strings.NewReader("question"))
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(response.Body)
			if err != nil || string(body) != `{"sent": "question"}` {
				t.Errorf("got %s, %v", body, err)
			}
			if asked.Load() != test.asked || own.total() < test.least || own.total() > test.most {
				t.Errorf("%d requests after %v; want %d after %v to %v", asked.Load(), own.total(), test.asked, test.least, test.most)
			}
			if traffic := line.Traffic(); traffic.Requests != test.asked || traffic.ByStatus[200] != 1 || traffic.WaitingFor != "" {
				t.Errorf("traffic %+v", traffic)
			}
		})
	}
}

func repeat(h http.HandlerFunc, n int) (list []http.HandlerFunc) {
	for range n {
		list = append(list, h)
	}
	return list
}

// TestFailures: what does not pass is handed on at once, and what might is given up after some tries.
func TestFailures(t *testing.T) {
	for _, test := range []struct {
		name   string
		answer http.HandlerFunc
		asked  int64
		status int // 0: an error
	}{
		{"gone", status(404), 1, 404},
		{"not allowed", status(403, "X-RateLimit-Remaining", "12"), 1, 403},
		{"not modified", status(304), 1, 304},
		{"down", status(502), 7, 502},
		{"always broken", truncated, 7, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			server, asked := script(t, test.answer)
			response, err := access.New(access.Options{Clock: newClock()}).Line("s", "", nil).Client().Get(server.URL)
			if test.status == 0 && err == nil || test.status != 0 && (err != nil || response.StatusCode != test.status) {
				t.Errorf("got %+v, %v", response, err)
			}
			if asked.Load() != test.asked {
				t.Errorf("%d requests, want %d", asked.Load(), test.asked)
			}
		})
	}
	server, asked := script(t, status(502))
	request, err := http.NewRequestWithContext(access.WithTries(t.Context(), 2), http.MethodGet, server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := access.New(access.Options{Clock: newClock()}).Line("s", "", nil).Client().Do(request); err != nil || asked.Load() != 2 {
		t.Errorf("%d requests, %v; want 2 with a response", asked.Load(), err)
	}
}

// TestBudget: the first half of a limit is free, the rest is spread, over all sources of a credential; other credentials
// do not wait.
func TestBudget(t *testing.T) {
	c := newClock()
	var mu sync.Mutex
	left, reset := 100, c.Now().Add(time.Hour)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if !c.Now().Before(reset) {
			left, reset = 100, c.Now().Add(time.Hour)
		}
		if left--; left < 0 {
			t.Error("the vendor had to refuse")
		}
		w.Header().Set("X-RateLimit-Limit", "100")
		w.Header().Set("X-RateLimit-Remaining", fmt.Sprint(left))
		w.Header().Set("X-RateLimit-Reset", fmt.Sprint(reset.Unix()))
		w.Header().Set("Date", c.Now().UTC().Format(http.TimeFormat))
		good(w, r)
	}))
	defer server.Close()
	gate := access.New(access.Options{Clock: c})
	lines := []*access.Line{gate.Line("a", "one", nil), gate.Line("b", "one", nil)}
	ask := func(line *access.Line) {
		t.Helper()
		response, err := line.Client().Get(server.URL)
		if err != nil || response.StatusCode != http.StatusOK {
			t.Fatal(response, err)
		}
	}
	for i := range 51 {
		ask(lines[i%2])
	}
	if c.total() > 0 {
		t.Errorf("the first half took %v", c.total())
	}
	for i := range 49 {
		ask(lines[i%2])
	}
	if c.total() < 55*time.Minute || c.total() > 61*time.Minute {
		t.Errorf("the second half was spread over %v, want about an hour", c.total())
	}
	for i := range 30 { // into the next period
		ask(lines[i%2])
	}
	for range 40 { // into its second half
		ask(lines[0])
	}
	before := c.total()
	ask(gate.Line("c", "two", nil))
	if c.total() != before {
		t.Errorf("another credential waited %v", c.total()-before)
	}
	if traffic := lines[0].Traffic(); traffic.Limit != 100 || traffic.Remaining < 20 || traffic.Reset.IsZero() {
		t.Errorf("traffic %+v", traffic)
	}
}

// TestParallel: no more than the allowed number of requests are under way at a host, and none waits for another host.
func TestParallel(t *testing.T) {
	var now, most atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := now.Add(1)
		defer now.Add(-1)
		for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
		}
		time.Sleep(5 * time.Millisecond)
		good(w, r)
	}))
	defer server.Close()
	line := access.New(access.Options{Parallel: 3}).Line("s", "", nil)
	var all sync.WaitGroup
	for range 30 {
		all.Go(func() {
			if _, err := line.Client().Get(server.URL); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if most.Load() != 3 {
		t.Errorf("%d at the same time, want 3", most.Load())
	}
}

// TestCancel: whoever waits for a limit can be stopped.
func TestCancel(t *testing.T) {
	server, _ := script(t, status(429, "Retry-After", "3600"))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := access.New(access.Options{}).Line("s", "", nil).Client().Do(request); err == nil || ctx.Err() == nil {
		t.Errorf("got %v", err)
	}
}
