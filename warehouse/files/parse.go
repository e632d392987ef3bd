package files

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/weirhq/weir/warehouse"
)

// outcome is what parsing a chunk gave, beside the rows in the batch.
type outcome struct {
	good      uint64
	bad       uint64
	faults    []reject // the first of the bad rows, or all of them when they are kept
	wholeFile bool     // the fault is of the file, not of a row
}

// reject is a bad row.
type reject struct {
	fault *Error
	row   string // its text as it stands in the file
}

// rowParser parses one record of either format into its batch.
type rowParser interface {
	parse(record string, arrival uint64) (ok bool, field, reason string)
}

// parseChunk adds the good rows of a chunk to the batch. Of the bad ones it keeps as many as keep says.
func parseChunk(c chunk, batch *warehouse.Batch, keep int) outcome {
	var (
		out    outcome
		parser rowParser
		rows   = newRows(batch)
	)
	rows.origin = c.origin
	rows.suspect = !utf8.ValidString(c.text)
	if c.source.format == CSV {
		parser = &csvParser{rows: rows, header: c.header}
	} else {
		parser = &ndjsonParser{rows: rows}
	}
	eachRecord(c.source.format, c.text, c.line, func(record string, line int) {
		before := batch.Rows()
		ok, field, reason := parser.parse(record, c.arrival+uint64(line-c.line))
		if ok {
			out.good++
		}
		if reason == "" {
			return
		}
		batch.Truncate(before)
		out.bad++
		if len(out.faults) < keep {
			field = strings.ToValidUTF8(field, "\uFFFD")
			out.faults = append(out.faults, reject{&Error{File: c.source.path, Line: line, Field: field, Reason: reason}, record})
		}
	})
	return out
}

// Parse reads the lines of an NDJSON text as records of one kind, by the rules of the import. The name stands for the file
// in what is said of its faults, which come back as *Refused, all of them.
func Parse(table *warehouse.Table, name, text string) (warehouse.Records, error) {
	batch := warehouse.NewBatch(table, strings.Count(text, "\n")+1)
	out := parseChunk(chunk{source: &source{path: name, table: table, format: NDJSON}, text: text, line: 1}, batch, len(text)+1)
	if len(out.faults) == 0 {
		return batch.Records(), nil
	}
	refused := &Refused{}
	for _, r := range out.faults {
		refused.Errors = append(refused.Errors, r.fault)
	}
	return warehouse.Records{}, refused
}

// TableNamed finds a kind of records by its name; for a name that is none it says which was probably meant.
func TableNamed(name string) (*warehouse.Table, error) {
	if t := warehouse.TableByName(name); t != nil {
		return t, nil
	}
	var names []string
	for _, t := range warehouse.Tables() {
		names = append(names, t.Name)
	}
	if right := meant(name, names); right != "" {
		return nil, fmt.Errorf("there are no records called %s: did you mean %s?", quoted(name), right)
	}
	return nil, fmt.Errorf("there are no records called %s; there are %s", quoted(name), strings.Join(names, ", "))
}
