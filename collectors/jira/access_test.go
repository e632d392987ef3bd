package jira_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/collectors/access"
	"github.com/weirhq/weir/collectors/jira"
	"github.com/weirhq/weir/collectors/secret"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

func count(t *testing.T, w *warehouse.Warehouse, table string) (n int) {
	t.Helper()
	r, err := w.Known(context.Background(), warehouse.Scope{Table: table})
	if err != nil {
		t.Fatal(err)
	}
	return len(r.Tickets) + len(r.Transitions) + len(r.Statuses) + len(r.Incidents) + len(r.Memberships) + len(r.TicketLinks)
}

// TestSince: what was over before a moment is left out until somebody asks for it, and not because a scheduled run, which
// says nothing, comes next.
func TestSince(t *testing.T) {
	k := newTracker(t, true)
	older := k.create("PAY", "Story", "Older")
	k.move(older, "Done")
	begin := k.now.Add(24 * time.Hour)
	k.now = k.now.Add(48 * time.Hour)
	old, open := k.create("PAY", "Story", "Old"), k.create("PAY", "Story", "Old and open")
	k.move(old, "Done")
	k.now = k.now.Add(48 * time.Hour)
	company(k, 10)
	w := warehousetest.Open(t)
	b := newBench(t, k, w)
	since := collectors.Order{Since: k.now.Add(-24 * time.Hour)}
	for n, c := range []struct {
		order collectors.Order
		later time.Duration
		want  int
	}{
		{since, 0, 11}, {since, 0, 11}, {collectors.Order{}, 0, 11}, {collectors.Order{}, 8 * 24 * time.Hour, 11}, // the last reconciles
		{collectors.Order{Since: begin}, 0, 12}, {since, 0, 12}, {collectors.Order{}, 0, 12},
		{collectors.Order{Full: true}, 0, 13}, {since, 0, 13}, {collectors.Order{}, 0, 13},
	} {
		b.clock.now = b.clock.now.Add(c.later)
		if err := b.try(context.Background(), c.order); err != nil {
			t.Fatal(err)
		}
		if got := count(t, w, "tickets"); got != c.want {
			t.Errorf("run %d: %d tickets, want %d", n, got, c.want)
		}
	}
	if got := ticket(t, w, open.key); got.Title != "Old and open" {
		t.Errorf("%+v", got)
	}
}

// TestBoardsAndQueries: an issue that several parts have is there once, and goes when none has it any more.
func TestBoardsAndQueries(t *testing.T) {
	for _, c := range []jira.Configuration{{Boards: []int64{4}}, {JQL: "labels = x"}, {Boards: []int64{4}, JQL: "labels = x", Projects: []string{"P*"}}} {
		k := newTracker(t, true)
		company(k, 30)
		t.Run("", func(t *testing.T) {
			w := warehousetest.Open(t)
			b := newBench(t, k, w)
			b.c.Projects, b.c.Boards, b.c.JQL = c.Projects, c.Boards, c.JQL
			b.collect()
			if got := count(t, w, "tickets"); got != 30 {
				t.Errorf("%d tickets", got)
			}
			for _, key := range []string{"PAY-1", "WEB-3"} {
				if i := k.issues[key]; i != nil {
					k.remove(i)
				}
			}
			left := len(k.issues)
			b.clock.now = b.clock.now.Add(8 * 24 * time.Hour)
			b.collect()
			if got := count(t, w, "tickets"); got != left || left == 30 {
				t.Errorf("%d tickets, want %d", got, left)
			}
		})
	}
}

// TestOneBadProject does not stop the others, and a bad issue not the rest of its page.
func TestOneBadProject(t *testing.T) {
	k := newTracker(t, true)
	company(k, 10)
	k.issues["PAY-1"].fields["issuetype"] = 7
	k.issues["PAY-1"].key = "what?"
	w := warehousetest.Open(t)
	b := newBench(t, k, w)
	b.c.Projects = []string{"GONE", "PAY", "WEB"}
	err := b.try(context.Background(), collectors.Order{})
	if err == nil || !strings.Contains(err.Error(), "GONE: jira answered 400") || !strings.Contains(err.Error(), "does not exist for the field 'project'") {
		t.Errorf("got %v", err)
	}
	if got := count(t, w, "tickets"); got != 9 {
		t.Errorf("%d tickets, want 9", got)
	}
}

