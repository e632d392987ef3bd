package files

import (
	"context"
	"fmt"
	"io"
	"math"
	"strconv"
	"sync"
	"sync/atomic"
)

// ledger puts the outcomes of chunks, which workers finish in any order, back into the order of the files: so the faults
// that a run names are the first ones, every time the same, and rejects come out in the order they came in.
type ledger struct {
	rejects io.Writer // nil: one bad row refuses the run
	keep    int       // how many bad rows of a chunk are wanted
	tickets chan struct{}

	mu       sync.Mutex
	next     int             // the number of the chunk to settle next
	waiting  map[int]outcome // finished before their turn; tickets bound them
	faults   []*Error
	good     uint64
	rejected uint64
	line     []byte

	rows  atomic.Uint64
	bad   atomic.Bool // a fault refuses the run: nothing needs to be staged any more
	ended atomic.Bool // enough is known: nothing needs to be read any more
}

func newLedger(rejects io.Writer, chunks int) *ledger {
	l := &ledger{rejects: rejects, keep: maxReported, tickets: make(chan struct{}, chunks), waiting: map[int]outcome{}}
	if rejects != nil {
		l.keep = math.MaxInt
	}
	return l
}

// admit waits until a further chunk may be under way. Without it, chunks finished early could pile up behind a slow one.
func (l *ledger) admit(ctx context.Context) error {
	select {
	case l.tickets <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// settle enters the outcome of a chunk.
func (l *ledger) settle(number int, out outcome) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rows.Add(out.good)
	if out.wholeFile || out.bad > 0 && l.rejects == nil {
		l.bad.Store(true)
	}
	l.waiting[number] = out
	for {
		out, ok := l.waiting[l.next]
		if !ok {
			return nil
		}
		delete(l.waiting, l.next)
		l.next++
		<-l.tickets
		if err := l.enter(out); err != nil {
			return err
		}
	}
}

// enter books an outcome whose turn it is.
func (l *ledger) enter(out outcome) error {
	l.good += out.good
	if l.rejects != nil && !out.wholeFile {
		l.rejected += out.bad
		return l.writeRejects(out.faults)
	}
	for _, r := range out.faults {
		if len(l.faults) < maxReported {
			l.faults = append(l.faults, r.fault)
		}
	}
	if len(l.faults) == maxReported || out.wholeFile && l.rejects != nil {
		l.ended.Store(true)
	}
	return nil
}

// writeRejects writes bad rows as {file, line, field, reason, row}, a line each.
func (l *ledger) writeRejects(list []reject) error {
	for _, r := range list {
		b := l.line[:0]
		b = append(b, `{"file":`...)
		b = appendText(b, r.fault.File)
		b = append(b, `,"line":`...)
		b = strconv.AppendInt(b, int64(r.fault.Line), 10)
		b = append(b, `,"field":`...)
		b = appendText(b, r.fault.Field)
		b = append(b, `,"reason":`...)
		b = appendText(b, r.fault.Reason)
		b = append(b, `,"row":`...)
		b = appendText(b, r.row)
		b = append(b, "}\n"...)
		l.line = b
		if _, err := l.rejects.Write(l.line); err != nil {
			return fmt.Errorf("cannot write the rejected rows: %w", err)
		}
	}
	return nil
}

func (l *ledger) rowsSoFar() uint64 { return l.rows.Load() }
func (l *ledger) failed() bool      { return l.bad.Load() }
func (l *ledger) enough() bool      { return l.ended.Load() }

// refused is the run's verdict; nil when its rows may be written.
func (l *ledger) refused() error {
	if len(l.faults) == 0 {
		return nil
	}
	return &Refused{Errors: l.faults, More: len(l.faults) == maxReported}
}
