package site

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

type repoNode struct{ *repo }

func (repoNode) kind() string { return "Repository" }

func (r repoNode) field(x *execution, name string, args arguments) (any, bool) {
	switch name {
	case "id":
		return r.nodeNumber("R", r.number), true
	case "databaseId":
		return r.number, true
	case "name":
		return r.name, true
	case "nameWithOwner":
		return r.Name, true
	case "owner":
		return organisation{}, true
	case "url":
		return x.request.base() + "/" + r.Name, true
	case "description":
		return nil, true
	case "isArchived", "isFork", "isPrivate", "isDisabled", "isEmpty", "isTemplate", "isMirror", "hasIssuesEnabled":
		return name == "isPrivate", true
	case "createdAt":
		return x.store.world.Begins(), true
	case "pushedAt", "updatedAt":
		return r.pushed(), true
	case "defaultBranchRef":
		if r.head == nil {
			return nil, true
		}
		return refNode{r.repo, &branch{"main", r.head}}, true
	}
	return r.lists(x, name, args)
}

// lists are the fields that are connections, or lead to a single thing.
func (r repoNode) lists(x *execution, name string, args arguments) (any, bool) {
	switch name {
	case "object":
		ref := cmp.Or(args.text("oid"), args.text("expression"))
		if c := r.resolve(ref); c != nil && ref != "" {
			return commitNode{c}, true
		}
		return nil, true
	case "ref":
		for _, b := range r.branches {
			if b.name == strings.TrimPrefix(args.text("qualifiedName"), "refs/heads/") {
				return refNode{r.repo, b}, true
			}
		}
		return nil, true
	case "refs":
		var found []*branch
		for _, b := range r.branches {
			if args.text("refPrefix") == "refs/heads/" && strings.Contains(b.name, args.text("query")) {
				found = append(found, b)
			}
		}
		return x.page(few("RefConnection", found, func(b *branch) node { return refNode{r.repo, b} }), args)
	case "pullRequest":
		n, _ := args.number("number")
		if p := r.numbered[int64(n)]; p != nil {
			return pullNode{p}, true
		}
		x.miss(name, "Could not resolve to a PullRequest with the number of "+strconv.Itoa(n)+".")
		return nil, true
	case "pullRequests":
		return x.page(r.pullSequence(args), args)
	case "deployments":
		return x.page(r.deploymentSequence(args), args)
	case "repositoryTopics":
		topic := func(t string) node { return repoTopic{topicNode(t)} }
		return x.page(few("RepositoryTopicConnection", []string{r.Team.Name}, topic), args)
	case "issues", "releases":
		kind := map[string]string{"issues": "IssueConnection", "releases": "ReleaseConnection"}[name]
		return x.page(few(kind, nil, func(n node) node { return n }), args) // the company has none there
	}
	return nil, false
}

func (r *repo) pushed() time.Time {
	if r.head == nil {
		return time.Time{}
	}
	return r.head.CommittedAt
}

func (r repoNode) pullSequence(args arguments) sequence {
	field, direction := args.order("CREATED_AT", "ASC")
	pulls, key := r.created, func(p *pull) (time.Time, int64) { return p.CreatedAt, p.Number }
	if field == "UPDATED_AT" {
		pulls, key = r.updated, func(p *pull) (time.Time, int64) { return p.touched, p.Number }
	}
	states, base, head := args.texts("states"), args.text("baseRefName"), args.text("headRefName")
	if len(states) > 0 || base != "" || head != "" {
		pulls = slices.DeleteFunc(slices.Clone(pulls), func(p *pull) bool {
			return len(states) > 0 && !slices.Contains(states, p.state()) || base != "" && p.BaseBranch != base || head != "" && p.HeadBranch != head
		})
	}
	if direction == "ASC" {
		pulls = slices.Clone(pulls)
		slices.Reverse(pulls)
	}
	return sorted("PullRequestConnection", pulls, direction == "DESC", key, func(p *pull) node { return pullNode{p} })
}

