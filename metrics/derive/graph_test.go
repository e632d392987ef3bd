package derive

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// randomGraph grows a history: commits on the mainline and on branches, merges, branches off branches.
func randomGraph(t *rapid.T) []commit {
	n := rapid.IntRange(1, 40).Draw(t, "commits")
	var commits []commit
	tip, heads := "", []string{}
	for i := range n {
		c := commit{sha: fmt.Sprintf("%03d", i), at: int64(i)}
		switch kind := rapid.IntRange(0, 9).Draw(t, "kind"); {
		case tip == "" || kind < 4 || len(heads) == 0 && kind < 6: // on the mainline
			c.mainline = true
			if tip != "" {
				c.parents = []string{tip}
			}
			tip = c.sha
		case kind < 6: // merge a branch into the mainline
			head := rapid.SampledFrom(heads).Draw(t, "head")
			c.mainline, c.parents, tip = true, []string{tip, head}, c.sha
		case kind < 7 && len(heads) > 0: // merge the mainline into a branch
			head := rapid.SampledFrom(heads).Draw(t, "head")
			c.parents = []string{head, tip}
			heads = append(heads, c.sha)
		default: // a commit of a branch, from anywhere
			c.parents = []string{rapid.SampledFrom(commits).Draw(t, "from").sha}
			heads = append(heads, c.sha)
		}
		commits = append(commits, c)
	}
	return commits
}

// ancestors is what the positions stand for, computed the slow and obvious way; a revision is its own ancestor here.
func ancestors(commits []commit, sha string) map[string]bool {
	found := map[string]bool{}
	parents := map[string][]string{}
	for _, c := range commits {
		parents[c.sha] = c.parents
	}
	for stack := []string{sha}; len(stack) > 0; {
		s := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if !found[s] {
			found[s] = true
			stack = append(stack, parents[s]...)
		}
	}
	return found
}

func TestRevisionContainsItsAncestors(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		commits := randomGraph(t)
		want := slices.Clone(commits)
		rand.New(rand.NewPCG(1, rapid.Uint64().Draw(t, "order"))).Shuffle(len(commits), func(i, j int) { commits[i], commits[j] = commits[j], commits[i] })
		g := newGraph(commits)
		for _, c := range want {
			r, ok := g.revision(c.sha)
			if !ok {
				t.Fatalf("revision %s is not known", c.sha)
			}
			contained := ancestors(want, c.sha)
			for i, other := range g.commits {
				got := g.position[i] != unplaced && int64(g.position[i]) <= r.reach || slices.Contains(r.extras, other.sha)
				if got != contained[other.sha] {
					t.Fatalf("%s contains %s: got %v, want %v (reach %d, position %d, extras %v)", c.sha, other.sha, got, contained[other.sha], r.reach, g.position[i], r.extras)
				}
			}
			if r.mainline != c.mainline {
				t.Fatalf("%s on the mainline: got %v, want %v", c.sha, r.mainline, c.mainline)
			}
		}
	})
}

func TestMainline(t *testing.T) {
	for _, test := range []struct {
		name    string
		commits []commit
		want    []string
	}{
		{"followed from the newest head where no commit says so", []commit{
			{sha: "a", at: 1}, {sha: "b", at: 2, parents: []string{"a"}}, {sha: "x", at: 3, parents: []string{"a"}}, {sha: "c", at: 4, parents: []string{"b", "x"}}, {sha: "y", at: 3, parents: []string{"a"}},
		}, []string{"a", "b", "c"}},
		{"followed from the newest flagged commit, through one that is not", []commit{
			{sha: "a", at: 1}, {sha: "b", at: 2, parents: []string{"a"}}, {sha: "c", at: 3, parents: []string{"b"}, mainline: true}, {sha: "d", at: 9, parents: []string{"b"}},
		}, []string{"a", "b", "c"}},
		{"goes on behind a gap", []commit{
			{sha: "a", at: 1, mainline: true}, {sha: "b", at: 2, parents: []string{"a"}, mainline: true}, {sha: "d", at: 4, parents: []string{"c"}, mainline: true}, {sha: "e", at: 5, parents: []string{"d"}, mainline: true},
		}, []string{"a", "b", "d", "e"}},
		{"a commit that left the line by a forced push is not on it", []commit{
			{sha: "a", at: 1, mainline: true}, {sha: "b", at: 2, parents: []string{"a"}, mainline: true}, {sha: "c", at: 3, parents: []string{"a"}, mainline: true},
		}, []string{"a", "c"}},
		{"no commits", nil, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			g := newGraph(test.commits)
			var got []string
			for _, i := range g.mainline() {
				got = append(got, g.commits[i].sha)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}
