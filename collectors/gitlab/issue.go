package gitlab

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/weirhq/weir/warehouse"
)

// isIncident tells incidents from tickets.
func (m mapping) isIncident(i issue) bool {
	if strings.EqualFold(i.IssueType, "incident") {
		return true
	}
	return slices.ContainsFunc(i.Labels, func(l string) bool { return slices.Contains(m.configuration.IncidentLabels, l) })
}

// key is the issue's name in all of GitLab.
func (m mapping) key(i issue) string { return m.repo + "#" + strconv.FormatInt(i.IID, 10) }

func (i issue) fault() error {
	switch {
	case i.IID <= 0:
		return errors.New("it has no number")
	case at(i.CreatedAt).IsZero():
		return errors.New("nobody knows when it was created")
	}
	return nil
}

// scoped is the value of a scoped label: 2 of severity::2.
func scoped(labels []string, scope string) string {
	for _, l := range sorted(labels) {
		if value, found := strings.CutPrefix(l, scope); found && scope != "" && value != "" {
			return value
		}
	}
	return ""
}

// classes are what labels and types say about the class of a ticket, the first that applies.
var classes = []struct {
	class  string
	labels []string
}{
	{"risk", []string{"security", "vulnerability", "compliance", "risk", "type::security"}},
	{"debt", []string{"tech-debt", "technical-debt", "technical debt", "debt", "type::maintenance"}},
	{"defect", []string{"bug", "defect", "type::bug"}},
}

func classOf(labels []string) string {
	for _, c := range classes {
		for _, l := range labels {
			if slices.Contains(c.labels, strings.ToLower(l)) {
				return c.class
			}
		}
	}
	return "feature"
}

// ticket makes a ticket of an issue, with its changes of state and of the labels that are configured to tell its status.
func (m mapping) ticket(i issue, states []stateEvent, labels []labelEvent) (warehouse.Records, error) {
	var r warehouse.Records
	if err := i.fault(); err != nil {
		return r, err
	}
	t := warehouse.Ticket{
		Key: m.key(i), Project: m.repo, Type: cmp.Or(strings.ToLower(i.IssueType), "issue"), Class: classOf(i.Labels), Priority: scoped(i.Labels, "priority::"),
		Title: i.Title, Status: status(i, m.configuration.StatusLabels), CreatedAt: at(i.CreatedAt), Assignee: i.assignee(), Labels: sorted(i.Labels), Estimate: i.Weight,
		Provenance: warehouse.Provenance{UpdatedAt: first(at(i.UpdatedAt), at(i.CreatedAt)), URL: i.WebURL},
	}
	if i.State == "closed" {
		t.ResolvedAt = at(i.ClosedAt)
	}
	if i.Milestone != nil && i.Milestone.Title != "" {
		t.FixVersions = []string{i.Milestone.Title}
	}
	if i.Iteration != nil {
		t.Sprint = i.Iteration.Title
	}
	r.Tickets = []warehouse.Ticket{t}
	r.Transitions = m.transitions(t.Key, states, labels)
	return r, nil
}

func (i issue) assignee() string {
	if len(i.Assignees) > 0 {
		return i.Assignees[0].login()
	}
	return i.Assignee.login()
}

// status is where an issue stands: closed, or what its status label says, or opened.
func status(i issue, scope string) string {
	if i.State == "closed" {
		return "closed"
	}
	return cmp.Or(scoped(i.Labels, scope), "opened")
}

// statuses are the words that every project has; what those of labels mean is configured with the stages.
func (m mapping) statuses() []warehouse.Status {
	return []warehouse.Status{{Project: m.repo, Name: "closed", Category: "done"}, {Project: m.repo, Name: "opened", Category: "new"}}
}

// move is a change of state or of a status label.
type move struct {
	at     time.Time
	id     string
	actor  string
	closed *bool
	label  string // what the status label says from now on
	taken  string // what it said and says no more
}

// transitions put the changes of state and of labels into one row: a closed issue is closed whatever its label says.
func (m mapping) transitions(ticket string, states []stateEvent, labels []labelEvent) (all []warehouse.Transition) {
	closed, label, before := false, "", "opened"
	for _, e := range m.moves(states, labels) {
		switch {
		case e.closed != nil:
			closed = *e.closed
		case e.label != "":
			label = e.label
		case label == e.taken:
			label = ""
		}
		now := cmp.Or(label, "opened")
		if closed {
			now = "closed"
		}
		if now == before {
			continue
		}
		all = append(all, warehouse.Transition{
			Ticket: ticket, ID: e.id, At: e.at, Actor: e.actor, Field: "status", From: before, To: now, Provenance: warehouse.Provenance{UpdatedAt: e.at},
		})
		before = now
	}
	return all
}

