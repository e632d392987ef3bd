package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"

	"github.com/weirhq/weir/metrics"
)

// readable is how many characters a line of running text has at most.
const readable = 100

func (p *program) metricsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "metrics",
		Short: "List the metrics and what they mean",
		Args:  arguments("nothing", 0, 0),
		RunE: func(*cobra.Command, []string) error {
			width := min(readable, cmp.Or(terminalWidth(p.stdout), readable))
			for i, m := range metrics.Catalogue() {
				if i > 0 {
					fmt.Fprintln(p.stdout)
				}
				fmt.Fprintf(p.stdout, "%s (%s)\n", m.ID, m.Unit())
				for _, line := range strings.Split(text.WrapSoft(oneLine(m.Definition), width-4), "\n") {
					fmt.Fprintln(p.stdout, "    "+strings.TrimRight(line, " "))
				}
			}
			return nil
		},
	}
}
