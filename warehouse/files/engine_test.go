package files

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// contents shows every record of a warehouse, by table, as canonical NDJSON.
func contents(tb testing.TB, w *warehouse.Warehouse) map[string][]string {
	tb.Helper()
	all := map[string][]string{}
	for _, t := range warehouse.Tables() {
		err := w.ReadTable(tb.Context(), t, func(b *warehouse.Batch) error {
			all[t.Name] = append(all[t.Name], written(b)...)
			return nil
		})
		if err != nil {
			tb.Fatal(err)
		}
	}
	return all
}

func sameContents(a, b map[string][]string) bool { return maps.EqualFunc(a, b, slices.Equal[[]string]) }

// writeFiles writes files by name and text into a directory of the test.
func writeFiles(tb testing.TB, namesAndTexts ...string) string {
	tb.Helper()
	dir := tb.TempDir()
	for i := 0; i < len(namesAndTexts); i += 2 {
		if err := os.WriteFile(filepath.Join(dir, namesAndTexts[i]), []byte(namesAndTexts[i+1]), 0o666); err != nil {
			tb.Fatal(err)
		}
	}
	return dir
}

func TestImport(t *testing.T) {
	w := warehousetest.Open(t)
	dir := writeFiles(t, "LICENCE", "",
		"signals.csv", "product,name,at,value\nshop,orders,2026-03-02 00:00:00,1\nshop,orders,2026-03-02T01:00:00+01:00,2\nshop,orders,2026-03-03 00:00:00,3\n",
		"tickets.ndjson", `{"key":"A-1","created_at":"2026-03-02T10:00:00Z","title":"new","updated_at":"2026-03-04T00:00:00Z"}
{"key":"A-1","created_at":"2026-03-02T10:00:00Z","title":"old","updated_at":"2026-03-03T00:00:00Z"}
`)
	var steps []Progress
	got, err := Import(t.Context(), w, ImportOptions{Paths: []string{dir}, Progress: func(p Progress) { steps = append(steps, p) }})
	if err != nil {
		t.Fatal(err)
	}
	if got.Files != 2 || got.Rows != 5 || len(got.NotRead) != 1 || got.Tables["signals"] != (warehouse.LoadCount{Staged: 3, Written: 2, Unchanged: 1}) {
		t.Errorf("got %+v", got)
	}
	want := map[string][]string{
		"signals": {`{"product":"shop","name":"orders","at":"2026-03-02T00:00:00Z","value":2}`, `{"product":"shop","name":"orders","at":"2026-03-03T00:00:00Z","value":3}`},
		"tickets": {`{"key":"A-1","title":"new","created_at":"2026-03-02T10:00:00Z","updated_at":"2026-03-04T00:00:00Z"}`},
	}
	if all := contents(t, w); !sameContents(all, want) {
		t.Errorf("got  %q\nwant %q", all, want)
	}
	if last := steps[len(steps)-1]; steps[0].Phase != Reading || steps[0].Total != got.Bytes || last.Phase != Writing || last.Done != last.Total {
		t.Errorf("progress went from %+v to %+v", steps[0], last)
	}
	again, err := Import(t.Context(), w, ImportOptions{Paths: []string{dir}})
	if err != nil || again.Tables["signals"].Written+again.Tables["tickets"].Written != 0 {
		t.Errorf("the same import again: %+v, %v", again, err)
	}
	if all := contents(t, w); !sameContents(all, want) {
		t.Errorf("after the same import again: %q", all)
	}
}

