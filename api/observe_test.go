package api

import (
	"bytes"
	"compress/gzip"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

// A failure that the client cannot mend is in the log, with the id that the answer carries.
func TestFailureIsLogged(t *testing.T) {
	a := newAsked(t)
	var log bytes.Buffer
	a.cfg.Log = slog.New(slog.NewTextHandler(&log, nil))
	if err := a.warehouse.Exec(t.Context(), "DROP TABLE deliveries", nil); err != nil {
		t.Fatal(err)
	}
	w := a.get("/api/v1/metrics/lead_time?to=2026-03-18")
	id := w.Header().Get("X-Request-Id")
	if w.Code != http.StatusInternalServerError || id == "" || !regexp.MustCompile(`level=ERROR msg="a request failed" .*deliveries.* request=`+id).MatchString(log.String()) {
		t.Errorf("status %d, request %q, the log:\n%s", w.Code, id, log.String())
	}
}

// Series are by route, so that whoever asks for nonsense cannot make the program keep it.
func TestPrometheus(t *testing.T) {
	a := newAsked(t)
	a.get("/api/v1/metrics/lead_time?to=2026-03-18")
	a.get("/api/v1/metrics/nonsense")
	a.get("/nonsense/1")
	a.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("FOOBAR", "/", nil))
	zipped, err := gzip.NewReader(a.get("/metrics", "Accept-Encoding", "gzip").Body)
	if err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(zipped)
	if err != nil {
		t.Fatal(err)
	}
	text := string(all)
	for _, want := range []string{
		`weir_http_requests_total{method="GET",route="/api/v1/metrics/:id",status="200"} 1`,
		`weir_http_requests_total{method="GET",route="/api/v1/metrics/:id",status="404"} 1`,
		`weir_http_request_duration_seconds_count{route="/api/v1/metrics/:id"} 2`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %s", want)
		}
	}
	if strings.Contains(text, "nonsense") || strings.Contains(text, "FOOBAR") {
		t.Error("a path that somebody made up is a series")
	}
}
