package warehouse_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

var day = time.Date(2024, 5, 6, 0, 0, 0, 0, time.UTC)

// build is a version of a build that can be told by its branch; minute 0 means that its change time is unknown.
func build(id, branch string, minute int, source string) warehouse.Build {
	b := warehouse.Build{Pipeline: "checkout", ID: id, Branch: branch, Result: "success"}
	b.Source = source
	if minute > 0 {
		b.UpdatedAt = day.Add(time.Duration(minute) * time.Minute)
	}
	return b
}

func write(t *testing.T, w *warehouse.Warehouse, builds ...warehouse.Build) {
	t.Helper()
	if err := w.Write(t.Context(), warehouse.Records{Builds: builds}); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, w *warehouse.Warehouse, builds ...warehouse.Build) {
	t.Helper()
	if err := w.Delete(t.Context(), warehouse.Records{Builds: builds}); err != nil {
		t.Fatal(err)
	}
}

// branches reads the branch of every build there is, by id.
func branches(t *testing.T, w *warehouse.Warehouse) map[string]string {
	t.Helper()
	var rows []struct {
		ID     string `ch:"id"`
		Branch string `ch:"branch"`
	}
	if err := w.Select(t.Context(), &rows, "SELECT id, branch FROM builds FINAL", nil); err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, r := range rows {
		found[r.ID] = r.Branch
	}
	if len(found) != len(rows) {
		t.Fatalf("%d rows for %d builds", len(rows), len(found))
	}
	return found
}

// number asks for one whole number.
func number(t *testing.T, w *warehouse.Warehouse, sql string) uint64 {
	t.Helper()
	var rows []struct {
		N uint64 `ch:"n"`
	}
	if err := w.Select(t.Context(), &rows, sql, nil); err != nil || len(rows) != 1 {
		t.Fatalf("%s: %d rows, error %v", sql, len(rows), err)
	}
	return rows[0].N
}

func TestWhichVersionCounts(t *testing.T) {
	w := warehousetest.Open(t)
	type version struct {
		branch string
		minute int
	}
	tests := []struct {
		name    string
		batches [][]version
		want    string
	}{
		{"the newer comes later", [][]version{{{"a", 1}}, {{"b", 2}}}, "b"},
		{"the newer came before", [][]version{{{"a", 2}}, {{"b", 1}}}, "a"},
		{"equally new: the later", [][]version{{{"a", 1}}, {{"b", 1}}}, "b"},
		{"both unknown: the later", [][]version{{{"a", 0}}, {{"b", 0}}}, "b"},
		{"the later unknown", [][]version{{{"a", 9}}, {{"b", 0}}}, "b"},
		{"the earlier unknown", [][]version{{{"a", 0}}, {{"b", 1}}}, "b"},
		{"in one batch, the newer later", [][]version{{{"a", 1}, {"b", 2}}}, "b"},
		{"in one batch, the newer before", [][]version{{{"a", 2}, {"b", 1}}}, "a"},
		{"in one batch, equally new", [][]version{{{"a", 1}, {"b", 1}}}, "b"},
		{"in one batch, both unknown", [][]version{{{"a", 0}, {"b", 0}}}, "b"},
		{"in one batch, an unknown one starts afresh", [][]version{{{"a", 9}, {"b", 0}, {"c", 3}, {"d", 2}}}, "c"},
		{"an unknown one in the batch replaces what is stored", [][]version{{{"a", 9}}, {{"b", 0}, {"c", 3}}}, "c"},
		{"a whole batch older than what is stored", [][]version{{{"a", 9}}, {{"b", 3}, {"c", 4}}}, "a"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, batch := range test.batches {
				var builds []warehouse.Build
				for _, v := range batch {
					builds = append(builds, build(test.name, v.branch, v.minute, ""))
				}
				write(t, w, builds...)
			}
			if got := branches(t, w)[test.name]; got != test.want {
				t.Errorf("got version %q, want %q", got, test.want)
			}
		})
	}
}

