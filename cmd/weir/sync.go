package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/collectors/git"
)

func (p *program) syncCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "sync [SOURCE...]",
		Short: "Collect what is new at the configured sources, once",
		Long: `Sync collects what is new at the sources that the configuration names, all of them or only those given, and derives
what that touches. A source that fails does not stop the others.`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.withSession(cmd.Context(), func(s *session) error {
				if len(s.configuration.Sources) == 0 {
					return fmt.Errorf("there is nothing to collect: %s", s.configuration.noSources())
				}
				sources, err := s.configuration.sources(filepath.Join(p.options.dataDir, clonesFolder))
				if err != nil {
					return err
				}
				collectErr := p.collect(cmd.Context(), s, sources, args...)
				// What the sources that did not fail have brought is derived all the same.
				return errors.Join(collectErr, s.update(cmd.Context()))
			})
		},
	}
}

// clonesFolder is where clones of URLs are kept within the data directory.
const clonesFolder = "git"

func (c configuration) noSources() string {
	if c.file == "" {
		return fmt.Sprintf("there is no %s in the data directory nor in the working directory; name one with --config", configurationName)
	}
	return c.file + " has no `sources:`"
}

// sources makes the collectors of the configured sources. A new kind of source is one more case here.
func (c configuration) sources(clones string) ([]collectors.Source, error) {
	var list []collectors.Source
	for _, s := range c.Sources {
		repository := *s.Git
		repository.CacheDir = clones
		collector, err := git.New(repository)
		if err != nil {
			return nil, fmt.Errorf("%s: source %q: %w", c.file, s.Name, err)
		}
		list = append(list, collectors.Source{Name: s.Name, Schedule: s.Schedule, Collector: collector})
	}
	return list, nil
}

// collect runs the sources once and tells what each of them brought.
func (p *program) collect(ctx context.Context, s *session, sources []collectors.Source, names ...string) error {
	log := s.log
	if !log.Enabled(ctx, slog.LevelInfo) {
		log = slog.New(onlyWarnings{log.Handler()})
	}
	runner, err := collectors.New(s.warehouse, sources, collectors.Options{Log: log})
	if err != nil {
		return err
	}
	err = runner.Collect(ctx, collectors.Order{Sources: names})
	for _, state := range runner.States() {
		if !state.LastSuccess.IsZero() {
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

func describeRun(state collectors.State) string {
	text := ""
	for _, kind := range sortedKeys(state.Written) {
		text += fmt.Sprintf("%d %s, ", state.Written[kind], kind)
	}
	for _, kind := range sortedKeys(state.Deleted) {
		text += fmt.Sprintf("%d %s deleted, ", state.Deleted[kind], kind)
	}
	if text == "" {
		text = "nothing new, "
	}
	return text + "in " + humanDuration(state.LastFinish.Sub(state.LastStart).Seconds())
}
