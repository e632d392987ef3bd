package site

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

type pullNode struct{ *pull }

func (pullNode) kind() string { return "PullRequest" }

func (p pullNode) url(x *execution) string {
	return x.request.base() + "/" + p.repo.Name + "/pull/" + strconv.FormatInt(p.Number, 10)
}

func (p pullNode) field(x *execution, name string, args arguments) (any, bool) {
	switch name {
	case "id":
		return p.repo.nodeNumber("PR", p.Number), true
	case "databaseId":
		return p.pull.id(), true
	case "number":
		return p.Number, true
	case "title":
		return p.Title, true
	case "body":
		return p.description(), true
	case "bodyText":
		return strings.Join(p.TicketKeys, " "), true
	case "url":
		return p.url(x), true
	case "state":
		return p.state(), true
	case "isDraft":
		return p.Draft, true
	case "merged", "closed":
		return name == "merged" && !p.MergedAt.IsZero() || name == "closed" && !p.ClosedAt.IsZero(), true
	case "createdAt":
		return p.CreatedAt, true
	case "updatedAt":
		return p.touched, true
	case "mergedAt":
		return p.MergedAt, true
	case "closedAt":
		return p.ClosedAt, true
	case "baseRefName":
		return p.BaseBranch, true
	case "headRefName":
		return p.HeadBranch, true
	case "additions":
		return p.Additions, true
	case "deletions":
		return p.Deletions, true
	case "author":
		return x.actorOf(p.Author), true
	case "repository":
		return repoNode{p.repo}, true
	}
	return p.lists(x, name, args)
}

func (p pullNode) lists(x *execution, name string, args arguments) (any, bool) {
	switch name {
	case "mergeCommit":
		if c := p.repo.commits[p.MergeSHA]; c != nil {
			return commitNode{c}, true
		}
		return nil, true
	case "headRefOid":
		if n := len(p.Commits); n > 0 {
			return p.Commits[n-1], true
		}
		return nil, true
	case "labels":
		return x.page(few("LabelConnection", p.Labels, func(l string) node { return labelNode(l) }), args)
	case "assignees":
		return x.page(few("UserConnection", nil, func(n node) node { return n }), args)
	case "reviewRequests":
		return x.page(few("ReviewRequestConnection", nil, func(n node) node { return n }), args)
	case "commits":
		return x.page(few("PullRequestCommitConnection", p.branchCommits(), func(c *commit) node { return pullCommit{p.pull, c} }), args)
	case "reviews":
		return x.page(few("PullRequestReviewConnection", p.of("PullRequestReview"), func(e *event) node { return eventNode{p, e} }), args)
	case "comments":
		return x.page(few("IssueCommentConnection", p.of("IssueComment"), func(e *event) node { return eventNode{p, e} }), args)
	case "timelineItems":
		return x.page(few("PullRequestTimelineItemsConnection", p.timeline(args.texts("itemTypes")), func(n node) node { return n }), args)
	}
	return nil, false
}

// of are the events of a type.
func (p pullNode) of(kind string) (all []*event) {
	for _, e := range p.events {
		if (eventNode{p, e}).kind() == kind {
			all = append(all, e)
		}
	}
	return all
}

// timeline is what happened, oldest first, of the types that are asked for.
func (p pullNode) timeline(types []string) (all []node) {
	for i, t := range types {
		types[i] = strings.ToLower(strings.ReplaceAll(t, "_", ""))
	}
	wanted := func(n node) bool { return len(types) == 0 || slices.Contains(types, strings.ToLower(n.kind())) }
	if c := (pullCommit{}); wanted(c) {
		for _, c := range p.branchCommits() {
			all = append(all, pullCommit{p.pull, c})
		}
	}
	for _, e := range p.events {
		if n := (eventNode{p, e}); wanted(n) {
			all = append(all, n)
		}
	}
	for _, n := range []closing{{p, "MergedEvent", p.MergedAt}, {p, "ClosedEvent", p.ClosedAt}} {
		if !n.at.IsZero() && wanted(n) {
			all = append(all, n)
		}
	}
	return all
}

// closing is the end of a pull request.
type closing struct {
	pull pullNode
	name string
	at   time.Time
}

func (c closing) kind() string { return c.name }

func (c closing) field(x *execution, name string, _ arguments) (any, bool) {
	switch name {
	case "id":
		return c.pull.repo.nodeNumber("ME", c.pull.Number), true
	case "createdAt":
		return c.at, true
	case "actor":
		return x.actorOf(c.pull.Author), true
	}
	return nil, false
}

type labelNode string

func (labelNode) kind() string { return "Label" }

func (l labelNode) field(_ *execution, name string, _ arguments) (any, bool) {
	switch name {
	case "name":
		return string(l), true
	case "id":
		return "LA_kwDO" + string(l), true
	case "color":
		return "ededed", true
	}
	return nil, false
}

type pullCommit struct {
	pull *pull
	*commit
}

func (pullCommit) kind() string { return "PullRequestCommit" }

