package main

import (
	"bytes"
	"context"
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

func TestDrawStream(t *testing.T) {
	ctx := context.Background()
	r, q := streamFacts(t)
	var b bytes.Buffer
	v, err := r.ValueStream(ctx, q)
	if err != nil {
		t.Fatal(err)
	}
	drawStream(&b, v, q)
	b.WriteString("=\n")
	if err := writeStreamCSV(&b, v); err != nil {
		t.Fatal(err)
	}
	b.WriteString("=\n")
	a, err := r.WhatIf(ctx, metrics.WhatIf{StreamQuery: q, Changes: []metrics.StageChange{{Stage: "test", Wait: 0.5}}})
	if err != nil {
		t.Fatal(err)
	}
	drawWhatIf(&b, a, q)
	b.WriteString("=\n")
	if err := writeWhatIfCSV(&b, a); err != nil {
		t.Fatal(err)
	}
	b.WriteString("=\n")
	l, err := r.Streams(ctx)
	if err != nil {
		t.Fatal(err)
	}
	drawStreams(&b, l)
	b.WriteString("=\n")
	if err := writeStreamsCSV(&b, l); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []metrics.StreamKind{metrics.StreamDone, metrics.StreamOpen, metrics.StreamExcluded} {
		b.WriteString("=\n")
		asked := metrics.StreamItemsQuery{StreamQuery: q, Kind: kind}
		items, err := r.StreamItems(ctx, asked)
		if err != nil {
			t.Fatal(err)
		}
		drawStreamItems(&b, items, asked)
		if err := writeStreamItemsCSV(&b, items); err != nil {
			t.Fatal(err)
		}
	}
	t.Log(b.String())
}

var _ = slices.Concat[[]string]
var _ = strings.Contains
