package opsgenie_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/collectors/access"
	"github.com/weirhq/weir/collectors/opsgenie"
	"github.com/weirhq/weir/collectors/secret"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

var day = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now }

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return ctx.Err()
}

// account is an Opsgenie that a test makes up.
type account struct {
	mu     sync.Mutex
	list   []map[string]any // newest first
	asked  []string
	forbid bool // the names of services may not be read
	faults int  // this many answers go wrong
}

func (a *account) add(at time.Time, status string) map[string]any {
	i := map[string]any{"id": fmt.Sprintf("id-%d", len(a.list)), "message": "Down", "status": status, "priority": "P2", "impactedServices": []string{"s1"},
		"createdAt": at.Format(time.RFC3339Nano), "updatedAt": at.Add(time.Hour).Format(time.RFC3339Nano), "impactStartDate": at.Add(-time.Minute).Format(time.RFC3339Nano)}
	if status != "open" {
		i["impactEndDate"] = i["updatedAt"]
	}
	a.list = slices.Insert(a.list, 0, i)
	return i
}

func (a *account) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked = append(a.asked, r.URL.RequestURI())
	w.Header().Set("Content-Type", "application/json")
	reply := func(status int, v any) { w.WriteHeader(status); _ = json.NewEncoder(w).Encode(v) }
	if a.faults > 0 {
		a.faults--
		switch a.faults % 3 {
		case 0:
			reply(503, nil)
		case 1:
			w.Header().Set("Retry-After", "3")
			reply(429, map[string]any{"message": "You are making too many requests!"})
		default:
			_, _ = w.Write([]byte(`{"data": [{"id":`))
		}
		return
	}
	q := r.URL.Query()
	offset, _ := strconv.Atoi(q.Get("offset"))
	limit, _ := strconv.Atoi(q.Get("limit"))
	path := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	switch {
	case r.Header.Get("Authorization") != "GenieKey s3cret":
		reply(401, map[string]any{"message": "Key is not valid"})
	case r.URL.Path == "/v1/services" && a.forbid:
		reply(403, map[string]any{"message": "No."})
	case r.URL.Path == "/v1/services":
		reply(200, map[string]any{"data": []any{map[string]any{"id": "s1", "name": "Shop"}}})
	case r.URL.Path == "/v1/incidents":
		end := min(offset+limit, len(a.list))
		reply(200, map[string]any{"data": a.list[min(offset, end):end], "totalCount": len(a.list)})
	case len(path) == 3 && path[1] == "incidents":
		for _, i := range a.list {
			if i["id"] == path[2] {
				reply(200, map[string]any{"data": i})
				return
			}
		}
		reply(404, map[string]any{"message": "Not found"})
	case path[1] == "incident-timelines":
		for _, i := range a.list {
			if i["id"] == path[2] {
				at, _ := time.Parse(time.RFC3339, i["createdAt"].(string))
				pages := []any{
					map[string]any{"entries": []any{map[string]any{"type": "IncidentCreated", "eventTime": i["createdAt"], "actor": map[string]any{"type": "user"}}}, "nextOffset": "x1"},
					map[string]any{"entries": []any{map[string]any{"type": "ResponderAlertAcked", "eventTime": at.Add(5 * time.Minute)}, map[string]any{"type": "ResponderAlertAcked", "eventTime": at.Add(9 * time.Minute)}}},
				}
				reply(200, map[string]any{"data": pages[map[string]int{"": 0, "x1": 1}[q.Get("offset")]]})
				return
			}
		}
		reply(404, map[string]any{"message": "Not found"})
	default:
		reply(404, nil)
	}
}

type visit struct {
	t     *testing.T
	store *warehouse.Warehouse
	clock *clock
	c     opsgenie.Configuration
}

func newVisit(t *testing.T, a *account) *visit {
	server := httptest.NewServer(a)
	t.Cleanup(server.Close)
	t.Setenv("WEIR_TEST_OPSGENIE", "s3cret")
	return &visit{t, warehousetest.Open(t), &clock{now: day}, opsgenie.Configuration{URL: server.URL, Token: secret.Secret{Env: "WEIR_TEST_OPSGENIE"}}}
}

func (v *visit) collector() *opsgenie.Collector {
	c, err := opsgenie.New(v.c, access.New(access.Options{Clock: v.clock}).Line("opsgenie", "", nil))
	if err != nil {
		v.t.Fatal(err)
	}
	return c
}

func (v *visit) try(o collectors.Order) error {
	r, err := collectors.New(v.store, []collectors.Source{{Name: "opsgenie", Collector: v.collector()}}, collectors.Options{Clock: v.clock})
	if err != nil {
		v.t.Fatal(err)
	}
	return r.Collect(context.Background(), o)
}

func (v *visit) collect() map[string]warehouse.Incident {
	v.t.Helper()
	if err := v.try(collectors.Order{}); err != nil {
		v.t.Fatal(err)
	}
	r, err := v.store.Known(context.Background(), warehouse.Scope{Table: "incidents"})
	if err != nil {
		v.t.Fatal(err)
	}
	list := map[string]warehouse.Incident{}
	for _, i := range r.Incidents {
		list[i.ID] = i
	}
	return list
}

