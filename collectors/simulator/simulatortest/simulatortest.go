// Package simulatortest fills a warehouse with the simulated company's history, for tests and benchmarks of other rooms.
package simulatortest

import (
	"testing"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/collectors/simulator"
	"github.com/weirhq/weir/warehouse"
)

// Fill collects all that is known of the world at the end of its configuration's window.
func Fill(tb testing.TB, w *warehouse.Warehouse, cfg simulator.Configuration) *simulator.World {
	tb.Helper()
	world := simulator.New(cfg)
	source := collectors.Source{Name: simulator.Source, Collector: simulator.NewLive(world, standing(cfg.To))}
	runner, err := collectors.New(w, []collectors.Source{source}, collectors.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	if err := runner.Collect(tb.Context(), collectors.Order{}); err != nil {
		tb.Fatal(err)
	}
	return world
}

// standing is a clock that does not move.
type standing time.Time

func (s standing) Now() time.Time { return time.Time(s) }
