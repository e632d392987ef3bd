package files

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/weirhq/weir/warehouse"
)

// csvHeader says which column of the table each value of a row is.
type csvHeader struct {
	columns []int // by position in the row
	absent  []int // the table's columns that the file has not
}

// parseHeader reads the first record of a CSV file. field and reason tell why the file is refused.
func parseHeader(record string, table *warehouse.Table) (header *csvHeader, field, reason string) {
	r := newRows(warehouse.NewBatch(table, 0))
	names, reason := splitRecord(record, nil)
	if reason != "" {
		return nil, "", "the header is broken: " + reason
	}
	if !utf8.ValidString(record) {
		return nil, "", "the header " + notUTF8
	}
	header = &csvHeader{}
	for _, name := range names {
		col := r.index(name)
		switch {
		case col < 0:
			reason = r.unknownName("column", name)
			if len(names) == 1 && strings.ContainsAny(name, ";\t|") {
				reason = "the header has a single column " + quoted(name) + ": columns are separated by commas"
			}
			return nil, name, reason
		case slices.Contains(header.columns, col):
			return nil, name, "the header names this column twice"
		}
		header.columns = append(header.columns, col)
	}
	for col := range r.columns {
		if slices.Contains(header.columns, col) {
			continue
		}
		c := &r.columns[col]
		if (c.Required || c.Key) && c.Default == "" {
			return nil, c.Name, "the column is required, but the header does not name it"
		}
		header.absent = append(header.absent, col)
	}
	return header, "", ""
}

// csvParser parses the records of CSV chunks into rows.
type csvParser struct {
	*rows
	header *csvHeader
	values []string
}

// parse reads one record. ok is false for a blank line, which is no row.
func (p *csvParser) parse(record string, arrival uint64) (ok bool, field, reason string) {
	if record == "" {
		return false, "", ""
	}
	p.values, reason = splitRecord(record, p.values[:0])
	if reason != "" {
		return false, "", reason
	}
	if len(p.values) != len(p.header.columns) {
		return false, "", fmt.Sprintf("the row has %d values, but the header %d columns", len(p.values), len(p.header.columns))
	}
	p.begin()
	for i, v := range p.values {
		if reason := p.text(p.header.columns[i], v); reason != "" {
			return false, p.names[p.header.columns[i]], reason
		}
	}
	for _, col := range p.header.absent {
		if reason := p.unset(col, missingRequired); reason != "" {
			return false, p.names[col], reason
		}
	}
	field, reason = p.end(arrival)
	return reason == "", field, reason
}

// splitRecord cuts one record, without its line end, into its values.
func splitRecord(record string, values []string) (_ []string, reason string) {
	if strings.IndexByte(record, '"') < 0 {
		for {
			value, rest, more := strings.Cut(record, ",")
			values = append(values, value)
			if !more {
				return values, ""
			}
			record = rest
		}
	}
	i := 0
	for {
		if i < len(record) && record[i] == '"' {
			value, after, reason := quotedValue(record, i)
			if reason != "" {
				return values, reason
			}
			values, i = append(values, value), after
		} else {
			end := strings.IndexByte(record[i:], ',')
			if end < 0 {
				end = len(record) - i
			}
			value := record[i : i+end]
			if strings.IndexByte(value, '"') >= 0 {
				return values, "a quote stands inside a value that does not begin with one: put the whole value in quotes and double those inside"
			}
			values, i = append(values, value), i+end
		}
		if i >= len(record) {
			return values, ""
		}
		i++ // the comma
	}
}

// quotedValue reads the value whose opening quote is at record[i]. after is where it ends: at a comma or the record's end.
func quotedValue(record string, i int) (value string, after int, reason string) {
	start := i + 1
	doubled := false
	for i = start; ; {
		quote := strings.IndexByte(record[i:], '"')
		if quote < 0 {
			return "", i, "a quote is opened, but never closed"
		}
		i += quote
		if i+1 < len(record) && record[i+1] == '"' {
			doubled = true
			i += 2
			continue
		}
		break
	}
	value = record[start:i]
	if doubled {
		value = strings.ReplaceAll(value, `""`, `"`)
	}
	i++
	if i < len(record) && record[i] != ',' {
		return "", i, "something stands between a closing quote and the next comma: double the quotes inside a value"
	}
	return value, i, ""
}

// csvRecordEnd finds the end of the record that text begins with: the index after its line feed, or -1 when it is not
// complete. A line feed in a quoted value is part of it. A record that is broken ends with the line that breaks it, so
// that one stray quote spoils one row and not the rest of the file.
func csvRecordEnd[T string | []byte](text T) int {
	i := 0
	for {
		if i < len(text) && text[i] == '"' {
			after, closed := skipQuoted(text, i+1)
			if !closed {
				return -1
			}
			i = after
			if text[i] == ',' {
				i++
				continue
			}
		} else {
			for i < len(text) && text[i] != ',' && text[i] != '\n' && text[i] != '"' {
				i++
			}
			if i < len(text) && text[i] == ',' {
				i++
				continue
			}
		}
		// The end of the record, or what breaks it: either way, the rest of this line.
		for i < len(text) && text[i] != '\n' {
			i++
		}
		if i == len(text) {
			return -1
		}
		return i + 1
	}
}

// skipQuoted goes past the quoted value whose text begins at i. closed is false when its end, or what follows it, is not
// there yet.
func skipQuoted[T string | []byte](text T, i int) (after int, closed bool) {
	for ; i < len(text); i++ {
		if text[i] != '"' {
			continue
		}
		if i+1 == len(text) {
			return i, false
		}
		if text[i+1] != '"' {
			return i + 1, true
		}
		i++
	}
	return i, false
}
