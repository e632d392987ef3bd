package warehouse

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"
)

// Load is one all-or-nothing load of records: rows are staged first, Commit copies them table by table. A load that dies
// before Commit leaves nothing behind but staging tables, which the next load drops; one that dies within Commit is
// completed by loading the same rows again.
type Load struct {
	w    *Warehouse
	run  string
	base uint64 // arrivals of this load are counted from here; set by Commit

	mu     sync.Mutex
	staged map[*Table]uint64
	last   uint64 // the highest arrival staged, counted from base
}

// LoadCount tells what became of the staged rows of a table.
type LoadCount struct {
	Staged    uint64
	Written   uint64
	Unchanged uint64 // the same as what was there, older than it, or replaced within the load
}

// stagingLifetime is how long another process's staging tables are left alone on a server.
const stagingLifetime = 24 * time.Hour

// BeginLoad starts a load.
func (w *Warehouse) BeginLoad(ctx context.Context) (*Load, error) {
	number, err := w.nextArrival(ctx)
	if err != nil {
		return nil, err
	}
	l := &Load{w: w, run: fmt.Sprintf("staging_%d_", number), staged: map[*Table]uint64{}}
	w.mu.Lock()
	w.loads[l.run] = true
	w.mu.Unlock()
	if err := w.dropLeftovers(ctx); err != nil {
		return nil, err
	}
	return l, nil
}

// nextArrival gives a number above every arrival so far: microseconds, unless the clock went back. It stands in the store
// before it is used, so that a later process with a slow clock still counts on.
func (w *Warehouse) nextArrival(ctx context.Context) (uint64, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.lastArrival == 0 {
		// States and cursors count too: the later of two is told by the same clock.
		parts := []string{"SELECT toUInt64(toUnixTimestamp64Micro(max(saved_at))) AS arrival FROM state", "SELECT toUInt64(toUnixTimestamp64Micro(max(saved_at))) FROM cursors"}
		for _, t := range Tables() {
			parts = append(parts, "SELECT max(arrival) FROM "+t.Name)
		}
		if err := w.conn.QueryRow(ctx, "SELECT max(arrival) FROM ("+strings.Join(parts, " UNION ALL ")+")").Scan(&w.lastArrival); err != nil {
			return 0, fmt.Errorf("find the last arrival: %w", Explain(err))
		}
	}
	w.lastArrival = max(uint64(time.Now().UnixMicro()), w.lastArrival+1)
	return w.lastArrival, nil
}

// dropLeftovers drops the staging tables of loads that died.
func (w *Warehouse) dropLeftovers(ctx context.Context) error {
	var tables []struct {
		Name string    `ch:"name"`
		Made time.Time `ch:"made"`
	}
	err := w.Select(ctx, &tables, "SELECT name, metadata_modification_time AS made FROM system.tables WHERE database = currentDatabase() AND startsWith(name, 'staging_')", nil)
	if err != nil {
		return fmt.Errorf("look for leftovers of earlier loads: %w", err)
	}
	for _, t := range tables {
		run := t.Name[:len("staging_")+strings.IndexByte(t.Name[len("staging_"):]+"_", '_')+1]
		w.mu.Lock()
		ours := w.loads[run]
		w.mu.Unlock()
		if ours || !w.Embedded() && time.Since(t.Made) < stagingLifetime {
			continue
		}
		if err := w.Exec(ctx, "DROP TABLE IF EXISTS "+quoteName(t.Name), nil); err != nil {
			return fmt.Errorf("drop the leftover %s: %w", t.Name, err)
		}
	}
	return nil
}

// Stage takes a batch of rows. It may be called concurrently; the batch may be reused when it returns.
func (l *Load) Stage(ctx context.Context, b *Batch) error {
	if b.Rows() == 0 {
		return nil
	}
	if err := l.makeStaging(ctx, b.Table); err != nil {
		return err
	}
	if err := l.w.insertBatch(ctx, l.run+b.Table.Name, b); err != nil {
		return fmt.Errorf("stage %s: %w", b.Table.Name, err)
	}
	l.mu.Lock()
	l.staged[b.Table] += uint64(b.Rows())
	l.last = max(l.last, slices.Max(b.arrival))
	l.mu.Unlock()
	return nil
}

