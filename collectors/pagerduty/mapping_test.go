package pagerduty_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors/pagerduty"
	"github.com/weirhq/weir/warehouse"
)

// payloads reads the answers of a real PagerDuty.
func payloads(t testing.TB) []json.RawMessage {
	t.Helper()
	dir, err := os.Getwd()
	for err == nil && dir != filepath.Dir(dir) {
		dir = filepath.Dir(dir)
		text, e := os.ReadFile(filepath.Join(dir, "shared", "data", "payloads", "pagerduty", "incidents.ndjson"))
		if e != nil {
			continue
		}
		var list []json.RawMessage
		for lines := json.NewDecoder(bytes.NewReader(text)); lines.More(); {
			var line struct {
				Data json.RawMessage `json:"data"`
			}
			if err := lines.Decode(&line); err != nil {
				t.Fatal(err)
			}
			list = append(list, line.Data)
		}
		return list
	}
	t.Skip("the folder of real data is not beside this checkout")
	return nil
}

func TestRealIncidents(t *testing.T) {
	at := func(s string) time.Time {
		when, err := time.Parse(time.DateTime, "2022-11-03 "+s)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	want := map[string]warehouse.Incident{
		"Q3YON8WNWTZMRQ": {StartedAt: at("06:23:06"), AcknowledgedAt: at("06:23:07"), Severity: "high"},
		"Q3CZAU7Q4008QD": {StartedAt: at("06:44:28"), AcknowledgedAt: at("06:44:37"), Severity: "high"},
		"Q1OHFWFP3GPXOG": {StartedAt: at("06:45:36"), AcknowledgedAt: at("06:45:46"), ResolvedAt: at("06:51:44"), Severity: "low"},
	}
	m := pagerduty.NewMapping(pagerduty.Configuration{Services: map[string]string{"DevService": "shop"}})
	for _, raw := range payloads(t) {
		var both struct {
			Log []json.RawMessage `json:"log_entries"`
		}
		if err := json.Unmarshal(raw, &both); err != nil {
			t.Fatal(err)
		}
		got, err := m.Incident(raw, both.Log)
		if err != nil {
			t.Fatal(err)
		}
		w := want[got.ID]
		if !got.StartedAt.Equal(w.StartedAt) || !got.DetectedAt.Equal(w.StartedAt) || !got.AcknowledgedAt.Equal(w.AcknowledgedAt) || !got.ResolvedAt.Equal(w.ResolvedAt) ||
			got.Severity != w.Severity || got.DetectedBy != "person" || !slices.Equal(got.Services, []string{"shop"}) || got.URL == "" {
			t.Errorf("got %+v\nwant %+v", got, w)
		}
		delete(want, got.ID)
	}
	if len(want) > 0 {
		t.Errorf("missing are %v", want)
	}
}

// TestDetails: what an alert says about its incident.
func TestDetails(t *testing.T) {
	incident := func(more string) json.RawMessage {
		return json.RawMessage(`{"id": "Q1", "created_at": "2026-03-02T10:00:00Z", "service": {"id": "P1", "summary": "Shop"}, "urgency": "low"` + more + `}`)
	}
	m := pagerduty.NewMapping(pagerduty.Configuration{Services: map[string]string{"P1": "shop", "Basket": "cart"}, Details: pagerduty.Details{Commit: []string{"revision"}}})
	for _, c := range []struct {
		name, more string
		check      func(i warehouse.Incident) bool
	}{
		{"nothing", "", func(i warehouse.Incident) bool {
			return i.CausedByDeployment == "" && i.DetectedBy == "" && i.StartedAt.Equal(i.DetectedAt) && slices.Equal(i.Services, []string{"shop"})
		}},
		{"channel", `, "first_trigger_log_entry": {"agent": {"type": "service_reference"}, "channel": {"details": {"impact_start": "2026-03-02T09:00:00Z", "deployment": 17, "services": ["Basket", "Basket"]}}}`,
			func(i warehouse.Incident) bool {
				return i.StartedAt.Hour() == 9 && i.DetectedAt.Hour() == 10 && i.CausedByDeployment == "17" && i.DetectedBy == "monitoring" && slices.Equal(i.Services, []string{"cart", "shop"})
			}},
		{"common event", `, "first_trigger_log_entry": {"agent": {"type": "user_reference"}, "channel": {"cef_details": {"details": {"revision": "abc", "services": "Basket, blog"}}}}`,
			func(i warehouse.Incident) bool {
				return i.CausedBySHA == "abc" && i.DetectedBy == "person" && slices.Equal(i.Services, []string{"blog", "cart", "shop"})
			}},
		{"custom fields", `, "custom_fields": [{"name": "caused_by", "value": "commit: def"}, {"name": "started_at", "display_name": "Started", "value": 1772442000}, 7]`,
			func(i warehouse.Incident) bool { return i.CausedBySHA == "def" && i.StartedAt.Hour() == 9 }},
		{"odd", `, "title": {"a": 1}, "priority": "P1", "first_trigger_log_entry": [1], "status": "resolved"`, func(i warehouse.Incident) bool { return i.Severity == "low" && i.ResolvedAt.IsZero() }},
		{"no log, but resolved", `, "status": "resolved", "last_status_change_at": "2026-03-02T11:00:00Z", "priority": {"summary": "P2"}`,
			func(i warehouse.Incident) bool {
				return i.ResolvedAt.Hour() == 11 && i.UpdatedAt.Hour() == 11 && i.Severity == "P2"
			}},
	} {
		if got, err := m.Incident(incident(c.more), nil); err != nil || !c.check(got) {
			t.Errorf("%s: %+v, %v", c.name, got, err)
		}
	}
	for _, bad := range []string{`7`, `{}`, `{"id": "Q"}`, `{"id": "Q", "created_at": "yesterday"}`} {
		if _, err := m.Incident(json.RawMessage(bad), nil); err == nil {
			t.Errorf("%s was not refused", bad)
		}
	}
}

// FuzzIncident: whatever comes, the mapping does not panic, and what it makes is a valid record.
func FuzzIncident(f *testing.F) {
	f.Add([]byte(`{"id": "Q", "created_at": "2026-03-02T10:00:00Z", "status": "resolved", "first_trigger_log_entry": {"channel": {"type": 7, "details": {"services": ["a"]}}}}`), []byte(`{"type": "resolve_log_entry", "created_at": "2026-03-02T11:00:00Z"}`))
	f.Add([]byte(`{"id": 7, "created_at": 1772442000, "custom_fields": [{"value": {}}], "service": null}`), []byte(`null`))
	f.Add([]byte(`{"id": "Q", "created_at": "9999-03-02T10:00:00Z"}`), []byte(`[]`))
	m := pagerduty.NewMapping(pagerduty.Configuration{})
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
