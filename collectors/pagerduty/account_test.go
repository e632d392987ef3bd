package pagerduty_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// account is a PagerDuty whose incidents a test makes up: many, far back, and deleted.
type account struct {
	tb     testing.TB
	mu     sync.Mutex
	list   []map[string]any // oldest first
	log    []map[string]any
	asked  []string
	before func(n int)
}

func (a *account) incident(at time.Time, resolved time.Time) map[string]any {
	a.mu.Lock()
	defer a.mu.Unlock()
	id := fmt.Sprintf("Q%06d", len(a.log))
	stamp := func(t time.Time) string { return t.UTC().Format(time.RFC3339) }
	i := map[string]any{"id": id, "title": "Down", "created_at": stamp(at), "last_status_change_at": stamp(at), "status": "triggered", "urgency": "high",
		"service": map[string]any{"id": "P1", "summary": "Shop"}, "html_url": "https://acme.example/" + id}
	entry := func(kind, agent string, at time.Time) {
		a.log = append(a.log, map[string]any{"id": fmt.Sprintf("R%06d", len(a.log)), "type": kind + "_log_entry", "created_at": stamp(at),
			"agent": map[string]any{"type": agent}, "incident": map[string]any{"id": id}})
	}
	entry("trigger", "service_reference", at)
	if !resolved.IsZero() {
		entry("acknowledge", "user_reference", at.Add(resolved.Sub(at)/2))
		entry("resolve", "user_reference", resolved)
		i["status"], i["last_status_change_at"] = "resolved", stamp(resolved)
	}
	a.list = append(a.list, i)
	return i
}

func (a *account) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	q := r.URL.Query()
	a.asked = append(a.asked, r.URL.RequestURI())
	if a.before != nil {
		a.before(len(a.asked))
	}
	w.Header().Set("Content-Type", "application/json")
	reply := func(status int, v any) { w.WriteHeader(status); _ = json.NewEncoder(w).Encode(v) }
	if r.Header.Get("Authorization") != "Token token=s3cret" {
		reply(401, map[string]any{"error": map[string]any{"message": "Unauthorized", "code": 2006}})
		return
	}
	var offset, limit int
	_, _ = fmt.Sscan(q.Get("offset"), &offset)
	_, _ = fmt.Sscan(q.Get("limit"), &limit)
	if offset+limit > 10000 {
		reply(400, map[string]any{"error": map[string]any{"message": "Invalid Input Provided", "errors": []string{"Offset is too deep"}}})
		return
	}
	within := func(list []map[string]any) []map[string]any {
		since, e1 := time.Parse(time.RFC3339, q.Get("since"))
		until, e2 := time.Parse(time.RFC3339, q.Get("until"))
		if q.Get("date_range") != "all" && (e1 != nil || e2 != nil || until.Sub(since) > 180*24*time.Hour) {
			a.tb.Errorf("a span that PagerDuty refuses: %s", r.URL)
		}
		var found []map[string]any
		for _, one := range list {
			at, _ := time.Parse(time.RFC3339, one["created_at"].(string))
			if q.Get("date_range") == "all" || !at.Before(since) && at.Before(until) {
				found = append(found, one)
			}
		}
		slices.SortStableFunc(found, func(x, y map[string]any) int {
			return strings.Compare(y["created_at"].(string), x["created_at"].(string))
		})
		if q.Get("sort_by") == "created_at:asc" {
			slices.Reverse(found)
		}
		return found
	}
	page := func(name string, list []map[string]any) {
		end := min(offset+limit, len(list))
		part := list[min(offset, end):end]
		if part == nil {
			part = []map[string]any{}
		}
		reply(200, map[string]any{name: part, "more": end < len(list), "offset": offset, "limit": limit, "total": len(list)})
	}
	path := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	switch {
	case r.URL.Path == "/services":
		page("services", []map[string]any{{"id": "P1", "summary": "Shop"}})
	case r.URL.Path == "/incidents":
		page("incidents", slices.DeleteFunc(within(a.list), func(i map[string]any) bool {
			return q.Has("statuses[]") && !slices.Contains(q["statuses[]"], i["status"].(string))
		}))
	case r.URL.Path == "/log_entries":
		page("log_entries", within(a.log))
	case len(path) == 3 && path[2] == "log_entries":
		page("log_entries", slices.DeleteFunc(slices.Clone(a.log), func(e map[string]any) bool { return e["incident"].(map[string]any)["id"] != path[1] }))
	case len(path) == 2:
		for _, i := range a.list {
			if i["id"] == path[1] {
				reply(200, map[string]any{"incident": i})
				return
			}
		}
		reply(404, map[string]any{"error": map[string]any{"message": "Not Found", "code": 2100}})
	default:
		reply(404, map[string]any{})
	}
}

func newAccount(t *testing.T) (*account, string) {
	a := &account{tb: t}
	server := httptest.NewServer(a)
	t.Cleanup(server.Close)
	return a, server.URL
}
