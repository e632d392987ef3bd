package github

import (
	"encoding/json"
	"fmt"
	"strings"

	gh "github.com/google/go-github/v60/github"

	"github.com/weirhq/weir/warehouse"
)

// Webhook maps what GitHub pushes. A delivery tells one thing of many, so its records state only what it says; whoever
// receives them joins them, column by column, with what is known. Records without UpdatedAt only contribute: the
// earliest beginning and the latest end of all that is said counts.
type Webhook struct {
	mapping       *Mapping
	configuration Configuration
}

// NewWebhook prepares the mapping; nothing is read from the network.
func NewWebhook(c Configuration) (*Webhook, error) {
	m, err := NewMapping(c)
	if err != nil {
		return nil, err
	}
	return &Webhook{mapping: m, configuration: c}, nil
}

// delivery is what became of one.
type delivery struct {
	have, gone warehouse.Records
	empty      map[string][]string
}

// Map turns one delivery into records: those it states, those that are gone, and which columns it says to be empty, by
// kind of record. An event that means nothing to Weir has no results. The error says why a payload cannot be used.
func (w *Webhook) Map(event string, body []byte) (have, gone warehouse.Records, empty map[string][]string, err error) {
	maps := map[string]func([]byte) (delivery, error){
		"push": w.push, "pull_request": w.pullRequest, "pull_request_review": w.review, "issue_comment": w.comment,
		"workflow_run": w.workflowRun, "workflow_job": w.workflowJob, "deployment": w.deployment, "deployment_status": w.deploymentStatus,
		"release": w.release, "issues": w.issues,
	}
	do := maps[event]
	if do == nil {
		return have, gone, nil, nil
	}
	d, err := do(body)
	if err != nil {
		return warehouse.Records{}, warehouse.Records{}, nil, fmt.Errorf("the event %s: %w", event, err)
	}
	return d.have, d.gone, d.empty, nil
}

// event reads a payload.
func event[T any](body []byte) (*T, error) {
	e := new(T)
	if err := json.Unmarshal(body, e); err != nil {
		return nil, fmt.Errorf("understand the payload: %w", err)
	}
	return e, nil
}

// named is the repository that a payload is about.
func named(repo interface{ GetFullName() string }) (string, error) {
	if name := repo.GetFullName(); strings.Contains(name, "/") {
		return name, nil
	}
	return "", badItem("the repository", errNoID)
}

// push states the commits of the branches that the collector reads; those of other branches come with pull requests.
func (w *Webhook) push(body []byte) (d delivery, err error) {
	e, err := event[gh.PushEvent](body)
	if err != nil {
		return d, err
	}
	repo, err := named(e.GetRepo())
	if err != nil {
		return d, err
	}
	branch, ok := strings.CutPrefix(e.GetRef(), "refs/heads/")
	wanted := branch == e.GetRepo().GetDefaultBranch()
	for _, glob := range w.configuration.Branches {
		wanted = wanted || globbed(glob, branch)
	}
	if !ok || !wanted || e.GetDeleted() {
		return d, nil
	}
	commits, faults := w.mapping.Push(repo, e)
	if len(faults) > 0 {
		return d, faults[0]
	}
	for _, c := range commits {
		c.Provenance = warehouse.Provenance{URL: c.URL} // it contributes: parents and sizes are the collector's to say
		d.have.Commits = append(d.have.Commits, c)
	}
	return d, nil
}

func (w *Webhook) pullRequest(body []byte) (d delivery, err error) {
	e, err := event[gh.PullRequestEvent](body)
	if err != nil {
		return d, err
	}
	repo, err := named(e.GetRepo())
	if err != nil {
		return d, err
	}
	pr, err := w.mapping.PullRequest(repo, e.PullRequest)
	if err != nil {
		return d, err
	}
	d.have.PullRequests = append(d.have.PullRequests, pr)
	d.empty = map[string][]string{"pull_requests": {"draft", "merged_at", "closed_at", "merge_sha", "labels", "ticket_keys"}}
	if e.GetAction() == "ready_for_review" && !pr.UpdatedAt.IsZero() {
		first := warehouse.PullRequest{Repo: repo, Number: pr.Number, CreatedAt: pr.CreatedAt, ReadyAt: pr.UpdatedAt}
		d.have.PullRequests = append(d.have.PullRequests, first)
	}
	return d, nil
}

