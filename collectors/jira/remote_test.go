package jira_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors/jira"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// TestRealRemoteLinks: of what a real Jira links to, merge requests and commits are kept; pages and other issues are not.
func TestRealRemoteLinks(t *testing.T) {
	i := jira.Issue{Key: "EE-9", Fields: map[string]json.RawMessage{"created": json.RawMessage(`"2021-01-01T00:00:00.000+0800"`), "updated": json.RawMessage(`"2021-03-28T08:00:00.000+0800"`)}}
	i.Changelog.Histories = payloads(t, "issue_changelogs.ndjson")
	want := map[string]bool{}
	for _, raw := range payloads(t, "remotelinks.ndjson") {
		i.Remote = append(i.Remote, raw)
		if text := string(raw); strings.Contains(text, "/-/merge_requests/") || strings.Contains(text, "/-/commit") {
			_, address, _ := strings.Cut(text, `"object":{"url":"`)
			address, _, _ = strings.Cut(address, `"`)
			want[address] = true
		}
	}
	f, err := realMapping().Issue(i)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range f.Records.TicketLinks {
		if l.Ticket != "EE-9" || l.Kind != "remote" || !want[l.Target] || !l.UpdatedAt.Equal(utc(t, "2021-03-28T08:00:00.000+0800")) {
			t.Errorf("found %+v", l)
		}
	}
	if len(f.Records.TicketLinks) != len(want) || len(want) < 100 {
		t.Errorf("kept %d of %d links", len(f.Records.TicketLinks), len(want))
	}
}

// TestRemoteLinks: they are asked for where the history tells of any, change without an issue's other links, and stay as
// they are known where they cannot be read or shall not be.
func TestRemoteLinks(t *testing.T) {
	k := newTracker(t, true)
	other := k.create("PAY", "Story", "Without any")
	i := k.create("PAY", "Story", "With some")
	k.remote(i, "https://git.example/org/a/pull/7/files?w=1#diff")
	k.remote(i, "https://wiki.example/pull/plug")
	w := warehousetest.Open(t)
	b := newBench(t, k, w)
	asks := func(what string, asked bool, targets ...string) {
		t.Helper()
		k.count()
		b.collect()
		n := 0
		for _, r := range k.requests {
			if strings.HasSuffix(r, "/remotelink") {
				n++
			}
		}
		if n > 0 != asked {
			t.Errorf("%s: asked %d times for remote links", what, n)
		}
		r, err := w.Known(t.Context(), warehouse.Scope{Table: "ticket_links"})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, l := range r.TicketLinks {
			got = append(got, l.Target)
			if l.Ticket != i.key || l.Kind != "remote" || l.Since.IsZero() || !l.UpdatedAt.Equal(l.Since) {
				t.Errorf("%s: %+v", what, l)
			}
		}
		if strings.Join(got, " ") != strings.Join(targets, " ") {
			t.Errorf("%s: linked to %v, want %v", what, got, targets)
		}
	}
	asks("at first", true, "https://git.example/org/a/pull/7/files")
	k.remote(i, "https://git.example/org/a/pull/8")
	asks("with another", true, "https://git.example/org/a/pull/7/files", "https://git.example/org/a/pull/8")
	k.unremote(i)
	b.transport = refusing{"/remotelink", http.StatusForbidden}
	asks("refused", false, "https://git.example/org/a/pull/7/files", "https://git.example/org/a/pull/8")
	b.transport = refusing{"/remotelink", http.StatusUnauthorized} // how Atlassian says that the token lacks a scope
	asks("refused in another way", false, "https://git.example/org/a/pull/7/files", "https://git.example/org/a/pull/8")
	b.transport = nil
	b.clock.now = b.clock.now.Add(24 * time.Hour) // the issue has not changed meanwhile
	asks("allowed again", true, "https://git.example/org/a/pull/8")
	k.unremote(i) // the page
	k.unremote(i)
	k.remote(i, "https://git.example/org/a/pull/9")
	k.mu.Lock()
	k.now = k.now.Add(3 * time.Hour)
	k.mu.Unlock()
	k.assign(other, "ada")                                  // what changed before is not read a second time
	b.c.Links = map[string]string{"needs": "is_blocked_by"} // everything is mapped anew
	asks("with one in another's place", true, "https://git.example/org/a/pull/9")
	no := false
	b.c.RemoteLinks = &no
	k.unremote(i)
	asks("not wanted any more", false, "https://git.example/org/a/pull/9")
	b.c.RemoteLinks = nil
	k.assign(i, "ada")
	asks("wanted again", true)
}

// TestOneRefusal: an issue that refuses to show its links hides nobody else's.
func TestOneRefusal(t *testing.T) {
	k := newTracker(t, true)
	for range 20 {
		k.remote(k.create("PAY", "Story", "Open"), "https://git.example/org/a/pull/7")
	}
	secret := k.create("PAY", "Story", "Secret")
	k.remote(secret, "https://git.example/org/a/pull/8")
	w := warehousetest.Open(t)
	b := newBench(t, k, w)
	b.transport = refusing{secret.key + "/remotelink", http.StatusForbidden}
	for range 2 {
		b.collect()
		if n := count(t, w, "ticket_links"); n != 20 {
			t.Errorf("there are %d links, want 20", n)
		}
	}
}

// TestRemoteLinksOfIncidents: a change belongs to the incident that links to it.
func TestRemoteLinksOfIncidents(t *testing.T) {
	k := newTracker(t, true)
	i := k.create("PAY", "Outage", "Nobody can pay")
	k.remote(i, "https://git.example/org/a/pull/7")
	w := warehousetest.Open(t)
	b := newBench(t, k, w)
	b.c.Incidents = jira.Incidents{Types: []string{"Outage"}}
	b.collect()
	if incidents, links := count(t, w, "incidents"), count(t, w, "ticket_links"); incidents != 1 || links != 1 {
		t.Errorf("there are %d incidents and %d links", incidents, links)
	}
}
