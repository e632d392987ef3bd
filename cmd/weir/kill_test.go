package main

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors/simulator"
	"github.com/weirhq/weir/collectors/simulator/simulatortest"
	"github.com/weirhq/weir/warehouse/files"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// killScale makes the company small enough that an import takes about a second.
const killScale = 0.15

// kills is how many imports are killed; a data directory sees one, two or three of them in a row.
const kills = 20

// TestKilledImports kills imports with -9 at random moments. Run again, an import leaves the rows, and the facts derived
// from them, that an undisturbed one leaves.
func TestKilledImports(t *testing.T) {
	history := t.TempDir()
	exportCompany(t, history)
	p := newPlace(t)
	start := time.Now()
	p.succeed("import", history, "--data-dir", "undisturbed")
	took := time.Since(start)
	want := p.contents("undisturbed")
	if len(want) < 8 || want[answersName] == "" {
		t.Fatalf("the undisturbed import left only %d kinds of records", len(want))
	}

	// The seed makes the moments the same in every run, as shares of the time that an import takes.
	random := rand.New(rand.NewPCG(20, 9))
	killed := 0
	for round := 0; killed < kills; round++ {
		dir := filepath.Join("round", strconv.Itoa(round))
		for range 1 + round%3 {
			moment := time.Duration(random.Float64() * float64(took))
			if !p.kill(moment, "import", history, "--data-dir", dir) {
				took = moment // it was faster than the first one
				continue
			}
			killed++
			t.Logf("kill %d in %s after %s of %s", killed, dir, moment.Round(time.Millisecond), took.Round(time.Millisecond))
			if killed%2 == 0 { // in between, the import itself is the first to find what is left
				p.succeed("query", "lead_time", "--data-dir", dir)
			}
		}
		p.succeed("import", history, "--data-dir", dir)
		compareContents(t, dir, p.contents(dir), want)
		if err := os.RemoveAll(filepath.Join(p.dir, dir)); err != nil {
			t.Fatal(err)
		}
		if round > 2*kills {
			t.Fatalf("only %d of %d imports were still running when they were to be killed", killed, round)
		}
	}
}

// exportCompany writes a simulated company's history as files that import reads.
func exportCompany(t *testing.T, dir string) {
	t.Helper()
	cfg := simulator.DefaultConfiguration(time.Date(2026, 3, 18, 12, 0, 0, 0, time.UTC))
	cfg.Scale = killScale
	ctx := context.Background()
	w := warehousetest.Open(t)
	simulatortest.Fill(t, w, cfg)
	if _, err := files.Export(ctx, w, files.ExportOptions{Dir: dir}); err != nil {
		t.Fatal(err)
	}
}

// answersName is where contents keeps what a metric answers, which is no file of an export.
const answersName = "answers"

// contents are the files that an export of a data directory writes, by name, and what a metric answers.
func (p *place) contents(dir string) map[string]string {
	p.t.Helper()
	out := dir + "-export"
	p.succeed("export", out, "--data-dir", dir)
	contents := map[string]string{}
	for _, name := range p.files(out) {
		contents[name] = p.read(filepath.Join(out, name))
	}
	contents[answersName] = p.succeed("query", "lead_time", "--by", "service", "--from", "2025-01-01", "--to", "2026-03-18", "--format", "json", "--data-dir", dir).stdout
	if err := os.RemoveAll(filepath.Join(p.dir, out)); err != nil {
		p.t.Fatal(err)
	}
	return contents
}

func compareContents(t *testing.T, dir string, got, want map[string]string) {
	t.Helper()
	for name := range want {
		if got[name] != want[name] {
			t.Errorf("%s: %s has %d bytes that are not the %d of an undisturbed import", dir, name, len(got[name]), len(want[name]))
		}
	}
	if len(got) != len(want) {
		t.Errorf("%s: there are %d files, want %d", dir, len(got), len(want))
	}
}
