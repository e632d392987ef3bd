package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/weirhq/weir/metrics"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// handoffFacts is a reader of the handoffs that package metrics calculates with.
func handoffFacts(t *testing.T) *metrics.Reader {
	t.Helper()
	text, err := os.ReadFile("../../metrics/testdata/handoffs.sql")
	if err != nil {
		t.Fatal(err)
	}
	w := warehousetest.Open(t)
	if err := w.Script(context.Background(), string(text), nil); err != nil {
		t.Fatal(err)
	}
	return metrics.NewReader(w, metrics.ReaderConfiguration{Now: func() time.Time { return time.Date(2026, 3, 20, 12, 0, 0, 0, time.UTC) }})
}

// What is written of handoffs and of items, as tables and as CSV, is what testdata has.
func TestHandoffTables(t *testing.T) {
	r := handoffFacts(t)
	ctx := context.Background()
	var out, said bytes.Buffer
	p := &program{stdout: &out, stderr: &said}
	stream := metrics.StreamQuery{
		Stream: metrics.DefaultStream, From: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 3, 16, 0, 0, 0, 0, time.UTC),
	}
	question := func(between, every, format string, items bool) *handoffQuestion {
		return &handoffQuestion{streamQuestion: &streamQuestion{format: choice{value: format}}, between: choice{value: between}, every: choice{value: every}, items: items, limit: 3}
	}
	for _, format := range []string{"table", "csv"} {
		for _, q := range []*handoffQuestion{
			question("groups", "range", format, false), question("teams", "range", format, false), question("roles", "week", format, false), question("groups", "range", format, true),
		} {
			if q.every.value == "week" {
				q.fromGroup, q.toGroup = "development", "test"
			}
			if err := p.tellHandoffs(ctx, r, q, stream); err != nil {
				t.Fatal(err)
			}
			out.WriteString("\n=\n\n")
		}
		for _, item := range []string{"PAY-4", "PAY-6"} {
			timeline, err := r.Timeline(ctx, metrics.TimelineQuery{Item: item})
			if err != nil {
				t.Fatal(err)
			}
			if err := p.writeTimeline(timeline, time.UTC, format); err != nil {
				t.Fatal(err)
			}
			out.WriteString("\n=\n\n")
		}
	}
	// CSV has no room for a word, so the notes are told beside it.
	for _, note := range []string{"1 handoff within one team is not counted", "it is open"} {
		if !strings.Contains(said.String(), note) {
			t.Errorf("standard error lacks %q:\n%s", note, &said)
		}
	}
	const file = "testdata/handoffs.txt"
	if *update {
		if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(out.Bytes(), want) {
		t.Errorf("%s differs (run with -update and look at the difference):\n%s", file, &out)
	}
}

// The bars of neighbouring intervals do not overlap and leave no gap, and the shortest one can be seen.
func TestBarsTile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		var timeline metrics.Timeline
		for range rapid.IntRange(1, 12).Draw(t, "intervals") {
			end := at.Add(time.Duration(rapid.Int64Range(0, 1e6).Draw(t, "seconds")) * time.Second)
			timeline.Intervals = append(timeline.Intervals, metrics.TimelineInterval{Start: at, End: &end, Class: rapid.SampledFrom([]string{"active", "waiting"}).Draw(t, "class")})
			at = end
		}
		b := newBar(timeline, rapid.IntRange(1, 60).Draw(t, "width"))
		if width := displayWidth(b.whole(timeline.Intervals)); width != b.width {
			t.Fatalf("the whole bar is %d wide, want %d", width, b.width)
		}
		end := 0
		for _, i := range timeline.Intervals {
			text := b.of(i)
			from, to := displayWidth(text)-displayWidth(strings.TrimLeft(text, " ")), displayWidth(text)
			if from == to || to > b.width || from > end || from < end-1 {
				t.Fatalf("%q stands from %d to %d after %d, on a bar of %d", text, from, to, end, b.width)
			}
			end = to
		}
	})
}
