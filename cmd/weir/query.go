package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/weirhq/weir/api"
	"github.com/weirhq/weir/metrics"
)

// question is what the flags of query and items ask.
type question struct {
	metrics.Window
	every, by, clock, format choice
	filter                   metrics.Filter
	limit                    int
	after, stream            string
	excluded, numerator      bool
}

func newQuestion() *question {
	return &question{
		every:  choice{"range", []string{"range", "day", "week", "month", "quarter"}},
		by:     choice{"none", []string{"none", "service", "repo", "team", "product", "environment"}},
		clock:  choice{"elapsed", []string{"elapsed", "working"}},
		format: choice{"table", []string{"table", "json", "csv"}},
	}
}

// addWindow adds --from and --to to a command.
func addWindow(cmd *cobra.Command, w *metrics.Window, from string) {
	cmd.Flags().StringVar(&w.From, "from", "", "start of the window: a date, an RFC 3339 time, or how long before --to, such as 90d (default: "+from+")")
	cmd.Flags().StringVar(&w.To, "to", "", "end of the window, not part of it: a date, an RFC 3339 time, or how long ago (default: now)")
}

// addFlags adds the flags that query and items share.
func (q *question) addFlags(cmd *cobra.Command) {
	addWindow(cmd, &q.Window, "90 days before --to")
	f := cmd.Flags()
	for _, filter := range []struct {
		name   string
		values *[]string
	}{
		{"service", &q.filter.Services}, {"repo", &q.filter.Repos}, {"team", &q.filter.Teams},
		{"product", &q.filter.Products}, {"environment", &q.filter.Environments},
	} {
		f.StringSliceVar(filter.values, filter.name, nil, "only this "+filter.name+"; repeatable, or several separated by commas")
	}
	f.StringVar(&q.stream, "stream", "", "of the metrics of flow: the value stream; weir streams lists them (default: "+metrics.DefaultStream+")")
	addChoice(cmd, &q.every, "every", "length of the buckets, cut in the reporting time zone")
	addChoice(cmd, &q.by, "by", "one row for each of these")
	addChoice(cmd, &q.clock, "clock", "time as it passes, or working time by calendars")
	addChoice(cmd, &q.format, "format", "how the result is written to standard output")
}

func (p *program) queryCommand() *cobra.Command {
	q := newQuestion()
	cmd := &cobra.Command{
		Use:   "query METRIC",
		Short: "Compute a metric over a window, in buckets and groups",
		Long: `Query computes a metric for the items that ended in the window. ` + "`weir metrics`" + ` lists the metrics.

JSON and CSV have durations in seconds. CSV has one line for each row of the answer: group and bucket where they were
asked for, then the metric's figures; the stages of lead_time are columns too: stage_coding_n, stage_coding_p50 …
flow_distribution has a row for each class of items, whose shares add up to 1; the class stands before the figures.
What was left out stands below the table and in the JSON, not in the CSV.`,
		Example: `  weir query lead_time --from 2025-01-01 --to 2026-01-01 --every month
  weir query change_failure_rate --by team --service checkout,pricing --format json
  weir query deployment_frequency --from 90d --every week`,
		Args:              arguments("a metric", 1, 1),
		ValidArgsFunction: completeMetric,
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.ask(cmd.Context(), q, args[0], func(ctx context.Context, from answering, query metrics.Query) error {
				a, err := from.Query(ctx, query)
				if err != nil {
					return err
				}
				return p.writeAnswer(a, query, q.format.value)
			})
		},
	}
	q.addFlags(cmd)
	return cmd
}

// answering is what questions are put to: the warehouse's reader, or a server that has the warehouse.
type answering interface {
	Query(ctx context.Context, q metrics.Query) (metrics.Answer, error)
	Items(ctx context.Context, q metrics.ItemsQuery) (metrics.ItemsAnswer, error)
}

// ask finds wrong usage before anything is opened. Then it asks the server that --server names, or opens the warehouse,
// derives what is missing and asks there.
func (p *program) ask(ctx context.Context, q *question, metric string, answer func(context.Context, answering, metrics.Query) error) error {
	if _, err := metrics.Find(metric); err != nil {
		return err
	}
	if err := q.Check(); err != nil {
		return err
	}
	if p.options.server != "" {
		c, err := api.Dial(ctx, p.options.server)
		if err != nil {
			return err
		}
		query, err := q.query(metric, c.Location, c.Now)
		if err != nil {
			return err
		}
		return answer(ctx, c, query)
	}
	return p.withSession(ctx, func(s *session) error {
		if err := s.update(ctx); err != nil {
			return err
		}
		reader, location, err := s.reader(ctx)
		if err != nil {
			return err
		}
		query, err := q.query(metric, location, s.now())
		if err != nil {
			return err
		}
		return answer(ctx, reader, query)
	})
}

// query is the question in a time zone, at a moment.
func (q *question) query(metric string, location *time.Location, now time.Time) (metrics.Query, error) {
	asked := metrics.Query{
		Metric: metric, Every: metrics.Every(q.every.value), By: metrics.By(q.by.value), Filter: q.filter, Clock: q.clock.value, Stream: q.stream,
	}
	var err error
	asked.From, asked.To, err = q.In(location, now, metrics.DefaultFrom)
	return asked, err
}

// completeMetric offers the metrics' names to the shell.
func completeMetric(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	var names []string
	if len(args) == 0 {
		for _, m := range metrics.Catalogue() {
			names = append(names, m.ID+"\t"+m.Title)
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

func (p *program) writeAnswer(a metrics.Answer, query metrics.Query, format string) error {
	switch format {
	case "json":
		return writeJSON(p.stdout, a)
	case "csv":
		for _, note := range a.Notes { // a mistyped filter must not look like a zero
			p.tell("%s", note)
		}
		return writeAnswerCSV(p.stdout, a, query)
	}
	return p.drawAnswer(a, query)
}

// writeJSON writes a value on one line.
func writeJSON(w io.Writer, value any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	return nil
}

// describeWindow is the line below a title: what was asked.
func describeWindow(from, to time.Time) string {
	return fmt.Sprintf("%s to %s (%s)", humanTime(from), humanTime(to), from.Location())
}