// review states a review. A dismissal does not tell what the review was before; that is left to the collector.
func (w *Webhook) review(body []byte) (d delivery, err error) {
	e, err := event[gh.PullRequestReviewEvent](body)
	if err != nil || e.GetAction() != "submitted" {
		return d, err
	}
	repo, err := named(e.GetRepo())
	if err != nil {
		return d, err
	}
	r, err := w.mapping.Review(repo, int64(e.GetPullRequest().GetNumber()), e.Review)
	if err != nil {
		return d, err
	}
	d.have.Reviews = append(d.have.Reviews, r)
	return d, nil
}

// comment states a comment on a pull request; those on issues mean nothing.
func (w *Webhook) comment(body []byte) (d delivery, err error) {
	e, err := event[gh.IssueCommentEvent](body)
	if err != nil || !e.GetIssue().IsPullRequest() {
		return d, err
	}
	repo, err := named(e.GetRepo())
	if err != nil {
		return d, err
	}
	r, err := w.mapping.Comment(repo, int64(e.GetIssue().GetNumber()), e.Comment)
	switch {
	case err != nil:
		return d, err
	case e.GetAction() == "deleted":
		d.gone.Reviews = append(d.gone.Reviews, r)
	default:
		d.have.Reviews = append(d.have.Reviews, r)
	}
	return d, nil
}

// workflowRun states a run without its times, which are its jobs'. The collector dates it by its jobs, so that the run's
// own beginning is the latest date that is certainly not later.
func (w *Webhook) workflowRun(body []byte) (d delivery, err error) {
	e, err := event[gh.WorkflowRunEvent](body)
	if err != nil {
		return d, err
	}
	repo, err := named(e.GetRepo())
	if err != nil {
		return d, err
	}
	r, err := w.mapping.WorkflowRun(repo, e.WorkflowRun, nil)
	if err != nil {
		return d, err
	}
	b := r.Builds[len(r.Builds)-1]
	b.StartedAt, b.FinishedAt, b.UpdatedAt = moment(nil), moment(nil), b.QueuedAt
	d.have.Builds = append(d.have.Builds, b)
	return d, nil
}

// workflowJob states a stage and contributes to the beginning and the end of its build.
func (w *Webhook) workflowJob(body []byte) (d delivery, err error) {
	e, err := event[gh.WorkflowJobEvent](body)
	if err != nil {
		return d, err
	}
	repo, err := named(e.GetRepo())
	if err != nil {
		return d, err
	}
	s, err := w.mapping.WorkflowJob(repo, e.WorkflowJob)
	if err != nil {
		return d, err
	}
	d.have.BuildStages = append(d.have.BuildStages, s)
	if s.Result != "skipped" {
		d.have.Builds = append(d.have.Builds, warehouse.Build{
			Pipeline: s.Pipeline, ID: s.BuildID, Attempt: s.Attempt, Repo: repo, SHA: e.WorkflowJob.GetHeadSHA(), Branch: e.WorkflowJob.GetHeadBranch(),
			StartedAt: s.StartedAt, FinishedAt: s.FinishedAt, Result: "running",
		})
	}
	return d, nil
}

func (w *Webhook) deployment(body []byte) (d delivery, err error) {
	e, err := event[gh.DeploymentEvent](body)
	if err != nil {
		return d, err
	}
	return w.deployed(e.GetRepo(), e.Deployment, nil)
}

func (w *Webhook) deploymentStatus(body []byte) (d delivery, err error) {
	e, err := event[gh.DeploymentStatusEvent](body)
	if err != nil {
		return d, err
	}
	return w.deployed(e.GetRepo(), e.Deployment, e.DeploymentStatus)
}

