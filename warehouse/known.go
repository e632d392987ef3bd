package warehouse

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Scope is a part of one kind of records: those of a source (all sources where it is empty) with these values.
type Scope struct {
	Table  string            // such as pull_requests
	Source string            //
	Where  map[string]string // column: value, columns of text only
	// Numbers narrow it to rows whose column has one of these whole numbers.
	Numbers map[string][]int64
}

// KnownAs reads the records that have the keys of these, of all kinds and sources.
func (w *Warehouse) KnownAs(ctx context.Context, keys Records) (Records, error) {
	var r Records
	bundle := reflect.ValueOf(keys)
	for _, t := range Tables() {
		list := bundle.Field(t.slice)
		if list.Len() == 0 {
			continue
		}
		for from := 0; from < list.Len(); from += directKeys {
			sql, params := t.selectKeys(list.Slice(from, min(from+directKeys, list.Len())))
			if err := w.read(ctx, &r, t, sql, params); err != nil {
				return r, err
			}
		}
	}
	return r, nil
}

// selectKeys selects the rows with the keys of these records. The first column of a key, a text in every table, stands by
// itself as well, since that is what the engine finds rows by.
func (t *Table) selectKeys(list reflect.Value) (sql string, params Params) {
	params = Params{}
	var columns, values, typed []string
	for _, c := range t.Columns {
		if !c.Key {
			continue
		}
		name := fmt.Sprintf("key%d", len(columns))
		texts := make([]string, list.Len())
		for i := range texts {
			texts[i] = keyText(c, list.Index(i).FieldByIndex(c.field).Interface())
		}
		params[name] = texts
		values = append(values, "{"+name+":Array(String)}")
		// The values are converted, not the column: the engine finds rows by what it is ordered by.
		convert := "k.%d"
		switch c.Type {
		case Time:
			convert = "fromUnixTimestamp64Milli(toInt64(k.%d), 'UTC')"
		case Int:
			convert = "toInt64(k.%d)"
		}
		typed = append(typed, fmt.Sprintf(convert, len(values)))
		columns = append(columns, quoteName(c.Name))
	}
	where := columns[0] + " IN " + values[0]
	if len(columns) > 1 {
		where += fmt.Sprintf(" AND (%s) IN (SELECT %s FROM (SELECT arrayJoin(arrayZip(%s)) AS k))", strings.Join(columns, ", "), strings.Join(typed, ", "), strings.Join(values, ", "))
	}
	return "SELECT " + quoteNames(t.ColumnNames()) + " FROM " + t.Name + " FINAL WHERE " + where + " ORDER BY " + quoteNames(t.Key()), params
}

// Keys tells the records' keys, each as a text that tells it from all others, those of other kinds too.
func (r Records) Keys() []string {
	var keys []string
	r.eachKey(func(_ *Table, _ reflect.Value, key string) { keys = append(keys, key) })
	return keys
}

// Without are the records whose keys are not among these.
func (r Records) Without(keys map[string]bool) Records {
	return r.Unless(func(key string, _ time.Time) bool { return keys[key] })
}

// Unless are the records of which out does not say, by their key and change time (zero: unknown), that they are to be left
// out.
func (r Records) Unless(out func(key string, updatedAt time.Time) bool) Records {
	return r.filter(func(key string, record reflect.Value) bool { return !out(key, updatedAt(record)) })
}

// Of are the records that are wanted, by their key and source.
func (r Records) Of(wanted func(key, source string) bool) Records {
	return r.filter(func(key string, record reflect.Value) bool { return wanted(key, source(record)) })
}

func (r Records) filter(keep func(key string, record reflect.Value) bool) (left Records) {
	bundle := reflect.ValueOf(&left).Elem()
	r.eachKey(func(t *Table, record reflect.Value, key string) {
		if keep(key, record) {
			list := bundle.Field(t.slice)
			list.Set(reflect.Append(list, record))
		}
	})
	return left
}

