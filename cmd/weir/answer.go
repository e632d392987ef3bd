package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/weirhq/weir/metrics"
)

// drawAnswer writes an answer as a table: what is asked above it, what was left out and why below it.
func (p *program) drawAnswer(a metrics.Answer, asked metrics.Query) error {
	m, err := metrics.Find(a.Metric)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "%s\n%s\n\n", firstSentence(m.Definition), describeQuestion(asked))
	g := grid{}
	if asked.Every != metrics.EveryRange {
		g.columns = append(g.columns, column{name: string(asked.Every)})
	}
	if asked.By != metrics.ByNone {
		g.columns = append(g.columns, column{name: string(asked.By), long: true})
	}
	if m.Classed {
		g.columns = append(g.columns, column{name: "class"})
	}
	for _, name := range figureNames[m.Shape] {
		g.columns = append(g.columns, column{name: name, number: true})
	}
	for _, row := range a.Rows {
		g.add(append(rowLabels(row, asked), figures(m, row)...)...)
	}
	if len(a.Rows) > 0 {
		g.draw(p.stdout)
	} else {
		fmt.Fprintln(p.stdout, noData)
	}
	p.drawStages(a, asked)
	for i, remark := range remarksOn(a) {
		if i == 0 {
			fmt.Fprintln(p.stdout)
		}
		fmt.Fprintln(p.stdout, remark)
	}
	return nil
}

// firstSentence is what a definition says at first; `weir metrics` has all of it.
func firstSentence(definition string) string {
	first, rest, _ := strings.Cut(oneLine(definition), ". ")
	if rest != "" {
		first += "."
	}
	return first
}

// describeQuestion is the line below the title.
func describeQuestion(asked metrics.Query) string {
	text := describeWindow(asked.From, asked.To)
	if asked.Stream != "" {
		text += ", stream " + asked.Stream
	}
	for _, filter := range []struct {
		name   string
		values []string
	}{
		{"service", asked.Services}, {"repo", asked.Repos}, {"team", asked.Teams},
		{"product", asked.Products}, {"environment", asked.Environments},
	} {
		if len(filter.values) > 0 {
			text += ", " + filter.name + " " + strings.Join(filter.values, " or ")
		}
	}
	return text
}

// figureNames are the columns of a metric's figures, by its shape.
var figureNames = map[metrics.Shape][]string{
	metrics.ShapeDuration: {"n", "median", "p75", "p85", "p90", "p95", "mean"},
	metrics.ShapeRate:     {"n", "days", "days with one", "per day"},
	metrics.ShapeRatio:    {"numerator", "denominator", "ratio", "95 % from", "to"},
	metrics.ShapeShare:    {"n", "share"},
	metrics.ShapeLevel:    {"items"},
}

// figures are a row's cells, in the order of figureNames.
func figures(m metrics.Metric, r metrics.Row) []string {
	switch {
	case r.Rate != nil:
		return []string{fmt.Sprint(r.Rate.N), humanDays(r.Rate.Days), fmt.Sprint(r.Rate.DaysWith), orNoData(r.Rate.Value, humanRate)}
	case r.Ratio != nil:
		return []string{fmt.Sprint(r.Ratio.Numerator), fmt.Sprint(r.Ratio.Denominator), orNoData(r.Ratio.Value, humanShare),
			orNothing(r.Ratio.Low, humanShare), orNothing(r.Ratio.High, humanShare)}
	case m.Shape == metrics.ShapeShare && r.Amount != nil:
		return []string{fmt.Sprint(r.Amount.N), orNoData(r.Amount.Value, humanShare)}
	case r.Amount != nil:
		return []string{fmt.Sprint(r.Amount.N)}
	case r.Duration != nil:
		return durationFigures(*r.Duration)
	}
	return nil
}

func durationFigures(d metrics.Duration) []string {
	return append([]string{fmt.Sprint(d.N), orNoData(d.P50, humanDuration)}, durations(d.P75, d.P85, d.P90, d.P95, d.Mean)...)
}

