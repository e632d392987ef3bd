package warehouse

import (
	"context"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// Small writes, which collectors make by the thousand, are compared with what is there in this process: one question and
// one insert a table, in about a fifth of the time that a staged load takes. Their rules are those of a load.

// directRows is up to how many rows of a table a write is small, and directKeys how many keys one question names: as
// parameters of a question they may have to fit into an address.
const (
	directRows = 4000
	directKeys = 1000
)

// small tells whether no table has more rows than are written directly.
func (r Records) small() bool {
	bundle := reflect.ValueOf(r)
	for i := range bundle.NumField() {
		if bundle.Field(i).Len() > directRows {
			return false
		}
	}
	return true
}

// writeDirectly writes a small bundle.
func (w *Warehouse) writeDirectly(ctx context.Context, r Records, deleted uint8) error {
	// As a load does: one writes at a time, and takes its arrivals when it does.
	w.writing.Lock()
	defer w.writing.Unlock()
	base, err := w.nextArrival(ctx)
	if err != nil {
		return err
	}
	arrival := base
	bundle := reflect.ValueOf(r)
	for _, t := range Tables() {
		list := bundle.Field(t.slice)
		if list.Len() == 0 {
			continue
		}
		winners := t.winners(list)
		for len(winners) > 0 {
			n := min(len(winners), directKeys)
			if arrival, err = w.insertDirectly(ctx, t, winners[:n], deleted, arrival); err != nil {
				return fmt.Errorf("write %s: %w", t.Name, err)
			}
			winners = winners[n:]
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lastArrival = max(w.lastArrival, arrival)
	return nil
}

// winner is the row of a key that replaces the others of the same write.
type winner struct {
	record   reflect.Value
	key      string
	replaces bool // whatever there is: it, or a row before it, has no updated_at
}

// winners are the rows that count, in their order: of a key the last without updated_at replaces everything before it, and
// from there the highest updated_at wins, of equals the later.
func (t *Table) winners(list reflect.Value) []winner {
	var order []winner
	at := map[string]int{}
	for i := range list.Len() {
		record := list.Index(i)
		w := winner{record: record, key: t.keyOf(record), replaces: updatedAt(record).IsZero()}
		before, known := at[w.key]
		switch {
		case !known:
			at[w.key] = len(order)
			order = append(order, w)
		case w.replaces, updatedAt(order[before].record).IsZero():
			w.replaces = true
			order[before] = w
		case !updatedAt(record).Before(updatedAt(order[before].record)):
			w.replaces = order[before].replaces
			order[before] = w
		}
	}
	return order
}

func (w *Warehouse) insertDirectly(ctx context.Context, t *Table, winners []winner, deleted uint8, arrival uint64) (uint64, error) {
	known, err := w.knownBy(ctx, t, winners)
	if err != nil {
		return arrival, err
	}
	b := NewBatch(t, len(winners))
	for _, one := range winners {
		there, found := known[one.key]
		changes := !found && deleted == 0
		switch {
		case found && deleted != 0:
			mine, theirs := source(one.record), source(there)
			changes = mine == "" || theirs == "" || mine == theirs
		case found:
			before := updatedAt(there)
			changes = t.content(one.record) != t.content(there) && (one.replaces || before.IsZero() || !updatedAt(one.record).Before(before))
		}
		if changes {
			arrival++
			b.appendRecord(one.record, arrival, deleted)
		}
	}
	if b.Rows() == 0 {
		return arrival, nil
	}
	return arrival, w.insertBatch(ctx, t.Name, b)
}

// knownBy reads the rows that have the winners' keys, by key.
func (w *Warehouse) knownBy(ctx context.Context, t *Table, winners []winner) (map[string]reflect.Value, error) {
	list := reflect.MakeSlice(reflect.SliceOf(winners[0].record.Type()), 0, len(winners))
	for _, one := range winners {
		list = reflect.Append(list, one.record)
	}
	sql, params := t.selectKeys(list)
	var r Records
	if err := w.read(ctx, &r, t, sql, params); err != nil {
		return nil, err
	}
	found := reflect.ValueOf(r).Field(t.slice)
	known := make(map[string]reflect.Value, found.Len())
	for i := range found.Len() {
		known[t.keyOf(found.Index(i))] = found.Index(i)
	}
	return known, nil
}

// insertBatch inserts the rows of a batch into a table of its columns.
func (w *Warehouse) insertBatch(ctx context.Context, table string, b *Batch) error {
	var types []clickhouse.ColumnNameAndType
	for _, c := range b.Table.Columns {
		types = append(types, clickhouse.ColumnNameAndType{Name: c.Name, Type: string(c.storageType())})
	}
	types = append(types, clickhouse.ColumnNameAndType{Name: "arrival", Type: "UInt64"}, clickhouse.ColumnNameAndType{Name: "deleted", Type: "UInt8"})
	names := quoteNames(append(b.Table.ColumnNames(), "arrival", "deleted"))
	batch, err := w.conn.PrepareBatch(clickhouse.Context(ctx, clickhouse.WithColumnNamesAndTypes(types)), fmt.Sprintf("INSERT INTO %s (%s)", quoteName(table), names))
	if err != nil {
		return Explain(err)
	}
	defer batch.Close()
	if err := b.fill(batch); err != nil {
		return err
	}
	return Explain(batch.Send())
}

func updatedAt(record reflect.Value) time.Time {
	return record.FieldByName("UpdatedAt").Interface().(time.Time).Truncate(time.Millisecond)
}

func source(record reflect.Value) string { return record.FieldByName("Source").String() }

// keyOf is a record's key as a text.
func (t *Table) keyOf(record reflect.Value) string {
	key := t.Name
	for _, c := range t.Columns {
		if c.Key {
			key += "\x00" + keyText(c, record.FieldByIndex(c.field).Interface())
		}
	}
	return key
}

// content is everything that a row says, as it is stored.
func (t *Table) content(record reflect.Value) string {
	var b strings.Builder
	for _, c := range t.Columns {
		b.WriteByte(0)
		switch v := record.FieldByIndex(c.field).Interface().(type) {
		case string:
			if v == "" {
				v = c.Default
			}
			b.WriteString(v)
		case time.Time:
			if !v.IsZero() {
				b.WriteString(strconv.FormatInt(v.UnixMilli(), 10))
			}
		case int64:
			if v == 0 && c.Default != "" {
				v = 1 // as appendRecord
			}
			b.WriteString(strconv.FormatInt(v, 10))
		case *int64:
			if v != nil {
				b.WriteString(strconv.FormatInt(*v, 10))
			}
		case float64:
			b.WriteString(strconv.FormatFloat(v, 'g', -1, 64))
		case *float64:
			if v != nil {
				b.WriteString(strconv.FormatFloat(*v, 'g', -1, 64))
			}
		case bool:
			b.WriteString(strconv.FormatBool(v))
		case []string:
			for _, item := range v {
				b.WriteString(strconv.Itoa(len(item)))
				b.WriteByte(':')
				b.WriteString(item)
			}
		}
	}
	return b.String()
}
