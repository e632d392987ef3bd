package site

import (
	"testing"
	"time"
	"net/http/httptest"
	"runtime/pprof"
	"os"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/collectors/simulator"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

func TestScratchDemo(t *testing.T) {
	cfg := small()
	cfg.Scale = 1
	clock := &standing{time.Date(2026, 3, 20, 14, 30, 0, 0, time.UTC)}
	s := New(simulator.New(cfg), clock, Options{Limit: 1<<30})
	server := httptest.NewServer(s)
	defer server.Close()
	b := time.Now()
	s.Records()
	t.Log("learnt in", time.Since(b))
	w := warehousetest.Open(t)
	f, _ := os.Create("/tmp/site_cpu.prof")
	pprof.StartCPUProfile(f)
	defer pprof.StopCPUProfile()
	for _, one := range sources(t, server.URL) {
		b := time.Now()
		runner, err := collectors.New(w, []collectors.Source{one}, collectors.Options{})
		if err != nil { t.Fatal(err) }
		if err := runner.Collect(t.Context(), collectors.Order{}); err != nil { t.Fatal(err) }
		t.Log(one.Name, time.Since(b), runner.States()[0].Written)
	}
	n := 0
	for k, v := range s.Requests() { n += v; if v > 100 { t.Log(k, v) } }
	t.Log("requests", n)
}
