package gitlab

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strconv"

	"github.com/weirhq/weir/warehouse"
)

// history reads the commits of the default branch: what was added since the last time, then, page by page, the older ones.
// The pages of the back-fill are those of one commit's history, so whatever is pushed meanwhile moves none of them.
func (t *task) history(ctx context.Context) error {
	name := t.project.DefaultBranch
	if name == "" {
		return nil // an empty repository
	}
	tip, err := t.tip(ctx, name)
	if errors.Is(err, errGone) {
		t.run.Log.Info("the default branch is not there; the repository is empty, or switched off", "branch", name)
		return nil
	}
	if err != nil {
		return err
	}
	h, anew := &t.cursor.Commits, history{Branch: name, Top: tip, Base: tip, Next: tip, Page: 1, Since: t.cursor.Commits.Since}
	switch {
	case h.Top == "" && !t.cursor.Redo:
		*h = anew
	case h.Branch != name:
		return t.rewrite(ctx, anew)
	case h.Top != tip:
		linear, err := t.forward(ctx, h.Top, tip)
		if err != nil {
			return err
		}
		if !linear {
			t.run.Log.Info("the default branch was rewritten; its commits are collected again", "branch", name)
			return t.rewrite(ctx, anew)
		}
	}
	return t.backwards(ctx, h, func([]commit) error { return t.save(ctx) })
}

// tip is the branch's head.
func (t *task) tip(ctx context.Context, branch string) (string, error) {
	var b struct {
		Commit commit `json:"commit"`
	}
	err := t.client.one(ctx, projectPath(t.project.ID, "repository", "branches", url.PathEscape(branch)), &b)
	if err == nil && b.Commit.ID == "" {
		err = errors.New("GitLab does not say which commit the default branch is at")
	}
	return b.Commit.ID, err
}

// forward collects what is reachable from a new head and not from the old one. It is false when the old head is not on the
// new one's mainline: then the branch was rewritten (or merged the wrong way round), and what is on it has to be found anew.
func (t *task) forward(ctx context.Context, before, now string) (linear bool, err error) {
	var added []commit
	list, err := t.client.all(ctx, projectPath(t.project.ID, "repository", "commits"), query{RefName: before + ".." + now, Order: "topo", WithStats: true})
	if errors.Is(err, errGone) {
		return false, nil // GitLab has forgotten the old head
	}
	if err != nil {
		return false, err
	}
	for _, raw := range list {
		if k, ok := t.decode(raw); ok {
			added = append(added, k)
		}
	}
	next := now
	records := t.onto(added, &next)
	if next != before {
		return false, nil
	}
	if err := t.run.Write(ctx, warehouse.Records{Commits: records}); err != nil {
		return false, err
	}
	t.cursor.Commits.Top = now
	return true, t.save(ctx)
}

func (t *task) decode(raw json.RawMessage) (k commit, ok bool) {
	if err := json.Unmarshal(raw, &k); err != nil {
		t.aside("commits", 0, err)
		return k, false
	}
	return k, true
}

// onto makes records of commits, newest first, and marks those on the mainline, which goes on with *next.
func (t *task) onto(commits []commit, next *string) (records []warehouse.Commit) {
	for _, k := range commits {
		main := k.ID != "" && k.ID == *next
		if main {
			*next = ""
			if len(k.ParentIDs) > 0 {
				*next = k.ParentIDs[0]
			}
		}
		c, ok := t.mapping.commit(k)
		if !ok {
			t.aside("commits", 0, errors.New("commit "+k.ID+" lacks what every commit has"))
			continue
		}
		c.Mainline = main
		records = append(records, c)
	}
	return records
}

// backwards reads the pages of the back-fill that are left, and shows each when it is written.
func (t *task) backwards(ctx context.Context, h *history, written func([]commit) error) error {
	for !h.Done && (h.LowAt == 0 || h.Since == 0 || h.LowAt >= h.Since) {
		path := projectPath(t.project.ID, "repository", "commits")
		a, err := t.client.get(ctx, path, query{RefName: h.Base, Order: "topo", WithStats: true, PerPage: pageSize, Page: h.Page}, "")
		if err != nil {
			return err
		}
		list, err := a.items(path)
		if err != nil {
			return err
		}
		var page []commit
		for _, raw := range list {
			if k, ok := t.decode(raw); ok {
				page = append(page, k)
			}
		}
		records := t.onto(page, &h.Next)
		if err := t.run.Write(ctx, warehouse.Records{Commits: records}); err != nil {
			return err
		}
		if n := len(records); n > 0 {
			h.LowAt = records[n-1].CommittedAt.UnixMilli()
		}
		h.Page, h.Done = a.next, a.next == 0
		if err := written(page); err != nil {
			return err
		}
	}
	return nil
}

// rewrite reads the whole branch and deletes what was on it and is not any more. The cursor moves at the end only, so that
// an interrupted run begins again: in the end all has to be known that is there.
func (t *task) rewrite(ctx context.Context, h history) error {
	before, err := t.run.Known(ctx, "commits", map[string]string{"repo": t.project.Path})
	if err != nil {
		return err
	}
	there := map[string]bool{}
	err = t.backwards(ctx, &h, func(page []commit) error {
		for _, k := range page {
			there[k.ID] = true
		}
		return nil
	})
	if err != nil {
		return err
	}
	lost := map[string]bool{}
	var gone []warehouse.Commit
	for _, c := range before.Commits {
		// Those that only a merge request has are told apart by bearing an earlier moment; see mapping.mergeRequest.
		if !there[c.SHA] && !c.UpdatedAt.Before(c.CommittedAt) && (h.Since == 0 || c.CommittedAt.UnixMilli() >= h.Since) {
			lost[c.SHA] = true
			gone = append(gone, c)
		}
	}
	if err := t.run.Delete(ctx, warehouse.Records{Commits: gone}); err != nil {
		return err
	}
	if err := t.restore(ctx, lost); err != nil {
		return err
	}
	t.cursor.Commits = h
	return t.save(ctx)
}

// restore reads the merge requests again that have some of the lost commits: they are theirs all the same.
func (t *task) restore(ctx context.Context, lost map[string]bool) error {
	if len(lost) == 0 || !t.collector.configuration.collects("merge_requests") {
		return nil
	}
	known, err := t.knowledge(ctx)
	if err != nil {
		return err
	}
	var items []item
	for _, pr := range known.pulls {
		if !slices.ContainsFunc(pr.Commits, func(sha string) bool { return lost[sha] }) {
			continue
		}
		a, err := t.client.get(ctx, projectPath(t.project.ID, "merge_requests", strconv.FormatInt(pr.Number, 10)), query{}, "")
		if errors.Is(err, errGone) {
			continue
		}
		if err != nil {
			return err
		}
		items = append(items, item{id: pr.Number, raw: a.body})
	}
	return t.mergeRequests(ctx, items, true)
}
