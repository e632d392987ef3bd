package jira_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors/jira"
	"github.com/weirhq/weir/warehouse"
)

// an is an issue of these fields, in JSON, with these entries of a changelog.
func an(t testing.TB, fields string, histories ...string) jira.Issue {
	t.Helper()
	i := jira.Issue{Key: "PAY-1", Self: "https://acme.example/rest/api/3/issue/1", Fields: map[string]json.RawMessage{}}
	if err := json.Unmarshal([]byte(`{"created": "2026-03-02T10:00:00.000+0100", "updated": "2026-03-03T10:00:00.000+0100"}`), &i.Fields); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(`{`+fields+`}`), &i.Fields); err != nil {
		t.Fatal(fields, err)
	}
	for _, h := range histories {
		i.Changelog.Histories = append(i.Changelog.Histories, json.RawMessage(h))
	}
	return i
}

var byID = jira.Configuration{Fields: jira.Fields{StoryPoints: "customfield_1", Team: "customfield_2", Sprint: "customfield_3", Severity: "customfield_4", EpicLink: "customfield_5"}}

func TestTicket(t *testing.T) {
	for _, c := range []struct {
		fields string
		check  func(warehouse.Ticket) bool
	}{
		{``, func(r warehouse.Ticket) bool {
			return r.Class == "feature" && r.Estimate == nil && r.URL == "https://acme.example/browse/PAY-1" && r.Project == "PAY" && r.UpdatedAt.Day() == 3
		}},
		{`"issuetype": {"name": "bug"}`, func(r warehouse.Ticket) bool { return r.Class == "defect" }},
		{`"issuetype": {"name": "Bug"}, "labels": ["x", "Security"]`, func(r warehouse.Ticket) bool { return r.Class == "risk" }},
		{`"issuetype": {"name": "Fehler"}, "labels": ["tech-debt"]`, func(r warehouse.Ticket) bool { return r.Class == "debt" }},
		{`"customfield_1": 3.5, "customfield_2": {"value": "payments"}`, func(r warehouse.Ticket) bool { return *r.Estimate == 3.5 && r.Team == "payments" }},
		{`"customfield_1": "8", "customfield_2": {"id": "u-1", "name": "Payments"}`, func(r warehouse.Ticket) bool { return *r.Estimate == 8 && r.Team == "Payments" }},
		{`"customfield_1": "much", "customfield_2": [{"value": "a"}, {"value": "b"}]`, func(r warehouse.Ticket) bool { return r.Estimate == nil && r.Team == "a, b" }},
		{`"customfield_3": [{"id": 9, "name": "Sprint 9"}, {"id": 12, "name": "Sprint 12"}, {"id": 7, "name": "Sprint 7"}]`, func(r warehouse.Ticket) bool { return r.Sprint == "Sprint 12" }},
		{`"customfield_3": ["com.atlassian.greenhopper.service.sprint.Sprint@1f[id=7,rapidViewId=8,state=CLOSED,name=One, two=,goal=,startDate=2020-06-12T08:38:51.882+08:00,sequence=7]",
			"Sprint@2f[id=11,name=Other[1],state=ACTIVE]"]`, func(r warehouse.Ticket) bool { return r.Sprint == "Other[1]" }},
		{`"parent": {"key": "PAY-9"}, "customfield_5": "PAY-8"`, func(r warehouse.Ticket) bool { return r.Parent == "PAY-9" }},
		{`"customfield_5": "PAY-8"`, func(r warehouse.Ticket) bool { return r.Parent == "PAY-8" }},
		{`"assignee": {"accountId": "5a", "displayName": "Ada"}, "fixVersions": [{"name": "2"}, {"name": "1"}]`, func(r warehouse.Ticket) bool {
			return r.Assignee == "Ada" && slices.Equal(r.FixVersions, []string{"1", "2"})
		}},
		{`"assignee": {"key": "JIRAUSER1", "name": "ada", "displayName": "Ada"}, "labels": "none", "priority": 7, "summary": {"a": 1}`, func(r warehouse.Ticket) bool {
			return r.Assignee == "ada" && r.Title == "" && r.Priority == "7"
		}},
		{`"assignee": {"emailAddress": "ada@example.org", "name": "ada"}, "resolutiondate": "2026-03-03T09:00:00.250Z"`, func(r warehouse.Ticket) bool {
			return r.Assignee == "ada@example.org" && r.ResolvedAt.Format("15:04:05.000") == "09:00:00.250"
		}},
	} {
		f, err := jira.MappingFor(byID).Issue(an(t, c.fields))
		if err != nil || len(f.Records.Tickets) != 1 || !c.check(f.Records.Tickets[0]) {
			t.Errorf("%s gave %+v, %v", c.fields, f.Records.Tickets, err)
		}
	}
}