// TestFull reads everything again, and what the records of before had too much is gone.
func TestFull(t *testing.T) {
	k := newTracker(t, true)
	company(k, 12)
	w := warehousetest.Open(t)
	b := newBench(t, k, w)
	b.collect()
	ghost := warehouse.Provenance{Source: "jira"}
	some := k.issues["WEB-2"]
	if some == nil {
		for _, i := range k.issues {
			some = i
		}
	}
	if err := w.Write(context.Background(), warehouse.Records{Tickets: []warehouse.Ticket{{Key: "PAY-999", Project: "PAY", CreatedAt: day, Provenance: ghost}},
		Transitions: []warehouse.Transition{{Ticket: some.key, ID: "9-9", At: day, Field: "team", Provenance: ghost}},
		TicketLinks: []warehouse.TicketLink{{Ticket: some.key, Kind: "blocks", Target: "PAY-999", Provenance: ghost}},
		Statuses:    []warehouse.Status{{Name: "Old", Category: "new", Provenance: ghost}}}); err != nil {
		t.Fatal(err)
	}
	before := count(t, w, "transitions")
	if err := b.try(context.Background(), collectors.Order{Full: true}); err != nil {
		t.Fatal(err)
	}
	if a, l, tr, s := count(t, w, "tickets"), count(t, w, "ticket_links"), count(t, w, "transitions"), count(t, w, "statuses"); a != 12 || l != 0 || tr != before-1 || s != 4 {
		t.Errorf("%d tickets, %d links, %d transitions (%d before), %d statuses", a, l, tr, before, s)
	}
}

// TestNewStatus: a status that was added since the last look is asked for when an issue first stands in it.
func TestNewStatus(t *testing.T) {
	k := newTracker(t, true)
	company(k, 4)
	w := warehousetest.Open(t)
	b := newBench(t, k, w)
	b.c.Incidents = jira.Incidents{Types: []string{"Task"}}
	b.collect()
	statuses["Watching"] = "indeterminate"
	defer delete(statuses, "Watching")
	for _, i := range k.issues {
		if i.fields["issuetype"].(map[string]any)["name"] == "Task" {
			i.log = nil
			k.move(i, "Watching")
		}
	}
	b.collect()
	r, err := w.Known(context.Background(), warehouse.Scope{Table: "incidents"})
	if err != nil || len(r.Incidents) != 1 || r.Incidents[0].AcknowledgedAt.IsZero() || count(t, w, "statuses") != 5 {
		t.Errorf("%+v, %v, %d statuses", r.Incidents, err, count(t, w, "statuses"))
	}
	k.count()
	b.collect()
	if n := k.count(); n != 2 {
		t.Errorf("%d requests afterwards", n)
	}
}

