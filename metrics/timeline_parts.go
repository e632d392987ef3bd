package metrics

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/weirhq/weir/warehouse"
)

func (r *Reader) timelineIntervals(ctx context.Context, q TimelineQuery) ([]TimelineInterval, error) {
	var rows []struct {
		N      uint32     `ch:"n"`
		Stage  string     `ch:"at_stage"`
		Class  string     `ch:"of_class"`
		Reason string     `ch:"why"`
		Owner  string     `ch:"of_owner"`
		Start  time.Time  `ch:"began"`
		End    *time.Time `ch:"ended"`
		Took   *int64     `ch:"took"`
		Rule   string     `ch:"by_rule"`
		Record string     `ch:"by_record"`
		ID     string     `ch:"by_id"`
	}
	if err := r.w.Select(ctx, &rows, timelineStatement(timelineIntervals), q.params()); err != nil {
		return nil, err
	}
	stages, err := r.stagesOf(ctx, StreamQuery{Stream: q.Stream})
	if err != nil {
		return nil, err
	}
	intervals := make([]TimelineInterval, len(rows))
	for i, row := range rows {
		intervals[i] = TimelineInterval{
			N: int64(row.N), Stage: row.Stage, Title: titleOf(row.Stage, stages), Class: row.Class, Reason: row.Reason, Owner: known(row.Owner),
			Start: row.Start.UTC(), End: utc(row.End), Rule: row.Rule, Record: known(row.Record), RecordID: known(row.ID),
		}
		switch {
		case row.Took != nil:
			intervals[i].Seconds = seconds(float64(*row.Took))
		case row.End == nil:
			intervals[i].Seconds = r.soFar(q, row.Start)
		}
	}
	return intervals, nil
}

// soFar is how long ago a moment is, in seconds; on the working clock nobody knows before the end.
func (r *Reader) soFar(q TimelineQuery, since time.Time) *float64 {
	if q.Clock == working {
		return nil
	}
	passed := max(0, r.now().Sub(since)).Truncate(time.Millisecond).Seconds()
	return &passed
}

func (r *Reader) timelineHandoffs(ctx context.Context, q TimelineQuery) ([]TimelineHandoff, error) {
	var rows []struct {
		At       time.Time  `ch:"began"`
		From     string     `ch:"from_group"`
		To       string     `ch:"to_group"`
		Reason   string     `ch:"why"`
		Received *time.Time `ch:"received"`
		Wait     *int64     `ch:"wait"`
		Returned bool       `ch:"returned"`
	}
	if err := r.w.Select(ctx, &rows, timelineStatement(timelineHandoffs), q.params()); err != nil {
		return nil, err
	}
	handoffs := make([]TimelineHandoff, len(rows))
	for i, row := range rows {
		handoffs[i] = TimelineHandoff{
			At: row.At.UTC(), From: known(row.From), To: known(row.To), Reason: row.Reason, ReceivedAt: utc(row.Received), Return: row.Returned,
		}
		switch {
		case row.Wait != nil:
			handoffs[i].Wait = seconds(float64(*row.Wait))
		case row.Received == nil:
			handoffs[i].Wait = r.soFar(q, row.At)
		}
	}
	return handoffs, nil
}

// timelineReturns are the exits that came back, each with the stage that the item was in when it did.
func (r *Reader) timelineReturns(ctx context.Context, q TimelineQuery) ([]TimelineReturn, error) {
	var visits []struct {
		Stage      string     `ch:"at_stage"`
		Entered    time.Time  `ch:"entered"`
		Returned   bool       `ch:"came_back"`
		ReturnedAt *time.Time `ch:"came_back_at"`
		Rule       string     `ch:"by_rule"`
		Record     string     `ch:"by_record"`
		ID         string     `ch:"by_id"`
	}
	if err := r.w.Select(ctx, &visits, timelineStatement(timelineVisits), q.params()); err != nil {
		return nil, err
	}
	returns := []TimelineReturn{}
	for _, v := range visits {
		if !v.Returned {
			continue
		}
		back := TimelineReturn{Stage: v.Stage, At: utc(v.ReturnedAt), Rule: v.Rule, Record: known(v.Record), RecordID: known(v.ID)}
		for _, other := range visits {
			if v.ReturnedAt != nil && other.Entered.Before(*v.ReturnedAt) {
				back.From = known(other.Stage) // the visits are in order, so the last one stays
			}
		}
		returns = append(returns, back)
	}
	return returns, nil
}

// changeRow is a merged change with what delivered it, a list entry for each service.
type changeRow struct {
	ID           string      `ch:"name"`
	Title        string      `ch:"item_title"`
	URL          string      `ch:"link"`
	Merged       time.Time   `ch:"merged"`
	Services     []string    `ch:"services"`
	Environments []string    `ch:"environments"`
	Deployments  []string    `ch:"deployments"`
	Finished     []time.Time `ch:"finished"`
}

func (r *Reader) timelineChanges(ctx context.Context, row timelineRow) (found []changeRow, err error) {
	if len(row.Changes) == 0 {
		return nil, nil
	}
	repos := make([]string, len(row.Changes))
	for i, change := range row.Changes {
		repos[i] = repoOf(change)
	}
	p := warehouse.Params{"changes": row.Changes, "repos": repos}
	return found, r.w.Select(ctx, &found, timelineStatement(timelineChanges), p)
}

