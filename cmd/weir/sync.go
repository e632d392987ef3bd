package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/weirhq/weir/collectors"
)

func (p *program) syncCommand() *cobra.Command {
	var order collectors.Order
	var since string
	cmd := &cobra.Command{
		Use:   "sync [SOURCE...]",
		Short: "Collect what is new at the configured sources, once",
		Long: `Sync collects what is new at the sources that the configuration names, all of them or only those given, and derives
what that touches. A source, or a part of it such as a repository, that fails does not stop the others. It can be stopped
and run again at any time: it goes on where it was. What --since left out stays left out until an earlier --since, or --full,
widens it.`,
		Example: `  weir sync
  weir sync --source github --since 2026-01-01   # the first time: no further back than this
  weir sync --source github --full               # read everything again, and remove what has vanished`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			order.Sources = append(order.Sources, args...)
			if since != "" {
				if order.Since, err = sinceWhen(since); err != nil {
					return err
				}
			}
			if p.options.server != "" {
				if since != "" || order.Full {
					return usagef("a server collects what is new; for --since and --full stop it, and run weir sync where the data are")
				}
				return p.syncThrough(cmd.Context(), order.Sources)
			}
			return p.withSession(cmd.Context(), func(s *session) error {
				if len(s.configuration.Sources) == 0 {
					return fmt.Errorf("there is nothing to collect: %s", s.configuration.noSources())
				}
				f, err := s.configuration.fleet(p.surroundings(s), s.log)
				if err != nil {
					return err
				}
				if _, err := choose(f.sources, order.Sources); err != nil {
					return err
				}
				collectErr := p.collect(cmd.Context(), s, f, order)
				// What the sources that did not fail have brought is derived all the same.
				return errors.Join(collectErr, s.update(cmd.Context()))
			})
		},
	}
	cmd.Flags().StringArrayVar(&order.Sources, "source", nil, "only this source; may be given several times")
	cmd.Flags().StringVar(&since, "since", "", "what ended before this day (or RFC 3339 time) need not be collected")
	cmd.Flags().BoolVar(&order.Full, "full", false, "read everything again, and remove what has vanished at the source")
	return cmd
}

// sinceWhen reads a day, which begins in UTC, or a time.
func sinceWhen(text string) (time.Time, error) {
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC(), nil
		}
	}
	return time.Time{}, usagef("--since: %q is neither a day such as 2026-01-31 nor a time such as 2026-01-31T09:00:00Z", text)
}

func (c configuration) noSources() string {
	if c.file == "" {
		return fmt.Sprintf("there is no %s in the data directory nor in the working directory; name one with --config, or write one with `weir init`", configurationName)
	}
	return c.file + " has no `sources:`; `weir init` shows how they look"
}

// collect runs the sources once, shows how far they are, and tells what each of them brought.
func (p *program) collect(ctx context.Context, s *session, f fleet, order collectors.Order) error {
	f.options.Log = s.log
	if !s.log.Enabled(ctx, slog.LevelInfo) {
		f.options.Log = slog.New(onlyWarnings{s.log.Handler()})
	}
	runner, err := collectors.New(s.warehouse, f.sources, f.options)
	if err != nil {
		return err
	}
	drawn := watchSync(p.stderr, runner)
	err = runner.Collect(ctx, order)
	drawn.done()
	for _, state := range runner.States() {
		if !state.LastFinish.IsZero() && (state.LastError == "" || len(state.Written) > 0) {
			p.tell("%s: %s", state.Source, describeRun(state))
		}
	}
	return err
}

// onlyWarnings leaves out the runner's errors, which collect returns: one sentence about a failure is enough.
type onlyWarnings struct{ slog.Handler }

func (h onlyWarnings) Enabled(ctx context.Context, level slog.Level) bool {
	return level < slog.LevelError && h.Handler.Enabled(ctx, level)
}

func (h onlyWarnings) WithAttrs(attrs []slog.Attr) slog.Handler {
	return onlyWarnings{h.Handler.WithAttrs(attrs)}
}

func (h onlyWarnings) WithGroup(name string) slog.Handler {
	return onlyWarnings{h.Handler.WithGroup(name)}
}

// describeCounts tells of records by kind.
func describeCounts(written, deleted map[string]int64) string {
	var parts []string
	for _, kind := range sortedKeys(written) {
		parts = append(parts, fmt.Sprintf("%d %s", written[kind], kind))
	}
	for _, kind := range sortedKeys(deleted) {
		parts = append(parts, fmt.Sprintf("%d %s deleted", deleted[kind], kind))
	}
	if len(parts) == 0 {
		return "nothing new"
	}
	return strings.Join(parts, ", ")
}

func describeRun(state collectors.State) string {
	text := describeCounts(state.Written, state.Deleted) + ", "
	if n := state.Traffic.Requests; n > 0 {
		text += fmt.Sprintf("%d requests, ", n)
	}
	return text + "in " + humanDuration(state.LastFinish.Sub(state.LastStart).Seconds())
}
