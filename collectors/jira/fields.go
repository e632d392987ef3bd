package jira

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// field is one of Jira's definitions of fields.
type field struct {
	ID     text `json:"id"`
	Name   text `json:"name"`
	Schema struct {
		Custom text `json:"custom"`
	} `json:"schema"`
}

// fieldIDs are the ids of the fields that carry something, by role, in a stable order; a value is the first of them that
// has one. Beside them, under the role's name and nameMark, are the fields' names: Data Center's changelogs have no ids.
type fieldIDs map[string][]string

const nameMark = "\nnames"

// role is something that custom fields carry: the names that it goes by and, where Jira itself made the field, its kind.
type role struct {
	name   string
	wanted string   // by the configuration
	names  []string // by default
	custom string
}

const agile = "com.pyxis.greenhopper.jira:"

// roles are all that the configuration gives a field to. Roles without a default are absent where nothing is configured.
func (c Configuration) roles() []role {
	i := c.Incidents
	list := []role{
		{"story_points", c.Fields.StoryPoints, []string{"Story Points", "Story point estimate"}, agile + "jsw-story-points"},
		{"team", c.Fields.Team, []string{"Team"}, ""},
		{"severity", c.Fields.Severity, []string{"Severity"}, ""},
		{"sprint", c.Fields.Sprint, []string{"Sprint"}, agile + "gh-sprint"},
		{"flagged", c.Fields.Flagged, []string{"Flagged"}, ""},
		{"epic_link", c.Fields.EpicLink, []string{"Epic Link"}, agile + "gh-epic-link"},
		{"started", i.Started, nil, ""}, {"detected", i.Detected, nil, ""}, {"acknowledged", i.Acknowledged, nil, ""},
		{"deployment", i.Deployment, nil, ""}, {"commit", i.Commit, nil, ""},
	}
	if from := i.Services.From; from != "" && from != "components" && from != "labels" {
		list = append(list, role{"services", from, nil, ""})
	}
	return list
}

// resolve finds the ids of the fields by their names. It also returns what was configured and does not exist.
func (c Configuration) resolve(defined []field) (fieldIDs, []string) {
	ids, missing := fieldIDs{}, []string(nil)
	for _, r := range c.roles() {
		names := r.names
		if r.wanted != "" {
			names = []string{r.wanted}
		}
		var found, called []string
		for _, f := range defined {
			byName := slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, string(f.Name)) || n == string(f.ID) })
			byKind := r.wanted == "" && r.custom != "" && r.custom == string(f.Schema.Custom)
			if (byName || byKind) && f.ID != "" {
				found, called = append(found, string(f.ID)), append(called, string(f.Name))
			}
		}
		slices.SortFunc(found, compareNatural)
		found = slices.Compact(found)
		if len(found) > 0 {
			ids[r.name], ids[r.name+nameMark] = found, sorted(append(called, names...))
		} else if r.wanted != "" {
			missing = append(missing, r.wanted)
		}
	}
	return ids, missing
}

// byID takes those fields that the configuration names by their ids: all that can be known without asking Jira.
func (c Configuration) byID() fieldIDs {
	ids := fieldIDs{}
	for _, r := range c.roles() {
		if strings.HasPrefix(r.wanted, "customfield_") {
			ids[r.name], ids[r.name+nameMark] = []string{r.wanted}, r.names
		}
	}
	return ids
}

// all are the ids of every role.
func (f fieldIDs) all() []string {
	var all []string
	for role, ids := range f {
		if !strings.HasSuffix(role, nameMark) {
			all = append(all, ids...)
		}
	}
	slices.SortFunc(all, compareNatural)
	return slices.Compact(all)
}

// compareNatural puts customfield_9 before customfield_10.
func compareNatural(a, b string) int {
	if len(a) != len(b) && strings.HasPrefix(a, "customfield_") && strings.HasPrefix(b, "customfield_") {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

// value is the first value of a role.
func (m *Mapping) value(i Issue, role string) json.RawMessage {
	for _, id := range m.fields[role] {
		if raw := i.Fields[id]; len(raw) > 0 && string(raw) != "null" && string(raw) != "[]" {
			return raw
		}
	}
	return nil
}

// states tells whether the issue as it was sent has any field of a role, be it empty.
func (m *Mapping) states(i Issue, role string) bool {
	return slices.ContainsFunc(m.fields[role], func(id string) bool { _, has := i.Fields[id]; return has })
}

// numberOf reads a number, also one that is written as a text.
func numberOf(raw json.RawMessage) *float64 {
	n, err := strconv.ParseFloat(string(decode[text](raw)), 64)
	if err != nil || n < 0 || n > 1e9 {
		return nil
	}
	return &n
}

// sprintOf is the name of the newest of an issue's sprints: the one with the highest number.
func sprintOf(raw json.RawMessage) string {
	list := decode[[]json.RawMessage](raw)
	if list == nil && len(raw) > 0 {
		list = []json.RawMessage{raw}
	}
	var newest string
	highest := int64(-1)
	for _, one := range list {
		s := decode[struct {
			ID   text `json:"id"`
			Name text `json:"name"`
		}](one)
		if written := string(decode[text](one)); written != "" {
			s.ID, s.Name = sprintMember(written, "id"), sprintMember(written, "name")
		}
		if id, err := strconv.ParseInt(string(s.ID), 10, 64); err == nil && id > highest && s.Name != "" {
			highest, newest = id, string(s.Name)
		}
	}
	return newest
}

// sprintMember reads Data Center's way to write a sprint: …Sprint@1f[id=7,rapidViewId=8,state=CLOSED,name=Sprint 7,…].
func sprintMember(written, member string) text {
	_, members, _ := strings.Cut(written, "[")
	members = "," + strings.TrimSuffix(members, "]")
	_, rest, found := strings.Cut(members, ","+member+"=")
	if !found {
		return ""
	}
	// A name may have commas; what follows it is the next member, written name=.
	end := len(rest)
	for at := 0; at < len(rest); at++ {
		if rest[at] == ',' && isMember(rest[at+1:]) {
			end = at
			break
		}
	}
	return text(clean(rest[:end]))
}

func isMember(s string) bool {
	word, _, found := strings.Cut(s, "=")
	return found && word != "" && strings.IndexFunc(word, func(r rune) bool { return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') }) < 0
}

// newestSprint reads the two lists of a changed sprint, its ids and its names: the name of the highest id.
func newestSprint(ids, names text) string {
	if ids == "" {
		return string(names)
	}
	list, words := strings.Split(string(ids), ","), strings.Split(string(names), ",")
	if len(list) != len(words) { // a name with a comma
		return string(names)
	}
	newest, highest := string(names), int64(-1)
	for i, id := range list {
		if n, err := strconv.ParseInt(strings.TrimSpace(id), 10, 64); err == nil && n > highest {
			highest, newest = n, clean(words[i])
		}
	}
	return newest
}
