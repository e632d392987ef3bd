package warehouse

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"
)

// Write writes records; it returns when they are durable. Writing a record again replaces it, the newer by UpdatedAt
// where both have it, else the later.
func (w *Warehouse) Write(ctx context.Context, r Records) error {
	return w.write(ctx, r, 0)
}

// Delete makes records disappear; only their keys count, and their Source: where it is given, a record that another
// source wrote stays.
func (w *Warehouse) Delete(ctx context.Context, r Records) error {
	return w.write(ctx, r, 1)
}

func (w *Warehouse) write(ctx context.Context, r Records, deleted uint8) error {
	bundle := reflect.ValueOf(r)
	if bundle.IsZero() {
		return nil
	}
	if r.small() {
		return w.writeDirectly(ctx, r, deleted)
	}
	return w.writeStaged(ctx, bundle, deleted)
}

// writeStaged writes a bundle of any size by a load.
func (w *Warehouse) writeStaged(ctx context.Context, bundle reflect.Value, deleted uint8) error {
	load, err := w.BeginLoad(ctx)
	if err != nil {
		return err
	}
	var arrival uint64
	for _, t := range Tables() {
		slice := bundle.Field(t.slice)
		b := NewBatch(t, min(slice.Len(), 65536))
		for i := range slice.Len() {
			arrival++
			b.appendRecord(slice.Index(i), arrival, deleted)
			if b.Rows() == 65536 || i == slice.Len()-1 {
				if err := load.Stage(ctx, b); err != nil {
					return errors.Join(err, load.Abort(context.WithoutCancel(ctx)))
				}
				b.Reset()
			}
		}
	}
	_, err = load.Commit(ctx, nil)
	return err
}

// Cursor says where a source's collector stopped; empty when it never did.
func (w *Warehouse) Cursor(ctx context.Context, source string) (string, error) {
	return w.readText(ctx, "SELECT cursor FROM cursors FINAL WHERE source = {name:String}", source)
}

// Cursors are all cursors whose names begin with the prefix.
func (w *Warehouse) Cursors(ctx context.Context, prefix string) (map[string]string, error) {
	var rows []struct {
		Source string `ch:"source"`
		Cursor string `ch:"cursor"`
	}
	if err := w.Select(ctx, &rows, "SELECT source, cursor FROM cursors FINAL WHERE startsWith(source, {prefix:String})", Params{"prefix": prefix}); err != nil {
		return nil, fmt.Errorf("read the cursors of %q: %w", prefix, err)
	}
	cursors := map[string]string{}
	for _, r := range rows {
		cursors[r.Source] = r.Cursor
	}
	return cursors, nil
}

// SaveCursor remembers where a source's collector stopped.
func (w *Warehouse) SaveCursor(ctx context.Context, source, cursor string) error {
	return w.saveText(ctx, "INSERT INTO cursors (source, cursor, saved_at) VALUES ({name:String}, {value:String}, {at:DateTime64(6, 'UTC')})", source, cursor)
}

// State reads a small fact about this warehouse; empty when it was never saved.
func (w *Warehouse) State(ctx context.Context, name string) (string, error) {
	return w.readText(ctx, "SELECT value FROM state FINAL WHERE name = {name:String}", name)
}

// SaveState remembers a small fact about this warehouse.
func (w *Warehouse) SaveState(ctx context.Context, name, value string) error {
	return w.saveText(ctx, "INSERT INTO state (name, value, saved_at) VALUES ({name:String}, {value:String}, {at:DateTime64(6, 'UTC')})", name, value)
}

func (w *Warehouse) readText(ctx context.Context, sql, name string) (text string, err error) {
	rows, err := w.Query(ctx, sql, Params{"name": name})
	if err != nil {
		return "", fmt.Errorf("read the state of %q: %w", name, err)
	}
	defer rows.Close()
	if rows.Next() {
		if err := rows.Scan(&text); err != nil {
			return "", fmt.Errorf("read the state of %q: %w", name, err)
		}
	}
	return text, Explain(rows.Err())
}

func (w *Warehouse) saveText(ctx context.Context, sql, name, value string) error {
	at, err := w.nextArrival(ctx)
	if err != nil {
		return err
	}
	moment := time.UnixMicro(int64(at)).UTC().Format("2006-01-02 15:04:05.000000")
	if err := w.Exec(ctx, sql, Params{"name": name, "value": value, "at": moment}); err != nil {
		return fmt.Errorf("save the state of %q: %w", name, err)
	}
	return nil
}
