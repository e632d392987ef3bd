package github

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/weirhq/weir/warehouse"
)

// branches are the default branch and the release branches with their histories. A branch that has only grown is read by
// the exact comparison of its old and new head; one that was rewritten, and a new default branch, as a whole.
type branches struct {
	*repository
	etag     string // of this run's probe
	announce string // the head that it named
	pages    []string
	graph    *graph
}

// heads are where the branches are.
type heads struct {
	name, oid string            // of the default branch; both "" in an empty repository
	release   map[string]string // by name
}

func (b *branches) begin(ctx context.Context) (bool, error) {
	s := &b.state.Commits
	var newest []struct {
		SHA string `json:"sha"`
	}
	// Without a branch's name GitHub takes the default branch, whatever it is called by now.
	answer, err := b.vendor.get(ctx, b.path("commits?per_page=1"), s.ETag, &newest)
	if refused(err, http.StatusConflict) {
		return s.Heads != nil, nil // an empty repository, or one that was emptied
	}
	if err != nil {
		return false, err
	}
	b.etag = answer.etag
	if len(newest) > 0 {
		b.announce = newest[0].SHA
	}
	others, err := b.beginOthers(ctx)
	if err != nil {
		return false, err
	}
	return others || !answer.unchanged || s.Heads == nil || s.Fill != nil || b.run.Reconcile, nil
}

// beginOthers asks whether any branch has moved, where release branches are wanted.
func (b *branches) beginOthers(ctx context.Context) (bool, error) {
	if len(b.configuration.Branches) == 0 {
		return len(b.state.Commits.Heads) > 1, nil // they were wanted before
	}
	old := b.state.Commits.Branches
	moved := false
	for page := 1; ; page++ {
		etag := ""
		if len(old) >= page {
			etag = old[page-1]
		}
		var list []struct{}
		answer, err := b.vendor.get(ctx, b.path("branches?per_page=100&page=%d", page), etag, &list)
		if err != nil {
			return false, err
		}
		moved = moved || !answer.unchanged
		b.pages = append(b.pages, answer.etag)
		if answer.unchanged && page < len(old) {
			continue
		}
		if !answer.more {
			return moved, nil
		}
	}
}

// collect brings the commits from the heads that were read last to those of now.
func (b *branches) collect(ctx context.Context) error {
	s := &b.state.Commits
	now, err := b.heads(ctx)
	if err != nil {
		return err
	}
	if now.oid == "" {
		s.Default, s.Heads, s.Fill = "", nil, nil
		return b.flushInTime(ctx)
	}
	if err := b.mainline(ctx, now); err != nil {
		return err
	}
	for name := range s.Heads {
		if _, there := now.release[name]; !there && name != now.name {
			delete(s.Heads, name)
			s.Settle = true
		}
	}
	for _, name := range sorted(now.release) {
		if err := b.releaseBranch(ctx, now, name); err != nil {
			return err
		}
	}
	s.Branches = b.pages
	if b.announce == "" || b.announce == now.oid {
		s.ETag = b.etag
	}
	return b.flushInTime(ctx)
}

func sorted(m map[string]string) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (b *branches) heads(ctx context.Context) (heads, error) {
	h := heads{release: map[string]string{}}
	after := ""
	for {
		var data struct {
			Repository *struct {
				Name    string   `json:"nameWithOwner"`
				Default *refNode `json:"defaultBranchRef"`
				Refs    connection
			} `json:"repository"`
		}
		wanted := len(b.configuration.Branches) > 0
		if _, err := b.vendor.ask(ctx, "heads", b.vars(variables{"branches": wanted, "after": optional(after)}), &data); err != nil {
			return h, err
		}
		r := data.Repository
		switch {
		case r == nil:
			return h, &refusal{http.StatusNotFound, "GitHub has no repository " + b.repo}
		case r.Default == nil || r.Default.Target == nil:
			return h, nil
		}
		if r.Name != "" && r.Name != b.repo {
			b.run.Log.Warn("the repository has another name by now; its records keep the one that is configured", "now", r.Name)
		}
		h.name, h.oid = r.Default.Name, r.Default.Target.OID
		for _, ref := range decode[refNode](r.Refs.Nodes, b.aside) {
			if ref.Target != nil && ref.Name != h.name && b.isRelease(ref.Name) {
				h.release[ref.Name] = ref.Target.OID
			}
		}
		if !r.Refs.PageInfo.HasNextPage {
			return h, nil
		}
		after = r.Refs.PageInfo.EndCursor
	}
}

type refNode struct {
	Name   string `json:"name"`
	Target *struct {
		OID string `json:"oid"`
	} `json:"target"`
}

func (b *branches) isRelease(name string) bool {
	return slices.ContainsFunc(b.configuration.Branches, func(glob string) bool { return globbed(glob, name) })
}

