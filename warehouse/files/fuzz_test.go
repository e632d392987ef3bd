package files

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/weirhq/weir/warehouse"
)

// FuzzNDJSON: no line panics; a line that is accepted is JSON to jsontext too, and reads the same when written again.
func FuzzNDJSON(f *testing.F) {
	for _, seed := range []string{
		`{"key":"A-1","created_at":"2026-03-02T10:00:00Z","labels":["a b",""],"estimate":-0.5e-3}`,
		`{"key":"\ud83d\ude00\u0000\"","created_at":"2026-03-02 10:00:00.123","labels":[],"estimate":null}`,
		`{"key":"A","created_at":"2026-03-02T10:00:00Z","estimate":01}`, `{"key":"\ud800","created_at":"2026-03-02T10:00:00Z"}`,
		`{"key":"A","key":"B"}`, ` { } `, `{`, `[]`, `{"key":"A","created_at":"2026-03-02T10:00:00Z",}`, `{"labels":["a",]}`, "{\"key\":\"\xff\"}", "",
	} {
		f.Add(seed)
	}
	table := warehouse.TableByName("tickets")
	f.Fuzz(func(t *testing.T, line string) {
		if strings.Contains(line, "\n") {
			return // two lines
		}
		batch := warehouse.NewBatch(table, 0)
		p := &ndjsonParser{rows: newRows(batch)}
		p.suspect = !utf8.ValidString(line)
		ok, _, reason := p.parse(line, 1)
		if !ok {
			if reason == "" && strings.Trim(line, " \t\r") != "" {
				t.Fatalf("%q was passed over in silence", line)
			}
			return
		}
		if !jsontext.Value(line).IsValid() {
			t.Fatalf("%q was accepted, but is not JSON", line)
		}
		rewrite(t, batch, p, func(dst []byte) []byte { dst, _ = appendNDJSON(dst, batch, 0); return dst })
	})
}

// rewrite parses what was written for the batch's only row and compares.
func rewrite(t *testing.T, batch *warehouse.Batch, p rowParser, write func([]byte) []byte) {
	t.Helper()
	text := strings.TrimSuffix(string(write(nil)), "\n")
	if ok, field, reason := p.parse(text, 2); !ok {
		t.Fatalf("%q was written, but not accepted again: %s %s", text, field, reason)
	}
	if rows := written(batch); rows[0] != rows[1] {
		t.Fatalf("%q reads as %q, want %q", text, rows[1], rows[0])
	}
}

// FuzzCSV: no record panics; records are split as encoding/csv splits them (but CR LF within quotes is kept), and one that
// is accepted reads the same when written again.
func FuzzCSV(f *testing.F) {
	for _, seed := range []string{
		`shop,orders,2026-03-02 10:00:00,12`, `"sh""op","or,ders",2026-03-02T10:00:00+02:00,"1e3"`, "\"a\nb\",c,1970-01-01T00:00:00Z,-0",
		`a"b,c,d,e`, `"a"b,c,d,e`, `"a`, `,,,`, "", `""`, `"",""`, "a,b,2026-03-02 10:00:00,0.1\r", "\xff,b,2026-03-02 10:00:00,1",
	} {
		f.Add(seed)
	}
	table := warehouse.TableByName("signals")
	header, _, reason := parseHeader("product,name,at,value", table)
	if reason != "" {
		f.Fatal(reason)
	}
	f.Fuzz(func(t *testing.T, text string) {
		eachRecord(CSV, text, 1, func(record string, _ int) {
			compareSplit(t, record)
			batch := warehouse.NewBatch(table, 0)
			p := &csvParser{rows: newRows(batch), header: header}
			p.suspect = !utf8.ValidString(record)
			if ok, _, _ := p.parse(record, 1); !ok {
				return
			}
			// All columns are written, so that they are read with a header of all columns.
			p.header, _, _ = parseHeader(strings.Join(table.ColumnNames(), ","), table)
			rewrite(t, batch, p, func(dst []byte) []byte { dst, _ = appendCSV(dst, batch, 0); return dst })
		})
	})
}

func compareSplit(t *testing.T, record string) {
	t.Helper()
	if record == "" || strings.Contains(record, "\r") {
		return // encoding/csv skips the one, and changes the other
	}
	got, reason := splitRecord(record, nil)
	reader := csv.NewReader(strings.NewReader(record))
	want, err := reader.Read()
	if (err == nil) != (reason == "") {
		t.Fatalf("%q: reason %q, encoding/csv says %v", record, reason, err)
	}
	if err == nil && !slices.Equal(got, want) {
		t.Fatalf("%q: got %q, want %q", record, got, want)
	}
}
