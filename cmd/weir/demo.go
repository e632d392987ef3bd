package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/weirhq/weir/collectors/simulator"
	"github.com/weirhq/weir/metrics"
	"github.com/weirhq/weir/warehouse"
)

// demoMark is the file in a data directory that says it is a demo's, and which.
const demoMark = "demo.json"

// demoState is what the mark says. A demo that was stopped while it was filled goes on with the same company.
type demoState struct {
	Seed     uint64    `json:"seed"`
	From     time.Time `json:"from"`
	To       time.Time `json:"to"`
	Scale    float64   `json:"scale"`
	Complete bool      `json:"complete"`
}

func (p *program) demoCommand() *cobra.Command {
	var reset bool
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Fill a data directory with a simulated company and show its keys",
		Long: `Demo fills a data directory with the history of a simulated company (3 products, 12 teams, 30 services, 18 months),
writes its weir.yaml into it and shows the keys. The second time it shows what is there; --reset makes it anew.

Without --data-dir a directory of its own is used, so that invented figures never mix with real ones.`,
		Args: arguments("nothing", 0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if p.options.configFile != "" {
				return usagef("demo brings its own configuration; leave out --config")
			}
			if !p.options.dataDirGiven {
				p.options.dataDir = defaultDataDir("weir-demo")
				p.options.dataDirGiven = true
			}
			return p.demo(cmd.Context(), reset)
		},
	}
	cmd.Flags().BoolVar(&reset, "reset", false, "remove the simulated company and make it anew, up to today")
	return cmd
}

var demoKeys = append(slices.Clip(gitKeys), "time_to_restore")

func (p *program) demo(ctx context.Context, reset bool) error {
	dir := p.options.dataDir
	state, err := readDemoState(dir)
	if err != nil {
		return err
	}
	if reset && state != nil {
		if err := p.removeDemo(ctx, dir); err != nil {
			return err
		}
		state = nil
	}
	if state == nil {
		if state, err = p.beginDemo(dir); err != nil {
			return err
		}
	}
	err = p.withSession(ctx, func(s *session) error {
		if !state.Complete {
			if err := p.fillDemo(ctx, s, *state); err != nil {
				return err
			}
			state.Complete = true
			if err := writeDemoState(dir, *state); err != nil {
				return err
			}
		}
		if err := s.update(ctx); err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "A simulated company, %s to %s, in %s\n", state.From.Format(time.DateOnly), state.To.Format(time.DateOnly), dir)
		return p.showKeys(ctx, s, keysQuestion{keys: demoKeys, every: metrics.EveryQuarter})
	})
	if err == nil {
		p.tell("\nAsk it more:\n  weir query lead_time --by team --data-dir %[1]s\n  weir query change_failure_rate --by service --data-dir %[1]s\n  weir items lead_time --limit 20 --data-dir %[1]s", dir)
	}
	return err
}

// readDemoState is nil when there is nothing in the directory. A directory with somebody's data is refused.
func readDemoState(dir string) (*demoState, error) {
	text, err := os.ReadFile(filepath.Join(dir, demoMark))
	if errors.Is(err, fs.ErrNotExist) {
		entries, err := os.ReadDir(dir)
		if err == nil && len(entries) > 0 {
			return nil, fmt.Errorf("the directory %s holds something else than a demo; choose an empty one with --data-dir", dir)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("the data directory %s cannot be read: %w", dir, pathReason(err))
		}
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("the data directory %s cannot be read: %w", dir, pathReason(err))
	}
	var state demoState
	if err := json.Unmarshal(text, &state); err != nil {
		return nil, fmt.Errorf("%s is damaged; remove the directory %s: %w", demoMark, dir, err)
	}
	return &state, nil
}

func writeDemoState(dir string, state demoState) error {
	text, err := json.MarshalIndent(state, "", "  ")
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, demoMark), append(text, '\n'), 0o644)
	}
	if err != nil {
		return fmt.Errorf("mark the directory %s as a demo: %w", dir, pathReason(err))
	}
	return nil
}

// removeDemo opens the warehouse first: that fails where another process works in it.
func (p *program) removeDemo(ctx context.Context, dir string) error {
	w, err := warehouse.Open(ctx, warehouse.Configuration{DataDir: dir})
	if err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("close the warehouse: %w", err)
	}
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("remove the demo in %s: %w", dir, err)
	}
	return nil
}

// beginDemo lays out the company and writes its configuration.
func (p *program) beginDemo(dir string) (*demoState, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("the data directory %s cannot be created; choose another one with --data-dir: %w", dir, pathReason(err))
	}
	c := simulator.DefaultConfiguration(p.now())
	state := demoState{Seed: c.Seed, From: c.From, To: c.To, Scale: c.Scale}
	if err := writeDemoState(dir, state); err != nil {
		return nil, err
	}
	file := filepath.Join(dir, configurationName)
	if err := os.WriteFile(file, simulator.New(c).WeirYAML(), 0o644); err != nil {
		return nil, fmt.Errorf("write the demo's configuration %s: %w", file, pathReason(err))
	}
	return &state, nil
}

// demoBatch is how many records are written in one go: enough for the engine to work in bulk, few enough for memory.
const demoBatch = 100_000

func (p *program) fillDemo(ctx context.Context, s *session, state demoState) error {
	p.tell("making a simulated company …")
	start := p.now()
	world := simulator.New(simulator.Configuration{Seed: state.Seed, From: state.From, To: state.To, Scale: state.Scale})
	var batch warehouse.Records
	size, total := 0, 0
	flush := func() error {
		err := s.warehouse.Write(ctx, batch)
		batch, size = warehouse.Records{}, 0
		return err
	}
	err := world.Records(func(r warehouse.Records) error {
		n := appendRecords(&batch, r)
		size, total = size+n, total+n
		if size < demoBatch {
			return nil
		}
		return flush()
	})
	if err == nil {
		err = flush()
	}
	if err != nil {
		return fmt.Errorf("write the simulated company: %w", err)
	}
	p.tell("%d records in %s", total, humanDuration(p.now().Sub(start).Seconds()))
	return nil
}

// appendRecords adds records to others and says how many.
func appendRecords(to *warehouse.Records, r warehouse.Records) int {
	return add(&to.Commits, r.Commits) + add(&to.PullRequests, r.PullRequests) + add(&to.Reviews, r.Reviews) +
		add(&to.Builds, r.Builds) + add(&to.BuildStages, r.BuildStages) + add(&to.Deployments, r.Deployments) +
		add(&to.Incidents, r.Incidents) + add(&to.Tickets, r.Tickets) + add(&to.TicketLinks, r.TicketLinks) +
		add(&to.Transitions, r.Transitions) + add(&to.Signals, r.Signals)
}

func add[T any](to *[]T, records []T) int {
	*to = append(*to, records...)
	return len(records)
}
