package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// checkoutDeployments are those of the first worked example of the definitions.
const checkoutDeployments = `service,environment,id,started_at,finished_at,result
checkout,production,1,,2026-03-02T10:00:00Z,success
checkout,production,2,,2026-03-03T10:00:00Z,success
checkout,production,3,,2026-03-03T16:00:00Z,failure
checkout,production,4,,2026-03-09T09:00:00Z,success
`

var march = []string{"--from", "2026-03-02", "--to", "2026-03-16"}

func TestWrongUsage(t *testing.T) {
	tests := []struct {
		args string
		want string // part of the sentence
	}{
		{"qury lead_time", "did you mean `weir query`?"},
		{"zzzzzz", "`weir --help` lists the commands"},
		{"query cumulative_flow", "weir: cumulative_flow is no figure by itself, but a part of an answer: `weir flow`, GET /api/v1/flow"},
		{"query lead_tme", `weir: there is no metric "lead_tme"; did you mean "lead_time"?`},
		{"query", "needs a metric"},
		{"query lead_time recovery_time", "takes a metric, but got 2 arguments"},
		{"query lead_time --evry week", "did you mean --every?"},
		{"query lead_time --every wek", "did you mean week?"},
		{"query lead_time --by squad", `"squad" is none of none, service`},
		{"query lead_time --from yesterday", `"yesterday" is not a time`},
		{"query lead_time --from 2026-02-30", `"2026-02-30" is not a time`},
		{"query lead_time --format xml", `"xml" is none of table, json, csv`},
		{"items lead_time --limit many", "--limit"},
		{"import", "needs a file or a directory"},
		{"metrics extra", "takes no argument"},
		{"demo --config x.yaml", "leave out --config"},
		{"query lead_time --log-level loud", "--log-level"},
	}
	p := newPlace(t)
	for _, test := range tests {
		got := p.weir(append(strings.Fields(test.args), "--data-dir", "data")...)
		if got.status != exitUsage || !strings.Contains(got.stderr, test.want) || !strings.HasPrefix(got.stderr, "weir: ") || got.stdout != "" {
			t.Errorf("weir %s: status %d, stdout %q, stderr %q; want status 2 and %q", test.args, got.status, got.stdout, got.stderr, test.want)
		}
		if strings.Count(got.stderr, "\n") != 1 {
			t.Errorf("weir %s: more than one sentence: %q", test.args, got.stderr)
		}
	}
	if _, err := os.Stat(filepath.Join(p.dir, "data")); err == nil {
		t.Error("wrong usage made a data directory")
	}
}

func TestWrongQuestion(t *testing.T) {
	p := newPlace(t)
	for args, want := range map[string]string{
		"query lead_time --from 2026-03-02 --to 2026-03-01": "--from: ",
		"query lead_time --clock working":                   "calendar",
		"items lead_time --after nonsense":                  "after",
	} {
		got := p.weir(append(strings.Fields(args), "--data-dir", "data")...)
		if got.status != exitUsage || !strings.Contains(got.stderr, want) || got.stdout != "" {
			t.Errorf("weir %s: status %d, stdout %q, stderr %q", args, got.status, got.stdout, got.stderr)
		}
	}
}

