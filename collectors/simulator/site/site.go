package site

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/weirhq/weir/collectors/simulator"
	"github.com/weirhq/weir/warehouse"
)

// Clock says what time it is in the company.
type Clock interface{ Now() time.Time }

// Options are what a site may be told; the zero value is good.
type Options struct {
	// System is the clock by which the vendors live themselves: the Date of answers and the resets of limits. nil is the
	// system's. (The company's own clock may run faster.)
	System func() time.Time

	// Step is how much of the company's time has to pass before the site looks again what is new; 0 is any. Looking takes
	// some milliseconds, so a demo whose clock runs fast does better with a minute than with every request.
	Step time.Duration

	Limit      int    // requests an hour and credential, of GitHub's REST and again of its GraphQL points; 0 means 5000
	Token      string // the only one that is accepted, by all vendors; "" accepts any, and none
	DataCenter bool   // Jira is a Data Center: the old search, no account ids
	Histories  int    // of a ticket's changelog, how many come with a search; 0 means 100, as in Jira Cloud
	Zone       string // the time zone of Jira's user, in which JQL's times are; "" is UTC

	Faults Faults // how it misbehaves at first; see Misbehave
}

// Site serves the company's tools.
type Site struct {
	clock   Clock
	options Options
	zone    *time.Location

	mu    sync.RWMutex // guards store and what it holds, and ahead
	store *store
	ahead time.Duration // how far the fault Shift has moved the company's time on

	texts sync.Map // JSON made once, by what it tells

	misbehaviour misbehaviour
	limits       limits

	counting sync.Mutex
	requests map[string]int
}

// New prepares a site; the company does not begin to work before the first request. Nothing of the world after the
// clock's now is ever told.
func New(world *simulator.World, clock Clock, options Options) *Site {
	if options.System == nil {
		options.System = time.Now
	}
	if options.Limit == 0 {
		options.Limit = 5000
	}
	if options.Histories == 0 {
		options.Histories = 100
	}
	zone, err := time.LoadLocation(options.Zone)
	if err != nil {
		zone = time.UTC
	}
	s := &Site{clock: clock, options: options, zone: zone, store: newStore(world), requests: map[string]int{}}
	s.limits.spent = map[string]*spending{}
	s.Misbehave(options.Faults)
	return s
}

// ServeHTTP answers a request to any of the vendors.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.misbehaviour.wrap(s, w, r, s.answer)
}

// answer makes the whole answer; what may go wrong on its way is not its business.
func (s *Site) answer(r *http.Request) *answer {
	path := r.URL.EscapedPath()
	vendor, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	vendors := map[string]func(*request) *answer{"github": s.github, "jira": s.jira, "jenkins": s.jenkins, "pagerduty": s.pagerDuty}
	serve := vendors[vendor]
	if serve == nil {
		return failure(http.StatusNotFound, "There is nothing here; the tools are at /github/, /jira/, /jenkins/ and /pagerduty/.")
	}
	if err := s.learn(); err != nil {
		return failure(http.StatusInternalServerError, err.Error())
	}
	q := &request{Request: r, vendor: vendor, path: rest, parts: strings.Split(strings.Trim(rest, "/"), "/"), query: r.URL.Query()}
	s.mu.RLock()
	defer s.mu.RUnlock()
	a := serve(q)
	s.count(q, a)
	return a
}

// learn lets the site know what has happened by now.
func (s *Site) learn() error {
	s.mu.RLock()
	now := s.clock.Now().Add(s.ahead)
	known := !now.After(s.store.until) || now.Before(s.store.until.Add(s.options.Step))
	s.mu.RUnlock()
	if known {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.store.learn(now)
}

// count remembers the request under a pattern: its path without what names a single thing.
func (s *Site) count(q *request, a *answer) {
	pattern := q.pattern
	if pattern == "" {
		pattern = q.path
	}
	key := fmt.Sprintf("%s %s %s", q.vendor, q.Method, pattern)
	s.counting.Lock()
	defer s.counting.Unlock()
	s.requests[key]++
	if a.status == http.StatusNotModified {
		s.requests[key+" 304"]++
	}
}

// Requests are the answered requests so far by vendor, method and path pattern, such as "github POST /graphql Pulls" or
// "github GET /repos/{owner}/{repo}/commits"; those answered by 304 are counted there, and once more with " 304" behind.
func (s *Site) Requests() map[string]int {
	s.counting.Lock()
	defer s.counting.Unlock()
	return maps.Clone(s.requests)
}

// Records is what the site tells at the moment, as Weir's records.
func (s *Site) Records() (warehouse.Records, error) {
	if err := s.learn(); err != nil {
		return warehouse.Records{}, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.store.records(), nil
}

// request is one that is being answered.
type request struct {
	*http.Request
	vendor  string
	path    string   // after the vendor's name, as it was sent
	parts   []string // of the path, still escaped
	query   map[string][]string
	pattern string // of the path, for counting
}

// value is a parameter's first value.
func (q *request) value(name string) string {
	if v := q.query[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// at tells whether the path has this pattern; "{}" stands for any one part, whose values are returned.
func (q *request) at(pattern string) ([]string, bool) {
	want := strings.Split(strings.Trim(pattern, "/"), "/")
	if len(want) != len(q.parts) {
		return nil, false
	}
	var values []string
	for i, w := range want {
		switch {
		case strings.HasPrefix(w, "{"):
			values = append(values, unescape(q.parts[i]))
		case w != q.parts[i]:
			return nil, false
		}
	}
	q.pattern = pattern
	return values, true
}
