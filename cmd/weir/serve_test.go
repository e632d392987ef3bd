package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/weirhq/weir/metrics"
)

// server is a program of ours that serves until the test ends.
type server struct {
	t       *testing.T
	cmd     *exec.Cmd
	address string
	page    string

	mu     sync.Mutex
	stderr bytes.Buffer
	ended  chan error
}

func (s *server) Write(text []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stderr.Write(text)
}

func (s *server) said() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stderr.String()
}

var answersAt = regexp.MustCompile(`Weir answers at (http://[^/\s]+)(\S*)`)

// serve starts the program with a free port and waits until it answers.
func (p *place) serve(args ...string) *server {
	p.t.Helper()
	s := &server{t: p.t, cmd: p.command(append(args, "--listen", "127.0.0.1:0")...), ended: make(chan error, 1)}
	s.cmd.Stderr = s
	if err := s.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	go func() { s.ended <- s.cmd.Wait() }()
	p.t.Cleanup(func() { _ = s.cmd.Process.Kill() })
	for deadline := time.Now().Add(10 * time.Minute); ; {
		if found := answersAt.FindStringSubmatch(s.said()); found != nil {
			s.address, s.page = found[1], found[2]
			return s
		}
		select {
		case err := <-s.ended:
			p.t.Fatalf("weir %s ended: %v\n%s", strings.Join(args, " "), err, s.said())
		case <-time.After(10 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("weir %s does not answer:\n%s", strings.Join(args, " "), s.said())
		}
	}
}

func (s *server) get(path string) (int, string) {
	s.t.Helper()
	response, err := http.Get(s.address + path) //nolint:gosec,noctx // an address of this test
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

// stop sends a signal and says how the program ended.
func (s *server) stop(signal os.Signal) int {
	s.t.Helper()
	if err := s.cmd.Process.Signal(signal); err != nil {
		s.t.Fatal(err)
	}
	select {
	case err := <-s.ended:
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			s.t.Fatal(err)
		}
		return s.cmd.ProcessState.ExitCode()
	case <-time.After(30 * time.Second):
		s.t.Fatalf("it did not end:\n%s", s.said())
		return -1
	}
}

// A directory that is served is asked through its server, and everything is answered the same, to the last byte.
func TestServer(t *testing.T) {
	p := newPlace(t)
	p.write("weir.yaml", "timezone: Europe/Paris\n")
	p.succeed("import", filepath.Join(moduleRoot(t), "cmd", "weir", "testdata", "small-history"), "--data-dir", "data")
	var questions [][]string
	for _, m := range metrics.Catalogue() {
		formats := []string{"json"}
		if slices.Contains([]string{"lead_time", "deployment_frequency", "change_failure_rate", "flow_efficiency", "flow_load", "flow_distribution"}, m.ID) { // one of each shape
			formats = []string{"json", "csv", "table"}
		}
		for _, format := range formats {
			window := []string{"--from", "2026-01-01", "--to", "2026-02-01", "--format", format}
			questions = append(questions,
				append([]string{"query", m.ID}, window...), append([]string{"query", m.ID, "--every", "week", "--by", "service"}, window...),
				append([]string{"items", m.ID}, window...), append([]string{"items", m.ID, "--excluded", "--limit", "2"}, window...))
		}
	}
	want := map[string]outcome{}
	for _, q := range questions {
		want[strings.Join(q, " ")] = p.succeed(append(q, "--data-dir", "data")...)
	}

	s := p.serve("serve", "--data-dir", "data")
	for _, q := range questions {
		if got, want := p.succeed(append(q, "--server", s.address)...), want[strings.Join(q, " ")]; got != want {
			t.Errorf("weir %s --server: got\n%s%s\nwant\n%s%s", strings.Join(q, " "), got.stdout, got.stderr, want.stdout, want.stderr)
		}
	}
	for _, c := range []struct {
		args   string
		status int
		says   string
	}{
		{"query lead_tim --server " + s.address, exitUsage, `did you mean "lead_time"`},
		{"query lead_time --by person --server " + s.address, exitUsage, "by"},
		{"query time_to_restore --by environment --server " + s.address, exitUsage, "--by: time_to_restore counts incidents"},
		{"items lead_time --after x --server " + s.address, exitUsage, "--after: "},
		{"query lead_time --stream delivery --server " + s.address, exitUsage, "--stream: lead_time counts no items"},
		{"items flow_velocity --stream x --server " + s.address, exitUsage, `--stream: there is no stream "x"`},
		{"query lead_time --server 127.0.0.1", exitUsage, "--server: "},
		{"query lead_time --server http://127.0.0.1:1", exitFailure, "weir serve"},
		{"query lead_time --server " + s.address + " --data-dir data", exitUsage, "leave out --data-dir"},
		{"export out --server " + s.address, exitUsage, "leave out --server"},
		// The directory is in use, and whoever finds it so is told what to do.
		{"query lead_time --data-dir data", exitFailure, "--server " + s.address},
		{"serve --data-dir data", exitFailure, "answers at " + s.address},
		{"serve --data-dir other --listen " + strings.TrimPrefix(s.address, "http://"), exitFailure, "--listen"},
	} {
		if got := p.weir(strings.Fields(c.args)...); got.status != c.status || !strings.Contains(got.stderr, c.says) {
			t.Errorf("weir %s: status %d, %q; want %d and %q", c.args, got.status, got.stderr, c.status, c.says)
		}
	}
	var status struct {
		Timezone  string
		Simulated bool
	}
	if _, text := s.get("/api/v1/status"); json.Unmarshal([]byte(text), &status) != nil || status.Timezone != "Europe/Paris" || status.Simulated {
		t.Errorf("the status is %s", text)
	}
	if status := s.stop(syscall.SIGTERM); status != 0 || !strings.Contains(s.said(), "stopped") {
		t.Errorf("after SIGTERM: status %d, %s", status, s.said())
	}
	p.succeed("query", "lead_time", "--data-dir", "data") // the directory is free again
}

// Records are imported through a server as they are without one.
func TestImportThroughServer(t *testing.T) {
	p := newPlace(t)
	history := filepath.Join(moduleRoot(t), "cmd", "weir", "testdata", "small-history")
	p.write("bad/incidents.csv", "id,started_at\nI1,2026-01-02T10:00:00Z\nI2,soon\n")
	p.write("odd/notes.txt", "")
	s := p.serve("serve", "--data-dir", "served")
	took := regexp.MustCompile(` in [^\n]+`) // another time each time
	for _, args := range [][]string{
		{history}, {history}, {"bad"}, {"bad/incidents.csv", "--rejects", "bad.ndjson"}, {"odd"}, {"missing.csv"}, {"odd/notes.txt"},
	} {
		local := p.weir(append(append([]string{"import"}, args...), "--data-dir", "local")...)
		kept := ""
		if len(args) > 1 {
			kept = p.read("bad.ndjson")
		}
		sent := p.weir(append(append([]string{"import"}, args...), "--server", s.address)...)
		if took.ReplaceAllString(sent.stderr, "") != took.ReplaceAllString(local.stderr, "") || sent.status != local.status {
			t.Errorf("import %v: through the server status %d, %q; without it %d, %q", args, sent.status, sent.stderr, local.status, local.stderr)
		}
		if len(args) > 1 && (p.read("bad.ndjson") != kept || !strings.Contains(kept, "bad/incidents.csv")) {
			t.Errorf("the rejected rows are %q, without a server %q", p.read("bad.ndjson"), kept)
		}
	}
	for _, metric := range []string{"lead_time", "time_to_restore"} {
		query := []string{"query", metric, "--from", "2026-01-01", "--to", "2026-02-01", "--format", "json"}
		if got, want := p.succeed(append(query, "--server", s.address)...), p.succeed(append(query, "--data-dir", "local")...); got != want {
			t.Errorf("%s: got %s, want %s", metric, got.stdout, want.stdout)
		}
	}
	// A page of another site cannot make the browser write here.
	request, err := http.NewRequest(http.MethodPost, s.address+"/api/v1/import", strings.NewReader("")) //nolint:noctx // an address of this test
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Origin", "https://elsewhere.example")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusForbidden {
		t.Errorf("from another site: status %d", response.StatusCode)
	}
}

