package github

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/weirhq/weir/warehouse"
)

// connectionNodes are nodes asked for by id; null for those that are gone.
type connectionNodes = []json.RawMessage

// historyWindows is how many windows of time the query History has.
const historyWindows = 10

// historyReader reads a whole history, newest first. Instead of page after page it asks for several windows of time at
// once: some bounded ones, as long as is guessed to have a page of commits each, and an open one behind them, whose
// hundred commits tell where to go on and how long the next windows should be.
type historyReader struct {
	*branches
	pending  []window // windows that have more than was read
	frontier time.Time
	ended    bool // the open window has no more
	span     time.Duration
	slots    *portion
	seen     map[string]bool
	expected bool
}

type window struct {
	since, until time.Time // both inclusive; zero is open
	after        string
}

// open windows have no beginning.
func (w window) open() bool { return w.since.IsZero() }

func (w window) String() string {
	return fmt.Sprintf("%s…%s after %q", w.since.Format(time.RFC3339), w.until.Format(time.RFC3339), w.after)
}

// windowGoal is how many commits a window should have: less than a page, so that most windows take one.
const windowGoal = 80

// fill reads, or goes on to read, the whole history below state.Fill.OID.
func (b *branches) fill(ctx context.Context) error {
	f := b.state.Commits.Fill
	r := &historyReader{branches: b, frontier: f.Until, slots: newPortion(historyWindows, historyWindows), seen: map[string]bool{}}
	r.slots.least = 1
	b.graph = newGraph(f.OID)
	if !f.Until.IsZero() || f.Plain {
		known, err := b.run.Known(ctx, "commits", map[string]string{"repo": b.repo})
		if err != nil {
			return fmt.Errorf("look up the commits that are known: %w", err)
		}
		b.graph.add(known.Commits)
	}
	for !f.Plain {
		total, err := r.request(ctx)
		if err != nil {
			return err
		}
		if err := b.flushInTime(ctx); err != nil {
			return err
		}
		if !r.ended || len(r.pending) > 0 {
			continue
		}
		if !b.state.Floor.IsZero() || len(reach(b.graph.parents, []string{f.OID})) >= total {
			return nil
		}
		// Clocks that differ hide commits from windows of time: git stops looking below one that is too old.
		b.run.Log.Info("the history's times are out of order; it is read page by page")
		f.Plain, f.After = true, ""
	}
	return b.plain(ctx, f)
}

// request asks for as many windows as fit, and returns how many commits the whole history has.
func (r *historyReader) request(ctx context.Context) (total int, err error) {
	var windows []window
	var page historyPage
	err = r.slots.asking(ctx, func(ctx context.Context, n int) error {
		windows = r.plan(n)
		page, err = r.branches.history(ctx, windows)
		return err
	})
	if err != nil {
		return 0, err
	}
	if !r.expected {
		r.expected = true
		r.run.Expect(page.total - len(r.graph.parents))
	}
	r.pending = r.pending[min(len(windows), len(r.pending)):]
	r.learn(windows, page)
	f := r.state.Commits.Fill
	f.Until = r.frontier
	for _, w := range r.pending {
		f.Until = latest(f.Until, w.until) // what is older than the newest gap may have to be read again
	}
	return page.total, nil
}

// plan chooses the windows of a request: first the rest of those that had too much.
func (r *historyReader) plan(n int) []window {
	windows := slices.Clone(r.pending[:min(n, len(r.pending))])
	if r.ended || len(windows) == n || slices.ContainsFunc(r.pending, window.open) {
		return windows
	}
	until := r.frontier
	for r.span > 0 && len(windows) < n-1 {
		since := until.Add(-r.span).Truncate(second)
		windows = append(windows, window{since: since, until: until})
		until = since
	}
	return append(windows, window{until: until})
}

// learn takes in what the windows had.
func (r *historyReader) learn(windows []window, page historyPage) {
	var all []warehouse.Commit
	bounded, count := 0, 0
	for i, w := range windows {
		answer := page.windows[i]
		commits := r.mapped(decode[commitNode](answer.Nodes, r.aside))
		all = append(all, commits...)
		if !w.open() {
			if w.after == "" {
				bounded, count = bounded+1, count+answer.TotalCount
			}
			if answer.PageInfo.HasNextPage {
				r.pending = append(r.pending, window{w.since, w.until, answer.PageInfo.EndCursor})
			}
			continue
		}
		r.behind(w, answer, commits)
	}
	if bounded > 0 {
		factor := 4.0
		if count > 0 {
			factor = min(max(float64(windowGoal*bounded)/float64(count), 0.25), 4)
		}
		r.span = max(time.Duration(float64(r.span)*factor), second)
	}
	r.take(all)
}

