package derive

import (
	"sort"
)

// commit is a node of a repository's graph, as the walk needs it.
type commit struct {
	sha       string
	parents   []string
	at        int64 // committed (else authored), milliseconds since 1970
	mainline  bool  // known to be on the default branch's first-parent line
	parentsAt []int32
}

// unplaced marks a commit that never reached the mainline.
const unplaced = -1

// graph is one repository's commits with their place relative to the mainline.
//
// The mainline's first-parent line is numbered from its oldest known commit, 0, upwards. Every other commit gets the
// number of the merge that brought it in. So a mainline revision at position p contains just the commits numbered <= p.
type graph struct {
	commits  []commit
	index    map[string]int32
	position []int32 // per commit; unplaced if it never reached the mainline
	onLine   []bool
}

// newGraph places the commits. The result does not depend on their order.
func newGraph(commits []commit) *graph {
	g := &graph{commits: commits, index: make(map[string]int32, len(commits)), position: make([]int32, len(commits)), onLine: make([]bool, len(commits))}
	for i := range commits {
		g.index[commits[i].sha] = int32(i)
		g.position[i] = unplaced
	}
	for i := range commits {
		for _, parent := range commits[i].parents {
			at, known := g.index[parent]
			if !known {
				at = unplaced
			}
			commits[i].parentsAt = append(commits[i].parentsAt, at)
		}
	}
	line := g.mainline()
	for p, i := range line {
		g.position[i], g.onLine[i] = int32(p), true
	}
	var stack []int32
	for p, i := range line {
		stack = append(stack[:0], g.commits[i].parentsAt...)
		for len(stack) > 0 {
			at := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if at == unplaced || g.position[at] != unplaced {
				continue
			}
			g.position[at] = int32(p)
			stack = append(stack, g.commits[at].parentsAt...)
		}
	}
	return g
}

// mainline lists the commits of the first-parent line, oldest first. Where commits are flagged, the line is followed from
// the newest flagged one; where a parent is missing there (history that was collected in pieces), it goes on at the newest
// flagged commit before the gap. Where none is flagged, it is followed from the newest head.
func (g *graph) mainline() []int32 {
	candidates := g.tips()
	var line []int32
	seen := make([]bool, len(g.commits))
	for _, tip := range candidates {
		if len(line) > 0 {
			last := &g.commits[line[len(line)-1]]
			if len(last.parents) == 0 {
				break // the root of the history was reached: nothing is before it
			}
			if seen[tip] || g.commits[tip].at > last.at {
				continue
			}
		}
		for at := tip; at != unplaced && !seen[at]; at = g.firstParent(at) {
			seen[at] = true
			line = append(line, at)
		}
	}
	for i, j := 0, len(line)-1; i < j; i, j = i+1, j-1 {
		line[i], line[j] = line[j], line[i]
	}
	return line
}

// tips lists where the mainline may be followed from, newest first.
func (g *graph) tips() []int32 {
	var flagged bool
	hasChild := make([]bool, len(g.commits))
	for i := range g.commits {
		flagged = flagged || g.commits[i].mainline
	}
	for i := range g.commits {
		if !flagged {
			for _, parent := range g.commits[i].parentsAt {
				if parent != unplaced {
					hasChild[parent] = true
				}
			}
		} else if first := g.firstParent(int32(i)); g.commits[i].mainline && first != unplaced {
			hasChild[first] = true
		}
	}
	var tips []int32
	for i := range g.commits {
		if !hasChild[i] && (!flagged || g.commits[i].mainline) {
			tips = append(tips, int32(i))
		}
	}
	sort.Slice(tips, func(a, b int) bool {
		x, y := &g.commits[tips[a]], &g.commits[tips[b]]
		if x.at != y.at {
			return x.at > y.at
		}
		return x.sha > y.sha
	})
	if !flagged && len(tips) > 1 {
		tips = tips[:1]
	}
	return tips
}

func (g *graph) firstParent(i int32) int32 {
	if len(g.commits[i].parentsAt) == 0 {
		return unplaced
	}
	return g.commits[i].parentsAt[0]
}

// revision says what a revision contains: all commits placed up to reach, and the commits of extras.
type revision struct {
	sha      string
	reach    int64 // -1: nothing of the mainline
	mainline bool
	extras   []string
}

// revision looks a revision up; ok is false if it is not in the graph.
func (g *graph) revision(sha string) (r revision, ok bool) {
	at, ok := g.index[sha]
	if !ok {
		return r, false
	}
	r = revision{sha: sha, reach: unplaced}
	if g.onLine[at] {
		r.reach, r.mainline = int64(g.position[at]), true
		return r, true
	}
	// Walk back from a revision off the mainline until the line is met. A commit that was merged later stands at the
	// position of that merge, but what else the merge brought is not contained: only commits on the line say how far it reaches.
	visited := map[int32]bool{}
	stack := []int32{at}
	for len(stack) > 0 {
		i := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if i == unplaced || visited[i] {
			continue
		}
		if g.onLine[i] {
			r.reach = max(r.reach, int64(g.position[i]))
			continue
		}
		visited[i] = true
		stack = append(stack, g.commits[i].parentsAt...)
	}
	for i := range visited {
		if p := g.position[i]; p == unplaced || int64(p) > r.reach {
			r.extras = append(r.extras, g.commits[i].sha)
		}
	}
	sort.Strings(r.extras)
	return r, true
}
