package github

import (
	"encoding/json"
	"strings"
	"time"

	gh "github.com/google/go-github/v60/github"

	"github.com/weirhq/weir/warehouse"
)

// What follows maps the REST shapes, which webhooks use. They hold less than what the collector asks for: a pull request
// does not come with its commits and events, a pushed commit not with its parents. Such a record is right as far as it
// goes; where a whole one is known already, that one is the better.

// PullRequest maps a pull request. It is merged when it has a time of merging, whatever its state says.
func (m *Mapping) PullRequest(repo string, pr *gh.PullRequest) (warehouse.PullRequest, error) {
	if pr == nil {
		return warehouse.PullRequest{}, badItem("a pull request", errNoID)
	}
	node := pullNode{
		Number: int64(pr.GetNumber()), Title: pr.GetTitle(), Body: pr.GetBody(), URL: pr.GetHTMLURL(), IsDraft: pr.GetDraft(),
		CreatedAt: at(pr.CreatedAt), UpdatedAt: at(pr.UpdatedAt), MergedAt: at(pr.MergedAt), ClosedAt: at(pr.ClosedAt),
		BaseRefName: pr.GetBase().GetRef(), HeadRefName: pr.GetHead().GetRef(), Additions: pr.Additions, Deletions: pr.Deletions,
		Author: account(pr.User), Labels: labelList(pr.Labels),
	}
	r, err := node.records(repo, func(error) {})
	if err == nil && !r.pull.MergedAt.IsZero() {
		r.pull.MergeSHA = pr.GetMergeCommitSHA()
	}
	return r.pull, err
}

// Review maps a review of a pull request.
func (m *Mapping) Review(repo string, pull int64, review *gh.PullRequestReview) (warehouse.Review, error) {
	return oneEvent(repo, pull, &timelineNode{
		Type: "PullRequestReview", ID: review.GetNodeID(), State: strings.ToUpper(review.GetState()), URL: review.GetHTMLURL(),
		SubmittedAt: at(submitted(review)), Author: account(review.GetUser()),
	})
}

func submitted(review *gh.PullRequestReview) *gh.Timestamp {
	if review == nil {
		return nil
	}
	return review.SubmittedAt
}

// Comment maps a comment on a pull request.
func (m *Mapping) Comment(repo string, pull int64, comment *gh.IssueComment) (warehouse.Review, error) {
	node := &timelineNode{Type: "IssueComment", ID: comment.GetNodeID(), URL: comment.GetHTMLURL(), Author: account(comment.GetUser())}
	if comment != nil {
		node.CreatedAt = at(comment.CreatedAt)
	}
	return oneEvent(repo, pull, node)
}

// oneEvent maps one event; a draft of a review is none.
func oneEvent(repo string, pull int64, node *timelineNode) (warehouse.Review, error) {
	if pull <= 0 {
		return warehouse.Review{}, badItem("a pull request", errNoID)
	}
	r := pullRecords{pull: warehouse.PullRequest{Repo: repo, Number: pull}}
	if err := r.item(node, nil); err != nil {
		return warehouse.Review{}, err
	}
	if len(r.reviews) == 0 {
		return warehouse.Review{}, badItem("a pending review", errNoTime)
	}
	return r.reviews[0], nil
}

// Commit maps a commit as REST lists them.
func (m *Mapping) Commit(repo string, c *gh.RepositoryCommit) (warehouse.Commit, error) {
	node := commitNode{OID: c.GetSHA(), URL: c.GetHTMLURL(), Message: c.GetCommit().GetMessage()}
	author, committer := c.GetCommit().GetAuthor(), c.GetCommit().GetCommitter()
	if author != nil {
		node.AuthoredDate = at(author.Date)
	}
	if committer != nil {
		node.CommittedDate = at(committer.Date)
	}
	if c.GetStats() != nil {
		node.Additions, node.Deletions = c.Stats.Additions, c.Stats.Deletions
		files := len(c.Files)
		node.ChangedFiles = &files
	}
	r, err := node.record(repo)
	r.Author, r.AuthorEmail = author.GetName(), author.GetEmail()
	if login := account(c.GetAuthor()).name(); login != "" {
		r.Author = login
	}
	if c != nil {
		for _, p := range c.Parents {
			if p.GetSHA() != "" {
				r.Parents = append(r.Parents, p.GetSHA())
			}
		}
	}
	return r, err
}

