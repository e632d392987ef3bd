package jira

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/weirhq/weir/warehouse"
)

// link is a link to another issue, as the issue that was read shows it.
type link struct {
	Type struct {
		Name    text `json:"name"`
		Inward  text `json:"inward"`
		Outward text `json:"outward"`
	} `json:"type"`
	Inward  *linked `json:"inwardIssue"`
	Outward *linked `json:"outwardIssue"`
}

type linked struct {
	Key text `json:"key"`
}

// links are the issue's own sides of its links; the other issue tells the other side.
func (m *Mapping) links(i Issue, log []change, updated time.Time) []warehouse.TicketLink {
	var list []warehouse.TicketLink
	for _, raw := range decode[[]json.RawMessage](i.Fields["issuelinks"]) {
		l := decode[link](raw)
		other, words, kind := l.Outward, l.Type.Outward, m.linkKind(l.Type.Outward, l.Type.Name, false)
		if other == nil {
			other, words, kind = l.Inward, l.Type.Inward, m.linkKind(l.Type.Inward, l.Type.Name, true)
		}
		if other == nil || !keyPattern.MatchString(string(other.Key)) {
			continue
		}
		since := linkedSince(log, other.Key, words)
		changed := since
		if changed.IsZero() {
			changed = updated
		}
		list = append(list, warehouse.TicketLink{Ticket: string(i.Key), Kind: kind, Target: string(other.Key), Since: since,
			Provenance: warehouse.Provenance{UpdatedAt: changed}})
	}
	// Two types of links may mean the same kind; the earlier one counts, an unknown moment last.
	slices.SortStableFunc(list, func(a, b warehouse.TicketLink) int {
		if a.Since.IsZero() != b.Since.IsZero() {
			return cmp.Compare(btoi(a.Since.IsZero()), btoi(b.Since.IsZero()))
		}
		return cmp.Or(a.Since.Compare(b.Since), strings.Compare(a.Kind, b.Kind), strings.Compare(a.Target, b.Target))
	})
	known := map[[2]string]bool{}
	return slices.DeleteFunc(list, func(l warehouse.TicketLink) bool {
		key := [2]string{l.Kind, l.Target}
		defer func() { known[key] = true }()
		return known[key]
	})
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// linkedSince is when the issue was last linked to another one in these words, which the changelog repeats: "This issue
// blocks PAY-7". Zero where it does not know.
func linkedSince(log []change, target, words text) time.Time {
	var exact, loose time.Time
	for _, c := range log {
		if !c.is("Link") || c.To != target {
			continue
		}
		loose = c.at
		said := strings.TrimSuffix(string(c.ToString), string(target))
		if words != "" && strings.HasSuffix(strings.TrimSpace(said), " "+string(words)) {
			exact = c.at
		}
	}
	if !exact.IsZero() {
		return exact
	}
	return loose
}

// linkKind is what a link means, by the words of its direction or, where those are of another language, by its type.
func (m *Mapping) linkKind(words, name text, inward bool) string {
	said := strings.ToLower(string(words))
	for own, kind := range m.configuration.Links {
		if strings.EqualFold(own, said) {
			return kind
		}
	}
	for _, meaning := range []struct{ words, kind string }{
		{"blocked by", "is_blocked_by"}, {"blocks", "blocks"}, {"is depended on by", "blocks"}, {"depended upon by", "blocks"}, {"depends on", "is_blocked_by"}, {"depends upon", "is_blocked_by"},
		{"caused by", "is_caused_by"}, {"causes", "causes"},
	} {
		if strings.Contains(said, meaning.words) {
			return meaning.kind
		}
	}
	kind := "relates"
	switch strings.ToLower(string(name)) {
	case "blocks", "blocker":
		kind = "blocks"
	case "problem/incident", "causes", "cause":
		kind = "causes"
	}
	if inward && kind != "relates" {
		kind = map[string]string{"blocks": "is_blocked_by", "causes": "is_caused_by"}[kind]
	}
	return kind
}
