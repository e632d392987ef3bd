package webhook

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// memory is the small database beside the journal: up to where the journal is written, how many events there were, and
// what was stated about each object. It also keeps a second process away from the journal.
type memory struct{ db *bolt.DB }

var (
	bucketObjects = []byte("objects") // kind, a tab, the key: the object as JSON
	bucketState   = []byte("state")
	keyPosition   = []byte("position")
	keyCounts     = []byte("counts")
)

// counts are how many events there were since the journal was begun.
type counts struct {
	Written  uint64 `json:"written"`  // are in the warehouse, or stated nothing that belongs there
	Ignored  uint64 `json:"ignored"`  // of Written, those that stated nothing
	Rejected uint64 `json:"rejected"` // were set aside
}

func openMemory(dir string) (*memory, error) {
	path := filepath.Join(dir, "objects.db")
	// A second is longer than a process needs to end, and short enough for whoever waits for the sentence.
	db, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: time.Second, FreelistType: bolt.FreelistMapType})
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, fmt.Errorf("another process of Weir takes care of what is pushed to %s; let that one do it", dir)
	}
	if err != nil {
		return nil, fmt.Errorf("open %s, which remembers what was pushed: %w", path, err)
	}
	err = db.Update(func(tx *bolt.Tx) error {
		for _, name := range [][]byte{bucketObjects, bucketState} {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("prepare %s: %w", path, err), db.Close())
	}
	return &memory{db}, nil
}

func (m *memory) close() error { return m.db.Close() }

// progress reads up to which entry everything is written, and the counts.
func (m *memory) progress() (position uint64, c counts, err error) {
	err = m.db.View(func(tx *bolt.Tx) error {
		state := tx.Bucket(bucketState)
		if text := state.Get(keyPosition); len(text) == 8 {
			position = binary.BigEndian.Uint64(text)
		}
		if text := state.Get(keyCounts); text != nil {
			return json.Unmarshal(text, &c)
		}
		return nil
	})
	if err != nil {
		return 0, c, fmt.Errorf("read up to where what was pushed is written: %w", err)
	}
	return position, c, nil
}

// objects reads what is known of the objects with these names; the unknown are new ones.
func (m *memory) objects(names []string) (map[string]*object, error) {
	found := map[string]*object{}
	err := m.db.View(func(tx *bolt.Tx) error {
		bucket := tx.Bucket(bucketObjects)
		for _, name := range names {
			o := &object{}
			if text := bucket.Get([]byte(name)); text != nil {
				if err := json.Unmarshal(text, o); err != nil {
					o = &object{} // as if it was forgotten
				}
			}
			found[name] = o
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read what is known of pushed objects: %w", err)
	}
	return found, nil
}

// save remembers objects before they are written to the warehouse.
func (m *memory) save(objects map[string]*object) error {
	return m.update(func(tx *bolt.Tx) error { return put(tx, objects) })
}

// advance remembers that everything up to an entry is written.
func (m *memory) advance(position uint64, c counts, objects map[string]*object) error {
	return m.update(func(tx *bolt.Tx) error {
		state := tx.Bucket(bucketState)
		text, err := json.Marshal(c)
		if err != nil {
			return err
		}
		if err := state.Put(keyCounts, text); err != nil {
			return err
		}
		if err := state.Put(keyPosition, binary.BigEndian.AppendUint64(nil, position)); err != nil {
			return err
		}
		return put(tx, objects)
	})
}

// forget drops objects of which no event arrived since a moment, and says how many.
func (m *memory) forget(before time.Time) (dropped int, err error) {
	err = m.update(func(tx *bolt.Tx) error {
		cursor := tx.Bucket(bucketObjects).Cursor()
		for name, text := cursor.First(); name != nil; name, text = cursor.Next() {
			var o struct {
				Seen int64 `json:"s"`
			}
			if err := json.Unmarshal(text, &o); err == nil && o.Seen >= before.Unix() {
				continue
			}
			if err := cursor.Delete(); err != nil {
				return err
			}
			dropped++
		}
		return nil
	})
	return dropped, err
}

func (m *memory) update(do func(*bolt.Tx) error) error {
	if err := m.db.Update(do); err != nil {
		return fmt.Errorf("remember what was pushed: %w", err)
	}
	return nil
}

func put(tx *bolt.Tx, objects map[string]*object) error {
	bucket := tx.Bucket(bucketObjects)
	for name, o := range objects {
		if err := bucket.Put([]byte(name), o.encode()); err != nil {
			return err
		}
	}
	return nil
}
