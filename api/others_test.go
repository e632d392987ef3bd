package api

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// Pages of other sites neither write, nor make the server compute, nor read under a name of theirs.
func TestOtherSites(t *testing.T) {
	a := newAsked(t, deployed("1", today.AddDate(0, 0, -3)))
	const path = "/api/v1/metrics/lead_time?to=2026-03-18"
	for _, c := range []struct {
		host, site, mode string
		local            bool
		want             int
	}{
		{"localhost:8080", "", "", true, 200}, {"127.0.0.1", "", "", true, 200}, {"[::1]:8080", "", "", true, 200},
		{"evil.example", "", "", true, 403}, {"127.0.0.1.evil.example:8080", "", "", true, 403}, {"weir.example", "", "", false, 200},
		{"localhost", "same-origin", "cors", true, 200}, {"localhost", "cross-site", "no-cors", true, 403}, {"localhost", "cross-site", "navigate", true, 200},
	} {
		a.local.Store(c.local)
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Host = c.host
		r.Header.Set("Sec-Fetch-Site", c.site)
		r.Header.Set("Sec-Fetch-Mode", c.mode)
		w := httptest.NewRecorder()
		a.ServeHTTP(w, r)
		if w.Code != c.want {
			t.Errorf("%+v: got %d %s", c, w.Code, w.Body)
		}
	}
}
