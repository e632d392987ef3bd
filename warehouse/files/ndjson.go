package files

import (
	"math/bits"
	"strings"
	"unicode/utf8"

	"github.com/weirhq/weir/warehouse"
)

// ndjsonParser parses the lines of NDJSON chunks into rows. Records are flat (text, numbers, booleans, lists of text),
// so it reads values straight into their columns, and can say of each what is wrong with it. (Reading the bare tokens with
// jsontext was measured to take longer than this takes for everything.) The tests compare what both accept.
type ndjsonParser struct {
	*rows
	line  string
	at    int
	order []int  // the columns in the order of the row before: the next row nearly always has the same
	seen  uint64 // the columns that the row has set, a bit each
	plain []byte // an unescaped text
	items []string
}

// parse reads one line. ok is false for a blank line, which is no row.
func (p *ndjsonParser) parse(line string, arrival uint64) (ok bool, field, reason string) {
	p.line, p.at, p.seen = line, 0, 0
	p.space()
	if p.at == len(line) {
		return false, "", ""
	}
	if line[p.at] != '{' {
		return false, "", "a line must be one JSON object, but this one is " + jsonKind(line[p.at])
	}
	p.at++
	p.begin()
	if field, reason = p.members(); reason != "" {
		return false, field, reason
	}
	p.space()
	if p.at != len(line) {
		return false, "", "something follows the JSON object on the same line: each record needs a line of its own"
	}
	all := uint64(1)<<len(p.columns) - 1
	for missing := all &^ p.seen; missing != 0; missing &= missing - 1 {
		col := bits.TrailingZeros64(missing)
		if reason := p.unset(col, missingRequired); reason != "" {
			return false, p.names[col], reason
		}
	}
	field, reason = p.end(arrival)
	return reason == "", field, reason
}

const unfinished = "the JSON object is not complete: a record must stand on one line"

// members reads the object's members and its closing brace.
func (p *ndjsonParser) members() (field, reason string) {
	if p.space(); p.next('}') {
		return "", ""
	}
	for position := 0; ; position++ {
		if p.space(); !p.next('"') {
			return "", p.unexpected("a key in double quotes")
		}
		key, reason := p.text()
		if reason != "" {
			return "", "a key " + reason
		}
		col := p.column(key, position)
		if col < 0 {
			return key, p.unknownName("key", key)
		}
		if p.seen&(1<<col) != 0 {
			return key, "the key stands twice in the object"
		}
		p.seen |= 1 << col
		if p.space(); !p.next(':') {
			return key, p.unexpected("a colon after the key")
		}
		p.space()
		if reason := p.value(col); reason != "" {
			return key, reason
		}
		p.space()
		if p.next(',') {
			continue
		}
		if !p.next('}') {
			return "", p.unexpected("a comma or a closing brace after " + key)
		}
		return "", ""
	}
}

// column finds the column of the key at a position of the object; -1 when there is none.
func (p *ndjsonParser) column(key string, position int) int {
	if position < len(p.order) && p.names[p.order[position]] == key {
		return p.order[position]
	}
	col := p.index(key)
	if col >= 0 && position <= len(p.names) {
		p.order = append(p.order[:min(position, len(p.order))], col)
	}
	return col
}

func (p *ndjsonParser) value(col int) string {
	if p.at == len(p.line) {
		return unfinished
	}
	c := p.line[p.at]
	if c == 'n' && p.word("null") {
		return p.unset(col, "is required, but it is null")
	}
	switch kind := p.columns[col].Type; {
	case kind == warehouse.String && c == '"':
		return p.textValue((*rows).string, col)
	case kind == warehouse.Time && c == '"':
		return p.textValue((*rows).time, col)
	case kind == warehouse.Int && numeric(c):
		return p.integer(col, p.number())
	case kind == warehouse.Float && numeric(c):
		return p.float(col, p.number())
	case kind == warehouse.Bool && (p.word("true") || p.word("false")):
		p.batch.AppendBool(col, c == 't')
		return ""
	case kind == warehouse.Strings && c == '[':
		p.at++
		return p.list(col)
	default:
		return "is " + jsonKind(c) + ", but must be " + wantKind(kind)
	}
}

func (p *ndjsonParser) textValue(set func(*rows, int, string) string, col int) string {
	p.at++
	v, reason := p.text()
	if reason != "" {
		return reason
	}
	return set(p.rows, col, v)
}

// list reads the array whose opening bracket was read.
func (p *ndjsonParser) list(col int) string {
	p.items = p.items[:0]
	p.space()
	for !p.next(']') {
		if len(p.items) > 0 {
			if !p.next(',') {
				return p.unexpected("a comma or a closing bracket in the list")
			}
			p.space()
		}
		if p.at < len(p.line) && p.line[p.at] != '"' {
			return "the list has " + jsonKind(p.line[p.at]) + " in it, but must be of text only"
		}
		if !p.next('"') {
			return unfinished
		}
		item, reason := p.text()
		if reason != "" {
			return reason
		}
		if p.suspect && !utf8.ValidString(item) {
			return notUTF8
		}
		p.items = append(p.items, item)
		p.space()
	}
	if len(p.items) == 0 {
		return p.unset(col, emptyRequired)
	}
	p.batch.AppendStrings(col, append(p.listOf(len(p.items)), p.items...))
	return ""
}

func (p *ndjsonParser) space() {
	for p.at < len(p.line) {
		switch p.line[p.at] {
		case ' ', '\t', '\r', '\n':
			p.at++
		default:
			return
		}
	}
}

func (p *ndjsonParser) next(c byte) bool {
	if p.at < len(p.line) && p.line[p.at] == c {
		p.at++
		return true
	}
	return false
}

func (p *ndjsonParser) word(w string) bool {
	if strings.HasPrefix(p.line[p.at:], w) {
		p.at += len(w)
		return true
	}
	return false
}

// number takes everything up to what may follow a value; whether it is a number is for the column to say.
func (p *ndjsonParser) number() string {
	from := p.at
	for p.at < len(p.line) {
		switch p.line[p.at] {
		case ',', '}', ' ', '\t', '\r', '\n':
			return p.line[from:p.at]
		}
		p.at++
	}
	return p.line[from:p.at]
}

// unexpected says what the line should have had here.
func (p *ndjsonParser) unexpected(want string) string {
	if p.at >= len(p.line) {
		return unfinished
	}
	return "broken JSON: wanted " + want + ", but found " + quoted(p.line[p.at:])
}

func numeric(c byte) bool { return c == '-' || c-'0' <= 9 }

func jsonKind(c byte) string {
	switch {
	case c == '"':
		return "text"
	case c == '{':
		return "an object"
	case c == '[':
		return "an array"
	case c == 't', c == 'f':
		return "a boolean"
	case c == 'n':
		return "null"
	case numeric(c):
		return "a number"
	}
	return "no JSON"
}

func wantKind(t warehouse.ColumnType) string {
	switch t {
	case warehouse.String:
		return "text in double quotes"
	case warehouse.Time:
		return "a time in double quotes"
	case warehouse.Int:
		return "a whole number without quotes"
	case warehouse.Float:
		return "a number without quotes"
	case warehouse.Bool:
		return "true or false without quotes"
	}
	return "an array of text"
}
