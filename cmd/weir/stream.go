package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/weirhq/weir/api"
	"github.com/weirhq/weir/metrics"
)

// streamQuestion is what the flags of the commands about value streams ask.
type streamQuestion struct {
	metrics.Window
	stream        string
	filter        metrics.Filter
	clock, format choice
}

// addStreamFlags adds the flags that the commands about value streams share.
func addStreamFlags(cmd *cobra.Command) *streamQuestion {
	q := &streamQuestion{clock: choice{"elapsed", []string{"elapsed", "working"}}, format: choice{"table", []string{"table", "json", "csv"}}}
	addWindow(cmd, &q.Window, "90 days before --to")
	addStreamFilter(cmd, q)
	addChoice(cmd, &q.clock, "clock", "time as it passes, or working time by calendars")
	addChoice(cmd, &q.format, "format", "how the result is written to standard output")
	return q
}

// addStreamFilter adds the flags that say which items of which stream.
func addStreamFilter(cmd *cobra.Command, q *streamQuestion) {
	f := cmd.Flags()
	f.StringVar(&q.stream, "stream", metrics.DefaultStream, "the value stream; weir streams lists them")
	f.StringSliceVar(&q.filter.Services, "service", nil, "only items of this service; repeatable, or several separated by commas")
	f.StringSliceVar(&q.filter.Repos, "repo", nil, "only items with changes in this repo; repeatable, or several separated by commas")
	f.StringSliceVar(&q.filter.Teams, "team", nil, "only items of this team, whose work they are; repeatable, or several separated by commas")
	f.StringSliceVar(&q.filter.Products, "product", nil, "only items of this product; repeatable, or several separated by commas")
}

// streaming is what questions about value streams are put to: the warehouse's reader, or a server that has the warehouse.
type streaming interface {
	handing
	flowing
	Streams(ctx context.Context) (metrics.StreamList, error)
	ValueStream(ctx context.Context, q metrics.StreamQuery) (metrics.ValueStream, error)
	WhatIf(ctx context.Context, w metrics.WhatIf) (metrics.WhatIfAnswer, error)
	StreamItems(ctx context.Context, q metrics.StreamItemsQuery) (metrics.StreamItems, error)
}

// askStream finds wrong usage before anything is opened. Then it asks the server that --server names, or opens the
// warehouse, derives what is missing and asks there.
func (p *program) askStream(ctx context.Context, q *streamQuestion, answer func(context.Context, streaming, metrics.StreamQuery) error) error {
	if err := q.Check(); err != nil {
		return err
	}
	asked := metrics.StreamQuery{Stream: q.stream, Filter: q.filter, Clock: q.clock.value}
	if p.options.server != "" {
		c, err := api.Dial(ctx, p.options.server)
		if err != nil {
			return err
		}
		if asked.From, asked.To, err = q.In(c.Location, c.Now, metrics.DefaultFrom); err != nil {
			return err
		}
		return answer(ctx, c, asked)
	}
	return p.withSession(ctx, func(s *session) error {
		if err := s.update(ctx); err != nil {
			return err
		}
		reader, location, err := s.reader(ctx)
		if err != nil {
			return err
		}
		if asked.From, asked.To, err = q.In(location, s.now(), metrics.DefaultFrom); err != nil {
			return err
		}
		return answer(ctx, reader, asked)
	})
}

// describeStream is the line below a title: which stream, window and filter were asked for.
func describeStream(asked metrics.StreamQuery) string {
	text := asked.Stream + ", " + describeQuestion(metrics.Query{From: asked.From, To: asked.To, Filter: asked.Filter})
	if asked.Clock == "working" {
		text += ", working time"
	}
	return text
}

// drawRemarks writes what was left out and the notes below a table, as other answers have them.
func drawRemarks(w io.Writer, left []metrics.LeftOut, notes []string) {
	for i, remark := range remarksOn(metrics.Answer{LeftOut: left, Notes: notes}) {
		if i == 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintln(w, remark)
	}
}

func (p *program) streamCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "stream",
		Short: "Draw up the value stream: its stages, their times, waits, work and accuracy",
		Long: `Stream measures a value stream over the items that were done in the window: of each stage the lead time (entered to left),
the process time (somebody worked) and the waiting time (the rest), the work in it now, what came and left a day, and the
percent complete and accurate (%C&A): the share of its exits that did not come back.

CSV has one line a stage, with durations in seconds. What was left out stands below the table and in the JSON.`,
		Example: `  weir stream --from 90d --team payments
  weir stream --stream incidents --format json`,
		Args: arguments("nothing", 0, 0),
	}
	q := addStreamFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return p.askStream(cmd.Context(), q, func(ctx context.Context, from streaming, asked metrics.StreamQuery) error {
			v, err := from.ValueStream(ctx, asked)
			if err != nil {
				return err
			}
			switch q.format.value {
			case "json":
				return writeJSON(p.stdout, v)
			case "csv":
				p.tellAll(v.Notes)
				return writeStreamCSV(p.stdout, v)
			}
			drawStream(p.stdout, v, asked)
			return nil
		})
	}
	return cmd
}

// tellAll writes notes to standard error: beside CSV a mistyped filter must not look like a zero.
func (p *program) tellAll(notes []string) {
	for _, note := range notes {
		p.tell("%s", note)
	}
}

