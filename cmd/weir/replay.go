package main

import (
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/collectors/access"
	"github.com/weirhq/weir/collectors/archive"
)

func (p *program) replayCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "replay SOURCE",
		Short: "Map the kept answers of a source anew, without asking it",
		Long: `Replay collects a source again from the answers that were kept (collection.keep_answers in the configuration), so that a
mapping that was wrong, in Weir or in the configuration, is mended without asking the vendor again. What the source's
records have no longer is removed. Nothing is sent to the vendor, and the next collection goes on where the last one was.`,
		Args: arguments("a source", 1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.withSession(cmd.Context(), func(s *session) error {
				configured, err := s.configuration.sourceNamed(args[0])
				if err != nil {
					return err
				}
				k, err := configured.chosen(p.surroundings(s))
				if err != nil {
					return err
				}
				if !k.asks {
					return usagef("a source of the kind %s asks no vendor, so there are no answers to replay", k.name)
				}
				replay := collectors.Replay{
					Store: s.warehouse, Archive: archive.New(filepath.Join(p.options.dataDir, answersFolder)), Source: args[0], Log: s.log,
					New: func(line *access.Line) (collectors.Collector, error) { return k.make(line) },
				}
				result, err := replay.Run(cmd.Context())
				if err != nil {
					return fmt.Errorf("replay source %q: %w", args[0], err)
				}
				p.tell("%s: %d runs since %s: %s", args[0], result.Runs, result.From.Format(time.RFC3339),
					describeCounts(result.Written, result.Deleted))
				return s.update(cmd.Context())
			})
		},
	}
}
