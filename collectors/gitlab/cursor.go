package gitlab

import (
	"encoding/json"
	"fmt"
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