// Push maps the commits of a push. They come without parents; errors name the ones that were left out.
func (m *Mapping) Push(repo string, push *gh.PushEvent) (commits []warehouse.Commit, faults []error) {
	if push == nil {
		return nil, nil
	}
	for _, c := range push.Commits {
		if c == nil {
			continue
		}
		node := commitNode{OID: c.GetID(), URL: c.GetURL(), Message: c.GetMessage(), AuthoredDate: at(c.Timestamp), CommittedDate: at(c.Timestamp)}
		if node.OID == "" {
			node.OID = c.GetSHA()
		}
		r, err := node.record(repo)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		r.Author, r.AuthorEmail = c.GetAuthor().GetName(), c.GetAuthor().GetEmail()
		if login := c.GetAuthor().GetLogin(); login != "" {
			r.Author = login
		}
		commits = append(commits, r)
	}
	return commits, faults
}

// WorkflowRun maps the attempts of a run with the jobs that are known of it.
func (m *Mapping) WorkflowRun(repo string, run *gh.WorkflowRun, jobs []*gh.WorkflowJob) (warehouse.Records, error) {
	if run == nil {
		return warehouse.Records{}, badItem("a workflow run", errNoID)
	}
	var own []job
	for _, j := range jobs {
		if j != nil {
			own = append(own, jobOf(j))
		}
	}
	return mapRun(repo, run, own, m.queueTimes)
}

// WorkflowJob maps one job by itself.
func (m *Mapping) WorkflowJob(repo string, j *gh.WorkflowJob) (warehouse.BuildStage, error) {
	if j == nil || j.GetRunID() == 0 || j.GetName() == "" {
		return warehouse.BuildStage{}, badItem("a job", errNoID)
	}
	run := &gh.WorkflowRun{ID: j.RunID, Name: j.WorkflowName, CreatedAt: j.CreatedAt}
	one := jobOf(j)
	b := warehouse.Build{Pipeline: pipeline(repo, run), ID: decimal(j.GetRunID()), Attempt: one.attempt}
	return stageOf(b, one, m.queueTimes), nil
}

// Deployment maps a deployment with those of its statuses that are known. The second result is false when the rules say
// that it is none. approver may be nil.
func (m *Mapping) Deployment(repo string, d *gh.Deployment, statuses []*gh.DeploymentStatus, approver func(run int64, environment string) string) (warehouse.Deployment, bool, error) {
	if d == nil {
		return warehouse.Deployment{}, false, badItem("a deployment", errNoID)
	}
	if approver == nil {
		approver = func(int64, string) string { return "" }
	}
	node := deploymentNode{
		ID: d.GetNodeID(), DatabaseID: d.GetID(), CommitOID: d.GetSHA(), Environment: d.GetEnvironment(), Payload: string(d.Payload),
		CreatedAt: at(d.CreatedAt), UpdatedAt: at(d.UpdatedAt), Creator: account(d.Creator),
	}
	if tag, ok := strings.CutPrefix(d.GetRef(), "refs/tags/"); ok {
		node.Ref = &struct {
			Name   string `json:"name"`
			Prefix string `json:"prefix"`
		}{tag, "refs/tags/"}
	}
	for i := range statuses {
		s := statuses[len(statuses)-1-i] // the newest first, as GitHub lists them
		if s == nil {
			continue
		}
		url := s.GetLogURL()
		if url == "" {
			url = s.GetTargetURL()
		}
		node.Statuses.Nodes = append(node.Statuses.Nodes, raw(statusNode{
			ID: s.GetNodeID(), State: s.GetState(), Description: s.GetDescription(), CreatedAt: at(s.CreatedAt), LogURL: url, Creator: account(s.Creator),
		}))
	}
	return m.deployment(repo, &node, approver, func(error) {})
}

