package api

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestSyncSource(t *testing.T) {
	a := newAsked(t)
	for _, c := range []struct {
		name   string
		status int
		want   string
	}{
		{"shop", http.StatusAccepted, ""},
		{"shop", http.StatusConflict, "is being collected already"},
		{"à la carte/50%", http.StatusAccepted, ""},
		{"nothing", http.StatusNotFound, "there is no source nothing"},
	} {
		w := httptest.NewRecorder()
		a.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/api/v1/sources/"+url.PathEscape(c.name)+"/sync", nil))
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.want) {
			t.Errorf("%s: %d %s; want %d and %q", c.name, w.Code, w.Body, c.status, c.want)
		}
	}
}