func (l *Load) makeStaging(ctx context.Context, t *Table) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, made := l.staged[t]; made {
		return nil
	}
	err := l.w.Exec(ctx, fmt.Sprintf("CREATE TABLE %s AS %s ENGINE = MergeTree ORDER BY (%s, arrival)", quoteName(l.run+t.Name), t.Name, quoteNames(t.Key())), nil)
	if err != nil {
		return fmt.Errorf("prepare staging of %s: %w", t.Name, err)
	}
	l.staged[t] = 0
	return nil
}

// rowsPerCopy bounds the memory of a copy: the keys of so many rows are compared with what is there at a time.
const rowsPerCopy = 1_000_000

// Commit copies the staged rows to their tables and ends the load. progress may be nil.
func (l *Load) Commit(ctx context.Context, progress func(table string, done, total uint64)) (map[string]LoadCount, error) {
	// One load writes at a time, and takes its arrivals when it does: whoever reads HighWater misses no rows that are
	// written later with lower arrivals.
	l.w.writing.Lock()
	defer l.w.writing.Unlock()
	var err error
	if l.base, err = l.w.nextArrival(ctx); err != nil {
		return nil, errors.Join(err, l.Abort(context.WithoutCancel(ctx)))
	}
	counts := map[string]LoadCount{}
	for _, t := range l.tables() {
		total := l.staged[t]
		if progress != nil {
			progress(t.Name, 0, total)
		}
		plan, err := l.plan(ctx, t)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("write %s: %w", t.Name, err), l.Abort(context.WithoutCancel(ctx)))
		}
		var written uint64
		parts := total/rowsPerCopy + 1
		for part := range parts {
			n, err := l.copyPart(ctx, t, part, parts, plan)
			if err != nil {
				return nil, errors.Join(fmt.Errorf("write %s: %w", t.Name, err), l.Abort(context.WithoutCancel(ctx)))
			}
			written += n
			if progress != nil {
				progress(t.Name, total*(part+1)/parts, total)
			}
		}
		counts[t.Name] = LoadCount{Staged: total, Written: written, Unchanged: total - written}
	}
	return counts, l.Abort(ctx)
}

func (l *Load) tables() []*Table {
	var list []*Table
	for t := range l.staged {
		list = append(list, t)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].slice < list[j].slice })
	return list
}

// Abort ends the load and writes nothing of what was staged.
func (l *Load) Abort(ctx context.Context) error {
	var errs []error
	for _, t := range l.tables() {
		errs = append(errs, l.w.Exec(ctx, "DROP TABLE IF EXISTS "+quoteName(l.run+t.Name), nil))
	}
	l.w.mu.Lock()
	delete(l.w.loads, l.run)
	l.w.lastArrival = max(l.w.lastArrival, l.base+l.last)
	l.w.mu.Unlock()
	return errors.Join(errs...)
}

// copyPlan says what a copy need not do: both are common, and save more than half of its work.
type copyPlan struct {
	empty    bool // the table has no rows to compare with
	distinct bool // no two staged rows have the same key
}

func (l *Load) plan(ctx context.Context, t *Table) (p copyPlan, err error) {
	err = l.w.conn.QueryRow(ctx, fmt.Sprintf(`SELECT (SELECT count() FROM %s) = 0,
		(SELECT count() FROM (SELECT 1 FROM %s GROUP BY %s HAVING count() > 1 LIMIT 1 SETTINGS optimize_aggregation_in_order = 1)) = 0`,
		t.Name, quoteName(l.run+t.Name), quoteNames(t.Key()))).Scan(&p.empty, &p.distinct)
	return p, Explain(err)
}

