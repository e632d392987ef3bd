package embedded

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// Steps that a test runs in a process of its own: the test binary again, with the step's name in the environment.
const (
	stepVariable = "WEIR_TEST_STEP"
	dirVariable  = "WEIR_TEST_DIR"
)

func TestMain(m *testing.M) {
	if os.Getenv(stepVariable) != "open" {
		os.Exit(m.Run())
	}
	if _, err := Open(os.Getenv(dirVariable), ""); err != nil {
		_, _ = os.Stdout.WriteString(err.Error())
		os.Exit(3)
	}
	os.Exit(0)
}

// openElsewhere opens dir in another process and returns what that process says; nothing when it could.
func openElsewhere(t *testing.T, dir string, environment ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(append(os.Environ(), stepVariable+"=open", dirVariable+"="+dir), environment...)
	said, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 3) {
		t.Fatalf("the other process: %v, output %q", err, said)
	}
	if err == nil && len(said) > 0 {
		t.Fatalf("the other process opened the directory and printed %q, want nothing", said)
	}
	return string(said)
}

func openEngine(t *testing.T) *Engine {
	t.Helper()
	e, err := Open(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

// connect opens the driver on an engine of its own, with so many connections at most.
func connect(t *testing.T, connections int) clickhouse.Conn {
	t.Helper()
	e := openEngine(t)
	conn, err := clickhouse.Open(&clickhouse.Options{
		Addr: []string{"embedded"}, Protocol: clickhouse.HTTP, TransportFunc: e.Transport,
		MaxOpenConns: connections, MaxIdleConns: connections,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	})
	return conn
}

func exec1(t *testing.T, conn clickhouse.Conn, sql string) {
	t.Helper()
	if err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func TestOpenRefusals(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	e := openEngine(t)
	for name, test := range map[string]struct {
		dir  string
		is   error
		want []string
	}{
		"under a file":              {filepath.Join(file, "data"), nil, []string{"cannot be created", "--data-dir", "not a directory"}},
		"open in this process":      {e.dir, ErrInUse, []string{"is open in process", "--data-dir"}},
		"another one while one is":  {t.TempDir(), nil, []string{"cannot open", "under another path in this one"}},
		"lock file is a directory":  {lockIsDirectory(t), nil, []string{"is not writable", "--data-dir"}},
		"a file instead of a place": {file, nil, []string{"cannot be created", "--data-dir"}},
	} {
		t.Run(name, func(t *testing.T) {
			second, err := Open(test.dir, "")
			if err == nil {
				_ = second.Close()
				t.Fatal("opened, want a refusal")
			}
			if test.is != nil && !errors.Is(err, test.is) {
				t.Errorf("got %v, want one that is %v", err, test.is)
			}
			for _, part := range append(test.want, test.dir) {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("got %q, want it to contain %q", err, part)
				}
			}
		})
	}
}

func lockIsDirectory(t *testing.T) string {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "lock"), 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestLockedByAnotherProcess(t *testing.T) {
	e := openEngine(t)
	said := openElsewhere(t, e.dir)
	holder, err := os.ReadFile(filepath.Join(e.dir, "lock"))
	if err != nil {
		t.Fatal(err)
	}
	pid, _, _ := strings.Cut(string(holder), " ")
	if want := "is open in process " + pid + " ("; pid == "" || !strings.Contains(said, want) {
		t.Errorf("the other process said %q, want %q in it", said, want)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if said := openElsewhere(t, e.dir); said != "" {
		t.Errorf("after Close the other process said %q, want it to open the directory", said)
	}
}

func TestMissingLibrary(t *testing.T) {
	nowhere := filepath.Join(t.TempDir(), "libchdb.so")
	got := openElsewhere(t, t.TempDir(), LibraryVariable+"="+nowhere)
	want := "the ClickHouse engine library is missing: " + nowhere + " does not exist; set WEIR_ENGINE to the file libchdb.so, or run `make engine`"
	if got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if _, err := FindLibrary(nowhere); !errors.Is(err, ErrNoLibrary) {
		t.Errorf("FindLibrary: got %v, want ErrNoLibrary", err)
	}
}

func TestReopen(t *testing.T) {
	dir := t.TempDir()
	for want := range uint64(3) {
		e, err := Open(dir, "")
		if err != nil {
			t.Fatal(err)
		}
		transport, err := e.Transport(nil)
		if err != nil {
			t.Fatal(err)
		}
		session := transport.(interface {
			prepare(params url.Values) error
			run(query string, names, values []string) ([]byte, error)
			CloseIdleConnections()
		})
		if err := session.prepare(nil); err != nil {
			t.Fatal(err)
		}
		for _, sql := range []string{"CREATE TABLE IF NOT EXISTS default.kept (x UInt64) ENGINE = MergeTree ORDER BY x", "INSERT INTO default.kept VALUES (1)"} {
			if _, err := session.run(sql, nil, nil); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := session.run("SELECT throwIf(count() != {n:UInt64}) FROM default.kept", []string{"n"}, []string{string('1' + rune(want))}); err != nil {
			t.Errorf("opening %d: %v", want+1, err)
		}
		session.CloseIdleConnections()
		if err := errors.Join(e.Close(), e.Close()); err != nil {
			t.Fatal(err)
		}
		if _, err := e.Transport(nil); err == nil {
			t.Error("a closed engine gave a connection")
		}
	}
}

// TestCancelledGreeting: the driver forgets a connection whose greeting fails, without closing it. It must not keep the
// engine on its directory, or no other could be opened in this process.
func TestCancelledGreeting(t *testing.T) {
	e, err := Open(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	transport, err := e.Transport(nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	greeting, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://embedded", strings.NewReader(hello))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := transport.RoundTrip(greeting); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want the context's error", err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	openEngine(t)
}

func TestCancellation(t *testing.T) {
	for name, sql := range map[string]string{
		"read":  "SELECT sum(sleepEachRow(0.5)) FROM numbers(60) SETTINGS max_block_size = 1, function_sleep_max_microseconds_per_block = 0",
		"write": "INSERT INTO slow SELECT sleepEachRow(0.5) FROM numbers(60) SETTINGS max_block_size = 1, function_sleep_max_microseconds_per_block = 0",
	} {
		t.Run(name, func(t *testing.T) {
			conn := connect(t, 1) // one: what comes afterwards runs on the connection of the cancelled query
			exec1(t, conn, "CREATE TABLE slow (x UInt8) ENGINE = MergeTree ORDER BY x")
			ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
			defer cancel()
			start := time.Now()
			err := conn.Exec(ctx, sql)
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v, want the context's error", err)
			}
			if took := time.Since(start); took > 3*time.Second {
				t.Errorf("the query ran for %v after it was cancelled", took)
			}
			var n uint64
			if err := conn.QueryRow(t.Context(), "SELECT count() FROM system.processes").Scan(&n); err != nil || n != 1 {
				t.Errorf("afterwards: %d queries running, error %v; want only the one that asks", n, err)
			}
		})
	}
}

func TestParallelConnections(t *testing.T) {
	conn := connect(t, 2)
	var wait sync.WaitGroup
	start := time.Now()
	for range 2 {
		wait.Go(func() {
			if err := conn.Exec(t.Context(), "SELECT sleep(0.7)"); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if took := time.Since(start); took > 1300*time.Millisecond {
		t.Errorf("two queries of 0.7 s took %v: one after the other, want at the same time", took)
	}
}

func TestStreamIsBounded(t *testing.T) {
	conn := connect(t, 1)
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	rows, err := conn.Query(t.Context(), "SELECT number, toString(number) || repeat('x', 100) FROM numbers(2000000)")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var count, sum, number, most uint64
	var text string
	for rows.Next() {
		if err := rows.Scan(&number, &text); err != nil {
			t.Fatal(err)
		}
		count, sum = count+1, sum+number
		if count%200_000 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapAlloc)
		}
	}
	if rows.Err() != nil || count != 2_000_000 || sum != 1_999_999_000_000 {
		t.Fatalf("%d rows with the sum %d, error %v", count, sum, rows.Err())
	}
	// The whole result is over 220 MB; some blocks of 65,505 rows wait in the driver, of some 8 MB each.
	if grown := int64(most) - int64(before.HeapAlloc); grown > 60<<20 {
		t.Errorf("reading 2,000,000 rows held %d MB, want blocks only", grown>>20)
	}
}

func TestStreamGivenUp(t *testing.T) {
	conn := connect(t, 1)
	ctx, cancel := context.WithCancel(t.Context())
	rows, err := conn.Query(ctx, "SELECT number FROM numbers(1000000000000)")
	if err != nil {
		t.Fatal(err)
	}
	if !rows.Next() {
		t.Fatal("no row")
	}
	cancel() // the driver's Close alone would read the result to its end
	ended := make(chan error, 1)
	go func() { ended <- rows.Close() }()
	select {
	case <-ended: // with the context's error or without: whoever gives up does not ask
	case <-time.After(5 * time.Second):
		t.Fatal("the query goes on after its context ended")
	}
	exec1(t, conn, "SELECT 1")
}
