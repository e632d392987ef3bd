package jira

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// What Jira sends. Only what the mapping reads is named, and nothing is trusted: fields of an unexpected shape are
// unknown, they do not make the rest of an issue unreadable.

// Issue is an issue of the API, or of a webhook (without a changelog).
type Issue struct {
	ID        text                       `json:"id"`
	Key       text                       `json:"key"`
	Self      text                       `json:"self"`
	Fields    map[string]json.RawMessage `json:"fields"`
	Changelog Changelog                  `json:"changelog"`

	Remote []json.RawMessage `json:"-"` // its remote links, asked for apart; nil: they were not read
}

// glance is what is read of an issue to know which one it is and when it changed.
type glance struct {
	Key    text `json:"key"`
	Fields struct {
		Created json.RawMessage `json:"created"`
		Updated json.RawMessage `json:"updated"`
	} `json:"fields"`
}

// Changelog is what happened to an issue; an embedded one may be cut off, and then has fewer entries than its total.
type Changelog struct {
	Total     int               `json:"total"`
	Histories []json.RawMessage `json:"histories"`
}

// history is one entry of a changelog: what somebody changed at a moment.
type history struct {
	ID      text            `json:"id"`
	Author  user            `json:"author"`
	Created json.RawMessage `json:"created"`
	Items   []item          `json:"items"`
}

// item is one changed field. From and To are ids, the Strings what people see.
type item struct {
	Field      text `json:"field"`
	FieldID    text `json:"fieldId"`
	From       text `json:"from"`
	FromString text `json:"fromString"`
	To         text `json:"to"`
	ToString   text `json:"toString"`
}

// user is an account. Cloud has accountId and, where its owner shows it, the e-mail address; Data Center has name and key.
type user struct {
	AccountID   text `json:"accountId"`
	AccountType text `json:"accountType"` // atlassian, customer or app
	Name        text `json:"name"`
	Key         text `json:"key"`
	Email       text `json:"emailAddress"`
	DisplayName text `json:"displayName"`
}

// identity is what records call an account.
func (u user) identity() string {
	for _, name := range []text{u.Email, u.Name, u.DisplayName} {
		if name != "" {
			return string(name)
		}
	}
	return ""
}

// UnmarshalJSON takes a user of an unexpected shape for an unknown one.
func (u *user) UnmarshalJSON(raw []byte) error {
	type plain user
	var p plain
	if json.Unmarshal(raw, &p) == nil {
		*u = user(p)
	}
	return nil
}

// text is a string that Jira now and then sends as a number or as null.
type text string

// UnmarshalJSON takes what is no text for none.
func (t *text) UnmarshalJSON(raw []byte) error {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		*t = text(clean(s))
		return nil
	}
	var n json.Number
	if json.Unmarshal(raw, &n) == nil {
		*t = text(n)
	}
	return nil
}

// clean removes the spaces around a text, of zero width too: people paste titles.
func clean(s string) string { return strings.Trim(strings.TrimSpace(s), "\u200b\ufeff") }

// decode reads a value; one of an unexpected shape is the zero value.
func decode[T any](raw json.RawMessage) T {
	var v, none T
	if len(raw) == 0 || json.Unmarshal(raw, &v) != nil {
		return none
	}
	return v
}

// named is most of Jira's values: an object of which one member is its name.
type named struct {
	Name        text   `json:"name"`
	Value       text   `json:"value"`
	Title       text   `json:"title"`
	DisplayName text   `json:"displayName"`
	Key         text   `json:"key"`
	Child       *named `json:"child"` // of a cascading choice
}

func (n named) String() string {
	for _, s := range []text{n.Value, n.Name, n.Title, n.DisplayName, n.Key} {
		if s != "" {
			return string(s)
		}
	}
	return ""
}

// wordsOf reads a field's value as texts: of a text, a number, a choice, a user, or a list of such.
func wordsOf(raw json.RawMessage) []string {
	if list := decode[[]json.RawMessage](raw); list != nil {
		var words []string
		for _, one := range list {
			words = append(words, wordsOf(one)...)
		}
		return words
	}
	word := string(decode[text](raw))
	if word == "" {
		word = decode[named](raw).String()
	}
	if word == "" {
		return nil
	}
	return []string{word}
}

func wordOf(raw json.RawMessage) string { return strings.Join(wordsOf(raw), ", ") }

// layouts are how Jira writes times; fractions of a second are understood after each.
var layouts = []string{"2006-01-02T15:04:05-0700", time.RFC3339, "2006-01-02T15:04-0700", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02"}

// timeOf reads a moment: a text, or a number of milliseconds (of seconds, where that would be in 1970) since 1970. A
// service level agreement is the moment at which its first cycle ended. Zero: unknown.
func timeOf(raw json.RawMessage) time.Time {
	s := string(decode[text](raw))
	if s == "" {
		sla := decode[struct {
			Completed []struct {
				Stop struct {
					Text json.RawMessage `json:"iso8601"`
					Ms   json.RawMessage `json:"epochMillis"`
				} `json:"stopTime"`
			} `json:"completedCycles"`
		}](raw)
		if len(sla.Completed) == 0 {
			return time.Time{}
		}
		if t := timeOf(sla.Completed[0].Stop.Ms); !t.IsZero() {
			return t
		}
		return timeOf(sla.Completed[0].Stop.Text)
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		if n > 100_000_000_000 {
			return plausible(time.UnixMilli(n))
		}
		return plausible(time.Unix(n, 0))
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, s); err == nil {
			return plausible(t)
		}
	}
	return time.Time{}
}

// plausible drops moments that no tracker has seen, and what is finer than a millisecond.
func plausible(t time.Time) time.Time {
	if t = t.UTC().Truncate(time.Millisecond); t.Year() < 1990 || t.Year() > 2200 {
		return time.Time{}
	}
	return t
}