// mainline reads what is new on the default branch.
func (b *branches) mainline(ctx context.Context, now heads) error {
	s := &b.state.Commits
	if s.Fill != nil {
		switch err := b.fill(ctx); {
		case refused(err, http.StatusNotFound):
			s.Fill, s.Settle = nil, true // that commit is gone: the branch was rewritten while its history was read
		case err != nil:
			return err
		default:
			b.reached(now.name, s.Fill.OID)
		}
	}
	base := s.Heads[now.name]
	if base == "" {
		base = s.Heads[s.Default] // it has another name, but perhaps the same history
	}
	if base == now.oid {
		b.reached(now.name, now.oid)
		return nil
	}
	if base != "" {
		status, commits, err := b.between(ctx, base, now.oid)
		switch {
		case err != nil:
			return err
		case status == "ahead" || status == "identical":
			b.grow(base, now.oid, commits)
			b.reached(now.name, now.oid)
			return b.flushInTime(ctx)
		case status == "behind":
			s.Settle = true
			b.reached(now.name, now.oid)
			return b.flushInTime(ctx)
		}
		s.Settle = true
	}
	s.Fill = &fill{OID: now.oid}
	if err := b.fill(ctx); err != nil {
		return err
	}
	b.reached(now.name, now.oid)
	return b.flushInTime(ctx)
}

// reached remembers that the default branch was read up to a commit.
func (b *branches) reached(name, oid string) {
	s := &b.state.Commits
	if s.Heads == nil {
		s.Heads = map[string]string{}
	}
	if s.Default != name && s.Default != "" {
		delete(s.Heads, s.Default)
		s.Settle = true
	}
	s.Default, s.Heads[name], s.Fill = name, oid, nil
}

// grow adds the commits by which the default branch has grown.
func (b *branches) grow(base, head string, commits []warehouse.Commit) {
	g := newGraph(head)
	g.add(commits)
	for i := range commits {
		commits[i].Mainline = g.line[commits[i].SHA]
	}
	if g.next != base {
		// The old head came in beside the line: somebody merged the mainline into a topic and pushed that.
		b.state.Commits.Settle = true
	}
	b.batch.Commits = append(b.batch.Commits, commits...)
}

// releaseBranch reads what a release branch has beyond its old head or, when it is new or was rewritten, beyond the
// default branch.
func (b *branches) releaseBranch(ctx context.Context, now heads, name string) error {
	s := &b.state.Commits
	head := now.release[name]
	base, fresh := s.Heads[name], false
	if base == head {
		return nil
	}
	if base == "" {
		base, fresh = now.oid, true
	}
	status, commits, err := b.between(ctx, base, head)
	if err == nil && !fresh && status != "ahead" && status != "identical" {
		s.Settle = true
		_, commits, err = b.between(ctx, now.oid, head)
	}
	if err != nil {
		return err
	}
	// Commits that are on the mainline by now are known as such.
	if err := b.flush(ctx); err != nil {
		return err
	}
	known, err := b.run.KnownAs(ctx, warehouse.Records{Commits: commits})
	if err != nil {
		return fmt.Errorf("look up the commits that are known: %w", err)
	}
	line := map[string]bool{}
	for _, c := range known.Commits {
		line[c.SHA] = c.Mainline
	}
	for i := range commits {
		commits[i].Mainline = line[commits[i].SHA]
	}
	b.batch.Commits = append(b.batch.Commits, commits...)
	s.Heads[name] = head
	return b.flushInTime(ctx)
}

// between asks how one commit stands to another, and for the commits that the second has and the first has not. A commit
// that GitHub does not know any more has diverged.
func (b *branches) between(ctx context.Context, base, head string) (string, []warehouse.Commit, error) {
	var ids []string
	var status string
	for page := 1; ; page++ {
		var found struct {
			Status  string `json:"status"`
			Total   int    `json:"total_commits"`
			Commits []struct {
				NodeID string `json:"node_id"`
			} `json:"commits"`
		}
		answer, err := b.vendor.get(ctx, b.path("compare/%s...%s?per_page=100&page=%d", base, head, page), "", &found)
		if refused(err, http.StatusNotFound, http.StatusUnprocessableEntity) {
			return "diverged", nil, nil
		}
		if err != nil {
			return "", nil, err
		}
		status = found.Status
		for _, c := range found.Commits {
			if c.NodeID != "" {
				ids = append(ids, c.NodeID)
			}
		}
		if !answer.more || len(found.Commits) == 0 || len(ids) >= found.Total {
			break
		}
	}
	commits, err := b.byID(ctx, ids)
	return status, commits, err
}

// byID reads commits by their node ids.
func (b *branches) byID(ctx context.Context, ids []string) ([]warehouse.Commit, error) {
	var commits []warehouse.Commit
	for some := range slices.Chunk(ids, 100) {
		var data struct {
			Nodes connectionNodes `json:"nodes"`
		}
		reasons, err := b.vendor.ask(ctx, "commits", variables{"ids": some}, &data)
		if err != nil {
			return nil, err
		}
		b.asides(reasons)
		commits = append(commits, b.mapped(decode[commitNode](data.Nodes, b.aside))...)
	}
	return commits, nil
}

func (b *branches) mapped(nodes []*commitNode) []warehouse.Commit {
	commits := make([]warehouse.Commit, 0, len(nodes))
	for _, n := range nodes {
		c, err := n.record(b.repo)
		if err != nil {
			b.aside(err)
			continue
		}
		commits = append(commits, c)
	}
	return commits
}

// second is the precision of GitHub's times.
const second = time.Second
