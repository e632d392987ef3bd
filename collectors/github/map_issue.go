package github

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/weirhq/weir/warehouse"
)

// issueNode is an issue as the queries ask for it.
type issueNode struct {
	ID          string     `json:"id"`
	Number      int64      `json:"number"`
	Title       string     `json:"title"`
	Body        string     `json:"body"`
	URL         string     `json:"url"`
	State       string     `json:"state"`
	StateReason string     `json:"stateReason"`
	CreatedAt   *time.Time `json:"createdAt"`
	UpdatedAt   *time.Time `json:"updatedAt"`
	ClosedAt    *time.Time `json:"closedAt"`
	Author      *actor     `json:"author"`
	Milestone   *struct {
		Title string `json:"title"`
	} `json:"milestone"`
	Assignees struct {
		Nodes []*actor `json:"nodes"`
	} `json:"assignees"`
	Labels   connection `json:"labels"`
	Timeline connection `json:"timelineItems"`
}

type issueEvent struct {
	Type        string     `json:"__typename"`
	ID          string     `json:"id"`
	CreatedAt   *time.Time `json:"createdAt"`
	StateReason string     `json:"stateReason"`
	Actor       *actor     `json:"actor"`
	Assignee    *actor     `json:"assignee"`
}

// Statuses of issues, as GitHub has only these two.
const (
	openStatus   = "open"
	closedStatus = "closed"
)

// issueKey names an issue as GitHub itself does across repositories.
func issueKey(repo string, number int64) string { return repo + "#" + strconv.FormatInt(number, 10) }

// issue maps an issue to a ticket or an incident, or to nothing, by its labels.
func (m *Mapping) issue(repo string, i *issueNode, aside func(error)) (warehouse.Records, error) {
	var r warehouse.Records
	if i.Number <= 0 {
		return r, badItem("an issue", errNoID)
	}
	if moment(i.CreatedAt).IsZero() {
		return r, badItem("issue "+issueKey(repo, i.Number), errNoTime)
	}
	names := labels(i.Labels, aside)
	events := slices.DeleteFunc(decode[issueEvent](i.Timeline.Nodes, aside), func(e *issueEvent) bool {
		return e.ID == "" || moment(e.CreatedAt).IsZero()
	})
	switch {
	case m.isIncident(names):
		r.Incidents = []warehouse.Incident{m.incident(repo, i, names, events)}
	case m.isTicket(names):
		r.Tickets = []warehouse.Ticket{m.ticket(repo, i, names)}
		r.Transitions = transitions(issueKey(repo, i.Number), events)
	}
	return r, nil
}

func (i *issueNode) closed() time.Time {
	if strings.EqualFold(i.State, "closed") {
		return moment(i.ClosedAt)
	}
	return time.Time{}
}

func (m *Mapping) ticket(repo string, i *issueNode, names []string) warehouse.Ticket {
	t := warehouse.Ticket{
		Key: issueKey(repo, i.Number), Project: repo, Type: "Issue", Title: i.Title, Status: openStatus, CreatedAt: moment(i.CreatedAt),
		ResolvedAt: i.closed(), Labels: names, Provenance: warehouse.Provenance{UpdatedAt: moment(i.UpdatedAt), URL: i.URL},
	}
	if strings.EqualFold(i.State, "closed") {
		t.Status = closedStatus
	}
	if i.Milestone != nil && i.Milestone.Title != "" {
		t.FixVersions = []string{i.Milestone.Title}
	}
	for _, a := range i.Assignees.Nodes {
		if name := a.name(); name != "" && (t.Assignee == "" || name < t.Assignee) {
			t.Assignee = name // several people may be; the records have room for one
		}
	}
	for _, name := range names {
		if class := m.issues.Classes[name]; class != "" && t.Class == "" {
			t.Class, t.Type = class, name
		}
	}
	return t
}

// transitions maps what happened to an issue.
func transitions(key string, events []*issueEvent) []warehouse.Transition {
	var list []warehouse.Transition
	for _, e := range events {
		t := warehouse.Transition{Ticket: key, ID: e.ID, At: moment(e.CreatedAt), Actor: e.Actor.name(), Field: "status"}
		switch e.Type {
		case "ClosedEvent":
			t.From, t.To = openStatus, closedStatus
		case "ReopenedEvent":
			t.From, t.To = closedStatus, openStatus
		case "AssignedEvent":
			t.Field, t.To = "assignee", e.Assignee.name()
		case "UnassignedEvent":
			t.Field, t.From = "assignee", e.Assignee.name()
		default:
			continue
		}
		t.UpdatedAt = t.At
		list = append(list, t)
	}
	return list
}

// incident maps an issue that tells of a disturbance: it is noticed when it is written, acknowledged when somebody takes
// it, and over when it is closed.
func (m *Mapping) incident(repo string, i *issueNode, names []string, events []*issueEvent) warehouse.Incident {
	created := moment(i.CreatedAt)
	r := warehouse.Incident{
		ID: issueKey(repo, i.Number), Title: i.Title, StartedAt: created, DetectedAt: created, ResolvedAt: i.closed(), DetectedBy: "person",
		Provenance: warehouse.Provenance{UpdatedAt: moment(i.UpdatedAt), URL: i.URL},
	}
	if i.Author.bot() {
		r.DetectedBy = "monitoring"
	}
	for _, e := range events {
		if at := moment(e.CreatedAt); e.Type == "AssignedEvent" && (r.AcknowledgedAt.IsZero() || at.Before(r.AcknowledgedAt)) {
			r.AcknowledgedAt = at
		}
	}
	for _, name := range names {
		if found, ok := captured(m.service, name); ok {
			r.Services = append(r.Services, found)
		}
		if found, ok := captured(m.severity, name); ok && r.Severity == "" {
			r.Severity = found
		}
	}
	if r.Services == nil {
		r.Services = []string{nameOf(repo)}
	}
	if found := startedLine.FindStringSubmatch(i.Body); found != nil {
		if at, err := time.Parse(time.RFC3339, found[1]); err == nil {
			r.StartedAt = at.UTC()
		}
	}
	if found := deploymentLine.FindStringSubmatch(i.Body); found != nil {
		r.CausedByDeployment = found[1]
	}
	if found := commitLine.FindStringSubmatch(i.Body); found != nil {
		r.CausedBySHA = found[1]
	}
	return r
}
