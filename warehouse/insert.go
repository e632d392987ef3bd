package warehouse

import (
	"context"
	"fmt"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// Insert sends rows to a table that is not one of the records: fill appends them to the driver's batch.
func (w *Warehouse) Insert(ctx context.Context, table string, columns []string, fill func(driver.Batch) error) error {
	batch, err := w.conn.PrepareBatch(ctx, fmt.Sprintf("INSERT INTO %s (%s)", quoteName(table), quoteNames(columns)))
	if err != nil {
		return fmt.Errorf("insert into %s: %w", table, Explain(err))
	}
	defer batch.Close()
	if err := fill(batch); err != nil {
		return fmt.Errorf("insert into %s: %w", table, err)
	}
	if err := batch.Send(); err != nil {
		return fmt.Errorf("insert into %s: %w", table, Explain(err))
	}
	return nil
}

// Replace empties a small table and fills it with rows, values in the order of its columns.
func (w *Warehouse) Replace(ctx context.Context, table string, rows [][]any) error {
	if err := w.Exec(ctx, "TRUNCATE TABLE "+quoteName(table), nil); err != nil {
		return err
	}
	if len(rows) == 0 {
		return nil
	}
	batch, err := w.conn.PrepareBatch(ctx, "INSERT INTO "+quoteName(table))
	if err != nil {
		return fmt.Errorf("insert into %s: %w", table, Explain(err))
	}
	defer batch.Close()
	for _, row := range rows {
		if err := batch.Append(row...); err != nil {
			return fmt.Errorf("insert into %s: %w", table, err)
		}
	}
	return Explain(batch.Send())
}
