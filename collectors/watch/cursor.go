package watch

import (
	"encoding/json"
	"fmt"
)

// cursor is what was done with the files that are still there.
type cursor struct {
	Version int             `json:"version"`
	Files   map[string]done `json:"files"` // by path below the folder, with slashes
}

// done is a file that was imported or refused.
type done struct {
	Size   int64  `json:"size"`
	Time   int64  `json:"time"`             // of its last change, in nanoseconds since 1970
	Hash   string `json:"hash"`             // of its content
	Reason string `json:"reason,omitempty"` // why it was refused; "": it was imported
}

const version = 1

func (c cursor) String() string {
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // texts and numbers: cannot fail
	}
	return string(text)
}

func parseCursor(text string) (cursor, error) {
	c := cursor{Version: version, Files: map[string]done{}}
	if text == "" {
		return c, nil
	}
	var read cursor
	if err := json.Unmarshal([]byte(text), &read); err != nil {
		return c, fmt.Errorf("understand the cursor: %w", err)
	}
	if read.Version != version {
		return c, fmt.Errorf("the cursor is of version %d", read.Version)
	}
	if read.Files == nil {
		read.Files = c.Files
	}
	return read, nil
}
