package site

import (
	"net/http"
	"strconv"
	"sync"
	"time"
)

// limits are the vendors' hourly limits of requests, by credential and resource.
type limits struct {
	mu    sync.Mutex
	spent map[string]*spending
}

type spending struct {
	requests int
	reset    time.Time
}

func (q *request) credential() string {
	return q.vendor + " " + q.Header.Get("Authorization")
}

// state is what there is of a limit.
func (l *limits) state(s *Site, q *request, resource string) (limit, remaining int, reset time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	one := l.of(s, q, resource)
	return s.options.Limit, max(s.options.Limit-one.requests, 0), one.reset
}

func (l *limits) of(s *Site, q *request, resource string) *spending {
	key := q.credential() + " " + resource
	now := s.now()
	one := l.spent[key]
	if one == nil || !now.Before(one.reset) {
		one = &spending{reset: now.Add(time.Hour).Truncate(time.Second)}
		l.spent[key] = one
	}
	return one
}

// spend takes one request from the budget; false: there is none left.
func (l *limits) spend(s *Site, q *request, resource string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	one := l.of(s, q, resource)
	if one.requests >= s.options.Limit {
		return false
	}
	one.requests++
	return true
}

// giveBack is for answers that cost nothing: what had not changed.
func (l *limits) giveBack(s *Site, q *request, resource string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.of(s, q, resource).requests--
}

// Budget says how many requests are left to whoever sends this Authorization header to GitHub; resource is core or graphql.
func (s *Site) Budget(authorization, resource string) int {
	q := &request{Request: &http.Request{Header: http.Header{"Authorization": {authorization}}}, vendor: "github"}
	_, remaining, _ := s.limits.state(s, q, resource)
	return remaining
}

// tell writes the limit into an answer's header, as GitHub does.
func (l *limits) tell(s *Site, q *request, resource string, a *answer) {
	limit, remaining, reset := l.state(s, q, resource)
	a.header.Set("X-RateLimit-Limit", strconv.Itoa(limit))
	a.header.Set("X-RateLimit-Remaining", strconv.Itoa(remaining))
	a.header.Set("X-RateLimit-Used", strconv.Itoa(limit-remaining))
	a.header.Set("X-RateLimit-Reset", strconv.FormatInt(reset.Unix(), 10))
	a.header.Set("X-RateLimit-Resource", resource)
}

// now is the vendors' time.
func (s *Site) now() time.Time { return s.options.System().Add(s.misbehaviour.skew()) }
