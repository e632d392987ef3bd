package jira

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/weirhq/weir/warehouse"
)

// change is one item of a changelog entry that can be used: it has an id, a moment and an author.
type change struct {
	item
	id string
	at time.Time
	by user
}

// readChangelog reads the entries in the order of time, and what they say about the issue's own past.
func (m *Mapping) readChangelog(i Issue, f *Found) []change {
	var changes []change
	read := map[string]bool{}
	for _, raw := range i.Changelog.Histories {
		var h history
		if err := json.Unmarshal(raw, &h); err != nil {
			f.Aside = append(f.Aside, fmt.Sprintf("%s: an entry of its changelog cannot be read: %v", i.Key, err))
			continue
		}
		at := timeOf(h.Created)
		if h.ID == "" || at.IsZero() {
			f.Aside = append(f.Aside, fmt.Sprintf("%s: an entry of its changelog has no id or no time: %.80s", i.Key, raw))
			continue
		}
		if read[string(h.ID)] { // pages overlap
			continue
		}
		read[string(h.ID)] = true
		for n, it := range h.Items {
			changes = append(changes, change{item: it, id: string(h.ID) + "-" + strconv.Itoa(n), at: at, by: h.Author})
		}
	}
	slices.SortStableFunc(changes, func(a, b change) int {
		if d := a.at.Compare(b.at); d != 0 {
			return d
		}
		return compareIDs(a.id, b.id)
	})
	for _, c := range changes {
		f.items = append(f.items, c.id)
		if c.is("Link") {
			f.linked = append(f.linked, string(c.From), string(c.To))
		}
		switch {
		case c.is("Key") && c.FromString != i.Key && keyPattern.MatchString(string(c.FromString)):
			f.Former, f.changedKind = append(f.Former, string(c.FromString)), true
		case c.is("issuetype"):
			f.changedKind = true
		case c.is("Link") && c.From != "", c.isRemoteLink() && c.From != "":
			f.unlinked = true
		}
	}
	f.Former = sorted(f.Former)
	return changes
}

// compareIDs compares ids such as 10021-0, whose numbers count up.
func compareIDs(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

// is tells whether the item changed one of Jira's own fields.
func (c change) is(field string) bool {
	return strings.EqualFold(string(c.Field), field) || c.FieldID != "" && strings.EqualFold(string(c.FieldID), field)
}

// isRemoteLink tells whether the item is about a link to somewhere else. Jira calls issues work items now and then.
func (c change) isRemoteLink() bool { return c.is("RemoteIssueLink") || c.is("RemoteWorkItemLink") }

// field is which of the fields of transitions an item changed; "" is another one.
func (m *Mapping) field(c change) string {
	for _, own := range []string{"status", "assignee", "resolution"} {
		if c.FieldID == text(own) || c.FieldID == "" && strings.EqualFold(string(c.Field), own) {
			return own
		}
	}
	for _, role := range []string{"team", "sprint", "flagged"} {
		if c.FieldID != "" && slices.Contains(m.fields[role], string(c.FieldID)) {
			return role
		}
	}
	// Data Center's changelogs name fields by their names only, and what is pushed may know no ids.
	for _, r := range m.configuration.roles() {
		names := m.fields[r.name+nameMark]
		if len(m.fields[r.name]) == 0 {
			if names = r.names; r.wanted != "" {
				names = []string{r.wanted}
			}
		} else if c.FieldID != "" {
			continue
		}
		ours := r.name == "team" || r.name == "sprint" || r.name == "flagged"
		if ours && slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, string(c.Field)) }) {
			return r.name
		}
	}
	return ""
}

func (m *Mapping) transitions(i Issue, log []change) []warehouse.Transition {
	var list []warehouse.Transition
	var people map[text]user
	for _, c := range log {
		field := m.field(c)
		if field == "" {
			continue
		}
		from, to := string(c.FromString), string(c.ToString)
		switch field {
		case "sprint":
			from, to = newestSprint(c.From, c.FromString), newestSprint(c.To, c.ToString)
		case "assignee":
			if people == nil {
				people = peopleOf(i, log)
			}
			from, to = nameOf(people, c.From, from), nameOf(people, c.To, to)
		}
		list = append(list, warehouse.Transition{Ticket: string(i.Key), ID: c.id, At: c.at, Actor: c.by.identity(), Field: field,
			From: from, To: to, Provenance: warehouse.Provenance{UpdatedAt: c.at}})
	}
	return list
}

// peopleOf are the accounts that the issue itself tells more about than their ids. Looking further would make the records
// of an issue depend on what else was read before.
func peopleOf(i Issue, log []change) map[text]user {
	people := map[text]user{}
	add := func(u user) {
		for _, id := range []text{u.AccountID, u.Key, u.Name} {
			if _, known := people[id]; id != "" && !known {
				people[id] = u
			}
		}
	}
	for _, name := range []string{"assignee", "reporter", "creator"} {
		add(decode[user](i.Fields[name]))
	}
	for _, c := range log {
		add(c.by)
	}
	return people
}

func nameOf(people map[text]user, id text, shown string) string {
	if name := people[id].identity(); id != "" && name != "" {
		return name
	}
	return shown
}
