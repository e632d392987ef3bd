package git

import (
	"cmp"
	"slices"
	"time"
)

// graph is the part of the history that a run reads, small enough to keep whole: a million commits take some 200 MB.
type graph struct {
	index map[string]int32
	nodes []node
}

type node struct {
	sha       string
	author    string
	parents   []string
	authored  time.Time
	committed time.Time
	reached   bool // by the mainline as far as it was walked
}

func newGraph() *graph { return &graph{index: map[string]int32{}} }

func (g *graph) add(c commit) {
	g.index[c.sha] = int32(len(g.nodes))
	g.nodes = append(g.nodes, node{sha: c.sha, author: c.author, parents: c.parents, authored: c.authoredAt, committed: c.committed})
}

// step walks the mainline by one commit, and must be called for each of them from the oldest on. It returns what that
// commit brought in: what its further parents reach and no earlier step did, from the oldest to the newest. What is not in
// the graph was reached before.
func (g *graph) step(sha string) []*node {
	at, ok := g.index[sha]
	if !ok {
		return nil
	}
	g.nodes[at].reached = true
	var brought []*node
	var open []string
	for _, p := range slices.Backward(g.nodes[at].parents) {
		open = append(open, p)
	}
	// The first parent is on top and was reached by the step before, so nothing is found below it.
	for len(open) > 0 {
		next, known := g.index[open[len(open)-1]]
		open = open[:len(open)-1]
		if !known || g.nodes[next].reached {
			continue
		}
		n := &g.nodes[next]
		n.reached = true
		brought = append(brought, n)
		open = append(open, n.parents...)
	}
	slices.SortFunc(brought, func(a, b *node) int {
		return cmp.Or(a.committed.Compare(b.committed), cmp.Compare(a.sha, b.sha))
	})
	return brought
}
