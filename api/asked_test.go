package api

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/weirhq/weir/collectors/simulator"
	"github.com/weirhq/weir/collectors/simulator/simulatortest"
	"github.com/weirhq/weir/metrics"
	"github.com/weirhq/weir/metrics/derive"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// today is the moment at which the tests ask.
var today = time.Date(2026, 3, 18, 12, 0, 0, 0, time.UTC)

// asked is a server over a small simulated company.
type asked struct {
	*Server
	t         *testing.T
	warehouse *warehouse.Warehouse
	deriver   *derive.Deriver
	now       time.Time
	computed  atomic.Int64 // answers that were computed, not remembered
	synced    []string
}

func (a *asked) Sources() []Source {
	return []Source{{Name: "shop", Kind: "git", Schedule: "@hourly", Problems: []SourceProblem{}}}
}

// Sync knows the shop, which is running from the second time on, and one whose name has to be escaped.
func (a *asked) Sync(name string) SyncResult {
	if name != "shop" && name != "à la carte/50%" {
		return SyncUnknown
	}
	a.synced = append(a.synced, name)
	if name == "shop" && len(a.synced) > 1 {
		return SyncRunning
	}
	return SyncBegun
}

func newAsked(t *testing.T, records ...warehouse.Records) *asked {
	t.Helper()
	a := &asked{t: t, warehouse: warehousetest.Open(t), now: today}
	a.deriver = derive.New(a.warehouse, testLog(t))
	for _, r := range records {
		a.write(r)
	}
	a.Server = New(Configuration{
		Version: "test", Location: time.UTC, Now: func() time.Time { return a.now },
		Reader:      metrics.NewReader(a.warehouse, metrics.ReaderConfiguration{Now: func() time.Time { return a.now }}),
		DataVersion: a.deriver.Version,
		Reading: func() func() {
			a.computed.Add(1)
			return a.deriver.Reading()
		},
		Collecting: a,
		Pages: fstest.MapFS{
			"index.html": {Data: []byte("<title>the page</title>")}, "api.html": {Data: []byte("<title>the docs</title>")},
			"assets/x-1.js": {Data: []byte(strings.Repeat("// script\n", 500))},
		},
	})
	return a
}

func (a *asked) write(r warehouse.Records) {
	a.t.Helper()
	if err := a.warehouse.Write(context.Background(), r); err != nil {
		a.t.Fatal(err)
	}
	if _, err := a.deriver.Update(context.Background()); err != nil {
		a.t.Fatal(err)
	}
	if a.Server != nil {
		a.Forget()
	}
}

// newCompany is a server over a simulated company small enough for a test.
func newCompany(t *testing.T) *asked {
	t.Helper()
	a := newAsked(t)
	cfg := simulator.DefaultConfiguration(today)
	cfg.From, cfg.Scale = cfg.To.AddDate(0, -4, 0), 0.1
	simulatortest.Fill(t, a.warehouse, cfg)
	a.write(warehouse.Records{})
	return a
}

// deployed is one deployment to production.
func deployed(id string, at time.Time) warehouse.Records {
	return warehouse.Records{Deployments: []warehouse.Deployment{{Service: "shop", Environment: "production", ID: id, Result: "success", FinishedAt: at}}}
}

func (a *asked) get(path string, headers ...string) *httptest.ResponseRecorder {
	a.t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	a.ServeHTTP(w, r)
	return w
}

func fetch(url string) string {
	response, err := http.Get(url) //nolint:gosec,noctx // an address of this test
	if err != nil {
		return err.Error()
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err.Error()
	}
	return string(bytes.TrimSpace(text))
}