// repoOf is the repository of a change: repo#number, or repo@sha.
func repoOf(change string) string {
	if end := strings.LastIndexAny(change, "#@"); end >= 0 {
		return change[:end]
	}
	return change
}

// timelineChanges are the changes of an item, those that are not merged last.
func (row timelineRow) timelineChanges(found []changeRow, pages map[recordKey]recordPage) []TimelineChange {
	changes := []TimelineChange{}
	rule := func(change string) *string {
		if at := slices.Index(row.Linked, change); at >= 0 && at < len(row.LinkRules) {
			return known(row.LinkRules[at])
		}
		return nil
	}
	for _, f := range found {
		change := TimelineChange{ID: f.ID, Title: f.Title, URL: known(f.URL), Rule: rule(f.ID), MergedAt: utc(&f.Merged), Delivered: []TimelineDelivery{}}
		for i, service := range f.Services {
			change.Delivered = append(change.Delivered, TimelineDelivery{
				Service: service, Environment: f.Environments[i], Deployment: f.Deployments[i], FinishedAt: f.Finished[i].UTC(),
			})
		}
		changes = append(changes, change)
	}
	for _, id := range row.Changes {
		if !slices.ContainsFunc(changes, func(c TimelineChange) bool { return c.ID == id }) {
			page := pages[recordKey{"pull_request", id}]
			changes = append(changes, TimelineChange{ID: id, Title: page.title, URL: known(page.url), Rule: rule(id), Delivered: []TimelineDelivery{}})
		}
	}
	return changes
}

// recordKey names a record as evidence does.
type recordKey struct{ record, id string }

// shownBy is the record on whose page one is shown: a ticket's transition has no page of its own.
func shownBy(record, id string) recordKey {
	if end := strings.LastIndexByte(id, '/'); record == "transition" && end >= 0 {
		return recordKey{"ticket", id[:end]}
	}
	return recordKey{record, id}
}

// recordPage is where a vendor shows a record.
type recordPage struct{ title, url string }

// recordPages finds the records behind a timeline.
func (r *Reader) recordPages(ctx context.Context, t Timeline, row timelineRow) (map[recordKey]recordPage, error) {
	asked := map[string][]string{}
	ask := func(record, id *string) {
		if record == nil || id == nil {
			return
		}
		if by := shownBy(*record, *id); !slices.Contains(asked[by.record], by.id) {
			asked[by.record] = append(asked[by.record], by.id)
		}
	}
	for _, i := range t.Intervals {
		ask(i.Record, i.RecordID)
	}
	for _, back := range t.Returns {
		ask(back.Record, back.RecordID)
	}
	change := "pull_request"
	for _, id := range row.Changes {
		ask(&change, &id)
	}
	var repos []string
	for _, id := range slices.Concat(asked["pull_request"], asked["change"]) {
		repos = append(repos, repoOf(id))
	}
	p := warehouse.Params{}
	for name, values := range map[string][]string{
		"tickets": asked["ticket"], "pull_requests": asked["pull_request"], "changes": asked["change"], "repos": repos, "incidents": asked["incident"],
		"deployments": asked["deployment"], "services": beginnings(asked["deployment"]), "builds": asked["build"], "pipelines": beginnings(asked["build"]),
	} {
		p[name] = append([]string{""}, values...)
	}
	var found []struct {
		Record string `ch:"record"`
		ID     string `ch:"id"`
		Title  string `ch:"item_title"`
		URL    string `ch:"link"`
	}
	if err := r.w.Select(ctx, &found, timelineStatement(timelineRecords), p); err != nil {
		return nil, err
	}
	pages := map[recordKey]recordPage{}
	for _, f := range found {
		pages[recordKey{f.Record, f.ID}] = recordPage{title: f.Title, url: f.URL}
	}
	return pages, nil
}

// beginnings are what may stand before a slash in these names: the first part of the records' keys, by which the warehouse
// finds them. It may have slashes itself.
func beginnings(ids []string) []string {
	var all []string
	for _, id := range ids {
		for i, letter := range id {
			if letter == '/' {
				all = append(all, id[:i])
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// link fills in where the records are shown.
func (t *Timeline) link(pages map[recordKey]recordPage) {
	url := func(record, id *string) *string {
		if record == nil || id == nil {
			return nil
		}
		return known(pages[shownBy(*record, *id)].url)
	}
	for i := range t.Intervals {
		t.Intervals[i].URL = url(t.Intervals[i].Record, t.Intervals[i].RecordID)
	}
	for i := range t.Returns {
		t.Returns[i].URL = url(t.Returns[i].Record, t.Returns[i].RecordID)
	}
	slices.SortStableFunc(t.Returns, func(a, b TimelineReturn) int {
		return cmp.Compare(moments(a.At), moments(b.At))
	})
}

// moments orders moments of which some are not known: those come first.
func moments(at *time.Time) int64 {
	if at == nil {
		return 0
	}
	return at.UnixMilli()
}
