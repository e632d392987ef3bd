package jira

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// form counts up when a later Weir makes other records of the same issues: everything is then read again.
const form = 2

// cursor is where a part was left.
type cursor struct {
	Form int `json:"form"`

	// By is the fingerprint of what is collected and how it is mapped. When it changes, everything is read again.
	By string `json:"by"`

	// Since is how far back the back-fill goes; zero is all history. It stays until a run is told to go further.
	Since time.Time `json:"since,omitzero"`

	// Recheck says that records of another mapping may be there already: what an issue does not give any more is deleted.
	Recheck bool `json:"recheck,omitempty"`

	// Filled is set when the back-fill is complete. Until then it goes on with what was created until Below.
	Filled bool      `json:"filled,omitempty"`
	Below  time.Time `json:"below,omitzero"`

	// Updated is the moment until which all changes were read; zero: there was none yet.
	Updated time.Time `json:"updated,omitzero"`

	// Settled says that Updated was long ago when it was read: Jira's index has not lagged behind it since.
	Settled bool `json:"settled,omitempty"`

	// Refused is an issue whose remote links could not be read: once they can, everything is read again.
	Refused string `json:"refused,omitempty"`

	// Seen are the times of change, in milliseconds, of the issues that the next run's overlap will show again.
	Seen map[string]int64 `json:"seen,omitempty"`
}

// mostSeen keeps the cursor small. Without Seen, the overlap's issues are written again, which changes nothing.
const mostSeen = 200

func (c cursor) String() string {
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // texts, times and numbers: cannot fail
	}
	return string(text)
}

func parse[T any](text string) (T, error) {
	var v T
	if text == "" {
		return v, nil
	}
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		return v, fmt.Errorf("understand the cursor: %w", err)
	}
	return v, nil
}

// fingerprint tells configurations apart that make other records. How to reach Jira and to sign in and which parts there
// are does not: the addresses in the records are what Jira says that its own is.
func (c *Collector) fingerprint() string {
	own := c.configuration
	own.URL, own.Auth, own.Projects, own.Boards, own.JQL, own.Groups = "", Auth{}, nil, nil, "", nil
	return fingerprint(own)
}

func fingerprint(parts ...any) string {
	text, err := json.Marshal(parts)
	if err != nil {
		panic(err) // settings: cannot fail
	}
	sum := sha256.Sum256([]byte(strings.ToValidUTF8(string(text), "")))
	return hex.EncodeToString(sum[:8])
}
