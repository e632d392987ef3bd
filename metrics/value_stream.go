package metrics

import (
	"context"
	_ "embed" // for the statements
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"
)

//go:embed value_stream.sql
var valueStreamSQL string

// The statements of value_stream.sql, in their order.
const (
	wholeStream = iota
	stageTimes
	stageFlows
	stageReturns
	streamReasons
)

// ValueStream is the measured map of a stream.
type ValueStream struct {
	Stream     string        `json:"stream"`
	From       time.Time     `json:"from"`
	To         time.Time     `json:"to"`
	Clock      string        `json:"clock"`
	Items      StreamFigures `json:"items"`
	Stages     []StageFigure `json:"stages"`  // in the order of the work
	Reasons    []ReasonTime  `json:"reasons"` // the largest first; they add up to the items' lead time
	Constraint Constraint    `json:"constraint"`
	LeftOut    []LeftOut     `json:"left_out"` // items of the window that were not counted
	Notes      []string      `json:"notes"`
}

// StreamFigures are those of the whole stream. Durations are of the items done in the window.
type StreamFigures struct {
	N       int64    `json:"n"`    // items done in the window
	Open    int64    `json:"open"` // items that are open now
	Lead    Duration `json:"lead"`
	Process Duration `json:"process"`
	Waiting Duration `json:"waiting"`
	// ActivityRatio is the whole process time ÷ the whole lead time; nil where no time passed.
	ActivityRatio *float64 `json:"activity_ratio"`
	// RolledAccuracy is the product of the stages' accuracies; nil where nothing left a stage.
	RolledAccuracy *float64 `json:"rolled_accuracy"`
	Scrap          Ratio    `json:"scrap"` // items that came back at least once ÷ items done
}

// StageFigure is what is known of one stage. Durations are of the items done in the window that were in it, all visits of an
// item together.
type StageFigure struct {
	Stage   string       `json:"stage"`
	Title   string       `json:"title"`
	Role    string       `json:"role"`
	Owner   *string      `json:"owner"`  // the group that had most of its time, else the one that is configured; nil: unknown
	Owners  []OwnerShare `json:"owners"` // the largest first
	Queue   bool         `json:"queue"`
	Side    bool         `json:"side"`
	N       int64        `json:"n"`
	Lead    Duration     `json:"lead"`
	Process Duration     `json:"process"`
	Waiting Duration     `json:"waiting"`
	Share   *float64     `json:"share"` // of the lead time of all items; the stages' shares add up to 1

	WIP              int64    `json:"wip"`      // open items that are in it now
	WIPThen          int64    `json:"wip_then"` // items that were in it when the window began
	Arrivals         int64    `json:"arrivals"` // visits that began in the window
	Departures       int64    `json:"departures"`
	ArrivalsPerDay   *float64 `json:"arrivals_per_day"`
	DeparturesPerDay *float64 `json:"departures_per_day"`

	Exits    int64       `json:"exits"`    // visits that ended in the window and went on to a later stage
	Accuracy Ratio       `json:"accuracy"` // percent complete and accurate: exits that did not come back ÷ exits
	Returns  []StageBack `json:"returns"`
}

// OwnerShare is the part of a stage's lead time that one group had; nil: not known which.
type OwnerShare struct {
	Owner *string `json:"owner"`
	Share float64 `json:"share"`
}

// StageBack says how many of a stage's exits came back from where, by which rule.
type StageBack struct {
	From *string `json:"from"` // the stage; nil: it came back after it was done, or while it was nowhere
	Rule string  `json:"rule"`
	N    int64   `json:"n"`
}

// ReasonTime is what part of the items' time was spent on one thing, or waited for it. n, p50 and p85 are of the items that
// had it.
type ReasonTime struct {
	Reason string   `json:"reason"`
	Class  string   `json:"class"` // active, waiting
	N      int64    `json:"n"`
	Total  float64  `json:"total"` // seconds
	Share  *float64 `json:"share"` // of the lead time of all items
	P50    *float64 `json:"p50"`
	P85    *float64 `json:"p85"`
}

// Constraint names the stages that hold the stream up. Queues, where work has not begun, are none.
type Constraint struct {
	Waiting *string `json:"waiting"` // the stage with the longest mean waiting time
	Growing *string `json:"growing"` // the stage in which work grew most since the window began; nil: it grew in none
}

