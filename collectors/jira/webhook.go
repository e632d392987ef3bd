package jira

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/weirhq/weir/warehouse"
)

// Webhook maps what Jira pushes. An event carries the issue as it is now and what has just changed, but not the changelog
// and not the moment at which the changelog says that it happened; so it states the issue, and only contributes the
// changes, until the next poll reads them.
type Webhook struct {
	mapping *Mapping
}

// NewWebhook prepares the mapping. Custom fields are known to it only where the configuration names them by their ids
// (customfield_10016): it asks Jira nothing.
func NewWebhook(c Configuration) (*Webhook, error) {
	return &Webhook{mapping: newMapping(c, c.byID())}, nil
}

// event is the part of a delivery that is read.
type event struct {
	Issue     *Issue          `json:"issue"`
	User      user            `json:"user"`
	Timestamp json.RawMessage `json:"timestamp"`
	Changelog struct {
		ID    text            `json:"id"`
		Items json.RawMessage `json:"items"`
	} `json:"changelog"`
}

// Map turns one delivery into records: those that are there, those that are gone, and which columns of the former are
// known to be empty. An event that has nothing to say gives nothing.
func (w *Webhook) Map(kind string, body []byte) (have, gone warehouse.Records, empty map[string][]string, err error) {
	if kind != "jira:issue_created" && kind != "jira:issue_updated" && kind != "jira:issue_deleted" {
		return have, gone, nil, nil
	}
	var e event
	if err := json.Unmarshal(body, &e); err != nil {
		return have, gone, nil, fmt.Errorf("the event %s cannot be read: %w", kind, err)
	}
	if e.Issue == nil {
		return have, gone, nil, errors.New("the event " + kind + " has no issue")
	}
	i := *e.Issue
	at := timeOf(e.Timestamp)
	i.Changelog = Changelog{}
	if e.Changelog.ID != "" && !at.IsZero() {
		i.Changelog.Histories = []json.RawMessage{e.entry(at)}
	}
	f, err := w.mapping.Issue(i)
	if err != nil {
		return have, gone, nil, fmt.Errorf("the issue of %s: %w", kind, err)
	}
	if len(f.Aside) > 0 {
		return have, gone, nil, errors.New(f.Aside[0])
	}
	key, updated := string(i.Key), timeOf(i.Fields["updated"])
	if kind == "jira:issue_deleted" {
		p := warehouse.Provenance{UpdatedAt: latest(at, updated)}
		gone.Tickets = []warehouse.Ticket{{Key: key, Provenance: p}}
		gone.Incidents = []warehouse.Incident{{ID: key, Provenance: p}}
		return warehouse.Records{}, gone, nil, nil
	}
	have = f.Records
	for n := range have.Transitions {
		have.Transitions[n].UpdatedAt = time.Time{}
	}
	for n := range have.TicketLinks {
		have.TicketLinks[n].Since, have.TicketLinks[n].UpdatedAt = time.Time{}, time.Time{}
	}
	w.removed(&gone, i, f, updated)
	return have, gone, w.empty(i), nil
}

// entry writes the change as the changelog will have it.
func (e event) entry(at time.Time) json.RawMessage {
	entry, err := json.Marshal(map[string]any{"id": string(e.Changelog.ID), "created": at.Format(time.RFC3339Nano), "author": e.User.plain(), "items": orNone(e.Changelog.Items)})
	if err != nil {
		return nil
	}
	return entry
}

func orNone(items json.RawMessage) json.RawMessage {
	if len(items) == 0 {
		return json.RawMessage("null")
	}
	return items
}

func (u user) plain() map[string]string {
	return map[string]string{"accountId": string(u.AccountID), "accountType": string(u.AccountType), "name": string(u.Name),
		"key": string(u.Key), "emailAddress": string(u.Email), "displayName": string(u.DisplayName)}
}

// removed adds the keys that the issue had before it was moved, and the links that the change took away.
func (w *Webhook) removed(gone *warehouse.Records, i Issue, f Found, updated time.Time) {
	p := warehouse.Provenance{UpdatedAt: updated}
	for _, key := range f.Former {
		gone.Tickets = append(gone.Tickets, warehouse.Ticket{Key: key, Provenance: p})
		gone.Incidents = append(gone.Incidents, warehouse.Incident{ID: key, Provenance: p})
	}
	var ignored Found
	for _, c := range w.mapping.readChangelog(i, &ignored) {
		if !c.is("Link") || !keyPattern.MatchString(string(c.From)) {
			continue
		}
		kind := w.mapping.linkKind(c.FromString, "", false) // the words stand in the sentence
		gone.TicketLinks = append(gone.TicketLinks, warehouse.TicketLink{Ticket: string(i.Key), Kind: kind, Target: string(c.From), Provenance: p})
	}
}

// empty names what the issue as it was sent would have had, if it had it.
func (w *Webhook) empty(i Issue) map[string][]string {
	var tickets, incidents []string
	for _, c := range []struct{ field, ticket, incident string }{
		{"assignee", "assignee", ""}, {"resolutiondate", "resolved_at", "resolved_at"}, {"labels", "labels", ""},
		{"fixVersions", "fix_versions", ""}, {"priority", "priority", ""},
	} {
		if _, sent := i.Fields[c.field]; sent {
			tickets = append(tickets, c.ticket)
			if c.incident != "" {
				incidents = append(incidents, c.incident)
			}
		}
	}
	for _, c := range []struct{ role, column string }{{"team", "team"}, {"story_points", "estimate"}, {"sprint", "sprint"}} {
		if w.mapping.states(i, c.role) {
			tickets = append(tickets, c.column)
		}
	}
	return map[string][]string{"tickets": tickets, "incidents": incidents}
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
