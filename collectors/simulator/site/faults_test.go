package site

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors/simulator"
)

// what came of a request: the status, and whether its body was whole, valid JSON and on time.
type outcome struct {
	status      int
	broken      bool // the connection
	invalid     bool // the JSON
	retry, date string
	took        time.Duration
	body        string
}

func attempt(t *testing.T, address string, patience time.Duration) outcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	response, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	if err != nil {
		return outcome{broken: true, took: time.Since(began)}
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return outcome{status: response.StatusCode, broken: err != nil, invalid: !json.Valid(body), retry: response.Header.Get("Retry-After"),
		date: response.Header.Get("Date"), took: time.Since(began), body: string(body)}
}

func TestFaults(t *testing.T) {
	s, _, at := open(t, Options{})
	address := at + "/github/api/v3/repos/millrace/checkout/pulls?state=all&per_page=30"
	well := attempt(t, address, time.Minute)
	if well.status != http.StatusOK || well.broken || well.invalid {
		t.Fatalf("undisturbed: %+v", well)
	}
	// A shift changes the list for good, and a map has no order: each fault compares with the answer before it.
	var before string
	for fault, wrong := range map[Fault]func(o outcome) bool{
		ServerError: func(o outcome) bool { return o.status >= 500 && o.status <= 504 && o.retry == "" },
		TooMany:     func(o outcome) bool { return o.status == http.StatusTooManyRequests && o.retry == "2" },
		Secondary: func(o outcome) bool {
			return o.status == http.StatusForbidden && o.retry == "2" && strings.Contains(o.body, "secondary rate limit")
		},
		Hang:      func(o outcome) bool { return o.broken && o.took >= 150*time.Millisecond },
		Truncate:  func(o outcome) bool { return o.broken && o.status == http.StatusOK && o.body != "" },
		Malformed: func(o outcome) bool { return o.status == http.StatusOK && !o.broken && o.invalid },
		Slow: func(o outcome) bool {
			return o.status == http.StatusOK && o.body == before && o.took >= 150*time.Millisecond
		},
		Shift: func(o outcome) bool { return o.status == http.StatusOK && !o.invalid },
	} {
		t.Run(string(fault), func(t *testing.T) {
			struck := s.Misbehaved()[fault]
			s.Misbehave(Faults{Kinds: []Fault{fault}, Every: 3, RetryAfter: 2 * time.Second, Pause: 150 * time.Millisecond})
			for n := 1; n <= 6; n++ {
				o := attempt(t, address, 5*time.Second)
				if n%3 == 0 && !wrong(o) || n%3 != 0 && (o.status != http.StatusOK || o.broken || o.invalid) {
					t.Errorf("request %d: %d broken %v invalid %v retry %q after %v", n, o.status, o.broken, o.invalid, o.retry, o.took)
				}
				before = o.body
			}
			if got := s.Misbehaved()[fault] - struck; got != 2 {
				t.Errorf("it struck %d times, want 2", got)
			}
		})
	}
	s.Misbehave(Faults{})
	moved := attempt(t, address, time.Minute)
	if moved.body == well.body || moved.status != http.StatusOK {
		t.Error("after shifts the list is as it was")
	}
}

func TestFaultsByChanceAndVendor(t *testing.T) {
	s, _, at := open(t, Options{})
	struck := func() (pattern string) {
		s.Misbehave(Faults{Kinds: []Fault{ServerError, TooMany}, Chance: 0.4, Seed: 7, Vendor: "jira"})
		for range 30 {
			if attempt(t, at+"/pagerduty/abilities", time.Minute).status != http.StatusOK {
				t.Error("PagerDuty was struck")
			}
			pattern += map[bool]string{true: ".", false: "x"}[attempt(t, at+"/jira/rest/api/3/field", time.Minute).status == http.StatusOK]
		}
		return pattern
	}
	first := struck()
	if again := struck(); again != first || strings.Count(first, "x") < 5 || strings.Count(first, "x") > 20 {
		t.Errorf("by the same seed: %s, then %s", first, again)
	}
}

func TestSkew(t *testing.T) {
	system := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	s, _, at := open(t, Options{System: func() time.Time { return system }})
	s.Misbehave(Faults{Skew: -7 * time.Minute})
	o := attempt(t, at+"/github/api/v3/user", time.Minute)
	if want := "Sat, 21 Nov 2026 11:53:00 GMT"; o.date != want {
		t.Errorf("the date is %q, want %q", o.date, want)
	}
}

// A client that has gone does not keep a hanging answer waiting.
func TestHangEndsWithTheClient(t *testing.T) {
	clock := &standing{time.Date(2026, 3, 20, 14, 30, 0, 0, time.UTC)}
	s := New(simulator.New(small()), clock, Options{Faults: Faults{Kinds: []Fault{Hang}, Every: 1, Pause: time.Hour}})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan any)
	go func() {
		defer func() { done <- recover() }()
		s.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/github/api/v3/user", nil).WithContext(ctx))
	}()
	cancel()
	select {
	case cause := <-done:
		if err, is := cause.(error); !is || !errors.Is(err, http.ErrAbortHandler) {
			t.Errorf("it ended with %v", cause)
		}
	case <-time.After(10 * time.Second):
		t.Error("it hangs on")
	}
}

// running is a clock that goes on by ten minutes whenever somebody looks at it.
type running struct {
	mu  sync.Mutex
	now time.Time
}

func (r *running) Now() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = r.now.Add(10 * time.Minute)
	return r.now
}

// Many clients at once, while the company goes on and the site misbehaves, get answers that hang together.
func TestManyAtOnce(t *testing.T) {
	s := New(simulator.New(small()), &running{now: small().To}, Options{})
	s.Misbehave(Faults{Kinds: []Fault{ServerError, Shift, Secondary}, Chance: 0.2, Seed: 3, Step: time.Hour, Remove: true})
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for n := range 15 {
				for _, path := range []string{"/github/api/v3/repos/millrace/checkout/commits?per_page=100", "/github/api/v3/repos/millrace/selling/pulls?state=all",
					"/jira/rest/api/3/search/jql?jql=project=PAY&fields=*all&expand=changelog", "/jenkins/job/payments/job/ledger/api/json?tree=allBuilds[*]",
					"/pagerduty/log_entries?date_range=all", "/github/api/v3/repos/millrace/checkout/branches"} {
					w := httptest.NewRecorder()
					s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
					if !json.Valid(w.Body.Bytes()) || w.Code != http.StatusOK && w.Code < 400 {
						t.Errorf("round %d, %s: %d %.200s", n, path, w.Code, w.Body)
					}
				}
			}
		})
	}
	all.Wait()
	if _, err := s.Records(); err != nil {
		t.Error(err)
	}
}
