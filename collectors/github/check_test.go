package github_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/weirhq/weir/collectors/access"
	"github.com/weirhq/weir/collectors/github"
	"github.com/weirhq/weir/collectors/secret"
)

// TestCheck tells who the credentials are, what they may not read, and how long a first sync takes.
func TestCheck(t *testing.T) {
	s := newShop(t)
	s.off = map[string]int{"actions": http.StatusForbidden}
	for i := range 250 {
		s.pull(i+1, s.heads["main"])
	}
	collector, err := github.New(s.cfg, access.New(access.Options{Clock: &patience{}}).Line("github", "t", nil))
	if err != nil {
		t.Fatal(err)
	}
	got, err := collector.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	missing := strings.Join(got.Missing, "\n")
	if got.Account != "weir" || len(got.Missing) != 1 || !strings.Contains(missing, "runs of GitHub Actions of acme/shop") || !strings.Contains(missing, "Actions: read") {
		t.Errorf("got %+v", got)
	}
	if got.Requests < 5 || got.Requests > 25 {
		t.Errorf("a first sync is said to take %d requests", got.Requests)
	}
	s.hub.gone = true
	if got, err = collector.Check(t.Context()); err != nil || len(got.Missing) != 1 || !strings.Contains(got.Missing[0], "Contents: read") {
		t.Errorf("got %+v, %v", got, err)
	}
}

// TestComplaints: what can be found wrong without asking GitHub.
func TestComplaints(t *testing.T) {
	good := github.Configuration{Token: secret.Secret{Env: "X"}, Repos: []string{"a/b"}}
	if err := good.Validate(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		want string
		spin func(c *github.Configuration)
	}{
		{"give a `token`", func(c *github.Configuration) { c.Token = secret.Secret{} }},
		{"not both", func(c *github.Configuration) { c.App.ID = 3 }},
		{"needs `id`, `installation` and `private_key`", func(c *github.Configuration) { c.Token, c.App.ID = secret.Secret{}, 3 }},
		{"needs `repos`", func(c *github.Configuration) { c.Repos = nil }},
		{`"shop" in `, func(c *github.Configuration) { c.Repos = []string{"shop"} }},
		{`"*/shop" in `, func(c *github.Configuration) { c.Repos = []string{"*/shop"} }},
		{"is no glob", func(c *github.Configuration) { c.Branches = []string{"release/["} }},
		{"is no address", func(c *github.Configuration) { c.BaseURL = "github.example.com" }},
		{"the name of an organisation", func(c *github.Configuration) { c.Organisations = []string{"a/b"} }},
		{"is not org/slug", func(c *github.Configuration) { c.Teams = []string{"till"} }},
		{"`releases.pattern`", func(c *github.Configuration) { c.Releases = github.Releases{Environment: "x", Pattern: "("} }},
		{"`tags` needs the `environment`", func(c *github.Configuration) { c.Tags.Pattern = "v" }},
		{"`releases.kind`", func(c *github.Configuration) { c.Releases = github.Releases{Environment: "x", Kind: "live"} }},
		{"at most 100", func(c *github.Configuration) { c.PageSize = 101 }},
		{"`environments` 1: `match`", func(c *github.Configuration) { c.Environments = []github.EnvironmentRule{{Match: "("}} }},
		{"`kind` \"live\"", func(c *github.Configuration) { c.Environments = []github.EnvironmentRule{{Match: "x", Kind: "live"}} }},
		{"`issues.classes`", func(c *github.Configuration) { c.Issues.Classes = map[string]string{"bug": "bug"} }},
		{"`issues.incidents.severity`", func(c *github.Configuration) { c.Issues.Incidents.Severity = "(" }},
	} {
		cfg := good
		c.spin(&cfg)
		if err := cfg.Validate(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want something with %q", err, c.want)
		}
		if _, err := github.New(cfg, nil); err == nil {
			t.Errorf("%q: a collector was made all the same", c.want)
		}
	}
}

// TestSecretStaysOut: a token that is refused is not repeated.
func TestSecretStaysOut(t *testing.T) {
	s := newShop(t)
	s.off = map[string]int{"commits": http.StatusUnauthorized}
	err := s.trySync(s.cfg)
	if err == nil || !strings.Contains(err.Error(), "does not accept the credentials") || strings.Contains(fmt.Sprint(err), "t0ken") {
		t.Errorf("got %v", err)
	}
}

// appKey is the file of an App's private key.
func appKey(t *testing.T) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "key.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestApp: an App gets a token for its installation at the server's own address, and shows that.
func TestApp(t *testing.T) {
	h := newHub(t)
	h.heads["main"] = h.commit("one")
	cfg := github.Configuration{BaseURL: h.url, App: github.App{ID: 3, Installation: 7, PrivateKey: secret.Secret{File: appKey(t)}}, Repos: []string{"acme/shop"}}
	collector, err := github.New(cfg, access.New(access.Options{Clock: &patience{}}).Line("github", "app", nil))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := collector.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(h.shown) == 0 || h.shown[0] != "token for an hour" {
		t.Errorf("the server was shown %q", h.shown)
	}
}
