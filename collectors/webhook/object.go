package webhook

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// cell is the latest that was stated about one column of an object.
type cell struct {
	Value   statement `json:"v,omitempty"` // "": stated to be empty
	At      int64     `json:"t,omitempty"` // as of when, in milliseconds since 1970; 0: a contribution without a moment
	Foreign bool      `json:"f,omitempty"` // stated by what another source wrote
}

// object is all that is known about one record. Merging two states of an object, or a state with an event, gives the same
// whatever the order.
type object struct {
	Cells map[string]cell `json:"c"`
	Gone  int64           `json:"g,omitempty"` // when it was deleted at the source

	Written []string `json:"w,omitempty"` // fingerprints of what this hook wrote: the last one that is surely there, and later ones
	Pending bool     `json:"p,omitempty"` // nobody knows yet whether the last of Written has reached the warehouse
	Seen    int64    `json:"s"`           // when the last event of it arrived, in seconds since 1970
}

// state is what an event states about an object.
func (k *kind) state(record reflect.Value, empty []string, foreign bool) (map[string]cell, error) {
	var at int64
	if updated, _ := record.FieldByName("UpdatedAt").Interface().(time.Time); !updated.IsZero() {
		at = updated.UnixMilli()
	}
	cells := map[string]cell{}
	for _, c := range k.columns {
		s, err := c.read(record)
		if err != nil {
			return nil, fmt.Errorf("a record of %s: %w", k.name, err)
		}
		if s != "" || foreign || slices.Contains(empty, c.name) {
			cells[c.name] = cell{Value: s, At: at, Foreign: foreign}
		}
	}
	return cells, nil
}

// merge takes statements into the object.
func (k *kind) merge(o *object, cells map[string]cell) {
	if o.Cells == nil {
		o.Cells = map[string]cell{}
	}
	for _, c := range k.columns {
		stated, ok := cells[c.name]
		if !ok {
			continue
		}
		if known, ok := o.Cells[c.name]; !ok || c.beats(stated, known) {
			o.Cells[c.name] = stated
		}
	}
}

// beats tells whether statement a is to be believed rather than b. It orders all statements about a column, so that the
// one that remains does not depend on the order in which they came.
func (c column) beats(a, b cell) bool {
	switch {
	case a.At != b.At:
		return a.At > b.At
	case (a.Value == "") != (b.Value == ""):
		return a.Value != ""
	case c.name == "result" && (a.Value == running) != (b.Value == running):
		return a.Value != running
	case a.Foreign != b.Foreign:
		return a.Foreign
	case a.Value == b.Value:
		return false
	case c.moment && !slices.Contains(ends, c.name):
		return less(a.Value, b.Value)
	default:
		return less(b.Value, a.Value)
	}
}

const running = `"running"`

// ends are the moments of which, of several contributions, the last counts; of all others the first does.
var ends = []string{"finished_at", "resolved_at", "closed_at", "merged_at", "updated_at"}

// less orders texts by length first, which orders whole numbers by value.
func less(a, b statement) bool {
	if len(a) != len(b) {
		return len(a) < len(b)
	}
	return a < b
}

// deleted tells whether nothing was stated since the object was deleted.
func (o *object) deleted() bool { return o.Gone > 0 && o.latest() <= o.Gone }

// latest is the moment of the newest statement.
func (o *object) latest() (at int64) {
	for _, c := range o.Cells {
		at = max(at, c.At)
	}
	return at
}

// assemble sets a record to what is known. It is false while something that a record needs is not known yet.
func (k *kind) assemble(o *object, record reflect.Value) (bool, error) {
	value := func(name string) statement { return o.Cells[name].Value }
	unfinished := false
	for _, c := range k.columns {
		s := value(c.name)
		switch {
		case c.name == "attempt" && s == "":
			s = "1"
		case c.name == "result" && s == "" && k.name == "deployments":
			// The contract's default is success, and a success has an end.
			s = `"success"`
			if value("finished_at") == "" {
				s = running
			}
		case c.name == "finished_at" && value("result") == running:
			s = "" // contributed by a part that has ended while the whole goes on
		}
		unfinished = unfinished || s == "" && c.required
		unfinished = unfinished || s == "" && c.name == "finished_at" && k.name == "deployments" && value("result") == `"success"`
		if err := c.write(record, s); err != nil {
			return false, err
		}
	}
	return !unfinished, nil
}

// fingerprint tells whether a record in the warehouse is what was written there.
func (k *kind) fingerprint(record reflect.Value) (string, error) {
	values := make([]string, len(k.columns))
	for i, c := range k.columns {
		s, err := c.read(record)
		if err != nil {
			return "", fmt.Errorf("a known record of %s: %w", k.name, err)
		}
		values[i] = s
	}
	sum := sha256.Sum256([]byte(strings.Join(values, "\n")))
	return base64.RawStdEncoding.EncodeToString(sum[:12]), nil
}

func (o *object) encode() []byte {
	text, err := json.Marshal(o)
	if err != nil {
		panic(err) // texts, numbers and maps of them: cannot fail
	}
	return text
}
