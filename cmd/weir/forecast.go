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

func (p *program) forecastCommand() *cobra.Command {
	var asked metrics.ForecastQuery
	q := &streamQuestion{clock: choice{"elapsed", []string{"elapsed"}}, format: choice{"table", []string{"table", "json", "csv"}}}
	cmd := &cobra.Command{
		Use:   "forecast --items N | --by DATE",
		Short: "Forecast when so many items are done, or how many are done by a date",
		Long: `Forecast simulates the coming days, from tomorrow on, ten thousand times: each is drawn from the days of the last weeks,
those on which nothing was done too. It says the dates by which the items are done, or the numbers that are done by the
date or exceeded, in 50, 85 and 95 % of the trials; with both, in how many of them so many are done by then.

Below stands how such forecasts would have held in the past, each made from what was known by then. The same question
with the same seed has the same answer.`,
		Example: `  weir forecast --items 14 --team payments
  weir forecast --by 2026-03-12
  weir forecast --items 14 --by 2026-03-12 --weeks 8`,
		Args: arguments("nothing", 0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.askStream(cmd.Context(), q, func(ctx context.Context, from streaming, stream metrics.StreamQuery) error {
				asked.Stream, asked.Filter = stream.Stream, stream.Filter
				f, err := from.Forecast(ctx, asked)
				if err != nil {
					return err
				}
				switch q.format.value {
				case "json":
					return writeJSON(p.stdout, f)
				case "csv":
					p.tellAll(f.Notes)
					return writeForecastCSV(p.stdout, f)
				}
				drawForecast(p.stdout, f, stream.From.Location())
				return nil
			})
		},
	}
	addStreamFilter(cmd, q)
	f := cmd.Flags()
	f.IntVar(&asked.Items, "items", 0, "when are so many `more` items done?")
	f.StringVar(&asked.By, "by", "", "how many items are done by the end of this `date`?")
	f.IntVar(&asked.Weeks, "weeks", 12, "how many weeks of history are drawn from")
	f.Int64Var(&asked.Seed, "seed", 1, "of the draws")
	addChoice(cmd, &q.format, "format", "how the result is written to standard output")
	return cmd
}

func drawForecast(w io.Writer, f metrics.Forecast, location *time.Location) {
	fmt.Fprintf(w, "A forecast from %d items done in %d days (%s to %s, %s)\n", f.History.N, f.History.Days,
		f.History.From.In(location).Format(time.DateOnly), f.History.To.In(location).AddDate(0, 0, -1).Format(time.DateOnly), location)
	if len(f.When) > 0 {
		fmt.Fprintf(w, "\nWhen are %d more items done?\n\n", *f.Items)
		g := grid{columns: []column{{name: "with confidence", number: true}, {name: "by the end of"}}}
		for _, d := range f.When {
			at := "more than ten years ahead"
			if d.At != nil {
				at = *d.At
			}
			g.add(humanPercent(d.Confidence), at)
		}
		g.draw(w)
	}
	if len(f.HowMany) > 0 {
		fmt.Fprintf(w, "\nHow many more items are done by the end of %s?\n\n", *f.By)
		g := grid{columns: []column{{name: "with confidence", number: true}, {name: "at least", number: true}}}
		for _, n := range f.HowMany {
			g.add(humanPercent(n.Confidence), fmt.Sprint(n.N))
		}
		g.draw(w)
	}
	if f.Chance != nil {
		fmt.Fprintf(w, "\n%d items by the end of %s: %s of the trials\n", *f.Items, *f.By, humanShare(*f.Chance))
	}
	if f.BackTest.Made > 0 {
		fmt.Fprintf(w, "\nHow %d such forecasts of the past, four weeks ahead, held\n\n", f.BackTest.Made)
		g := grid{columns: []column{{name: "with confidence", number: true}, {name: "held", number: true}, {name: "of", number: true}}}
		for _, h := range f.BackTest.Held {
			g.add(humanPercent(h.Confidence), fmt.Sprint(h.Held), fmt.Sprint(h.N))
		}
		g.draw(w)
	}
	drawRemarks(w, nil, f.Notes)
}

// humanPercent writes a confidence, which is a whole number of per cent.
func humanPercent(share float64) string { return strconv.FormatFloat(share*100, 'f', 0, 64) + " %" }

// writeForecastCSV writes one line for each date and number; what the line has not is empty.
func writeForecastCSV(w io.Writer, f metrics.Forecast) error {
	var rows []csvRow
	line := func(cells ...string) { rows = append(rows, csvRow{cells: cells}) }
	for _, d := range f.When {
		line("when", plainNumber(&d.Confidence), plainText(d.At), strconv.Itoa(*f.Items))
	}
	for _, n := range f.HowMany {
		line("how_many", plainNumber(&n.Confidence), *f.By, strconv.FormatInt(n.N, 10))
	}
	return writeCSV(w, []string{"question", "confidence", "date", "items"}, rows)
}
