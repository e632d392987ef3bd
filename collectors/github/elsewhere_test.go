package github_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors/access"
	"github.com/weirhq/weir/collectors/github"
	"github.com/weirhq/weir/collectors/secret"
)

// witness is a server that remembers which credentials it was shown.
type witness struct {
	mu    sync.Mutex
	shown []string
}

func (w *witness) see(r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.shown = append(w.shown, r.Header.Get("Authorization"))
}

// TestRedirectElsewhere: GitHub's own address is shown the credentials, another host that it redirects to is not.
func TestRedirectElsewhere(t *testing.T) {
	t.Setenv("SITE_TOKEN", "t0ken")
	app := github.App{ID: 3, Installation: 7, PrivateKey: secret.Secret{File: appKey(t)}}
	for name, cfg := range map[string]github.Configuration{"token": {Token: secret.Secret{Env: "SITE_TOKEN"}}, "app": {App: app}} {
		t.Run(name, func(t *testing.T) {
			var inside, outside witness
			other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				outside.see(r)
				_, _ = fmt.Fprint(w, `[]`)
			}))
			defer other.Close()
			own := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch {
				case strings.HasSuffix(r.URL.Path, "/access_tokens"):
					w.WriteHeader(http.StatusCreated)
					_, _ = fmt.Fprintf(w, `{"token": "for an hour", "expires_at": %q}`, time.Now().Add(time.Hour).Format(time.RFC3339))
				case strings.HasSuffix(r.URL.Path, "/moved"):
					inside.see(r)
					_, _ = fmt.Fprint(w, `[]`)
				case strings.HasSuffix(r.URL.Path, "/graphql"):
					http.Redirect(w, r, "/api/v3/moved", http.StatusTemporaryRedirect)
				default:
					http.Redirect(w, r, other.URL+"/elsewhere", http.StatusFound)
				}
			}))
			defer own.Close()
			cfg.BaseURL, cfg.Repos = own.URL, []string{"acme/shop"}
			collector, err := github.New(cfg, access.New(access.Options{Clock: &patience{}, Tries: 2}).Line("github", "t", nil))
			if err != nil {
				t.Fatal(err)
			}
			if _, err = collector.Check(t.Context()); err == nil { // its query is redirected within the server, to a list
				t.Error("a list was taken for an account")
			}
			if _, err = github.Request(t.Context(), collector, "repos/acme/shop/commits"); err != nil {
				t.Fatal(err)
			}
			if len(inside.shown) == 0 || len(outside.shown) == 0 {
				t.Fatalf("the redirects were not followed: %q, %q", inside.shown, outside.shown)
			}
			for _, shown := range inside.shown {
				if shown == "" {
					t.Error("the server's own address was shown no credentials")
				}
			}
			for _, shown := range outside.shown {
				if shown != "" {
					t.Errorf("another host was shown %q", shown)
				}
			}
		})
	}
}