func TestImportAndQuery(t *testing.T) {
	p := newPlace(t)
	p.write("in/deployments.csv", checkoutDeployments)
	imported := p.succeed("import", "in", "--data-dir", "data")
	if imported.stdout != "" || !strings.Contains(imported.stderr, "deployments: 4 written, 0 unchanged") {
		t.Errorf("import: stdout %q, stderr %q", imported.stdout, imported.stderr)
	}
	again := p.succeed("import", "in", "--data-dir", "data")
	if !strings.Contains(again.stderr, "deployments: 0 written, 4 unchanged") {
		t.Errorf("importing again: %q", again.stderr)
	}

	ask := func(args ...string) outcome {
		return p.succeed(slices.Concat([]string{"query", "deployment_frequency", "--data-dir", "data"}, march, args)...)
	}
	var answer struct {
		Metric, Unit string
		From, To     time.Time
		Rows         []map[string]any
	}
	got := ask("--format", "json")
	if err := json.Unmarshal([]byte(got.stdout), &answer); err != nil || got.stderr != "" {
		t.Fatalf("%v in %q; standard error %q", err, got.stdout, got.stderr)
	}
	want := `deployment_frequency per day 2026-03-02T00:00:00Z 2026-03-16T00:00:00Z [map[days:14 days_with:3 n:3 value:0.21428571428571427]]`
	if is := fmt.Sprint(answer.Metric, " ", answer.Unit, " ", answer.From.Format(time.RFC3339), " ", answer.To.Format(time.RFC3339), " ", answer.Rows); is != want {
		t.Errorf("got  %s\nwant %s", is, want)
	}
	csv := ask("--format", "csv", "--every", "week", "--by", "service").stdout
	if want := "group,bucket,n,days,days_with,value\ncheckout,2026-03-02T00:00:00Z,2,7,2,0.2857142857142857\ncheckout,2026-03-09T00:00:00Z,1,7,1,0.14285714285714285\n"; csv != want {
		t.Errorf("got %q\nwant %q", csv, want)
	}
	table := ask("--every", "week").stdout
	for _, want := range []string{"2026-W10  2     7              2     0.29", "2026-03-02 to 2026-03-16 (UTC)", "left out: 1 "} {
		if !strings.Contains(table, want) {
			t.Errorf("the table has no %q:\n%s", want, table)
		}
	}
	items := p.succeed(slices.Concat([]string{"items", "deployment_frequency", "--data-dir", "data", "--format", "csv", "--limit", "2"}, march)...)
	if lines := strings.Split(items.stdout, "\n"); len(lines) != 4 || !strings.HasPrefix(lines[0], "id,kind,title,url,service") {
		t.Errorf("two items: %q", items.stdout)
	}
}

func TestReportingZone(t *testing.T) {
	p := newPlace(t)
	p.write("in/deployments.csv", "service,environment,id,finished_at\ncheckout,production,1,2026-06-30T23:30:00Z\n")
	p.write("weir.yaml", "timezone: Europe/Paris\n")
	p.succeed("import", "in", "--data-dir", "data")
	got := p.succeed("query", "deployment_frequency", "--data-dir", "data", "--from", "2026-07-01", "--to", "2026-08-01", "--every", "month", "--format", "json").stdout
	// Half past eleven in UTC is July already in Paris.
	for _, want := range []string{`"from":"2026-06-30T22:00:00Z"`, `"bucket":"2026-07-01T00:00:00+02:00"`, `"n":1`} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
}

func TestExportIsTheSameAfterImport(t *testing.T) {
	p := newPlace(t)
	p.write("in/deployments.csv", checkoutDeployments)
	p.write("in/commits.ndjson", `{"repo":"shop/checkout","sha":"a1","parents":[],"authored_at":"2026-03-01T09:00:00.123+02:00","message":"One, \"two\"\n\nthree","mainline":true}`+"\n")
	p.write("in/incidents.csv", "id,services,started_at,title\nINC-1,checkout pricing,2026-03-03 12:00:00,\"Queue, full\"\n")
	p.succeed("import", "in", "--data-dir", "first")
	for _, flags := range [][]string{{"--format", "ndjson"}, {"--format", "csv"}, {"--format", "csv", "--gzip"}} {
		name := strings.Join(flags, "")
		out := p.succeed(append([]string{"export", "one" + name, "--data-dir", "first"}, flags...)...)
		if out.stdout != "" {
			t.Errorf("export wrote to standard output: %q", out.stdout)
		}
		p.succeed("import", "one"+name, "--data-dir", "second"+name)
		p.succeed(append([]string{"export", "two" + name, "--data-dir", "second" + name}, flags...)...)
		names := p.files("one" + name)
		if len(names) != 3 || !slices.Equal(names, p.files("two"+name)) {
			t.Errorf("%v: exported %v, then %v", flags, names, p.files("two"+name))
			continue
		}
		for _, file := range names {
			if one, two := p.read("one"+name+"/"+file), p.read("two"+name+"/"+file); one != two {
				t.Errorf("%v: %s was\n%s\nand is\n%s", flags, file, one, two)
			}
		}
	}
}

