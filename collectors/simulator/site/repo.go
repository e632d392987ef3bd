package site

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/weirhq/weir/collectors/simulator"
	"github.com/weirhq/weir/warehouse"
)

// repo is a repository with all that hangs on it.
type repo struct {
	*simulator.Repo
	owner, name string
	number      int64 // GitHub's own

	commits  map[string]*commit
	waiting  map[string]*commit // mainline commits by their first parent, until the line has come so far
	head     *commit
	main     []*commit // all that the head contains, newest first
	branches []*branch // the default one first

	numbered    map[int64]*pull
	created     []*pull // newest first
	updated     []*pull // latest first
	runs        []*run  // newest first
	run         map[int64]*run
	deployments []*deployment // newest first
	deployment  map[int64]*deployment
}

type branch struct {
	name string
	head *commit
}

type commit struct {
	warehouse.Commit
	repo     *repo
	position int64 // of the mainline commit that brought it, from 1; 0: not on the mainline
}

func newRepo(r *simulator.Repo) *repo {
	owner, name, _ := strings.Cut(r.Name, "/")
	return &repo{
		Repo: r, owner: owner, name: name, number: 700_000_000 + r.ID,
		commits: map[string]*commit{}, waiting: map[string]*commit{},
		numbered: map[int64]*pull{}, run: map[int64]*run{}, deployment: map[int64]*deployment{},
	}
}

func (r *repo) takeCommit(k warehouse.Commit) {
	c := &commit{Commit: k, repo: r}
	r.commits[k.SHA] = c
	if !k.Mainline {
		return
	}
	parent := ""
	if len(k.Parents) > 0 {
		parent = k.Parents[0]
	}
	r.waiting[parent] = c
}

// settle brings the mainline up to date and puts all lists in their order.
func (r *repo) settle() {
	r.advance()
	slices.SortFunc(r.created, func(a, b *pull) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(b.Number, a.Number))
	})
	slices.SortFunc(r.updated, func(a, b *pull) int {
		return cmp.Or(b.touched.Compare(a.touched), cmp.Compare(b.Number, a.Number))
	})
	slices.SortFunc(r.runs, func(a, b *run) int { return cmp.Or(b.created().Compare(a.created()), cmp.Compare(b.id, a.id)) })
	slices.SortFunc(r.deployments, func(a, b *deployment) int {
		return cmp.Or(b.created().Compare(a.created()), cmp.Compare(b.id, a.id))
	})
	r.settleBranches()
}

// advance follows the mainline as far as it is known.
func (r *repo) advance() {
	at, grew := "", false
	if r.head != nil {
		at = r.head.SHA
	}
	for next := r.waiting[at]; next != nil; next = r.waiting[at] {
		delete(r.waiting, at)
		position := int64(1)
		if r.head != nil {
			position = r.head.position + 1
		}
		r.contain(next, position)
		r.head, at, grew = next, next.SHA, true
	}
	if grew {
		slices.SortStableFunc(r.main, byDate)
	}
}

// byDate is the order in which git tells a history, near enough: newest first, and at one moment children first.
func byDate(a, b *commit) int {
	return cmp.Or(b.CommittedAt.Compare(a.CommittedAt), cmp.Compare(b.position, a.position), cmp.Compare(len(b.Parents), len(a.Parents)))
}

// contain adds a mainline commit, and what it brought in, to what the mainline contains.
func (r *repo) contain(c *commit, position int64) {
	next := []*commit{c}
	for len(next) > 0 {
		k := next[len(next)-1]
		next = next[:len(next)-1]
		if k == nil || k.position != 0 {
			continue
		}
		k.position = position
		r.main = append(r.main, k)
		for _, p := range k.Parents {
			next = append(next, r.commits[p])
		}
	}
}

// settleBranches finds the branches that are there: the default one, release branches, and those of open pull requests.
func (r *repo) settleBranches() {
	if r.head == nil {
		return
	}
	heads := map[string]*commit{}
	for _, p := range slices.Backward(r.created) {
		switch {
		case p.ClosedAt.IsZero() && len(p.Commits) > 0:
			heads[p.HeadBranch] = r.commits[p.Commits[len(p.Commits)-1]]
		case p.MergeSHA != "" && p.BaseBranch != "main":
			if k := r.commits[p.MergeSHA]; heads[p.BaseBranch] == nil || !k.CommittedAt.Before(heads[p.BaseBranch].CommittedAt) {
				heads[p.BaseBranch] = k
			}
		}
	}
	r.branches = r.branches[:0:0]
	for name, head := range heads {
		r.branches = append(r.branches, &branch{name, head})
	}
	slices.SortFunc(r.branches, func(a, b *branch) int { return strings.Compare(a.name, b.name) })
	r.branches = slices.Insert(r.branches, 0, &branch{"main", r.head})
}

// history is all that a commit contains, newest first.
func (r *repo) history(c *commit) []*commit {
	if c == r.head {
		return r.main
	}
	var all []*commit
	if c.Mainline {
		for _, k := range r.main {
			if k.position <= c.position {
				all = append(all, k)
			}
		}
		return all
	}
	seen, next := map[*commit]bool{}, []*commit{c}
	for len(next) > 0 {
		k := next[len(next)-1]
		next = next[:len(next)-1]
		if k == nil || seen[k] {
			continue
		}
		seen[k] = true
		all = append(all, k)
		for _, p := range k.Parents {
			next = append(next, r.commits[p])
		}
	}
	slices.SortStableFunc(all, byDate)
	return all
}

// resolve finds a commit by its name, or by that of a branch.
func (r *repo) resolve(ref string) *commit {
	ref = strings.TrimPrefix(ref, "refs/heads/")
	if ref == "" || ref == "HEAD" {
		return r.head
	}
	for _, b := range r.branches {
		if b.name == ref {
			return b.head
		}
	}
	return r.commits[ref]
}

// node is GitHub's global name of a thing in a repository.
func (r *repo) node(kind, name string) string {
	return kind + "_kwDO" + strconv.FormatInt(r.number, 36) + "N" + name
}

func (r *repo) nodeNumber(kind string, n int64) string {
	return r.node(kind, strconv.FormatInt(n, 10))
}

func latest(times ...time.Time) (last time.Time) {
	for _, t := range times {
		if t.After(last) {
			last = t
		}
	}
	return last
}
