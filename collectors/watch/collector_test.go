package watch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/files"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// site is a watched folder with a warehouse.
type site struct {
	*testing.T
	dir       string
	warehouse *warehouse.Warehouse
	collector *Collector
	runner    *collectors.Runner
	imported  []string     // by the importer, in order
	after     func() error // what the importer does when it has imported
}

func newSite(t *testing.T, after string) *site {
	t.Helper()
	s := &site{T: t, dir: t.TempDir(), warehouse: warehousetest.Open(t)}
	c, err := New(Configuration{Dir: s.dir, After: after}, func(ctx context.Context, o files.ImportOptions) (files.ImportResult, error) {
		name, err := filepath.Rel(s.dir, o.Paths[0])
		if err != nil {
			t.Error(err)
		}
		s.imported = append(s.imported, filepath.ToSlash(name))
		result, err := files.Import(ctx, s.warehouse, o)
		if err == nil && s.after != nil {
			err = s.after()
		}
		return result, err
	})
	if err != nil {
		t.Fatal(err)
	}
	s.collector = c
	if s.runner, err = collectors.New(s.warehouse, []collectors.Source{{Name: "folder", Collector: c}}, collectors.Options{}); err != nil {
		t.Fatal(err)
	}
	return s
}

// put writes a file that was changed some minutes ago.
func (s *site) put(name, text string, minutes int) {
	s.Helper()
	path := filepath.Join(s.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		s.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		s.Fatal(err)
	}
	then := time.Now().Add(-time.Duration(minutes) * time.Minute)
	if err := os.Chtimes(path, then, then); err != nil {
		s.Fatal(err)
	}
}

// collect runs and gives back what was imported by that.
func (s *site) collect() (imported string, err error) {
	s.Helper()
	s.imported = nil
	err = s.runner.Collect(context.Background(), collectors.Order{})
	return strings.Join(s.imported, " "), err
}

func (s *site) want(imported string) {
	s.Helper()
	if got, err := s.collect(); got != imported || err != nil {
		s.Errorf("imported %q, %v; want %q", got, err, imported)
	}
}

// signals are the values in the warehouse with their sources.
func (s *site) signals() string {
	s.Helper()
	r, err := s.warehouse.Known(context.Background(), warehouse.Scope{Table: "signals"})
	if err != nil {
		s.Fatal(err)
	}
	var list []string
	for _, v := range r.Signals {
		list = append(list, fmt.Sprintf("%s=%g@%s", v.Name, v.Value, v.Source))
	}
	return strings.Join(list, " ")
}

