package files

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestDiscover(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"deployments.csv", "commits.ndjson.gz", "commits.csv", "LICENCE", "deployment.csv", "other/commits.csv", "bad/readme.md", "bad/Commits.JSONL"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "empty"), 0o777); err != nil {
		t.Fatal(err)
	}
	in := func(names ...string) (paths []string) {
		for _, name := range names {
			paths = append(paths, strings.TrimSuffix(dir+string(filepath.Separator)+name, string(filepath.Separator)))
		}
		return paths
	}
	for _, c := range []struct {
		paths         []string
		want, notRead []string
		err           string
	}{
		{paths: in(""), want: in("commits.csv", "commits.ndjson.gz", "deployments.csv"),
			notRead: []string{in("LICENCE")[0], in("bad")[0], in("deployment.csv")[0] + " (did you mean deployments.csv?)", in("empty")[0], in("other")[0]}},
		{paths: in("deployments.csv", "other", "commits.csv", "deployments.csv"), want: in("deployments.csv", "other/commits.csv", "commits.csv")},
		{paths: nil, err: "no path was given"},
		{paths: []string{""}, err: "a path is empty"},
		{paths: in("nowhere"), err: "there is no file or directory"},
		{paths: in("LICENCE"), err: "must be one of commits, pull_requests,"},
		{paths: in("deployment.csv"), err: "did you mean deployments.csv?"},
		{paths: in("bad/Commits.JSONL"), err: "did you mean commits.ndjson?"},
		{paths: in("empty"), err: "(it is empty)"},
		{paths: in("bad"), err: "found: Commits.JSONL (did you mean commits.ndjson?), readme.md"},
	} {
		found, notRead, err := discover(c.paths)
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("discover(%q): error %v, want %q in it", c.paths, err, c.err)
			}
			continue
		}
		var got, passed []string
		for _, s := range found {
			got = append(got, s.path)
		}
		for _, n := range notRead {
			passed = append(passed, n.String())
		}
		if err != nil || !slices.Equal(got, c.want) || !slices.Equal(passed, c.notRead) {
			t.Errorf("discover(%q) = %q, %q, %v\nwant %q, %q", c.paths, got, passed, err, c.want, c.notRead)
		}
	}
}

// signalRows makes rows of signals.csv; the row of every line in bad (the header is line 1) has a value that is no number.
func signalRows(rows int, bad ...int) string {
	var b strings.Builder
	b.WriteString("product,name,at,value\n")
	for i := range rows {
		value := "1"
		if slices.Contains(bad, i+2) {
			value = "much"
		}
		fmt.Fprintf(&b, "shop,orders,2026-03-02 10:%02d:%02d,%s\n", i/60%60, i%60, value)
	}
	return b.String()
}

func TestNamesTheFirstTen(t *testing.T) {
	var bad []int
	for line := 5; line < 400; line += 7 {
		bad = append(bad, line)
	}
	for range 20 { // the workers race; the answer must not depend on who wins
		got := readFilesBy(t, 4, false, limits{chunk: 256, record: 1 << 20}, "commits.csv", "repo,sha,authored_at,when\n", "signals.csv", signalRows(500, bad...))
		var refused *Refused
		if !errors.As(got.err, &refused) {
			t.Fatalf("got %v", got.err)
		}
		var lines []int
		for _, e := range refused.Errors[1:] {
			lines = append(lines, e.Line)
		}
		if refused.Errors[0].File != "commits.csv" || !slices.Equal(lines, bad[:9]) || !refused.More {
			t.Fatalf("got %v, %t; want a fault of commits.csv, then lines %v", refused.Errors, refused.More, bad[:9])
		}
	}
}

func TestRejects(t *testing.T) {
	got := readFilesBy(t, 4, true, limits{chunk: 64, record: 1 << 20}, "signals.csv", signalRows(300, 2, 100, 301),
		"tickets.ndjson", "{\"key\":\"A-1\",\"created_at\":\"2026-03-02T10:00:00Z\"}\n{\"key\":\"A\xff\"}\n{}\n")
	if got.err != nil {
		t.Fatal(got.err)
	}
	if len(got.rows) != 298 || got.result.Rows != 298 || got.result.Rejected != 5 {
		t.Errorf("got %d rows staged, %d read, %d rejected; want 298, 298, 5", len(got.rows), got.result.Rows, got.result.Rejected)
	}
	var lines []string
	for text := range strings.Lines(got.rejects) {
		var r struct {
			File, Field, Reason, Row string
			Line                     int
		}
		if err := json.Unmarshal([]byte(text), &r); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if r.Reason == "" {
			t.Errorf("no reason in %q", text)
		}
		lines = append(lines, fmt.Sprintf("%s %d %s %s", r.File, r.Line, r.Field, r.Row))
	}
	want := []string{
		"signals.csv 2 value shop,orders,2026-03-02 10:00:00,much",
		"signals.csv 100 value shop,orders,2026-03-02 10:01:38,much",
		"signals.csv 301 value shop,orders,2026-03-02 10:04:59,much",
		"tickets.ndjson 2 key {\"key\":\"A\uFFFD\"}",
		"tickets.ndjson 3 key {}",
	}
	if !slices.Equal(lines, want) {
		t.Errorf("got  %q\nwant %q", lines, want)
	}
}

func TestWholeFileFaultsStopEvenWithRejects(t *testing.T) {
	for name, text := range map[string]string{
		"signals.csv":       "product,name,at,value,when\n",
		"signals.ndjson":    strings.Repeat(" ", 5000) + "{}",
		"signals.ndjson.gz": zipped(t, strings.Repeat("{}\n", 1000))[:30],
	} {
		got := readFiles(t, true, limits{chunk: 64, record: 4096}, name, text)
		var e *Error
		if !errors.As(got.err, &e) || e.File != name {
			t.Errorf("%s: got %v", name, got.err)
		}
	}
}

func TestUnwritableRejectsStopTheRun(t *testing.T) {
	stage := &kept{}
	in := newIntake(stage, fullDisk{}, func(Progress) {})
	path := filepath.Join(t.TempDir(), "signals.csv")
	if err := os.WriteFile(path, []byte(signalRows(100000, 7)), 0o666); err != nil {
		t.Fatal(err)
	}
	sources, _, err := discover([]string{path})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := in.run(t.Context(), sources); !errors.Is(err, errFull) {
		t.Errorf("got %v", err)
	}
}

type fullDisk struct{}

var errFull = errors.New("no space left")

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }
