package files

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/weirhq/weir/warehouse"
)

// oddText draws texts with everything that a format has to escape.
func oddText() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		pieces := rapid.SliceOfN(rapid.OneOf(
			rapid.SampledFrom([]string{"a", "\"", "\"\"", ",", "\n", "\r", "\r\n", "\\", "\\u0041", " ", "\t", "\x00", "\x1f", "\x7f", "é", "😀", "\u2028", "\uFEFF", "\uFFFD", "e\u0301", "{", "}", "null"}),
			rapid.StringN(1, 5, -1),
		), 1, 6).Draw(t, "pieces")
		return strings.ToValidUTF8(strings.Join(pieces, ""), "?")
	})
}

// spaceless draws the values of lists as CSV can hold them.
func spaceless() *rapid.Generator[string] {
	return rapid.Map(oddText(), func(s string) string { return strings.ReplaceAll(s, " ", "_") })
}

// appendRandomRow adds a row that obeys the contract. list draws the values of lists.
func appendRandomRow(t *rapid.T, b *warehouse.Batch, list *rapid.Generator[string], arrival uint64) {
	instant := func(name string) time.Time {
		const last = 9214646399999 // 2261-12-31T23:59:59.999Z in ms
		return time.UnixMilli(rapid.Int64Range(0, last).Draw(t, name)).UTC()
	}
	for i, c := range b.Table.Columns {
		optional := !c.Required && !c.Key && c.Default == "" && c.Name != "finished_at"
		if optional && rapid.Bool().Draw(t, "unknown "+c.Name) {
			b.AppendNull(i)
			continue
		}
		switch c.Type {
		case warehouse.String:
			if len(c.Enum) > 0 {
				b.AppendString(i, rapid.SampledFrom(c.Enum).Draw(t, c.Name))
			} else {
				b.AppendString(i, oddText().Draw(t, c.Name))
			}
		case warehouse.Time:
			b.AppendTime(i, instant(c.Name))
		case warehouse.Int:
			b.AppendInt(i, rapid.Int64().Draw(t, c.Name))
		case warehouse.Float:
			b.AppendFloat(i, rapid.Float64Range(-math.MaxFloat64, math.MaxFloat64).Draw(t, c.Name))
		case warehouse.Bool:
			b.AppendBool(i, rapid.Bool().Draw(t, c.Name))
		case warehouse.Strings:
			b.AppendStrings(i, rapid.SliceOfN(list, 0, 3).Draw(t, c.Name))
		}
	}
	b.EndRow(arrival)
}

// asFile writes a batch as the export does.
func asFile(t *rapid.T, b *warehouse.Batch, format Format) string {
	var out []byte
	row := appendNDJSON
	if format == CSV {
		out, row = appendHeader(nil, b.Table), appendCSV
	}
	for i := range b.Rows() {
		var err error
		if out, err = row(out, b, i); err != nil {
			t.Fatalf("write %s: %v", format, err)
		}
	}
	return string(out)
}

// read parses a file's text, cut into chunks of about the size given.
func read(t *rapid.T, table *warehouse.Table, format Format, text string, chunkSize int) ([]string, []string) {
	s := source{path: FileName(table, format, false), table: table, format: format}
	c := newCutter(s, limits{chunk: chunkSize, record: 1 << 20}, func(int) {}, strings.NewReader(text))
	var header *csvHeader
	if format == CSV {
		var err error
		if header, err = readHeader(c); err != nil {
			t.Fatalf("%v in %q", err, text)
		}
	}
	var rows, faults []string
	for {
		text, line, err := c.next()
		if err != nil {
			return rows, faults
		}
		batch := warehouse.NewBatch(table, 0)
		out := parseChunk(chunk{source: &s, header: header, text: text, line: line}, batch, math.MaxInt)
		rows = append(rows, written(batch)...)
		for _, r := range out.faults {
			faults = append(faults, r.fault.Error())
		}
	}
}

// TestBothFormatsReadTheSame: rows written as CSV and as NDJSON are read again as the same rows, whatever the chunks.
func TestBothFormatsReadTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table := rapid.SampledFrom(warehouse.Tables()).Draw(t, "table")
		want := warehouse.NewBatch(table, 0)
		for i := range rapid.IntRange(1, 5).Draw(t, "rows") {
			appendRandomRow(t, want, spaceless(), uint64(i))
		}
		chunkSize := rapid.IntRange(4, 400).Draw(t, "chunk")
		for _, format := range []Format{CSV, NDJSON} {
			text := asFile(t, want, format)
			got, faults := read(t, table, format, text, chunkSize)
			if len(faults) > 0 || !slices.Equal(got, written(want)) {
				t.Fatalf("%s %q\nread as %q\nwant    %q\nfaults %q", format, text, got, written(want), faults)
			}
		}
	})
}

// TestChunksDoNotMatter: where a file is cut changes neither its rows nor its faults, however broken it is.
func TestChunksDoNotMatter(t *testing.T) {
	piece := rapid.SampledFrom([]string{"a", "b,c", ",", "\"", "\"\"", "\n", "\r\n", "\r", "a,b,2026-03-02 10:00:00,1\n", "\"a\n\",b,2026-03-02 10:00:00,1\n",
		"a,\"b\",2026-03-02 10:00:00,1\r\n", "a,b,2026-03-02 10:00:00,\"x\"\n", "a\"b,b,2026-03-02 10:00:00,1\n", "\xff", "{}\n",
		`{"product":"p","name":"n","at":"2026-03-02 10:00:00","value":1}` + "\n", `{"product":"p",`})
	rapid.Check(t, func(t *rapid.T) {
		table := warehouse.TableByName("signals")
		text := strings.Join(rapid.SliceOf(piece).Draw(t, "pieces"), "")
		format := rapid.SampledFrom([]Format{CSV, NDJSON}).Draw(t, "format")
		if format == CSV {
			text = "product,name,at,value\n" + text
		}
		wantRows, wantFaults := read(t, table, format, text, 1<<20)
		rows, faults := read(t, table, format, text, rapid.IntRange(4, 100).Draw(t, "chunk"))
		if !slices.Equal(rows, wantRows) || !slices.Equal(faults, wantFaults) {
			t.Fatalf("%q cut: %q, %q\nwhole: %q, %q", text, rows, faults, wantRows, wantFaults)
		}
	})
}
