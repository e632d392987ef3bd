package api

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestPages(t *testing.T) {
	a := newAsked(t)
	for _, c := range []struct {
		path, accept string
		status       int
		says, cached string
	}{
		{"/", "", 200, "the page", "no-cache"},
		{"/?team=payments", "text/html", 200, "the page", "no-cache"},
		{"/nowhere", "text/html,*/*", 404, "the page", "no-cache"},
		{"/nowhere", "", 404, "Not Found", "no-store"},
		{"/assets/x-1.js", "", 200, "script", "public, max-age=31536000, immutable"},
		{"/assets/x-2.js", "", 404, "Not Found", "no-store"},
		{"/api/docs", "", 200, "the docs", "no-cache"},
		{"/healthz", "", 200, "ok", ""},
		{"/readyz", "", 200, "ready", ""},
	} {
		w := a.get(c.path, "Accept", c.accept)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) || w.Header().Get("Cache-Control") != c.cached {
			t.Errorf("%s: got %d %q, Cache-Control %q; want %d %q, %q", c.path, w.Code, w.Body, w.Header().Get("Cache-Control"), c.status, c.says, c.cached)
		}
		if csp := w.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'self'") {
			t.Errorf("%s: Content-Security-Policy is %q", c.path, csp)
		}
	}
	for _, path := range []string{"/", "/healthz", "/readyz", "/assets/x-1.js"} {
		w := httptest.NewRecorder()
		a.ServeHTTP(w, httptest.NewRequest(http.MethodHead, path, nil))
		if w.Code != http.StatusOK {
			t.Errorf("HEAD %s: %d", path, w.Code)
		}
	}
	a.cfg.Pages = nil
	if w := a.get("/"); !strings.Contains(w.Body.String(), "without its dashboard") {
		t.Errorf("without pages: %s", w.Body)
	}
}
