package metrics

import (
	"time"

	"github.com/weirhq/weir/warehouse"
)

// DefaultStream is the stream that is asked about unless another is named: from the idea to production.
const DefaultStream = "delivery"

// StreamQuery asks about the items of a value stream that were done in a window. Teams are those whose work the items are.
type StreamQuery struct {
	Stream string    // default: DefaultStream
	From   time.Time // inclusive
	To     time.Time // exclusive
	Filter           // an item belongs to no environment, so that cannot be filtered by
	Clock  string    // elapsed (default) or working
}

// check fills in the defaults and refuses what cannot be answered. Whether there are calendars the reader checks: checkClock.
func (q StreamQuery) check() (StreamQuery, error) {
	if q.Stream == "" {
		q.Stream = DefaultStream
	}
	if q.Clock == "" {
		q.Clock = elapsed
	}
	q.From, q.To = q.From.UTC().Truncate(time.Millisecond), q.To.UTC().Truncate(time.Millisecond)
	window := Query{From: q.From, To: q.To}
	for _, err := range []error{oneOf("clock", q.Clock, clocks), window.checkWindow(), q.checkFilter()} {
		if err != nil {
			return q, err
		}
	}
	return q, nil
}

func (q StreamQuery) checkFilter() error {
	if len(q.Environments) > 0 {
		return &UsageError{"environment", "the items of a stream go through several environments: they cannot be filtered by one"}
	}
	return nil
}

// params are what the statements about streams are asked with.
func (q StreamQuery) params() warehouse.Params {
	p := q.Filter.params()
	p["stream"], p["from"], p["to"], p["working"] = q.Stream, q.From, q.To, q.Clock == working
	return p
}