// deployed states a deployment, and what one of its statuses adds to it.
func (w *Webhook) deployed(in *gh.Repository, what *gh.Deployment, status *gh.DeploymentStatus) (d delivery, err error) {
	repo, err := named(in)
	if err != nil {
		return d, err
	}
	bare, ok, err := w.mapping.Deployment(repo, what, nil, nil)
	if err != nil || !ok {
		return d, err
	}
	bare.StartedAt = moment(nil) // nothing was said of it yet
	if status == nil {
		d.have.Deployments = append(d.have.Deployments, bare)
		return d, nil
	}
	when := stamp(status.CreatedAt)
	if when.IsZero() {
		return d, badItem("a deployment's status", errNoTime)
	}
	said, _, err := w.mapping.Deployment(repo, what, []*gh.DeploymentStatus{status}, nil)
	if err != nil {
		return d, err
	}
	bare.BuildID, bare.URL = said.BuildID, said.URL
	adds := bare
	adds.UpdatedAt = moment(nil)
	switch state := status.GetState(); {
	case state == "waiting":
		adds.ApprovalRequestedAt = when
		d.have.Deployments = append(d.have.Deployments, bare, adds)
	case state == "in_progress":
		adds.StartedAt = when
		d.have.Deployments = append(d.have.Deployments, bare, adds)
	case said.Result != "running" && state != "inactive":
		bare.Result, bare.FinishedAt, bare.UpdatedAt = said.Result, when, when
		d.have.Deployments = append(d.have.Deployments, bare)
	default:
		d.have.Deployments = append(d.have.Deployments, bare)
	}
	return d, nil
}

// release states a release as a deployment, where releases are. Which commit it has the payload does not say.
func (w *Webhook) release(body []byte) (d delivery, err error) {
	e, err := event[gh.ReleaseEvent](body)
	rule := w.configuration.Releases
	if err != nil || rule.Environment == "" {
		return d, err
	}
	repo, err := named(e.GetRepo())
	if err != nil {
		return d, err
	}
	release := e.GetRelease()
	if release.GetDraft() || release.GetPrerelease() && !rule.Prereleases || release == nil {
		return d, nil
	}
	r, ok, err := rule.deployment(repo, "release-", release.GetTagName(), "", stamp(release.PublishedAt))
	if err != nil || !ok {
		return d, err
	}
	r.Actor, r.URL = account(release.Author).name(), release.GetHTMLURL()
	switch e.GetAction() {
	case "deleted", "unpublished":
		d.gone.Deployments = append(d.gone.Deployments, r)
	default:
		d.have.Deployments = append(d.have.Deployments, r)
	}
	return d, nil
}

// issues states a ticket or an incident. Labels decide which, so that what it is not is gone.
func (w *Webhook) issues(body []byte) (d delivery, err error) {
	e, err := event[gh.IssuesEvent](body)
	if err != nil || !w.configuration.Issues.Tickets && len(w.configuration.Issues.Incidents.Labels) == 0 {
		return d, err
	}
	repo, err := named(e.GetRepo())
	if err != nil {
		return d, err
	}
	r, err := w.mapping.Issue(repo, e.Issue)
	if err != nil || e.GetIssue().IsPullRequest() {
		return d, err
	}
	if e.GetAction() == "deleted" || e.GetAction() == "transferred" {
		r = warehouse.Records{}
	}
	d.have = r
	key, changed := issueKey(repo, int64(e.GetIssue().GetNumber())), warehouse.Provenance{UpdatedAt: stamp(e.GetIssue().UpdatedAt)}
	if len(r.Tickets) == 0 {
		d.gone.Tickets = append(d.gone.Tickets, warehouse.Ticket{Key: key, Provenance: changed})
	}
	if len(r.Incidents) == 0 {
		d.gone.Incidents = append(d.gone.Incidents, warehouse.Incident{ID: key, Provenance: changed})
	}
	d.empty = map[string][]string{"tickets": {"assignee", "labels", "resolved_at", "class", "fix_versions"}, "incidents": {"resolved_at", "severity"}}
	return d, nil
}
