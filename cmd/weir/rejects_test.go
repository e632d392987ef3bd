package main

import (
	"io"
	"os"
	"path/filepath"
	"testing"
)

// The file of rejected rows is replaced by a run that succeeds, never by one that fails, and never is an input.
func TestRejectsLoseNothing(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := "repo,sha,authored_at\nshop/a,1,2026-03-02 09:00:00\n"
	input := write("in/commits.csv", good)
	broken := write("broken/commits.csv", "repo,sha,nonsense\na,b,c\n")
	kept := write("kept.ndjson", "mine\n")
	mixed := write("mixed/commits.csv", good+"shop/a,2,yesterday\n")
	for _, test := range []struct {
		name, rejects, path string
		code                int
		file, want          string
	}{
		{"an input named among the paths", input, input, 1, input, good},
		{"an input in a directory", input, filepath.Dir(input), 1, input, good},
		{"a run that fails", kept, broken, 1, kept, "mine\n"},
		{"a run with bad rows", kept, mixed, 3, kept, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			code := run([]string{"import", "--data-dir", filepath.Join(dir, "data"), "--rejects", test.rejects, test.path}, io.Discard, io.Discard)
			if code != test.code {
				t.Errorf("exit status %d, want %d", code, test.code)
			}
			got, err := os.ReadFile(test.file)
			if err != nil {
				t.Fatal(err)
			}
			if test.want != "" && string(got) != test.want || test.want == "" && string(got) == "mine\n" {
				t.Errorf("%s is now %q, want %q", test.file, got, test.want)
			}
		})
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*.partial-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}