func TestSprintsOfDataCenter(t *testing.T) {
	for raw, want := range map[string]string{
		`["Sprint@1[id=3,name=A, B,state=x]"]`: "A, B", `["Sprint@1[id=3]"]`: "", `["nonsense", 7, null]`: "", `"Sprint@1[name=Z,id=1]"`: "Z", `{"id": "4", "name": "S"}`: "S",
	} {
		if got := jira.SprintOf(json.RawMessage(raw)); got != want {
			t.Errorf("%s is %q, want %q", raw, got, want)
		}
	}
}

// TestTransitions: which items count, who did them, and whom an assignee's id means.
func TestTransitions(t *testing.T) {
	entry := func(id, at, item string) string {
		return fmt.Sprintf(`{"id": %q, "author": {"accountId": "5a", "emailAddress": "ada@example.org", "displayName": "Ada"}, "created": %q, "items": [%s]}`, id, at, item)
	}
	f, err := jira.MappingFor(byID).Issue(an(t, `"reporter": {"accountId": "5b", "displayName": "Bela"}`,
		entry("11", "2026-03-02T12:00:00.000+0100", `{"field": "Rank", "fieldId": "customfield_9"}, {"field": "status", "fieldId": "status", "fromString": "To Do", "toString": "Doing"}`),
		entry("10", "2026-03-02T11:00:00.000+0100", `{"field": "assignee", "fieldId": "assignee", "from": null, "fromString": null, "to": "5b", "toString": "B."}`),
		entry("12", "2026-03-02T13:00:00.000+0100", `{"field": "assignee", "fieldId": "assignee", "from": "5b", "fromString": "B.", "to": "5a", "toString": "A."}, {"field": "assignee", "fieldId": "assignee", "to": "5c", "toString": "Cleo"}`),
		entry("12", "2026-03-02T13:00:00.000+0100", `{"field": "status", "fieldId": "status", "toString": "twice"}`),
		entry("13", "2026-03-02T14:00:00.000+0100", `{"field": "Squad", "fieldId": "customfield_2", "fromString": "a", "toString": "b"}, {"field": "Sprint", "from": "7, 9", "fromString": "S 7, S 9", "to": "", "toString": ""}`),
		entry("14", "2026-03-02T15:00:00.000+0100", `{"field": "Flagged", "toString": "Impediment"}, {"field": "resolution", "fieldId": "resolution", "to": "1", "toString": "Done"}, {"field": "Team", "fieldId": "customfield_77", "toString": "another field"}`),
		entry("", "2026-03-02T15:00:00.000+0100", ``), entry("15", "soon", ``), `7`, `{"id": "16", "created": "2026-03-02T16:00:00+01:00", "author": 7, "items": [{"field": 7, "toString": {}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range f.Records.Transitions {
		got = append(got, fmt.Sprintf("%s %s %s: %s → %s by %s", r.At.Format("15:04"), r.ID, r.Field, r.From, r.To, r.Actor))
		if !r.UpdatedAt.Equal(r.At) || r.Ticket != "PAY-1" {
			t.Errorf("%+v", r)
		}
	}
	want := []string{
		"10:00 10-0 assignee:  → Bela by ada@example.org",
		"11:00 11-1 status: To Do → Doing by ada@example.org",
		"12:00 12-0 assignee: Bela → ada@example.org by ada@example.org",
		"12:00 12-1 assignee:  → Cleo by ada@example.org",
		"13:00 13-0 team: a → b by ada@example.org",
		"13:00 13-1 sprint: S 9 →  by ada@example.org",
		"14:00 14-0 flagged:  → Impediment by ada@example.org",
		"14:00 14-1 resolution:  → Done by ada@example.org",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if len(f.Aside) != 3 {
		t.Errorf("set aside: %q", f.Aside)
	}
}

func TestLinks(t *testing.T) {
	link := func(name, inward, outward, side, key string) string {
		return fmt.Sprintf(`{"type": {"name": %q, "inward": %q, "outward": %q}, %q: {"key": %q}}`, name, inward, outward, side, key)
	}
	c := byID
	c.Links = map[string]string{"waits for": "is_blocked_by"}
	f, err := jira.MappingFor(c).Issue(an(t, `"issuelinks": [`+strings.Join([]string{
		link("Blocks", "is blocked by", "blocks", "outwardIssue", "PAY-2"), link("Blocks", "is blocked by", "blocks", "inwardIssue", "PAY-3"),
		link("Problem/Incident", "is caused by", "causes", "inwardIssue", "PAY-4"), link("Duplicate", "is duplicated by", "duplicates", "inwardIssue", "PAY-5"),
		link("Blocks", "wird blockiert von", "blockiert", "inwardIssue", "PAY-6"), link("Order", "is awaited by", "waits for", "outwardIssue", "PAY-7"),
		link("Dependency", "is depended on by", "depends on", "outwardIssue", "PAY-8"), link("Cloners", "is cloned by", "clones", "outwardIssue", "PAY-5"),
		`7`, `{"type": {}}`, link("Blocks", "", "", "outwardIssue", "nonsense")}, ",")+`]`,
		`{"id": "5", "created": "2026-03-02T11:00:00.000+0100", "items": [{"field": "Link", "to": "PAY-2", "toString": "This issue relates to PAY-2"}]}`,
		`{"id": "6", "created": "2026-03-02T12:00:00.000+0100", "items": [{"field": "Link", "to": "PAY-2", "toString": "This issue blocks PAY-2"}]}`,
		`{"id": "7", "created": "2026-03-02T13:00:00.000+0100", "items": [{"field": "Link", "to": "PAY-2", "toString": "This issue clones PAY-2"}, {"field": "Link", "to": "PAY-6", "toString": "wird blockiert von PAY-6"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, l := range f.Records.TicketLinks {
		got[l.Target] += l.Kind
		if !l.Since.IsZero() {
			got[l.Target] += l.Since.Format(" 15:04")
		}
	}
	want := map[string]string{"PAY-2": "blocks 11:00", "PAY-3": "is_blocked_by", "PAY-4": "is_caused_by", "PAY-5": "relates", "PAY-6": "is_blocked_by 12:00", "PAY-7": "is_blocked_by", "PAY-8": "is_blocked_by"}
	// One unreadable link must not hide the others; but a list with one in it cannot be read as a list of links.
	if !maps.Equal(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
}

func TestIncident(t *testing.T) {
	c := jira.Configuration{Fields: jira.Fields{Severity: "customfield_4"}, Incidents: jira.Incidents{Projects: []string{"P*"}, Types: []string{"Outage"}, Started: "customfield_6", Detected: "customfield_7",
		Deployment: "customfield_8", Commit: "customfield_9", Services: jira.Services{Names: map[string]string{"Basket": "cart"}}}}
	at := func(s string) time.Time { when, _ := time.Parse(time.RFC3339, s); return when.UTC() }
	log := []string{
		`{"id": "1", "created": "2026-03-02T10:10:00.000+0100", "items": [{"field": "status", "fieldId": "status", "fromString": "New", "toString": "Somewhere"}]}`,
		`{"id": "2", "created": "2026-03-02T10:20:00.000+0100", "items": [{"field": "status", "fieldId": "status", "fromString": "Somewhere", "toString": "Working"}]}`,
	}
	m := jira.MappingFor(c)
	for _, k := range []struct {
		fields string
		want   warehouse.Incident
	}{
		{`"issuetype": {"name": "outage"}, "summary": "Down", "priority": {"name": "High"}, "status": {"name": "Working", "statusCategory": {"key": "indeterminate"}}, "components": [{"name": "Shop"}, {"name": "Basket"}],
			"reporter": {"accountType": "app"}`,
			warehouse.Incident{StartedAt: at("2026-03-02T09:00:00Z"), DetectedAt: at("2026-03-02T09:00:00Z"), AcknowledgedAt: at("2026-03-02T09:20:00Z"), Severity: "High", Services: []string{"Shop", "cart"}, DetectedBy: "monitoring"}},
		{`"issuetype": {"name": "Outage"}, "customfield_4": {"value": "SEV-1"}, "customfield_6": "2026-03-02T08:00:00.000+0000", "customfield_7": "2026-03-02T08:30:00.000+0000", "customfield_8": "d-1", "customfield_9": "abc",
			"resolutiondate": "2026-03-02T12:00:00.000+0000", "reporter": {"accountType": "customer"}, "status": {"name": "Done", "statusCategory": {"key": "done"}}`,
			warehouse.Incident{StartedAt: at("2026-03-02T08:00:00Z"), DetectedAt: at("2026-03-02T08:30:00Z"), ResolvedAt: at("2026-03-02T12:00:00Z"), Severity: "SEV-1", DetectedBy: "person", CausedByDeployment: "d-1", CausedBySHA: "abc"}},
	} {
		f, err := m.Issue(an(t, k.fields, log...))
		if err != nil || len(f.Records.Incidents) != 1 || len(f.Records.Tickets)+len(f.Records.Transitions) > 0 {
			t.Fatalf("%s gave %+v, %v", k.fields, f.Records, err)
		}
		got := f.Records.Incidents[0]
		if got.ID != "PAY-1" || !got.StartedAt.Equal(k.want.StartedAt) || !got.DetectedAt.Equal(k.want.DetectedAt) || !got.AcknowledgedAt.Equal(k.want.AcknowledgedAt) || !got.ResolvedAt.Equal(k.want.ResolvedAt) ||
			got.Severity != k.want.Severity || got.DetectedBy != k.want.DetectedBy || got.CausedBySHA != k.want.CausedBySHA || got.CausedByDeployment != k.want.CausedByDeployment || !slices.Equal(got.Services, k.want.Services) {
			t.Errorf("%s\ngot  %+v\nwant %+v", k.fields, got, k.want)
		}
	}
	if f, err := m.Issue(an(t, `"issuetype": {"name": "Story"}`)); err != nil || len(f.Records.Tickets) != 1 {
		t.Errorf("a story is %+v, %v", f.Records, err)
	}
	// A service level agreement says when the first answer was given.
	c.Incidents.Acknowledged = "customfield_10"
	f, err := jira.MappingFor(c).Issue(an(t, `"issuetype": {"name": "Outage"}, "customfield_10": {"completedCycles": [{"stopTime": {"epochMillis": 1772442900000}}]}`, log...))
	if err != nil || !f.Records.Incidents[0].AcknowledgedAt.Equal(time.UnixMilli(1772442900000)) {
		t.Errorf("%+v, %v", f.Records.Incidents, err)
	}
}

// delivery is an issue as a webhook sends it.
func delivery(items string) []byte {
	return []byte(`{"timestamp": 1772445600123, "webhookEvent": "jira:issue_updated", "user": {"accountId": "5a", "emailAddress": "ada@example.org"},
		"issue": {"id": "1", "key": "PAY-1", "self": "https://acme.example/rest/api/2/issue/1", "fields": {"created": "2026-03-02T10:00:00.000+0100", "updated": "2026-03-02T11:00:00.100+0100", "summary": "Pay",
			"status": {"name": "Doing"}, "assignee": null, "labels": [], "resolutiondate": null, "issuetype": {"name": "Bug"}, "customfield_2": null,
			"issuelinks": [{"type": {"name": "Blocks", "inward": "is blocked by", "outward": "blocks"}, "outwardIssue": {"key": "PAY-2"}}]}},
		"changelog": {"id": "77", "items": [` + items + `]}}`)
}

func TestWebhook(t *testing.T) {
	w, err := jira.NewWebhook(byID)
	if err != nil {
		t.Fatal(err)
	}
	have, gone, empty, err := w.Map("jira:issue_updated", delivery(`{"field": "status", "fieldId": "status", "fromString": "To Do", "toString": "Doing"}, {"field": "Link", "from": "PAY-3", "fromString": "This issue is blocked by PAY-3", "to": null},
		{"field": "Key", "fromString": "WEB-4", "toString": "PAY-1"}`))
	if err != nil || len(have.Tickets) != 1 || len(have.Transitions) != 1 || len(have.TicketLinks) != 1 {
		t.Fatalf("%+v, %v", have, err)
	}
	if r := have.Tickets[0]; r.Key != "PAY-1" || r.Status != "Doing" || r.Class != "defect" || r.UpdatedAt.UnixMilli() != 1772445600100 || r.URL != "https://acme.example/browse/PAY-1" {
		t.Errorf("%+v", r)
	}
	if r := have.Transitions[0]; r.ID != "77-0" || r.At.UnixMilli() != 1772445600123 || r.Actor != "ada@example.org" || !r.UpdatedAt.IsZero() || r.To != "Doing" {
		t.Errorf("%+v", r)
	}
	if r := have.TicketLinks[0]; r.Kind != "blocks" || !r.UpdatedAt.IsZero() {
		t.Errorf("%+v", r)
	}
	if len(gone.Tickets) != 1 || gone.Tickets[0].Key != "WEB-4" || len(gone.TicketLinks) != 1 || gone.TicketLinks[0].Kind != "is_blocked_by" || gone.TicketLinks[0].Target != "PAY-3" {
		t.Errorf("gone: %+v", gone)
	}
	if want := []string{"assignee", "resolved_at", "labels", "team"}; !slices.Equal(empty["tickets"], want) {
		t.Errorf("empty: %v, want %v", empty, want)
	}
	_, gone, _, err = w.Map("jira:issue_deleted", delivery(""))
	if err != nil || len(gone.Tickets) != 1 || gone.Tickets[0].UpdatedAt.UnixMilli() != 1772445600123 {
		t.Errorf("deleted: %+v, %v", gone, err)
	}
	for kind, body := range map[string]string{"jira:issue_created": `{`, "jira:issue_updated": `{}`, "jira:issue_deleted": `{"issue": {"key": "x"}}`} {
		if _, _, _, err := w.Map(kind, []byte(body)); err == nil {
			t.Errorf("%s with %s was not refused", kind, body)
		}
	}
	if have, gone, empty, err := w.Map("comment_created", []byte(`{`)); err != nil || empty != nil || len(have.Tickets)+len(gone.Tickets) > 0 {
		t.Error("a comment says nothing")
	}
}

// valid tells what is wrong with records that a mapping made.
func valid(r warehouse.Records) string {
	kinds := []string{"status", "assignee", "team", "flagged", "sprint", "resolution"}
	links := []string{"blocks", "is_blocked_by", "causes", "is_caused_by", "relates"}
	for _, t := range r.Tickets {
		if t.Key == "" || t.Project == "" || t.CreatedAt.IsZero() || t.UpdatedAt.IsZero() || !slices.Contains([]string{"feature", "defect", "risk", "debt"}, t.Class) || slices.Contains(t.Labels, "") || slices.Contains(t.FixVersions, "") {
			return fmt.Sprintf("%+v", t)
		}
	}
	for _, t := range r.Transitions {
		if t.Ticket == "" || t.ID == "" || t.At.IsZero() || !slices.Contains(kinds, t.Field) {
			return fmt.Sprintf("%+v", t)
		}
	}
	for _, l := range r.TicketLinks {
		if l.Ticket == "" || l.Target == "" || !slices.Contains(links, l.Kind) {
			return fmt.Sprintf("%+v", l)
		}
	}
	for _, i := range r.Incidents {
		if i.ID == "" || i.StartedAt.IsZero() || i.DetectedAt.IsZero() || slices.Contains(i.Services, "") || !slices.Contains([]string{"", "person", "monitoring"}, i.DetectedBy) {
			return fmt.Sprintf("%+v", i)
		}
	}
	return ""
}

// FuzzIssue: whatever comes, the mapping does not panic, and what it makes are valid records that do not depend on chance.
func FuzzIssue(f *testing.F) {
	f.Add([]byte(`{"key": "PAY-1", "fields": {"created": "2026-03-02T10:00:00.000+0100", "labels": ["a", ""], "customfield_3": ["Sprint@1[id=3,name=A]"], "issuelinks": [{"type": {"outward": "blocks"}, "outwardIssue": {"key": "PAY-2"}}]},
		"changelog": {"total": 3, "histories": [{"id": 1, "created": 1772442000, "items": [{"field": "Sprint", "from": "1, 2", "fromString": "A", "to": "2", "toString": "B"}, {"field": "assignee", "to": "5a"}]}, null, []]}}`))
	f.Add([]byte(`{"key": "P-1", "fields": {"created": "9999-03-02", "updated": null, "issuetype": {"name": "Outage"}}}`))
	f.Add([]byte(`{"key": "P-1", "fields": {"created": "2026-03-02", "issuetype": {"name": "Outage", "child": {"value": 1}}, "customfield_6": {"completedCycles": [{}]}, "components": [[["a"]]]}}`))
	c := byID
	c.Incidents = jira.Incidents{Types: []string{"Outage"}, Started: "customfield_6"}
	m := jira.MappingFor(c)
	f.Fuzz(func(t *testing.T, raw []byte) {
		var i jira.Issue
		if json.Unmarshal(raw, &i) != nil {
			return
		}
		one, err := m.Issue(i)
		if err != nil {
			return
		}
		if wrong := valid(one.Records); wrong != "" {
			t.Errorf("%s gave %s", raw, wrong)
		}
		two, _ := m.Issue(i)
		if a, b := fmt.Sprintf("%+v", one.Records), fmt.Sprintf("%+v", two.Records); len(one.Records.Tickets) > 0 && one.Records.Tickets[0].Estimate == nil && a != b {
			t.Errorf("%s gave %s, and then %s", raw, a, b)
		}
	})
}

func FuzzWebhook(f *testing.F) {
	f.Add("jira:issue_updated", delivery(`{"field": "Link", "from": "PAY-3", "fromString": "x"}`))
	f.Add("jira:issue_deleted", delivery(``))
	f.Add("jira:issue_created", []byte(`{"timestamp": "x", "issue": {"key": "A-1", "fields": {"created": 1772442000}}, "changelog": {"id": 1, "items": {}}, "user": []}`))
	w, err := jira.NewWebhook(byID)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		have, _, _, err := w.Map(kind, body)
		if wrong := valid(have); err == nil && wrong != "" {
			for _, r := range have.TicketLinks {
				_ = r
			}
			t.Errorf("%s gave %s", body, wrong)
		}
	})
}