func drawStream(w io.Writer, v metrics.ValueStream, asked metrics.StreamQuery) {
	fmt.Fprintf(w, "The value stream: %s done, %d open now\n%s\n\n", counted(v.Items.N, "item"), v.Items.Open, describeStream(asked))
	whole := grid{columns: []column{{name: "the whole"}}}
	for _, name := range figureNames[metrics.ShapeDuration] {
		whole.columns = append(whole.columns, column{name: name, number: true})
	}
	whole.add(append([]string{"lead time"}, durationFigures(v.Items.Lead)...)...)
	whole.add(append([]string{"process time"}, durationFigures(v.Items.Process)...)...)
	whole.add(append([]string{"waiting time"}, durationFigures(v.Items.Waiting)...)...)
	whole.draw(w)
	fmt.Fprintf(w, "\nactivity ratio %s, rolled %%C&A %s, scrap rate %s\n", orNoData(v.Items.ActivityRatio, humanShare),
		orNoData(v.Items.RolledAccuracy, humanShare), orNoData(v.Items.Scrap.Value, humanShare))
	drawStreamStages(w, v.Stages)
	if v.Constraint.Waiting != nil {
		fmt.Fprintf(w, "\nconstraint: items wait longest in %s\n", stageTitle(v.Stages, *v.Constraint.Waiting))
	}
	if v.Constraint.Growing != nil {
		fmt.Fprintf(w, "work grew most in %s\n", stageTitle(v.Stages, *v.Constraint.Growing))
	}
	drawReasons(w, v.Reasons)
	drawRemarks(w, v.LeftOut, v.Notes)
}

// counted is a number of things.
func counted(n int64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func stageTitle(stages []metrics.StageFigure, stage string) string {
	for _, s := range stages {
		if s.Stage == stage && s.Title != "" {
			return oneLine(s.Title)
		}
	}
	return oneLine(stage)
}

// drawStreamStages writes a line a stage: medians of its times, and means of its waits, which add up over items.
func drawStreamStages(w io.Writer, stages []metrics.StageFigure) {
	if len(stages) == 0 {
		return
	}
	g := grid{columns: []column{
		{name: "stage"}, {name: "owner", long: true}, {name: "n", number: true}, {name: "process", number: true}, {name: "waiting", number: true},
		{name: "waiting p85", number: true}, {name: "mean lead", number: true}, {name: "share", number: true}, {name: "in it now", number: true},
		{name: "at the start", number: true}, {name: "in/day", number: true}, {name: "out/day", number: true}, {name: "%C&A", number: true},
	}}
	for _, s := range stages {
		g.add(stageTitle(stages, s.Stage), oneLine(plainText(s.Owner)), fmt.Sprint(s.N), orNoData(s.Process.P50, humanDuration),
			orNothing(s.Waiting.P50, humanDuration), orNothing(s.Waiting.P85, humanDuration), orNothing(s.Lead.Mean, humanDuration),
			orNothing(s.Share, humanShare), fmt.Sprint(s.WIP), fmt.Sprint(s.WIPThen), orNothing(s.ArrivalsPerDay, humanRate),
			orNothing(s.DeparturesPerDay, humanRate), orNothing(s.Accuracy.Value, humanShare))
	}
	fmt.Fprintln(w, "\nStages: process, waiting: medians of the items that were in them")
	fmt.Fprintln(w)
	g.draw(w)
}

func drawReasons(w io.Writer, reasons []metrics.ReasonTime) {
	if len(reasons) == 0 {
		return
	}
	g := grid{columns: []column{
		{name: "reason"}, {name: "class"}, {name: "n", number: true}, {name: "total", number: true}, {name: "share", number: true},
		{name: "median", number: true}, {name: "p85", number: true},
	}}
	for _, r := range reasons {
		g.add(oneLine(r.Reason), r.Class, fmt.Sprint(r.N), humanDuration(r.Total), orNothing(r.Share, humanShare), orNothing(r.P50, humanDuration), orNothing(r.P85, humanDuration))
	}
	fmt.Fprintln(w, "\nWhere the time went")
	fmt.Fprintln(w)
	g.draw(w)
}

func writeStreamCSV(w io.Writer, v metrics.ValueStream) error {
	rows := make([]csvRow, len(v.Stages))
	for i, s := range v.Stages {
		rows[i] = stageCSV(s)
	}
	return writeCSV(w, stageCSV(metrics.StageFigure{}).names, rows)
}

func stageCSV(s metrics.StageFigure) (row csvRow) {
	row.add("stage", s.Stage)
	row.add("title", s.Title)
	row.add("role", s.Role)
	row.add("owner", plainText(s.Owner))
	row.add("queue", fmt.Sprint(s.Queue))
	row.add("side", fmt.Sprint(s.Side))
	row.addDuration("lead_", s.Lead)
	row.addDuration("process_", s.Process)
	row.addDuration("waiting_", s.Waiting)
	row.add("share", plainNumber(s.Share))
	for _, count := range []struct {
		name string
		n    int64
	}{{"wip", s.WIP}, {"wip_then", s.WIPThen}, {"arrivals", s.Arrivals}, {"departures", s.Departures}, {"exits", s.Exits}, {"accurate", s.Accuracy.Numerator}} {
		row.add(count.name, fmt.Sprint(count.n))
	}
	row.add("accuracy", plainNumber(s.Accuracy.Value))
	row.add("accuracy_low", plainNumber(s.Accuracy.Low))
	row.add("accuracy_high", plainNumber(s.Accuracy.High))
	var returns []string
	for _, r := range s.Returns {
		returns = append(returns, fmt.Sprintf("%s:%s:%d", plainText(r.From), r.Rule, r.N))
	}
	row.add("returns", strings.Join(returns, " "))
	return row
}
