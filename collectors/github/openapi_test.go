package github_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// inspector looks at every REST request on its way: it has to be one that GitHub's own description knows.
type inspector struct {
	base   http.RoundTripper
	router routers.Router // nil where the description is not at hand

	left int64 // requests until kill is called, where it is set
	kill func()

	mu     sync.Mutex
	seen   map[string]int
	faults []string
}

// described is GitHub's own description of its REST API, read once; nil where it is not at hand.
var described = sync.OnceValues(func() (routers.Router, error) {
	path := besideCheckout("openapi", "github.json")
	if path == "" {
		return nil, nil
	}
	doc, err := openapi3.NewLoader().LoadFromFile(path)
	if err != nil {
		return nil, err
	}
	doc.Servers = openapi3.Servers{{URL: "http://github.test"}}
	return gorillamux.NewRouter(doc)
})

// inspect prepares an inspector. Without the third-party data beside the checkout it only counts.
func inspect(tb testing.TB) *inspector {
	tb.Helper()
	router, err := described()
	if err != nil {
		tb.Fatal(err)
	}
	return &inspector{base: http.DefaultTransport.(*http.Transport).Clone(), router: router, seen: map[string]int{}}
}

// besideCheckout finds third-party data, "" where there is none.
func besideCheckout(parts ...string) string {
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	for {
		path := filepath.Join(append([]string{dir, "shared", "data"}, parts...)...)
		if _, err := os.Stat(path); err == nil {
			return path
		}
		up := filepath.Dir(dir)
		if up == dir {
			return ""
		}
		dir = up
	}
}

func (i *inspector) RoundTrip(req *http.Request) (*http.Response, error) {
	if i.kill != nil && atomic.AddInt64(&i.left, -1) < 0 {
		i.kill()
		return nil, context.Canceled
	}
	if !strings.HasSuffix(req.URL.Path, "/graphql") {
		i.look(req)
	} else {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		req.Body = io.NopCloser(bytes.NewReader(body))
		i.count("POST /graphql")
	}
	return i.base.RoundTrip(req)
}

func (i *inspector) count(what string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.seen[what]++
}

func (i *inspector) look(req *http.Request) {
	if i.router == nil {
		i.count(req.Method)
		return
	}
	clone := req.Clone(context.Background())
	_, path, _ := strings.Cut(req.URL.Path, "/api/v3")
	clone.URL.Scheme, clone.URL.Host, clone.URL.Path, clone.URL.RawPath, clone.Host = "http", "github.test", path, "", "github.test"
	route, params, err := i.router.FindRoute(clone)
	if err == nil {
		i.count(req.Method + " " + route.Path)
		err = openapi3filter.ValidateRequest(context.Background(), &openapi3filter.RequestValidationInput{
			Request: clone, PathParams: params, Route: route, Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
		})
	}
	if err != nil {
		i.mu.Lock()
		defer i.mu.Unlock()
		i.faults = append(i.faults, req.Method+" "+req.URL.String()+": "+err.Error())
	}
}
