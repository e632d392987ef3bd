package github

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/weirhq/weir/warehouse"
)

// issues is the list of issues, read as the pull requests are.
type issues struct {
	*repository
	resumed bool // the back-fill was begun by an earlier run
	state   *listState
	size    *portion
	etag    string
	newest  time.Time
	upto    time.Time
	after   string
	seen    map[string]bool
	whole   bool // the list is compared as a whole
	holed   bool // of some issues GitHub did not tell
}

func newIssues(r *repository, s *listState) *issues {
	return &issues{repository: r, state: s, size: r.size(100), seen: map[string]bool{}, whole: s.Verify}
}

func (i *issues) what() string { return "issues" }

func (i *issues) continued() bool { return i.resumed }

func (i *issues) begin(ctx context.Context) (bool, error) {
	if !i.state.Done && i.state.Start != "" {
		i.resumed = true
		return true, nil
	}
	var newest []struct {
		UpdatedAt *time.Time `json:"updated_at"`
		Pull      any        `json:"pull_request"`
	}
	answer, err := i.vendor.get(ctx, i.path("issues?state=all&sort=updated&direction=desc&per_page=1"), i.state.ETag, &newest)
	if err != nil || answer.unchanged {
		return false, err
	}
	if len(newest) > 0 && newest[0].Pull == nil {
		i.newest = moment(newest[0].UpdatedAt)
	}
	i.etag = answer.etag
	if i.state.Done {
		i.size = i.repository.size(20)
		return true, nil
	}
	*i.state = listState{Start: answer.etag, Verify: i.state.Verify, Anew: i.state.Anew}
	if len(newest) > 0 {
		i.state.Upto = moment(newest[0].UpdatedAt)
	}
	if i.state.Start == "" {
		i.state.Start = "-"
	}
	if i.configuration.Issues.Tickets {
		i.batch.Statuses = append(i.batch.Statuses,
			warehouse.Status{Project: i.repo, Name: openStatus, Category: "active"}, warehouse.Status{Project: i.repo, Name: closedStatus, Category: "done"})
	}
	return true, nil
}

func (i *issues) step(ctx context.Context) (bool, error) {
	filling := !i.state.Done
	order, after, end := "UPDATED_AT", i.after, i.state.Upto
	if filling {
		after, end = i.state.After, i.repository.state.Floor
		if end.IsZero() {
			order = "CREATED_AT"
		}
	}
	page, err := i.page(ctx, order, after)
	if err != nil {
		return false, err
	}
	if filling && after == "" {
		i.run.Expect(page.TotalCount)
	}
	var found []*issueNode
	reached := false
	for _, node := range decode[issueNode](page.Nodes, i.aside) {
		changed := moment(node.UpdatedAt)
		i.upto = latest(i.upto, changed)
		if order == "UPDATED_AT" && changed.Before(end) {
			reached = true
			break
		}
		found = append(found, node)
	}
	i.holed = i.holed || holed(page.Nodes)
	if err := i.read(ctx, found); err != nil {
		return false, err
	}
	i.run.Done(len(page.Nodes))
	if page.PageInfo.HasNextPage && !reached {
		if i.after = page.PageInfo.EndCursor; filling {
			i.state.After = i.after
		}
		return false, nil
	}
	return true, i.finish(ctx, filling)
}

func (i *issues) page(ctx context.Context, order, after string) (connection, error) {
	var data struct {
		Repository *struct {
			Issues connection `json:"issues"`
		} `json:"repository"`
	}
	err := i.size.asking(ctx, func(ctx context.Context, n int) error {
		reasons, err := i.vendor.ask(ctx, "issues", i.vars(variables{"first": n, "after": optional(after), "order": order}), &data)
		if err == nil {
			i.asides(reasons)
		}
		return err
	})
	if err != nil {
		return connection{}, err
	}
	if data.Repository == nil {
		return connection{}, &refusal{http.StatusNotFound, "GitHub has no repository " + i.repo}
	}
	return data.Repository.Issues, nil
}