func (c pullCommit) field(_ *execution, name string, _ arguments) (any, bool) {
	switch name {
	case "id":
		return c.repo.node("PURC", c.SHA), true
	case "commit":
		return commitNode{c.commit}, true
	case "pullRequest":
		return pullNode{c.pull}, true
	}
	return nil, false
}

// eventNode is an event of a pull request's timeline, under the type that its kind is for GitHub.
type eventNode struct {
	pull pullNode
	*event
}

func (e eventNode) kind() string {
	switch e.Kind {
	case "requested":
		return "ReviewRequestedEvent"
	case "ready":
		return "ReadyForReviewEvent"
	case "draft":
		return "ConvertToDraftEvent"
	case "dismissed":
		return "ReviewDismissedEvent"
	}
	if strings.HasPrefix(e.ID, "IC_") {
		return "IssueComment"
	}
	return "PullRequestReview"
}

func (e eventNode) field(x *execution, name string, _ arguments) (any, bool) {
	comment := e.kind() == "IssueComment"
	review := e.kind() == "PullRequestReview"
	switch name {
	case "id":
		return e.ID, true
	case "databaseId", "fullDatabaseId":
		return e.number(), comment || review
	case "createdAt":
		return e.At, true
	case "submittedAt":
		return e.At, review
	case "state":
		return e.state(), review
	case "url":
		if comment {
			return e.pull.url(x) + "#issuecomment-" + strconv.FormatInt(e.number(), 10), true
		}
		return e.pull.url(x) + "#pullrequestreview-" + strconv.FormatInt(e.number(), 10), review || e.Kind == "dismissed"
	case "body", "bodyText":
		return "", comment || review
	case "author":
		return x.actorOf(e.Actor), comment || review
	case "actor":
		return x.actorOf(e.Actor), !comment && !review
	case "requestedReviewer":
		return e.requestedReviewer(x), e.Kind == "requested"
	case "previousReviewState":
		return "APPROVED", e.Kind == "dismissed"
	case "review":
		if e.dismissed == nil {
			return nil, e.Kind == "dismissed"
		}
		return eventNode{e.pull, e.dismissed}, e.Kind == "dismissed"
	case "pullRequest":
		return e.pull, true
	}
	return nil, false
}

// number is the event's own over all repositories.
func (e *event) number() int64 { return 1_000_000_000 + e.turn()%1_000_000_000_000 }

func (e *event) state() string {
	switch {
	case e.by != nil:
		return "DISMISSED"
	case e.Kind == "approved":
		return "APPROVED"
	case e.Kind == "changes_requested":
		return "CHANGES_REQUESTED"
	}
	return "COMMENTED"
}

func (e *event) requestedReviewer(x *execution) any {
	if p := x.store.account[e.Target]; p != nil {
		return actor{p}
	}
	for _, t := range x.store.world.Teams {
		if t.Name == e.Target {
			return teamNode{t}
		}
	}
	return nil
}

func (p *pull) id() int64 { return p.repo.Repo.ID*10_000_000 + p.Number + 1_000_000_000 }

type deploymentNode struct{ *deployment }

func (deploymentNode) kind() string { return "Deployment" }

func (d deploymentNode) field(x *execution, name string, args arguments) (any, bool) {
	switch name {
	case "id":
		return d.repo.nodeNumber("DE", d.id), true
	case "databaseId":
		return d.id, true
	case "commitOid":
		return d.SHA, true
	case "commit":
		return commitNode{d.repo.commits[d.SHA]}, true
	case "environment", "originalEnvironment", "latestEnvironment":
		return d.Environment, true
	case "task":
		return "deploy", true
	case "description":
		return nil, true
	case "payload": // GraphQL tells it as a text
		return string(freeze(d.payload())), true
	case "createdAt":
		return d.created(), true
	case "updatedAt":
		return d.touched(), true
	case "ref":
		return nil, true // it was made for a commit
	case "creator":
		return x.actorOf(d.Actor), true
	case "repository":
		return repoNode{d.repo}, true
	case "state":
		return strings.ToUpper(d.statuses()[0].state), true
	case "latestStatus":
		return statusNode{d.deployment, d.statuses()[0]}, true
	case "statuses":
		return x.page(few("DeploymentStatusConnection", d.statuses(), func(s status) node { return statusNode{d.deployment, s} }), args)
	}
	return nil, false
}

// payload is what the deployer gave along.
func (d *deployment) payload() object {
	return obj("service", d.Service, "version", d.Version, "build", d.BuildID)
}

type statusNode struct {
	*deployment
	status
}

func (statusNode) kind() string { return "DeploymentStatus" }

func (s statusNode) field(x *execution, name string, _ arguments) (any, bool) {
	switch name {
	case "id":
		return s.repo.nodeNumber("DES", s.status.id(s.deployment)), true
	case "state":
		return strings.ToUpper(s.state), true
	case "description":
		return orNull(s.description), true
	case "createdAt", "updatedAt":
		return s.at, true
	case "environment":
		return s.Environment, true
	case "logUrl", "environmentUrl":
		return nil, true
	case "creator":
		return x.actorOf(s.creator), true
	}
	return nil, false
}

func (s status) id(d *deployment) int64 { return d.id*10 + s.n }
