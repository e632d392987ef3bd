package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/weirhq/weir/collectors/simulator"
	"github.com/weirhq/weir/warehouse"
)

// demoMarkName is the file in a data directory that says it is a demo's, and which.
const demoMarkName = "demo.json"

// demoMark is what the file says. A demo that was stopped while it was filled goes on with the same company.
type demoMark struct {
	Seed  uint64    `json:"seed"`
	From  time.Time `json:"from"`
	To    time.Time `json:"to"`
	Scale float64   `json:"scale"`
	Tools int       `json:"tools"` // what the company's tools are like: another number is another company
}

// demoTools is raised when a demo that an earlier version made cannot go on.
const demoTools = 1

// readDemoMark is nil where the directory is not a demo's.
func readDemoMark(dir string) (*demoMark, error) {
	text, err := os.ReadFile(filepath.Join(dir, demoMarkName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // no mark is an answer
	}
	if err != nil {
		return nil, fmt.Errorf("the data directory %s cannot be read: %w", dir, pathReason(err))
	}
	var mark demoMark
	if err := json.Unmarshal(text, &mark); err != nil {
		return nil, fmt.Errorf("%s is damaged; remove the directory %s: %w", demoMarkName, dir, err)
	}
	return &mark, nil
}

// refuseForeign keeps the demo out of a directory with somebody's data.
func refuseForeign(dir string) error {
	entries, err := os.ReadDir(dir)
	if err == nil && len(entries) > 0 {
		return fmt.Errorf("the directory %s holds something else than a demo; choose an empty one with --data-dir", dir)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the data directory %s cannot be read: %w", dir, pathReason(err))
	}
	return nil
}

// beginDemo lays out the company and marks the directory.
func (p *program) beginDemo(dir string) (*demoMark, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("the data directory %s cannot be created; choose another one with --data-dir: %w", dir, pathReason(err))
	}
	cfg := simulator.DefaultConfiguration(p.now())
	mark := demoMark{Seed: cfg.Seed, From: cfg.From, To: cfg.To, Scale: cfg.Scale, Tools: demoTools}
	text, err := json.MarshalIndent(mark, "", "  ")
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, demoMarkName), append(text, '\n'), 0o644)
	}
	if err != nil {
		return nil, fmt.Errorf("mark the directory %s as a demo: %w", dir, pathReason(err))
	}
	return &mark, nil
}

// configureDemo writes the company's configuration unless it is there: it may have been changed to try something.
func configureDemo(dir string, mark demoMark) error {
	file := filepath.Join(dir, configurationName)
	if _, err := os.Stat(file); err == nil {
		return nil
	}
	if err := os.WriteFile(file, simulator.New(mark.configuration()).WeirYAML(), 0o644); err != nil {
		return fmt.Errorf("write the demo's configuration %s: %w", file, pathReason(err))
	}
	return nil
}

func (m demoMark) configuration() simulator.Configuration {
	return simulator.Configuration{Seed: m.Seed, From: m.From, To: m.To, Scale: m.Scale}
}

// removeDemo opens the warehouse first: that fails where another process works in it.
func removeDemo(ctx context.Context, dir string) error {
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
