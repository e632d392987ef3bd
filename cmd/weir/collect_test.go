package main

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/collectors/access"
	"github.com/weirhq/weir/collectors/simulator"
	"github.com/weirhq/weir/collectors/simulator/site"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/files"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// collectScale is the size of the company that these tests collect: its back-fill takes a few hundred requests.
const collectScale = 0.02

// openTools serves the tools of a small company, as it stands in the middle of a working day, and says how they are collected.
func openTools(t *testing.T) (tools *site.Site, configuration []byte) {
	t.Helper()
	cfg := simulator.DefaultConfiguration(time.Date(2026, 3, 18, 12, 0, 0, 0, time.UTC))
	cfg.From, cfg.Scale = cfg.To.AddDate(0, -4, 0), collectScale
	clock := demoClock{Start: time.Date(2026, 3, 20, 14, 30, 0, 0, time.UTC)}
	tools = site.New(simulator.New(cfg), clock, site.Options{Limit: companyLimit})
	server := httptest.NewServer(tools)
	t.Cleanup(server.Close)
	dir := t.TempDir()
	token := filepath.Join(dir, "token")
	if err := os.WriteFile(token, []byte("any"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := tools.WriteSignals(filepath.Join(dir, "signals")); err != nil {
		t.Fatal(err)
	}
	text, err := demoSources(server.URL, token, filepath.Join(dir, "signals"))
	if err != nil {
		t.Fatal(err)
	}
	return tools, text
}

// hurried is the system's clock, on which nobody has to wait.
type hurried struct{}

func (hurried) Now() time.Time { return time.Now() }

func (hurried) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

// collectInto collects the configured sources once.
func collectInto(t *testing.T, w *warehouse.Warehouse, text []byte) {
	t.Helper()
	var c configuration
	if err := c.parse("weir.yaml", text); err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	f, err := c.fleet(surroundings{
		dataDir: t.TempDir(), access: access.Options{Clock: hurried{}, Timeout: 500 * time.Millisecond},
		importer: func(ctx context.Context, o files.ImportOptions) (files.ImportResult, error) {
			return files.Import(ctx, w, o)
		},
	}, log)
	if err != nil {
		t.Fatal(err)
	}
	runner, err := collectors.New(w, f.sources, f.options)
	if err != nil {
		t.Fatal(err)
	}
	if err := runner.Collect(t.Context(), collectors.Order{}); err != nil {
		t.Fatal(err)
	}
}

// exported is what an export writes, by file.
func exported(t *testing.T, w *warehouse.Warehouse) map[string]string {
	t.Helper()
	dir := t.TempDir()
	if _, err := files.Export(t.Context(), w, files.ExportOptions{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	contents := map[string]string{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		contents[filepath.Base(name)] = string(text)
	}
	return contents
}

// TestFaults collects the company while its tools misbehave, in each way that they can. What is in the warehouse then is what
// an undisturbed collection leaves, byte for byte.
func TestFaults(t *testing.T) {
	still := map[string]site.Faults{
		"server errors":     {Kinds: []site.Fault{site.ServerError}, Every: 5},
		"too many requests": {Kinds: []site.Fault{site.TooMany}, Every: 5},
		"secondary limits":  {Kinds: []site.Fault{site.Secondary}, Every: 5},
		"timeouts":          {Kinds: []site.Fault{site.Hang}, Every: 40, Pause: time.Second},
		"truncated bodies":  {Kinds: []site.Fault{site.Truncate}, Every: 5},
		"malformed bodies":  {Kinds: []site.Fault{site.Malformed}, Every: 5},
		"slow answers":      {Kinds: []site.Fault{site.Slow}, Every: 20, Pause: 20 * time.Millisecond},
		"clock skew":        {Skew: 47 * time.Minute},
	}
	tools, text := openTools(t)
	undisturbed := disturbed(t, tools, text, site.Faults{}, 1)
	for name, faults := range still {
		t.Run(name, func(t *testing.T) { compareExports(t, disturbed(t, tools, text, faults, 1), undisturbed) })
	}
	// What moves while it is read is found by the next collection; the company has moved on since then.
	for name, faults := range map[string]site.Faults{
		"items that move between pages": {Kinds: []site.Fault{site.Shift}, Every: 7, Step: 2 * time.Second},
		"everything at once": {
			Kinds:  []site.Fault{site.ServerError, site.TooMany, site.Secondary, site.Truncate, site.Malformed, site.Slow, site.Shift},
			Chance: 0.2, Seed: 9, Pause: 10 * time.Millisecond, Step: 2 * time.Second, Skew: -13 * time.Minute,
		},
	} {
		t.Run(name, func(t *testing.T) {
			tools, text := openTools(t)
			got := disturbed(t, tools, text, faults, 2)
			compareExports(t, got, disturbed(t, tools, text, site.Faults{}, 1))
		})
	}
}

// disturbed is what a collection leaves during which the tools misbehaved; the ones after it are left in peace.
func disturbed(t *testing.T, tools *site.Site, text []byte, faults site.Faults, collections int) (left map[string]string) {
	t.Helper()
	t.Run("collection", func(t *testing.T) { // whose end closes the warehouse
		w := warehousetest.Open(t)
		before := struck(tools)
		tools.Misbehave(faults)
		collectInto(t, w, text)
		tools.Misbehave(site.Faults{})
		if n := struck(tools) - before; n < 3 && len(faults.Kinds) > 0 {
			t.Fatalf("only %d answers went wrong: the test tests nothing", n)
		}
		for range collections - 1 {
			collectInto(t, w, text)
		}
		left = exported(t, w)
	})
	return left
}

// struck is how many answers went wrong until now.
func struck(tools *site.Site) (n int) {
	for _, of := range tools.Misbehaved() {
		n += of
	}
	return n
}

// compareExports tells of the first line of each file that differs.
func compareExports(t *testing.T, got, want map[string]string) {
	t.Helper()
	if len(want) < 11 {
		t.Fatalf("only %d kinds of records were collected", len(want))
	}
	for name := range want {
		if got[name] == want[name] {
			continue
		}
		a, b := strings.Split(got[name], "\n"), strings.Split(want[name], "\n")
		for i := 0; i < min(len(a), len(b)); i++ {
			if a[i] != b[i] {
				t.Errorf("%s: %d lines, want %d; line %d is\n%s\nwant\n%s", name, len(a), len(b), i+1, a[i], b[i])
				break
			}
		}
		if len(a) != len(b) {
			t.Errorf("%s: %d lines, want %d", name, len(a), len(b))
		}
	}
}

// collectKills is how many collections are killed; a data directory sees at most so many of them in a row, each going on where
// the last was killed.
const (
	collectKills = 50
	killsInARow  = 10
)

// TestKilledCollections kills back-fills with -9 at random moments. Run again, a collection leaves what an undisturbed one
// leaves, byte for byte.
func TestKilledCollections(t *testing.T) {
	tools, text := openTools(t)
	tools.Misbehave(site.Faults{Kinds: []site.Fault{site.Slow}, Every: 1, Pause: 15 * time.Millisecond}) // for more to be killed in
	vendors, _, cut := strings.Cut(string(text), "  - name: business figures")                           // a folder is waited for until it is still
	if !cut {
		t.Fatal("the demo's sources have changed")
	}
	p := newPlace(t)
	p.write("weir.yaml", vendors)
	records := func(dir string) map[string]string {
		contents := p.contents(dir)
		delete(contents, answersName)
		return contents
	}
	start := time.Now()
	p.succeed("sync", "--data-dir", "undisturbed")
	took := min(time.Since(start), 6*time.Second) // a busy machine need not be waited for
	want := records("undisturbed")
	if len(want) < 11 {
		t.Fatalf("only %d kinds of records were collected", len(want))
	}
	random := rand.New(rand.NewPCG(50, 9))
	killed := 0
	for round := 0; killed < collectKills; round++ {
		dir := filepath.Join("round", strconv.Itoa(round))
		for range killsInARow {
			// Together they reach the end, however early each of them is.
			moment := time.Duration((0.05 + 0.45*random.Float64()) * float64(took))
			if !p.kill(moment, "sync", "--data-dir", dir) {
				break // there is nothing left to kill
			}
			killed++
			t.Logf("kill %d in %s after %s of %s", killed, dir, moment.Round(time.Millisecond), took.Round(time.Millisecond))
		}
		p.succeed("sync", "--data-dir", dir)
		compareContents(t, dir, records(dir), want)
		if err := os.RemoveAll(filepath.Join(p.dir, dir)); err != nil {
			t.Fatal(err)
		}
		if round > collectKills {
			t.Fatalf("only %d of the collections were still running when they were to be killed", killed)
		}
	}
	t.Logf("%d collections were killed, an undisturbed one took %s", killed, took.Round(time.Millisecond))
}

// kill starts the program and kills it after a while. It says whether it was still running; by itself it must not fail.
func (p *place) kill(after time.Duration, args ...string) bool {
	p.t.Helper()
	cmd := p.command(args...)
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	time.Sleep(after)
	_ = cmd.Process.Kill() // where it has ended already, its status tells
	_ = cmd.Wait()
	status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if !ok {
		p.t.Fatalf("%v says nothing of signals", cmd.ProcessState)
	}
	if !status.Signaled() && status.ExitStatus() != 0 {
		p.t.Fatalf("weir %s failed by itself with status %d", strings.Join(args, " "), status.ExitStatus())
	}
	return status.Signaled()
}

// TestReplayedCompany: what was kept of the company's tools is collected again from the disk, by the same collectors, without
// a request, and ends in the same records; records that no answer explains are removed.
func TestReplayedCompany(t *testing.T) {
	tools, text := openTools(t)
	w := warehousetest.Open(t)
	var c configuration
	if err := c.parse("weir.yaml", append(text, "collection: {keep_answers: 24h}\n"...)); err != nil {
		t.Fatal(err)
	}
	in := surroundings{
		dataDir: t.TempDir(), access: access.Options{Clock: hurried{}},
		importer: func(ctx context.Context, o files.ImportOptions) (files.ImportResult, error) {
			return files.Import(ctx, w, o)
		},
	}
	f, err := c.fleet(in, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	// Between any two looks at the clock a second goes by: what a run asks for may depend on its beginning only.
	var looks atomic.Int64
	f.options.Now = func() time.Time { return time.Now().Add(time.Duration(looks.Add(1)) * time.Second) }
	runner, err := collectors.New(w, f.sources, f.options)
	if err != nil {
		t.Fatal(err)
	}
	tools.Misbehave(site.Faults{Kinds: []site.Fault{site.Shift}, Every: 9, Step: 2 * time.Second}) // so that the second run has something to tell
	for range 2 {
		if err := runner.Collect(t.Context(), collectors.Order{}); err != nil {
			t.Fatal(err)
		}
	}
	tools.Misbehave(site.Faults{})
	want, asked := exported(t, w), tools.Requests()
	for _, source := range f.sources {
		if source.Kind == "files" {
			continue // is no vendor
		}
		stray := warehouse.Incident{ID: "stray-" + source.Name, StartedAt: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Provenance: warehouse.Provenance{Source: source.Name}}
		if err := w.Write(t.Context(), warehouse.Records{Incidents: []warehouse.Incident{stray}}); err != nil {
			t.Fatal(err)
		}
		configured, err := c.sourceNamed(source.Name)
		if err != nil {
			t.Fatal(err)
		}
		k, err := configured.chosen(in)
		if err != nil {
			t.Fatal(err)
		}
		replay := collectors.Replay{Store: w, Archive: f.options.Archive, Source: source.Name, Log: slog.New(slog.DiscardHandler), New: k.make}
		result, err := replay.Run(t.Context())
		if err != nil || result.Runs < 1 || result.Deleted["incidents"] != 1 {
			t.Errorf("%s: %+v, %v", source.Name, result, err)
		}
	}
	compareExports(t, exported(t, w), want)
	for what, n := range tools.Requests() {
		if asked[what] != n {
			t.Errorf("the replay asked %s", what)
		}
	}
}
