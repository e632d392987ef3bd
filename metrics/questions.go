package metrics

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// Compare says which other window the figures of a window are compared with.
type Compare string

// The windows to compare with.
const (
	CompareNone     Compare = "none"
	ComparePrevious Compare = "previous" // the period of the same length that ends where the window begins
	CompareYear     Compare = "year"     // the same period, a year before
)

var compares = []Compare{CompareNone, ComparePrevious, CompareYear}

// Ask is one of many questions about the same window and filter.
type Ask struct {
	Metric       string
	Every        Every
	By           By
	Previous     bool // the figures of the compared window as well
	Distribution bool // of a duration: how many items took how long
}

// String is the ask as ParseAsk reads it.
func (a Ask) String() string {
	words := []string{a.Metric}
	if a.Every != "" && a.Every != EveryRange {
		words = append(words, "every="+string(a.Every))
	}
	if a.By != "" && a.By != ByNone {
		words = append(words, "by="+string(a.By))
	}
	if a.Previous {
		words = append(words, "previous")
	}
	if a.Distribution {
		words = append(words, "distribution")
	}
	return strings.Join(words, ",")
}

// ParseAsk reads words separated by commas: a metric, then any of every=…, by=…, previous, distribution.
func ParseAsk(text string) (Ask, error) {
	words := strings.Split(text, ",")
	a := Ask{Metric: words[0], Every: EveryRange, By: ByNone}
	m, err := Find(a.Metric)
	if err != nil {
		return a, &UsageError{"ask", err.(*UsageError).Reason} //nolint:errorlint,forcetypeassert // Find has no other error
	}
	for _, word := range words[1:] {
		name, value, _ := strings.Cut(word, "=")
		switch {
		case name == "every":
			a.Every, err = Every(value), oneOf("ask", value, everys)
		case name == "by":
			a.By, err = By(value), oneOf("ask", value, bys)
		case word == "previous":
			a.Previous = true
		case word == "distribution" && m.Shape == ShapeDuration:
			a.Distribution = true
		case word == "distribution":
			err = &UsageError{"ask", fmt.Sprintf("%s is no duration, so it has no distribution", m.ID)}
		default:
			err = &UsageError{"ask", fmt.Sprintf("%q in %q is none of every=…, by=…, previous, distribution", word, text)}
		}
		if err != nil {
			return a, err
		}
	}
	if a.Distribution && (a.Every != EveryRange || a.By != ByNone) {
		return a, &UsageError{"ask", fmt.Sprintf("%q: a distribution is of the whole window; ask for it without every and by", text)}
	}
	return a, nil
}

// Questions are many asks about one window and filter: what a page needs, in one go.
type Questions struct {
	Asks    []Ask
	From    time.Time
	To      time.Time
	Compare Compare
	Filter
	Clock string
}

// Answers are the answers to Questions, in their order.
type Answers struct {
	From     time.Time `json:"from"`
	To       time.Time `json:"to"`
	Compared *Compared `json:"compared,omitempty"` // nil: with nothing
	Answers  []Told    `json:"answers"`
}

// Compared is the window that the figures are compared with.
type Compared struct {
	From  time.Time `json:"from"`
	To    time.Time `json:"to"`
	Known bool      `json:"known"` // whether anything was known by then: if not, no answer has a Previous
	Notes []string  `json:"notes"` // sentences: that it is known in part only
}

// Told is the answer to one ask.
type Told struct {
	Ask   string `json:"ask"`
	Every Every  `json:"every"`
	By    By     `json:"by"`
	Answer
	Previous     *Answer `json:"previous,omitempty"`    // nil: not asked for, or nothing was known by then
	Distribution []Bin   `json:"distribution,omitzero"` // nil: not asked for
}

// asksAtOnce is how many asks of one caller are computed at the same time. The engine runs each on one connection; more
// than a machine has cores only makes other callers wait.
const asksAtOnce = 4

// maxAsks bounds what one caller can make the engine do.
const maxAsks = 60

