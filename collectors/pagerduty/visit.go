package pagerduty

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/weirhq/weir/warehouse"
)

// fill reads all incidents, the newest first, in spans that PagerDuty answers for.
func (v *visit) fill(ctx context.Context) error {
	for !v.cursor.Filled {
		s := span{later(v.cursor.Oldest, v.cursor.Below.Add(-widest)), v.cursor.Below}
		items, more, err := v.batch(ctx, s, v.configuration.Only)
		if err != nil {
			return err
		}
		v.run.Expect(len(items))
		if err := v.write(ctx, items, true); err != nil {
			return err
		}
		v.run.Done(len(items))
		below := s.from
		if more {
			if below, err = lowest(items, s); err != nil {
				return err
			}
		}
		v.cursor.Below, v.cursor.Filled = below, !below.After(v.cursor.Oldest)
		if v.cursor.Filled {
			v.cursor.Below = time.Time{}
		}
		if err := v.run.Save(ctx, v.cursor.String()); err != nil {
			return err
		}
	}
	return nil
}

// lowest is where a list that was cut off goes on: a second after its oldest incident, which may not be alone in its own.
func lowest(items []item, s span) (time.Time, error) {
	low := s.to
	for _, i := range items {
		if at := timeOf(i.CreatedAt); !at.IsZero() && at.Before(low) {
			low = at
		}
	}
	if low = low.Add(time.Second); !low.Before(s.to) {
		return low, fmt.Errorf("more than %d incidents were created in the second before %v: PagerDuty does not give them all", len(items), s.to)
	}
	return low, nil
}

// write maps incidents with their log and writes them. In bulk, the log of all of them is read at once.
func (v *visit) write(ctx context.Context, items []item, bulk bool) error {
	logs, until := map[text][]entry{}, time.Time{}
	if bulk && len(items) > 0 {
		s := v.spanOf(items)
		until = s.to
		if err := v.log(ctx, s, func(e entry) { logs[e.Incident.ID] = append(logs[e.Incident.ID], e) }); err != nil {
			return err
		}
	}
	var records warehouse.Records
	for _, i := range items {
		log := logs[i.ID]
		if !v.complete(i, log, until) && i.ID != "" {
			var err error
			if log, err = v.logOf(ctx, i.ID); err != nil && !missing(err) {
				return err
			}
		}
		record, err := v.mapping.incident(i.incident, log)
		if err != nil {
			v.run.Log.Warn("an incident was set aside", "reason", err, "incident", fmt.Sprintf("%.120s", i.raw))
			continue
		}
		records.Incidents = append(records.Incidents, record)
	}
	return v.run.Write(ctx, records)
}

// spanOf is the time in which the log of most of these incidents was written: until a day after the last of them began.
func (v *visit) spanOf(items []item) span {
	s := span{from: v.now.Add(skew)}
	for _, i := range items {
		if at := timeOf(i.CreatedAt); !at.IsZero() {
			if at.Before(s.from) {
				s.from = at
			}
			s.to = later(s.to, at)
		}
	}
	s.from = s.from.Add(-time.Second)
	if s.to = s.to.Add(24 * time.Hour); s.to.After(v.now.Add(skew)) {
		s.to = v.now.Add(skew)
	}
	return s
}

// complete tells whether a log that was read up to a moment has all that the record needs.
func (v *visit) complete(i item, log []entry, until time.Time) bool {
	if until.IsZero() {
		return false
	}
	if i.Status != "resolved" {
		return !until.Before(v.now.Add(skew))
	}
	changed := timeOf(i.ChangedAt)
	return slices.ContainsFunc(log, func(e entry) bool { return e.is("resolve") && !timeOf(e.CreatedAt).Before(changed) })
}