// The demo goes on working while it is served, and goes on from there the next time.
func TestDemoGoesOn(t *testing.T) {
	p := newPlace(t)
	s := p.serve("demo", "--data-dir", "demo", "--speed", "10000")
	version := func() string {
		var status struct {
			Simulated bool
			Data      struct{ Version string }
		}
		_, text := s.get("/api/v1/status")
		if err := json.Unmarshal([]byte(text), &status); err != nil || !status.Simulated {
			t.Fatalf("the status is %s: %v", text, err)
		}
		return status.Data.Version
	}
	first := version()
	for deadline := time.Now().Add(2 * time.Minute); version() == first; time.Sleep(200 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("nothing happened in the company:\n%s", s.said())
		}
	}
	if status := s.stop(os.Interrupt); status != 0 {
		t.Errorf("after Ctrl-C: status %d, %s", status, s.said())
	}
	again := p.succeed("demo", "--data-dir", "demo", "--serve=false")
	if strings.Contains(again.stderr, "making") {
		t.Errorf("the second time it was made anew: %s", again.stderr)
	}
}

func TestGitServe(t *testing.T) {
	p := newPlace(t)
	p.repository("shop", 1)
	p.git(1, "shop", "tag", "v1.0.0")
	s := p.serve("git", "shop", "--serve", "--from", "2026-01-01")
	if s.page != "/?every=month&from=2026-01-01" {
		t.Errorf("the page to look at is %s", s.page)
	}
	if status, text := s.get("/api/v1/metrics/deployment_frequency?from=2026-01-01&to=2026-12-31"); status != 200 || !strings.Contains(text, `"n":1,`) {
		t.Errorf("the deployments are %s", text)
	}
	// What is shown will be forgotten, so nothing is taken.
	p.write("incidents.csv", "id,started_at\nI1,2026-01-02T10:00:00Z\n")
	if sent := p.weir("import", "incidents.csv", "--server", s.address); sent.status != exitFailure || !strings.Contains(sent.stderr, "forgets it") {
		t.Errorf("import: status %d, %q", sent.status, sent.stderr)
	}
	if unserved := p.weir("git", "shop", "--listen", "127.0.0.1:0"); unserved.status != exitUsage || !strings.Contains(unserved.stderr, "--serve") {
		t.Errorf("--listen without --serve: status %d, %q", unserved.status, unserved.stderr)
	}
	if status := s.stop(os.Interrupt); status != 0 {
		t.Errorf("after Ctrl-C: status %d, %s", status, s.said())
	}
	if left := p.leftInScratch(); len(left) > 0 {
		t.Errorf("what was read is not forgotten: %v", left)
	}
}
