package files

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/weirhq/weir/warehouse"
)

// rows puts parsed values into a batch, row by row, and knows the rules that both formats share. Its methods answer with
// the reason why a value is refused, "" when it is accepted. The texts that it is given stay referenced by the batch.
type rows struct {
	batch   *warehouse.Batch
	columns []warehouse.Column
	names   []string
	suspect bool     // the chunk is not all UTF-8: look at every text
	lists   []string // a slab that lists are cut from, so that a list costs no allocation of its own

	// The rule of deployments: success needs finished_at. -1 in other tables.
	result, finishedAt  int
	succeeded, finished bool

	source int    // the column of that name
	origin string // what it is where the row does not say; may be empty
}

func newRows(batch *warehouse.Batch) *rows {
	r := &rows{batch: batch, columns: batch.Table.Columns, names: batch.Table.ColumnNames(), result: -1, finishedAt: -1}
	r.source = r.index("source")
	if batch.Table.Name == "deployments" {
		r.result, r.finishedAt = r.index("result"), r.index("finished_at")
	}
	return r
}

// index finds a column by its name; -1 when the table has none of it.
func (r *rows) index(name string) int {
	for i, n := range r.names {
		if n == name {
			return i
		}
	}
	return -1
}

// unknownName is the reason to refuse a column or key; what is "column" or "key".
func (r *rows) unknownName(what, name string) string {
	if right := meant(name, r.names); right != "" {
		return fmt.Sprintf("unknown %s %s: did you mean %s?", what, quoted(name), right)
	}
	return fmt.Sprintf("unknown %s %s: %s have %s", what, quoted(name), r.batch.Table.Name, strings.Join(r.names, ", "))
}

func (r *rows) begin() { r.succeeded, r.finished = false, false }

// end finishes a row of which every column was set.
func (r *rows) end(arrival uint64) (field, reason string) {
	if r.succeeded && !r.finished {
		return "finished_at", "a deployment whose result is success (which is the default) needs it"
	}
	r.batch.EndRow(arrival)
	return "", ""
}

// unset sets a column that the row does not name or leaves empty.
func (r *rows) unset(col int, absent string) string {
	c := &r.columns[col]
	if c.Default != "" {
		return r.text(col, c.Default)
	}
	if col == r.source && r.origin != "" {
		r.batch.AppendString(col, r.origin)
		return ""
	}
	if (c.Required || c.Key) && !c.Optional {
		return absent
	}
	r.batch.AppendNull(col)
	return ""
}

const (
	emptyRequired   = "is required, but it is empty"
	missingRequired = "is required, but it is missing"
)

// text sets a column from text as CSV has it.
func (r *rows) text(col int, v string) string {
	if v == "" {
		return r.unset(col, emptyRequired)
	}
	switch r.columns[col].Type {
	case warehouse.String:
		return r.string(col, v)
	case warehouse.Time:
		return r.time(col, v)
	case warehouse.Int:
		return r.integer(col, v)
	case warehouse.Float:
		return r.float(col, v)
	case warehouse.Bool:
		switch v {
		case "true", "false":
			r.batch.AppendBool(col, v == "true")
			return ""
		}
		return quoted(v) + " is not a boolean: write true or false"
	default:
		return r.spacedList(col, v)
	}
}

func (r *rows) string(col int, v string) string {
	if v == "" {
		return r.unset(col, emptyRequired)
	}
	if r.suspect && !utf8.ValidString(v) {
		return notUTF8
	}
	if enum := r.columns[col].Enum; len(enum) > 0 && !contains(enum, v) {
		return notAllowed(v, enum)
	}
	if col == r.result {
		r.succeeded = v == "success"
	}
	r.batch.AppendString(col, v)
	return ""
}

const notUTF8 = "is not valid UTF-8: convert the file to UTF-8 first"

func notAllowed(v string, enum []string) string {
	reason := fmt.Sprintf("%s is not allowed: it must be one of %s", quoted(v), strings.Join(enum, ", "))
	if right := meant(v, enum); right != "" {
		reason += "; did you mean " + right + "?"
	}
	return reason
}

// contains beats slices.Contains here: most values differ from an allowed one in length, which costs no call.
func contains(list []string, v string) bool {
	for _, s := range list {
		if len(s) == len(v) && s == v {
			return true
		}
	}
	return false
}

func (r *rows) time(col int, v string) string {
	if v == "" {
		return r.unset(col, emptyRequired)
	}
	t, reason := parseMoment(v)
	if reason != "" {
		return reason
	}
	if col == r.finishedAt {
		r.finished = true
	}
	r.batch.AppendTime(col, t)
	return ""
}

func (r *rows) integer(col int, v string) string {
	if length, whole := scanNumber(v); length != len(v) || !whole {
		return quoted(v) + " is not a whole number in plain digits, such as 42"
	}
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil {
		return quoted(v) + " is too large a number"
	}
	r.batch.AppendInt(col, n)
	return ""
}

func (r *rows) float(col int, v string) string {
	if length, _ := scanNumber(v); length != len(v) {
		return quoted(v) + " is not a number in plain digits, such as 42 or 0.5"
	}
	n, err := strconv.ParseFloat(v, 64)
	if errors.Is(err, strconv.ErrRange) {
		return quoted(v) + " is too large a number"
	}
	if err != nil {
		return quoted(v) + " is not a number in plain digits, such as 42 or 0.5"
	}
	r.batch.AppendFloat(col, n)
	return ""
}

// scanNumber measures the number that s begins with, in the grammar of JSON, which is the contract's for CSV too: no
// plus sign, no leading zeros, no thousands separators. length is 0 when s begins with none.
func scanNumber(s string) (length int, whole bool) {
	i := 0
	if i < len(s) && s[i] == '-' {
		i++
	}
	digits := digitsAt(s, i)
	if digits == 0 || digits > 1 && s[i] == '0' {
		return 0, false
	}
	i += digits
	whole = true
	if i < len(s) && s[i] == '.' {
		digits := digitsAt(s, i+1)
		if digits == 0 {
			return 0, false
		}
		i, whole = i+1+digits, false
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		exponent := i + 1
		if exponent < len(s) && (s[exponent] == '+' || s[exponent] == '-') {
			exponent++
		}
		digits := digitsAt(s, exponent)
		if digits == 0 {
			return 0, false
		}
		i, whole = exponent+digits, false
	}
	return i, whole
}

func digitsAt(s string, i int) int {
	n := 0
	for i+n < len(s) && s[i+n]-'0' <= 9 {
		n++
	}
	return n
}

// spacedList sets a list column from the values that CSV separates by single spaces.
func (r *rows) spacedList(col int, v string) string {
	if r.suspect && !utf8.ValidString(v) {
		return notUTF8
	}
	list := r.listOf(strings.Count(v, " ") + 1)
	for {
		value, rest, more := strings.Cut(v, " ")
		if value == "" {
			return "the values of a list are separated by single spaces, with none before or after"
		}
		list = append(list, value)
		if !more {
			r.batch.AppendStrings(col, list)
			return ""
		}
		v = rest
	}
}

// listOf gives an empty list with room for n values.
func (r *rows) listOf(n int) []string {
	const slab = 1024
	if n > slab/4 {
		return make([]string, 0, n)
	}
	if cap(r.lists)-len(r.lists) < n {
		r.lists = make([]string, 0, slab)
	}
	from := len(r.lists)
	r.lists = r.lists[:from+n]
	return r.lists[from:from:(from + n)]
}
