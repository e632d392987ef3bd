package statuspage_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/collectors/access"
	"github.com/weirhq/weir/collectors/secret"
	"github.com/weirhq/weir/collectors/statuspage"
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

// page is a Statuspage that a test makes up.
type page struct {
	mu     sync.Mutex
	list   []map[string]any // newest first
	asked  []string
	faults int
}

func (p *page) add(at time.Time, status string) map[string]any {
	i := map[string]any{"id": fmt.Sprintf("id%d", len(p.list)), "name": "Down", "status": status, "impact": "major", "created_at": at.Format(time.RFC3339Nano),
		"updated_at": at.Format(time.RFC3339Nano), "components": []any{map[string]any{"id": "c1", "name": "Shop"}}}
	if status == "resolved" {
		i["resolved_at"] = at.Add(time.Hour).Format(time.RFC3339Nano)
	}
	p.list = slices.Insert(p.list, 0, i)
	return i
}

func (p *page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = append(p.asked, r.URL.RequestURI())
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	reply := func(status int, v any) { w.WriteHeader(status); _ = json.NewEncoder(w).Encode(v) }
	if p.faults > 0 {
		p.faults--
		if p.faults%2 == 0 {
			reply(420+p.faults%2*80+9*(1-p.faults%2), map[string]any{"error": "Too many requests"}) // 429
			return
		}
		_, _ = w.Write([]byte(`[{"id":`))
		return
	}
	number, _ := strconv.Atoi(r.URL.Query().Get("page"))
	id, single := strings.CutPrefix(r.URL.Path, "/v1/pages/p1/incidents/")
	switch {
	case r.Header.Get("Authorization") != "OAuth s3cret":
		reply(401, map[string]any{"error": "Could not authenticate"})
	case single:
		for _, i := range p.list {
			if i["id"] == id {
				reply(200, i)
				return
			}
		}
		reply(404, map[string]any{"error": "Not found"})
	case r.URL.Path == "/v1/pages/p1/incidents":
		end := min(number*100, len(p.list))
		reply(200, slices.Concat([]map[string]any{}, p.list[min((number-1)*100, end):end]))
	default:
		reply(404, map[string]any{"error": "Not found"})
	}
}

type visit struct {
	t     *testing.T
	store *warehouse.Warehouse
	clock *clock
	c     statuspage.Configuration
}

func newVisit(t *testing.T, p *page) *visit {
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	t.Setenv("WEIR_TEST_STATUSPAGE", "s3cret")
	return &visit{t, warehousetest.Open(t), &clock{now: day}, statuspage.Configuration{URL: server.URL, Page: "p1", Token: secret.Secret{Env: "WEIR_TEST_STATUSPAGE"}}}
}

func (v *visit) collector() *statuspage.Collector {
	c, err := statuspage.New(v.c, access.New(access.Options{Clock: v.clock}).Line("statuspage", "", nil))
	if err != nil {
		v.t.Fatal(err)
	}
	return c
}

func (v *visit) try() error {
	r, err := collectors.New(v.store, []collectors.Source{{Name: "statuspage", Collector: v.collector()}}, collectors.Options{Clock: v.clock})
	if err != nil {
		v.t.Fatal(err)
	}
	return r.Collect(context.Background(), collectors.Order{})
}