func TestTheFirstAndTheLastTimeSurvive(t *testing.T) {
	w := warehousetest.Open(t)
	dir := writeFiles(t, "ticket_links.csv", "ticket,kind,target,since\na,blocks,b,1970-01-01 00:00:00\na,blocks,c,2261-12-31 23:59:59.999\n")
	if _, err := Import(t.Context(), w, ImportOptions{Paths: []string{dir}}); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, row := range contents(t, w)["ticket_links"] {
		_, since, _ := strings.Cut(row, `"since":`)
		got = append(got, since)
	}
	if want := []string{`"1970-01-01T00:00:00Z"}`, `"2261-12-31T23:59:59.999Z"}`}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestArrivalIsTheOrderGiven(t *testing.T) {
	w := warehousetest.Open(t)
	var rows strings.Builder
	for i := range 30000 {
		fmt.Fprintf(&rows, "shop,orders,2026-03-02 00:00:00,%d\n", i)
	}
	first := writeFiles(t, "signals.csv", "product,name,at,value\n"+rows.String())
	second := writeFiles(t, "signals.ndjson", `{"product":"shop","name":"orders","at":"2026-03-02 00:00:00","value":-1}`)
	for _, c := range []struct {
		paths []string
		want  string
	}{
		{[]string{first, second}, "-1"},
		{[]string{second, first}, "29999"},
	} {
		if _, err := Import(t.Context(), w, ImportOptions{Paths: c.paths}); err != nil {
			t.Fatal(err)
		}
		want := []string{`{"product":"shop","name":"orders","at":"2026-03-02T00:00:00Z","value":` + c.want + `}`}
		if got := contents(t, w)["signals"]; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestBadRowsWriteNothingOrAreRejected(t *testing.T) {
	w := warehousetest.Open(t)
	dir := writeFiles(t, "signals.csv", signalRows(50, 7, 9), "tickets.ndjson", `{"key":"A-1","created_at":"2026-03-02T10:00:00Z"}`)
	commits := commitsFile(t, NDJSON, true, 70000) // more than a batch: staged before the first bad row is found
	_, err := Import(t.Context(), w, ImportOptions{Paths: []string{commits, dir}})
	var refused *Refused
	if !errors.As(err, &refused) || len(refused.Errors) != 2 || refused.More {
		t.Errorf("got %v", err)
	}
	if all := contents(t, w); len(all) != 0 {
		t.Errorf("a refused import wrote %q", all)
	}
	var left []struct {
		Name string `ch:"name"`
	}
	if err := w.Select(t.Context(), &left, "SELECT name FROM system.tables WHERE startsWith(name, 'staging')", nil); err != nil || len(left) != 0 {
		t.Errorf("a refused import left %v behind (%v)", left, err)
	}
	var rejects bytes.Buffer
	got, err := Import(t.Context(), w, ImportOptions{Paths: []string{dir}, Rejects: &rejects})
	if err != nil || got.Rejected != 2 || strings.Count(rejects.String(), "\n") != 2 {
		t.Errorf("got %+v, %v, %q", got, err, rejects.String())
	}
	if all := contents(t, w); len(all["signals"]) != 48 || len(all["tickets"]) != 1 {
		t.Errorf("with rejects, %d signals and %d tickets were written; want 48 and 1", len(all["signals"]), len(all["tickets"]))
	}
}

func TestCancelledImportWritesNothing(t *testing.T) {
	w := warehousetest.Open(t)
	dir := writeFiles(t, "signals.csv", signalRows(100000))
	ctx, cancel := context.WithCancel(t.Context())
	_, err := Import(ctx, w, ImportOptions{Paths: []string{dir}, Progress: func(Progress) { cancel() }})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if all := contents(t, w); len(all) != 0 {
		t.Errorf("it wrote %d signals", len(all["signals"]))
	}
}

// TestExportAndImportAgainIsTheIdentity takes random records through every format, plain and gzipped.
func TestExportAndImportAgainIsTheIdentity(t *testing.T) {
	w := warehousetest.Open(t)
	random := rapid.Custom(func(t *rapid.T) map[string]string {
		texts := map[string]string{}
		for _, table := range warehouse.Tables() {
			b := warehouse.NewBatch(table, 0)
			for i := range rapid.IntRange(1, 12).Draw(t, "rows") {
				appendRandomRow(t, b, spaceless(), uint64(i))
			}
			texts[FileName(table, NDJSON, false)] = asFile(t, b, NDJSON)
		}
		return texts
	})
	for seed := range 4 {
		var namesAndTexts []string
		for name, text := range random.Example(seed) {
			namesAndTexts = append(namesAndTexts, name, text)
		}
		if _, err := Import(t.Context(), w, ImportOptions{Paths: []string{writeFiles(t, namesAndTexts...)}}); err != nil {
			t.Fatal(err)
		}
	}
	want := contents(t, w)
	for _, o := range []ExportOptions{{Format: CSV}, {Format: CSV, Gzip: true}, {Format: NDJSON}, {Gzip: true}} {
		t.Run(fmt.Sprintf("%s gzip %t", o.Format, o.Gzip), func(t *testing.T) {
			o.Dir = filepath.Join(t.TempDir(), "new", "folder")
			files, err := Export(t.Context(), w, o)
			if err != nil || len(files) != len(warehouse.Tables()) {
				t.Fatalf("exported %v, %v", files, err)
			}
			emptyAll(t, w)
			if _, err := Import(t.Context(), w, ImportOptions{Paths: []string{o.Dir}}); err != nil {
				t.Fatal(err)
			}
			if got := contents(t, w); !sameContents(got, want) {
				t.Errorf("got  %q\nwant %q", got, want)
			}
		})
	}
}

// emptyAll stands in for a second, empty warehouse: only one engine lives in a process.
func emptyAll(t *testing.T, w *warehouse.Warehouse) {
	t.Helper()
	for _, table := range warehouse.Tables() {
		if err := w.Exec(t.Context(), "TRUNCATE TABLE "+table.Name, nil); err != nil {
			t.Fatal(err)
		}
	}
	if left := contents(t, w); len(left) != 0 {
		t.Fatalf("not empty: %v", left)
	}
}

func TestExport(t *testing.T) {
	w := warehousetest.Open(t)
	dir := writeFiles(t, "signals.csv", signalRows(3), "tickets.ndjson", `{"key":"A-1","created_at":"2026-03-02T10:00:00Z","labels":["good first issue"]}`)
	if _, err := Import(t.Context(), w, ImportOptions{Paths: []string{dir}}); err != nil {
		t.Fatal(err)
	}
	entries := func(dir string) (names []string) {
		list, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range list {
			names = append(names, e.Name())
		}
		return names
	}
	to := t.TempDir()
	for _, c := range []struct {
		name string
		o    ExportOptions
		want []string // in the directory afterwards
		err  string
	}{
		{"a list that CSV cannot hold", ExportOptions{Format: CSV}, nil, `labels has the value "good first issue" with a space in it`},
		{"chosen tables, an empty one too", ExportOptions{Format: CSV, Tables: []string{"reviews", "signals"}}, []string{"reviews.csv", "signals.csv"}, ""},
		{"a directory with record files", ExportOptions{}, []string{"reviews.csv", "signals.csv"}, "has record files already (reviews.csv, signals.csv)"},
		{"failing to overwrite keeps what is there", ExportOptions{Format: CSV, Overwrite: true}, []string{"reviews.csv", "signals.csv"}, "export as ndjson"},
		{"overwriting one table", ExportOptions{Gzip: true, Tables: []string{"signals"}, Overwrite: true}, []string{"reviews.csv", "signals.ndjson.gz"}, ""},
		{"overwriting all", ExportOptions{Overwrite: true}, []string{"signals.ndjson", "tickets.ndjson"}, ""},
		{"an unknown table", ExportOptions{Tables: []string{"signal"}, Overwrite: true}, []string{"signals.ndjson", "tickets.ndjson"}, "did you mean signals?"},
		{"an unknown format", ExportOptions{Format: "xml", Overwrite: true}, []string{"signals.ndjson", "tickets.ndjson"}, "csv or ndjson"},
	} {
		c.o.Dir = to
		_, err := Export(t.Context(), w, c.o)
		if (err != nil) != (c.err != "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.err)
		}
		if got := entries(to); !slices.Equal(got, c.want) {
			t.Errorf("%s: the directory has %q, want %q", c.name, got, c.want)
		}
	}
	text, err := os.ReadFile(filepath.Join(to, "signals.ndjson"))
	if want := `{"product":"shop","name":"orders","at":"2026-03-02T10:00:00Z","value":1}` + "\n"; err != nil || !strings.HasPrefix(string(text), want) {
		t.Errorf("signals.ndjson is %q, %v; want it to begin with %q", text, err, want)
	}
}
