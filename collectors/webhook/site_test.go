package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/collectors/secret"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// plainMapper is a vendor whose events are records as Go writes them.
type plainMapper struct{}

type plainEvent struct {
	Have, Gone warehouse.Records
	Empty      map[string][]string
}

func (plainMapper) Map(event string, body []byte) (have, gone warehouse.Records, empty map[string][]string, err error) {
	if event == "panic" {
		panic("oh")
	}
	var e plainEvent
	if err := json.Unmarshal(body, &e); err != nil {
		return have, gone, nil, fmt.Errorf("it is not understood: %w", err)
	}
	return e.Have, e.Gone, e.Empty, nil
}

// site is a warehouse with hooks, their HTTP side, and a runner.
type site struct {
	*testing.T
	dir    string
	store  collectors.Store
	hooks  map[string]*Hook
	server *httptest.Server
	runner *collectors.Runner
}

const (
	secretVariable = "WEIR_TEST_HOOK_SECRET"
	theSecret      = "it is a secret"
)

func withSecret() *Access { return &Access{Secret: secret.Secret{Env: secretVariable}} }

func newSite(t *testing.T, configurations ...Configuration) *site {
	t.Helper()
	return openSite(t, t.TempDir(), warehousetest.Open(t), configurations...)
}

func openSite(t *testing.T, dir string, store collectors.Store, configurations ...Configuration) *site {
	t.Helper()
	t.Setenv(secretVariable, theSecret)
	s := &site{T: t, dir: dir, store: store, hooks: map[string]*Hook{}}
	var list []*Hook
	var sources []collectors.Source
	for _, c := range configurations {
		h, err := New(c, Options{Dir: dir, Mapper: plainMapper{}, Now: func() time.Time { return at(60 * 24) }})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := h.Close(); err != nil {
				t.Errorf("close %s: %v", h.Name(), err)
			}
		})
		s.hooks[c.Name] = h
		list = append(list, h)
		sources = append(sources, collectors.Source{Name: c.Name, Collector: h})
	}
	s.server = httptest.NewServer(Handler(list))
	t.Cleanup(s.server.Close)
	var err error
	if s.runner, err = collectors.New(store, sources, collectors.Options{}); err != nil {
		t.Fatal(err)
	}
	return s
}

// reopen ends the hooks and begins new ones on the same folder, as the next process does.
func (s *site) reopen(configurations ...Configuration) *site {
	s.Helper()
	for _, h := range s.hooks {
		if err := h.Close(); err != nil {
			s.Fatal(err)
		}
	}
	return openSite(s.T, s.dir, s.store, configurations...)
}

func (s *site) collect() {
	s.Helper()
	if err := s.runner.Collect(context.Background(), collectors.Order{}); err != nil {
		s.Fatal(err)
	}
}

// send posts to a path and gives back the status and the body. Header names and values come in pairs.
func (s *site) send(path, body string, headers ...string) (int, string) {
	s.Helper()
	r, err := http.NewRequest(http.MethodPost, s.server.URL+path, strings.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		s.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		s.Fatal(err)
	}
	return response.StatusCode, string(text)
}

func (s *site) must(want int, path, body string, headers ...string) string {
	s.Helper()
	got, text := s.send(path, body, headers...)
	if got != want {
		s.Fatalf("POST %s %s: got %d %s, want %d", path, body, got, text, want)
	}
	return text
}

// known is everything in the warehouse, as text.
func (s *site) known() string {
	s.Helper()
	return everything(s.T, s.store)
}

func everything(t interface {
	Helper()
	Fatal(...any)
}, store collectors.Store) string {
	t.Helper()
	var b bytes.Buffer
	for _, k := range kinds() {
		r, err := store.Known(context.Background(), warehouse.Scope{Table: k.name})
		if err != nil {
			t.Fatal(err)
		}
		list := k.records(&r)
		for i := range list.Len() {
			text, err := json.Marshal(list.Index(i).Interface())
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&b, "%s %s\n", k.name, text)
		}
	}
	return b.String()
}

func (s *site) deployments() []warehouse.Deployment {
	s.Helper()
	r, err := s.store.Known(context.Background(), warehouse.Scope{Table: "deployments"})
	if err != nil {
		s.Fatal(err)
	}
	return r.Deployments
}

var monday = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func at(minutes int) time.Time { return monday.Add(time.Duration(minutes) * time.Minute) }

func updated(minutes int) warehouse.Provenance { return warehouse.Provenance{UpdatedAt: at(minutes)} }

func pushed(e plainEvent) string {
	text, err := json.Marshal(e)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// requestWith is a CloudEvents request's head.
func requestWith(contentType, version string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/api/v1/events", nil)
	r.Header.Set("Content-Type", contentType)
	if version != "" {
		for name, value := range map[string]string{"Ce-Specversion": version, "Ce-Id": "1", "Ce-Source": "/ci", "Ce-Type": "t"} {
			r.Header.Set(name, value)
		}
	}
	return r
}
