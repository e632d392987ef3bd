package webhook

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"runtime/debug"
	"slices"
	"time"

	"github.com/weirhq/weir/warehouse"
)

// stated is what one event says about one object.
type stated struct {
	kind  *kind
	key   reflect.Value // a record with the object's key
	name  string        // of the object: the kind and the key
	cells map[string]cell
	gone  int64 // when it was deleted; 0: it was not
}

// statements maps one entry; an error means that nothing of it is used.
func (h *Hook) statements(e entry) (list []stated, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			h.log.Error("the mapping of a pushed event panicked", "hook", h.Name(), "event", e.Event, "cause", cause, "stack", string(debug.Stack()))
			list, err = nil, fmt.Errorf("a fault in the mapping, please report it: %v", cause)
		}
	}()
	have, gone, empty, err := h.mapper.Map(e.Event, e.Body)
	if err != nil {
		return nil, err
	}
	for _, k := range h.kinds {
		for i := range k.records(&have).Len() {
			record := k.records(&have).Index(i)
			s := stated{kind: k, key: record}
			if s.name, err = k.object(record); err != nil {
				return nil, err
			}
			if s.cells, err = k.state(record, empty[k.name], false); err != nil {
				return nil, err
			}
			if err := e.plausible(s.cells["updated_at"].At); err != nil {
				return nil, err
			}
			list = append(list, s)
		}
		for i := range k.records(&gone).Len() {
			record := k.records(&gone).Index(i)
			s := stated{kind: k, key: record}
			if s.name, err = k.object(record); err != nil {
				return nil, err
			}
			// A deletion without a moment is later than everything that is known when it is merged first.
			at, _ := record.FieldByName("UpdatedAt").Interface().(time.Time)
			if at.IsZero() {
				at = e.At
			}
			s.gone = at.UnixMilli()
			if err := e.plausible(s.gone); err != nil {
				return nil, err
			}
			list = append(list, s)
		}
	}
	return list, nil
}

// plausible refuses what was stated long after it arrived: a sender whose clock is wrong would otherwise have the last word
// about an object for years.
func (e entry) plausible(at int64) error {
	if ahead := time.UnixMilli(at).Sub(e.At); !e.At.IsZero() && ahead > 24*time.Hour {
		return fmt.Errorf("it is dated %s, which is in the future: the sender's clock is wrong", time.UnixMilli(at).UTC().Format(time.RFC3339))
	}
	return nil
}

// object names the object of a record.
func (k *kind) object(record reflect.Value) (string, error) {
	key, err := k.key(record)
	return k.name + "\t" + key, err
}

// merging brings together what a batch of events states, what was stated before, and what the warehouse has.
type merging struct {
	kinds      []*kind
	statements []stated
	objects    map[string]*object
	known      map[string]string // fingerprints of what the warehouse has
}

func newMerging(kinds []*kind) *merging {
	return &merging{kinds: kinds, known: map[string]string{}}
}

func (m *merging) add(list []stated) { m.statements = append(m.statements, list...) }

// recall reads what is known about the objects of the batch.
func (m *merging) recall(ctx context.Context, d *drain) error {
	touched := map[string]stated{}
	for _, s := range m.statements {
		touched[s.name] = s
	}
	names := slices.Sorted(maps.Keys(touched))
	var err error
	if m.objects, err = d.memory.objects(names); err != nil {
		return err
	}
	keys := make([]stated, len(names))
	for i, name := range names {
		keys[i] = touched[name]
	}
	known, err := d.run.KnownAs(ctx, keysOf(keys))
	if err != nil {
		return err
	}
	for _, k := range m.kinds {
		for i := range k.records(&known).Len() {
			if err := m.meet(k, k.records(&known).Index(i)); err != nil {
				// What no hook would write, another source may have: it is replaced by what is stated.
				d.run.Log.Warn("what is known could not be merged with what was pushed", "error", err)
			}
		}
	}
	for name, o := range m.objects {
		if _, there := m.known[name]; !there && len(o.Written) > 0 && !o.Pending {
			o.Gone = max(o.Gone, o.latest())
			o.Written = nil
		}
	}
	return nil
}

// meet takes a record of the warehouse in, unless it is what this hook wrote there.
func (m *merging) meet(k *kind, record reflect.Value) error {
	name, err := k.object(record)
	if err != nil {
		return err
	}
	o := m.objects[name]
	if o == nil {
		return nil // read along with others
	}
	mark, err := k.fingerprint(record)
	if err != nil {
		return err
	}
	m.known[name] = mark
	if slices.Contains(o.Written, mark) {
		return nil
	}
	cells, err := k.state(record, nil, true)
	if err != nil {
		return err
	}
	k.merge(o, cells)
	if o.latest() <= o.Gone && cells["updated_at"].Value == "" {
		// An undated record, written by somebody else after it was deleted: nothing but its being there can tell that it is back.
		o.Gone = 0
	}
	return nil
}

// settle merges the statements and tells what is to be written and what to be deleted.
func (m *merging) settle(now time.Time) (have, gone warehouse.Records, err error) {
	for _, s := range m.statements {
		o := m.objects[s.name]
		o.Seen = now.Unix()
		o.Gone = max(o.Gone, s.gone)
		s.kind.merge(o, s.cells)
	}
	done := map[string]bool{}
	for _, s := range m.statements {
		if done[s.name] {
			continue
		}
		done[s.name] = true
		if err := m.one(s, &have, &gone); err != nil {
			return have, gone, err
		}
	}
	return have, gone, nil
}

// longestTrail is how many writes that nobody knows the fate of are remembered of an object.
const longestTrail = 16

// one adds an object to what is written or deleted.
func (m *merging) one(s stated, have, gone *warehouse.Records) error {
	o := m.objects[s.name]
	if o.deleted() {
		if m.known[s.name] != "" {
			list := s.kind.records(gone)
			list.Set(reflect.Append(list, s.key))
		}
		o.Written, o.Pending = nil, false
		return nil
	}
	record := reflect.New(s.key.Type()).Elem()
	whole, err := s.kind.assemble(o, record)
	if err != nil || !whole {
		return err
	}
	mark, err := s.kind.fingerprint(record)
	if err != nil {
		return errors.Join(fmt.Errorf("write %q", s.name), err)
	}
	if mark == m.known[s.name] {
		return nil
	}
	o.Written = append(o.Written, mark)
	o.Written = o.Written[max(0, len(o.Written)-longestTrail):]
	o.Pending = true
	list := s.kind.records(have)
	list.Set(reflect.Append(list, record))
	return nil
}
