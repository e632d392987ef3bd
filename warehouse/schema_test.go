package warehouse_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// TestSchemaMatchesTheRecords guards the tables against the structs: a column that only one of them has is found here.
func TestSchemaMatchesTheRecords(t *testing.T) {
	w := warehousetest.Open(t)
	var rows []struct {
		Table string `ch:"table"`
		Name  string `ch:"name"`
		Type  string `ch:"type"`
	}
	if err := w.Select(t.Context(), &rows, "SELECT table, name, type FROM system.columns WHERE database = currentDatabase()", nil); err != nil {
		t.Fatal(err)
	}
	stored := map[string]map[string]string{}
	for _, r := range rows {
		if stored[r.Table] == nil {
			stored[r.Table] = map[string]string{}
		}
		stored[r.Table][r.Name] = r.Type
	}
	types := map[warehouse.ColumnType]string{
		warehouse.String: "String", warehouse.Time: "DateTime64(3, 'UTC')", warehouse.Int: "Int64", warehouse.Float: "Float64",
		warehouse.Bool: "Bool", warehouse.Strings: "Array(String)",
	}
	for _, table := range warehouse.Tables() {
		columns := stored[table.Name]
		for _, c := range table.Columns {
			want := types[c.Type]
			if c.Nullable {
				want = "Nullable(" + want + ")"
			}
			got := strings.ReplaceAll(columns[c.Name], "LowCardinality(String)", "String")
			if got != want {
				t.Errorf("%s.%s is stored as %q, want %q", table.Name, c.Name, columns[c.Name], want)
			}
			delete(columns, c.Name)
		}
		if len(columns) != 2 || columns["arrival"] != "UInt64" || columns["deleted"] != "UInt8" {
			t.Errorf("besides the record, %s stores %v; want arrival and deleted", table.Name, columns)
		}
		key := number(t, w, fmt.Sprintf("SELECT count() AS n FROM system.tables WHERE database = currentDatabase() AND name = '%s' AND trim(BOTH '()' FROM sorting_key) = '%s'", table.Name, strings.Join(table.Key(), ", ")))
		if key != 1 {
			t.Errorf("%s is not sorted by its key %v", table.Name, table.Key())
		}
	}
}

