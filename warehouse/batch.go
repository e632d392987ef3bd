package warehouse

import (
	"fmt"
	"reflect"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/column"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// Batch is a columnar buffer of rows of one table. Every row sets each column exactly once, in any order, and ends with
// EndRow; a row that turns out bad is taken back by Truncate.
type Batch struct {
	Table   *Table
	columns []values
	arrival []uint64
	deleted []uint8
}

// values are one column's values; which slice is used follows the column's type. A time is milliseconds since 1970.
type values struct {
	strings []string
	ints    []int64
	floats  []float64
	bools   []bool
	lists   [][]string
	unknown []bool // only of nullable columns
}

// NewBatch makes an empty batch with room for capacity rows.
func NewBatch(t *Table, capacity int) *Batch {
	b := &Batch{Table: t, columns: make([]values, len(t.Columns)), arrival: make([]uint64, 0, capacity), deleted: make([]uint8, 0, capacity)}
	for i, c := range t.Columns {
		v := &b.columns[i]
		switch c.Type {
		case String:
			v.strings = make([]string, 0, capacity)
		case Time, Int:
			v.ints = make([]int64, 0, capacity)
		case Float:
			v.floats = make([]float64, 0, capacity)
		case Bool:
			v.bools = make([]bool, 0, capacity)
		case Strings:
			v.lists = make([][]string, 0, capacity)
		}
		if c.Nullable {
			v.unknown = make([]bool, 0, capacity)
		}
	}
	return b
}

// Rows counts the rows that were ended.
func (b *Batch) Rows() int { return len(b.arrival) }

// Reset empties the batch and keeps its memory.
func (b *Batch) Reset() { b.Truncate(0) }

// Truncate takes back everything after the given number of rows, a row not yet ended included.
func (b *Batch) Truncate(rows int) {
	b.arrival, b.deleted = b.arrival[:min(rows, len(b.arrival))], b.deleted[:min(rows, len(b.deleted))]
	for i := range b.columns {
		v := &b.columns[i]
		v.strings, v.ints, v.floats = cut(v.strings, rows), cut(v.ints, rows), cut(v.floats, rows)
		v.bools, v.lists, v.unknown = cut(v.bools, rows), cut(v.lists, rows), cut(v.unknown, rows)
	}
}

func cut[T any](s []T, n int) []T {
	return s[:min(n, len(s))]
}

func (b *Batch) known(col int) *values {
	v := &b.columns[col]
	if b.Table.Columns[col].Nullable {
		v.unknown = append(v.unknown, false)
	}
	return v
}

// AppendString sets a text column of the row.
func (b *Batch) AppendString(col int, s string) {
	v := b.known(col)
	v.strings = append(v.strings, s)
}

// AppendTime sets a time column of the row, cut to milliseconds.
func (b *Batch) AppendTime(col int, t time.Time) {
	v := b.known(col)
	v.ints = append(v.ints, t.UnixMilli())
}

// AppendInt sets a whole-number column of the row.
func (b *Batch) AppendInt(col int, n int64) {
	v := b.known(col)
	v.ints = append(v.ints, n)
}

// AppendFloat sets a number column of the row.
func (b *Batch) AppendFloat(col int, n float64) {
	v := b.known(col)
	v.floats = append(v.floats, n)
}

// AppendBool sets a boolean column of the row.
func (b *Batch) AppendBool(col int, set bool) {
	v := b.known(col)
	v.bools = append(v.bools, set)
}

// AppendStrings sets a list column of the row; the list must not be changed afterwards.
func (b *Batch) AppendStrings(col int, list []string) {
	v := b.known(col)
	v.lists = append(v.lists, list)
}

// AppendNull says that a column of the row is unknown: NULL, or an empty text, an empty list, false, where the column has no NULL.
func (b *Batch) AppendNull(col int) {
	c, v := b.Table.Columns[col], &b.columns[col]
	switch c.Type {
	case String:
		v.strings = append(v.strings, "")
	case Time, Int:
		v.ints = append(v.ints, 0)
	case Float:
		v.floats = append(v.floats, 0)
	case Bool:
		v.bools = append(v.bools, false)
	case Strings:
		v.lists = append(v.lists, nil)
	}
	if c.Nullable {
		v.unknown = append(v.unknown, true)
	}
}

// EndRow ends a row. arrival is its position in the whole load: it decides between rows of the same key.
func (b *Batch) EndRow(arrival uint64) { b.endRow(arrival, 0) }

func (b *Batch) endRow(arrival uint64, deleted uint8) {
	b.arrival = append(b.arrival, arrival)
	b.deleted = append(b.deleted, deleted)
}

// String, Time, Int, Float, Bool and Strings read a value of a row; known is false where it is unknown.

// String reads a text.
func (b *Batch) String(col, row int) string { return b.columns[col].strings[row] }

// Time reads a time, in UTC.
func (b *Batch) Time(col, row int) (t time.Time, known bool) {
	if b.isUnknown(col, row) {
		return time.Time{}, false
	}
	return time.UnixMilli(b.columns[col].ints[row]).UTC(), true
}

// Int reads a whole number.
func (b *Batch) Int(col, row int) (n int64, known bool) {
	return b.columns[col].ints[row], !b.isUnknown(col, row)
}

// Float reads a number.
func (b *Batch) Float(col, row int) (n float64, known bool) {
	return b.columns[col].floats[row], !b.isUnknown(col, row)
}

// Bool reads a boolean.
func (b *Batch) Bool(col, row int) bool { return b.columns[col].bools[row] }

// Strings reads a list.
func (b *Batch) Strings(col, row int) []string { return b.columns[col].lists[row] }

func (b *Batch) isUnknown(col, row int) bool {
	unknown := b.columns[col].unknown
	return unknown != nil && unknown[row]
}

// appendRecord adds one record struct.
func (b *Batch) appendRecord(record reflect.Value, arrival uint64, deleted uint8) {
	for i, c := range b.Table.Columns {
		switch v := record.FieldByIndex(c.field).Interface().(type) {
		case string:
			if v == "" {
				v = c.Default
			}
			b.AppendString(i, v)
		case time.Time:
			if v.IsZero() {
				b.AppendNull(i)
			} else {
				b.AppendTime(i, v)
			}
		case int64:
			if v == 0 && c.Default != "" {
				v = 1 // the only default of a number: the first attempt
			}
			b.AppendInt(i, v)
		case *int64:
			if v == nil {
				b.AppendNull(i)
			} else {
				b.AppendInt(i, *v)
			}
		case float64:
			b.AppendFloat(i, v)
		case *float64:
			if v == nil {
				b.AppendNull(i)
			} else {
				b.AppendFloat(i, *v)
			}
		case bool:
			b.AppendBool(i, v)
		case []string:
			b.AppendStrings(i, v)
		}
	}
	b.endRow(arrival, deleted)
}

// Records are the batch's rows as record structs.
func (b *Batch) Records() Records {
	var r Records
	list := reflect.ValueOf(&r).Elem().Field(b.Table.slice)
	list.Set(reflect.MakeSlice(list.Type(), b.Rows(), b.Rows()))
	for row := range b.Rows() {
		for col, c := range b.Table.Columns {
			b.read(col, row, list.Index(row).FieldByIndex(c.field))
		}
	}
	return r
}

// read sets a field of a record to a row's value; an unknown one leaves it zero.
func (b *Batch) read(col, row int, to reflect.Value) {
	if b.isUnknown(col, row) {
		return
	}
	v := &b.columns[col]
	switch to.Interface().(type) {
	case string:
		to.SetString(v.strings[row])
	case time.Time:
		to.Set(reflect.ValueOf(time.UnixMilli(v.ints[row]).UTC()))
	case int64:
		to.SetInt(v.ints[row])
	case *int64:
		to.Set(reflect.ValueOf(&v.ints[row]))
	case float64:
		to.SetFloat(v.floats[row])
	case *float64:
		to.Set(reflect.ValueOf(&v.floats[row]))
	case bool:
		to.SetBool(v.bools[row])
	case []string:
		to.Set(reflect.ValueOf(v.lists[row]))
	}
}

// storageType is the column's type on the wire; ClickHouse converts to LowCardinality itself, and faster.
func (c Column) storageType() column.Type {
	base := map[ColumnType]column.Type{String: "String", Time: "DateTime64(3, 'UTC')", Int: "Int64", Float: "Float64", Bool: "Bool", Strings: "Array(String)"}[c.Type]
	if c.Nullable {
		return "Nullable(" + base + ")"
	}
	return base
}

// fill hands the batch's columns to the driver, column by column.
func (b *Batch) fill(to driver.Batch) error {
	for i, c := range b.Table.Columns {
		if err := to.Column(i).Append(b.columns[i].driverValues(c)); err != nil {
			return fmt.Errorf("column %s of %s: %w", c.Name, b.Table.Name, err)
		}
	}
	if err := to.Column(len(b.columns)).Append(b.arrival); err != nil {
		return err
	}
	return to.Column(len(b.columns) + 1).Append(b.deleted)
}

func (v *values) driverValues(c Column) any {
	switch c.Type {
	case String:
		return v.strings
	case Time, Int:
		if c.Nullable {
			return pointers(v.ints, v.unknown)
		}
		return v.ints
	case Float:
		if c.Nullable {
			return pointers(v.floats, v.unknown)
		}
		return v.floats
	case Bool:
		return v.bools
	default:
		return v.lists
	}
}

func pointers[T any](list []T, unknown []bool) []*T {
	at := make([]*T, len(list))
	for i := range list {
		if !unknown[i] {
			at[i] = &list[i]
		}
	}
	return at
}
