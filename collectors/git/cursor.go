package git

import (
	"encoding/json"
	"fmt"
	"maps"
)

// cursor is what the next run must know. Between the beginning and the end of a run it holds the state that is being
// written besides the one that was: should the run be killed and the repository be rewritten before the next, then that
// one knows about the records of both.
type cursor struct {
	Settings settings `json:"settings"`
	States   []state  `json:"states"` // the first is complete; it is empty before the first run ended
}

// state is the refs whose history was collected.
type state struct {
	Tip  string            `json:"tip,omitempty"`
	Tags map[string]string `json:"tags,omitempty"` // name to object id, of the tags that are deployments
}

func (s state) equal(t state) bool { return s.Tip == t.Tip && maps.Equal(s.Tags, t.Tags) }

// settings are what else the records depend on. When one of them changes, everything is collected anew.
type settings struct {
	Form            int    `json:"form"` // counts up when a later Weir makes other records of the same history
	Repo            string `json:"repo"`
	Branch          string `json:"branch"`
	Service         string `json:"service"`
	Environment     string `json:"environment"`
	EnvironmentKind string `json:"environment_kind,omitempty"`
	TagPattern      string `json:"tag_pattern,omitempty"`
	LineCounts      bool   `json:"line_counts,omitempty"`
	Shallow         string `json:"shallow,omitempty"`
}

const form = 1

func (c cursor) String() string {
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // strings, numbers and maps of strings: cannot fail
	}
	return string(text)
}

func parseCursor(text string) (cursor, error) {
	var c cursor
	if text == "" {
		return c, nil
	}
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return cursor{}, fmt.Errorf("understand the cursor: %w", err)
	}
	for _, s := range c.States {
		ids := []string{}
		if s.Tip != "" {
			ids = append(ids, s.Tip)
		}
		for _, id := range s.Tags {
			ids = append(ids, id)
		}
		for _, id := range ids {
			if !isObjectID(id) {
				return cursor{}, fmt.Errorf("understand the cursor: %.60q is not the id of an object", id)
			}
		}
	}
	return c, nil
}
