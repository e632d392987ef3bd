package access

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// budgetKey tells budgets apart: GitHub counts searches and GraphQL by themselves.
type budgetKey struct{ credential, host, resource string }

func (l *Line) budgetOf(req *http.Request) budgetKey {
	resource := "core"
	switch {
	case strings.HasSuffix(req.URL.Path, "/graphql"):
		resource = "graphql"
	case strings.HasPrefix(req.URL.Path, "/search/"), strings.HasPrefix(req.URL.Path, "/api/v3/search/"):
		resource = "search"
	}
	return budgetKey{l.credential, req.URL.Host, resource}
}

// budget is what a vendor last said about a limit.
type budget struct {
	limit, remaining int
	reset            time.Time // by our clock
	next             time.Time // the next request is not sent before
}

// header finds a limit's header under the names that vendors give it.
func header(response *http.Response, name string) string {
	for _, prefix := range []string{"X-RateLimit-", "RateLimit-"} {
		if text := response.Header.Get(prefix + name); text != "" {
			return text
		}
	}
	return ""
}

// readBudget reads a limit off an answer. The moment of the reset is told in seconds since 1970, in seconds from now, or
// as a date.
func readBudget(response *http.Response, now time.Time) (budget, bool) {
	remaining, err := strconv.Atoi(header(response, "Remaining"))
	if err != nil {
		return budget{}, false
	}
	b := budget{remaining: remaining}
	b.limit, _ = strconv.Atoi(header(response, "Limit"))
	text := header(response, "Reset")
	if seconds, err := strconv.ParseInt(text, 10, 64); err == nil {
		if seconds > 1_000_000_000 {
			b.reset = now.Add(time.Unix(seconds, 0).Sub(serverTime(response, now)))
		} else {
			b.reset = now.Add(time.Duration(seconds) * time.Second)
		}
	} else if at, err := time.Parse(time.RFC3339, text); err == nil {
		b.reset = now.Add(at.Sub(serverTime(response, now)))
	}
	return b, !b.reset.IsZero()
}

// pace waits until the credential's budget allows another request.
func (l *Line) pace(ctx context.Context, req *http.Request) error {
	g := l.gate
	now := g.options.Clock.Now()
	g.mu.Lock()
	b := g.budgets[l.budgetOf(req)]
	var wait time.Duration
	if b != nil && now.Before(b.reset) {
		switch {
		case b.remaining <= 0:
			wait = b.reset.Sub(now)
		case b.remaining < b.limit/2:
			at := now
			if b.next.After(now) {
				at = b.next
			}
			wait = at.Sub(now)
			b.next = at.Add(b.reset.Sub(at) / time.Duration(b.remaining))
			b.remaining--
		default:
			b.remaining--
		}
	}
	g.mu.Unlock()
	if wait <= 0 {
		return nil
	}
	l.waits(wait, "its budget of requests is spread until it resets")
	return g.options.Clock.Sleep(ctx, wait)
}

// learn keeps what an answer says about the credential's budget.
func (l *Line) learn(response *http.Response) {
	now := l.gate.options.Clock.Now()
	b, known := readBudget(response, now)
	if !known {
		return
	}
	l.gate.mu.Lock()
	defer l.gate.mu.Unlock()
	key := l.budgetOf(response.Request)
	// Answers of parallel requests overtake each other: within one period the lower figure is the newer one.
	if old := l.gate.budgets[key]; old != nil {
		b.next = old.next
		if near(old.reset, b.reset) {
			b.remaining = min(b.remaining, old.remaining)
		}
	}
	l.gate.budgets[key] = &b
}

func near(a, b time.Time) bool { return a.Sub(b).Abs() <= 3*time.Second }
