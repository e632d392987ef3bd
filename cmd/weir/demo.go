package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/metrics"
)

// demoFlags are how the demo is wanted.
type demoFlags struct {
	reset  bool
	serve  bool
	listen string
	speed  float64
}

func (p *program) demoCommand() *cobra.Command {
	var flags demoFlags
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Serve the dashboard of a simulated company",
		Long: `Demo simulates a company (3 products, 12 teams, 30 services, 18 months) with its GitHub, Jira, Jenkins and PagerDuty, which
answer on this machine only, collects them as it would collect yours, shows the company's keys and serves its dashboard.
The company goes on working while it is served, and the next time it has worked until then; --reset makes it anew. Its
weir.yaml is in the data directory.

Without --data-dir a directory of its own is used, so that invented figures never mix with real ones.`,
		Example: `  weir demo
  weir demo --speed 600                # a day of the company passes in less than three minutes
  weir demo --serve=false --speed 0    # only the keys, of the 18 months up to today`,
		Args: arguments("nothing", 0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if p.options.configFile != "" {
				return usagef("demo brings its own configuration; leave out --config")
			}
			if flags.speed < 0 || flags.speed > maxSpeed || math.IsNaN(flags.speed) {
				return usagef("--speed: it is a number from 0 (time stands still) to %d", maxSpeed)
			}
			if flags.listen != "" && !flags.serve {
				return usagef("--listen: nothing is served; leave out --serve=false")
			}
			if !p.options.dataDirGiven {
				p.options.dataDir = defaultDataDir("weir-demo")
				p.options.dataDirGiven = true
			}
			return p.demo(cmd.Context(), flags)
		},
	}
	cmd.Flags().BoolVar(&flags.reset, "reset", false, "remove the simulated company and make it anew, up to today")
	cmd.Flags().BoolVar(&flags.serve, "serve", true, "serve the dashboard; --serve=false only shows the keys")
	cmd.Flags().Float64Var(&flags.speed, "speed", 1, "how fast the company's time passes: 1 like ours, 600 ten minutes a second, 0 not at all")
	addListen(cmd, &flags.listen)
	return cmd
}

// maxSpeed is a month in about four minutes: faster than that, records come faster than facts can follow.
const maxSpeed = 10_000

var demoKeys = append(slices.Clip(gitKeys), "time_to_restore")

func (p *program) demo(ctx context.Context, flags demoFlags) error {
	dir := p.options.dataDir
	mark, err := p.demoIn(ctx, dir, flags.reset)
	if err != nil {
		return err
	}
	if err := configureDemo(dir, *mark); err != nil {
		return err
	}
	return p.withSession(ctx, func(s *session) error {
		return p.withCompany(ctx, s, *mark, flags.speed, func(c *company) error { return p.showCompany(ctx, s, c, flags) })
	})
}

// showCompany collects the company's tools, shows its keys and serves its dashboard.
func (p *program) showCompany(ctx context.Context, s *session, c *company, flags demoFlags) error {
	dir := p.options.dataDir
	s.now = c.clock.Now
	if err := p.collect(ctx, s, c.fleet, collectors.Order{}); err != nil {
		return err
	}
	if err := s.update(ctx); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "A simulated company, %s to %s, in %s\n", c.mark.From.Format(time.DateOnly), c.clock.Now().Format(time.DateOnly), dir)
	if _, err := p.showKeys(ctx, s, keysQuestion{keys: demoKeys, every: metrics.EveryQuarter}); err != nil {
		return err
	}
	if !flags.serve {
		p.tell("\nAsk it more:\n  weir query lead_time --by team --data-dir %[1]s\n  weir query change_failure_rate --by service --data-dir %[1]s\n  weir items lead_time --limit 20 --data-dir %[1]s", dir)
		return nil
	}
	p.tell("")
	return p.serve(ctx, s, serving{listen: flags.listen, anyPort: true, simulated: true, noImport: noImportOfDemo, fleet: c.fleet})
}

// demoIn finds or begins the demo of a directory.
func (p *program) demoIn(ctx context.Context, dir string, reset bool) (*demoMark, error) {
	mark, err := readDemoMark(dir)
	if err != nil {
		return nil, err
	}
	if reset && mark != nil {
		if err := removeDemo(ctx, dir); err != nil {
			return nil, err
		}
		mark = nil
	}
	if mark != nil && mark.Tools != demoTools {
		return nil, errOldDemo
	}
	if mark != nil {
		return mark, nil
	}
	if err := refuseForeign(dir); err != nil {
		return nil, err
	}
	return p.beginDemo(dir)
}

// noImportOfDemo keeps real figures and invented ones apart.
const noImportOfDemo = "this server shows a simulated company, and takes no records"

// demoPause is how often the company is asked what is new, in real time: often where its time flies.
func demoPause(speed float64) string {
	if speed > 1 {
		return "@every 2s"
	}
	return "@every 30s"
}
