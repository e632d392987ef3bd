package statuspage

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/weirhq/weir/warehouse"
)

// incident is what Statuspage says about an incident, as far as it is read.
type incident struct {
	ID           text            `json:"id"`
	Name         text            `json:"name"`
	Status       text            `json:"status"`
	Impact       text            `json:"impact"`
	Override     text            `json:"impact_override"`
	Link         text            `json:"shortlink"`
	CreatedAt    text            `json:"created_at"`
	StartedAt    text            `json:"started_at"`
	UpdatedAt    text            `json:"updated_at"`
	MonitoringAt text            `json:"monitoring_at"`
	ResolvedAt   text            `json:"resolved_at"`
	ScheduledFor text            `json:"scheduled_for"`
	Components   json.RawMessage `json:"components"`
	Updates      json.RawMessage `json:"incident_updates"`
}

// planned tells a maintenance, which nobody was surprised by, from an incident.
func (i incident) planned() bool {
	return i.ScheduledFor != "" || i.Impact == "maintenance" || slices.Contains([]text{"scheduled", "in_progress", "verifying", "completed"}, i.Status)
}

func (i incident) over() bool { return i.Status == "resolved" || i.Status == "postmortem" }

// text is a string that may come as a number or as null.
type text string

// UnmarshalJSON takes what is no text for none.
func (t *text) UnmarshalJSON(raw []byte) error {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		*t = text(strings.TrimSpace(s))
		return nil
	}
	var n json.Number
	if json.Unmarshal(raw, &n) == nil {
		*t = text(n)
	}
	return nil
}

func decode[T any](raw []byte) T {
	var v, none T
	if len(raw) == 0 || json.Unmarshal(raw, &v) != nil {
		return none
	}
	return v
}

// timeOf reads a moment; zero: unknown.
func timeOf(t text) time.Time {
	at, err := time.Parse(time.RFC3339, string(t))
	if at = at.UTC().Truncate(time.Millisecond); err != nil || at.Year() < 1990 || at.Year() > 2200 {
		return time.Time{}
	}
	return at
}

// Mapping turns incidents into records.
type Mapping struct{ configuration Configuration }

// NewMapping prepares a mapping.
func NewMapping(c Configuration) *Mapping { return &Mapping{c} }

// ErrPlanned says that something is a planned maintenance.
var ErrPlanned = errors.New("it is a planned maintenance")

// Incident maps one incident.
func (m *Mapping) Incident(raw json.RawMessage) (warehouse.Incident, error) {
	var i incident
	if err := json.Unmarshal(raw, &i); err != nil {
		return warehouse.Incident{}, fmt.Errorf("it cannot be read: %w", err)
	}
	created := timeOf(i.CreatedAt)
	switch {
	case i.ID == "":
		return warehouse.Incident{}, errors.New("it has no id")
	case i.planned():
		return warehouse.Incident{}, ErrPlanned
	case created.IsZero():
		return warehouse.Incident{}, fmt.Errorf("the incident %s has no moment of creation that can be read", i.ID)
	}
	r := warehouse.Incident{ID: string(i.ID), Services: m.services(i.Components), Severity: string(cmp.Or(i.Override, i.Impact)), Title: string(i.Name),
		StartedAt: timeOf(i.StartedAt), DetectedAt: created, Provenance: warehouse.Provenance{UpdatedAt: timeOf(i.UpdatedAt), URL: string(i.Link)}}
	if r.StartedAt.IsZero() {
		r.StartedAt = created
	}
	if r.StartedAt.After(r.DetectedAt) { // written down beforehand
		r.DetectedAt = r.StartedAt
	}
	if r.UpdatedAt.IsZero() {
		r.UpdatedAt = created
	}
	r.AcknowledgedAt = firstUpdate(i.Updates)
	if m.configuration.RestoredBy == "monitoring" && (i.over() || i.Status == "monitoring") {
		r.ResolvedAt = timeOf(i.MonitoringAt)
	}
	if r.ResolvedAt.IsZero() && i.over() {
		r.ResolvedAt = timeOf(i.ResolvedAt)
	}
	return r, nil
}

// firstUpdate is when the page first said that somebody looks into it; zero: it never did.
func firstUpdate(raw json.RawMessage) time.Time {
	var first time.Time
	for _, one := range decode[[]json.RawMessage](raw) {
		u := decode[struct {
			Status    text `json:"status"`
			CreatedAt text `json:"created_at"`
			DisplayAt text `json:"display_at"`
		}](one)
		at := timeOf(u.DisplayAt)
		if at.IsZero() {
			at = timeOf(u.CreatedAt)
		}
		if (u.Status == "investigating" || u.Status == "identified") && !at.IsZero() && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first
}

func (m *Mapping) services(raw json.RawMessage) []string {
	var names []string
	for _, one := range decode[[]json.RawMessage](raw) {
		c := decode[struct {
			ID   text `json:"id"`
			Name text `json:"name"`
		}](one)
		if name := cmp.Or(m.configuration.Services[string(c.ID)], m.configuration.Services[string(c.Name)], string(c.Name)); name != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
