package jira_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/collectors/access"
	"github.com/weirhq/weir/collectors/jira"
	"github.com/weirhq/weir/collectors/secret"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/files"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// data is the folder of real data beside the checkout; "" where it is absent.
func data() string {
	dir, err := os.Getwd()
	for err == nil && dir != filepath.Dir(dir) {
		dir = filepath.Dir(dir)
		if info, e := os.Stat(filepath.Join(dir, "shared", "data")); e == nil && info.IsDir() {
			return filepath.Join(dir, "shared", "data")
		}
	}
	return ""
}

// schema is Jira's own description of its API; nil where it is absent.
var schema = sync.OnceValues(func() (routers.Router, error) {
	if data() == "" {
		return nil, nil
	}
	doc, err := openapi3.NewLoader().LoadFromFile(filepath.Join(data(), "openapi", "jira.json"))
	if err != nil {
		return nil, err
	}
	doc.Servers = nil
	return gorillamux.NewRouter(doc)
})

// validate checks a request against Jira's description of its API, as far as that goes: it leaves groups, boards,
// remote links and what only Data Center has out.
func validate(tb testing.TB, r *http.Request) {
	router, err := schema()
	if err != nil {
		tb.Error(err)
	}
	if router == nil || strings.Contains(r.URL.Path, "/group/member") || strings.HasSuffix(r.URL.Path, "/remotelink") || strings.HasPrefix(r.URL.Path, "/rest/agile/") {
		return
	}
	bare := r.Clone(r.Context())
	bare.URL.Scheme, bare.URL.Host, bare.Host = "", "", ""
	route, params, err := router.FindRoute(bare)
	if err != nil {
		tb.Errorf("%s %s: %v", r.Method, r.URL, err)
		return
	}
	if err := openapi3filter.ValidateRequest(r.Context(), &openapi3filter.RequestValidationInput{
		Request: bare, PathParams: params, Route: route, Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
	}); err != nil {
		tb.Errorf("%s %s: %v", r.Method, r.URL, err)
	}
}

// quick is a clock whose sleeps take no time.
type quick struct {
	mu  sync.Mutex
	now time.Time
}

func (c *quick) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now }

func (c *quick) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return ctx.Err()
}

func token(t testing.TB) secret.Secret {
	t.Setenv("WEIR_TEST_JIRA", "s3cret")
	return secret.Secret{Env: "WEIR_TEST_JIRA"}
}

// bench is a warehouse that is filled from a tracker.
type bench struct {
	t         testing.TB
	store     collectors.Store
	clock     *quick
	transport http.RoundTripper
	c         jira.Configuration
}

func newBench(t testing.TB, k *tracker, w *warehouse.Warehouse) *bench {
	return &bench{t: t, store: w, clock: &quick{now: time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)}, c: jira.Configuration{
		URL: k.server.URL, Auth: jira.Auth{Email: "weir@example.org", Token: token(t)}, Projects: []string{"PAY", "WEB"},
	}}
}

func (b *bench) try(ctx context.Context, o collectors.Order) error {
	b.t.Helper()
	return b.runner().Collect(ctx, o)
}

func (b *bench) runner() *collectors.Runner {
	b.t.Helper()
	line := access.New(access.Options{Clock: b.clock, Transport: b.transport, Timeout: 5 * time.Second}).Line("jira", "", nil)
	c, err := jira.New(b.c, line)
	if err != nil {
		b.t.Fatal(err)
	}
	r, err := collectors.New(b.store, []collectors.Source{{Name: "jira", Collector: c}}, collectors.Options{Clock: b.clock})
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

func (b *bench) collect() {
	b.t.Helper()
	if err := b.try(context.Background(), collectors.Order{}); err != nil {
		b.t.Fatal(err)
	}
}

// exported is what weir export writes, by file.
func exported(t testing.TB, w *warehouse.Warehouse) map[string]string {
	t.Helper()
	list, err := files.Export(context.Background(), w, files.ExportOptions{Dir: filepath.Join(t.TempDir(), "export")})
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, f := range list {
		text, err := os.ReadFile(f.Path)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(f.Path)] = string(text)
	}
	return all
}

func same(t testing.TB, got, want map[string]string) {
	t.Helper()
	for _, name := range slices.Sorted(keysOf(want)) {
		if got[name] == want[name] {
			continue
		}
		g, w := strings.Split(got[name], "\n"), strings.Split(want[name], "\n")
		shown := 0
		for _, line := range g {
			if !slices.Contains(w, line) && shown < 4 {
				t.Errorf("%s: too much: %s", name, line)
				shown++
			}
		}
		for _, line := range w {
			if !slices.Contains(g, line) && shown < 8 {
				t.Errorf("%s: missing: %s", name, line)
				shown++
			}
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("%s should not be there", name)
		}
	}
}

// afresh is what a first run makes of the tracker as it is now.
func afresh(t *testing.T, k *tracker, c jira.Configuration) map[string]string {
	var want map[string]string
	t.Run("afresh", func(t *testing.T) {
		w := warehousetest.Open(t)
		b := newBench(t, k, w)
		b.c = c
		b.collect()
		want = exported(t, w)
	})
	return want
}

// company fills a tracker with n issues that have been worked on.
func company(k *tracker, n int) {
	for x := range n {
		i := k.create([]string{"PAY", "WEB"}[x%2], []string{"Story", "Bug", "Task"}[x%3], "Something")
		k.move(i, "In Progress")
		if x%2 == 0 {
			k.assign(i, "bela")
			k.set(i, "Team", "customfield_10001", map[string]any{"id": "1", "value": "payments"}, "", "payments")
		}
		if x%3 == 0 {
			k.move(i, "Done")
		}
	}
}

var errKilled = errors.New("killed")
