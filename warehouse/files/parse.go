package files

import (
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
