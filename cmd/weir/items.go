package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/weirhq/weir/metrics"
)

func (p *program) itemsCommand() *cobra.Command {
	q := newQuestion()
	cmd := &cobra.Command{
		Use:   "items METRIC",
		Short: "List the items behind a metric, or those that it left out",
		Long: `Items lists what a metric counted in the window, the newest first; with --excluded what it left out, and why.

CSV has one line an item: the seconds of each stage are columns (stage_coding …), the evidence is a list of
rule:record:id separated by spaces.`,
		Example: `  weir items change_failure_rate --numerator --service checkout --from 30d
  weir items lead_time --excluded --format json`,
		Args:              arguments("a metric", 1, 1),
		ValidArgsFunction: completeMetric,
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.ask(cmd.Context(), q, args[0], func(ctx context.Context, from answering, query metrics.Query) error {
				a, err := from.Items(ctx, metrics.ItemsQuery{Query: query, Excluded: q.excluded, Numerator: q.numerator, Limit: q.limit, After: q.after})
				if err != nil {
					return err
				}
				return p.writeItems(a, query, q.format.value)
			})
		},
	}
	q.addFlags(cmd)
	cmd.Flags().IntVar(&q.limit, "limit", 100, "how many items at most")
	cmd.Flags().StringVar(&q.after, "after", "", "go on after this: the `NEXT` of the answer before")
	cmd.Flags().BoolVar(&q.numerator, "numerator", false, "of a ratio: only the items in its numerator, such as the deployments that failed")
	cmd.Flags().BoolVar(&q.excluded, "excluded", false, "the items that were left out instead, each with its reason")
	return cmd
}

func (p *program) writeItems(a metrics.ItemsAnswer, asked metrics.Query, format string) error {
	switch format {
	case "json":
		return writeJSON(p.stdout, a)
	case "csv":
		return writeItemsCSV(p.stdout, a)
	}
	if err := drawItems(p.stdout, a, asked); err != nil {
		return err
	}
	if a.Next != nil {
		p.tell("there are more: --after %s", *a.Next)
	}
	return nil
}

// drawItems writes a list of items. Columns that would be empty for all of them are left away.
func drawItems(w io.Writer, a metrics.ItemsAnswer, asked metrics.Query) error {
	m, err := metrics.Find(a.Metric)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%s: the items\n%s\n\n", m.Title, describeQuestion(asked))
	if len(a.Items) == 0 {
		fmt.Fprintln(w, "no items")
		for _, note := range a.Notes {
			fmt.Fprintln(w, note)
		}
		return nil
	}
	location := asked.From.Location()
	all := []struct {
		column
		cell func(metrics.Item) string
	}{
		{column{name: "id"}, func(i metrics.Item) string { return i.ID }},
		{column{name: "service"}, itemServices},
		{column{name: "environment"}, func(i metrics.Item) string { return i.Environment }},
		{column{name: "class"}, itemClass},
		{column{name: "title", long: true}, func(i metrics.Item) string { return oneLine(i.Title) }},
		{column{name: "start"}, func(i metrics.Item) string { return itemTime(i.Start, location) }},
		{column{name: "end"}, func(i metrics.Item) string { return itemTime(i.End, location) }},
		{column{name: "value", number: true}, func(i metrics.Item) string { return itemValue(m, i) }},
		{column{name: "because", long: true}, because},
		{column{name: "left out"}, func(i metrics.Item) string { return i.Excluded }},
	}
	g := grid{rows: make([][]string, len(a.Items))}
	for _, c := range all {
		cells := make([]string, len(a.Items))
		for i, item := range a.Items {
			cells[i] = c.cell(item)
		}
		if !slices.ContainsFunc(cells, func(s string) bool { return s != "" }) {
			continue
		}
		g.columns = append(g.columns, c.column)
		for i, cell := range cells {
			g.rows[i] = append(g.rows[i], cell)
		}
	}
	g.draw(w)
	return nil
}

func itemServices(i metrics.Item) string {
	if i.Service != nil {
		return *i.Service
	}
	return strings.Join(i.Services, ", ")
}

func itemClass(i metrics.Item) string {
	if i.Class == nil {
		return ""
	}
	return orNone(*i.Class)
}

func itemTime(t *time.Time, location *time.Location) string {
	if t == nil {
		return ""
	}
	return t.In(location).Format("2006-01-02 15:04")
}

// itemValue is a duration, the item's own part for a share, or for a ratio whether the item is one of those that the numerator counts.
func itemValue(m metrics.Metric, i metrics.Item) string {
	switch {
	case i.Value == nil:
		return ""
	case m.Shape == metrics.ShapeDuration:
		return humanDuration(*i.Value)
	case m.Shape == metrics.ShapeShare:
		return humanShare(*i.Value)
	case *i.Value == 0:
		return "no"
	}
	return "yes"
}

// because names the evidence. That a change was delivered by a deployment that contains it goes without saying.
func because(i metrics.Item) string {
	var rules []string
	for _, e := range i.Evidence {
		if e.Rule != "ancestry" {
			rules = append(rules, oneLine(e.Rule+" "+e.Record+" "+e.ID))
		}
	}
	return strings.Join(rules, ", ")
}

func writeItemsCSV(w io.Writer, a metrics.ItemsAnswer) error {
	m, err := metrics.Find(a.Metric)
	if err != nil {
		return err
	}
	header := metrics.Item{}
	if m.Classed {
		header.Class = new(string)
	}
	var stages []string
	for _, item := range a.Items {
		for _, s := range item.Stages {
			if !slices.Contains(stages, s.Stage) {
				stages = append(stages, s.Stage)
			}
		}
	}
	rows := make([]csvRow, len(a.Items))
	for i, item := range a.Items {
		rows[i] = itemCSV(item, stages)
	}
	return writeCSV(w, itemCSV(header, stages).names, rows)
}

// stageSeconds is how long an item was in a stage, which it may have been in more than once; empty when it never was.
func stageSeconds(item metrics.Item, stage string) string {
	var took *float64
	for _, s := range item.Stages {
		if s.Stage == stage {
			sum := s.End.Sub(s.Start).Seconds()
			if took != nil {
				sum += *took
			}
			took = &sum
		}
	}
	return plainNumber(took)
}

func itemCSV(item metrics.Item, stages []string) csvRow {
	var row csvRow
	row.add("id", item.ID)
	row.add("kind", item.Kind)
	row.add("title", item.Title)
	row.add("url", plainText(item.URL))
	row.add("service", strings.ReplaceAll(itemServices(item), ", ", " "))
	row.add("environment", item.Environment)
	if item.Class != nil {
		row.add("class", *item.Class)
	}
	row.add("start", plainTime(item.Start))
	row.add("end", plainTime(item.End))
	row.add("value", plainNumber(item.Value))
	for _, stage := range stages {
		row.add("stage_"+stage, stageSeconds(item, stage))
	}
	evidence := make([]string, len(item.Evidence))
	for i, e := range item.Evidence {
		evidence[i] = e.Rule + ":" + e.Record + ":" + e.ID
	}
	row.add("evidence", strings.Join(evidence, " "))
	row.add("excluded", item.Excluded)
	return row
}
