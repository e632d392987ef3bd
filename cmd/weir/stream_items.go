package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/weirhq/weir/metrics"
)

func (p *program) streamItemsCommand() *cobra.Command {
	kind := choice{"done", []string{"done", "open", "returned", "excluded"}}
	var asked metrics.StreamItemsQuery
	cmd := &cobra.Command{
		Use:   "stream-items",
		Short: "List the items behind a value stream's figures, or those that were left out",
		Long: `Stream-items lists the items of a value stream: those done in the window, the newest first; with --kind open those that are
open now, the oldest first; with --kind returned those that came back to an earlier stage; with --kind excluded those that
were left out, and why. With --stage or --reason only those that were in that stage, or spent time for that reason, and
their time is that time.`,
		Example: `  weir stream-items --stage review --kind open
  weir stream-items --kind returned --stage development --from 30d
  weir stream-items --reason approval --format csv`,
		Args: arguments("nothing", 0, 0),
	}
	q := addStreamFlags(cmd)
	addChoice(cmd, &kind, "kind", "which items")
	f := cmd.Flags()
	f.StringVar(&asked.Stage, "stage", "", "only what was in this stage; of open items what is in it now")
	f.StringVar(&asked.Reason, "reason", "", "only what spent time on this, or waited for it")
	f.IntVar(&asked.Limit, "limit", 100, "how many items at most")
	f.StringVar(&asked.After, "after", "", "go on after this: the `NEXT` of the answer before")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return p.askStream(cmd.Context(), q, func(ctx context.Context, from streaming, query metrics.StreamQuery) error {
			asked.StreamQuery, asked.Kind = query, metrics.StreamKind(kind.value)
			a, err := from.StreamItems(ctx, asked)
			if err != nil {
				return err
			}
			switch q.format.value {
			case "json":
				return writeJSON(p.stdout, a)
			case "csv":
				p.tellAll(a.Notes)
				return writeStreamItemsCSV(p.stdout, a)
			}
			drawStreamItems(p.stdout, a, asked)
			if a.Next != nil {
				p.tell("there are more: --after %s", *a.Next)
			}
			return nil
		})
	}
	return cmd
}

// drawStreamItems writes a list of items. Columns that would be empty for all of them are left away.
func drawStreamItems(w io.Writer, a metrics.StreamItems, asked metrics.StreamItemsQuery) {
	what := map[metrics.StreamKind]string{
		metrics.StreamDone: "done", metrics.StreamOpen: "open now", metrics.StreamReturned: "that came back", metrics.StreamExcluded: "left out",
	}[a.Kind]
	fmt.Fprintf(w, "%s %s\n%s\n\n", counted(a.Total, "item"), what, describeStream(asked.StreamQuery))
	if len(a.Items) == 0 {
		fmt.Fprintln(w, "no items")
		for _, note := range a.Notes {
			fmt.Fprintln(w, note)
		}
		return
	}
	human := func(s *float64) string { return orNothing(s, humanDuration) }
	all := []struct {
		column
		cell func(metrics.StreamItem) string
	}{
		{column{name: "item"}, func(i metrics.StreamItem) string { return oneLine(i.Item) }},
		{column{name: "title", long: true}, func(i metrics.StreamItem) string { return oneLine(i.Title) }},
		{column{name: "team"}, func(i metrics.StreamItem) string { return oneLine(plainText(i.Team)) }},
		{column{name: "stage"}, func(i metrics.StreamItem) string { return oneLine(plainText(i.Stage)) }},
		{column{name: "with"}, func(i metrics.StreamItem) string { return oneLine(plainText(i.Owner)) }},
		{column{name: "start"}, func(i metrics.StreamItem) string { return itemTime(&i.Start, asked.From.Location()) }},
		{column{name: "end"}, func(i metrics.StreamItem) string { return itemTime(i.End, asked.From.Location()) }},
		{column{name: "time", number: true}, func(i metrics.StreamItem) string { return human(i.Value) }},
		{column{name: "process", number: true}, func(i metrics.StreamItem) string { return human(i.Process) }},
		{column{name: "waiting", number: true}, func(i metrics.StreamItem) string { return human(i.Waiting) }},
		{column{name: "returns", number: true}, func(i metrics.StreamItem) string { return orNothing(positive(i.Returns), humanDays) }},
		{column{name: "left out"}, func(i metrics.StreamItem) string { return i.Excluded }},
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
}

// positive is nil for nothing, which a table leaves empty.
func positive(n int64) *float64 {
	if n == 0 {
		return nil
	}
	value := float64(n)
	return &value
}

func writeStreamItemsCSV(w io.Writer, a metrics.StreamItems) error {
	rows := make([]csvRow, len(a.Items))
	for i, item := range a.Items {
		rows[i] = streamItemCSV(item)
	}
	return writeCSV(w, streamItemCSV(metrics.StreamItem{}).names, rows)
}

func streamItemCSV(i metrics.StreamItem) (row csvRow) {
	row.add("item", i.Item)
	row.add("kind", i.Kind)
	row.add("class", plainText(i.Class))
	row.add("title", i.Title)
	row.add("url", plainText(i.URL))
	row.add("team", plainText(i.Team))
	row.add("stage", plainText(i.Stage))
	row.add("owner", plainText(i.Owner))
	row.add("start", plainTime(&i.Start))
	row.add("end", plainTime(i.End))
	row.add("value", plainNumber(i.Value))
	row.add("process", plainNumber(i.Process))
	row.add("waiting", plainNumber(i.Waiting))
	row.add("returns", fmt.Sprint(i.Returns))
	row.add("excluded", i.Excluded)
	return row
}
