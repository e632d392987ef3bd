package gitlab

import (
	"encoding/json"
	"fmt"
	"time"
)

// cursor is what the next run must know of a project. Moments are milliseconds since 1970.
type cursor struct {
	Settings string               `json:"settings"`       // what else the records depend on
	Redo     bool                 `json:"redo,omitempty"` // what earlier settings made may have to be deleted
	Lists    map[string]*progress `json:"lists,omitempty"`
	Commits  history              `json:"commits"`
}

// progress is how far a list was read. All that was changed between Low and Top is known.
type progress struct {
	Top    int64           `json:"top"`
	Low    int64           `json:"low"`
	Done   bool            `json:"done,omitempty"`   // there is nothing older
	Since  int64           `json:"since,omitempty"`  // what was changed for the last time before is left out; 0: nothing is
	Recent map[int64]int64 `json:"recent,omitempty"` // items that were changed shortly before Top, and when
	Asked  string          `json:"asked,omitempty"`  // since when the last sync asked for changes
	ETag   string          `json:"etag,omitempty"`   // what that answer was called
}

// history is how far the default branch was read.
type history struct {
	Branch string `json:"branch,omitempty"`
	Top    string `json:"top,omitempty"`  // all that is reachable from here, and not below the back-fill's place, is known
	Base   string `json:"base,omitempty"` // where the back-fill began: its pages are those of this commit's history
	Page   int    `json:"page,omitempty"` // its next page
	Next   string `json:"next,omitempty"` // the next commit of the mainline that it expects
	Done   bool   `json:"done,omitempty"`
	LowAt  int64  `json:"low_at,omitempty"` // when the last one that it read was committed
	Since  int64  `json:"since,omitempty"`  // pages of commits from before are left out; 0: none are
}

// floors decides how far back each list is collected: as far as somebody has asked for. A run of which nobody said how far,
// such as a scheduled one, leaves out what was left out before. Lists without progress begin later, at the moment asked for.
func (c *cursor) floors(asked time.Time) {
	if asked.IsZero() {
		return
	}
	moment := max(asked.UnixMilli(), 1)
	floor := func(since, low int64, ended bool) int64 {
		switch {
		case moment < since:
			return moment
		case ended || c.Redo || since > 0 && low < since:
			return since // all of that is known already, or made by other settings
		case low == 0:
			return moment
		}
		return min(moment, low+1) // the back-fill ends before it has come to its end
	}
	for _, p := range c.Lists {
		p.Since = floor(p.Since, p.Low, p.Done)
	}
	h := &c.Commits
	if h.Top == "" && !c.Redo {
		h.Since = moment
		return
	}
	h.Since = floor(h.Since, h.LowAt, h.Done)
}

// again is the cursor of a collection that begins anew and goes as far back as this one.
func (c cursor) again() cursor {
	anew := cursor{Redo: true, Lists: map[string]*progress{}, Commits: history{Since: c.Commits.Since}}
	for name, p := range c.Lists {
		anew.Lists[name] = &progress{Since: p.Since}
	}
	return anew
}

func (c cursor) String() string {
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // strings, numbers and maps of them: cannot fail
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
	return c, nil
}
