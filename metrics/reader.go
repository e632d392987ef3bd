package metrics

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/weirhq/weir/warehouse"
)

// ReaderConfiguration says in whose time the reader counts.
type ReaderConfiguration struct {
	Location *time.Location   // the reporting time zone; default UTC
	Now      func() time.Time // default time.Now
}

// Reader answers questions about metrics.
type Reader struct {
	w   *warehouse.Warehouse
	loc *time.Location
	now func() time.Time
}

// NewReader makes a reader of the facts in a warehouse.
func NewReader(w *warehouse.Warehouse, cfg ReaderConfiguration) *Reader {
	r := &Reader{w: w, loc: cfg.Location, now: cfg.Now}
	if r.loc == nil {
		r.loc = time.UTC
	}
	if r.now == nil {
		r.now = time.Now
	}
	return r
}

// Query computes a metric's figures. A wrong question is a *UsageError.
func (r *Reader) Query(ctx context.Context, q Query) (Answer, error) {
	q, _, err := q.check()
	if err != nil {
		return Answer{}, err
	}
	if err := r.checkKnown(ctx, q); err != nil {
		return Answer{}, err
	}
	return r.answer(ctx, q, &together{r: r})
}

// checkKnown refuses a clock without calendars, and a stream that there is not.
func (r *Reader) checkKnown(ctx context.Context, q Query) error {
	if q.Stream == "" || q.Stream == DefaultStream {
		return r.checkClock(ctx, q.Clock)
	}
	_, err := r.stagesOf(ctx, StreamQuery{Stream: q.Stream, Clock: q.Clock})
	return err
}

// answer computes the figures of a question that was checked; with is what it shares with others.
func (r *Reader) answer(ctx context.Context, q Query, with *together) (Answer, error) {
	m, err := Find(q.Metric)
	if err != nil {
		return Answer{}, err
	}
	cut, err := buckets(q, r.loc, r.now())
	if err != nil {
		return Answer{}, err
	}
	a := Answer{Metric: m.ID, Unit: m.Unit(), From: q.From, To: q.To}
	var found []aggregate
	parallel, both := errgroup.WithContext(ctx)
	parallel.Go(func() (err error) { found, err = r.aggregates(both, q, m, cut); return err })
	parallel.Go(func() (err error) { a.LeftOut, err = with.leftOut(both, q, m); return err })
	if err := parallel.Wait(); err != nil {
		return Answer{}, fmt.Errorf("compute %s: %w", m.ID, err)
	}
	if err := with.hold(groupsIn(found) * len(cut) * len(m.classes())); err != nil {
		return Answer{}, err
	}
	a.Rows = rows(q, m, found, cut, r.loc)
	a.Notes, err = r.explain(ctx, q, m, len(found) == 0)
	if err != nil {
		return Answer{}, fmt.Errorf("explain the answer of %s: %w", m.ID, err)
	}
	if q.Clock == working && m.Shape == ShapeDuration && len(found) > 0 {
		a.Notes = append(a.Notes, workingNote)
	}
	return a, nil
}

// aggregates are the rows as the warehouse computes them.
func (r *Reader) aggregates(ctx context.Context, q Query, m Metric, cut []bucket) (found []aggregate, err error) {
	p := q.params(r.loc, r.now())
	if m.AtEnd {
		p["bucket_days"], p["bucket_ends"] = endsOf(cut, q, r.now())
	}
	return found, r.w.Select(ctx, &found, q.statement(m.rows), p)
}

// leftOut counts the items of the window that are not in the figures, by the reason, the commonest first.
func (r *Reader) leftOut(ctx context.Context, q Query, m Metric) ([]LeftOut, error) {
	var counts []struct {
		Reason string `ch:"reason"`
		N      uint64 `ch:"n"`
	}
	p := q.params(r.loc, r.now())
	p["excluded"] = true
	sql := "SELECT excluded AS reason, count() AS n FROM (" + q.statement(m.whole()) + "\n) GROUP BY reason ORDER BY n DESC, reason"
	if err := r.w.Select(ctx, &counts, sql, p); err != nil {
		return nil, err
	}
	left := make([]LeftOut, len(counts))
	for i, c := range counts {
		left[i] = LeftOut{Reason: c.Reason, N: int64(c.N)}
	}
	return left, nil
}

// groupsIn is how many groups there are.
func groupsIn(found []aggregate) int {
	groups := map[string]bool{}
	for _, a := range found {
		groups[a.Group] = true
	}
	return len(groups)
}

// rows lays what was found over all buckets: every group that has anything in the window gets a row a bucket, or as many as
// there are classes.
func rows(q Query, m Metric, found []aggregate, cut []bucket, loc *time.Location) []Row {
	type place struct{ group, bucket, class string }
	at := map[place]aggregate{}
	var groups []string
	for _, a := range found {
		at[place{a.Group, a.Bucket.Format(time.DateOnly), a.Class}] = a
		groups = append(groups, a.Group)
	}
	if q.By == ByNone {
		groups = []string{""}
	}
	slices.SortFunc(groups, func(a, b string) int {
		// The unknown group, which has no name, comes last.
		if (a == "") != (b == "") {
			return cmp.Compare(b, a)
		}
		return cmp.Compare(a, b)
	})
	rows := []Row{}
	for _, group := range slices.Compact(groups) {
		for _, b := range cut {
			key := place{group, b.start.Format(time.DateOnly), ""}
			if q.Every == EveryRange {
				key.bucket = rangeBucket
			}
			for _, key.class = range m.classes() {
				row := at[key].row(m, b, loc)
				row.By, row.Group = q.By, group
				if q.Every != EveryRange {
					row.Bucket = b.start
				}
				if class := key.class; m.Classed {
					row.Class = &class
				}
				rows = append(rows, row)
			}
		}
	}
	return rows
}

// rangeBucket is the day that the statements give to the one bucket of a whole window.
const rangeBucket = "1970-01-01"
