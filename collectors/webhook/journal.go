package webhook

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
)

// segmentSize is when a new segment is begun, in bytes. Small enough that the disk is soon free again, large enough that a
// busy day has few of them.
const segmentSize = 16 << 20

// journal keeps accepted events on disk until they are written to the warehouse.
type journal struct {
	dir  string
	size int64 // of a segment

	mu      sync.Mutex
	idle    *sync.Cond // told when nobody writes any more
	queue   []*appending
	busy    bool // somebody is writing
	durable uint64
	path    string // of the segment that is being written
	closed  bool

	// These belong to whoever is writing.
	file    *os.File
	written int64 // bytes of file that are durable
	next    uint64
}

// appending is one caller's wait for the disk.
type appending struct {
	entries []entry
	lead    chan bool // true: you write now; false: it is written
	err     error
}

// openJournal continues the journal of a folder. Nothing is ever appended to what an earlier process wrote.
func openJournal(dir string, size int64, position uint64) (*journal, error) {
	j := &journal{dir: dir, size: size, durable: position}
	j.idle = sync.NewCond(&j.mu)
	list, err := segments(dir)
	if err != nil {
		return nil, err
	}
	for _, s := range slices.Backward(list) {
		last := s.first - min(s.first, 1) // its name promises that smaller numbers were given away
		found := false
		if err := scanFile(s, func(e entry) bool { last, found = max(last, e.Sequence), true; return true }, func(damage) {}); err != nil {
			return nil, err
		}
		j.durable = max(j.durable, last)
		if found {
			break
		}
	}
	j.next = j.durable + 1
	return j, nil
}

var errClosed = errors.New("the journal is closed, because Weir is stopping")

// append numbers the entries and returns when all of them are on disk. Callers that come while the disk is busy are written
// together by the first of them.
func (j *journal) append(entries []entry) error {
	w := &appending{entries: entries, lead: make(chan bool, 1)}
	j.mu.Lock()
	if j.closed {
		j.mu.Unlock()
		return errClosed
	}
	j.queue = append(j.queue, w)
	if j.busy {
		j.mu.Unlock()
		if !<-w.lead {
			return w.err
		}
		j.mu.Lock()
	}
	j.busy = true
	group := j.queue
	j.queue = nil
	j.mu.Unlock()

	last, err := j.commit(group)

	j.mu.Lock()
	if err == nil {
		j.durable = last
	}
	j.busy = len(j.queue) > 0
	if j.busy {
		j.queue[0].lead <- true
	} else {
		j.idle.Broadcast()
	}
	j.mu.Unlock()
	for _, other := range group {
		if other != w {
			other.err = err
			other.lead <- false
		}
	}
	return err
}

// commit writes what a group of callers waits for, and syncs once.
func (j *journal) commit(group []*appending) (last uint64, err error) {
	if j.file != nil && j.written >= j.size {
		if err := j.leave(); err != nil {
			return 0, err
		}
	}
	if j.file == nil {
		if err := j.begin(); err != nil {
			return 0, err
		}
	}
	var text []byte
	next := j.next
	for _, w := range group {
		for i := range w.entries {
			w.entries[i].Sequence = next
			text = w.entries[i].appendLine(text)
			next++
		}
	}
	// Numbers are never given twice, not even to what could not be written: a reader goes by them.
	j.next = next
	if _, err := j.file.Write(text); err != nil {
		return 0, errors.Join(fmt.Errorf("write to the journal: %w", err), j.takeBack())
	}
	if err := j.file.Sync(); err != nil {
		return 0, errors.Join(fmt.Errorf("write to the journal: %w", err), j.takeBack())
	}
	j.written += int64(len(text))
	return next - 1, nil
}

func (j *journal) begin() error {
	path := filepath.Join(j.dir, fmt.Sprintf(segmentPattern, j.next))
	j.mu.Lock()
	j.path = path
	j.mu.Unlock()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, 0o600)
	if errors.Is(err, os.ErrExist) {
		// Begun by a process that died before anything in it was whole, or taken back by this one.
		f, err = os.OpenFile(path, os.O_TRUNC|os.O_WRONLY|os.O_APPEND, 0o600)
	}
	if err != nil {
		return fmt.Errorf("begin a file of the journal: %w", err)
	}
	if err := syncDir(j.dir); err != nil {
		return errors.Join(err, f.Close())
	}
	j.file, j.written = f, 0
	return nil
}

// takeBack removes what a failed write left, so that a later entry does not stand behind half a line.
func (j *journal) takeBack() error {
	err := j.file.Truncate(j.written)
	return errors.Join(err, j.leave())
}

func (j *journal) leave() error {
	f := j.file
	j.file = nil
	if err := f.Close(); err != nil {
		return fmt.Errorf("close a file of the journal: %w", err)
	}
	return nil
}

// mark is the number of the last entry that is surely on disk.
func (j *journal) mark() uint64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.durable
}

// read hands the entries after a number to take, in order, until take is false.
func (j *journal) read(after uint64, take func(entry) bool, spoilt func(damage)) error {
	durable := j.mark()
	if durable <= after {
		return nil
	}
	list, err := segments(j.dir)
	if err != nil {
		return err
	}
	for i, s := range list {
		if s.first > durable {
			return nil
		}
		if i+1 < len(list) && list[i+1].first <= after+1 {
			continue
		}
		ended := false
		var bad []damage // before the next whole entry
		err := scanFile(s, func(e entry) bool {
			switch {
			case e.Sequence > durable:
				ended = true
			case e.Sequence > after:
				for _, d := range bad {
					spoilt(d)
				}
				after = e.Sequence
				ended = !take(e)
			}
			bad = nil
			return !ended
		}, func(d damage) { bad = append(bad, d) })
		if err != nil || ended {
			return err
		}
	}
	return nil
}

// drop deletes the segments of which everything up to a number is written elsewhere.
func (j *journal) drop(upTo uint64) error {
	list, err := segments(j.dir)
	if err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if !j.busy && j.file != nil && j.durable <= upTo { // the file is the writer's while somebody is busy
		// Nothing waits, so nothing is kept; the next entry begins another segment.
		j.path = ""
		if err := j.leave(); err != nil {
			return err
		}
	}
	for i, s := range list {
		whole := i+1 < len(list) && list[i+1].first <= upTo+1 || i+1 == len(list) && j.durable <= upTo
		if !whole || s.path == j.path {
			continue
		}
		if err := os.Remove(s.path); err != nil {
			return fmt.Errorf("delete a file of the journal that is written: %w", err)
		}
	}
	return nil
}

// bytes is how much of the disk the journal takes.
func (j *journal) bytes() int64 {
	list, err := segments(j.dir)
	if err != nil {
		return 0
	}
	var sum int64
	for _, s := range list {
		if info, err := os.Stat(s.path); err == nil {
			sum += info.Size()
		}
	}
	return sum
}

// close waits for whoever is writing and refuses everybody after.
func (j *journal) close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.closed = true
	for j.busy {
		j.idle.Wait()
	}
	if j.file == nil {
		return nil
	}
	return j.leave()
}

func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("sync the folder of the journal: %w", err)
	}
	defer func() { _ = f.Close() }() // nothing was written through it
	if err := f.Sync(); err != nil {
		return fmt.Errorf("sync the folder of the journal: %w", err)
	}
	return nil
}