func (m mapping) moves(states []stateEvent, labels []labelEvent) (all []move) {
	for _, s := range states {
		if when := at(s.CreatedAt); s.ID > 0 && !when.IsZero() && (s.State == "closed" || s.State == "reopened") {
			closed := s.State == "closed"
			all = append(all, move{at: when, id: fmt.Sprintf("state-%d", s.ID), actor: s.User.login(), closed: &closed})
		}
	}
	for _, l := range labels {
		when := at(l.CreatedAt)
		if l.ID <= 0 || when.IsZero() || l.Label == nil || m.configuration.StatusLabels == "" {
			continue
		}
		value, ours := strings.CutPrefix(l.Label.Name, m.configuration.StatusLabels)
		if !ours || value == "" {
			continue
		}
		e := move{at: when, id: fmt.Sprintf("label-%d", l.ID), actor: l.User.login(), label: value}
		if l.Action == "remove" {
			e.label, e.taken = "", value
		}
		all = append(all, e)
	}
	// A scoped label takes its predecessor away in the same moment: first taken, then given.
	slices.SortFunc(all, func(a, b move) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(len(b.taken), len(a.taken)), cmp.Compare(a.id, b.id))
	})
	return all
}

// cause is how the description of an incident may name what caused it, one a line.
var cause = regexp.MustCompile(`(?im)^\W*caused[ _-]by:?\W*(deployment|commit):?[ \t]+(\S+?)[\s.]*$`)

// acknowledged and resolved are GitLab's own notes about an incident's status.
var incidentStatus = regexp.MustCompile(`^changed the (?:incident )?status to \*\*(\w+)\*\*`)

// incident makes an incident of an issue; notes are those of it.
func (m mapping) incident(i issue, notes []note) (warehouse.Records, error) {
	var r warehouse.Records
	if err := i.fault(); err != nil {
		return r, err
	}
	created := at(i.CreatedAt)
	record := warehouse.Incident{
		ID: m.key(i), Services: []string{m.configuration.serviceOf(m.repo)}, Severity: scoped(i.Labels, "severity::"), Title: i.Title,
		StartedAt: created, DetectedAt: created, DetectedBy: "person",
		Provenance: warehouse.Provenance{UpdatedAt: first(at(i.UpdatedAt), created), URL: i.WebURL},
	}
	var named []string
	for _, l := range sorted(i.Labels) {
		if s, found := strings.CutPrefix(l, "service::"); found && s != "" {
			named = append(named, s)
		}
	}
	if named != nil {
		record.Services = named
	}
	if s := strings.ToLower(i.Severity); s != "" && s != "unknown" {
		record.Severity = s
	}
	if i.Author != nil && (i.Author.Bot || isBot(i.Author.Username)) {
		record.DetectedBy = "monitoring"
	}
	record.AcknowledgedAt, record.ResolvedAt = lifeOf(notes)
	if i.State == "closed" {
		record.ResolvedAt = first(record.ResolvedAt, at(i.ClosedAt))
	}
	for _, c := range cause.FindAllStringSubmatch(i.Description, -1) {
		if strings.EqualFold(c[1], "commit") {
			record.CausedBySHA = strings.ToLower(c[2])
		} else {
			record.CausedByDeployment = c[2]
		}
	}
	r.Incidents = []warehouse.Incident{record}
	return r, nil
}

// lifeOf is when an incident was first acknowledged and last resolved; one that was triggered again is not resolved.
func lifeOf(notes []note) (acknowledged, resolved time.Time) {
	notes = slices.Clone(notes)
	slices.SortFunc(notes, func(a, b note) int { return cmp.Or(at(a.CreatedAt).Compare(at(b.CreatedAt)), cmp.Compare(a.ID, b.ID)) })
	for _, n := range notes {
		said := incidentStatus.FindStringSubmatch(n.Body)
		if !n.System || said == nil || at(n.CreatedAt).IsZero() {
			continue
		}
		switch strings.ToLower(said[1]) {
		case "acknowledged":
			acknowledged = first(acknowledged, at(n.CreatedAt))
			resolved = time.Time{}
		case "resolved":
			resolved = at(n.CreatedAt)
		default:
			resolved = time.Time{}
		}
	}
	return acknowledged, resolved
}
