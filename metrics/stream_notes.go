package metrics

import (
	"context"
	_ "embed" // for the statements
	"fmt"
	"slices"
	"strings"
	"time"
)

//go:embed stream_notes.sql
var streamNotesSQL string

// The statements of stream_notes.sql, in their order.
const (
	stagesOfStreams = iota
	unmappedStatuses
	namesOfStream
	boundsOfStream
	leftOutOfStream
)

// statementOf is one of the statements of a .sql file, without the parts that this question does not need.
func (q StreamQuery) statementOf(file string, n int) string {
	return Query{Filter: q.Filter}.statement(strings.Split(file, ";\n")[n])
}

// StreamStage is a stage of a stream.
type StreamStage struct {
	Stage string  `json:"stage"`
	Title string  `json:"title"`
	Role  string  `json:"role"`  // who acts in it where no team is known
	Owner *string `json:"owner"` // the team that is configured for it; nil: as the data say
	Queue bool    `json:"queue"` // before the work begins
	Side  bool    `json:"side"`  // a visit to another group on the way
}

// streamStages are the stages of a stream.
type streamStages struct {
	stream string
	stages []StreamStage
}

// streams lists the streams with their stages in the order of the work.
func (r *Reader) streams(ctx context.Context) ([]streamStages, error) {
	var rows []struct {
		Stream string `ch:"stream_name"`
		Stage  string `ch:"stage_name"`
		Title  string `ch:"stage_title"`
		Role   string `ch:"stage_role"`
		Owner  string `ch:"stage_owner"`
		Queue  bool   `ch:"is_queue"`
		Side   bool   `ch:"is_side"`
	}
	if err := r.w.Select(ctx, &rows, StreamQuery{}.statementOf(streamNotesSQL, stagesOfStreams), nil); err != nil {
		return nil, fmt.Errorf("list the streams: %w", err)
	}
	var all []streamStages
	for _, row := range rows {
		if len(all) == 0 || all[len(all)-1].stream != row.Stream {
			all = append(all, streamStages{stream: row.Stream})
		}
		last := &all[len(all)-1]
		last.stages = append(last.stages, StreamStage{
			Stage: row.Stage, Title: row.Title, Role: row.Role, Owner: known(row.Owner), Queue: row.Queue, Side: row.Side,
		})
	}
	return all, nil
}

// stagesOf are the stages of the stream that is asked about. One that does not exist is refused; the default one always
// does, although nothing may be known of it yet. The working clock is refused where there are no calendars.
func (r *Reader) stagesOf(ctx context.Context, q StreamQuery) ([]StreamStage, error) {
	if err := r.checkClock(ctx, q.Clock); err != nil {
		return nil, err
	}
	all, err := r.streams(ctx)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, s := range all {
		if s.stream == q.Stream {
			return s.stages, nil
		}
		names = append(names, s.stream)
	}
	switch {
	case q.Stream == DefaultStream:
		return nil, nil
	case len(names) == 0:
		return nil, &UsageError{"stream", fmt.Sprintf("there is no stream %q; none is known yet: import or collect something first", q.Stream)}
	}
	return nil, &UsageError{"stream", fmt.Sprintf("there is no stream %q; %sthe streams are %s", q.Stream, didYouMean(q.Stream, names), strings.Join(names, ", "))}
}

// findStage refuses a stage that the stream does not have; parameter is where it was named.
func findStage(parameter, stage, stream string, stages []StreamStage) error {
	names := make([]string, len(stages))
	for i, s := range stages {
		if s.Stage == stage {
			return nil
		}
		names[i] = s.Stage
	}
	if len(names) == 0 {
		return &UsageError{parameter, fmt.Sprintf("there is no stage %q; no stage of %s is known yet: import or collect something first", stage, stream)}
	}
	return &UsageError{parameter, fmt.Sprintf("there is no stage %q in %s; %sthe stages are %s", stage, stream, didYouMean(stage, names), strings.Join(names, ", "))}
}

// streamLeftOut counts the items of the window that the figures of a stream do not count, by reason.
func (r *Reader) streamLeftOut(ctx context.Context, q StreamQuery) ([]LeftOut, error) {
	var counts []struct {
		Reason string `ch:"reason"`
		N      uint64 `ch:"n"`
	}
	if err := r.w.Select(ctx, &counts, q.statementOf(streamNotesSQL, leftOutOfStream), q.params()); err != nil {
		return nil, fmt.Errorf("count what was left out of %s: %w", q.Stream, err)
	}
	left := make([]LeftOut, len(counts))
	for i, c := range counts {
		left[i] = LeftOut{Reason: c.Reason, N: int64(c.N)}
	}
	return left, nil
}