func (r repoNode) deploymentSequence(args arguments) sequence {
	_, direction := args.order("CREATED_AT", "ASC")
	all := r.deployments
	if environments := args.texts("environments"); len(environments) > 0 {
		all = slices.DeleteFunc(slices.Clone(all), func(d *deployment) bool { return !slices.Contains(environments, d.Environment) })
	}
	if direction == "ASC" {
		all = slices.Clone(all)
		slices.Reverse(all)
	}
	key := func(d *deployment) (time.Time, int64) { return d.created(), d.id }
	return sorted("DeploymentConnection", all, direction == "DESC", key, func(d *deployment) node { return deploymentNode{d} })
}

// repoTopic says that a repository has a topic.
type repoTopic struct{ topicNode }

func (repoTopic) kind() string { return "RepositoryTopic" }

func (t repoTopic) field(_ *execution, name string, _ arguments) (any, bool) {
	if name == "topic" {
		return t.topicNode, true
	}
	return nil, false
}

type topicNode string

func (topicNode) kind() string { return "Topic" }

func (t topicNode) field(_ *execution, name string, _ arguments) (any, bool) {
	if name == "name" {
		return string(t), true
	}
	return nil, false
}

type refNode struct {
	repo *repo
	*branch
}

func (refNode) kind() string { return "Ref" }

func (r refNode) field(_ *execution, name string, _ arguments) (any, bool) {
	switch name {
	case "id":
		return r.repo.node("REF", r.branch.name), true
	case "name":
		return r.branch.name, true
	case "prefix":
		return "refs/heads/", true
	case "target":
		return commitNode{r.head}, true
	}
	return nil, false
}

type commitNode struct{ *commit }

func (commitNode) kind() string { return "Commit" }

func (c commitNode) field(x *execution, name string, args arguments) (any, bool) {
	switch name {
	case "id":
		return c.repo.node("C", c.SHA), true
	case "oid":
		return c.SHA, true
	case "abbreviatedOid":
		return c.SHA[:7], true
	case "url", "commitUrl":
		return x.request.base() + "/" + c.Commit.Repo + "/commit/" + c.SHA, true
	case "message":
		return c.Message, true
	case "messageHeadline":
		headline, _, _ := strings.Cut(c.Message, "\n")
		return headline, true
	case "messageBody":
		_, body, _ := strings.Cut(c.Message, "\n\n")
		return body, true
	case "authoredDate":
		return c.AuthoredAt, true
	case "committedDate":
		return c.CommittedAt, true
	case "additions":
		return c.Additions, true
	case "deletions":
		return c.Deletions, true
	case "changedFiles", "changedFilesIfAvailable":
		return c.FilesChanged, true
	case "author", "committer":
		return gitActor(c), true
	case "parents":
		return x.page(few("CommitConnection", c.Parents, func(sha string) node { return commitNode{c.repo.commits[sha]} }), args)
	case "history":
		return x.page(c.historySequence(args), args)
	}
	return nil, false
}

// historySequence is what the commit contains, between two moments (both included).
func (c commitNode) historySequence(args arguments) sequence {
	all := c.repo.history(c.commit)
	since, until := args.moment("since"), args.moment("until")
	if !until.IsZero() {
		from, _ := slices.BinarySearchFunc(all, until, func(k *commit, t time.Time) int {
			if k.CommittedAt.After(t) {
				return -1
			}
			return 1
		})
		all = all[from:]
	}
	if !since.IsZero() {
		to, _ := slices.BinarySearchFunc(all, since, func(k *commit, t time.Time) int {
			if !k.CommittedAt.Before(t) {
				return -1
			}
			return 1
		})
		all = all[:to]
	}
	return few("CommitHistoryConnection", all, func(k *commit) node { return commitNode{k} })
}

// gitActor is who a commit says that made it.
type gitActor struct{ *commit }

func (gitActor) kind() string { return "GitActor" }

func (g gitActor) field(x *execution, name string, _ arguments) (any, bool) {
	p := x.store.account[g.Author]
	switch name {
	case "name":
		return p.Name, true
	case "email":
		return g.AuthorEmail, true
	case "date":
		return g.AuthoredAt, true
	case "user":
		if p.Bot { // an app is no user
			return nil, true
		}
		return actor{p}, true
	}
	return nil, false
}