// TestRandomHistories compares the warehouse with a map that takes the versions one by one.
func TestRandomHistories(t *testing.T) {
	w := warehousetest.Open(t)
	const seed = 20240506
	random := rand.New(rand.NewSource(seed))
	sources := []string{"", "alpha", "beta"}
	want := map[string]warehouse.Build{}
	for step := range 8 {
		deleting := step%3 == 2
		var builds []warehouse.Build
		for id := range 200 {
			versions := random.Intn(4)
			if deleting {
				versions = random.Intn(2)
			}
			for range versions {
				b := build(fmt.Sprint(id), fmt.Sprint(random.Intn(3)), random.Intn(4), sources[random.Intn(3)])
				builds = append(builds, b)
				was, known := want[b.ID]
				switch {
				case deleting && (b.Source == "" || was.Source == "" || b.Source == was.Source):
					delete(want, b.ID)
				case deleting:
				case !known || was.UpdatedAt.IsZero() || b.UpdatedAt.IsZero() || !b.UpdatedAt.Before(was.UpdatedAt):
					want[b.ID] = b
				}
			}
		}
		if deleting {
			remove(t, w, builds...)
		} else {
			write(t, w, builds...)
		}
		got, expected := branches(t, w), map[string]string{}
		for id, b := range want {
			expected[id] = b.Branch
		}
		if !reflect.DeepEqual(got, expected) {
			t.Fatalf("seed %d, step %d:\ngot  %v\nwant %v", seed, step, got, expected)
		}
	}
	if len(want) < 20 {
		t.Fatalf("only %d builds are left: the history tests nothing", len(want))
	}
}

func TestEqualRowsAreNotWrittenAgain(t *testing.T) {
	w := warehousetest.Open(t)
	if err := w.Exec(t.Context(), "SYSTEM STOP MERGES builds", nil); err != nil {
		t.Fatal(err)
	}
	first := []warehouse.Build{build("1", "main", 1, "ci"), build("2", "main", 0, "ci")}
	changed := build("2", "fix", 0, "ci")
	for i, step := range []struct {
		builds []warehouse.Build
		want   uint64
	}{{first, 2}, {first, 2}, {[]warehouse.Build{build("1", "older", 0, "ci"), first[0], first[0]}, 2}, {[]warehouse.Build{first[0], changed}, 3}, {[]warehouse.Build{changed}, 3}} {
		write(t, w, step.builds...)
		if got := number(t, w, "SELECT count() AS n FROM builds"); got != step.want {
			t.Errorf("after step %d: %d rows stand in the table, want %d", i, got, step.want)
		}
	}
	remove(t, w, build("never there", "", 0, ""))
	if got := number(t, w, "SELECT count() AS n FROM builds"); got != 3 {
		t.Errorf("deleting what is not there left %d rows, want 3", got)
	}
}

func TestDelete(t *testing.T) {
	w := warehousetest.Open(t)
	tests := []struct{ name, wrote, deletes, want string }{
		{"its own", "alpha", "alpha", ""},
		{"another source's", "alpha", "beta", "main"},
		{"by nobody in particular", "alpha", "", ""},
		{"written by nobody in particular", "", "beta", ""},
		{"neither named", "", "", ""},
	}
	for _, test := range tests {
		write(t, w, build(test.name, "main", 5, test.wrote))
		remove(t, w, build(test.name, "", 0, test.deletes))
		if got := branches(t, w)[test.name]; got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
		write(t, w, build(test.name, "again", 6, test.wrote))
		if got := branches(t, w)[test.name]; got != "again" {
			t.Errorf("%s: written again, got %q", test.name, got)
		}
	}
	// A record that was deleted may come back with the change time that it had, or an earlier one.
	remove(t, w, build("its own", "", 0, "alpha"))
	write(t, w, build("its own", "main", 5, "alpha"))
	if got := branches(t, w)["its own"]; got != "main" {
		t.Errorf("re-created with an earlier change time: got %q, want it back", got)
	}
}

func TestUnknownValuesAndDefaults(t *testing.T) {
	w := warehousetest.Open(t)
	write(t, w, build("1", "", 0, ""))
	got := number(t, w, `SELECT count() AS n FROM builds FINAL WHERE attempt = 1 AND isNull(started_at) AND isNull(updated_at) AND branch = ''`)
	if got != 1 {
		t.Errorf("%d builds with attempt 1 and unknown times, want 1", got)
	}
}

