// Package warehousetest gives tests a real warehouse: the embedded engine, a data directory and a database per test.
package warehousetest

import (
	"context"
	"testing"

	"github.com/weirhq/weir/warehouse"
)

// Open opens an empty warehouse that disappears with the test. One engine lives in a process at a time, so a test opens
// one warehouse and does not run in parallel with others of its package.
func Open(tb testing.TB) *warehouse.Warehouse {
	tb.Helper()
	w, err := warehouse.Open(context.Background(), warehouse.Configuration{DataDir: tb.TempDir()})
	if err != nil {
		tb.Fatalf("open a warehouse: %v", err)
	}
	tb.Cleanup(func() {
		if err := w.Close(); err != nil {
			tb.Errorf("close the warehouse: %v", err)
		}
	})
	return w
}
