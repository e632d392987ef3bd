package jenkins

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/warehouse"
)

// pageSize is how many builds are asked for at once; Jenkins reads each one's file for it.
const pageSize = 100

// task is the collection of one job's builds.
type task struct {
	collector *Collector
	run       *collectors.Run
	job       job
	mapping   mapping
	cursor    cursor
	shared    *shared

	offset     int            // where in the list of builds the next page begins
	positioned bool           // offset is at the oldest known build
	written    map[int64]bool // the builds that this run has written
	noStages   bool           // Jenkins does not have the workflow API
	expected   int64          // of what run.Expect was told, what was not yet done

	stagesBefore map[string][]warehouse.BuildStage // what is known of the job, by build; nil: not read
}

// collect brings in the builds above what is known, then those that had not ended, then, page by page, the older ones.
//
// Builds that have ended are not read again: Jenkins never changes them, and what looks like it (a replay, a restart
// from a stage) is a build of its own.
func (t *task) collect(ctx context.Context) error {
	if err := t.begin(ctx); err != nil || t.job.last == 0 && len(t.cursor.Open) == 0 {
		return err
	}
	err := t.newer(ctx)
	if err == nil {
		err = t.reopened(ctx)
	}
	if err == nil {
		err = t.older(ctx)
	}
	if errors.Is(err, errGone) {
		t.run.Log.Info("the job was deleted while it was being collected")
		return nil
	}
	return err
}

// begin understands the cursor, or drops it where it does not say any more what is known.
func (t *task) begin(ctx context.Context) error {
	c, err := parseCursor(t.run.Cursor)
	if err != nil {
		t.run.Log.Warn("the cursor is of no use; all builds are collected again", "error", err)
	}
	settings := t.collector.configuration.fingerprint(t.job.name)
	since := c.since(t.run.Since)
	switch {
	case c.Top == 0:
		c = cursor{Redo: t.run.Full || err != nil || c.Redo}
	case c.Settings != settings:
		t.run.Log.Info("what the records are made by has changed; all builds are collected again")
		c = cursor{Redo: true}
	case t.job.last > 0 && t.job.last < c.Top:
		// Jenkins never throws a job's last build away by itself: somebody has deleted it, or made the job anew. What the
		// numbers still stand for is replaced; the history beyond them stays.
		t.run.Log.Info("the job begins to count anew; all builds are collected again", "last", t.job.last, "known", c.Top)
		c = cursor{Redo: true, Open: beyond(c.Open, t.job.last)}
	}
	c.Settings, c.Since = settings, since
	t.cursor = c
	return ctx.Err()
}

func beyond(numbers []int64, last int64) []int64 {
	return slices.DeleteFunc(slices.Clone(numbers), func(n int64) bool { return n <= last })
}

// newer collects the builds above the highest known one, and on the way those that had not ended. The cursor moves when
// all of them are there; the first time, when the first page is.
func (t *task) newer(ctx context.Context) error {
	first := t.cursor.Top == 0
	if t.job.last <= t.cursor.Top && len(t.cursor.Open) < 2 || t.job.last == 0 {
		return nil
	}
	t.expect(t.job.last - t.cursor.Top)
	next := t.cursor
	lowest := t.cursor.Top
	for _, n := range t.cursor.Open {
		if t.job.last-n < pageSize {
			lowest = min(lowest, n-1)
		}
	}
	size := int(min(t.job.last-lowest+2, pageSize)) // two more, since more may have come meanwhile
	for below := int64(0); ; size = pageSize {
		page, end, err := t.page(ctx, below, size)
		if err != nil {
			return err
		}
		if below == 0 && len(page) > 0 {
			next.Top = max(next.Top, page[0].Number)
		}
		if first {
			page, end = t.recent(page, end, &next)
		}
		fresh := slices.DeleteFunc(slices.Clone(page), func(b build) bool {
			return b.Number <= t.cursor.Top && !slices.Contains(t.cursor.Open, b.Number)
		})
		if err := t.write(ctx, fresh, &next); err != nil {
			return err
		}
		if len(page) > 0 {
			below = page[len(page)-1].Number
		}
		if first || end || below <= lowest+1 {
			next.Done = next.Done || first && end
			break
		}
	}
	t.positioned = first
	return t.save(ctx, next)
}

