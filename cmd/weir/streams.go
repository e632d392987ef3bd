package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/weirhq/weir/metrics"
)

func (p *program) streamsCommand() *cobra.Command {
	format := choice{"table", []string{"table", "json", "csv"}}
	var asYAML bool
	cmd := &cobra.Command{
		Use:   "streams",
		Short: "List the value streams: their stages, and what each status of the tickets means in them",
		Long: `Streams lists the value streams with their stages in the order of the work, and what each status means: which stage,
whether somebody works or it waits, and by which rule. Statuses that no rule knows are listed with the number of tickets
that were ever in them.

With --yaml it prints the same as configuration, to be copied into weir.yaml and edited. CSV has one line a status.`,
		Args: arguments("nothing", 0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if asYAML && cmd.Flags().Changed("format") {
				return usagef("--yaml is a format of its own; leave out --format")
			}
			return p.askStream(cmd.Context(), &streamQuestion{}, func(ctx context.Context, from streaming, _ metrics.StreamQuery) error {
				l, err := from.Streams(ctx)
				if err != nil {
					return err
				}
				switch {
				case asYAML:
					if _, err := io.WriteString(p.stdout, l.Configuration); err != nil {
						return fmt.Errorf("write the result: %w", err)
					}
					return nil
				case format.value == "json":
					return writeJSON(p.stdout, l)
				case format.value == "csv":
					return writeStreamsCSV(p.stdout, l)
				}
				drawStreams(p.stdout, l)
				return nil
			})
		},
	}
	addChoice(cmd, &format, "format", "how the result is written to standard output")
	cmd.Flags().BoolVar(&asYAML, "yaml", false, "print them as configuration instead, to be copied and edited")
	return cmd
}

func drawStreams(w io.Writer, l metrics.StreamList) {
	if len(l.Streams) == 0 {
		fmt.Fprintln(w, "no stream is known; import or collect something first")
	}
	for i, s := range l.Streams {
		if i > 0 {
			fmt.Fprintln(w)
		}
		origin := "made from the data"
		if s.Configured {
			origin = "as configured"
		}
		fmt.Fprintf(w, "%s (%s), %s\n\n", oneLine(s.Title), oneLine(s.Stream), origin)
		drawStageList(w, s.Stages)
		if len(s.Statuses) > 0 {
			fmt.Fprintln(w)
			drawStatusList(w, s.Statuses)
		}
	}
	if len(l.Unmapped) > 0 {
		var names []string
		for _, u := range l.Unmapped {
			names = append(names, fmt.Sprintf("%q (%s)", u.Status, counted(u.Tickets, "ticket")))
		}
		fmt.Fprintf(w, "\nstatuses that no rule knows: %s\n", strings.Join(names, ", "))
	}
}

func drawStageList(w io.Writer, stages []metrics.StreamStage) {
	g := grid{columns: []column{{name: "stage"}, {name: "title", long: true}, {name: "role"}, {name: "owner", long: true}, {name: "kind"}}}
	for _, s := range stages {
		kind := ""
		switch {
		case s.Queue:
			kind = "queue"
		case s.Side:
			kind = "visit"
		}
		g.add(oneLine(s.Stage), oneLine(s.Title), oneLine(s.Role), oneLine(plainText(s.Owner)), kind)
	}
	g.draw(w)
}

func drawStatusList(w io.Writer, statuses []metrics.StreamStatus) {
	g := grid{columns: []column{{name: "status", long: true}, {name: "stage"}, {name: "class"}, {name: "reason"}, {name: "rule"}, {name: "tickets", number: true}}}
	for _, s := range statuses {
		g.add(oneLine(s.Status), oneLine(plainText(s.Stage)), s.Class, oneLine(s.Reason), s.Rule, fmt.Sprint(s.Tickets))
	}
	g.draw(w)
}

func writeStreamsCSV(w io.Writer, l metrics.StreamList) error {
	row := func(stream string, s metrics.StreamStatus) (row csvRow) {
		row.add("stream", stream)
		row.add("status", s.Status)
		row.add("stage", plainText(s.Stage))
		row.add("class", s.Class)
		row.add("reason", s.Reason)
		row.add("rule", s.Rule)
		row.add("tickets", fmt.Sprint(s.Tickets))
		return row
	}
	var rows []csvRow
	for _, e := range l.Streams {
		for _, s := range e.Statuses {
			rows = append(rows, row(e.Stream, s))
		}
	}
	for _, u := range l.Unmapped {
		rows = append(rows, row("", metrics.StreamStatus{Status: u.Status, Rule: "unmapped", Tickets: u.Tickets}))
	}
	return writeCSV(w, row("", metrics.StreamStatus{}).names, rows)
}
