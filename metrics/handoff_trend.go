package metrics

import (
	"cmp"
	"context"
	_ "embed" // for the statements
	"fmt"
	"time"
)

//go:embed handoff_trend.sql
var handoffTrendSQL string

// HandoffTrendQuery asks how the waits of a pair of groups went, by when the items were done.
type HandoffTrendQuery struct {
	HandoffsQuery
	Every Every // default: week
}

// HandoffTrend is how waits went.
type HandoffTrend struct {
	Stream  string            `json:"stream"`
	From    time.Time         `json:"from"`
	To      time.Time         `json:"to"`
	Clock   string            `json:"clock"`
	Between Between           `json:"between"`
	Every   Every             `json:"every"`
	Rows    []HandoffTrendRow `json:"rows"`
	LeftOut []LeftOut         `json:"left_out"`
	Notes   []string          `json:"notes"`
}

// HandoffTrendRow is the handoffs of the items that were done in one bucket.
type HandoffTrendRow struct {
	Bucket time.Time `json:"bucket"` // its start in the reporting time zone
	N      int64     `json:"n"`
	Wait   Duration  `json:"wait"`
}

var trendEverys = []Every{EveryDay, EveryWeek, EveryMonth, EveryQuarter}

// HandoffTrend computes how waits went, in buckets without a gap.
func (r *Reader) HandoffTrend(ctx context.Context, q HandoffTrendQuery) (HandoffTrend, error) {
	var err error
	if q.HandoffsQuery, err = q.check(); err != nil {
		return HandoffTrend{}, err
	}
	q.Every = cmp.Or(q.Every, EveryWeek)
	if err := oneOf("every", string(q.Every), trendEverys); err != nil {
		return HandoffTrend{}, err
	}
	if _, err := r.stagesOf(ctx, q.StreamQuery); err != nil {
		return HandoffTrend{}, err
	}
	cut, err := buckets(Query{From: q.From, To: q.To, Every: q.Every}, r.loc, r.now())
	if err != nil {
		return HandoffTrend{}, err
	}
	var found []struct {
		Bucket time.Time `ch:"bucket"`
		N      uint64    `ch:"n"`
		waits
	}
	p := q.params()
	p["every"], p["tz"] = string(q.Every), r.loc.String()
	if err := r.w.Select(ctx, &found, q.statement(handoffTrendSQL, 0, q.Every), p); err != nil {
		return HandoffTrend{}, fmt.Errorf("compute the trend of the handoffs of %s: %w", q.Stream, err)
	}
	a := HandoffTrend{Stream: q.Stream, From: q.From, To: q.To, Clock: q.Clock, Between: q.Between, Every: q.Every, Rows: make([]HandoffTrendRow, len(cut))}
	row := map[string]*HandoffTrendRow{}
	for i, b := range cut {
		a.Rows[i].Bucket = b.start
		row[b.start.Format(time.DateOnly)] = &a.Rows[i]
	}
	for _, f := range found {
		// What was done after now, by a clock that is ahead, is in no bucket.
		if of := row[f.Bucket.Format(time.DateOnly)]; of != nil {
			of.N, of.Wait = int64(f.N), f.figures()
		}
	}
	if a.LeftOut, err = r.streamLeftOut(ctx, q.StreamQuery); err != nil {
		return HandoffTrend{}, err
	}
	items, _, err := r.itemsHanded(ctx, q.HandoffsQuery)
	if err != nil {
		return HandoffTrend{}, fmt.Errorf("count the items of %s: %w", q.Stream, err)
	}
	if a.Notes, err = r.handoffNotes(ctx, q.HandoffsQuery, items, len(found) == 0); err != nil {
		return HandoffTrend{}, fmt.Errorf("explain the trend of the handoffs of %s: %w", q.Stream, err)
	}
	if q.Clock == working {
		a.Notes = append(a.Notes, workingNote)
	}
	return a, nil
}
