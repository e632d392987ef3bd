package jira_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

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

// forbidden refuses the requests of which the path ends so.
type forbidden struct{ path string }

func (f forbidden) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, f.path) {
		return &http.Response{StatusCode: http.StatusForbidden, Status: "403 Forbidden", Header: http.Header{}, Body: http.NoBody, Request: r}, nil
	}
	return http.DefaultTransport.RoundTrip(r)
}

// TestRemoteLinks: they are asked for where the history tells of any, change without an issue's other links, and stay as
// they are known where they cannot be read or shall not be.
func TestRemoteLinks(t *testing.T) {
	k := newTracker(t, true)
	k.create("PAY", "Story", "Without any")
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
	b.transport = forbidden{"/remotelink"}
	asks("refused", false, "https://git.example/org/a/pull/7/files", "https://git.example/org/a/pull/8")
	b.transport = nil
	k.assign(i, "bela")
	asks("with one taken away", true, "https://git.example/org/a/pull/8")
	no := false
	b.c.RemoteLinks = &no
	k.unremote(i)
	k.unremote(i)
	asks("not wanted any more", false, "https://git.example/org/a/pull/8")
	b.c.RemoteLinks = nil
	k.assign(i, "ada")
	asks("wanted again", true)
}