// ValueStream computes the map of a stream. A wrong question is a *UsageError.
func (r *Reader) ValueStream(ctx context.Context, q StreamQuery) (ValueStream, error) {
	q, err := q.check()
	if err != nil {
		return ValueStream{}, err
	}
	if err := r.checkClock(ctx, q.Clock); err != nil {
		return ValueStream{}, err
	}
	stages, err := r.stagesOf(ctx, q)
	if err != nil {
		return ValueStream{}, err
	}
	var found streamRows
	if err := r.selectStream(ctx, q, &found); err != nil {
		return ValueStream{}, fmt.Errorf("compute the value stream %s: %w", q.Stream, err)
	}
	v := ValueStream{Stream: q.Stream, From: q.From, To: q.To, Clock: q.Clock, LeftOut: []LeftOut{}}
	whole := v.countItems(found.whole)
	whole.days = r.daysOf(q)
	v.Stages = found.stages(stages, whole)
	v.Items.RolledAccuracy = rolledAccuracy(v.Stages)
	v.Constraint = constraintOf(v.Stages, v.Items.N)
	v.Reasons = found.reasonTimes(whole)
	if v.Notes, err = r.streamNotes(ctx, q, v.Items.N == 0); err != nil {
		return ValueStream{}, fmt.Errorf("explain the value stream %s: %w", q.Stream, err)
	}
	if v.Items.N > 0 {
		unmapped, err := r.unmappedNotes(ctx, q)
		if err != nil {
			return ValueStream{}, fmt.Errorf("explain the value stream %s: %w", q.Stream, err)
		}
		v.Notes = append(v.Notes, unmapped...)
	}
	return v, nil
}

func (r *Reader) selectStream(ctx context.Context, q StreamQuery, into *streamRows) error {
	p := q.params()
	p["now"] = r.now()
	parallel, ctx := errgroup.WithContext(ctx)
	for statement, rows := range map[int]any{
		wholeStream: &into.whole, stageTimes: &into.times, stageFlows: &into.flows, stageReturns: &into.returns, streamReasons: &into.reasons,
	} {
		parallel.Go(func() error { return r.w.Select(ctx, rows, q.statementOf(valueStreamSQL, statement), p) })
	}
	return parallel.Wait()
}

// daysOf is the length of the window up to now, on the wall clock.
func (r *Reader) daysOf(q StreamQuery) float64 {
	known := clip(bucket{from: q.From, to: q.To}, Query{From: q.From, To: q.To}, r.now())
	return wallDays(known.from, known.to, r.loc)
}

// wholeTime is what parts of the stream are compared with.
type wholeTime struct {
	lead float64 // milliseconds, of all items done
	days float64 // of the window, up to now
}

func (w wholeTime) share(milliseconds int64) *float64 {
	if w.lead <= 0 {
		return nil
	}
	share := float64(milliseconds) / w.lead
	return &share
}

func (w wholeTime) perDay(n int64) *float64 {
	if w.days <= 0 {
		return nil
	}
	rate := float64(n) / w.days
	return &rate
}

// countItems fills in the figures of the whole stream and what was left out of them.
func (v *ValueStream) countItems(rows []wholeRow) (whole wholeTime) {
	v.Items.Scrap = *ratio(0, 0)
	for _, row := range rows {
		switch row.State {
		case "open":
			v.Items.Open = int64(row.N)
		case "done":
			times := row.times()
			v.Items.N, v.Items.Lead, v.Items.Process, v.Items.Waiting = int64(row.N), times.lead, times.process, times.waiting
			v.Items.Scrap = *ratio(int64(row.Redone), int64(row.N))
			whole.lead = float64(row.LeadSum)
			v.Items.ActivityRatio = whole.share(row.ProcessSum)
		default:
			v.LeftOut = append(v.LeftOut, LeftOut{Reason: row.Reason, N: int64(row.N)})
		}
	}
	return whole
}

// rolledAccuracy is the share of the work that goes through all stages without coming back to any.
func rolledAccuracy(stages []StageFigure) *float64 {
	var rolled *float64
	for _, s := range stages {
		if s.Accuracy.Value != nil {
			product := *s.Accuracy.Value
			if rolled != nil {
				product *= *rolled
			}
			rolled = &product
		}
	}
	return rolled
}

// fewest is the part of the items that a stage must have seen to be the constraint: a single odd item makes none.
const fewest = 0.01

// constraintOf looks at the stages of the work: not at the queues before it, nor at what was done and came back.
func constraintOf(stages []StageFigure, items int64) (c Constraint) {
	longest, most := 0.0, int64(0)
	for _, s := range stages {
		if s.Queue || s.Stage == doneStage || float64(s.N) < fewest*float64(items) {
			continue
		}
		if s.Waiting.Mean != nil && *s.Waiting.Mean > longest {
			longest, c.Waiting = *s.Waiting.Mean, &s.Stage
		}
		if grew := s.WIP - s.WIPThen; grew > most {
			most, c.Growing = grew, &s.Stage
		}
	}
	return c
}