func durations(seconds ...*float64) []string {
	cells := make([]string, len(seconds))
	for i, s := range seconds {
		cells[i] = orNothing(s, humanDuration)
	}
	return cells
}

// orNoData says that there is no value; orNothing is for the cells beside one that said so.
func orNoData(value *float64, human func(float64) string) string {
	if value == nil {
		return noData
	}
	return human(*value)
}

func orNothing(value *float64, human func(float64) string) string {
	if value == nil {
		return ""
	}
	return human(*value)
}

// rowLabels are the cells that say which row it is.
func rowLabels(r metrics.Row, asked metrics.Query) []string {
	var cells []string
	if asked.Every != metrics.EveryRange {
		cells = append(cells, bucketLabel(r, asked))
	}
	if asked.By != metrics.ByNone {
		cells = append(cells, orNone(r.Group))
	}
	if r.Class != nil {
		cells = append(cells, orNone(*r.Class))
	}
	return cells
}

// orNone is a name, or what stands where it is not known.
func orNone(name string) string {
	if name == "" {
		return "(none)"
	}
	return oneLine(name)
}

// bucketLabel names a bucket as people do; the first one may begin before the window.
func bucketLabel(r metrics.Row, asked metrics.Query) string {
	t := r.Bucket
	switch asked.Every {
	case metrics.EveryMonth:
		return t.Format("2006-01")
	case metrics.EveryQuarter:
		return fmt.Sprintf("%d Q%d", t.Year(), (int(t.Month())+2)/3)
	case metrics.EveryWeek:
		year, week := t.ISOWeek()
		return fmt.Sprintf("%d-W%02d", year, week)
	}
	return t.Format(time.DateOnly)
}

// drawStages writes the stages of an answer that has them: all figures of the only row, or the medians of several.
func (p *program) drawStages(a metrics.Answer, asked metrics.Query) {
	names := stageNames(a.Rows)
	if len(names) == 0 {
		return
	}
	if len(a.Rows) == 1 {
		fmt.Fprintln(p.stdout, "\nStages")
		fmt.Fprintln(p.stdout)
		drawStages(p.stdout, a.Rows[0])
		return
	}
	fmt.Fprintln(p.stdout, "\nStages, median of each")
	fmt.Fprintln(p.stdout)
	g := grid{}
	if asked.Every != metrics.EveryRange {
		g.columns = append(g.columns, column{name: string(asked.Every)})
	}
	if asked.By != metrics.ByNone {
		g.columns = append(g.columns, column{name: string(asked.By), long: true})
	}
	for _, name := range names {
		g.columns = append(g.columns, column{name: stageLabel(name), number: true})
	}
	for _, row := range a.Rows {
		cells := rowLabels(row, asked)
		for _, name := range names {
			cells = append(cells, orNothing(stageOf(row, name).P50, humanDuration))
		}
		g.add(cells...)
	}
	g.draw(p.stdout)
}

// drawStages writes the stages of one row. Their means add up to the mean of the whole, where each item has all of them.
func drawStages(w io.Writer, row metrics.Row) {
	g := grid{columns: []column{{name: "stage"}}}
	for _, name := range figureNames[metrics.ShapeDuration] {
		g.columns = append(g.columns, column{name: name, number: true})
	}
	for _, s := range row.Stages {
		g.add(append([]string{stageLabel(s.Stage)}, durationFigures(s.Duration)...)...)
	}
	g.draw(w)
}

// stageNames are the stages of the rows in their order; every row that has any has all of them.
func stageNames(rows []metrics.Row) []string {
	var names []string
	for _, row := range rows {
		if len(row.Stages) > len(names) {
			names = names[:0]
			for _, s := range row.Stages {
				names = append(names, s.Stage)
			}
		}
	}
	return names
}

func stageOf(row metrics.Row, name string) metrics.Stage {
	for _, s := range row.Stages {
		if s.Stage == name {
			return s
		}
	}
	return metrics.Stage{}
}

func stageLabel(name string) string { return strings.ReplaceAll(name, "_", " ") }
