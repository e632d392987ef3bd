package warehouse

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"time"
)

// Scope is a part of one kind of records: those of a source (all sources where it is empty) with these values.
type Scope struct {
	Table  string            // such as pull_requests
	Source string            //
	Where  map[string]string // column: value, columns of text only
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
	rows, err := w.Query(ctx, sql+" ORDER BY "+quoteNames(t.Key()), params)
	if err != nil {
		return r, fmt.Errorf("read the known %s: %w", t.Name, err)
	}
	defer rows.Close()
	list := reflect.ValueOf(&r).Elem().Field(t.slice)
	for rows.Next() {
		record := reflect.New(list.Type().Elem()).Elem()
		if err := rows.Scan(t.destinations(record)...); err != nil {
			return r, fmt.Errorf("read the known %s: %w", t.Name, err)
		}
		list.Set(reflect.Append(list, record))
	}
	if err := Explain(rows.Err()); err != nil {
		return r, fmt.Errorf("read the known %s: %w", t.Name, err)
	}
	return r, nil
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
