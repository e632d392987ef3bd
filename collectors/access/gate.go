package access

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// Clock is the time that the gate lives by.
type Clock interface {
	Now() time.Time
	// Sleep returns ctx's error when ctx is done first.
	Sleep(ctx context.Context, d time.Duration) error
}

// Options are what a gate may be told; the zero value is good.
type Options struct {
	Transport http.RoundTripper // nil is a copy of http.DefaultTransport
	Clock     Clock             // nil is the system's
	Parallel  int               // requests to one host at the same time; 0 means 4: vendors ask for few
	Timeout   time.Duration     // of one try of one request, its body included; 0 means a minute
	Tries     int               // of a request that fails for reasons that pass; 0 means 7, which is two minutes and a half
	Keep      Keeper            // is given every whole answer, but those that give out tokens; nil keeps none
	Replaying bool              // Transport answers from what was kept
}

// Keeper is given every whole answer, to be replayed later.
type Keeper interface {
	// Keep may be called at the same time for several requests. An error ends the request: what is to be kept and cannot
	// be must not look as if it were.
	Keep(source string, exchange Exchange) error
}

// Exchange is a request and its whole answer.
type Exchange struct {
	Method string
	URL    string
	Sent   []byte
	Status int
	Header http.Header
	Body   []byte
}

// Gate is what all sources of a process share.
type Gate struct {
	options Options

	mu      sync.Mutex
	hosts   map[string]chan struct{}
	budgets map[budgetKey]*budget
}

// New prepares a gate.
func New(o Options) *Gate {
	if o.Transport == nil {
		o.Transport = http.DefaultTransport.(*http.Transport).Clone()
	}
	if o.Clock == nil {
		o.Clock = systemClock{}
	}
	if o.Parallel <= 0 {
		o.Parallel = 4
	}
	if o.Timeout <= 0 {
		o.Timeout = time.Minute
	}
	if o.Tries <= 0 {
		o.Tries = 7
	}
	return &Gate{options: o, hosts: map[string]chan struct{}{}, budgets: map[budgetKey]*budget{}}
}

// Line is one source's way through the gate.
type Line struct {
	gate       *Gate
	source     string
	credential string
	log        *slog.Logger

	mu      sync.Mutex
	traffic Traffic
}

// Line makes the way of a source. Sources with the same credential (any text that tells credentials apart, never shown)
// share its budget. log may be nil.
func (g *Gate) Line(source, credential string, log *slog.Logger) *Line {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Line{gate: g, source: source, credential: credential, log: log, traffic: Traffic{ByStatus: map[int]int64{}}}
}

// Client is a client whose requests go through the gate. Give its Transport to a vendor's client as the base of its own.
func (l *Line) Client() *http.Client { return &http.Client{Transport: l} }

// RoundTrip sends one request, with all the patience that this package has; see there.
func (l *Line) RoundTrip(req *http.Request) (*http.Response, error) {
	g, ctx := l.gate, req.Context()
	sent, err := bodyOf(req)
	if err != nil {
		return nil, err
	}
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval, pause.Multiplier, pause.MaxInterval = 2*time.Second, 2, time.Minute
	for try := 1; ; try++ {
		if err := l.pace(ctx, req); err != nil {
			return nil, err
		}
		a := l.try(req, sent)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		l.count(a)
		wait, limited := a.limited(g.options.Clock.Now())
		switch {
		case limited:
			try--
			if wait == 0 {
				wait = pause.NextBackOff()
			}
			l.waits(wait, "its limit of requests is used up")
		case a.passes() && try < tries(ctx, g.options.Tries):
			wait = max(pause.NextBackOff(), a.retryAfter(g.options.Clock.Now()))
			l.waits(wait, a.fault())
			if try == 3 { // twice may happen any time
				l.log.Warn("a vendor does not answer as it should; trying again", "host", req.URL.Host, "reason", a.fault())
			}
		default:
			return l.deliver(req, sent, a)
		}
		if err := g.options.Clock.Sleep(ctx, wait); err != nil {
			return nil, err
		}
	}
}

// deliver hands a whole answer on, or says what is wrong with it.
func (l *Line) deliver(req *http.Request, sent []byte, a answer) (*http.Response, error) {
	l.waits(0, "")
	if a.err != nil {
		return nil, a.err
	}
	if l.gate.options.Keep != nil && !isToken(req) {
		exchange := Exchange{Method: req.Method, URL: req.URL.String(), Sent: sent, Status: a.response.StatusCode, Header: a.response.Header, Body: a.body}
		if err := l.gate.options.Keep.Keep(l.source, exchange); err != nil {
			return nil, fmt.Errorf("keep the answer: %w", err)
		}
	}
	return a.whole(), nil
}

func (g *Gate) host(name string) chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.hosts[name] == nil {
		g.hosts[name] = make(chan struct{}, g.options.Parallel)
	}
	return g.hosts[name]
}

// Replaying tells whether the answers come from the disk: then nobody need sign in, and nothing may be renewed.
func (l *Line) Replaying() bool { return l.gate.options.Replaying }

type notKeptKey struct{}

// NotKept makes requests of this context never be kept, whatever they are: for those that carry secrets.
func NotKept(ctx context.Context) context.Context { return context.WithValue(ctx, notKeptKey{}, true) }

// TokenPath tells whether a path gives out tokens, by the ends that vendors give it: what is asked and answered there is
// secret.
func TokenPath(path string) bool {
	return strings.HasSuffix(path, "/access_tokens") || strings.HasSuffix(path, "/oauth/token") || strings.HasSuffix(path, "/oauth2/token") || strings.HasSuffix(path, "/token")
}

func isToken(req *http.Request) bool {
	marked, _ := req.Context().Value(notKeptKey{}).(bool)
	return marked || TokenPath(req.URL.Path)
}

type triesKey struct{}

// WithTries limits how often requests of this context are tried, for whoever has a better idea than to repeat them (such
// as asking for less). Limits are waited for all the same.
func WithTries(ctx context.Context, tries int) context.Context {
	return context.WithValue(ctx, triesKey{}, tries)
}

func tries(ctx context.Context, usual int) int {
	if n, ok := ctx.Value(triesKey{}).(int); ok {
		return n
	}
	return usual
}

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

func (systemClock) Sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
