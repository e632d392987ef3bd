package site

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors/simulator"
)

// standing is a clock that is moved by hand.
type standing struct{ now time.Time }

func (s *standing) Now() time.Time { return s.now }

func small() simulator.Configuration {
	cfg := simulator.DefaultConfiguration(time.Date(2026, 3, 18, 12, 0, 0, 0, time.UTC))
	cfg.Scale = 0.05
	return cfg
}

// open serves a small company, as it stands in the middle of a working day.
func open(t *testing.T, options Options) (*Site, *standing, string) {
	t.Helper()
	clock := &standing{time.Date(2026, 3, 20, 14, 30, 0, 0, time.UTC)}
	s := New(simulator.New(small()), clock, options)
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return s, clock, server.URL
}

func get(t *testing.T, url string) (*http.Response, []byte) {
	t.Helper()
	return fetch(t, http.MethodGet, url, nil)
}

func fetch(t *testing.T, method, url string, body any) (*http.Response, []byte) {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, url, bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, answer
}
