package pagerduty

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/weirhq/weir/warehouse"
)

// incident is what PagerDuty says about an incident, as far as it is read.
type incident struct {
	ID          text `json:"id"`
	Title       text `json:"title"`
	Summary     text `json:"summary"`
	Status      text `json:"status"`
	Urgency     text `json:"urgency"`
	URL         text `json:"html_url"`
	CreatedAt   text `json:"created_at"`
	UpdatedAt   text `json:"updated_at"`
	ChangedAt   text `json:"last_status_change_at"`
	ResolvedAt  text `json:"resolved_at"`
	Service     named
	Priority    named
	Trigger     entry         `json:"first_trigger_log_entry"`
	CustomField []customField `json:"custom_fields"`
}

type named struct {
	ID      text `json:"id"`
	Type    text `json:"type"`
	Name    text `json:"name"`
	Summary text `json:"summary"`
}

func (n named) String() string { return string(cmp.Or(n.Summary, n.Name)) }

type customField struct {
	Name    text            `json:"name"`
	Display text            `json:"display_name"`
	Value   json.RawMessage `json:"value"`
}

// entry is one entry of the log.
type entry struct {
	ID        text  `json:"id"`
	Type      text  `json:"type"`
	CreatedAt text  `json:"created_at"`
	Agent     named `json:"agent"`
	Incident  named `json:"incident"`
	Channel   struct {
		Details json.RawMessage `json:"details"`
		Common  struct {
			Details json.RawMessage `json:"details"`
		} `json:"cef_details"`
	} `json:"channel"`
}

func (e entry) is(kind string) bool { return string(e.Type) == kind+"_log_entry" }

// UnmarshalJSON of the parts of an incident takes what has an unexpected shape for unknown: the rest is still good.
func (n *named) UnmarshalJSON(raw []byte) error {
	type plain named
	*n = named(decode[plain](raw))
	return nil
}

// UnmarshalJSON implements json.Unmarshaler; see that of named.
func (e *entry) UnmarshalJSON(raw []byte) error {
	type plain entry
	*e = entry(decode[plain](raw))
	return nil
}

