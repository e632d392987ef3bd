package files

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// commitsFile writes a file of commits as large as a real history's, and gives its path.
func commitsFile(tb testing.TB, format Format, gzipped bool, rows int) string {
	tb.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	sha := func() string { return fmt.Sprintf("%016x%016x%08x", random.Uint64(), random.Uint64(), random.Uint32()) }
	table := warehouse.TableByName("commits")
	path := filepath.Join(tb.TempDir(), FileName(table, format, gzipped))
	file, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	out := newRowFile(file, table, ExportOptions{Format: format, Gzip: gzipped})
	parent, at := sha(), time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	batch := warehouse.NewBatch(table, 1)
	for i := range rows {
		id := sha()
		at = at.Add(time.Minute)
		batch.Reset()
		for col, c := range table.Columns {
			switch c.Name {
			case "repo":
				batch.AppendString(col, fmt.Sprintf("shop/service-%d", i%30))
			case "sha":
				batch.AppendString(col, id)
			case "parents":
				batch.AppendStrings(col, []string{parent})
			case "author":
				batch.AppendString(col, fmt.Sprintf("developer-%d", random.IntN(200)))
			case "message":
				batch.AppendString(col, "Checkout: keep the basket when the session ends, see SHOP-"+fmt.Sprint(random.IntN(1e5))+strings.Repeat("\n\nbecause", i%2))
			case "authored_at", "committed_at":
				batch.AppendTime(col, at)
			case "additions", "deletions", "files_changed":
				batch.AppendInt(col, random.Int64N(1000))
			case "mainline":
				batch.AppendBool(col, i%3 == 0)
			default:
				batch.AppendNull(col)
			}
		}
		batch.EndRow(uint64(i))
		parent = id
		if err := out.write(batch); err != nil {
			tb.Fatal(err)
		}
	}
	if err := out.finish(); err != nil {
		tb.Fatal(err)
	}
	return path
}

// nowhere is a stager that drops everything, and watches the heap when told to.
type nowhere struct {
	mu   sync.Mutex
	heap func(uint64) // told the live heap after each batch, in bytes
}

func (n *nowhere) Stage(context.Context, *warehouse.Batch) error {
	if n.heap != nil {
		n.mu.Lock()
		defer n.mu.Unlock()
		runtime.GC()
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		n.heap(stats.HeapAlloc)
	}
	return nil
}

func readPath(tb testing.TB, stage stager, l limits, path string) ImportResult {
	tb.Helper()
	sources, _, err := discover([]string{path})
	if err != nil {
		tb.Fatal(err)
	}
	in := newIntake(stage, nil, func(Progress) {})
	in.limits = l
	result, err := in.run(tb.Context(), sources)
	if err != nil {
		tb.Fatal(err)
	}
	return result
}

// TestMemoryIsFlat: the heap that is alive while a file is read does not grow with the file.
func TestMemoryIsFlat(t *testing.T) {
	const rows = 50_000 // more than the batches under way hold at most
	l := limits{chunk: 64 << 10, record: 1 << 20, batchRows: 4096, batchText: 1 << 20}
	for _, format := range []Format{CSV, NDJSON} {
		peak := func(rows int) (peak uint64) {
			readPath(t, &nowhere{heap: func(bytes uint64) { peak = max(peak, bytes) }}, l, commitsFile(t, format, true, rows))
			return peak
		}
		small, large := peak(rows), peak(8*rows)
		t.Logf("%s: peak heap %d MB, and %d MB for a file 8 times as large", format, small>>20, large>>20)
		if large > small+small/4 {
			t.Errorf("%s: the peak heap grew from %d MB to %d MB with a file 8 times as large", format, small>>20, large>>20)
		}
	}
}

var benchmarkFiles = []struct {
	format  Format
	gzipped bool
}{{CSV, false}, {CSV, true}, {NDJSON, false}, {NDJSON, true}}

// BenchmarkParse reads and parses 200,000 commits, and stages nothing.
func BenchmarkParse(b *testing.B) {
	const rows = 200_000
	for _, f := range benchmarkFiles {
		b.Run(fmt.Sprintf("%s/gzip=%t", f.format, f.gzipped), func(b *testing.B) {
			path := commitsFile(b, f.format, f.gzipped, rows)
			b.ReportAllocs()
			for b.Loop() {
				readPath(b, &nowhere{}, defaultLimits, path)
			}
			b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// BenchmarkImport imports 400,000 commits into an empty table of the real engine: reading, staging and copying.
func BenchmarkImport(b *testing.B) {
	const rows = 400_000
	for _, f := range benchmarkFiles {
		b.Run(fmt.Sprintf("%s/gzip=%t", f.format, f.gzipped), func(b *testing.B) {
			w := warehousetest.Open(b)
			path := commitsFile(b, f.format, f.gzipped, rows)
			var reading, writing time.Duration
			for b.Loop() {
				b.StopTimer()
				if err := w.Exec(b.Context(), "TRUNCATE TABLE commits", nil); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
				start := time.Now()
				var read time.Time
				_, err := Import(b.Context(), w, ImportOptions{Paths: []string{path}, Progress: func(p Progress) {
					if p.Phase == Writing && read.IsZero() {
						read = time.Now()
					}
				}})
				if err != nil {
					b.Fatal(err)
				}
				reading, writing = reading+read.Sub(start), writing+time.Since(read)
			}
			total := rows * float64(b.N)
			b.ReportMetric(total/b.Elapsed().Seconds(), "rows/s")
			b.ReportMetric(total/reading.Seconds(), "staged/s")
			b.ReportMetric(total/writing.Seconds(), "copied/s")
		})
	}
}
