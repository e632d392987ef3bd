package api

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestWrongQuestions(t *testing.T) {
	a := newAsked(t)
	for _, c := range []struct {
		path, place string
		status      int
		says        []string
	}{
		{"/api/v1/metrics/lead_tim", "path.id", 404, []string{`no metric "lead_tim"`, `"lead_time"`}},
		{"/api/v1/metrics/lead_tim/items", "path.id", 404, []string{`"lead_time"`}},
		{"/api/v1/metrics/lead_time?evry=day", "query.evry", 400, []string{`"evry"`, `did you mean "every"`}},
		{"/api/v1/metrics/lead_time?limit=5", "query.limit", 400, []string{`"limit"`, "the parameters are by, clock"}},
		{"/api/v1/metrics/lead_time?every=dy", "query.every", 400, []string{`"dy"`, "range, day, week, month, quarter"}},
		{"/api/v1/metrics/lead_time?every=day&every=week", "query.every", 400, []string{"2 times"}},
		{"/api/v1/metrics/lead_time?by=person", "query.by", 400, []string{"none, service, repo, team, product, environment"}},
		{"/api/v1/metrics/lead_time?from=yesterday", "query.from", 400, []string{`"yesterday"`, "2026-03-31", "90d"}},
		{"/api/v1/metrics/lead_time?from=2026-02-01&to=2026-01-01", "query.from", 400, []string{"empty"}},
		{"/api/v1/metrics/lead_time?clock=working", "query.clock", 400, []string{"calendars"}},
		{"/api/v1/metrics/time_to_restore?by=environment", "query.by", 400, []string{"cannot be grouped by environment"}},
		{"/api/v1/metrics/lead_time/items?limit=many", "query.limit", 400, []string{`"many"`, "whole number"}},
		{"/api/v1/metrics/lead_time/items?limit=0", "query.limit", 400, []string{"1 to 1000"}},
		{"/api/v1/metrics/lead_time/items?limit=1001", "query.limit", 400, []string{"1 to 1000"}},
		{"/api/v1/metrics/lead_time/items?excluded=yes", "query.excluded", 400, []string{"true nor false"}},
		{"/api/v1/metrics/lead_time/items?numerator=true", "query.numerator", 400, []string{"ratio"}},
		{"/api/v1/metrics/lead_time/items?after=x", "query.after", 400, []string{"next"}},
		{"/api/v1/answers", "query.ask", 400, []string{"ask=lead_time"}},
		{"/api/v1/answers?ask=leadtime", "query.ask", 400, []string{`"lead_time"`}},
		{"/api/v1/answers?ask=lead_time,evry=day", "query.ask", 400, []string{"every=…"}},
		{"/api/v1/answers?ask=lead_time,by=person", "query.ask", 400, []string{"service"}},
		{"/api/v1/answers?ask=rework_rate,distribution", "query.ask", 400, []string{"no duration"}},
		{"/api/v1/answers?ask=lead_time&compare=next", "query.compare", 400, []string{"none, previous, year"}},
		{"/api/v1/answers?" + strings.Repeat("ask=lead_time&", 61), "query.ask", 400, []string{"60"}},
		{"/api/v1/nothing", "", 404, []string{"/api/v1/nothing", "/api/docs"}},
		{"/api/v2/metrics", "", 404, []string{"/api/docs"}},
	} {
		w := a.get(c.path)
		var p struct {
			Status int
			Detail string
			Errors []struct{ Message, Location string }
		}
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
			t.Errorf("%s: %v in %s", c.path, err, w.Body)
			continue
		}
		place := ""
		if len(p.Errors) == 1 {
			place = p.Errors[0].Location
		}
		if w.Code != c.status || p.Status != c.status || place != c.place || w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: got %d (%s) at %q as %s, want %d at %q", c.path, w.Code, w.Body, place, w.Header().Get("Content-Type"), c.status, c.place)
		}
		for _, want := range c.says {
			if !strings.Contains(p.Detail, want) {
				t.Errorf("%s: %q does not say %q", c.path, p.Detail, want)
			}
		}
		if w.Header().Get("ETag") != "" || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: a problem may be kept: %v", c.path, w.Header())
		}
	}
	for _, method := range []string{http.MethodPost, http.MethodDelete} {
		r := httptest.NewRequest(method, "/api/v1/metrics/lead_time", nil)
		r.Header.Set("If-None-Match", "*")
		w := httptest.NewRecorder()
		a.ServeHTTP(w, r)
		if w.Code != http.StatusMethodNotAllowed || !strings.Contains(w.Body.String(), "GET") || w.Header().Get("ETag") != "" {
			t.Errorf("%s: got %d %s", method, w.Code, w.Body)
		}
	}
}

func TestPanicIsAProblem(t *testing.T) {
	a := newAsked(t)
	a.cfg.Reader = nil
	w := a.get("/api/v1/metrics/lead_time?to=2026-03-18")
	if w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), w.Header().Get("X-Request-Id")) {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	if len(a.slots) != 0 || len(a.answers.going) != 0 {
		t.Error("the turn was not given back")
	}
}
