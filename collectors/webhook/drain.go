package webhook

import (
	"context"
	"fmt"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/warehouse"
)

// A batch is written at once: large enough that the costs of a write are shared, small enough for memory.
const (
	batchEvents = 2000
	batchBytes  = 16 << 20
)

// rememberFor is how long after its last event an object may still get late ones: vendors offer to deliver again what is up to three days
// old, and an outage may last a weekend. Afterwards what the warehouse has counts as one statement.
const rememberFor = 30 * 24 * time.Hour

// Collect writes what waits in the journal to the warehouse.
func (h *Hook) Collect(ctx context.Context, run *collectors.Run) error {
	j, m, err := h.open()
	if err != nil {
		return err
	}
	if err := h.prune(m); err != nil {
		return err
	}
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		h.mu.Lock()
		position := h.stats.position
		h.mu.Unlock()
		entries, damages, err := h.waiting(j, position)
		if err != nil {
			return err
		}
		if len(entries) == 0 {
			return j.drop(position)
		}
		run.Expect(len(entries))
		d := &drain{hook: h, run: run, memory: m}
		d.as = *run
		d.as.Source = h.source()
		if err := d.write(ctx, entries, damages); err != nil {
			return err
		}
		run.Done(len(entries))
		if err := j.drop(entries[len(entries)-1].Sequence); err != nil {
			return err
		}
	}
}

// source is under whose name the records are kept.
func (h *Hook) source() string {
	if h.configuration.Source != "" {
		return h.configuration.Source
	}
	return h.configuration.Name
}

func (h *Hook) waiting(j *journal, position uint64) (entries []entry, damages []damage, err error) {
	bytes := 0
	err = j.read(position, func(e entry) bool {
		entries = append(entries, e)
		bytes += len(e.Body)
		return len(entries) < batchEvents && bytes < batchBytes
	}, func(d damage) { damages = append(damages, d) })
	return entries, damages, err
}

// prune forgets, once a day, what was stated about objects that are not heard of any more.
func (h *Hook) prune(m *memory) error {
	now := h.now()
	h.mu.Lock()
	due := now.Sub(h.pruned) >= 24*time.Hour
	if due {
		h.pruned = now
	}
	h.mu.Unlock()
	if !due {
		return nil
	}
	_, err := m.forget(now.Add(-rememberFor))
	return err
}

// drain writes one batch.
type drain struct {
	hook   *Hook
	run    *collectors.Run
	as     collectors.Run // the run under the name that the records are kept under
	memory *memory
	counts counts
}

func (d *drain) write(ctx context.Context, entries []entry, damages []damage) error {
	h := d.hook
	var err error
	if _, d.counts, err = d.memory.progress(); err != nil {
		return err
	}
	for _, one := range damages {
		if err := d.setAside(rejection{Name: fmt.Sprintf("%s-at-%d", one.segment, one.offset), Reason: errDamaged.Error(), Body: one.text}); err != nil {
			return err
		}
	}
	var changed map[string]*object
	if h.vendor == Records {
		err = d.plain(ctx, entries)
	} else {
		changed, err = d.merged(ctx, entries)
	}
	if err != nil {
		return err
	}
	position := entries[len(entries)-1].Sequence
	if err := d.memory.advance(position, d.counts, changed); err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.stats.position, h.stats.counts = position, d.counts
	return nil
}

// plain writes records as they were sent, in the order of arrival.
func (d *drain) plain(ctx context.Context, entries []entry) error {
	var all warehouse.Records
	for _, e := range entries {
		records, err := parseRecords(e.Event, e.Body)
		if err != nil {
			if err := d.reject(e, err); err != nil {
				return err
			}
			continue
		}
		add(&all, records)
		d.counts.Written++
	}
	return d.as.Write(ctx, all)
}

// merged writes what the events state about objects, together with what is known about them already. It gives back the objects
// as they are to be remembered when that is done.
func (d *drain) merged(ctx context.Context, entries []entry) (map[string]*object, error) {
	m := newMerging(d.hook.kinds)
	for _, e := range entries {
		statements, err := d.hook.statements(e)
		if err != nil {
			if err := d.reject(e, err); err != nil {
				return nil, err
			}
			continue
		}
		m.add(statements)
		d.counts.Written++
		if len(statements) == 0 {
			d.counts.Ignored++
		}
	}
	if len(m.statements) == 0 {
		return nil, nil
	}
	if err := m.recall(ctx, d); err != nil {
		return nil, err
	}
	have, gone, err := m.settle(d.hook.now())
	if err != nil {
		return nil, err
	}
	if err := d.memory.save(m.objects); err != nil {
		return nil, err
	}
	if err := d.as.Write(ctx, have); err != nil {
		return nil, err
	}
	if err := d.as.Delete(ctx, gone); err != nil {
		return nil, err
	}
	for _, o := range m.objects {
		o.Pending = false
		o.Written = o.Written[max(0, len(o.Written)-1):]
	}
	return m.objects, nil
}