// UnmarshalJSON implements json.Unmarshaler; see that of named.
func (c *customField) UnmarshalJSON(raw []byte) error {
	type plain customField
	*c = customField(decode[plain](raw))
	return nil
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

// timeOf reads a moment: RFC 3339, or seconds or milliseconds since 1970. Zero: unknown.
func timeOf(t text) time.Time {
	var at time.Time
	if n, err := strconv.ParseInt(string(t), 10, 64); err == nil && n > 0 {
		at = time.Unix(n, 0)
		if n > 100_000_000_000 {
			at = time.UnixMilli(n)
		}
	} else if at, err = time.Parse(time.RFC3339, string(t)); err != nil {
		return time.Time{}
	}
	if at = at.UTC().Truncate(time.Millisecond); at.Year() < 1990 || at.Year() > 2200 {
		return time.Time{}
	}
	return at
}

// Mapping turns incidents and their log into records.
type Mapping struct {
	services map[string]string
	details  Details
}

// NewMapping prepares a mapping.
func NewMapping(c Configuration) *Mapping {
	return &Mapping{services: c.Services, details: c.Details.withDefaults()}
}

// Incident maps an incident with the entries of its log, in whatever order they are.
func (m *Mapping) Incident(raw json.RawMessage, log []json.RawMessage) (warehouse.Incident, error) {
	var i incident
	if err := json.Unmarshal(raw, &i); err != nil {
		return warehouse.Incident{}, fmt.Errorf("it cannot be read: %w", err)
	}
	var entries []entry
	for _, e := range log {
		entries = append(entries, decode[entry](e))
	}
	return m.incident(i, entries)
}

func (m *Mapping) incident(i incident, log []entry) (warehouse.Incident, error) {
	created := timeOf(i.CreatedAt)
	switch {
	case i.ID == "":
		return warehouse.Incident{}, errors.New("it has no id")
	case created.IsZero():
		return warehouse.Incident{}, fmt.Errorf("the incident %s has no moment of creation that can be read", i.ID)
	}
	r := warehouse.Incident{ID: string(i.ID), Severity: cmp.Or(i.Priority.String(), string(i.Urgency)), Title: string(cmp.Or(i.Title, i.Summary)),
		StartedAt: created, DetectedAt: created, Provenance: warehouse.Provenance{URL: string(i.URL)}}
	trigger, trigged := i.Trigger, i.Trigger.Agent.Type != ""
	for _, e := range log {
		at := timeOf(e.CreatedAt)
		switch {
		case at.IsZero():
			continue
		case e.is("trigger") && !trigged && (trigger.CreatedAt == "" || at.Before(timeOf(trigger.CreatedAt))):
			trigger = e
		case e.is("acknowledge") && (r.AcknowledgedAt.IsZero() || at.Before(r.AcknowledgedAt)):
			r.AcknowledgedAt = at
		case e.is("resolve") && i.Status == "resolved" && at.After(r.ResolvedAt):
			r.ResolvedAt = at
		}
	}
	if i.Status == "resolved" && r.ResolvedAt.IsZero() {
		if r.ResolvedAt = timeOf(i.ResolvedAt); r.ResolvedAt.IsZero() {
			r.ResolvedAt = timeOf(i.ChangedAt)
		}
	}
	switch {
	case strings.HasPrefix(string(trigger.Agent.Type), "user"):
		r.DetectedBy = "person"
	case trigger.Agent.Type != "":
		r.DetectedBy = "monitoring"
	}
	for _, at := range []time.Time{timeOf(i.UpdatedAt), timeOf(i.ChangedAt), created, r.AcknowledgedAt, r.ResolvedAt} {
		if at.After(r.UpdatedAt) {
			r.UpdatedAt = at
		}
	}
	m.say(&r, i, trigger)
	return r, nil
}

// say adds what the details of the alert and custom fields say about the incident.
func (m *Mapping) say(r *warehouse.Incident, i incident, trigger entry) {
	said := map[string]json.RawMessage{}
	for _, f := range i.CustomField {
		for _, name := range []text{f.Display, f.Name} {
			said[string(name)] = f.Value
		}
	}
	for _, raw := range []json.RawMessage{trigger.Channel.Common.Details, trigger.Channel.Details} {
		for name, value := range decode[map[string]json.RawMessage](raw) {
			said[name] = value
		}
	}
	word := func(names []string) string {
		for _, name := range names {
			if t := decode[text](said[name]); t != "" {
				return string(t)
			}
		}
		return ""
	}
	if at := timeOf(text(word(m.details.Started))); !at.IsZero() {
		r.StartedAt = at
	}
	r.CausedByDeployment, r.CausedBySHA = word(m.details.Deployment), word(m.details.Commit)
	kind, name, _ := strings.Cut(word([]string{"caused_by"}), ":")
	switch {
	case kind == "deployment" && r.CausedByDeployment == "":
		r.CausedByDeployment = strings.TrimSpace(name)
	case kind == "commit" && r.CausedBySHA == "":
		r.CausedBySHA = strings.TrimSpace(name)
	}
	names := []string{cmp.Or(m.services[string(i.Service.ID)], m.named(i.Service.String()))}
	for _, key := range m.details.Services {
		list := decode[[]text](said[key])
		for _, word := range strings.Split(string(decode[text](said[key])), ",") {
			list = append(list, text(strings.TrimSpace(word)))
		}
		for _, one := range list {
			names = append(names, m.named(string(one)))
		}
	}
	slices.Sort(names)
	r.Services = slices.DeleteFunc(slices.Compact(names), func(s string) bool { return s == "" })
}

func (m *Mapping) named(service string) string { return cmp.Or(m.services[service], service) }
