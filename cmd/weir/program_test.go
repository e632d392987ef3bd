package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/weirhq/weir/warehouse/embedded"
)

// weirBinary is the program under test, built once for all tests.
var weirBinary string

func TestMain(m *testing.M) {
	status, err := buildAndRun(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		status = 1
	}
	os.Exit(status)
}

func buildAndRun(m *testing.M) (status int, err error) {
	dir, err := os.MkdirTemp("", "weir-test-")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	weirBinary = filepath.Join(dir, "weir")
	if out, err := exec.Command("go", "build", "-o", weirBinary, ".").CombinedOutput(); err != nil {
		return 0, fmt.Errorf("build the program: %w\n%s", err, out)
	}
	return m.Run(), nil
}

// place is where the program runs in a test: an empty working directory, home and directory for temporary files.
type place struct {
	t       *testing.T
	dir     string // the working directory
	scratch string // where temporary files go
	env     []string
}

func newPlace(t *testing.T) *place {
	t.Helper()
	library, err := embedded.FindLibrary("")
	if err != nil {
		t.Fatal(err)
	}
	p := &place{t: t, dir: t.TempDir(), scratch: t.TempDir()}
	p.env = append(os.Environ(), embedded.LibraryVariable+"="+library, "HOME="+t.TempDir(), "XDG_DATA_HOME="+t.TempDir(), "TMPDIR="+p.scratch,
		"GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1")
	return p
}

// outcome is what a run of the program left.
type outcome struct {
	stdout, stderr string
	status         int
}

func (p *place) command(args ...string) *exec.Cmd {
	cmd := exec.Command(weirBinary, args...)
	cmd.Dir, cmd.Env = p.dir, p.env
	return cmd
}

func (p *place) weir(args ...string) outcome {
	p.t.Helper()
	cmd := p.command(args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		p.t.Fatalf("weir %s: %v", strings.Join(args, " "), err)
	}
	return outcome{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

// succeed runs the program and wants exit status 0.
func (p *place) succeed(args ...string) outcome {
	p.t.Helper()
	got := p.weir(args...)
	if got.status != 0 {
		p.t.Fatalf("weir %s: exit status %d, standard error:\n%s", strings.Join(args, " "), got.status, got.stderr)
	}
	return got
}

// write makes a file in the working directory.
func (p *place) write(name, text string) {
	p.t.Helper()
	file := filepath.Join(p.dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		p.t.Fatal(err)
	}
}

func (p *place) read(name string) string {
	p.t.Helper()
	text, err := os.ReadFile(filepath.Join(p.dir, name))
	if err != nil {
		p.t.Fatal(err)
	}
	return string(text)
}

// files are the names in a directory of the working directory.
func (p *place) files(name string) []string {
	p.t.Helper()
	entries, err := os.ReadDir(filepath.Join(p.dir, name))
	if err != nil {
		p.t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}