// open opens a warehouse in a directory; the caller closes it.
func open(t *testing.T, dir string) *warehouse.Warehouse {
	t.Helper()
	w, err := warehouse.Open(t.Context(), warehouse.Configuration{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func closeStore(t *testing.T, w *warehouse.Warehouse) {
	t.Helper()
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestNewerSchemaIsRefused(t *testing.T) {
	dir := t.TempDir()
	w := open(t, dir)
	if err := w.Exec(t.Context(), "INSERT INTO schema_versions (version, name) VALUES (9999, 'tomorrow')", nil); err != nil {
		t.Fatal(err)
	}
	closeStore(t, w)
	_, err := warehouse.Open(t.Context(), warehouse.Configuration{DataDir: dir})
	if !errors.Is(err, warehouse.ErrNewerSchema) {
		t.Fatalf("got %v, want ErrNewerSchema", err)
	}
	for _, part := range []string{"version 9999", "use the newer program, or another --data-dir"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("got %q, want %q in it", err, part)
		}
	}
	if _, err := warehouse.Open(t.Context(), warehouse.Configuration{DataDir: dir}); !errors.Is(err, warehouse.ErrNewerSchema) {
		t.Errorf("the second time: got %v, want the same again (the engine must have been closed)", err)
	}
}

func TestKilledMigrationIsDoneAgain(t *testing.T) {
	dir := t.TempDir()
	w := open(t, dir)
	write(t, w, build("1", "main", 1, ""))
	versions := number(t, w, "SELECT count() AS n FROM schema_versions")
	for _, sql := range []string{"DELETE FROM schema_versions WHERE 1", "DROP TABLE signals SYNC"} {
		if err := w.Exec(t.Context(), sql, nil); err != nil {
			t.Fatal(err)
		}
	}
	closeStore(t, w)
	for range 2 {
		w = open(t, dir)
		if got := number(t, w, "SELECT count() AS n FROM schema_versions"); got != versions || versions == 0 {
			t.Errorf("%d versions are noted, want %d", got, versions)
		}
		if got := number(t, w, "SELECT count() AS n FROM signals"); got != 0 {
			t.Errorf("%d signals, want an empty table", got)
		}
		if got := branches(t, w)["1"]; got != "main" {
			t.Errorf("the build's branch is %q, want main: a repeated migration must keep the data", got)
		}
		closeStore(t, w)
	}
}

// staging counts the staging tables.
func staging(t *testing.T, w *warehouse.Warehouse) uint64 {
	t.Helper()
	return number(t, w, "SELECT count() AS n FROM system.tables WHERE database = currentDatabase() AND startsWith(name, 'staging_')")
}

func batch(branch string) *warehouse.Batch {
	table := warehouse.TableByName("builds")
	b := warehouse.NewBatch(table, 1)
	for i, c := range table.Columns {
		switch c.Name {
		case "pipeline", "id", "result":
			b.AppendString(i, "success")
		case "branch":
			b.AppendString(i, branch)
		default:
			b.AppendNull(i)
		}
	}
	b.EndRow(1)
	return b
}

// byLoad writes a build by a load, as an import does.
func byLoad(t *testing.T, w *warehouse.Warehouse, b warehouse.Build) {
	t.Helper()
	if err := w.WriteStaged(t.Context(), warehouse.Records{Builds: []warehouse.Build{b}}, 0); err != nil {
		t.Fatal(err)
	}
}

func TestLeftoversOfADeadLoad(t *testing.T) {
	dir := t.TempDir()
	w := open(t, dir)
	load, err := w.BeginLoad(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := load.Stage(t.Context(), batch("staged")); err != nil {
		t.Fatal(err)
	}
	byLoad(t, w, build("1", "main", 0, ""))
	if got := staging(t, w); got != 1 {
		t.Errorf("a load of this process has %d staging tables while another one writes, want 1", got)
	}
	closeStore(t, w) // the process dies with the load open
	w = open(t, dir)
	defer closeStore(t, w)
	if got := staging(t, w); got != 1 {
		t.Fatalf("%d staging tables are left, want 1: the test tests nothing", got)
	}
	byLoad(t, w, build("2", "main", 0, ""))
	if got := staging(t, w); got != 0 {
		t.Errorf("%d staging tables are left after the next load, want 0", got)
	}
	if got := branches(t, w); len(got) != 2 {
		t.Errorf("got %v, want the two builds that were written", got)
	}
}

func TestAbortAndCommit(t *testing.T) {
	w := warehousetest.Open(t)
	for _, test := range []struct {
		branch         string
		commit         bool
		written, after uint64
	}{{"given up", false, 0, 0}, {"first", true, 1, 1}, {"first", true, 0, 1}, {"second", true, 1, 1}} {
		load, err := w.BeginLoad(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := load.Stage(t.Context(), batch(test.branch)); err != nil {
			t.Fatal(err)
		}
		if !test.commit {
			err = load.Abort(t.Context())
		} else {
			var counts map[string]warehouse.LoadCount
			counts, err = load.Commit(t.Context(), nil)
			if want := (warehouse.LoadCount{Staged: 1, Written: test.written, Unchanged: 1 - test.written}); counts["builds"] != want {
				t.Errorf("%s: got %+v, want %+v", test.branch, counts["builds"], want)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
		if got := number(t, w, "SELECT count() AS n FROM builds FINAL"); got != test.after {
			t.Errorf("%s: %d builds, want %d", test.branch, got, test.after)
		}
		if got := staging(t, w); got != 0 {
			t.Errorf("%s: %d staging tables are left", test.branch, got)
		}
	}
}