// TestLife follows incidents from one run to the next, over faults, changes and deletions.
func TestLife(t *testing.T) {
	a := &account{faults: 4}
	for n := range 250 {
		a.add(day.Add(time.Duration(n-250)*time.Hour), "resolved")
	}
	lasting := a.list[240] // the tenth oldest
	lasting["status"] = "open"
	delete(lasting, "impactEndDate")
	v := newVisit(t, a)
	list := v.collect()
	one := list["id-249"]
	if len(list) != 250 || one.AcknowledgedAt.Sub(one.DetectedAt) != 5*time.Minute || one.DetectedAt.Sub(one.StartedAt) != time.Minute ||
		one.ResolvedAt.Sub(one.DetectedAt) != time.Hour || one.DetectedBy != "person" || !slices.Equal(one.Services, []string{"Shop"}) || one.Severity != "P2" {
		t.Fatalf("%d incidents, one is %+v", len(list), one)
	}
	if got := list[lasting["id"].(string)]; !got.ResolvedAt.IsZero() {
		t.Errorf("an open one: %+v", got)
	}
	a.asked = nil
	v.collect()
	if len(a.asked) != 4 { // a page of the list; the open one and two pages of its timeline
		t.Errorf("a quiet run asked %v", a.asked)
	}
	a.add(day, "open")
	lasting["status"], lasting["updatedAt"], lasting["impactEndDate"] = "resolved", "2026-03-02T11:00:00Z", "2026-03-02T10:30:00.49Z"
	list = v.collect()
	if got := list[lasting["id"].(string)]; got.ResolvedAt.Format(time.RFC3339Nano) != "2026-03-02T10:30:00.49Z" || len(list) != 251 {
		t.Errorf("afterwards: %d, %+v", len(list), got)
	}
	a.list = slices.Delete(a.list, 100, 130)
	v.clock.now = v.clock.now.Add(8 * 24 * time.Hour)
	if list = v.collect(); len(list) != 221 {
		t.Errorf("%d incidents after 30 were deleted", len(list))
	}
	v.c.Services = map[string]string{"Shop": "shop"}
	if list = v.collect(); !slices.Equal(list["id-0"].Services, []string{"shop"}) {
		t.Errorf("another mapping: %+v", list["id-0"])
	}
}

func TestCheckAndRefusal(t *testing.T) {
	a := &account{forbid: true}
	a.add(day, "open")
	v := newVisit(t, a)
	found, err := v.collector().Check(context.Background())
	if err != nil || len(found.Missing) != 1 || found.Requests != 2 {
		t.Errorf("%+v, %v", found, err)
	}
	if list := v.collect(); !slices.Equal(list["id-0"].Services, []string{"s1"}) {
		t.Errorf("without names: %+v", list)
	}
	t.Setenv("WEIR_TEST_OPSGENIE", "wrong")
	if err := v.try(collectors.Order{}); err == nil || !strings.Contains(err.Error(), "Key is not valid; the API key is wrong") {
		t.Errorf("got %v", err)
	}
	if _, err := opsgenie.New(opsgenie.Configuration{}, nil); err == nil || !strings.Contains(err.Error(), "needs a `token`") {
		t.Errorf("got %v", err)
	}
}

// TestRealIncidents maps the answers of a real Opsgenie.
func TestRealIncidents(t *testing.T) {
	dir, err := os.Getwd()
	var f *os.File
	for f == nil && err == nil && dir != filepath.Dir(dir) {
		dir = filepath.Dir(dir)
		f, _ = os.Open(filepath.Join(dir, "shared", "data", "payloads", "opsgenie", "incidents.ndjson"))
	}
	if f == nil {
		t.Skip("the folder of real data is not beside this checkout")
	}
	defer func() { _ = f.Close() }()
	m := opsgenie.NewMapping(opsgenie.Configuration{Services: map[string]string{"695bce3d-4621-4630-8ae1-24eb89c22d6e": "shop"}}, nil)
	var got []warehouse.Incident
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var line struct{ Data json.RawMessage }
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		i, err := m.Incident(line.Data, nil)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, i)
	}
	if len(got) != 2 {
		t.Fatalf("%d incidents", len(got))
	}
	for n, want := range []struct{ started, resolved, severity string }{{"2023-09-06T14:30:56.346Z", "", "P3"}, {"2023-09-05T18:20:28.003Z", "2023-09-05T18:21:21.49Z", "P5"}} {
		i, resolved := got[n], ""
		if !i.ResolvedAt.IsZero() {
			resolved = i.ResolvedAt.Format(time.RFC3339Nano)
		}
		if i.StartedAt.Format(time.RFC3339Nano) != want.started || resolved != want.resolved || i.Severity != want.severity || !slices.Equal(i.Services, []string{"shop"}) || i.URL == "" {
			t.Errorf("got %+v, want %+v", i, want)
		}
	}
}

// FuzzIncident: whatever comes, the mapping does not panic, and what it makes is a valid record.
func FuzzIncident(f *testing.F) {
	f.Add([]byte(`{"id": "a", "createdAt": "2026-03-02T10:00:00.003Z", "status": "closed", "impactedServices": ["s1", 7, null], "extraProperties": {"deployment": 7}}`), []byte(`{"type": "Acked", "eventTime": "2026-03-02T10:00:00Z", "actor": []}`))
	f.Add([]byte(`{"id": 7, "createdAt": 7, "impactedServices": {}, "links": []}`), []byte(`null`))
	m := opsgenie.NewMapping(opsgenie.Configuration{}, map[string]string{"s1": "Shop"})
	f.Fuzz(func(t *testing.T, raw, entry []byte) {
		i, err := m.Incident(raw, []json.RawMessage{entry})
		if err != nil {
			return
		}
		if i.ID == "" || i.StartedAt.IsZero() || i.DetectedAt.IsZero() || i.UpdatedAt.IsZero() || slices.Contains(i.Services, "") || !slices.Contains([]string{"", "person", "monitoring"}, i.DetectedBy) {
			t.Errorf("%s gave %+v", raw, i)
		}
	})
}
