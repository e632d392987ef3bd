package gitlab

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"time"
)

// item is one thing of a list, with what the walk needs to know of it.
type item struct {
	id      int64
	created int64 // milliseconds since 1970
	updated int64 // 0: never
	raw     json.RawMessage
}

// walk reads a list of a project by the moments of the last changes.
type walk struct {
	task *task
	name string // in the cursor and in messages
	path string
	base query // what is always asked
	make func(ctx context.Context, items []item, known bool) error
}

// overlap is how far back a sync looks again: GitLab writes some changes down a little after the moment that they bear.
const overlap = 2 * time.Minute

func moment(millis int64) string {
	return time.UnixMilli(millis).UTC().Format("2006-01-02T15:04:05.000Z")
}

// run reads what has changed since the last time, then goes on with the back-fill.
func (w *walk) run(ctx context.Context) error {
	p := w.task.cursor.Lists[w.name]
	if p == nil {
		p = &progress{}
		if !w.task.run.Since.IsZero() {
			p.Since = max(w.task.run.Since.UnixMilli(), 1)
		}
		w.task.cursor.Lists[w.name] = p
	}
	if p.Top > 0 {
		if err := w.changed(ctx, p); err != nil {
			return err
		}
	}
	pages, err := w.older(ctx, p)
	if err != nil || pages < 2 {
		return err
	}
	return w.changed(ctx, p) // what has left the later pages while the earlier ones were read
}

// changed reads what has changed since p.Top, oldest change first, so that an item that changes meanwhile comes again.
func (w *walk) changed(ctx context.Context, p *progress) error {
	q := w.base
	q.OrderBy, q.Sort, q.PerPage, q.Page = "updated_at", "asc", pageSize, 1
	since := max(p.Top-overlap.Milliseconds(), 0)
	for asked := true; ; asked = false {
		q.UpdatedAfter = moment(since)
		etag := ""
		if asked && p.Asked == q.UpdatedAfter {
			etag = p.ETag
		}
		a, err := w.task.client.get(ctx, w.path, q, etag)
		if err != nil {
			return err
		}
		if a.same {
			return nil
		}
		page, err := w.items(a)
		if err != nil {
			return err
		}
		highest := since
		var fresh []item
		for _, i := range page {
			highest = max(highest, i.updated)
			if i.updated == 0 || p.Recent[i.id] != i.updated {
				fresh = append(fresh, i)
			}
		}
		w.task.run.Expect(len(fresh))
		if err := w.make(ctx, fresh, true); err != nil {
			return err
		}
		w.task.run.Done(len(fresh))
		p.remember(page)
		if asked && len(fresh) == 0 && a.next == 0 {
			p.Asked, p.ETag = q.UpdatedAfter, a.etag
		}
		if err := w.task.save(ctx); err != nil {
			return err
		}
		switch {
		case a.next == 0:
			return nil
		case highest > since+1: // the next page begins where this one ended, wherever items have moved meanwhile
			since, q.Page = highest-1, 1
		default: // a whole page of one moment
			q.Page = a.next
		}
	}
}

// older goes on with the back-fill, newest change first.
func (w *walk) older(ctx context.Context, p *progress) (pages int, err error) {
	q := w.base
	q.OrderBy, q.Sort, q.PerPage, q.Page = "updated_at", "desc", pageSize, 1
	seen := map[int64]bool{}
	for !p.Done && (p.Low == 0 || p.Low >= p.Since) {
		if p.Low > 0 {
			q.UpdatedBefore = moment(p.Low + 1) // all of that millisecond
		}
		a, err := w.task.client.get(ctx, w.path, q, "")
		if err != nil {
			return pages, err
		}
		pages++
		page, err := w.items(a)
		if err != nil {
			return pages, err
		}
		lowest, leftOut := int64(0), false
		var fresh []item
		for _, i := range page {
			if i.updated > 0 && i.updated < p.Since { // a run that goes further back begins here
				lowest, leftOut = p.Since-1, true
				continue
			}
			if i.updated > 0 && (lowest == 0 || i.updated < lowest) {
				lowest = i.updated
			}
			if !seen[i.id] {
				fresh = append(fresh, i)
			}
			seen[i.id] = true
		}
		if p.Low == 0 {
			w.task.run.Expect(max(a.all, len(fresh)))
		}
		if err := w.make(ctx, fresh, w.task.cursor.Redo); err != nil {
			return pages, err
		}
		w.task.run.Done(len(fresh))
		if p.Low == 0 {
			p.remember(page)
		}
		if lowest > 0 && (p.Low == 0 || lowest < p.Low) {
			p.Low, q.Page = lowest, 1
		} else {
			q.Page = a.next
		}
		if a.next == 0 && !leftOut {
			p.Done = true
			if p.Top == 0 { // an empty list: whatever comes is new
				p.Top, p.Low = 1, 1
			}
		}
		if err := w.task.save(ctx); err != nil {
			return pages, err
		}
	}
	return pages, nil
}

// remember moves Top to the latest change of a page, and keeps which changes were so shortly before it that the next run
// will see them again.
func (p *progress) remember(page []item) {
	if p.Recent == nil {
		p.Recent = map[int64]int64{}
	}
	for _, i := range page {
		if i.updated > 0 {
			p.Top = max(p.Top, i.updated)
			p.Recent[i.id] = max(p.Recent[i.id], i.updated)
		}
	}
	maps.DeleteFunc(p.Recent, func(_, updated int64) bool { return updated < p.Top-overlap.Milliseconds() })
}

// items understands a page as far as the walk needs it.
func (w *walk) items(a answer) ([]item, error) {
	list, err := a.items(w.path)
	if err != nil {
		return nil, err
	}
	var all []item
	for _, raw := range list {
		var i struct {
			ID        int64    `json:"id"`
			CreatedAt *instant `json:"created_at"`
			UpdatedAt *instant `json:"updated_at"`
		}
		if err := json.Unmarshal(raw, &i); err != nil || i.ID <= 0 {
			w.task.aside(w.name, i.ID, errors.Join(errors.New("it has no id or no times"), err))
			continue
		}
		one := item{id: i.ID, raw: raw}
		if t := at(i.CreatedAt); !t.IsZero() {
			one.created = t.UnixMilli()
		}
		if t := at(i.UpdatedAt); !t.IsZero() {
			one.updated = t.UnixMilli()
		}
		all = append(all, one)
	}
	return all, nil
}
