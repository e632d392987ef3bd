// Package warehousetest gives tests a real warehouse: the embedded engine and a data directory per test or, where the
// environment names a ClickHouse server, a database there.
package warehousetest

import (
	"context"
	"crypto/rand"
	"os"
	"strings"
	"testing"

	"github.com/weirhq/weir/warehouse"
)

// ServerVariable names the environment variable with the URL of a ClickHouse server to test on, as in warehouse.url. The
// URL's own database is left alone.
const ServerVariable = "WEIR_TEST_CLICKHOUSE"

// Open opens an empty warehouse that disappears with the test. One engine lives in a process at a time, so a test opens
// one warehouse and does not run in parallel with others of its package.
func Open(tb testing.TB) *warehouse.Warehouse {
	tb.Helper()
	cfg := warehouse.Configuration{URL: os.Getenv(ServerVariable)}
	if cfg.URL == "" {
		cfg.DataDir = tb.TempDir()
	} else {
		cfg.Database = "weir_test_" + strings.ToLower(rand.Text())
	}
	w, err := warehouse.Open(context.Background(), cfg)
	if err != nil {
		tb.Fatalf("open a warehouse: %v", err)
	}
	tb.Cleanup(func() {
		if cfg.Database != "" {
			// SYNC: the space is free when the test is over, not minutes later.
			if err := w.Exec(context.Background(), "DROP DATABASE IF EXISTS "+cfg.Database+" SYNC", nil); err != nil {
				tb.Errorf("drop the test's database: %v", err)
			}
		}
		if err := w.Close(); err != nil {
			tb.Errorf("close the warehouse: %v", err)
		}
	})
	return w
}
