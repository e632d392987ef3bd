package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/weirhq/weir/metrics"
)

// flowing is what questions about flow are put to.
type flowing interface {
	Flow(ctx context.Context, q metrics.FlowQuery) (metrics.Flow, error)
	Forecast(ctx context.Context, q metrics.ForecastQuery) (metrics.Forecast, error)
}

// flowParts are the tables that CSV has one of.
var flowParts = []string{"cumulative", "throughput", "load", "scatter", "ageing", "distribution"}

func (p *program) flowCommand() *cobra.Command {
	every := choice{"week", []string{"day", "week", "month"}}
	part := choice{"cumulative", flowParts}
	cmd := &cobra.Command{
		Use:   "flow",
		Short: "Show how work flows: what gets done, what is under way, and how old it is",
		Long: `Flow shows what was done in the window and how long it took, how many items were in each stage when it began and when
it ended, and the work that is under way now, the oldest first.

JSON has everything, with the cumulative flow of every day. CSV has one table, which --part names; durations are seconds.`,
		Example: `  weir flow --team payments --from 12w
  weir flow --part cumulative --format csv`,
		Args: arguments("nothing", 0, 0),
	}
	q := addStreamFlags(cmd)
	addChoice(cmd, &every, "every", "length of the buckets of the throughput")
	addChoice(cmd, &part, "part", "with --format csv: which table")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if cmd.Flags().Changed("part") && q.format.value != "csv" {
			return usagef("--part says which table CSV has: it needs --format csv")
		}
		return p.askStream(cmd.Context(), q, func(ctx context.Context, from streaming, asked metrics.StreamQuery) error {
			f, err := from.Flow(ctx, metrics.FlowQuery{StreamQuery: asked, Every: metrics.Every(every.value)})
			if err != nil {
				return err
			}
			switch q.format.value {
			case "json":
				return writeJSON(p.stdout, f)
			case "csv":
				p.tellAll(f.Notes)
				return writeFlowCSV(p.stdout, f, part.value)
			}
			drawFlow(p.stdout, f, asked)
			return nil
		})
	}
	return cmd
}

func drawFlow(w io.Writer, f metrics.Flow, asked metrics.StreamQuery) {
	fmt.Fprintf(w, "The flow: %d items done, %d under way now\n%s\n\n", f.Scatter.N, f.Ageing.N, describeStream(asked))
	times := grid{columns: []column{{name: "of the items done"}, {name: "median", number: true}, {name: "p85", number: true}, {name: "p95", number: true}}}
	for _, row := range []struct {
		name string
		of   metrics.FlowPercentiles
	}{{"flow time", f.Scatter.Percentiles}, {"since they were begun", f.Ageing.Percentiles}} {
		times.add(append([]string{row.name, orNoData(row.of.P50, humanDuration)}, durations(row.of.P85, row.of.P95)...)...)
	}
	times.draw(w)
	fmt.Fprintf(w, "\nflow efficiency %s\n", orNoData(f.Efficiency.Value, humanShare))
	for i, c := range f.Distribution {
		if i == 0 {
			fmt.Fprint(w, "distribution: ")
		} else {
			fmt.Fprint(w, ", ")
		}
		fmt.Fprintf(w, "%s %d (%s)", orNone(plainText(c.Class)), c.N, humanShare(c.Share))
		if i == len(f.Distribution)-1 {
			fmt.Fprintln(w)
		}
	}
	drawThroughput(w, f)
	drawStageLoads(w, f)
	drawAgeing(w, f.Ageing)
	drawRemarks(w, f.LeftOut, f.Notes)
}

func drawThroughput(w io.Writer, f metrics.Flow) {
	fmt.Fprint(w, "\nThroughput\n\n")
	g := grid{columns: []column{{name: string(f.Every)}, {name: "done", number: true}}}
	for _, b := range f.Throughput {
		g.add(bucketLabel(metrics.Row{Bucket: b.Bucket}, metrics.Query{Every: f.Every}), fmt.Sprint(b.N))
	}
	g.draw(w)
}

// drawStageLoads writes the first and the last day of the cumulative flow.
func drawStageLoads(w io.Writer, f metrics.Flow) {
	days := f.Cumulative.Days
	if len(days) == 0 {
		return
	}
	fmt.Fprint(w, "\nItems in each stage at the end of the day\n\n")
	g := grid{columns: []column{{name: "stage", long: true}, {name: days[0], number: true}, {name: days[len(days)-1], number: true}}}
	for _, s := range f.Cumulative.Stages {
		g.add(oneLine(s.Title), fmt.Sprint(s.N[0]), fmt.Sprint(s.N[len(s.N)-1]))
	}
	g.draw(w)
}

// shownAgeing is how many open items the table shows; JSON and CSV have more.
const shownAgeing = 20

func drawAgeing(w io.Writer, a metrics.FlowAgeing) {
	if len(a.Items) == 0 {
		return
	}
	fmt.Fprint(w, "\nUnder way now, the oldest first\n\n")
	g := grid{columns: []column{
		{name: "item"}, {name: "title", long: true}, {name: "stage"}, {name: "with"}, {name: "age", number: true}, {name: "in the stage", number: true},
	}}
	for _, i := range a.Items[:min(len(a.Items), shownAgeing)] {
		owner := ""
		if i.Owner != nil {
			owner = oneLine(*i.Owner)
		}
		g.add(oneLine(i.Item), oneLine(i.Title), oneLine(i.Stage), owner, humanDuration(i.Age), orNothing(i.InStage, humanDuration))
	}
	g.draw(w)
	if more := a.N - int64(len(g.rows)); more > 0 {
		fmt.Fprintf(w, "and %d more\n", more)
	}
}

// writeFlowCSV writes one of the tables.
func writeFlowCSV(w io.Writer, f metrics.Flow, part string) error {
	var names []string
	var rows []csvRow
	line := func(cells ...string) { rows = append(rows, csvRow{cells: cells}) }
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	switch part {
	case "throughput":
		names = []string{"bucket", "n"}
		for _, b := range f.Throughput {
			line(b.Bucket.Format(time.RFC3339), number(b.N))
		}
	case "load":
		names = []string{"day", "n"}
		for _, d := range f.Load {
			line(d.Day, number(d.N))
		}
	case "scatter":
		names = []string{"item", "title", "url", "end", "value"}
		for _, i := range f.Scatter.Points {
			line(i.Item, i.Title, plainText(i.URL), plainTime(&i.End), plainNumber(&i.Value))
		}
	case "ageing":
		names = []string{"item", "kind", "title", "url", "team", "stage", "owner", "age", "in_stage"}
		for _, i := range f.Ageing.Items {
			line(i.Item, i.Kind, i.Title, plainText(i.URL), plainText(i.Team), i.Stage, plainText(i.Owner), plainNumber(&i.Age), plainNumber(i.InStage))
		}
	case "distribution":
		names = []string{"class", "n", "share"}
		for _, c := range f.Distribution {
			line(plainText(c.Class), number(c.N), plainNumber(&c.Share))
		}
	default:
		names = []string{"day"}
		for _, s := range f.Cumulative.Stages {
			names = append(names, s.Stage)
		}
		for i, day := range f.Cumulative.Days {
			cells := []string{day}
			for _, s := range f.Cumulative.Stages {
				cells = append(cells, number(s.N[i]))
			}
			line(cells...)
		}
	}
	return writeCSV(w, names, rows)
}