func (r Records) eachKey(do func(t *Table, record reflect.Value, key string)) {
	bundle := reflect.ValueOf(r)
	for _, t := range Tables() {
		list := bundle.Field(t.slice)
		for i := range list.Len() {
			do(t, list.Index(i), t.keyOf(list.Index(i)))
		}
	}
}

func keyText(c Column, value any) string {
	switch v := value.(type) {
	case string:
		if v == "" {
			return c.Default
		}
		return v
	case int64:
		if v == 0 && c.Default != "" {
			v = 1 // as appendRecord
		}
		return strconv.FormatInt(v, 10)
	case time.Time:
		return strconv.FormatInt(v.UnixMilli(), 10)
	}
	return fmt.Sprint(value)
}

// Known reads the records of a scope, so that a collector can compare them with what its source still has.
func (w *Warehouse) Known(ctx context.Context, scope Scope) (Records, error) {
	var r Records
	t := TableByName(scope.Table)
	if t == nil {
		return r, fmt.Errorf("there is no kind of records %q", scope.Table)
	}
	sql := "SELECT " + quoteNames(t.ColumnNames()) + " FROM " + t.Name + " FINAL WHERE ({source:String} = '' OR source = {source:String})"
	params := Params{"source": scope.Source}
	for column, value := range scope.Where {
		if !slices.ContainsFunc(t.Columns, func(c Column) bool { return c.Name == column && c.Type == String }) {
			return r, fmt.Errorf("%s have no text %q", t.Name, column)
		}
		sql += fmt.Sprintf(" AND %s = {is_%s:String}", quoteName(column), column)
		params["is_"+column] = value
	}
	for column, numbers := range scope.Numbers {
		if !slices.ContainsFunc(t.Columns, func(c Column) bool { return c.Name == column && c.Type == Int && !c.Nullable }) {
			return r, fmt.Errorf("%s have no number %q", t.Name, column)
		}
		texts := make([]string, len(numbers))
		for i, n := range numbers {
			texts[i] = strconv.FormatInt(n, 10)
		}
		sql += fmt.Sprintf(" AND %s IN (SELECT toInt64(arrayJoin({among_%s:Array(String)})))", quoteName(column), column)
		params["among_"+column] = texts
	}
	return r, w.read(ctx, &r, t, sql+" ORDER BY "+quoteNames(t.Key()), params)
}

// read adds the rows of a query for all columns of a table to the records.
func (w *Warehouse) read(ctx context.Context, r *Records, t *Table, sql string, params Params) error {
	rows, err := w.Query(ctx, sql, params)
	if err != nil {
		return fmt.Errorf("read the known %s: %w", t.Name, err)
	}
	defer rows.Close()
	list := reflect.ValueOf(r).Elem().Field(t.slice)
	for rows.Next() {
		record := reflect.New(list.Type().Elem()).Elem()
		if err := rows.Scan(t.destinations(record)...); err != nil {
			return fmt.Errorf("read the known %s: %w", t.Name, err)
		}
		list.Set(reflect.Append(list, record))
	}
	if err := Explain(rows.Err()); err != nil {
		return fmt.Errorf("read the known %s: %w", t.Name, err)
	}
	return nil
}

// destinations are where a row's values go in a record.
func (t *Table) destinations(record reflect.Value) []any {
	list := make([]any, len(t.Columns))
	for i, c := range t.Columns {
		field := record.FieldByIndex(c.field).Addr().Interface()
		if at, ok := field.(*time.Time); ok {
			field = orZero{at}
		}
		list[i] = field
	}
	return list
}

// orZero reads a time, NULL as the zero time.
type orZero struct{ to *time.Time }

// Scan implements sql.Scanner.
func (o orZero) Scan(value any) error {
	switch v := value.(type) {
	case nil:
		*o.to = time.Time{}
	case time.Time:
		*o.to = v.UTC()
	case *time.Time:
		*o.to = time.Time{}
		if v != nil {
			*o.to = v.UTC()
		}
	default:
		return fmt.Errorf("a time was expected, not %T", value)
	}
	return nil
}
