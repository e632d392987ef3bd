package site

import (
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"
)

// Fault is a way in which a vendor's answer goes wrong.
type Fault string

// What can go wrong.
const (
	ServerError Fault = "server error"    // 500, 502, 503 or 504
	TooMany     Fault = "too many"        // 429 with Retry-After
	Secondary   Fault = "secondary limit" // 403 as GitHub's secondary limits answer, with Retry-After (429 elsewhere)
	Hang        Fault = "hang"            // no answer at all, until the client gives up or Faults.Pause has passed
	Truncate    Fault = "truncated"       // the connection breaks in the middle of the body
	Malformed   Fault = "malformed"       // half of the JSON, under a length that says it is all
	Slow        Fault = "slow"            // the answer comes after Faults.Pause
	Shift       Fault = "shift"           // something happens in the company after the answer: lists move between two pages
)

// Faults is how a site misbehaves; the zero value is well behaved.
type Faults struct {
	Kinds  []Fault
	Every  int     // each n-th request of a vendor goes wrong; the kinds take turns
	Chance float64 // or each with this probability, by a random choice that Seed fixes
	Seed   uint64

	RetryAfter time.Duration // what limits ask to wait; whole seconds, 0 means 1 s
	Pause      time.Duration // of slow answers, and how long those that hang do; 0 means 100 ms and 1 min
	Step       time.Duration // by how much Shift moves the company's time on, so that things come in
	Remove     bool          // Shift also removes a ticket, a deployment and a build each time
	Skew       time.Duration // how far the vendors' clock is ahead of ours; it is in Date and in the resets of limits

	// Vendor limits the faults to one vendor; "" is all.
	Vendor string
}

// misbehaviour decides about each request.
type misbehaviour struct {
	mu     sync.Mutex
	faults Faults
	random *rand.Rand
	seen   int
	struck int
	counts map[Fault]int
}

// Misbehave sets how the site misbehaves from now on.
func (s *Site) Misbehave(f Faults) {
	m := &s.misbehaviour
	m.mu.Lock()
	defer m.mu.Unlock()
	if f.RetryAfter < time.Second {
		f.RetryAfter = time.Second
	}
	m.faults, m.random, m.seen, m.struck = f, rand.New(rand.NewPCG(f.Seed, 1)), 0, 0
	if m.counts == nil {
		m.counts = map[Fault]int{}
	}
}

// Misbehaved is how often each fault has struck so far.
func (s *Site) Misbehaved() map[Fault]int {
	s.misbehaviour.mu.Lock()
	defer s.misbehaviour.mu.Unlock()
	counts := map[Fault]int{}
	for f, n := range s.misbehaviour.counts {
		counts[f] = n
	}
	return counts
}

func (m *misbehaviour) skew() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.faults.Skew
}

// decide says what goes wrong with a request; "" nothing. The number tells faults of one kind apart.
func (m *misbehaviour) decide(r *http.Request) (Fault, int, Faults) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f := m.faults
	if len(f.Kinds) == 0 || f.Vendor != "" && !hasVendor(r, f.Vendor) {
		return "", 0, f
	}
	m.seen++
	strikes := f.Every > 0 && m.seen%f.Every == 0 || f.Chance > 0 && m.random.Float64() < f.Chance
	if !strikes {
		return "", 0, f
	}
	kind := f.Kinds[m.struck%len(f.Kinds)]
	m.struck++
	m.counts[kind]++
	return kind, m.struck, f
}

func hasVendor(r *http.Request, vendor string) bool {
	path := r.URL.Path
	return len(path) > len(vendor)+1 && path[1:len(vendor)+1] == vendor && path[len(vendor)+1] == '/'
}

// wrap sends an answer on its way, on which something may happen to it.
func (m *misbehaviour) wrap(s *Site, w http.ResponseWriter, r *http.Request, serve func(*http.Request) *answer) {
	fault, n, f := m.decide(r)
	w.Header().Set("Date", s.now().UTC().Format(http.TimeFormat))
	retry := strconv.Itoa(int(f.RetryAfter / time.Second))
	switch fault {
	case ServerError:
		a := failure([]int{500, 502, 503, 504}[n%4], "Something went wrong on our side.")
		send(w, a)
		return
	case Secondary, TooMany:
		a := failure(http.StatusTooManyRequests, "Too many requests.")
		if fault == Secondary && hasVendor(r, "github") {
			a = failure(http.StatusForbidden, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.")
		}
		a.header.Set("Retry-After", retry)
		send(w, a)
		return
	case Hang:
		m.hold(r, f, time.Minute)
		panic(http.ErrAbortHandler)
	case Slow:
		m.hold(r, f, 100*time.Millisecond)
	}
	a := serve(r)
	switch fault {
	case Truncate:
		w.Header().Set("Content-Length", strconv.Itoa(len(a.body)+1))
		a.body = a.body[:len(a.body)/2]
		send(w, a)
		panic(http.ErrAbortHandler)
	case Malformed:
		if a.status == http.StatusOK && len(a.body) > 1 {
			a.body = slices.Clone(a.body[:len(a.body)/2])
		}
	}
	send(w, a)
	if fault == Shift {
		s.stir(uint64(n), f)
	}
}

func (m *misbehaviour) hold(r *http.Request, f Faults, otherwise time.Duration) {
	pause := f.Pause
	if pause <= 0 {
		pause = otherwise
	}
	select {
	case <-time.After(pause):
	case <-r.Context().Done():
	}
}

func send(w http.ResponseWriter, a *answer) {
	header := w.Header()
	for name, values := range a.header {
		header[name] = values
	}
	w.WriteHeader(a.status)
	// Whoever asked may have gone; nobody is left to be told.
	_, _ = w.Write(a.body)
}