// TestSigningIn tries the ways to sign in.
func TestSigningIn(t *testing.T) {
	var refresh []string
	tokens := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		w.Header().Set("Content-Type", "application/json")
		if r.PostForm.Get("grant_type") == "refresh_token" {
			refresh = append(refresh, r.PostForm.Get("refresh_token"))
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"access_token": "access-" + r.PostForm.Get("grant_type"), "token_type": "bearer", "expires_in": 3600, "refresh_token": "second"})
	}))
	defer tokens.Close()
	file := filepath.Join(t.TempDir(), "refresh")
	if err := os.WriteFile(file, []byte("first\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := token(t)
	for _, c := range []struct {
		auth jira.Auth
		want string
	}{
		{jira.Auth{Email: "weir@example.org", Token: s}, "Basic d2VpckBleGFtcGxlLm9yZzpzM2NyZXQ="},
		{jira.Auth{Token: s}, "Bearer s3cret"},
		{jira.Auth{OAuth: jira.OAuth{ClientID: "weir", ClientSecret: s, RefreshToken: secret.Secret{File: file}, TokenURL: tokens.URL}}, "Bearer access-refresh_token"},
		{jira.Auth{OAuth: jira.OAuth{ClientID: "weir", ClientSecret: s, TokenURL: tokens.URL}}, "Bearer access-client_credentials"},
	} {
		k := newTracker(t, true)
		var got []string
		k.before = func(_ int, r *http.Request) { got = append(got, r.Header.Get("Authorization")) }
		collector, err := jira.New(jira.Configuration{URL: k.server.URL, Auth: c.auth, Projects: []string{"PAY"}}, access.New(access.Options{}).Line("jira", "", nil))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := collector.Check(context.Background()); err != nil {
			t.Error(err)
		}
		if got = slices.Compact(got); len(got) != 1 || got[0] != c.want {
			t.Errorf("signed in by %q, want %q", got, c.want)
		}
	}
	kept, err := os.ReadFile(file)
	if err != nil || strings.TrimSpace(string(kept)) != "second" || !slices.Equal(refresh, []string{"first"}) {
		t.Errorf("kept %q, %v; used %v", kept, err, refresh)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode is %v, %v", info.Mode(), err)
	}
}

func TestCheck(t *testing.T) {
	k := newTracker(t, true)
	company(k, 250)
	k.members["makers"] = []string{"ada"}
	c, err := jira.New(jira.Configuration{URL: k.server.URL, Auth: jira.Auth{Token: token(t)}, Projects: []string{"PAY", "NONE"}, Boards: []int64{4}, JQL: "labels = x", Groups: []string{"makers"},
		Fields: jira.Fields{Team: "Squad"}}, access.New(access.Options{}).Line("jira", "", nil))
	if err != nil {
		t.Fatal(err)
	}
	found, err := c.Check(context.Background())
	if err != nil || found.Account != "weir@example.org" || len(found.Readable) != 4 || len(found.Missing) != 2 || found.Requests < 10 {
		t.Errorf("%+v, %v", found, err)
	}
	for _, want := range []string{`a field named "Squad"`, "the project NONE"} {
		if !slices.ContainsFunc(found.Missing, func(s string) bool { return strings.Contains(s, want) }) {
			t.Errorf("%q is not among %q", want, found.Missing)
		}
	}
	t.Setenv("WEIR_TEST_JIRA", "")
	c, _ = jira.New(jira.Configuration{URL: k.server.URL, Auth: jira.Auth{Token: secret.Secret{Env: "WEIR_TEST_JIRA"}}, JQL: "x = y"}, access.New(access.Options{}).Line("jira", "", nil))
	if _, err := c.Check(context.Background()); err == nil || !strings.Contains(err.Error(), "WEIR_TEST_JIRA is not set") {
		t.Errorf("without a token: %v", err)
	}
}

func TestConfiguration(t *testing.T) {
	s := secret.Secret{Env: "X"}
	good := func(change func(*jira.Configuration)) jira.Configuration {
		c := jira.Configuration{URL: "https://acme.atlassian.net", Auth: jira.Auth{Email: "a@example.org", Token: s}, Projects: []string{"PAY"}}
		change(&c)
		return c
	}
	if err := good(func(*jira.Configuration) {}).Validate(); err != nil {
		t.Error(err)
	}
	for want, change := range map[string]func(*jira.Configuration){
		"needs the `url`":                func(c *jira.Configuration) { c.URL = "acme" },
		"neither cloud nor data_center":  func(c *jira.Configuration) { c.Deployment = "server" },
		"needs auth":                     func(c *jira.Configuration) { c.Auth = jira.Auth{} },
		"not both":                       func(c *jira.Configuration) { c.Auth.OAuth = jira.OAuth{ClientID: "x", ClientSecret: s} },
		"needs a `client_secret`":        func(c *jira.Configuration) { c.Auth = jira.Auth{OAuth: jira.OAuth{ClientID: "x"}} },
		"needs `projects`":               func(c *jira.Configuration) { c.Projects = nil },
		"is not the key of a project":    func(c *jira.Configuration) { c.Projects = []string{"My project"} },
		"leave ORDER BY out":             func(c *jira.Configuration) { c.JQL = "a = b order  by c" },
		`the class "bug" is none of`:     func(c *jira.Configuration) { c.Classes = map[string]jira.Class{"bug": {}} },
		`which is none of blocks`:        func(c *jira.Configuration) { c.Links = map[string]string{"waits for": "waits"} },
		"has either `env` or `file`, no": func(c *jira.Configuration) { c.Auth.Token.File = "y" },
	} {
		if err := good(change).Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want something with %q", err, want)
		}
	}
}
