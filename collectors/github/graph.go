package github

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/weirhq/weir/warehouse"
)

// graph is what is known of a repository's commits while a whole history is read.
type graph struct {
	parents map[string][]string
	line    map[string]bool // on the first-parent line of the head
	next    string          // the next commit of the line that was not seen yet
}

func newGraph(head string) *graph {
	return &graph{parents: map[string][]string{}, line: map[string]bool{}, next: head}
}

// add takes commits in and follows the line as far as they go. Those that turn out to be on the line only now, although
// they were taken in before, are returned: clocks that differ put a commit before its child.
func (g *graph) add(commits []warehouse.Commit) (late []string) {
	fresh := map[string]bool{}
	for _, c := range commits {
		if _, seen := g.parents[c.SHA]; !seen {
			fresh[c.SHA] = true
		}
		g.parents[c.SHA] = c.Parents
	}
	for {
		parents, seen := g.parents[g.next]
		if !seen || g.line[g.next] {
			return late
		}
		g.line[g.next] = true
		if !fresh[g.next] {
			late = append(late, g.next)
		}
		if len(parents) == 0 {
			g.next = ""
			return late
		}
		g.next = parents[0]
	}
}

// reach are the commits from which these are made.
func reach(parents map[string][]string, heads []string) map[string]bool {
	seen := map[string]bool{}
	todo := slices.Clone(heads)
	for len(todo) > 0 {
		sha := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		own, known := parents[sha]
		if !known || seen[sha] {
			continue
		}
		seen[sha] = true
		todo = append(todo, own...)
	}
	return seen
}

// settle puts right what only the whole graph can tell: after a rewritten history, which commits are still there and
// which of them are on the mainline.
func (b *branches) settle(ctx context.Context) error {
	s := &b.state.Commits
	known, err := b.run.Known(ctx, "commits", map[string]string{"repo": b.repo})
	if err != nil {
		return fmt.Errorf("look up the commits that are known: %w", err)
	}
	pulls, err := b.run.Known(ctx, "pull_requests", map[string]string{"repo": b.repo})
	if err != nil {
		return fmt.Errorf("look up the pull requests that are known: %w", err)
	}
	g := newGraph(s.Heads[s.Default])
	g.add(known.Commits)
	var heads []string
	for _, sha := range s.Heads {
		heads = append(heads, sha)
	}
	keep := reach(g.parents, heads)
	for _, pr := range pulls.PullRequests {
		for _, sha := range append(pr.Commits, pr.MergeSHA) {
			keep[sha] = true
		}
	}
	var gone warehouse.Records
	for _, c := range known.Commits {
		switch {
		case !keep[c.SHA]:
			gone.Commits = append(gone.Commits, c)
		case c.Mainline != g.line[c.SHA]:
			c.Mainline = g.line[c.SHA]
			b.batch.Commits = append(b.batch.Commits, c)
		}
	}
	moved := false
	if len(gone.Commits) > 0 {
		if moved, err = b.moved(ctx); err != nil {
			return err
		}
	}
	if !moved {
		b.remove(gone)
	}
	s.Settle = moved // the next sync reads the new heads first
	return b.flush(ctx)
}

// moved tells whether a branch has moved since its head was read. A webhook may then have told already of the commits up
// to the new head: they are not to be taken for commits that nothing leads to.
func (b *branches) moved(ctx context.Context) (bool, error) {
	now, err := b.heads(ctx)
	if err != nil {
		return false, err
	}
	heads := now.release
	if now.oid != "" {
		heads[now.name] = now.oid
	}
	return !maps.Equal(heads, b.state.Commits.Heads), nil
}
