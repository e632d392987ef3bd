package opsgenie

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

// incident is what Opsgenie says about an incident, as far as it is read.
type incident struct {
	ID         text            `json:"id"`
	Message    text            `json:"message"`
	Status     text            `json:"status"` // open, resolved, closed
	Priority   text            `json:"priority"`
	CreatedAt  text            `json:"createdAt"`
	UpdatedAt  text            `json:"updatedAt"`
	Started    text            `json:"impactStartDate"`
	Detected   text            `json:"impactDetectDate"`
	Ended      text            `json:"impactEndDate"`
	Services   json.RawMessage `json:"impactedServices"`
	Properties json.RawMessage `json:"extraProperties"`
	Links      json.RawMessage `json:"links"`
}

func (i incident) over() bool { return i.Status == "resolved" || i.Status == "closed" }

// entry is one entry of an incident's timeline.
type entry struct {
	Type  text            `json:"type"`
	At    text            `json:"eventTime"`
	Actor json.RawMessage `json:"actor"`
}

func (e entry) mentions(word string) bool {
	return strings.Contains(strings.ToLower(string(e.Type)), word)
}

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

// Mapping turns incidents and their timelines into records.
type Mapping struct {
	configuration Configuration
	names         map[string]string // Opsgenie's services: id to name
}

// NewMapping prepares a mapping that knows the names of Opsgenie's services by their ids.
func NewMapping(c Configuration, names map[string]string) *Mapping { return &Mapping{c, names} }

// Incident maps an incident with the entries of its timeline, in whatever order they are.
func (m *Mapping) Incident(raw json.RawMessage, timeline []json.RawMessage) (warehouse.Incident, error) {
	var i incident
	if err := json.Unmarshal(raw, &i); err != nil {
		return warehouse.Incident{}, fmt.Errorf("it cannot be read: %w", err)
	}
	created := timeOf(i.CreatedAt)
	switch {
	case i.ID == "":
		return warehouse.Incident{}, errors.New("it has no id")
	case created.IsZero():
		return warehouse.Incident{}, fmt.Errorf("the incident %s has no moment of creation that can be read", i.ID)
	}
	r := warehouse.Incident{ID: string(i.ID), Title: string(i.Message), Severity: string(i.Priority), Services: m.services(i.Services),
		StartedAt: timeOf(i.Started), DetectedAt: timeOf(i.Detected), Provenance: warehouse.Provenance{UpdatedAt: timeOf(i.UpdatedAt)}}
	if r.StartedAt.IsZero() {
		r.StartedAt = created
	}
	if r.DetectedAt.IsZero() {
		r.DetectedAt = created
	}
	if r.UpdatedAt.IsZero() {
		r.UpdatedAt = created
	}
	r.URL = string(decode[struct {
		Web text `json:"web"`
	}](i.Links).Web)
	properties := decode[map[string]text](i.Properties)
	r.CausedByDeployment = string(properties[cmp.Or(m.configuration.Deployment, "deployment")])
	r.CausedBySHA = string(properties[cmp.Or(m.configuration.Commit, "commit")])
	m.read(&r, i, timeline)
	return r, nil
}

// read adds what the timeline knows: who found it, when it was taken on and, where the impact has no end, when it was over.
func (m *Mapping) read(r *warehouse.Incident, i incident, timeline []json.RawMessage) {
	var resolved time.Time
	for _, raw := range timeline {
		e := decode[entry](raw)
		at := timeOf(e.At)
		actor := strings.ToLower(string(decode[struct {
			Type text `json:"type"`
		}](e.Actor).Type))
		switch {
		case at.IsZero():
		case e.mentions("ack") && !e.mentions("unack"):
			if r.AcknowledgedAt.IsZero() || at.Before(r.AcknowledgedAt) {
				r.AcknowledgedAt = at
			}
		case e.mentions("resolved") && at.After(resolved):
			resolved = at
		case e.mentions("created") && actor == "user":
			r.DetectedBy = "person"
		case e.mentions("created") && actor != "":
			r.DetectedBy = "monitoring"
		}
	}
	if !i.over() {
		return
	}
	if r.ResolvedAt = timeOf(i.Ended); r.ResolvedAt.IsZero() {
		r.ResolvedAt = resolved
	}
	if r.ResolvedAt.IsZero() {
		r.ResolvedAt = timeOf(i.UpdatedAt)
	}
}

func (m *Mapping) services(raw json.RawMessage) []string {
	var names []string
	for _, id := range decode[[]text](raw) {
		name := cmp.Or(m.names[string(id)], string(id))
		if name = cmp.Or(m.configuration.Services[string(id)], m.configuration.Services[name], name); name != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