// follow reads the incidents that the log names since the last run, and those of the open ones that have changed.
func (v *visit) follow(ctx context.Context) error {
	touched, latest := map[text]bool{}, v.cursor.Logged
	recent := map[string]time.Time{}
	// The log's end is in the future, lest a clock that is behind hides what has just happened.
	if err := v.log(ctx, span{v.cursor.Logged.Add(-overlap), v.now.Add(skew)}, func(e entry) {
		at := timeOf(e.CreatedAt)
		recent[string(e.ID)] = at
		latest = later(latest, at)
		if _, seen := slices.BinarySearch(v.cursor.Seen, string(e.ID)); !seen && e.Incident.ID != "" {
			touched[e.Incident.ID] = true
		}
	}); err != nil {
		return err
	}
	items, err := v.open(ctx, v.configuration.Only)
	if err != nil {
		return err
	}
	changed, err := v.changed(ctx, items)
	if err != nil {
		return err
	}
	for _, id := range changed {
		touched[id] = true
	}
	if err := v.again(ctx, touched); err != nil {
		return err
	}
	v.cursor.Logged, v.cursor.Seen = latest, nil
	for id, at := range recent {
		if !at.Before(latest.Add(-overlap)) {
			v.cursor.Seen = append(v.cursor.Seen, id)
		}
	}
	slices.Sort(v.cursor.Seen)
	if len(v.cursor.Seen) > 500 { // these incidents are read once more, which changes nothing
		v.cursor.Seen = nil
	}
	return v.run.Save(ctx, v.cursor.String())
}

// changed are those of the incidents that are not known as they are now, log apart.
func (v *visit) changed(ctx context.Context, items []item) ([]text, error) {
	var like warehouse.Records
	for _, i := range items {
		like.Incidents = append(like.Incidents, warehouse.Incident{ID: string(i.ID)})
	}
	if len(items) == 0 {
		return nil, nil
	}
	r, err := v.run.KnownAs(ctx, like)
	if err != nil {
		return nil, fmt.Errorf("compare with what is known: %w", err)
	}
	known := map[string]warehouse.Incident{}
	for _, i := range r.Incidents {
		known[i.ID] = i
	}
	var changed []text
	for _, i := range items {
		now, err := v.mapping.incident(i.incident, nil)
		old, ok := known[string(i.ID)]
		if err == nil && (!ok || now.UpdatedAt.After(old.UpdatedAt) || now.Title != old.Title || now.Severity != old.Severity || i.Status != "resolved" && !old.ResolvedAt.IsZero()) {
			changed = append(changed, i.ID)
		}
	}
	return changed, nil
}

// again reads incidents one by one.
func (v *visit) again(ctx context.Context, ids map[text]bool) error {
	var items []item
	list := make([]text, 0, len(ids))
	for id := range ids {
		list = append(list, id)
	}
	slices.SortFunc(list, func(a, b text) int { return strings.Compare(string(a), string(b)) })
	v.run.Expect(len(list))
	for batch := range slices.Chunk(list, pageSize) {
		items = items[:0]
		for _, id := range batch {
			one, err := v.one(ctx, id)
			if missing(err) {
				continue
			}
			if err != nil {
				return err
			}
			if len(v.configuration.Only) > 0 && !slices.Contains(v.configuration.Only, string(one.Service.ID)) {
				continue
			}
			items = append(items, one)
		}
		if err := v.write(ctx, items, false); err != nil {
			return err
		}
		v.run.Done(len(batch))
	}
	return nil
}

// reconcile compares everything that PagerDuty lists with what is known.
func (v *visit) reconcile(ctx context.Context) error {
	oldest, err := v.oldest(ctx, v.configuration.Only)
	if err != nil {
		return err
	}
	listed := map[string]bool{}
	for s := (span{oldest, v.now.Add(skew)}); !oldest.IsZero() && s.to.After(s.from); {
		part := span{later(s.from, s.to.Add(-widest)), s.to}
		items, more, err := v.batch(ctx, part, v.configuration.Only)
		if err != nil {
			return err
		}
		for _, i := range items {
			listed[string(i.ID)] = true
		}
		recent := slices.DeleteFunc(slices.Clone(items), func(i item) bool { return timeOf(i.CreatedAt).Before(v.cursor.Since) })
		changed, err := v.changed(ctx, recent)
		if err != nil {
			return err
		}
		ids := map[text]bool{}
		for _, id := range changed {
			ids[id] = true
		}
		if err := v.again(ctx, ids); err != nil {
			return err
		}
		s.to = part.from
		if more {
			if s.to, err = lowest(items, part); err != nil {
				return err
			}
		}
	}
	known, err := v.run.Known(ctx, "incidents", nil)
	if err != nil {
		return err
	}
	gone := slices.DeleteFunc(known.Incidents, func(i warehouse.Incident) bool { return listed[i.ID] })
	return v.run.Delete(ctx, warehouse.Records{Incidents: gone})
}
