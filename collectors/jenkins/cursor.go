package jenkins

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// cursor is what the next run must know of a job. Builds are collected newest first, so what is known are the builds
// from Low to Top, and above Top nothing for sure.
type cursor struct {
	Settings string  `json:"settings"`        // what else the records depend on
	Top      int64   `json:"top"`             // the newest build that was seen
	Low      int64   `json:"low"`             // the oldest one
	LowAt    int64   `json:"low_at"`          // when that began, milliseconds since 1970
	Done     bool    `json:"done,omitempty"`  // there is nothing older
	Since    int64   `json:"since,omitempty"` // builds that ended before are left out, milliseconds since 1970; 0: none are
	Redo     bool    `json:"redo,omitempty"`  // builds of earlier settings may have left deployments that these do not make
	Open     []int64 `json:"open,omitempty"`  // builds that had not ended
}

// form counts up when a later Weir makes other records of the same builds.
const form = "1"

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// since is how far back the job is collected: as far as somebody has asked for. A run of which nobody said how far, such as
// a scheduled one, leaves out what was left out before.
func (c cursor) since(asked time.Time) int64 {
	if asked.IsZero() {
		return c.Since
	}
	moment := max(asked.UnixMilli(), 1)
	switch {
	case c.Settings == "", moment < c.Since: // it begins, or goes further back
		return moment
	case c.Done || c.Redo || c.LowAt < c.Since:
		return c.Since // all of that is known already, or made by other settings
	}
	return min(moment, c.LowAt+1) // the back-fill ends before it has come to its end
}

func (c cursor) String() string {
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // strings, numbers and truths: cannot fail
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
