package access

import (
	"maps"
	"time"
)

// Traffic is what a source asked of its vendor since the process started, and what it waits for.
type Traffic struct {
	Requests int64         // tries of requests that were answered or failed
	ByStatus map[int]int64 // by HTTP status; 0 is a request without a whole answer

	Limit     int       // the vendor's limit, 0 where it named none
	Remaining int       // what is left of it
	Reset     time.Time // when it begins anew

	WaitingUntil time.Time // zero: it does not wait
	WaitingFor   string    // the reason, a clause
}

// Traffic tells how the source's requests went so far.
func (l *Line) Traffic() Traffic {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := l.traffic
	t.ByStatus = maps.Clone(t.ByStatus)
	return t
}

func (l *Line) count(a answer) {
	status := 0
	if a.response != nil {
		l.learn(a.response)
		if a.err == nil {
			status = a.response.StatusCode
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.traffic.Requests++
	l.traffic.ByStatus[status]++
	if a.response == nil {
		return
	}
	if b, known := readBudget(a.response, l.gate.options.Clock.Now()); known {
		l.traffic.Limit, l.traffic.Remaining, l.traffic.Reset = b.limit, b.remaining, b.reset
	}
}

// waits remembers, and tells the log, what the source waits for; 0 ends it.
func (l *Line) waits(d time.Duration, reason string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if d == 0 {
		l.traffic.WaitingUntil, l.traffic.WaitingFor = time.Time{}, ""
		return
	}
	l.traffic.WaitingUntil, l.traffic.WaitingFor = l.gate.options.Clock.Now().Add(d).UTC(), reason
	switch { // a minute is long enough to wonder about
	case d > time.Minute:
		l.log.Warn("waiting", "for", d.Round(time.Second), "because", reason)
	case d > 5*time.Second:
		l.log.Info("waiting", "for", d.Round(time.Second), "because", reason)
	}
}
