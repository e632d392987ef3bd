package jira

import (
	"errors"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/weirhq/weir/warehouse"
)

// Mapping turns issues into records. It keeps nothing of an issue for the next one.
type Mapping struct {
	configuration Configuration
	fields        fieldIDs
	classes       map[string]Class
	categories    categories
	site          string // where people look at issues; "" is where the issue itself says that it is
}

// newMapping prepares a mapping with what is known of the site.
func newMapping(c Configuration, ids fieldIDs) *Mapping {
	m := &Mapping{configuration: c, fields: ids, classes: maps.Clone(usualClasses)}
	maps.Copy(m.classes, c.Classes)
	return m
}

// Found is what one issue gave.
type Found struct {
	Records warehouse.Records
	Former  []string // keys that it had before it was moved
	Aside   []string // what could not be read, each with its reason

	key         string
	changedKind bool     // its type or its key changed: it may have been known as a ticket or an incident
	unlinked    bool     // a link was removed or changed
	remote      bool     // its remote links were read
	items       []string // the ids of all items of its changelog
	linked      []string // the keys that its changelog's links name
}

var keyPattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*-[0-9]+$`)

// Issue maps an issue with its complete changelog.
func (m *Mapping) Issue(i Issue) (Found, error) {
	var f Found
	if !keyPattern.MatchString(string(i.Key)) {
		return f, errors.New("it has no key")
	}
	created := timeOf(i.Fields["created"])
	if created.IsZero() {
		return f, errors.New("its time of creation is missing or cannot be read")
	}
	log := m.readChangelog(i, &f)
	updated := timeOf(i.Fields["updated"])
	if updated.IsZero() {
		updated = created
	}
	f.remote = i.Remote != nil
	f.Records.TicketLinks = remoteLinks(i, log, updated)
	p := warehouse.Provenance{UpdatedAt: updated, URL: m.address(i)}
	if m.isIncident(i) {
		f.Records.Incidents = []warehouse.Incident{m.incident(i, log, created, p)}
		return f, nil
	}
	f.Records.Tickets = []warehouse.Ticket{m.ticket(i, created, p)}
	f.Records.Transitions = m.transitions(i, log)
	f.Records.TicketLinks = append(f.Records.TicketLinks, m.links(i, log, updated)...)
	return f, nil
}

func (m *Mapping) ticket(i Issue, created time.Time, p warehouse.Provenance) warehouse.Ticket {
	kind := wordOf(i.Fields["issuetype"])
	labels := sorted(wordsOf(i.Fields["labels"]))
	t := warehouse.Ticket{
		Key: string(i.Key), Project: projectOf(i), Type: kind, Class: m.class(kind, labels), Priority: wordOf(i.Fields["priority"]),
		Title: string(decode[text](i.Fields["summary"])), Status: wordOf(i.Fields["status"]), CreatedAt: created,
		ResolvedAt: timeOf(i.Fields["resolutiondate"]), Assignee: decode[user](i.Fields["assignee"]).identity(),
		Team: wordOf(m.value(i, "team")), Labels: labels, Estimate: numberOf(m.value(i, "story_points")),
		Sprint: sprintOf(m.value(i, "sprint")), FixVersions: sorted(wordsOf(i.Fields["fixVersions"])), Provenance: p,
	}
	t.Parent = string(decode[struct {
		Key text `json:"key"`
	}](i.Fields["parent"]).Key)
	if t.Parent == "" {
		t.Parent = wordOf(m.value(i, "epic_link"))
	}
	return t
}

// sorted puts words into an order that does not depend on Jira's; each stands once.
func sorted(words []string) []string {
	slices.Sort(words)
	return slices.Compact(words)
}

// projectOf is the key of the issue's project, which its own key begins with.
func projectOf(i Issue) string {
	key := string(i.Key)
	return key[:max(strings.LastIndexByte(key, '-'), 0)]
}

// address is where a person looks at an issue.
func (m *Mapping) address(i Issue) string {
	site := m.site
	if site == "" {
		before, _, found := strings.Cut(string(i.Self), "/rest/")
		if !found {
			return ""
		}
		site = before
	}
	return strings.TrimSuffix(site, "/") + "/browse/" + string(i.Key)
}
