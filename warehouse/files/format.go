package files

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/weirhq/weir/warehouse"
)

// appendRow writes one row of a batch in a format, with its line end.
type appendRow func(dst []byte, b *warehouse.Batch, row int) ([]byte, error)

// appendHeader writes the header row of a CSV file.
func appendHeader(dst []byte, t *warehouse.Table) []byte {
	return append(append(dst, strings.Join(t.ColumnNames(), ",")...), '\n')
}

// appendCSV writes a row as CSV: all columns in the contract's order, empty where unknown.
func appendCSV(dst []byte, b *warehouse.Batch, row int) ([]byte, error) {
	for col, c := range b.Table.Columns {
		if col > 0 {
			dst = append(dst, ',')
		}
		switch c.Type {
		case warehouse.String:
			dst = appendCSVText(dst, b.String(col, row))
		case warehouse.Strings:
			list, err := joinList(b.Strings(col, row))
			if err != nil {
				return dst, fmt.Errorf("%s cannot be written as CSV, because %s %w: export as ndjson, which keeps such values", b.Table.Name, c.Name, err)
			}
			dst = appendCSVText(dst, list)
		default:
			dst, _ = appendScalar(dst, b, col, row)
		}
	}
	return append(dst, '\n'), nil
}

// joinList writes a list as CSV has it, if that can be read again as the same list.
func joinList(list []string) (string, error) {
	for _, v := range list {
		if v == "" {
			return "", fmt.Errorf("has a list with an empty value, and lists in CSV are separated by spaces")
		}
		if strings.Contains(v, " ") {
			return "", fmt.Errorf("has the value %s with a space in it, and lists in CSV are separated by spaces", quoted(v))
		}
	}
	return strings.Join(list, " "), nil
}

// appendCSVText writes a text, in quotes where it needs them.
func appendCSVText(dst []byte, s string) []byte {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	if !strings.ContainsAny(s, ",\"\r\n") {
		return append(dst, s...)
	}
	dst = append(dst, '"')
	for i := range len(s) {
		if s[i] == '"' {
			dst = append(dst, '"')
		}
		dst = append(dst, s[i])
	}
	return append(dst, '"')
}

// appendNDJSON writes a row as a JSON object on a line: the known columns in the contract's order.
func appendNDJSON(dst []byte, b *warehouse.Batch, row int) ([]byte, error) {
	dst = append(dst, '{')
	first := true
	for col, c := range b.Table.Columns {
		before := len(dst)
		if !first {
			dst = append(dst, ',')
		}
		dst = append(append(append(dst, '"'), c.Name...), '"', ':')
		var known bool
		switch c.Type {
		case warehouse.String:
			s := b.String(col, row)
			dst, known = appendText(dst, s), s != ""
		case warehouse.Strings:
			list := b.Strings(col, row)
			dst, known = appendList(dst, list), len(list) > 0
		case warehouse.Time:
			dst, known = appendScalar(append(dst, '"'), b, col, row)
			dst = append(dst, '"')
		default:
			dst, known = appendScalar(dst, b, col, row)
		}
		if !known {
			dst = dst[:before]
			continue
		}
		first = false
	}
	return append(dst, '}', '\n'), nil
}

func appendList(dst []byte, list []string) []byte {
	dst = append(dst, '[')
	for i, v := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendText(dst, v)
	}
	return append(dst, ']')
}

// appendScalar writes a time, number or boolean; nothing when it is unknown.
func appendScalar(dst []byte, b *warehouse.Batch, col, row int) (_ []byte, known bool) {
	switch b.Table.Columns[col].Type {
	case warehouse.Time:
		t, known := b.Time(col, row)
		if known {
			dst = appendMoment(dst, t)
		}
		return dst, known
	case warehouse.Int:
		n, known := b.Int(col, row)
		if known {
			dst = strconv.AppendInt(dst, n, 10)
		}
		return dst, known
	case warehouse.Float:
		n, known := b.Float(col, row)
		if known {
			dst = appendFloat(dst, n)
		}
		return dst, known
	default:
		return strconv.AppendBool(dst, b.Bool(col, row)), true
	}
}

// appendFloat writes the shortest digits that read as the same number, with an exponent only where there would be
// dozens of zeros.
func appendFloat(dst []byte, n float64) []byte {
	format := byte('f')
	if size := math.Abs(n); size != 0 && (size < 1e-6 || size >= 1e21) {
		format = 'e'
	}
	return strconv.AppendFloat(dst, n, format, -1, 64)
}
