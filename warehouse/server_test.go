package warehouse_test

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"

	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/embedded"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// serve puts the engine behind a port, as far as the driver uses a server's HTTP interface, and returns its address.
func serve(t *testing.T) string {
	t.Helper()
	engine, err := embedded.Open(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(to http.ResponseWriter, req *http.Request) {
		session, err := engine.Transport(nil)
		if err != nil {
			http.Error(to, err.Error(), http.StatusServiceUnavailable)
			return
		}
		defer session.(interface{ CloseIdleConnections() }).CloseIdleConnections()
		answer, err := session.RoundTrip(req)
		if err != nil {
			http.Error(to, err.Error(), http.StatusBadGateway)
			return
		}
		defer answer.Body.Close()
		to.WriteHeader(answer.StatusCode)
		if _, err := io.Copy(to, answer.Body); err != nil {
			panic(http.ErrAbortHandler)
		}
	}))
	t.Cleanup(func() {
		server.Close()
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
	})
	return server.Listener.Addr().String()
}

func TestServer(t *testing.T) {
	url := "http://" + serve(t) + "/flow"
	for range 2 {
		w, err := warehouse.Open(t.Context(), warehouse.Configuration{URL: url})
		if err != nil {
			t.Fatal(err)
		}
		if w.Embedded() {
			t.Error("a server is said to be embedded")
		}
		write(t, w, build("1", "it's\tmain", 1, ""))
		if got := branches(t, w); len(got) != 1 || got["1"] != "it's\tmain" {
			t.Errorf("got %q", got)
		}
		if got := number(t, w, "SELECT count() AS n FROM flow.builds WHERE getSetting('session_timezone') = 'UTC'"); got != 1 {
			t.Errorf("%d rows in the URL's database, want 1", got)
		}
		closeStore(t, w)
	}
}