// read completes issues and puts their records into the batch. An issue whose labels have changed may have become an
// incident, a ticket or nothing: what it was before goes.
func (i *issues) read(ctx context.Context, nodes []*issueNode) error {
	var found, before warehouse.Records
	for _, node := range nodes {
		if err := i.complete(ctx, node); err != nil {
			return err
		}
		r, err := i.mapping.issue(i.repo, node, i.aside)
		if err != nil {
			i.aside(err)
			continue
		}
		key := issueKey(i.repo, node.Number)
		i.seen[key] = true
		found.Tickets, found.Incidents = append(found.Tickets, r.Tickets...), append(found.Incidents, r.Incidents...)
		found.Transitions = append(found.Transitions, r.Transitions...)
		if len(r.Tickets) == 0 {
			before.Tickets = append(before.Tickets, warehouse.Ticket{Key: key})
		}
		if len(r.Incidents) == 0 {
			before.Incidents = append(before.Incidents, warehouse.Incident{ID: key})
		}
	}
	i.batch = i.batch.Without(keysOf(before)) // it may have been read before its labels changed, and not be written yet
	i.add(found)
	known, err := i.run.KnownAs(ctx, before)
	if err != nil {
		return fmt.Errorf("look up what issues were before: %w", err)
	}
	i.remove(warehouse.Records{Incidents: known.Incidents})
	return i.forget(ctx, known.Tickets)
}

// forget deletes tickets with what happened to them.
func (i *issues) forget(ctx context.Context, tickets []warehouse.Ticket) error {
	gone := warehouse.Records{Tickets: tickets}
	for _, t := range tickets {
		known, err := i.run.Known(ctx, "transitions", map[string]string{"ticket": t.Key})
		if err != nil {
			return fmt.Errorf("look up what happened to a ticket: %w", err)
		}
		gone.Transitions = append(gone.Transitions, known.Transitions...)
	}
	i.remove(gone)
	return nil
}

// complete reads what a page cut off of an issue's lists.
func (i *issues) complete(ctx context.Context, node *issueNode) error {
	for {
		l, t := node.Labels.PageInfo, node.Timeline.PageInfo
		if !l.HasNextPage && !t.HasNextPage {
			return nil
		}
		var data struct {
			Node *issueNode `json:"node"`
		}
		_, err := i.vendor.ask(ctx, "issue_rest", variables{
			"id": node.ID, "labels": l.HasNextPage, "labelsAfter": optional(l.EndCursor), "items": t.HasNextPage, "itemsAfter": optional(t.EndCursor),
		}, &data)
		if err != nil {
			return fmt.Errorf("read the rest of issue %d: %w", node.Number, err)
		}
		if data.Node == nil {
			return nil
		}
		node.Labels.extend(data.Node.Labels)
		node.Timeline.extend(data.Node.Timeline)
	}
}

func (i *issues) finish(ctx context.Context, filling bool) error {
	if i.whole && !i.holed {
		if err := i.vanished(ctx); err != nil {
			return err
		}
	}
	if filling {
		*i.state = listState{Done: true, ETag: strings.TrimPrefix(i.state.Start, "-"), Upto: i.state.Upto}
		return nil
	}
	i.state.Upto = latest(i.state.Upto, i.upto)
	if !i.upto.Before(i.newest) {
		i.state.ETag = i.etag
	}
	return nil
}

// vanished deletes issues that were deleted or moved to another repository.
func (i *issues) vanished(ctx context.Context) error {
	tickets, err := i.run.Known(ctx, "tickets", map[string]string{"project": i.repo})
	if err != nil {
		return fmt.Errorf("look up the tickets that are known: %w", err)
	}
	var gone []warehouse.Ticket
	for _, t := range tickets.Tickets {
		if !i.seen[t.Key] && !t.UpdatedAt.Before(i.repository.state.Floor) {
			gone = append(gone, t)
		}
	}
	incidents, err := i.run.Known(ctx, "incidents", nil)
	if err != nil {
		return fmt.Errorf("look up the incidents that are known: %w", err)
	}
	var deleted warehouse.Records
	for _, x := range incidents.Incidents {
		if strings.HasPrefix(x.ID, i.repo+"#") && !i.seen[x.ID] && !x.UpdatedAt.Before(i.repository.state.Floor) {
			deleted.Incidents = append(deleted.Incidents, x)
		}
	}
	i.remove(deleted)
	return i.forget(ctx, gone)
}