func TestRejects(t *testing.T) {
	p := newPlace(t)
	p.write("in/deployments.csv", checkoutDeployments+"checkout,production,5,,soon,success\n")
	refused := p.weir("import", "in", "--data-dir", "data")
	if refused.status != exitFailure || !strings.Contains(refused.stderr, "deployments.csv line 6, finished_at") || refused.stdout != "" {
		t.Errorf("status %d, stdout %q, stderr %q", refused.status, refused.stdout, refused.stderr)
	}
	kept := p.weir("import", "in", "--data-dir", "data", "--rejects", "bad.ndjson")
	if kept.status != exitRejects || !strings.Contains(kept.stderr, "deployments: 4 written, 0 unchanged") || !strings.Contains(kept.stderr, "bad.ndjson") {
		t.Errorf("status %d, stderr %q", kept.status, kept.stderr)
	}
	if bad := p.read("bad.ndjson"); strings.Count(bad, "\n") != 1 || !strings.Contains(bad, "soon") {
		t.Errorf("the rejected rows are %q", bad)
	}
}

// TestOneProcessADirectory holds an import up by a file that does not end, and interrupts it.
func TestOneProcessADirectory(t *testing.T) {
	p := newPlace(t)
	fifo := filepath.Join(p.dir, "commits.ndjson")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	holder := p.command("import", "commits.ndjson", "--data-dir", "data")
	if err := holder.Start(); err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(fifo, os.O_WRONLY, 0) // returns when the import reads it
	if err != nil {
		t.Fatal(err)
	}
	got := p.weir("query", "lead_time", "--data-dir", "data")
	if want := fmt.Sprintf("is open in process %d", holder.Process.Pid); got.status != exitFailure || !strings.Contains(got.stderr, want) {
		t.Errorf("status %d, stderr %q; want %q", got.status, got.stderr, want)
	}
	if err := holder.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	// The program hears the signal in its own time; then the file ends, which lets it go on.
	time.Sleep(200 * time.Millisecond)
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	_ = holder.Wait() // it fails by design; the status tells
	if status := holder.ProcessState.ExitCode(); status != exitSignal+int(syscall.SIGINT) {
		t.Errorf("an interrupted import ended with status %d", status)
	}
	p.succeed("query", "lead_time", "--data-dir", "data")
}

func TestConfigurationFault(t *testing.T) {
	p := newPlace(t)
	p.write("weir.yaml", "timezone: UTC\nservices:\n  - name: checkout\n    repo: [shop/checkout]\n")
	got := p.weir("query", "lead_time", "--data-dir", "data")
	if want := "weir: weir.yaml:4:5: there is no key \"repo\" here; did you mean \"repos\"?\n"; got.status != exitFailure || got.stderr != want {
		t.Errorf("status %d, stderr %q, want %q", got.status, got.stderr, want)
	}
	got = p.weir("query", "lead_time", "--data-dir", "data", "--config", "missing.yaml")
	if got.status != exitFailure || !strings.Contains(got.stderr, "missing.yaml") {
		t.Errorf("status %d, stderr %q", got.status, got.stderr)
	}
}

func TestResultThatCannotBeWritten(t *testing.T) {
	p := newPlace(t)
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	cmd := p.command("metrics")
	cmd.Stdout = full
	_ = cmd.Run() // it fails by design; the status tells
	if err := full.Close(); err != nil {
		t.Fatal(err)
	}
	if status := cmd.ProcessState.ExitCode(); status != exitFailure {
		t.Errorf("exit status %d", status)
	}
}