// reopened reads the builds again that had not ended the last time and were not among the newer ones.
func (t *task) reopened(ctx context.Context) error {
	next := t.cursor
	var again []build
	for _, n := range t.cursor.Open {
		if t.written[n] {
			continue
		}
		b, err := t.collector.client.build(ctx, t.job.name, n)
		if errors.Is(err, errGone) {
			gone, err := t.shared.everythingOf(ctx, t.job.name, strconv.FormatInt(n, 10))
			if err != nil {
				return err
			}
			if err := t.run.Delete(ctx, gone); err != nil {
				return err
			}
			next.Open = without(next.Open, n)
			continue
		}
		if err != nil {
			return err
		}
		again = append(again, b)
	}
	if err := t.write(ctx, again, &next); err != nil {
		return err
	}
	return t.save(ctx, next)
}

// older goes on with the back-fill where it stopped: below the oldest known build.
func (t *task) older(ctx context.Context) error {
	if t.job.last == 0 || t.cursor.Done {
		return nil
	}
	if !t.positioned {
		// Above the oldest known build there are at most as many as there are numbers.
		t.expect(t.cursor.Low - 1)
		t.offset = int(max(0, t.job.last-t.cursor.Low))
	}
	for !t.cursor.Done && (t.cursor.Since == 0 || t.cursor.LowAt >= t.cursor.Since) {
		next := t.cursor
		page, end, err := t.page(ctx, t.cursor.Low, pageSize)
		if err != nil {
			return err
		}
		page, end = t.recent(page, end, &next)
		if err := t.write(ctx, page, &next); err != nil {
			return err
		}
		if next.Done = end; next.Done {
			next.Redo = false
		}
		if err := t.save(ctx, next); err != nil {
			return err
		}
	}
	t.run.Done(int(t.expected)) // numbers that no build has any more
	t.expected = 0
	return nil
}

// recent is the part of a page that is not left out for having ended long ago, and moves the lower end of what is known to it.
func (t *task) recent(page []build, end bool, next *cursor) ([]build, bool) {
	for i, b := range page {
		ended := b.Timestamp + max(b.Duration, 0)
		if at(b.Timestamp).IsZero() {
			continue // it is set aside
		}
		if !b.Building && next.Since > 0 && ended < next.Since {
			if i == 0 && next.Low == 0 {
				next.Low = b.Number + 1
			}
			next.LowAt = ended // what follows is older still, so a run that goes no further back need not look
			return page[:i], false
		}
		next.Low, next.LowAt = b.Number, b.Timestamp
	}
	return page, end
}

// page reads the next builds with numbers below one, 0 being any; end tells that there are no more. Between two pages
// builds come (which moves the others on) and are thrown away (which moves them up), so each page must begin with a build
// that was read before: else one may have slipped through.
func (t *task) page(ctx context.Context, below int64, size int) (builds []build, end bool, err error) {
	for back := 1; ; {
		page, err := t.collector.client.builds(ctx, t.job.name, t.offset, t.offset+size)
		if err != nil {
			return nil, false, err
		}
		if t.offset > 0 && (len(page) == 0 || page[0].Number < below) {
			t.offset = max(0, t.offset-back)
			back *= 4
			continue
		}
		end = len(page) < size
		t.offset += max(len(page)-1, 0)
		for _, b := range page {
			if below == 0 || b.Number < below {
				builds = append(builds, b)
			}
		}
		if len(builds) > 0 || end {
			return builds, end, nil
		}
		size = pageSize // a page of builds that are known already; more than one, so that it goes on
	}
}

func (t *task) expect(builds int64) {
	t.run.Expect(int(builds))
	t.expected += builds
}

func (t *task) save(ctx context.Context, next cursor) error {
	t.cursor = next
	return t.run.Save(ctx, next.String())
}

func without(numbers []int64, n int64) []int64 {
	return slices.DeleteFunc(slices.Clone(numbers), func(m int64) bool { return m == n })
}