// behind takes in the open window: the newest commits beyond all that was asked for.
func (r *historyReader) behind(w window, answer connection, commits []warehouse.Commit) {
	if floor := r.state.Floor; !answer.PageInfo.HasNextPage || len(commits) == 0 || !floor.IsZero() && commits[len(commits)-1].CommittedAt.Before(floor) {
		r.ended = true
		return
	}
	newest, oldest := commits[0].CommittedAt, commits[0].CommittedAt
	for _, c := range commits {
		newest, oldest = latest(newest, c.CommittedAt), earliest(oldest, c.CommittedAt)
	}
	if !w.until.IsZero() && !oldest.Before(w.until) {
		// A page of commits of one second: time does not lead on, the page's cursor does.
		r.pending = append(r.pending, window{until: w.until, after: answer.PageInfo.EndCursor})
		return
	}
	r.frontier = oldest
	if r.span == 0 {
		r.span = max(newest.Sub(oldest)*windowGoal/time.Duration(len(commits)), second)
	}
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// take puts commits that were not read yet into the batch.
func (r *historyReader) take(all []warehouse.Commit) {
	var fresh []warehouse.Commit
	for _, c := range all {
		if !r.seen[c.SHA] {
			r.seen[c.SHA] = true
			fresh = append(fresh, c)
		}
	}
	r.branches.takeIn(fresh)
}

// takeIn puts commits of the default branch into the batch, those on its line marked.
func (b *branches) takeIn(commits []warehouse.Commit) {
	late := b.graph.add(commits)
	for i := range commits {
		commits[i].Mainline = b.graph.line[commits[i].SHA]
	}
	if len(late) > 0 {
		b.state.Commits.Settle = true
	}
	b.run.Done(len(commits))
	for _, c := range commits {
		if !c.CommittedAt.Before(b.state.Floor) { // how far windows reach beyond it is chance
			b.batch.Commits = append(b.batch.Commits, c)
		}
	}
}

// plain reads a history page by page.
func (b *branches) plain(ctx context.Context, f *fill) error {
	for {
		page, err := b.history(ctx, []window{{after: f.After}})
		if err != nil {
			return err
		}
		b.takeIn(b.mapped(decode[commitNode](page.windows[0].Nodes, b.aside)))
		if !page.windows[0].PageInfo.HasNextPage {
			return b.flushInTime(ctx)
		}
		f.After = page.windows[0].PageInfo.EndCursor
		if err := b.flushInTime(ctx); err != nil {
			return err
		}
	}
}

type historyPage struct {
	total   int
	windows []connection
}

// history asks for windows of the history below state.Fill.OID.
func (b *branches) history(ctx context.Context, windows []window) (historyPage, error) {
	vars := b.vars(variables{"oid": b.state.Commits.Fill.OID, "first": 100})
	for i := range historyWindows {
		name := func(text string) string { return fmt.Sprintf("%s%d", text, i) }
		maps.Copy(vars, variables{name("want"): i < len(windows), name("since"): nil, name("until"): nil, name("after"): nil})
		if i < len(windows) {
			vars[name("since")], vars[name("until")] = optionalTime(windows[i].since), optionalTime(windows[i].until)
			vars[name("after")] = optional(windows[i].after)
		}
	}
	var data struct {
		Repository *struct {
			Object map[string]json.RawMessage `json:"object"`
		} `json:"repository"`
	}
	if _, err := b.vendor.ask(ctx, "history", vars, &data); err != nil {
		return historyPage{}, err
	}
	if data.Repository == nil || data.Repository.Object == nil {
		return historyPage{}, &refusal{http.StatusNotFound, "GitHub has no commit " + b.state.Commits.Fill.OID + " in " + b.repo}
	}
	var all connection
	page := historyPage{windows: make([]connection, len(windows))}
	if err := json.Unmarshal(data.Repository.Object["all"], &all); err != nil {
		return page, fmt.Errorf("understand GitHub's history of %s: %w", b.repo, err)
	}
	page.total = all.TotalCount
	for i := range windows {
		if err := json.Unmarshal(data.Repository.Object[fmt.Sprintf("w%d", i)], &page.windows[i]); err != nil {
			return page, fmt.Errorf("understand GitHub's history of %s: %w", b.repo, err)
		}
	}
	return page, nil
}

func optionalTime(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(time.RFC3339)
}