func (s *site) names() string {
	s.Helper()
	var list []string
	err := filepath.WalkDir(s.dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			name, _ := filepath.Rel(s.dir, path)
			list = append(list, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil {
		s.Fatal(err)
	}
	return strings.Join(list, " ")
}

func signal(name string, value int) string {
	return fmt.Sprintf(`{"product":"p","name":%q,"at":"2026-03-02T00:00:00Z","value":%d}`+"\n", name, value)
}

func TestKeep(t *testing.T) {
	s := newSite(t, "")
	s.want("")
	s.put("signals.ndjson", signal("b", 1), 9)
	s.put("2026-03-02/signals.ndjson", signal("a", 1), 9)
	s.put("2026-03-01/signals.csv", "product,name,at,value,source\np,a,2026-03-02T00:00:00Z,0,elsewhere\n", 9)
	s.put(".signals.ndjson", "half", 9)
	s.put("readme.md", "no records", 9)
	s.put(".hidden/signals.ndjson", "half", 9)
	s.want("2026-03-01/signals.csv 2026-03-02/signals.ndjson signals.ndjson")
	if got := s.signals(); got != "a=1@folder b=1@folder" {
		t.Errorf("got %s", got)
	}
	if st := s.runner.States()[0]; st.Written["signals"] != 3 || st.Progress.Done != 3 {
		t.Errorf("state %+v", st)
	}
	s.want("")
	s.put("signals.ndjson", signal("b", 1), 5) // touched
	s.want("")
	s.put("signals.ndjson", signal("b", 2), 5) // another content of the same size and time
	s.put("signals.ndjson", signal("b", 2), 4)
	s.want("signals.ndjson")
	if got := s.signals(); got != "a=1@folder b=2@folder" {
		t.Errorf("got %s", got)
	}
	if err := os.Remove(filepath.Join(s.dir, "signals.ndjson")); err != nil {
		t.Fatal(err)
	}
	s.want("")
	text, err := s.warehouse.Cursor(context.Background(), "folder")
	if err != nil || strings.Contains(text, `"signals.ndjson"`) || !strings.Contains(text, "2026-03-01/signals.csv") {
		t.Errorf("cursor %s, %v", text, err)
	}
	if err := s.runner.Collect(context.Background(), collectors.Order{Full: true}); err != nil || len(s.imported) != 2 {
		t.Errorf("in full: %v, %v", s.imported, err)
	}
}

func TestRefused(t *testing.T) {
	s := newSite(t, "delete")
	s.put("a/signals.ndjson", signal("a", 1)+`{"product":"p","name":"x","at":"then","value":1}`, 9)
	s.put("b/signals.ndjson", signal("b", 1), 9)
	s.put("c/signals.csv.gz", "this is not gzip", 9)
	got, err := s.collect()
	if got != "a/signals.ndjson b/signals.ndjson c/signals.csv.gz" || err == nil || !strings.Contains(err.Error(), "line 2, at") {
		t.Errorf("got %q, %v", got, err)
	}
	if got := s.signals(); got != "b=1@folder" {
		t.Errorf("got %s", got)
	}
	const names = "a/signals.ndjson a/signals.ndjson.rejected.txt c/signals.csv.gz c/signals.csv.gz.rejected.txt"
	if got := s.names(); got != names {
		t.Errorf("files %s", got)
	}
	reason, err := os.ReadFile(filepath.Join(s.dir, "a/signals.ndjson.rejected.txt"))
	if err != nil || !strings.Contains(string(reason), "line 2, at") {
		t.Errorf("reason %s, %v", reason, err)
	}
	if st := s.runner.States()[0]; len(st.Problems) != 2 || st.Problems[0].Part != "a/signals.ndjson" {
		t.Errorf("state %+v", st)
	}
	// As long as it is there it is told of, but not read again.
	if got, err := s.collect(); got != "" || err == nil || !strings.Contains(err.Error(), "line 2, at") {
		t.Errorf("got %q, %v", got, err)
	}
	s.put("a/signals.ndjson", signal("a", 1), 3)
	if err := os.Remove(filepath.Join(s.dir, "c/signals.csv.gz")); err != nil {
		t.Fatal(err)
	}
	s.want("a/signals.ndjson")
	if got := s.names(); got != "c/signals.csv.gz.rejected.txt" {
		t.Errorf("files %s", got)
	}
}

func TestArchive(t *testing.T) {
	s := newSite(t, "archive")
	for value := range 2 {
		s.put("x/signals.ndjson", signal("a", value), 9)
		then := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
		if err := os.Chtimes(filepath.Join(s.dir, "x/signals.ndjson"), then, then); err != nil {
			t.Fatal(err)
		}
		s.want("x/signals.ndjson")
	}
	if got := s.names(); got != "archive/x/20260302T100000Z-2-signals.ndjson archive/x/20260302T100000Z-signals.ndjson" {
		t.Errorf("files %s", got)
	}
	s.want("")
}

// TestKilled: wherever a run dies, the next one ends in the same state.
func TestKilled(t *testing.T) {
	ctx := context.Background()
	s := newSite(t, "delete")
	s.put("1/signals.ndjson", signal("a", 1), 9)
	s.put("2/signals.ndjson", signal("a", 2), 9)
	died := errors.New("killed")
	s.after = func() error { return died }
	if got, err := s.collect(); got != "1/signals.ndjson 2/signals.ndjson" || !errors.Is(err, died) {
		t.Errorf("got %q, %v", got, err)
	}
	s.after = nil
	s.want("1/signals.ndjson 2/signals.ndjson") // imported, but nobody knew
	if got := s.signals(); got != "a=2@folder" {
		t.Errorf("got %s", got)
	}
	// Saved, and killed before the file was deleted.
	s.put("3/signals.ndjson", signal("a", 3), 9)
	f, err := look(s.dir, filepath.Join(s.dir, "3/signals.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	hash, err := f.hash()
	if err != nil {
		t.Fatal(err)
	}
	saved := cursor{Version: version, Files: map[string]done{f.name: {Size: f.size, Time: f.changed.UnixNano(), Hash: hash}}}
	if err := s.warehouse.SaveCursor(ctx, "folder", saved.String()); err != nil {
		t.Fatal(err)
	}
	s.want("")
	if got := s.names(); got != "" {
		t.Errorf("files %s", got)
	}
	if err := s.warehouse.SaveCursor(ctx, "folder", "{broken"); err != nil {
		t.Fatal(err)
	}
	s.want("")
}

// TestBeingWritten: a file that somebody is writing is left alone until it stands still.
func TestBeingWritten(t *testing.T) {
	s := newSite(t, "")
	s.collector.settle = 300 * time.Millisecond
	path := filepath.Join(s.dir, "signals.ndjson")
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	var writing sync.WaitGroup
	writing.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			case <-time.After(20 * time.Millisecond):
				if _, err := out.WriteString(signal("a", i)); err != nil {
					t.Error(err)
				}
			}
		}
	})
	s.want("")
	close(stop)
	writing.Wait()
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	s.want("signals.ndjson")
	// Changed while it is imported: it is imported again as it is then.
	s.put("signals.ndjson", signal("b", 1), 9)
	s.collector.configuration.After = remove
	s.after = func() error { s.after = nil; s.put("signals.ndjson", signal("b", 22), 8); return nil }
	s.want("signals.ndjson")
	s.want("signals.ndjson")
	if got := s.signals(); !strings.Contains(got, "b=22") {
		t.Errorf("got %s", got)
	}
}

