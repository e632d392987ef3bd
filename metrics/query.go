package metrics

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/weirhq/weir/warehouse"
)

// UsageError is a question that cannot be answered as it was asked: exit status 2, or status 400 of the API.
type UsageError struct {
	Parameter string // as the command line and the API call it: metric, from, every, by …
	Reason    string // a sentence for the person who asked
}

func (e *UsageError) Error() string { return e.Parameter + ": " + e.Reason }

// Every is the length of the buckets that a window is cut into.
type Every string

// The lengths of buckets. Weeks are ISO weeks: they start on Monday.
const (
	EveryRange   Every = "range" // one bucket: the window itself
	EveryDay     Every = "day"
	EveryWeek    Every = "week"
	EveryMonth   Every = "month"
	EveryQuarter Every = "quarter"
)

// By is the dimension that the items are grouped by.
type By string

// The dimensions. Grouping by product counts an item in each product of its service.
const (
	ByNone        By = "none"
	ByService     By = "service"
	ByRepo        By = "repo"
	ByTeam        By = "team"
	ByProduct     By = "product"
	ByEnvironment By = "environment"
)

var (
	everys = []Every{EveryRange, EveryDay, EveryWeek, EveryMonth, EveryQuarter}
	bys    = []By{ByNone, ByService, ByRepo, ByTeam, ByProduct, ByEnvironment}
	clocks = []string{elapsed, working}
)

// Filter narrows the items; an empty list lets everything pass, several values mean any of them.
type Filter struct {
	Services, Repos, Teams, Products, Environments []string
}

// filtered is one dimension's part of a filter.
type filtered struct {
	by     By
	values []string
}

func (f Filter) all() []filtered {
	return []filtered{
		{ByService, f.Services}, {ByRepo, f.Repos}, {ByTeam, f.Teams}, {ByProduct, f.Products}, {ByEnvironment, f.Environments},
	}
}

func (f Filter) params() warehouse.Params {
	p := warehouse.Params{}
	for _, part := range f.all() {
		p[string(part.by)+"s"] = part.values
	}
	return p
}

// Query asks for a metric's figures over a window.
type Query struct {
	Metric string
	From   time.Time // inclusive
	To     time.Time // exclusive
	Every  Every     // default: range
	By     By        // default: none
	Filter
	Clock  string // elapsed (default) or working
	Stream string // whose items are counted, by the metrics of items; default: DefaultStream
}

// check fills in the defaults and refuses what cannot be answered.
func (q Query) check() (Query, Metric, error) {
	m, err := Find(q.Metric)
	if err != nil {
		return q, m, err
	}
	if q.Every == "" {
		q.Every = EveryRange
	}
	if q.By == "" {
		q.By = ByNone
	}
	if q.Clock == "" {
		q.Clock = elapsed
	}
	if q.Stream == "" && m.Subject == Items {
		q.Stream = DefaultStream
	}
	// The warehouse keeps milliseconds, and so do the questions.
	q.From, q.To = q.From.UTC().Truncate(time.Millisecond), q.To.UTC().Truncate(time.Millisecond)
	for _, err := range []error{
		oneOf("every", string(q.Every), everys), oneOf("by", string(q.By), bys), oneOf("clock", q.Clock, clocks),
		q.checkWindow(), q.checkDimensions(m),
	} {
		if err != nil {
			return q, m, err
		}
	}
	return q, m, nil
}

func oneOf[T ~string](parameter, value string, allowed []T) error {
	if slices.Contains(allowed, T(value)) {
		return nil
	}
	names := make([]string, len(allowed))
	for i, a := range allowed {
		names[i] = string(a)
	}
	return &UsageError{parameter, fmt.Sprintf("%q is not one of %s", value, strings.Join(names, ", "))}
}

func (q Query) checkWindow() error {
	// The years that ClickHouse's DateTime64 can hold.
	for parameter, t := range map[string]time.Time{"from": q.From, "to": q.To} {
		if t.Year() < 1900 || t.Year() > 2299 {
			return &UsageError{parameter, fmt.Sprintf("the year %d is outside of 1900 to 2299", t.Year())}
		}
	}
	if !q.From.Before(q.To) {
		return &UsageError{"from", fmt.Sprintf("the window is empty: it starts at %s and ends at %s", q.From.Format(time.RFC3339), q.To.Format(time.RFC3339))}
	}
	return nil
}

func (q Query) checkDimensions(m Metric) error {
	if q.Stream != "" && m.Subject != Items {
		return &UsageError{"stream", m.ID + " counts no items of a value stream"}
	}
	if q.Clock == working && m.AtEnd && m.Shape == ShapeDuration {
		return &UsageError{"clock", m.ID + " is told on the elapsed clock only: working time is known of what has ended"}
	}
	if !m.applies(q.By) {
		return &UsageError{"by", m.placeless() + ": it cannot be grouped by environment"}
	}
	if len(q.Environments) > 0 && !m.applies(ByEnvironment) {
		return &UsageError{"environment", m.placeless() + ": it cannot be filtered by environment"}
	}
	return nil
}

// params are what both statements of a metric are asked with.
func (q Query) params(loc *time.Location, now time.Time) warehouse.Params {
	p := q.Filter.params()
	p["from"], p["to"], p["end"] = q.From, q.To, q.end(now)
	p["every"], p["by"], p["tz"] = string(q.Every), string(q.By), loc.String()
	p["stream"], p["working"] = q.Stream, q.Clock == working
	return p
}

// end is where the window ends, with now at the latest: what is under way later nobody knows.
func (q Query) end(now time.Time) time.Time {
	if now.Before(q.To) {
		return now.UTC().Truncate(time.Millisecond)
	}
	return q.To
}