// copyPart writes one part of a table's staged keys and counts the rows written.
//
// Within a key the later row replaces the earlier, the newer by updated_at where both have it. In the order of arrival
// that means: the last row without updated_at replaces everything before it, and from there the highest updated_at wins,
// of equals the later. What is already in the table counts as having arrived before. Rows that would change nothing are
// not written at all, so that loading a file again touches nothing and derives nothing.
//
// A source deletes only what is its own: where the deleting row and the record there name different sources, the record
// stays. Two sources may report the same record, and only one of them may have lost sight of it.
func (l *Load) copyPart(ctx context.Context, t *Table, part, parts uint64, plan copyPlan) (uint64, error) {
	columns, key := quoteNames(t.ColumnNames()), quoteNames(t.Key())
	params := Params{"part": part, "parts": parts, "base": l.base}
	inPart := fmt.Sprintf("cityHash64(%s) %% {parts:UInt64} = {part:UInt64}", key)
	winners := fmt.Sprintf("SELECT %[1]s, arrival, deleted, cityHash64(formatRow('RowBinary', %[1]s)) AS content, isNull(updated_at) AS replaces FROM %[2]s WHERE %[3]s",
		columns, quoteName(l.run+t.Name), inPart)
	if !plan.distinct {
		winners = fmt.Sprintf(`SELECT %[1]s, arrival, deleted, cityHash64(formatRow('RowBinary', %[1]s)) AS content, last_plain > 0 AS replaces
			FROM (SELECT *, max(if(isNull(updated_at), arrival + 1, 0)) OVER (PARTITION BY %[2]s) AS last_plain FROM %[3]s WHERE %[4]s)
			WHERE arrival + 1 >= last_plain
			ORDER BY %[2]s, isNull(updated_at), updated_at DESC, arrival DESC
			LIMIT 1 BY %[2]s`, columns, key, quoteName(l.run+t.Name), inPart)
	}
	existing := fmt.Sprintf(`SELECT %[2]s, updated_at, source, cityHash64(formatRow('RowBinary', %[1]s)) AS content, 1 AS known
		FROM %[3]s FINAL WHERE (%[2]s) IN (SELECT %[2]s FROM %[4]s WHERE %[5]s)`, columns, key, t.Name, quoteName(l.run+t.Name), inPart)
	insert := fmt.Sprintf("INSERT INTO %s (%s, arrival, deleted) ", t.Name, columns)
	if plan.empty {
		insert += fmt.Sprintf("SELECT %s, arrival + {base:UInt64}, deleted FROM (%s) WHERE NOT deleted", columns, winners)
	} else {
		insert += fmt.Sprintf(`SELECT %s, s.arrival + {base:UInt64}, s.deleted
		FROM (%s) AS s LEFT ANY JOIN (%s) AS e USING (%s)
		WHERE multiIf(
			e.known = 0, NOT s.deleted,
			s.deleted, s.source = '' OR e.source = '' OR s.source = e.source,
			s.content != e.content AND (s.replaces OR isNull(e.updated_at) OR s.updated_at >= e.updated_at))`,
			"s."+strings.ReplaceAll(columns, ", ", ", s."), winners, existing, key)
	}
	before, err := l.count(ctx, t)
	if err != nil {
		return 0, err
	}
	if err := l.w.Exec(ctx, insert, params); err != nil {
		return 0, err
	}
	after, err := l.count(ctx, t)
	return after - before, err
}

// HighWater says, per table, the highest arrival written. Rows written afterwards have higher ones.
func (w *Warehouse) HighWater(ctx context.Context) (map[string]uint64, error) {
	w.writing.Lock()
	defer w.writing.Unlock()
	var parts []string
	for _, t := range Tables() {
		parts = append(parts, fmt.Sprintf("SELECT '%s' AS name, max(arrival) AS arrival FROM %s", t.Name, t.Name))
	}
	var list []struct {
		Name    string `ch:"name"`
		Arrival uint64 `ch:"arrival"`
	}
	if err := w.Select(ctx, &list, strings.Join(parts, " UNION ALL "), nil); err != nil {
		return nil, fmt.Errorf("find the last arrivals: %w", err)
	}
	marks := map[string]uint64{}
	for _, l := range list {
		marks[l.Name] = l.Arrival
	}
	return marks, nil
}

// count counts the rows of this load in the table: no other load has arrivals in its range.
func (l *Load) count(ctx context.Context, t *Table) (n uint64, err error) {
	err = l.w.conn.QueryRow(withParams(ctx, Params{"base": l.base}), "SELECT count() FROM "+t.Name+" WHERE arrival >= {base:UInt64}").Scan(&n)
	return n, Explain(err)
}