func TestReadTableInKeyOrder(t *testing.T) {
	w := warehousetest.Open(t)
	additions, at := int64(0), day.Add(1500*time.Millisecond)
	full := warehouse.Commit{Repo: "b", SHA: "2", Parents: []string{"it's", "1"}, Author: "Zoë", AuthoredAt: at, CommittedAt: at,
		Message: "tab\tline\n", Additions: &additions, Mainline: true}
	full.UpdatedAt, full.Source, full.URL = at, "forge", "https://forge.example/b/2"
	commits := []warehouse.Commit{full, {Repo: "b", SHA: "10", AuthoredAt: day}, {Repo: "a", SHA: "3", AuthoredAt: day}, {Repo: "gone", SHA: "1", AuthoredAt: day}}
	if err := w.Write(t.Context(), warehouse.Records{Commits: commits}); err != nil {
		t.Fatal(err)
	}
	if err := w.Delete(t.Context(), warehouse.Records{Commits: commits[3:]}); err != nil {
		t.Fatal(err)
	}
	table := warehouse.TableByName("commits")
	column := map[string]int{}
	for i, c := range table.Columns {
		column[c.Name] = i
	}
	var keys []string
	err := w.ReadTable(t.Context(), table, func(b *warehouse.Batch) error {
		for row := range b.Rows() {
			keys = append(keys, b.String(column["repo"], row)+"/"+b.String(column["sha"], row))
			_, known := b.Time(column["committed_at"], row)
			added, counted := b.Int(column["additions"], row)
			if b.String(column["sha"], row) != "2" {
				if known || counted {
					t.Errorf("row %d: an unknown value came back as known", row)
				}
				continue
			}
			authored, _ := b.Time(column["authored_at"], row)
			if !known || !authored.Equal(at) || !counted || added != 0 || !b.Bool(column["mainline"], row) || b.String(column["message"], row) != full.Message ||
				!slices.Equal(b.Strings(column["parents"], row), full.Parents) {
				t.Errorf("the full commit came back different: %v %v %v", authored, added, b.Strings(column["parents"], row))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"a/3", "b/10", "b/2"}; !slices.Equal(keys, want) {
		t.Errorf("got %q, want %q", keys, want)
	}
	stop := errors.New("enough")
	if err := w.ReadTable(t.Context(), table, func(*warehouse.Batch) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("got %v, want the reader's own error", err)
	}
}

func TestHighWaterRises(t *testing.T) {
	w := warehousetest.Open(t)
	var last uint64
	for i, step := range []struct {
		do    func()
		rises bool
	}{
		{func() { write(t, w, build("1", "a", 0, "")) }, true},
		{func() { write(t, w, build("1", "a", 0, "")) }, false},
		{func() { write(t, w, build("1", "b", 0, ""), build("2", "b", 0, "")) }, true},
		{func() { remove(t, w, build("2", "", 0, "")) }, true},
	} {
		step.do()
		marks, err := w.HighWater(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got := marks["builds"]; got < last || (got > last) != step.rises {
			t.Errorf("step %d: from %d to %d, want a rise: %v", i, last, got, step.rises)
		}
		last = marks["builds"]
		if marks["commits"] != 0 {
			t.Errorf("step %d: commits stand at %d, want 0", i, marks["commits"])
		}
	}
}

func TestCursorAndState(t *testing.T) {
	w := warehousetest.Open(t)
	for name, test := range map[string]struct {
		read func(context.Context, string) (string, error)
		save func(context.Context, string, string) error
	}{"cursor": {w.Cursor, w.SaveCursor}, "state": {w.State, w.SaveState}} {
		for _, value := range []string{"2024-05-06 it's\tat \\ page\n2", "second", "third", ""} {
			if err := test.save(t.Context(), "forge's", value); err != nil {
				t.Fatal(err)
			}
			if got, err := test.read(t.Context(), "forge's"); err != nil || got != value {
				t.Errorf("%s: got %q, want %q, error %v", name, got, value, err)
			}
		}
		if got, err := test.read(t.Context(), "never saved"); err != nil || got != "" {
			t.Errorf("%s never saved: got %q, error %v", name, got, err)
		}
	}
}
