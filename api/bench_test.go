package api

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/weirhq/weir/collectors/simulator"
	"github.com/weirhq/weir/collectors/simulator/simulatortest"
	"github.com/weirhq/weir/metrics"
	"github.com/weirhq/weir/metrics/derive"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// benchmarkScale makes the simulated company bring about 100,000 changes in its eighteen months.
const benchmarkScale = 5.5

// pageColumns are what the overview's figures read, where nothing is filtered.
var pageColumns = []string{
	"SELECT status, excluded, environment, merged_at, finished_at, lead_ms, coding_ms, pickup_ms, review_ms, merge_wait_ms, build_queue_ms, build_ms, approval_ms, deploy_wait_ms, deploy_ms FROM deliveries FORMAT Null",
	"SELECT service, kind, result, environment, started_at, finished_at, failed, failure_rules, recovery, restored_at, recovery_ms, rework FROM deployment_facts FORMAT Null",
	"SELECT started_at, resolved_at FROM incident_facts FORMAT Null",
}

// BenchmarkOverview asks what the first page asks, of a company of 100,000 changes, for 90 days and for a year, and compares
// that with the time in which the engine reads the same columns once and does nothing with them. No answer is remembered:
// each question is another one by a millisecond.
func BenchmarkOverview(b *testing.B) {
	w, d, now := benchmarkCompany(b)
	s := New(Configuration{
		Version: "bench", Location: time.UTC, Now: func() time.Time { return now }, DataVersion: d.Version, Reading: d.Reading,
		Reader: metrics.NewReader(w, metrics.ReaderConfiguration{Now: func() time.Time { return now }}),
	})
	asks := overviewAsks(b)
	for _, days := range []int{90, 365} {
		b.Run(fmt.Sprintf("%dd", days), func(b *testing.B) {
			n := 0
			page := func() {
				n++
				to := now.Add(-time.Duration(n) * time.Millisecond)
				query := url.Values{"ask": asks, "compare": {"previous"}, "from": {to.AddDate(0, 0, -days).Format(time.RFC3339Nano)}, "to": {to.Format(time.RFC3339Nano)}}
				answer := httptest.NewRecorder()
				s.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/api/v1/answers?"+query.Encode(), nil))
				if answer.Code != http.StatusOK {
					b.Fatal(answer.Body)
				}
			}
			scan := func() {
				for _, sql := range pageColumns {
					if err := w.Exec(b.Context(), sql, nil); err != nil {
						b.Fatal(err)
					}
				}
			}
			for b.Loop() {
				page()
			}
			asked, read := time.Hour, time.Hour
			for range 15 { // alternately; the least of each counts, since whatever else the machine does only adds
				start := time.Now()
				page()
				asked = min(asked, time.Since(start))
				start = time.Now()
				scan()
				read = min(read, time.Since(start))
			}
			b.ReportMetric(asked.Seconds()*1000, "page-ms")
			b.ReportMetric(read.Seconds()*1000, "scan-ms")
			b.ReportMetric(asked.Seconds()/read.Seconds(), "x/scan")
		})
	}
}

// overviewAsks are the asks of the first page, as the dashboard's code writes them.
func overviewAsks(b *testing.B) []string {
	b.Helper()
	text, err := os.ReadFile("testdata/overview-asks.txt")
	if err != nil {
		b.Fatal(err)
	}
	return strings.Fields(regexp.MustCompile(`(?m)^#.*$`).ReplaceAllString(string(text), ""))
}

func benchmarkCompany(b *testing.B) (*warehouse.Warehouse, *derive.Deriver, time.Time) {
	b.Helper()
	w := warehousetest.Open(b)
	d := derive.New(w, slog.New(slog.DiscardHandler))
	cfg := simulator.DefaultConfiguration(time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC))
	cfg.Scale = benchmarkScale
	world := simulatortest.Fill(b, w, cfg)
	var organisation derive.Organisation
	if err := yaml.Unmarshal(world.WeirYAML(), &organisation); err != nil {
		b.Fatal(err)
	}
	if err := d.Apply(b.Context(), organisation); err != nil {
		b.Fatal(err)
	}
	if _, err := d.Update(b.Context()); err != nil {
		b.Fatal(err)
	}
	return w, d, cfg.To
}
