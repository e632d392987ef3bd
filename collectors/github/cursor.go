package github

import (
	"encoding/json"
	"fmt"
	"time"
)

// cursor is what the next sync of a repository must know.
type cursor struct {
	Version     int         `json:"v"`
	Rules       string      `json:"rules"`          // by which configuration the records were made
	Floor       time.Time   `json:"floor,omitzero"` // what ended before was left out, and is until an earlier time or everything is asked for
	Commits     commitState `json:"commits,omitzero"`
	Pulls       listState   `json:"pulls,omitzero"`
	Actions     listState   `json:"actions,omitzero"`
	Deployments listState   `json:"deployments,omitzero"`
	Issues      listState   `json:"issues,omitzero"`
	Releases    listState   `json:"releases,omitzero"`
	Tags        listState   `json:"tags,omitzero"`
}

// listState is how far a list was read.
type listState struct {
	ETag   string    `json:"etag,omitempty"`   // of the list's probe, when everything that it announced has been read
	Done   bool      `json:"done,omitempty"`   // the back-fill is complete
	Verify bool      `json:"verify,omitempty"` // what has vanished is still to be deleted; the list is read from its beginning then
	Anew   bool      `json:"anew,omitempty"`   // and nothing of what is known holds any more
	After  string    `json:"after,omitempty"`  // where the back-fill continues
	Start  string    `json:"start,omitempty"`  // the etag of the probe before the back-fill
	Upto   time.Time `json:"upto,omitzero"`    // the newest change, or where the list has no such order the newest item, that was read
	Change time.Time `json:"change,omitzero"`  // the newest change of any item, of lists in the order of creation
	Covers time.Time `json:"covers,omitzero"`  // the probe itself tells about open items since then
	Missed []string  `json:"missed,omitempty"` // ids of items that GitHub could not answer for
	Open   []open    `json:"open,omitempty"`   // items that were unfinished
}

// open is an item that was unfinished when it was read.
type open struct {
	ID   string    `json:"id"` // as the list asks for it
	Made time.Time `json:"made"`
}

// commitState is how far the branches were read.
type commitState struct {
	ETag     string            `json:"etag,omitempty"`
	Branches []string          `json:"branches,omitempty"` // the etags of the pages of the branches' list
	Default  string            `json:"default,omitempty"`
	Heads    map[string]string `json:"heads,omitempty"` // branch to the commit up to which its history was read
	Fill     *fill             `json:"fill,omitempty"`
	Settle   bool              `json:"settle,omitempty"` // which commits are reachable and on the mainline has to be looked at anew
}

// fill is a reading of a whole history under way: everything committed at Until or later has been read.
type fill struct {
	OID   string    `json:"oid"`
	Until time.Time `json:"until,omitzero"`
	After string    `json:"after,omitempty"` // page by page, when the windows of time did not find everything
	Plain bool      `json:"plain,omitempty"`
}

const cursorVersion = 1

func parseCursor(text string) (*cursor, error) {
	c := &cursor{Version: cursorVersion}
	if text == "" {
		return c, nil
	}
	if err := json.Unmarshal([]byte(text), c); err != nil {
		return &cursor{Version: cursorVersion}, fmt.Errorf("understand the cursor: %w", err)
	}
	if c.Version != cursorVersion {
		return &cursor{Version: cursorVersion}, fmt.Errorf("understand the cursor: its version is %d, not %d", c.Version, cursorVersion)
	}
	return c, nil
}

func (c *cursor) String() string {
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // texts, numbers and times of GitHub's: cannot fail
	}
	return string(text)
}

// forget makes the lists whose records the rules decide about begin anew.
func (c *cursor) forget() {
	for _, s := range []*listState{&c.Actions, &c.Deployments, &c.Issues, &c.Releases, &c.Tags} {
		*s = listState{Verify: true, Anew: true}
	}
}

// unfinished are the open items, each once.
func unfinished(items []open) []open {
	seen := map[string]bool{}
	var list []open
	for _, i := range items {
		if !seen[i.ID] {
			seen[i.ID] = true
			list = append(list, i)
		}
	}
	return list
}