// streamNotes says in sentences what a person would wonder about: names in the filter that no item has, and, where nothing
// was counted, why. It asks the warehouse only where there is something to explain.
func (r *Reader) streamNotes(ctx context.Context, q StreamQuery, empty bool) ([]string, error) {
	notes, err := r.unknownToStream(ctx, q, empty)
	if err != nil || !empty || len(notes) > 0 {
		return notes, err
	}
	var found []struct {
		Done     uint64    `ch:"done"`
		Open     uint64    `ch:"open"`
		Excluded uint64    `ch:"excluded"`
		First    time.Time `ch:"first"`
		Last     time.Time `ch:"last"`
	}
	if err := r.w.Select(ctx, &found, q.statementOf(streamNotesSQL, boundsOfStream), q.params()); err != nil || len(found) == 0 {
		return notes, err
	}
	f := found[0]
	switch {
	case f.Done > 0:
		notes = append(notes, fmt.Sprintf("nothing was done between %s and %s; of the items done at other times (%d), the first was done %s and the last %s",
			r.moment(q.From), r.moment(q.To), f.Done, r.moment(f.First), r.moment(f.Last)))
	case f.Open+f.Excluded > 0:
		notes = append(notes, fmt.Sprintf("nothing was ever done: %d items are open and %d were left out, over all time", f.Open, f.Excluded))
	case q.some():
		notes = append(notes, fmt.Sprintf("no item of %s matches the filter", q.Stream))
	default:
		notes = append(notes, fmt.Sprintf("no item of %s is known; import or collect some first", q.Stream))
	}
	return notes, nil
}

// unmappedNotes says which statuses of tickets no rule knows, and what becomes of the time in them.
func (r *Reader) unmappedNotes(ctx context.Context, q StreamQuery) ([]string, error) {
	var found []struct {
		Name  string `ch:"name"`
		Waits bool   `ch:"waits"`
	}
	if err := r.w.Select(ctx, &found, q.statementOf(streamNotesSQL, unmappedStatuses), q.params()); err != nil || len(found) == 0 {
		return nil, err
	}
	names := make([]string, len(found))
	for i, f := range found {
		names[i] = fmt.Sprintf("%q (as work)", f.Name)
		if f.Waits {
			names[i] = fmt.Sprintf("%q (as waiting)", f.Name)
		}
	}
	if more := len(names) - 3; more > 0 {
		names = append(names[:3], fmt.Sprintf("%d more", more))
	}
	return []string{fmt.Sprintf("no rule gives these statuses a stage, so the time in them counts in the one before: %s; `weir streams` lists them with their tickets, `weir streams --yaml` writes what to edit", strings.Join(names, ", "))}, nil
}

// unknownToStream tells which names of the filter no item of the stream has, nor anything else.
func (r *Reader) unknownToStream(ctx context.Context, q StreamQuery, empty bool) ([]string, error) {
	notes := []string{}
	several := slices.ContainsFunc(q.all(), func(f filtered) bool { return len(f.values) > 1 })
	// One unknown name empties the answer; among several it would go unnoticed.
	if !several && !(empty && q.some()) {
		return notes, nil
	}
	names, err := r.names(ctx)
	if err != nil {
		return nil, err
	}
	var found []struct {
		Dimension string `ch:"dimension"`
		Name      string `ch:"name"`
	}
	if err := r.w.Select(ctx, &found, q.statementOf(streamNotesSQL, namesOfStream), q.params()); err != nil {
		return nil, fmt.Errorf("list the names of %s: %w", q.Stream, err)
	}
	for _, f := range found {
		if at, there := slices.BinarySearch(names[By(f.Dimension)], f.Name); !there && f.Name != "" {
			names[By(f.Dimension)] = slices.Insert(names[By(f.Dimension)], at, f.Name)
		}
	}
	for _, f := range q.all() {
		for _, value := range f.values {
			if !slices.Contains(names[f.by], value) {
				notes = append(notes, unknownName(f.by, value, names[f.by]))
			}
		}
	}
	return notes, nil
}
