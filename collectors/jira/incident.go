package jira

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/weirhq/weir/warehouse"
)

// categories are Jira's own classes of statuses, by name, for a project or ("") for all of them.
type categories map[string]map[string]string

// of is new, active or done; "" is unknown.
func (c categories) of(project, status string) string {
	return cmp.Or(c[project][status], c[""][status])
}

// categoryOf turns the key of one of Jira's categories into ours.
func categoryOf(key text) string {
	return map[text]string{"new": "new", "undefined": "new", "indeterminate": "active", "done": "done"}[key]
}

// status is a status with its category.
type status struct {
	Name     text `json:"name"`
	Category struct {
		Key text `json:"key"`
	} `json:"statusCategory"`
	Scope struct {
		Project struct {
			ID text `json:"id"`
		} `json:"project"`
	} `json:"scope"`
}

// isIncident tells whether the configuration takes an issue for an incident instead of a ticket.
func (m *Mapping) isIncident(i Issue) bool {
	c := m.configuration.Incidents
	if len(c.Projects)+len(c.Types) == 0 {
		return false
	}
	kind := wordOf(i.Fields["issuetype"])
	return (len(c.Projects) == 0 || selects(c.Projects, projectOf(i))) &&
		(len(c.Types) == 0 || slices.ContainsFunc(c.Types, func(t string) bool { return strings.EqualFold(t, kind) }))
}

func (m *Mapping) incident(i Issue, log []change, created time.Time, p warehouse.Provenance) warehouse.Incident {
	r := warehouse.Incident{
		ID: string(i.Key), Services: m.services(i), Severity: wordOf(m.value(i, "severity")), Title: string(decode[text](i.Fields["summary"])),
		StartedAt: timeOf(m.value(i, "started")), DetectedAt: timeOf(m.value(i, "detected")), AcknowledgedAt: timeOf(m.value(i, "acknowledged")),
		ResolvedAt:         timeOf(i.Fields["resolutiondate"]),
		CausedByDeployment: wordOf(m.value(i, "deployment")), CausedBySHA: wordOf(m.value(i, "commit")), Provenance: p,
	}
	if r.Severity == "" {
		r.Severity = wordOf(i.Fields["priority"])
	}
	if r.StartedAt.IsZero() {
		r.StartedAt = created
	}
	if r.DetectedAt.IsZero() {
		r.DetectedAt = created
	}
	if r.AcknowledgedAt.IsZero() {
		r.AcknowledgedAt = m.firstActive(i, log)
	}
	switch decode[user](i.Fields["reporter"]).AccountType {
	case "app":
		r.DetectedBy = "monitoring"
	case "atlassian", "customer":
		r.DetectedBy = "person"
	}
	return r
}

// firstActive is when somebody first moved the issue to a status of the category "in progress".
func (m *Mapping) firstActive(i Issue, log []change) time.Time {
	now := decode[status](i.Fields["status"])
	for _, c := range log {
		if m.field(c) != "status" {
			continue
		}
		category := m.categories.of(projectOf(i), string(c.ToString))
		if category == "" && c.ToString == now.Name {
			category = categoryOf(now.Category.Key)
		}
		if category == "active" {
			return c.at
		}
	}
	return time.Time{}
}

func (m *Mapping) services(i Issue) []string {
	c := m.configuration.Incidents.Services
	var names []string
	switch c.From {
	case "", "components":
		names = wordsOf(i.Fields["components"])
	case "labels":
		names = wordsOf(i.Fields["labels"])
	default:
		names = wordsOf(m.value(i, "services"))
	}
	for n, name := range names {
		if service := c.Names[name]; service != "" {
			names[n] = service
		}
	}
	return sorted(names)
}
