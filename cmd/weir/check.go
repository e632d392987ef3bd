package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/collectors/access"
)

func (p *program) checkCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check [SOURCE...]",
		Short: "Check the configuration and ask every source what may be read",
		Long: `Check reads the configuration, connects to every source (or those given) and says as whom Weir is known there, what it may
read and what it may not, how many requests are left, and about how many a first collection takes. Nothing is collected.`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := p.options.readConfiguration()
			if err != nil {
				return err
			}
			if c.file == "" {
				return errors.New(c.noSources())
			}
			f, err := c.fleet(surroundings{dataDir: p.options.dataDir, access: access.Options{Tries: 2, Timeout: 20 * time.Second}}, p.log())
			if err != nil {
				return err
			}
			fmt.Fprintf(p.stdout, "%s is well formed: %d sources, %d teams, %d services, %d products\n", c.file, len(c.Sources), len(c.Teams), len(c.Services), len(c.Products))
			for _, line := range c.CalendarLines() {
				fmt.Fprintln(p.stdout, line)
			}
			chosen, err := choose(f.sources, args)
			if err != nil {
				return err
			}
			return p.checkAll(cmd.Context(), chosen)
		},
	}
}

// choose finds the named sources, all where none is named.
func choose(sources []collectors.Source, names []string) ([]collectors.Source, error) {
	if len(names) == 0 {
		return sources, nil
	}
	var chosen []collectors.Source
	var known []string
	for _, name := range names {
		known = known[:0]
		found := false
		for _, s := range sources {
			known = append(known, s.Name)
			if s.Name == name {
				chosen, found = append(chosen, s), true
			}
		}
		if !found {
			return nil, unknownSource(name, known)
		}
	}
	return chosen, nil
}

// checkPatience is how long one source may take: a limit that is used up must not hold the others.
const checkPatience = 2 * time.Minute

func (p *program) checkAll(ctx context.Context, sources []collectors.Source) error {
	failed := 0
	for _, s := range sources {
		ok, err := p.checkSource(ctx, s)
		if err != nil {
			return err
		}
		if !ok {
			failed++
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d sources cannot be read as configured", failed, len(sources))
	}
	return nil
}

// checkSource tells about one source; false when it cannot be read as configured.
func (p *program) checkSource(ctx context.Context, s collectors.Source) (bool, error) {
	fmt.Fprintf(p.stdout, "\n%s (%s)\n", s.Name, s.Kind)
	checker, can := s.Collector.(collectors.Checker)
	if !can {
		fmt.Fprintln(p.stdout, "  is read when it is collected; there is nothing to ask beforehand")
		return true, nil
	}
	patient, cancel := context.WithTimeout(ctx, checkPatience)
	defer cancel()
	found, err := checker.Check(patient)
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if err != nil {
		fmt.Fprintf(p.stdout, "  cannot be read: %s\n", err)
		return false, nil
	}
	if found.Account != "" {
		fmt.Fprintf(p.stdout, "  known there as %s\n", found.Account)
	}
	for _, line := range found.Readable {
		fmt.Fprintf(p.stdout, "  may read: %s\n", line)
	}
	for _, line := range found.Missing {
		fmt.Fprintf(p.stdout, "  may not read: %s\n", line)
	}
	var traffic access.Traffic
	if s.Line != nil {
		traffic = s.Line.Traffic()
	}
	if traffic.Limit > 0 {
		fmt.Fprintf(p.stdout, "  %d of %d requests are left until %s\n", traffic.Remaining, traffic.Limit, traffic.Reset.Local().Format(time.TimeOnly))
	}
	if found.Requests > 0 {
		fmt.Fprintf(p.stdout, "  a first collection takes about %d requests%s\n", found.Requests, periods(found.Requests, traffic.Limit))
	}
	return len(found.Missing) == 0, nil
}

// periods says when a first collection needs more than a limit allows at once.
func periods(requests, limit int) string {
	if limit == 0 || requests <= limit {
		return ""
	}
	return fmt.Sprintf(", which is more than the limit allows at once: it will go on after each of %d resets, the newest first", requests/limit)
}
