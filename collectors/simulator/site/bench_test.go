package site

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors/simulator"
)

// BenchmarkLearnMinute is what it costs to take in a minute of the demo's company.
func BenchmarkLearnMinute(b *testing.B) {
	cfg := small()
	cfg.Scale = 1
	clock := &standing{cfg.To.Add(10 * time.Hour)}
	s := New(simulator.New(cfg), clock, Options{})
	began := time.Now()
	if err := s.learn(); err != nil {
		b.Fatal(err)
	}
	first := time.Since(began)
	for b.Loop() {
		clock.now = clock.now.Add(time.Minute)
		if err := s.learn(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(first.Milliseconds()), "ms-first")
}

// BenchmarkJiraPage is a page of a hundred tickets with their changelogs.
func BenchmarkJiraPage(b *testing.B) {
	cfg := small()
	cfg.Scale = 1
	s := New(simulator.New(cfg), &standing{cfg.To}, Options{})
	if err := s.learn(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/jira/rest/api/3/search/jql?jql=project=PAY&fields=*all&expand=changelog&maxResults=100", nil))
		b.SetBytes(int64(w.Body.Len()))
	}
}
