package simulator

import (
	"slices"
	"strings"

	"github.com/weirhq/weir/warehouse"
)

// graph is the commits of all repositories.
type graph map[string]warehouse.Commit

// contains tells whether the first commit is the second or one of its ancestors.
func (g graph) contains(ancestor, sha string) bool {
	stop := g[ancestor].CommittedAt
	seen, next := map[string]bool{}, []string{sha}
	for len(next) > 0 {
		at := next[len(next)-1]
		next = next[:len(next)-1]
		if at == ancestor {
			return true
		}
		// A commit is never older than its parents, so the search need not go further back than the ancestor.
		if seen[at] || g[at].CommittedAt.Before(stop) {
			continue
		}
		seen[at] = true
		next = append(next, g[at].Parents...)
	}
	return false
}

// checkGraph checks that commits hang together: parents exist and are older, and the mainline is one line of first
// parents from the newest head to one root.
func checkGraph(t failer, all warehouse.Records) graph {
	g := graph{}
	for _, c := range all.Commits {
		if len(c.SHA) != 40 || strings.Trim(c.SHA, "0123456789abcdef") != "" {
			t.Errorf("%q is not a commit's name", c.SHA)
		}
		g[c.SHA] = c
	}
	roots, heads, line := map[string]int{}, map[string]warehouse.Commit{}, map[string]int{}
	for _, c := range all.Commits {
		if c.AuthoredAt.After(c.CommittedAt) {
			t.Errorf("commit %s was authored at %v, after it was committed at %v", c.SHA, c.AuthoredAt, c.CommittedAt)
		}
		for _, p := range c.Parents {
			parent, known := g[p]
			if !known || parent.Repo != c.Repo || parent.CommittedAt.After(c.CommittedAt) {
				t.Errorf("commit %s of %s: its parent %q is unknown, elsewhere or younger", c.SHA, c.Repo, p)
			}
		}
		if len(c.Parents) == 0 {
			roots[c.Repo]++
		}
		if c.Mainline {
			line[c.Repo]++
			if len(c.Parents) > 0 && !g[c.Parents[0]].Mainline {
				t.Errorf("commit %s is on the mainline and its first parent is not", c.SHA)
			}
		}
	}
	isParent := map[string]bool{}
	for _, c := range all.Commits {
		if c.Mainline && len(c.Parents) > 0 {
			if isParent[c.Parents[0]] {
				t.Errorf("the mainline of %s forks at %s", c.Repo, c.Parents[0])
			}
			isParent[c.Parents[0]] = true
		}
	}
	for _, c := range all.Commits {
		if c.Mainline && !isParent[c.SHA] {
			heads[c.Repo] = c
		}
	}
	for repo, n := range roots {
		length := 0
		for at := heads[repo]; at.SHA != ""; length++ {
			at = g[append(slices.Clone(at.Parents), "")[0]]
		}
		if n != 1 || length != line[repo] {
			t.Errorf("%s has %d roots and %d of %d mainline commits under its head", repo, n, length, line[repo])
		}
	}
	return g
}

func checkPullRequests(t failer, all warehouse.Records, g graph) {
	type id struct {
		repo   string
		number int64
	}
	known := map[id]warehouse.PullRequest{}
	latest := map[string]int64{}
	for _, p := range all.PullRequests {
		known[id{p.Repo, p.Number}] = p
		latest[p.Repo] = max(latest[p.Repo], p.Number)
		inOrder(t, "pull request "+p.URL, p.FirstCommitAt, p.CreatedAt, p.ReadyAt, p.ClosedAt)
		if !p.MergedAt.IsZero() && !p.MergedAt.Equal(p.ClosedAt) || p.MergedAt.IsZero() != (p.MergeSHA == "") {
			t.Errorf("%s was merged at %v as %q and closed at %v", p.URL, p.MergedAt, p.MergeSHA, p.ClosedAt)
		}
		if p.MergeSHA != "" {
			c, there := g[p.MergeSHA]
			if !there || c.Mainline != (p.BaseBranch == "main") || !c.CommittedAt.Equal(p.MergedAt) {
				t.Errorf("%s was merged into %s as %q: %+v", p.URL, p.BaseBranch, p.MergeSHA, c)
			}
		}
		if len(p.Commits) == 0 {
			t.Errorf("%s has no commits", p.URL)
		}
		for _, sha := range p.Commits {
			if c, there := g[sha]; !there || c.Mainline || !p.ClosedAt.IsZero() && c.CommittedAt.After(p.ClosedAt) {
				t.Errorf("%s has commit %s, which is unknown, on the mainline, or younger than its end", p.URL, sha)
			}
		}
		if _, sha, found := strings.Cut(g[p.MergeSHA].Message, "This reverts commit "); found {
			if c := g[strings.TrimSuffix(sha, ".")]; !c.Mainline || !c.CommittedAt.Before(p.CreatedAt) {
				t.Errorf("%s reverts %s, which is unknown or younger", p.URL, sha)
			}
		}
	}
	for repo, n := range latest {
		for i := int64(1); i <= n; i++ {
			if _, there := known[id{repo, i}]; !there {
				t.Errorf("pull request %d of %s is missing", i, repo)
			}
		}
	}
	for _, r := range all.Reviews {
		p, there := known[id{r.Repo, r.PullRequest}]
		if !there || r.At.Before(p.CreatedAt) {
			t.Errorf("review %s of %s: before the pull request, or without one", r.ID, r.Repo)
		}
		if r.Kind == "approved" && r.Actor == p.Author {
			t.Errorf("%s was approved by its author", p.URL)
		}
	}
}