// TestServerKeepsAnotherProcessesLoad: on a server, a staging table may belong to a load that runs elsewhere.
func TestServerKeepsAnotherProcessesLoad(t *testing.T) {
	cfg := warehouse.Configuration{URL: "http://" + serve(t), Database: "flow"}
	var stores [2]*warehouse.Warehouse
	for i := range stores {
		w, err := warehouse.Open(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := w.Close(); err != nil {
				t.Error(err)
			}
		})
		stores[i] = w
	}
	load, err := stores[0].BeginLoad(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := load.Stage(t.Context(), batch("staged")); err != nil {
		t.Fatal(err)
	}
	write(t, stores[1], build("1", "main", 0, ""))
	if _, err := load.Commit(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if got := branches(t, stores[1]); len(got) != 2 || got["success"] != "staged" {
		t.Errorf("got %v, want the builds of both loads", got)
	}
}

func TestWarehousetestOnAServer(t *testing.T) {
	url := "http://" + serve(t) + "/mine"
	t.Setenv(warehousetest.ServerVariable, url)
	const databases = "SELECT count() AS n FROM system.databases WHERE name LIKE 'weir\\_test\\_%'"
	t.Run("a test", func(t *testing.T) {
		one, two := warehousetest.Open(t), warehousetest.Open(t)
		write(t, one, build("1", "main", 0, ""))
		if got := branches(t, two); one.Embedded() || len(got) != 0 {
			t.Errorf("embedded %v, the second warehouse has %v; want a database each on the server", one.Embedded(), got)
		}
		if got := number(t, one, databases); got != 2 {
			t.Errorf("%d databases of tests, want 2", got)
		}
	})
	w, err := warehouse.Open(t.Context(), warehouse.Configuration{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	defer closeStore(t, w)
	if got := number(t, w, databases); got != 0 {
		t.Errorf("%d databases are left, want 0", got)
	}
}

func TestOpenExplains(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	const shape = "warehouse.url must look like clickhouse://user:password@host:9000/weir or http://host:8123/weir"
	for name, test := range map[string]struct{ url, want string }{
		"nobody there, native":  {"clickhouse://" + closed + "/weir", "no ClickHouse server answers at " + closed + "; start it, or check warehouse.url"},
		"nobody there, http":    {"http://" + closed + "/weir", "no ClickHouse server answers at " + closed + "; start it, or check warehouse.url"},
		"no host":               {"clickhouse:///weir", shape},
		"a bare name":           {"localhost", shape},
		"nonsense":              {"http://[::1", shape},
		"another kind of store": {"postgres://user:hidden@host:5432/weir", shape},
		"no port":               {"clickhouse://user:hidden@host/weir", shape},
	} {
		t.Run(name, func(t *testing.T) {
			w, err := warehouse.Open(t.Context(), warehouse.Configuration{URL: test.url})
			if err == nil {
				_ = w.Close()
				t.Fatal("opened, want an error")
			}
			if !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("got  %q\nwant %q at its beginning", err, test.want)
			}
			if strings.Contains(err.Error(), "hidden") {
				t.Errorf("%q shows the password", err)
			}
		})
	}
}

func TestExplainLeavesTheQueryOut(t *testing.T) {
	w := warehousetest.Open(t)
	long := "SELECT pipeline, " + strings.Repeat("length(branch) + ", 100) + "1 AS secret_marker, %s FROM builds"
	for name, test := range map[string]struct {
		sql  string
		code int32
		want string
	}{
		"unknown column": {strings.Replace(long, "%s", "nope", 1), 47, "`nope`"},
		"with a hint":    {strings.Replace(long, "%s", "pipelin", 1), 47, "Maybe you meant"},
		"syntax":         {strings.Replace(long, "%s", "1 1 1", 1), 62, "Syntax error"},
		"function":       {strings.Replace(long, "%s", "nofunction(1)", 1), 46, "nofunction"},
	} {
		t.Run(name, func(t *testing.T) {
			err := w.Exec(t.Context(), test.sql, nil)
			var exception *clickhouse.Exception
			if !errors.As(err, &exception) || exception.Code != test.code {
				t.Fatalf("got %v, want the exception %d", err, test.code)
			}
			if said := err.Error(); len(said) > 500 || strings.Contains(said, "secret_marker") || !strings.Contains(said, test.want) {
				t.Errorf("got %d bytes: %s", len(said), said)
			}
			if again := warehouse.Explain(err); again.Error() != err.Error() {
				t.Errorf("explained twice it says %q", again)
			}
		})
	}
}

func TestExplainSentences(t *testing.T) {
	other := errors.New("something else")
	for code, want := range map[int32]string{
		516: "check warehouse.url", 192: "check warehouse.url", 194: "check warehouse.url", 497: "grant it", 164: "grant it",
		81: "the database disappeared", 241: "ask for a shorter period", 243: "free some space",
	} {
		exception := &clickhouse.Exception{Code: code, Message: "the server's words"}
		err := warehouse.Explain(exception)
		if !strings.Contains(err.Error(), want) || !errors.Is(err, exception) || !strings.Contains(err.Error(), exception.Message) {
			t.Errorf("code %d: got %q, want %q and the server's words", code, err, want)
		}
	}
	if got := warehouse.Explain(other); !errors.Is(got, other) || got.Error() != other.Error() {
		t.Errorf("got %v, want other errors unchanged", got)
	}
	if got := warehouse.Explain(nil); got != nil {
		t.Errorf("got %v, want nil", got)
	}
	dns := &net.DNSError{Name: "nowhere.example", Err: "no such host"}
	if got := warehouse.Explain(dns); !strings.HasPrefix(got.Error(), `the ClickHouse server's host "nowhere.example" is not known`) {
		t.Errorf("got %v", got)
	}
	if got := warehouse.Explain(errors.New("write: No space left on device")); !strings.Contains(got.Error(), "free some space") {
		t.Errorf("got %v", got)
	}
}
