package metrics

import (
	"context"
	_ "embed" // for the statements
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

//go:embed what_if.sql
var whatIfSQL string

// The statements of what_if.sql, in their order.
const (
	whatIfWhole = iota
	whatIfStages
)

// StageChange is a change of the wait in one stage: to half of it, to none.
type StageChange struct {
	Stage string  `json:"stage"`
	Wait  float64 `json:"wait"` // the part of the wait that stays: 0.5 is half of it, 0 none, 1.5 half as much again
}

// WhatIf asks what a stream would take if waits changed.
type WhatIf struct {
	StreamQuery
	Changes []StageChange
}

// WhatIfAnswer is a stream before and after changes of waits, computed from the items themselves.
type WhatIfAnswer struct {
	Stream  string             `json:"stream"`
	From    time.Time          `json:"from"`
	To      time.Time          `json:"to"`
	Clock   string             `json:"clock"`
	Changes []StageChange      `json:"changes"`
	N       int64              `json:"n"` // items done in the window
	Before  Duration           `json:"before"`
	After   Duration           `json:"after"`
	Gain    Gain               `json:"gain"`
	Stages  []StageBeforeAfter `json:"stages"` // those that change, in the order of the changes
	LeftOut []LeftOut          `json:"left_out"`
	Notes   []string           `json:"notes"`
}

// Gain is the waiting time that all items together would be spared; below 0 where waits get longer.
type Gain struct {
	Seconds         float64  `json:"seconds"`
	ItemDays        float64  `json:"item_days"`
	ItemDaysPerWeek *float64 `json:"item_days_per_week"`
}

// StageBeforeAfter is the lead time in one stage before and after.
type StageBeforeAfter struct {
	Stage  string   `json:"stage"`
	Before Duration `json:"before"`
	After  Duration `json:"after"`
}

// maxWait is the longest wait that can be asked for, as a multiple of what it is.
const maxWait = 10

// ParseStageChange reads a change such as review=50% or review:0.5. Stages may have either sign in their names: the last
// one counts.
func ParseStageChange(text string) (StageChange, error) {
	at := strings.LastIndexAny(text, ":=")
	if at <= 0 {
		return StageChange{}, &UsageError{"change", fmt.Sprintf("%q is no change; write a stage and how much of its wait stays, such as review=50%%", text)}
	}
	wait, err := parseWait("change", text[at+1:])
	return StageChange{Stage: text[:at], Wait: wait}, err
}

// ParseStageWait reads a change from a stage and what stays of its wait.
func ParseStageWait(stage, wait string) (StageChange, error) {
	switch {
	case stage == "":
		return StageChange{}, &UsageError{"stage", "say which stage's wait changes"}
	case wait == "":
		return StageChange{}, &UsageError{"wait", "say how much of the stage's wait stays: 50%, 0.5 or 0%; in an address the sign is written %25"}
	}
	part, err := parseWait("wait", wait)
	return StageChange{Stage: stage, Wait: part}, err
}

// parseWait reads 50% or 0.5.
func parseWait(parameter, text string) (float64, error) {
	number, percent := strings.CutSuffix(strings.TrimSpace(text), "%")
	wait, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if percent {
		wait /= 100
	}
	if err != nil || !(wait >= 0 && wait <= maxWait) { // not a number is neither
		return 0, &UsageError{parameter, fmt.Sprintf("%q is not a part of a wait; write 50%% or 0.5 for half of it, 0%% for none, up to 1000%%", text)}
	}
	return wait, nil
}

func (w WhatIf) checkChanges(stages []StreamStage) error {
	if len(w.Changes) == 0 {
		return &UsageError{"change", "say what changes: a stage and how much of its wait stays, such as review=50%"}
	}
	for i, c := range w.Changes {
		if err := findStage("stage", c.Stage, w.Stream, stages); err != nil {
			return err
		}
		if slices.ContainsFunc(w.Changes[:i], func(before StageChange) bool { return before.Stage == c.Stage }) {
			return &UsageError{"change", fmt.Sprintf("the stage %q is changed twice", c.Stage)}
		}
		if !(c.Wait >= 0 && c.Wait <= maxWait) {
			return &UsageError{"wait", fmt.Sprintf("%v is not between 0 and %d", c.Wait, maxWait)}
		}
	}
	return nil
}

// whatIfRow is a whole stream or a stage of it, in milliseconds.
type whatIfRow struct {
	Stage        string    `ch:"name"`
	N            uint64    `ch:"n"`
	BeforeLevels []float64 `ch:"before_levels"`
	BeforeSum    int64     `ch:"before_sum"`
	AfterLevels  []float64 `ch:"after_levels"`
	AfterSum     int64     `ch:"after_sum"`
}

func (row whatIfRow) beforeAfter(stage string) StageBeforeAfter {
	return StageBeforeAfter{stage, durationOf(row.N, row.BeforeLevels, row.BeforeSum), durationOf(row.N, row.AfterLevels, row.AfterSum)}
}

// WhatIf computes a stream's lead times as if some of its waits were others. A wrong question is a *UsageError.
func (r *Reader) WhatIf(ctx context.Context, w WhatIf) (WhatIfAnswer, error) {
	q, err := w.check()
	if err != nil {
		return WhatIfAnswer{}, err
	}
	w.StreamQuery = q
	if err := r.checkClock(ctx, q.Clock); err != nil {
		return WhatIfAnswer{}, err
	}
	stages, err := r.stagesOf(ctx, q)
	if err != nil {
		return WhatIfAnswer{}, err
	}
	if err := w.checkChanges(stages); err != nil {
		return WhatIfAnswer{}, err
	}
	a := WhatIfAnswer{Stream: q.Stream, From: q.From, To: q.To, Clock: q.Clock, Changes: w.Changes, Stages: []StageBeforeAfter{}}
	var whole, changed []whatIfRow
	p := w.params()
	names, waits := make([]string, len(w.Changes)), make([]string, len(w.Changes))
	for i, c := range w.Changes {
		names[i], waits[i] = c.Stage, strconv.FormatFloat(c.Wait, 'f', -1, 64)
	}
	p["stages"], p["waits"] = names, "["+strings.Join(waits, ",")+"]"
	parallel, both := errgroup.WithContext(ctx)
	parallel.Go(func() error { return r.w.Select(both, &whole, q.statementOf(whatIfSQL, whatIfWhole), p) })
	parallel.Go(func() error { return r.w.Select(both, &changed, q.statementOf(whatIfSQL, whatIfStages), p) })
	parallel.Go(func() (err error) { a.LeftOut, err = r.streamLeftOut(both, q); return err })
	if err := parallel.Wait(); err != nil {
		return WhatIfAnswer{}, fmt.Errorf("compute what %s would take: %w", q.Stream, err)
	}
	for _, row := range whole {
		all := row.beforeAfter("")
		a.N, a.Before, a.After = int64(row.N), all.Before, all.After
		a.Gain = r.gain(q, row.BeforeSum-row.AfterSum)
	}
	for _, c := range w.Changes {
		i := slices.IndexFunc(changed, func(row whatIfRow) bool { return row.Stage == c.Stage })
		if i < 0 {
			a.Stages = append(a.Stages, StageBeforeAfter{Stage: c.Stage})
			continue
		}
		a.Stages = append(a.Stages, changed[i].beforeAfter(c.Stage))
	}
	if a.Notes, err = r.streamNotes(ctx, q, a.N == 0); err != nil {
		return WhatIfAnswer{}, fmt.Errorf("explain what %s would take: %w", q.Stream, err)
	}
	if a.N > 0 {
		a.Notes = append(a.Notes, a.idle()...)
	}
	return a, nil
}

// gain is what all items together are spared, in milliseconds, told in days and for each week of the window.
func (r *Reader) gain(q StreamQuery, spared int64) Gain {
	g := Gain{Seconds: float64(spared) / 1000}
	g.ItemDays = g.Seconds / (24 * 60 * 60)
	if days := r.daysOf(q); days > 0 {
		perWeek := g.ItemDays / (days / 7)
		g.ItemDaysPerWeek = &perWeek
	}
	return g
}

// idle tells of changes that no item of the window feels.
func (a WhatIfAnswer) idle() (notes []string) {
	for _, s := range a.Stages {
		if s.Before.N == 0 {
			notes = append(notes, fmt.Sprintf("no item done in the window was in %q, so changing its wait changes nothing", s.Stage))
		}
	}
	return notes
}