func (v *visit) collect() map[string]warehouse.Incident {
	v.t.Helper()
	if err := v.try(); err != nil {
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
	p := &page{faults: 4}
	for n := range 230 {
		p.add(day.Add(time.Duration(n-250)*time.Hour), "resolved")
	}
	p.list[3]["scheduled_for"] = "2026-03-09T00:00:00Z"
	lasting := p.list[225]
	lasting["status"] = "investigating"
	v := newVisit(t, p)
	if list := v.collect(); len(list) != 229 || !list[lasting["id"].(string)].ResolvedAt.IsZero() {
		t.Fatalf("%d incidents; the open one is %+v", len(list), list[lasting["id"].(string)])
	}
	p.asked = nil
	v.collect()
	if len(p.asked) != 2 { // a page of the list, and the open one
		t.Errorf("a quiet run asked %v", p.asked)
	}
	p.add(day, "investigating")
	lasting["status"], lasting["updated_at"] = "resolved", "2026-03-02T11:00:00.5Z"
	if list := v.collect(); len(list) != 230 || list[lasting["id"].(string)].ResolvedAt.IsZero() {
		t.Errorf("%d incidents; the one that was open is %+v", len(list), list[lasting["id"].(string)])
	}
	p.list = slices.Delete(p.list, 100, 120)
	v.clock.now = v.clock.now.Add(8 * 24 * time.Hour)
	if list := v.collect(); len(list) != 210 {
		t.Errorf("%d incidents after 20 were deleted", len(list))
	}
	v.c.Services = map[string]string{"c1": "shop"}
	if list := v.collect(); !slices.Equal(list["id0"].Services, []string{"shop"}) {
		t.Errorf("another mapping: %+v", list["id0"])
	}
	t.Setenv("WEIR_TEST_STATUSPAGE", "wrong")
	if err := v.try(); err == nil || !strings.Contains(err.Error(), "Could not authenticate; the API key is wrong") {
		t.Errorf("got %v", err)
	}
}

func TestCheck(t *testing.T) {
	p := &page{}
	p.add(day, "scheduled")
	p.add(day, "resolved")
	v := newVisit(t, p)
	found, err := v.collector().Check(context.Background())
	if err != nil || len(found.Readable) != 1 || !strings.HasPrefix(found.Readable[0], "1 incidents (and 1 planned") {
		t.Errorf("%+v, %v", found, err)
	}
	v.c.Page = "p2"
	if _, err := v.collector().Check(context.Background()); err == nil || !strings.Contains(err.Error(), "the id of a page?") {
		t.Errorf("got %v", err)
	}
	for want, c := range map[string]statuspage.Configuration{
		"needs a `token`":            {Page: "p"},
		"the id of its `page`":       {Token: secret.Secret{Env: "X"}},
		"restored_by is resolved or": {Token: secret.Secret{Env: "X"}, Page: "p", RestoredBy: "hope"},
	} {
		if _, err := statuspage.New(c, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want something with %q", err, want)
		}
	}
}

// whole is an incident as Statuspage's documentation shows it.
const whole = `{"id": "p31zjtct2jer", "name": "Slow answers", "status": "resolved", "impact": "critical", "impact_override": null, "shortlink": "http://stspg.example/p31",
	"created_at": "2026-03-02T10:05:00.123Z", "started_at": "2026-03-02T10:00:00.000Z", "updated_at": "2026-03-02T12:00:00Z", "monitoring_at": "2026-03-02T11:00:00Z", "resolved_at": "2026-03-02T11:30:00Z",
	"scheduled_for": null, "components": [{"id": "c2", "name": "Shop", "status": "operational"}, {"id": "c1", "name": "Basket"}],
	"incident_updates": [{"status": "resolved", "display_at": "2026-03-02T11:30:00Z"}, {"status": "identified", "display_at": "2026-03-02T10:20:00Z"}, {"status": "investigating", "created_at": "2026-03-02T10:06:00Z"}]}`

func TestMapping(t *testing.T) {
	clockOf := func(at time.Time) string {
		if at.IsZero() {
			return ""
		}
		return at.Format("15:04:05.000")
	}
	for _, c := range []struct {
		c                                       statuspage.Configuration
		change                                  string
		started, detected, acknowledged, solved string
	}{
		{statuspage.Configuration{}, ``, "10:00:00.000", "10:05:00.123", "10:06:00.000", "11:30:00.000"},
		{statuspage.Configuration{RestoredBy: "monitoring"}, ``, "10:00:00.000", "10:05:00.123", "10:06:00.000", "11:00:00.000"},
		{statuspage.Configuration{RestoredBy: "monitoring"}, `{"monitoring_at": null}`, "10:00:00.000", "10:05:00.123", "10:06:00.000", "11:30:00.000"},
		{statuspage.Configuration{RestoredBy: "monitoring"}, `{"status": "identified"}`, "10:00:00.000", "10:05:00.123", "10:06:00.000", ""},
		{statuspage.Configuration{}, `{"status": "monitoring", "started_at": null, "incident_updates": 7}`, "10:05:00.123", "10:05:00.123", "", ""},
	} {
		raw := map[string]any{}
		if err := json.Unmarshal([]byte(whole), &raw); err != nil {
			t.Fatal(err)
		}
		if c.change != "" {
			if err := json.Unmarshal([]byte(c.change), &raw); err != nil {
				t.Fatal(err)
			}
		}
		text, _ := json.Marshal(raw)
		c.c.Services = map[string]string{"Basket": "cart"}
		i, err := statuspage.NewMapping(c.c).Incident(text)
		if err != nil || clockOf(i.StartedAt) != c.started || clockOf(i.DetectedAt) != c.detected || clockOf(i.AcknowledgedAt) != c.acknowledged || clockOf(i.ResolvedAt) != c.solved {
			t.Errorf("%v %s: %+v, %v", c.c, c.change, i, err)
		}
		if i.Severity != "critical" || !slices.Equal(i.Services, []string{"Shop", "cart"}) || i.URL != "http://stspg.example/p31" {
			t.Errorf("%+v", i)
		}
	}
	for raw, want := range map[string]string{`[]`: "cannot be read", `{}`: "no id", `{"id": "a"}`: "no moment", `{"id": "a", "status": "completed"}`: "planned", `{"id": "a", "scheduled_for": "2026-01-01T00:00:00Z"}`: "planned"} {
		_, err := statuspage.NewMapping(statuspage.Configuration{}).Incident([]byte(raw))
		if err == nil || !strings.Contains(err.Error(), want) || errors.Is(err, statuspage.ErrPlanned) != (want == "planned") {
			t.Errorf("%s: %v, want %s", raw, err, want)
		}
	}
}

// FuzzIncident: whatever comes, the mapping does not panic, and what it makes is a valid record.
func FuzzIncident(f *testing.F) {
	f.Add([]byte(whole))
	f.Add([]byte(`{"id": 7, "created_at": "2026-03-02T10:05:00Z", "components": [7, {"name": ""}], "incident_updates": [[]]}`))
	m := statuspage.NewMapping(statuspage.Configuration{RestoredBy: "monitoring"})
	f.Fuzz(func(t *testing.T, raw []byte) {
		i, err := m.Incident(raw)
		if err != nil {
			return
		}
		if i.ID == "" || i.StartedAt.IsZero() || i.DetectedAt.Before(i.StartedAt) || i.UpdatedAt.IsZero() || slices.Contains(i.Services, "") {
			t.Errorf("%s gave %+v", raw, i)
		}
	})
}
