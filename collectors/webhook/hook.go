package webhook

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/warehouse"
)

// Mapper turns what a vendor pushes into records. It is pure: the same bytes give the same records.
type Mapper interface {
	// Map maps one delivery. event is the vendor's name for it. have are the records that it states something about: their
	// UpdatedAt is the vendor's own, and an empty column states nothing unless empty names it (by kind of record). gone are
	// records that were deleted. An event that states nothing gives none; a payload that cannot be understood gives an
	// error, a sentence.
	Map(event string, body []byte) (have, gone warehouse.Records, empty map[string][]string, err error)
}

// Options are what a hook is given beside its configuration.
type Options struct {
	Dir    string       // the folder of all hooks; each has its own below it
	Mapper Mapper       // of GitHub, GitLab and Jira; CDEvents and records need none
	Log    *slog.Logger // nil discards
	Now    func() time.Time
}

// Hook is one configured way in: what it accepts over HTTP waits in its journal until Collect has written it.
type Hook struct {
	configuration Configuration
	vendor        Vendor
	access        Access
	mapper        Mapper
	dir           string
	log           *slog.Logger
	now           func() time.Time
	kinds         []*kind
	segment       int64         // size of the journal's segments
	arrived       chan struct{} // has one element while something may wait

	mu      sync.Mutex
	journal *journal
	memory  *memory
	closed  bool
	stats   Stats
	pruned  time.Time
}

var (
	_ collectors.Collector = (*Hook)(nil)
	_ collectors.Checker   = (*Hook)(nil)
)

// New prepares a hook; the disk is touched by the first request or run.
func New(c Configuration, o Options) (*Hook, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	vendor, access, err := c.access()
	if err != nil {
		return nil, err
	}
	h := &Hook{
		configuration: c, vendor: vendor, access: access, mapper: o.Mapper, dir: filepath.Join(o.Dir, c.Name), log: o.Log, now: o.Now,
		kinds: kinds(), segment: segmentSize, arrived: make(chan struct{}, 1),
	}
	if vendor == CDEvents {
		h.mapper = cdevents{h.kinds}
	}
	if h.mapper == nil && vendor != Records {
		return nil, fmt.Errorf("the hook %q has nothing that understands %s", c.Name, vendor)
	}
	if h.log == nil {
		h.log = slog.New(slog.DiscardHandler)
	}
	if h.now == nil {
		h.now = time.Now
	}
	h.arrived <- struct{}{} // an earlier process may have left something
	return h, nil
}

// Name is the configured name.
func (h *Hook) Name() string { return h.configuration.Name }

// Check reads the secret, without using it.
func (h *Hook) Check(context.Context) (collectors.Check, error) {
	path := map[Vendor]string{CDEvents: EventsPath, Records: RecordsPath}[h.vendor]
	if path == "" {
		path = strings.Replace(HooksPath, "{name}", h.Name(), 1)
	}
	check := collectors.Check{Readable: []string{fmt.Sprintf("what %s sends to %s", h.vendor, path)}}
	if _, err := h.access.Secret.Value(); err != nil {
		check.Missing = append(check.Missing, fmt.Sprintf("the secret of the hook %q: %v", h.Name(), err))
	}
	return check, nil
}

// open makes the hook's folder ready, once.
func (h *Hook) open() (*journal, *memory, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, nil, errClosed
	}
	if h.journal != nil {
		return h.journal, h.memory, nil
	}
	if err := os.MkdirAll(h.dir, 0o700); err != nil {
		return nil, nil, fmt.Errorf("make the folder for what is pushed: %w", err)
	}
	m, err := openMemory(h.dir)
	if err != nil {
		return nil, nil, err
	}
	position, c, err := m.progress()
	if err != nil {
		return nil, nil, errors.Join(err, m.close())
	}
	j, err := openJournal(h.dir, h.segment, position)
	if err != nil {
		return nil, nil, errors.Join(err, m.close())
	}
	h.journal, h.memory = j, m
	h.stats.counts, h.stats.position = c, position
	return j, m, nil
}

// Close ends the hook; what waits in its journal is written by the next process.
func (h *Hook) Close() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	if h.journal == nil {
		return nil
	}
	err := errors.Join(h.journal.close(), h.memory.close())
	h.journal, h.memory = nil, nil
	return err
}

// accept puts events into the journal; they are on disk when it returns.
func (h *Hook) accept(entries []entry) error {
	j, _, err := h.open()
	if err != nil {
		return err
	}
	if err := j.append(entries); err != nil {
		return err
	}
	h.mu.Lock()
	h.stats.Received += uint64(len(entries))
	h.stats.LastReceived = h.now().UTC()
	h.mu.Unlock()
	h.wake()
	return nil
}

func (h *Hook) wake() {
	select {
	case h.arrived <- struct{}{}:
	default: // told already
	}
}

// gather is how long a run waits for company: a write costs the same for one event as for hundreds, and senders tend to
// send several things at once.
const gather = 200 * time.Millisecond

// Follow lets collect write what arrives at the hooks, soon after it does, until ctx is done. collect is the runner's "now"
// for the source of that name. When it fails, it is asked again, after a pause that doubles up to a minute.
func Follow(ctx context.Context, hooks []*Hook, collect func(ctx context.Context, source string) error) {
	var all sync.WaitGroup
	for _, h := range hooks {
		all.Go(func() { h.follow(ctx, collect) })
	}
	all.Wait()
}

func (h *Hook) follow(ctx context.Context, collect func(context.Context, string) error) {
	pause := time.Second
	for {
		select {
		case <-ctx.Done():
			return
		case <-h.arrived:
		}
		if !sleep(ctx, gather) {
			return
		}
		if err := collect(ctx, h.Name()); err == nil {
			pause = time.Second
			continue
		} else if errors.Is(err, collectors.ErrRunning) {
			pause = time.Second // that run may have looked before this arrived
		}
		h.wake()
		if !sleep(ctx, pause) {
			return
		}
		pause = min(2*pause, time.Minute)
	}
}

func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
