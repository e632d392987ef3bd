package webhook

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// rejection is what is kept of an event that could not be used.
type rejection struct {
	Name     string          `json:"-"`
	Reason   string          `json:"reason"`
	At       time.Time       `json:"arrived_at,omitzero"`
	Event    string          `json:"event,omitempty"`
	Delivery string          `json:"delivery,omitempty"`
	JSON     json.RawMessage `json:"body,omitempty"`
	Body     []byte          `json:"bytes,omitempty"` // where the body is no JSON
}

// keptRejections is how many are kept; a sender that is set up wrongly must not fill the disk.
const keptRejections = 1000

// reject sets an event aside.
func (d *drain) reject(e entry, reason error) error {
	r := rejection{Name: fmt.Sprintf("%020d", e.Sequence), Reason: reason.Error(), At: e.At, Event: e.Event, Delivery: e.Delivery}
	if json.Valid(e.Body) {
		r.JSON = e.Body
	} else {
		r.Body = e.Body
	}
	return d.setAside(r)
}

// setAside keeps what could not be used in the folder "rejected", and goes on.
func (d *drain) setAside(r rejection) error {
	dir := filepath.Join(d.hook.dir, "rejected")
	path := filepath.Join(dir, r.Name+".json")
	d.run.Log.Warn("what was pushed could not be used and is set aside", "event", r.Event, "delivery", r.Delivery, "reason", r.Reason, "file", path)
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("set aside what was pushed: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("set aside what was pushed: %w", err)
	}
	if err := os.WriteFile(path, append(text, '\n'), 0o600); err != nil {
		return fmt.Errorf("set aside what was pushed: %w", err)
	}
	d.counts.Rejected++
	d.hook.mu.Lock()
	d.hook.stats.LastRejected = r.Reason
	d.hook.mu.Unlock()
	return tidy(dir)
}

// tidy deletes the oldest rejections.
func tidy(dir string) error {
	list, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("tidy what was set aside: %w", err)
	}
	if len(list) <= keptRejections+keptRejections/10 {
		return nil
	}
	names := make([]string, len(list))
	for i, f := range list {
		names[i] = f.Name()
	}
	slices.Sort(names)
	for _, name := range names[:len(names)-keptRejections] {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("tidy what was set aside: %w", err)
		}
	}
	return nil
}
