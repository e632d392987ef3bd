package api

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// What is pushed reaches its taker with path, query and body, past what browsers of other sites may not do.
func TestPushed(t *testing.T) {
	a := newAsked(t)
	post := func(path string, headers ...string) *httptest.ResponseRecorder {
		w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, path, strings.NewReader("body"))
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		a.ServeHTTP(w, r)
		return w
	}
	if w := post("/api/v1/hooks/shop"); w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "takes nothing that is pushed") {
		t.Errorf("without a taker: %d %s", w.Code, w.Body)
	}
	a.cfg.Pushed = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(http.StatusAccepted)
		_, _ = fmt.Fprint(w, r.URL.Path, " ", string(body))
	})
	for _, path := range []string{"/api/v1/hooks/shop", "/api/v1/events", "/api/v1/records/incidents"} {
		if w := post(path); w.Code != http.StatusAccepted || w.Body.String() != path+" body" {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
		if w := post(path, "Origin", "https://elsewhere.example", "Sec-Fetch-Site", "cross-site"); w.Code != http.StatusForbidden {
			t.Errorf("%s from a page of another site: %d", path, w.Code)
		}
	}
}
