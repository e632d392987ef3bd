package jira_test

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/collectors/access"
	"github.com/weirhq/weir/collectors/jira"
	"github.com/weirhq/weir/collectors/secret"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// network answers for every host there is, and remembers how requests were signed, by the address without its path.
type network struct {
	redirect map[string]string // from an address to another one

	mu     sync.Mutex
	signed map[string]string
}

func (n *network) RoundTrip(r *http.Request) (*http.Response, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.signed == nil {
		n.signed = map[string]string{}
	}
	site := r.URL.Scheme + "://" + r.URL.Host
	n.signed[site] = r.Header.Get("Authorization")
	answer := func(status int, header http.Header, body string) (*http.Response, error) {
		return &http.Response{StatusCode: status, Status: fmt.Sprint(status), Header: header, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	}
	if to, ok := n.redirect[site]; ok {
		return answer(http.StatusTemporaryRedirect, http.Header{"Location": {to + r.URL.RequestURI()}}, "")
	}
	return answer(http.StatusOK, http.Header{"Content-Type": {"application/json"}}, `{"access_token": "given", "token_type": "bearer", "expires_in": 3600, "refresh_token": "next",
		"baseUrl": "https://tickets.example.org", "deploymentType": "Cloud", "emailAddress": "weir@example.org", "timeZone": "UTC"}`)
}

func ways(t *testing.T) map[string]jira.Auth {
	s := token(t)
	return map[string]jira.Auth{
		"an API token":         {Email: "weir@example.org", Token: s},
		"a personal token":     {Token: s},
		"an application's own": {OAuth: jira.OAuth{ClientID: "weir", ClientSecret: s, TokenURL: "https://tokens.example.org/give"}},
		"in a person's name":   {OAuth: jira.OAuth{ClientID: "weir", ClientSecret: s, RefreshToken: s, TokenURL: "https://tokens.example.org/give"}},
	}
}

// TestOnlyTheSiteIsSigned: wherever the site redirects to, nobody else is shown a token.
func TestOnlyTheSiteIsSigned(t *testing.T) {
	for way, auth := range ways(t) {
		for _, c := range []struct {
			from, to string
			signed   bool
		}{
			{"https://tickets.example.org", "https://elsewhere.example.org", false},
			{"https://tickets.example.org", "https://tickets.example.org:8443", false},
			{"https://tickets.example.org", "http://tickets.example.org", false},
			{"http://tickets.example.org", "https://tickets.example.org", true},
		} {
			n := &network{redirect: map[string]string{c.from: c.to}}
			line := access.New(access.Options{Transport: n}).Line("jira", "", nil)
			collector, err := jira.New(jira.Configuration{URL: c.from, Auth: auth, Projects: []string{"PAY"}}, line)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = collector.Check(t.Context())
			if n.signed[c.from] == "" {
				t.Errorf("%s: a request to %s was not signed", way, c.from)
			}
			if got, asked := n.signed[c.to]; !asked || (got != "") != c.signed {
				t.Errorf("%s: after a redirect from %s to %s it sent %q", way, c.from, c.to, got)
			}
		}
	}
}

// TestTokensAreNotPassedOn: who gives out tokens cannot have the secrets sent to somebody else.
func TestTokensAreNotPassedOn(t *testing.T) {
	n := &network{redirect: map[string]string{"https://tokens.example.org": "https://elsewhere.example.org"}}
	collector, err := jira.New(jira.Configuration{URL: "https://tickets.example.org", Auth: ways(t)["in a person's name"], Projects: []string{"PAY"}},
		access.New(access.Options{Transport: n}).Line("jira", "", nil))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := collector.Check(t.Context()); err == nil || !strings.Contains(err.Error(), "exchange the refresh token") {
		t.Errorf("got %v", err)
	}
	if asked := slices.Sorted(maps.Keys(n.signed)); !slices.Equal(asked, []string{"https://tokens.example.org"}) {
		t.Errorf("asked were %v", asked)
	}
}

// kept are the answers that a line keeps.
type kept []access.Exchange

func (k *kept) Keep(_ string, e access.Exchange) error {
	*k = append(*k, e)
	return nil
}

// TestTokensAreNotKept: what is kept of a collection has no secret in it.
func TestTokensAreNotKept(t *testing.T) {
	for way, auth := range ways(t) {
		var k kept
		collector, err := jira.New(jira.Configuration{URL: "https://tickets.example.org/jira", Auth: auth, Projects: []string{"PAY"}},
			access.New(access.Options{Transport: &network{}, Keep: &k}).Line("jira", "", nil))
		if err != nil {
			t.Fatal(err)
		}
		_, _ = collector.Check(t.Context())
		if len(k) == 0 {
			t.Errorf("%s: nothing was kept", way)
		}
		for _, e := range k {
			if strings.Contains(e.URL, "tokens.example.org") || strings.Contains(string(e.Sent), "s3cret") {
				t.Errorf("%s: kept is %s %s, which sent %q", way, e.Method, e.URL, e.Sent)
			}
		}
	}
}

// TestReplayingNeedsNoSecrets: kept answers are given to anybody, also where the secrets are not.
func TestReplayingNeedsNoSecrets(t *testing.T) {
	for way, auth := range ways(t) {
		for _, s := range []*secret.Secret{&auth.Token, &auth.OAuth.ClientSecret, &auth.OAuth.RefreshToken} {
			if !s.IsZero() {
				s.Env = "WEIR_TEST_NOT_SET"
			}
		}
		n := &network{}
		collector, err := jira.New(jira.Configuration{URL: "https://tickets.example.org", Auth: auth, Projects: []string{"PAY"}},
			access.New(access.Options{Transport: n, Replaying: true}).Line("jira", "", nil))
		if err != nil {
			t.Fatal(err)
		}
		_, _ = collector.Check(t.Context())
		if !maps.Equal(n.signed, map[string]string{"https://tickets.example.org": ""}) {
			t.Errorf("%s: asked were, signed so: %v", way, n.signed)
		}
	}
}

// TestUnreadableGroup: it is a problem of its own; its members stay, and it is tried again by the next run.
func TestUnreadableGroup(t *testing.T) {
	k := newTracker(t, true)
	company(k, 4)
	k.members["makers"], k.members["secret"] = []string{"ada"}, []string{"bela"}
	w := warehousetest.Open(t)
	b := newBench(t, k, w)
	b.c.Groups = []string{"secret", "makers"}
	b.collect()
	if n := count(t, w, "memberships"); n != 2 {
		t.Fatalf("%d memberships", n)
	}
	k.members["makers"] = nil
	b.transport = refusing{"groupname=secret", http.StatusForbidden}
	for run, o := range []collectors.Order{{Full: true}, {}} {
		problems, err := b.problems(o)
		if err != nil {
			t.Fatal(err)
		}
		if len(problems) != 1 || problems[0].Part != "group secret" || !strings.Contains(problems[0].Error, "403") {
			t.Errorf("run %d: %+v", run, problems)
		}
		if n := count(t, w, "memberships"); n != 1 {
			t.Errorf("run %d: %d memberships, want that of the group that cannot be read", run, n)
		}
	}
	b.transport, k.members["secret"] = nil, []string{"ada", "bela"}
	for range 2 {
		k.count()
		if problems, err := b.problems(collectors.Order{}); err != nil || len(problems) != 0 || count(t, w, "memberships") != 2 {
			t.Errorf("%+v, %v, %d memberships", problems, err, count(t, w, "memberships"))
		}
	}
	if n := k.count(); n != 2 {
		t.Errorf("a quiet run took %d requests", n)
	}
}

// refusing answers so to the requests whose address has a part.
type refusing struct {
	part   string
	status int
}

func (r refusing) RoundTrip(req *http.Request) (*http.Response, error) {
	if strings.Contains(req.URL.String(), r.part) {
		return &http.Response{StatusCode: r.status, Status: fmt.Sprint(r.status, " ", http.StatusText(r.status)), Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}")), Request: req}, nil
	}
	return http.DefaultTransport.RoundTrip(req)
}

// problems are those of one run.
func (b *bench) problems(o collectors.Order) ([]collectors.Problem, error) {
	b.t.Helper()
	r := b.runner()
	err := r.Collect(context.Background(), o)
	return r.States()[0].Problems, err
}

// deaf does not let a project be searched.
type deaf struct{ project string }

func (d *deaf) RoundTrip(req *http.Request) (*http.Response, error) {
	if strings.Contains(req.URL.Query().Get("jql"), d.project) {
		return &http.Response{StatusCode: http.StatusForbidden, Status: "403 Forbidden", Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}")), Request: req}, nil
	}
	return http.DefaultTransport.RoundTrip(req)
}
