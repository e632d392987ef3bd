package warehouse

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// Params are a query's native parameters, {name:Type} in its text. Texts, times, whole numbers, booleans and lists of texts.
type Params map[string]any

// Exec runs a statement.
func (w *Warehouse) Exec(ctx context.Context, sql string, params Params) error {
	return Explain(w.conn.Exec(withParams(ctx, params), sql))
}

// Query runs a query; the caller closes the rows and asks them for their error.
func (w *Warehouse) Query(ctx context.Context, sql string, params Params) (driver.Rows, error) {
	rows, err := w.conn.Query(withParams(ctx, params), sql)
	return rows, Explain(err)
}

// Select runs a query and scans its rows into a slice of structs with `ch` tags.
func (w *Warehouse) Select(ctx context.Context, dest any, sql string, params Params) error {
	return Explain(w.conn.Select(withParams(ctx, params), dest, sql))
}

// Script runs the statements of a .sql file one after the other, with the same parameters.
func (w *Warehouse) Script(ctx context.Context, text string, params Params) error {
	for _, statement := range statements(text) {
		if err := w.Exec(ctx, statement, params); err != nil {
			return err
		}
	}
	return nil
}

func withParams(ctx context.Context, params Params) context.Context {
	if len(params) == 0 {
		return ctx
	}
	texts := clickhouse.Parameters{}
	for name, value := range params {
		texts[name] = paramText(value)
	}
	return clickhouse.Context(ctx, clickhouse.WithParameters(texts))
}

// paramText writes a value the way ClickHouse reads a parameter: texts are escaped, texts within lists quoted.
func paramText(value any) string {
	switch v := value.(type) {
	case string:
		return strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`, "\x00", `\0`).Replace(v)
	case time.Time:
		return v.UTC().Format("2006-01-02 15:04:05.000")
	case bool:
		return strconv.FormatBool(v)
	case []string:
		quoted := make([]string, len(v))
		for i, s := range v {
			quoted[i] = quoteText(s)
		}
		return "[" + strings.Join(quoted, ",") + "]"
	default:
		return fmt.Sprint(v)
	}
}

func quoteText(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`, "\t", `\t`, "\n", `\n`, "\r", `\r`, "\x00", `\0`).Replace(s) + "'"
}

// ReadTable streams the current records of a table in key order. The batch is valid during fn only.
func (w *Warehouse) ReadTable(ctx context.Context, t *Table, fn func(*Batch) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	rows, err := w.Query(ctx, fmt.Sprintf("SELECT %s FROM %s FINAL ORDER BY %s", quoteNames(t.ColumnNames()), t.Name, quoteNames(t.Key())), nil)
	if err != nil {
		return fmt.Errorf("read %s: %w", t.Name, err)
	}
	defer rows.Close()
	const block = 16384
	b := NewBatch(t, block)
	for rows.Next() {
		if err := scanRow(rows, b); err != nil {
			return fmt.Errorf("read %s: %w", t.Name, err)
		}
		if b.Rows() == block {
			if err := fn(b); err != nil {
				return err
			}
			b.Reset()
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read %s: %w", t.Name, Explain(err))
	}
	if b.Rows() == 0 {
		return nil
	}
	return fn(b)
}

func scanRow(rows driver.Rows, b *Batch) error {
	dest := make([]any, len(b.Table.Columns))
	for i, c := range b.Table.Columns {
		dest[i] = c.scanTarget()
	}
	if err := rows.Scan(dest...); err != nil {
		return err
	}
	for i := range dest {
		switch v := dest[i].(type) {
		case *string:
			b.AppendString(i, *v)
		case *time.Time:
			b.AppendTime(i, *v)
		case **time.Time:
			appendKnown(b, i, *v, b.AppendTime)
		case *int64:
			b.AppendInt(i, *v)
		case **int64:
			appendKnown(b, i, *v, b.AppendInt)
		case *float64:
			b.AppendFloat(i, *v)
		case **float64:
			appendKnown(b, i, *v, b.AppendFloat)
		case *bool:
			b.AppendBool(i, *v)
		case *[]string:
			b.AppendStrings(i, *v)
		}
	}
	b.EndRow(0)
	return nil
}

func appendKnown[T any](b *Batch, col int, v *T, appendValue func(int, T)) {
	if v == nil {
		b.AppendNull(col)
		return
	}
	appendValue(col, *v)
}

func (c Column) scanTarget() any {
	switch {
	case c.Type == String:
		return new(string)
	case c.Type == Time && c.Nullable:
		return new(*time.Time)
	case c.Type == Time:
		return new(time.Time)
	case c.Type == Int && c.Nullable:
		return new(*int64)
	case c.Type == Int:
		return new(int64)
	case c.Type == Float && c.Nullable:
		return new(*float64)
	case c.Type == Float:
		return new(float64)
	case c.Type == Bool:
		return new(bool)
	default:
		return new([]string)
	}
}
