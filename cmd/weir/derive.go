package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

func (p *program) deriveCommand() *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:   "derive",
		Short: "Derive the facts that the metrics read from the records",
		Long: `Derive works out changes, deliveries and failures from the records, for what was touched since the last time; the
other commands do the same by themselves. With --all everything is derived anew, which gives the same result.`,
		Args: arguments("nothing", 0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.withSession(cmd.Context(), func(s *session) error {
				if err := s.apply(cmd.Context()); err != nil {
					return err
				}
				run := s.deriver.Update
				if all {
					run = s.deriver.Rebuild
				}
				result, err := run(cmd.Context())
				if err != nil {
					return fmt.Errorf("derive the facts from the records: %w", err)
				}
				p.tell("derived %d repositories and %d services in %s", result.Repos, result.Services, humanDuration(result.Took.Seconds()))
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "derive everything anew, not only what was touched")
	return cmd
}