// Answer answers many questions about one window.
func (r *Reader) Answer(ctx context.Context, qs Questions) (Answers, error) {
	if qs.Compare == "" {
		qs.Compare = CompareNone
	}
	if err := oneOf("compare", string(qs.Compare), compares); err != nil {
		return Answers{}, err
	}
	if len(qs.Asks) == 0 || len(qs.Asks) > maxAsks {
		return Answers{}, &UsageError{"ask", fmt.Sprintf("say between 1 and %d times what is asked, such as ask=lead_time,every=week", maxAsks)}
	}
	queries := make([]Query, len(qs.Asks))
	for i, a := range qs.Asks {
		q, _, err := Query{Metric: a.Metric, From: qs.From, To: qs.To, Every: a.Every, By: a.By, Filter: qs.Filter, Clock: qs.Clock}.check()
		if err != nil {
			return Answers{}, err
		}
		queries[i] = q
	}
	if err := r.checkClock(ctx, queries[0].Clock); err != nil {
		return Answers{}, err
	}
	all := Answers{From: queries[0].From, To: queries[0].To, Answers: make([]Told, len(qs.Asks))}
	var err error
	qs.From, qs.To = all.From, all.To // in whole milliseconds
	if all.Compared, err = r.compared(ctx, qs); err != nil {
		return Answers{}, err
	}
	with := &together{r: r}
	parallel, ctx := errgroup.WithContext(ctx)
	parallel.SetLimit(asksAtOnce)
	for i, a := range qs.Asks {
		told := &all.Answers[i]
		told.Ask, told.Every, told.By = a.String(), queries[i].Every, queries[i].By
		parallel.Go(func() (err error) { told.Answer, err = r.answer(ctx, queries[i], with); return err })
		if a.Distribution {
			parallel.Go(func() (err error) {
				m, err := Find(a.Metric)
				if err == nil {
					told.Distribution, err = r.distribution(ctx, queries[i], m)
				}
				return err
			})
		}
		if a.Previous && all.Compared != nil && all.Compared.Known {
			before := queries[i]
			before.From, before.To = all.Compared.From, all.Compared.To
			parallel.Go(func() error {
				previous, err := r.answer(ctx, before, with)
				told.Previous = &previous
				return err
			})
		}
	}
	return all, parallel.Wait()
}

// compared finds the window to compare with, and how much of it is known. It is nil where there is none.
func (r *Reader) compared(ctx context.Context, qs Questions) (*Compared, error) {
	c := Compared{Notes: []string{}}
	from, to := qs.From.In(r.loc), qs.To.In(r.loc)
	switch qs.Compare {
	case ComparePrevious:
		// The same length on the wall: a window of whole days is compared with whole days, whatever the clocks did.
		span := wall(to).Sub(wall(from))
		c.From, c.To = r.onWall(wall(from).Add(-span)), from
	case CompareYear:
		c.From, c.To = from.AddDate(-1, 0, 0), to.AddDate(-1, 0, 0)
	default:
		return nil, nil //nolint:nilnil // nothing to compare with is an answer
	}
	c.From, c.To = c.From.UTC(), c.To.UTC()
	first, err := r.firstDeployment(ctx, qs.Filter)
	switch {
	case err != nil:
		return nil, err
	case first.IsZero():
		c.Notes = append(c.Notes, "no production deployment is known, so there is nothing to compare with")
	case !first.Before(c.To):
		c.Notes = append(c.Notes, fmt.Sprintf("nothing is known of that time: the first known production deployment finished %s", r.moment(first)))
	default:
		c.Known = true
		if first.After(c.From) {
			c.Notes = append(c.Notes, fmt.Sprintf("the window to compare with is known in part: the first known production deployment finished %s", r.moment(first)))
		}
	}
	return &c, nil
}

// onWall is the moment at which the clocks of the reporting time zone show a time.
func (r *Reader) onWall(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), r.loc)
}

// firstDeployment is when the first known production deployment that passes the filter finished; zero if there is none.
func (r *Reader) firstDeployment(ctx context.Context, f Filter) (time.Time, error) {
	q := Query{Metric: "deployment_frequency", Filter: f, From: firstMoment, To: first.At, Every: EveryRange, By: ByNone}
	m, err := Find(q.Metric)
	if err != nil {
		return time.Time{}, err
	}
	found, err := r.bounds(ctx, q, m)
	if err != nil || found.N == 0 {
		return time.Time{}, err
	}
	return found.First, nil
}

// together is what the questions of one caller share.
type together struct {
	r    *Reader
	mu   sync.Mutex
	left map[string]func() ([]LeftOut, error)
	rows int
}

// hold refuses more rows than a caller may make the program hold.
func (l *together) hold(rows int) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.rows += rows; l.rows > maxRows {
		return &UsageError{"every", fmt.Sprintf("the answer would have more than %d rows; ask for longer buckets, a shorter window or fewer groups", maxRows)}
	}
	return nil
}

// leftOut counts what was left out of a metric once, however many asks there are about it: it has no need of the question's
// buckets and groups, being of the whole window.
func (l *together) leftOut(ctx context.Context, q Query, m Metric) ([]LeftOut, error) {
	key := fmt.Sprintf("%s %t %d %d", m.ID, q.By == ByEnvironment, q.From.UnixMilli(), q.To.UnixMilli())
	l.mu.Lock()
	if l.left == nil {
		l.left = map[string]func() ([]LeftOut, error){}
	}
	count, begun := l.left[key]
	if !begun {
		count = sync.OnceValues(func() ([]LeftOut, error) { return l.r.leftOut(ctx, q, m) })
		l.left[key] = count
	}
	l.mu.Unlock()
	left, err := count()
	return slices.Clone(left), err
}
