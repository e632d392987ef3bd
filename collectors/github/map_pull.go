package github

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/warehouse"
)

// connection is a page of a list. Its nodes are decoded one by one, so that a bad one does not spoil the page.
type connection struct {
	TotalCount int `json:"totalCount"`
	PageInfo   struct {
		HasNextPage bool   `json:"hasNextPage"`
		EndCursor   string `json:"endCursor"`
	} `json:"pageInfo"`
	Nodes []json.RawMessage `json:"nodes"`
}

// decode reads the nodes of a list; null ones are left out, bad ones are given to aside.
func decode[T any](nodes []json.RawMessage, aside func(error)) []*T {
	list := make([]*T, 0, len(nodes))
	for _, raw := range nodes {
		if isNull(raw) {
			continue
		}
		var item T
		if err := json.Unmarshal(raw, &item); err != nil {
			aside(fmt.Errorf("understand an item of GitHub's: %w", err))
			continue
		}
		list = append(list, &item)
	}
	return list
}

// holed tells whether a list has places that GitHub could not answer for: what it lacks is not known to be gone.
func holed(nodes []json.RawMessage) bool { return slices.ContainsFunc(nodes, isNull) }

func isNull(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }

// pullNode is a pull request as the queries ask for it.
type pullNode struct {
	ID          string      `json:"id"`
	Number      int64       `json:"number"`
	Title       string      `json:"title"`
	Body        string      `json:"body"`
	URL         string      `json:"url"`
	IsDraft     bool        `json:"isDraft"`
	CreatedAt   *time.Time  `json:"createdAt"`
	UpdatedAt   *time.Time  `json:"updatedAt"`
	MergedAt    *time.Time  `json:"mergedAt"`
	ClosedAt    *time.Time  `json:"closedAt"`
	BaseRefName string      `json:"baseRefName"`
	HeadRefName string      `json:"headRefName"`
	Additions   *int        `json:"additions"`
	Deletions   *int        `json:"deletions"`
	Author      *actor      `json:"author"`
	MergeCommit *commitNode `json:"mergeCommit"`
	Labels      connection  `json:"labels"`
	Commits     connection  `json:"commits"`
	Timeline    connection  `json:"timelineItems"`
}

// timelineNode is what happened to a pull request, of any kind that the queries ask for.
type timelineNode struct {
	Type        string     `json:"__typename"`
	ID          string     `json:"id"`
	State       string     `json:"state"`
	URL         string     `json:"url"`
	SubmittedAt *time.Time `json:"submittedAt"`
	CreatedAt   *time.Time `json:"createdAt"`
	Author      *actor     `json:"author"`
	Actor       *actor     `json:"actor"`
	Requested   *struct {
		actor
		Slug string `json:"slug"`
	} `json:"requestedReviewer"`
	PreviousReviewState string `json:"previousReviewState"`
	Review              *struct {
		ID string `json:"id"`
	} `json:"review"`
}

type labelNode struct {
	Name string `json:"name"`
}