func TestFollow(t *testing.T) {
	s := newSite(t, "delete")
	s.collector.settle = 50 * time.Millisecond
	ctx, cancel := context.WithCancel(context.Background())
	var ended sync.WaitGroup
	runs := make(chan error, 100)
	ended.Go(func() {
		err := s.collector.Follow(ctx, slog.New(slog.DiscardHandler), func(ctx context.Context) error {
			err := s.runner.Collect(ctx, collectors.Order{})
			runs <- err
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
	if err := <-runs; err != nil {
		t.Fatal(err)
	}
	until := func(want string) {
		t.Helper()
		for deadline := time.Now().Add(20 * time.Second); s.signals() != want; {
			if time.Now().After(deadline) {
				t.Fatalf("got %s, want %s", s.signals(), want)
			}
			select {
			case <-runs:
			case <-time.After(time.Second):
			}
		}
	}
	s.put("signals.ndjson", signal("a", 1), 0)
	until("a=1@folder")
	s.put("new/deep/signals.ndjson", signal("b", 1), 0)
	until("a=1@folder b=1@folder")
	s.put("new/deep/signals.ndjson", signal("c", 1), 0)
	until("a=1@folder b=1@folder c=1@folder")
	cancel()
	ended.Wait()
}

func TestConfiguration(t *testing.T) {
	for _, c := range []struct {
		c    Configuration
		says string
	}{
		{Configuration{Dir: "x"}, ""},
		{Configuration{Dir: "x", After: "archive"}, ""},
		{Configuration{}, "dir"},
		{Configuration{Dir: "x", After: "burn"}, "keep, archive or delete"},
	} {
		if _, err := New(c.c, nil); (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: %v", c.c, err)
		}
	}
	c, err := New(Configuration{Dir: filepath.Join(t.TempDir(), "nothing")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Check(t.Context()); err == nil {
		t.Error("a folder that is not there was found good")
	}
	s := newSite(t, "delete")
	s.put("signals.ndjson", signal("a", 1), 9)
	if check, err := s.collector.Check(t.Context()); err != nil || len(check.Missing) != 0 || !strings.HasPrefix(check.Readable[0], "1 record files in ") || s.names() != "signals.ndjson" {
		t.Errorf("%+v, %v, %s", check, err, s.names())
	}
}

// A file that was probably meant to be imported, under a wrong name, is told of; what is no record file at all is left alone.
func TestMisnamed(t *testing.T) {
	s := newSite(t, "")
	s.put("signal.csv", "product,name,at,value\n", 9)
	s.put("widgets.ndjson.gz", "", 9)
	s.put("README.md", "hello", 9)
	s.want("")
	problems := s.runner.States()[0].Problems
	if len(problems) != 2 || problems[0].Part != "signal.csv" || !strings.Contains(problems[0].Error, "signals") || problems[1].Part != "widgets.ndjson.gz" {
		t.Errorf("problems: %+v", problems)
	}
	if check, err := s.collector.Check(t.Context()); err != nil || len(check.Missing) != 2 {
		t.Errorf("check: %+v, %v", check, err)
	}
}
