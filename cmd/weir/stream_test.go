package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir/metrics"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// streamFacts is a reader of the facts that package metrics calculates with, and the question about their week.
func streamFacts(t *testing.T) (*metrics.Reader, metrics.StreamQuery) {
	t.Helper()
	text, err := os.ReadFile("../../metrics/testdata/stream.sql")
	if err != nil {
		t.Fatal(err)
	}
	w := warehousetest.Open(t)
	if err := w.Script(context.Background(), string(text), nil); err != nil {
		t.Fatal(err)
	}
	day := func(d int) time.Time { return time.Date(2026, 3, d, 0, 0, 0, 0, time.UTC) }
	r := metrics.NewReader(w, metrics.ReaderConfiguration{Now: func() time.Time { return day(10) }})
	return r, metrics.StreamQuery{Stream: metrics.DefaultStream, From: day(2), To: day(9)}
}

func has(t *testing.T, what, text string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(text, want) {
			t.Errorf("%s has no %q:\n%s", what, want, text)
		}
	}
}

func TestStreamTables(t *testing.T) {
	ctx := context.Background()
	r, q := streamFacts(t)
	var b bytes.Buffer
	v, err := r.ValueStream(ctx, q)
	if err != nil {
		t.Fatal(err)
	}
	drawStream(&b, v, q)
	has(t, "the map", b.String(), "The value stream: 2 items done, 2 open now\ndelivery, 2026-03-02 to 2026-03-09 (UTC)\n", "lead time     2  28 h 30 min",
		"activity ratio 40.4 %, rolled %C&A 80.0 %, scrap rate 50.0 %", "Development  payments  2  8 h 30 min", "Databases    dba       0     no data",
		"constraint: items wait longest in Test\nwork grew most in Test\n", "blocked  waiting  1   10 h  17.5 %", "left out: 1 no start known")
	a, err := r.WhatIf(ctx, metrics.WhatIf{StreamQuery: q, Changes: []metrics.StageChange{{Stage: "test", Wait: 0.5}}})
	if err != nil {
		t.Fatal(err)
	}
	b.Reset()
	drawWhatIf(&b, a, q)
	has(t, "what-if", b.String(), "The value stream with 50.0 % of the wait in test\n", "the whole  before  2  28 h 30 min", "           after   2  21 h 30 min", "gain: 0.6 item-days, 0.6 a week")
	l, err := r.Streams(ctx)
	if err != nil {
		t.Fatal(err)
	}
	b.Reset()
	drawStreams(&b, l)
	has(t, "the list", b.String(), "From idea to shop (delivery), as configured", "Incidents (incidents), made from the data", "In Progress           development  active   working  name              2", `statuses that no rule knows: "等待中" (1 ticket)`)
	b.Reset()
	asked := metrics.StreamItemsQuery{StreamQuery: q, Kind: metrics.StreamOpen, Stage: "test"}
	items, err := r.StreamItems(ctx, asked)
	if err != nil {
		t.Fatal(err)
	}
	drawStreamItems(&b, items, asked)
	has(t, "the items", b.String(), "2 items open now\n", "T-6   An older one  payments  test   test  2026-02-27 09:00  6.6 d")
}

func TestStreamCSV(t *testing.T) {
	ctx := context.Background()
	r, q := streamFacts(t)
	v, err := r.ValueStream(ctx, q)
	if err != nil {
		t.Fatal(err)
	}
	a, err := r.WhatIf(ctx, metrics.WhatIf{StreamQuery: q, Changes: []metrics.StageChange{{Stage: "test", Wait: 0}}})
	if err != nil {
		t.Fatal(err)
	}
	l, err := r.Streams(ctx)
	if err != nil {
		t.Fatal(err)
	}
	items, err := r.StreamItems(ctx, metrics.StreamItemsQuery{StreamQuery: q, Kind: metrics.StreamExcluded})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what  string
		write func(io.Writer) error
		lines int
		has   string
	}{
		{"stages", func(w io.Writer) error { return writeStreamCSV(w, v) }, 1 + 4, "\ndevelopment,Development,development,payments,false,false,2,30600,"},
		{"returns", func(w io.Writer) error { return writeStreamCSV(w, v) }, 1 + 4, ",test:status:1\n"},
		{"what-if", func(w io.Writer) error { return writeWhatIfCSV(w, a) }, 1 + 2, "\n,2,102600,110700,113940,115560,117180,102600,2,52200,"}, // 33 − 18 and 24 − 10 h: 14.5 h
		{"statuses", func(w io.Writer) error { return writeStreamsCSV(w, l) }, 1 + 6, "\n,等待中,,,,unmapped,1\n"},
		{"items", func(w io.Writer) error { return writeStreamItemsCSV(w, items) }, 1 + 1, "\nT-4,ticket,,Nobody knows when,,payments,,,2026-03-04T12:00:00.000Z,2026-03-04T12:00:00.000Z,,,,0,no start known\n"},
	} {
		var b bytes.Buffer
		if err := c.write(&b); err != nil || strings.Count(b.String(), "\n") != c.lines || !strings.Contains(b.String(), c.has) {
			t.Errorf("%s: %v, %q\nwant %d lines and %q", c.what, err, b.String(), c.lines, c.has)
		}
	}
}

// The commands reach the warehouse and explain that nothing is known; wrong usage is found before it is opened.
func TestStreamCommands(t *testing.T) {
	p := newPlace(t)
	for args, want := range map[string]string{
		"whatif":                              "say what changes: --stage review --wait 50%",
		"whatif --stage review":               "--wait: say how much of the stage's wait stays",
		"whatif --wait 50%":                   "--stage: say which stage",
		"whatif --change review=lots":         `--change: "lots" is not a part of a wait`,
		"stream --from yesterday":             `"yesterday" is not a time`,
		"stream --environment live":           "has no flag --environment",
		"stream extra":                        "takes no argument",
		"stream-items --kind opn":             "did you mean open?",
		"streams --yaml --format json":        "leave out --format",
		"stream --server x --data-dir nodata": "leave out --data-dir",
	} {
		got := p.weir(strings.Fields(args)...)
		if got.status != exitUsage || !strings.Contains(got.stderr, want) || got.stdout != "" || strings.Count(got.stderr, "\n") != 1 {
			t.Errorf("weir %s: status %d, stdout %q, stderr %q; want %q", args, got.status, got.stdout, got.stderr, want)
		}
	}
	ask := func(args ...string) outcome { return p.succeed(slices.Concat(args, []string{"--data-dir", "data"})...) }
	has(t, "weir stream", ask("stream").stdout, "no item of delivery is known; import or collect some first", "no data")
	if got := ask("stream", "--format", "json").stdout; !strings.Contains(got, `"notes":["no item of delivery is known`) || strings.Count(got, "\n") != 1 {
		t.Errorf("got %q", got)
	}
	if got := ask("stream-items", "--format", "csv"); !strings.HasPrefix(got.stdout, "item,kind,class,") || !strings.Contains(got.stderr, "no item of delivery is known") {
		t.Errorf("got %q, %q", got.stdout, got.stderr)
	}
	if got := ask("streams", "--yaml").stdout; !strings.HasPrefix(got, "streams:") {
		t.Errorf("got %q", got)
	}
	if got := p.weir("whatif", "--stage", "reviw", "--wait", "0%", "--data-dir", "data"); got.status != exitUsage || !strings.Contains(got.stderr, `--stage: there is no stage "reviw"`) {
		t.Errorf("an unknown stage: %d, %q", got.status, got.stderr)
	}
}