// labels are in the order of the alphabet: GitHub's depends on when they were given.
func labels(c connection, aside func(error)) []string {
	var names []string
	for _, l := range decode[labelNode](c.Nodes, aside) {
		if l.Name != "" {
			names = append(names, l.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// pullRecords are the records of one pull request.
type pullRecords struct {
	pull    warehouse.PullRequest
	reviews []warehouse.Review
	commits []warehouse.Commit // of its branch, then the one that merged it
}

// records maps a pull request with everything that belongs to it. Parts that cannot be understood are given to aside.
func (p *pullNode) records(repo string, aside func(error)) (pullRecords, error) {
	var r pullRecords
	created := moment(p.CreatedAt)
	if p.Number <= 0 {
		return r, badItem("a pull request", errNoID)
	}
	if created.IsZero() {
		return r, badItem(fmt.Sprintf("pull request %d", p.Number), errNoTime)
	}
	r.pull = warehouse.PullRequest{
		Repo: repo, Number: p.Number, Title: p.Title, Author: p.Author.name(), BaseBranch: p.BaseRefName, HeadBranch: p.HeadRefName,
		Draft: p.IsDraft, CreatedAt: created, MergedAt: moment(p.MergedAt), ClosedAt: moment(p.ClosedAt), Labels: labels(p.Labels, aside),
		Provenance: warehouse.Provenance{UpdatedAt: moment(p.UpdatedAt), URL: p.URL},
	}
	if !p.Author.bot() { // bots quote the release notes of others
		r.pull.TicketKeys = collectors.TicketsNamed(p.Body, repo)
	}
	if p.Additions != nil {
		r.pull.Additions = number(*p.Additions)
	}
	if p.Deletions != nil {
		r.pull.Deletions = number(*p.Deletions)
	}
	r.branch(p, aside)
	if p.MergeCommit != nil && !r.pull.MergedAt.IsZero() {
		r.pull.MergeSHA = p.MergeCommit.OID
		if c, err := p.MergeCommit.record(repo); err != nil {
			aside(err)
		} else if !slices.Contains(r.pull.Commits, c.SHA) {
			r.commits = append(r.commits, c)
		}
	}
	r.timeline(p, aside)
	return r, nil
}

// branch maps the commits of the pull request's branch, oldest first; those committed after it was opened were pushed to it.
func (r *pullRecords) branch(p *pullNode, aside func(error)) {
	for _, node := range decode[struct {
		Commit *commitNode `json:"commit"`
	}](p.Commits.Nodes, aside) {
		if node.Commit == nil {
			continue
		}
		c, err := node.Commit.record(r.pull.Repo)
		if err != nil {
			aside(err)
			continue
		}
		if slices.Contains(r.pull.Commits, c.SHA) {
			continue // pages overlap when the branch grows between them
		}
		r.pull.Commits = append(r.pull.Commits, c.SHA)
		r.commits = append(r.commits, c)
		if first := r.pull.FirstCommitAt; first.IsZero() || c.AuthoredAt.Before(first) {
			r.pull.FirstCommitAt = c.AuthoredAt
		}
		if c.CommittedAt.After(r.pull.CreatedAt) {
			r.event("push-"+c.SHA, "pushed", c.Author, "", c.CommittedAt, "")
		}
	}
}

func (r *pullRecords) event(id, kind, who, target string, at time.Time, url string) {
	r.reviews = append(r.reviews, warehouse.Review{
		Repo: r.pull.Repo, PullRequest: r.pull.Number, ID: id, Kind: kind, Actor: who, Target: target, At: at,
		Provenance: warehouse.Provenance{UpdatedAt: at, URL: url},
	})
}

// reviewKinds are the words for a review's state. A pending one is a draft that only its author sees.
var reviewKinds = map[string]string{"APPROVED": "approved", "CHANGES_REQUESTED": "changes_requested", "COMMENTED": "commented"}

func (r *pullRecords) timeline(p *pullNode, aside func(error)) {
	items := decode[timelineNode](p.Timeline.Nodes, aside)
	// A dismissed review does not say any more what it was; its dismissal does.
	dismissed := map[string]string{}
	for _, i := range items {
		if i.Type == "ReviewDismissedEvent" && i.Review != nil {
			dismissed[i.Review.ID] = i.PreviousReviewState
		}
	}
	seen := map[string]bool{}
	for _, i := range items {
		if seen[i.ID] {
			continue
		}
		seen[i.ID] = true
		if err := r.item(i, dismissed); err != nil {
			aside(fmt.Errorf("pull request %d: %w", r.pull.Number, err))
		}
	}
}

func (r *pullRecords) item(i *timelineNode, dismissed map[string]string) error {
	at, who, target := moment(i.CreatedAt), i.Actor.name(), ""
	var kind string
	switch i.Type {
	case "PullRequestReview":
		state := i.State
		if state == "DISMISSED" {
			state = dismissed[i.ID]
			if state == "" || state == "DISMISSED" {
				state = "COMMENTED" // when the dismissal is not told, that something was said is certain
			}
		}
		if state == "PENDING" {
			return nil
		}
		kind, at, who = reviewKinds[state], moment(i.SubmittedAt), i.Author.name()
		if kind == "" {
			return fmt.Errorf("review %s has the unknown state %q", i.ID, i.State)
		}
	case "IssueComment":
		kind, who = "commented", i.Author.name()
	case "ReviewRequestedEvent":
		kind = "requested"
		if i.Requested != nil {
			target = i.Requested.Slug
			if target == "" {
				target = i.Requested.name()
			}
		}
	case "ReadyForReviewEvent":
		kind = "ready"
		if first := r.pull.ReadyAt; first.IsZero() || at.Before(first) {
			r.pull.ReadyAt = at
		}
	case "ConvertToDraftEvent":
		kind = "draft"
	case "ReviewDismissedEvent":
		kind = "dismissed"
	case "HeadRefForcePushedEvent":
		kind = "pushed"
	default:
		return fmt.Errorf("the event %q is unknown", i.Type)
	}
	switch {
	case i.ID == "":
		return errors.Join(errNoID, fmt.Errorf("an event %q", i.Type))
	case at.IsZero():
		return errors.Join(errNoTime, fmt.Errorf("an event %q", i.Type))
	}
	r.event(i.ID, kind, who, target, at, i.URL)
	return nil
}
