package jira_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors/jira"
	"github.com/weirhq/weir/warehouse"
)

// payloads reads the answers of a real Jira.
func payloads(t *testing.T, name string) []json.RawMessage {
	t.Helper()
	if data() == "" {
		t.Skip("the folder of real data is not beside this checkout")
	}
	f, err := os.Open(filepath.Join(data(), "payloads", "jira", name))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var list []json.RawMessage
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var line struct {
			Data json.RawMessage `json:"data"`
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		list = append(list, line.Data)
	}
	return list
}

func utc(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02T15:04:05.000-0700", text)
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

// realMapping knows the ids of the fields of the Jira that the payloads are from.
func realMapping() *jira.Mapping {
	return jira.MappingFor(jira.Configuration{Fields: jira.Fields{Sprint: "customfield_10020", StoryPoints: "customfield_10024", Flagged: "Flagged", EpicLink: "customfield_10014"}})
}

func TestRealIssues(t *testing.T) {
	m := realMapping()
	tickets, changes, counts := map[string]warehouse.Ticket{}, map[string]warehouse.Transition{}, map[string]int{}
	for _, raw := range payloads(t, "issues.ndjson") {
		var i jira.Issue
		if err := json.Unmarshal(raw, &i); err != nil {
			t.Fatal(err)
		}
		f, err := m.Issue(i)
		if err != nil || len(f.Aside) > 0 {
			t.Fatalf("%s: %v %v", i.Key, err, f.Aside)
		}
		for _, r := range f.Records.Tickets {
			tickets[r.Key] = r
		}
		for _, r := range f.Records.Transitions {
			counts[r.Field]++
			changes[r.Ticket+" "+r.ID] = r
		}
	}
	if len(tickets) != 33 || counts["status"] != 165 || counts["assignee"] != 41 || counts["resolution"] != 30 || counts["sprint"] != 21 {
		t.Errorf("%d tickets, %v", len(tickets), counts)
	}
	one := tickets["EE-1"]
	for _, c := range []struct{ got, want any }{
		{one.Project, "EE"}, {one.Type, "故事"}, {one.Class, "feature"}, {one.Status, "已完成"}, {one.Priority, "Medium"},
		{one.CreatedAt, utc(t, "2020-06-12T08:13:13.360+0800")}, {one.ResolvedAt, utc(t, "2020-06-19T14:31:18.495+0800")}, {one.UpdatedAt, utc(t, "2021-03-28T16:06:08.713+0800")},
		{one.Sprint, "EE Sprint 7"}, {one.FixVersions[0], "v2.7.0"}, {one.Labels[0], "Saas"},
		{tickets["EE-23"].Class, "defect"}, {tickets["EE-25"].Parent, "EE-1"}, {tickets["K5-3"].Parent, "K5-4"}, {tickets["K5-2"].ResolvedAt.IsZero(), true},
		{tickets["K5-4"].Type, "Epic"}, {tickets["K5-2"].Sprint, "K5 Sprint 1"},
	} {
		if c.got != c.want {
			t.Errorf("got %v, want %v", c.got, c.want)
		}
	}
	for key, want := range map[string]warehouse.Transition{
		"EE-1 12025-0": {Field: "resolution", To: "Done", At: utc(t, "2020-06-19T14:31:18.526+0800")},
		"EE-1 10690-0": {Field: "sprint", To: "Sprints Sprint 1", At: utc(t, "2020-06-12T08:29:19.487+0800")},
	} {
		if got := changes[key]; got.Field != want.Field || got.To != want.To || !got.At.Equal(want.At) {
			t.Errorf("%s: got %+v, want %+v", key, got, want)
		}
	}
	compareChanges(t, changes)
}

// compareChanges reads the payloads a second time, in another way, and compares every author, moment and word.
func compareChanges(t *testing.T, changes map[string]warehouse.Transition) {
	t.Helper()
	compared := 0
	for _, raw := range payloads(t, "issues.ndjson") {
		var i map[string]any
		if err := json.Unmarshal(raw, &i); err != nil {
			t.Fatal(err)
		}
		for _, h := range i["changelog"].(map[string]any)["histories"].([]any) {
			entry := h.(map[string]any)
			for n, it := range entry["items"].([]any) {
				item := it.(map[string]any)
				got, known := changes[fmt.Sprintf("%s %s-%d", i["key"], entry["id"], n)]
				if !known {
					continue
				}
				compared++
				author := entry["author"].(map[string]any)
				name, _ := author["emailAddress"].(string)
				if name == "" {
					name = author["displayName"].(string)
				}
				if got.Actor != name || !got.At.Equal(utc(t, entry["created"].(string))) || got.Field == "status" && (got.From != item["fromString"] || got.To != item["toString"]) {
					t.Errorf("got %+v of %v by %s", got, item, name)
				}
			}
		}
	}
	if compared != len(changes) {
		t.Errorf("compared %d of %d changes", compared, len(changes))
	}
}

// TestRealChangelogs: the entries of the changelog's own pages, as Cloud answers them for an issue that has too many.
func TestRealChangelogs(t *testing.T) {
	i := jira.Issue{Key: "EE-9", Fields: map[string]json.RawMessage{"created": json.RawMessage(`"2021-01-01T00:00:00.000+0800"`),
		"issuelinks": json.RawMessage(`[{"type":{"name":"Blocks","inward":"is blocked by","outward":"blocks"},"inwardIssue":{"key":"EE-2880"}},
			{"type":{"name":"Problem/Incident","inward":"is caused by","outward":"causes"},"outwardIssue":{"key":"EE-3582"}},
			{"type":{"name":"Relates","inward":"relates to","outward":"relates to"},"outwardIssue":{"key":"EE-3330"}}]`)}}
	i.Changelog.Histories = payloads(t, "issue_changelogs.ndjson")
	f, err := realMapping().Issue(i)
	if err != nil || len(f.Aside) > 0 {
		t.Fatal(err, f.Aside)
	}
	counts := map[string]int{}
	var statuses []string
	for _, r := range f.Records.Transitions {
		counts[r.Field]++
		if r.Field == "status" {
			statuses = append(statuses, r.From+" → "+r.To)
		}
	}
	if counts["status"] != 10 || counts["sprint"] != 12 || counts["resolution"] != 2 {
		t.Error(counts)
	}
	if statuses[0] != "Open → 开发中" || statuses[len(statuses)-1] != "发布中 → 已完成" {
		t.Error(statuses)
	}
	want := map[string]time.Time{"is_blocked_by EE-2880": utc(t, "2021-01-25T11:55:29.086+0800"), "causes EE-3582": utc(t, "2021-03-19T12:19:40.930+0800"),
		"relates EE-3330": utc(t, "2021-03-03T20:20:43.894+0800")}
	for _, l := range f.Records.TicketLinks {
		if at, ok := want[l.Kind+" "+l.Target]; !ok || !at.Equal(l.Since) {
			t.Errorf("link %+v", l)
		}
	}
	last := f.Records.Transitions[len(f.Records.Transitions)-1]
	if last.Field != "sprint" || last.From != "EE Sprint 37" || last.To != "EE Sprint 36" {
		t.Errorf("the newest sprint is %q", last.To)
	}
}

// TestRealLists: statuses, projects, sprints, types and remote links are not all used, and none may confuse.
func TestRealLists(t *testing.T) {
	categories := jira.CategoriesOf(payloads(t, "status.ndjson"))
	for name, want := range map[string]string{"In Progress": "active", "Open": "new", "已完成": "done"} {
		if categories[name] != want {
			t.Errorf("%s is %q, want %q", name, categories[name], want)
		}
	}
	for _, name := range []string{"projects.ndjson", "sprints.ndjson", "issue_types.ndjson", "remotelinks.ndjson"} {
		for _, raw := range payloads(t, name) {
			var i jira.Issue
			if err := json.Unmarshal(raw, &i); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if _, err := realMapping().Issue(i); err == nil {
				t.Errorf("%s was taken for an issue", name)
			}
		}
	}
	for _, raw := range payloads(t, "sprints.ndjson") {
		if jira.SprintOf(raw) == "" {
			t.Errorf("the sprint %s has no name", raw)
		}
	}
}
