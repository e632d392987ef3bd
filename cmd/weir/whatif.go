package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/weirhq/weir/metrics"
)

func (p *program) whatIfCommand() *cobra.Command {
	var stage, wait string
	var changes []string
	cmd := &cobra.Command{
		Use:   "whatif",
		Short: "Compute a value stream as if the wait in some stages were another",
		Long: `Whatif scales the wait in one or more stages, of each item that was done in the window its own, computes the item's lead
time anew, and tells the distribution before and after, and how many item-days a week that would spare. It never works on
averages.

CSV has one line for the whole, which has no stage, and one for each changed stage.`,
		Example: `  weir whatif --stage review --wait 50%
  weir whatif --change review=50% --change approval=0% --team payments`,
		Args: arguments("nothing", 0, 0),
	}
	q := addStreamFlags(cmd)
	cmd.Flags().StringVar(&stage, "stage", "", "the stage whose wait changes, with --wait")
	cmd.Flags().StringVar(&wait, "wait", "", "what stays of the wait: 50% or 0.5 is half of it, 0% none")
	cmd.Flags().StringArrayVar(&changes, "change", nil, "a stage and what stays of its wait, such as review=50%; repeatable")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		w := metrics.WhatIf{}
		if stage != "" || wait != "" {
			change, err := metrics.ParseStageWait(stage, wait)
			if err != nil {
				return err
			}
			w.Changes = append(w.Changes, change)
		}
		for _, text := range changes {
			change, err := metrics.ParseStageChange(text)
			if err != nil {
				return err
			}
			w.Changes = append(w.Changes, change)
		}
		if len(w.Changes) == 0 {
			return usagef("say what changes: --stage review --wait 50%%, or --change review=50%%; `weir streams` lists the stages")
		}
		return p.askStream(cmd.Context(), q, func(ctx context.Context, from streaming, asked metrics.StreamQuery) error {
			w.StreamQuery = asked
			a, err := from.WhatIf(ctx, w)
			if err != nil {
				return err
			}
			switch q.format.value {
			case "json":
				return writeJSON(p.stdout, a)
			case "csv":
				p.tellAll(a.Notes)
				return writeWhatIfCSV(p.stdout, a)
			}
			drawWhatIf(p.stdout, a, asked)
			return nil
		})
	}
	return cmd
}

func drawWhatIf(w io.Writer, a metrics.WhatIfAnswer, asked metrics.StreamQuery) {
	var changes []string
	for _, c := range a.Changes {
		changes = append(changes, fmt.Sprintf("%s of the wait in %s", humanShare(c.Wait), oneLine(c.Stage)))
	}
	fmt.Fprintf(w, "The value stream with %s\n%s\n\n", strings.Join(changes, ", "), describeStream(asked))
	g := grid{columns: []column{{name: "lead time"}, {name: ""}}}
	for _, name := range figureNames[metrics.ShapeDuration] {
		g.columns = append(g.columns, column{name: name, number: true})
	}
	g.add(append([]string{"the whole", "before"}, durationFigures(a.Before)...)...)
	g.add(append([]string{"", "after"}, durationFigures(a.After)...)...)
	for _, s := range a.Stages {
		g.add(append([]string{oneLine(s.Stage), "before"}, durationFigures(s.Before)...)...)
		g.add(append([]string{"", "after"}, durationFigures(s.After)...)...)
	}
	g.draw(w)
	if a.N > 0 {
		fmt.Fprintf(w, "\ngain: %s item-days, %s a week\n", humanDays(a.Gain.ItemDays), orNoData(a.Gain.ItemDaysPerWeek, humanDays))
	}
	drawRemarks(w, a.LeftOut, a.Notes)
}

func writeWhatIfCSV(w io.Writer, a metrics.WhatIfAnswer) error {
	row := func(s metrics.StageBeforeAfter) (row csvRow) {
		row.add("stage", s.Stage)
		row.addDuration("before_", s.Before)
		row.addDuration("after_", s.After)
		return row
	}
	rows := []csvRow{row(metrics.StageBeforeAfter{Before: a.Before, After: a.After})}
	for _, s := range a.Stages {
		rows = append(rows, row(s))
	}
	return writeCSV(w, rows[0].names, rows)
}