// Issue maps an issue to a ticket or an incident, or to nothing; a pull request, which REST lists among them, is neither.
func (m *Mapping) Issue(repo string, i *gh.Issue) (warehouse.Records, error) {
	if i == nil {
		return warehouse.Records{}, badItem("an issue", errNoID)
	}
	if i.IsPullRequest() {
		return warehouse.Records{}, nil
	}
	node := issueNode{
		ID: i.GetNodeID(), Number: int64(i.GetNumber()), Title: i.GetTitle(), Body: i.GetBody(), URL: i.GetHTMLURL(), State: i.GetState(),
		CreatedAt: at(i.CreatedAt), UpdatedAt: at(i.UpdatedAt), ClosedAt: at(i.ClosedAt), Author: account(i.User), Labels: labelList(i.Labels),
	}
	if i.GetMilestone() != nil {
		node.Milestone = &struct {
			Title string `json:"title"`
		}{i.Milestone.GetTitle()}
	}
	for _, a := range i.Assignees {
		node.Assignees.Nodes = append(node.Assignees.Nodes, account(a))
	}
	return m.issue(repo, &node, func(error) {})
}

// Event maps an entry of the REST list of what happened to issues and pull requests; what means nothing to Weir has no
// records.
func (m *Mapping) Event(repo string, e *gh.IssueEvent, nodeID string) (warehouse.Records, error) {
	var r warehouse.Records
	number := int64(e.GetIssue().GetNumber())
	if e == nil || nodeID == "" || number <= 0 {
		return r, badItem("an event", errNoID)
	}
	if e.CreatedAt == nil || moment(&e.CreatedAt.Time).IsZero() {
		return r, badItem("event "+nodeID, errNoTime)
	}
	if !e.Issue.IsPullRequest() {
		kinds := map[string]string{"closed": "ClosedEvent", "reopened": "ReopenedEvent", "assigned": "AssignedEvent", "unassigned": "UnassignedEvent"}
		one := &issueEvent{Type: kinds[e.GetEvent()], ID: nodeID, CreatedAt: at(e.CreatedAt), Actor: account(e.Actor), Assignee: account(e.Assignee)}
		r.Transitions = transitions(issueKey(repo, number), []*issueEvent{one})
		return r, nil
	}
	kinds := map[string]string{"ready_for_review": "ReadyForReviewEvent", "convert_to_draft": "ConvertToDraftEvent", "head_ref_force_pushed": "HeadRefForcePushedEvent"}
	if kind := kinds[e.GetEvent()]; kind != "" {
		review, err := oneEvent(repo, number, &timelineNode{Type: kind, ID: nodeID, CreatedAt: at(e.CreatedAt), Actor: account(e.Actor)})
		if err != nil {
			return r, err
		}
		r.Reviews = append(r.Reviews, review)
	}
	return r, nil
}

func account(u *gh.User) *actor {
	if u == nil {
		return nil
	}
	return &actor{Type: u.GetType(), Login: u.GetLogin()}
}

func at(t *gh.Timestamp) *time.Time {
	if t == nil {
		return nil
	}
	return &t.Time
}

func labelList(list []*gh.Label) connection {
	var c connection
	for _, l := range list {
		c.Nodes = append(c.Nodes, raw(labelNode{l.GetName()}))
	}
	return c
}

// raw is a value as the queries' lists hold it.
func raw(v any) json.RawMessage {
	text, err := json.Marshal(v)
	if err != nil {
		return nil // a year beyond 9999: the item is left out as if it were null
	}
	return text
}
