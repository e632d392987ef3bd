package gitlab

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/weirhq/weir/warehouse"
)

// Webhook maps what GitLab pushes. It says less than the API does (whole seconds, no parents of commits, no ids of
// approvals), so the next sync completes what it wrote.
type Webhook struct {
	configuration Configuration
	rules         rules
}

// NewWebhook makes the mapping of what GitLab pushes; it reads nothing from the network.
func NewWebhook(cfg Configuration) (*Webhook, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	rules, err := cfg.compile()
	if err != nil {
		return nil, err
	}
	return &Webhook{configuration: cfg, rules: rules}, nil
}

// hook is what GitLab pushes of any kind.
type hook struct {
	Project *struct {
		Path          string `json:"path_with_namespace"`
		DefaultBranch string `json:"default_branch"`
	} `json:"project"`
	User       *user           `json:"user"`
	Attributes json.RawMessage `json:"object_attributes"`
	Labels     []hookLabel     `json:"labels"`
	Assignees  []*user         `json:"assignees"`
}

type hookLabel struct {
	Title string `json:"title"`
}

func titles(labels []hookLabel) (all []string) {
	for _, l := range labels {
		all = append(all, l.Title)
	}
	return sorted(all)
}

// Map turns one delivery into records. event is the body's object_kind. An event that is of no use, or of a project that
// is not configured, makes nothing. have are records as far as the event states them, gone those that were deleted, and
// empty names the columns whose emptiness is stated. A record without UpdatedAt only contributes.
func (w *Webhook) Map(event string, body []byte) (have, gone warehouse.Records, empty map[string][]string, err error) {
	maps := map[string]func(mapping, hook, []byte) (warehouse.Records, map[string][]string, error){
		"merge_request": hookMergeRequest, "note": hookNote, "pipeline": hookPipeline, "build": hookJob, "deployment": hookDeployment, "push": hookPush, "issue": hookIssue,
	}
	of := map[string]string{"note": "merge_requests", "merge_request": "merge_requests", "pipeline": "pipelines", "build": "pipelines", "deployment": "deployments", "push": "commits", "issue": "issues"}
	one, known := maps[event]
	if !known || !w.configuration.collects(of[event]) {
		return have, gone, nil, nil
	}
	var h hook
	if err := json.Unmarshal(body, &h); err != nil {
		return have, gone, nil, fmt.Errorf("understand a %s event of GitLab: %w", event, err)
	}
	if h.Project == nil || h.Project.Path == "" {
		return have, gone, nil, fmt.Errorf("a %s event of GitLab names no project", event)
	}
	if !w.configuration.wants(h.Project.Path) {
		return have, gone, nil, nil
	}
	have, empty, err = one(w.configuration.mapping(h.Project.Path, w.rules), h, body)
	if err != nil {
		return warehouse.Records{}, gone, nil, fmt.Errorf("understand a %s event of GitLab: %w", event, err)
	}
	return have, gone, empty, nil
}

// wants tells whether a project is configured to be collected.
func (c Configuration) wants(project string) bool {
	inGroup := slices.ContainsFunc(c.Groups, func(g string) bool { return strings.HasPrefix(project, g+"/") })
	return (inGroup || matchesAny(c.Projects, project)) && !c.excludes(project)
}

func hookMergeRequest(m mapping, h hook, _ []byte) (r warehouse.Records, empty map[string][]string, err error) {
	var a struct {
		mergeRequest
		URL        string          `json:"url"`
		Labels     []hookLabel     `json:"labels"`
		Action     string          `json:"action"`
		LastCommit json.RawMessage `json:"last_commit"`
	}
	if err := json.Unmarshal(h.Attributes, &a); err != nil {
		return r, nil, err
	}
	mr := a.mergeRequest
	mr.WebURL, mr.Labels = a.URL, titles(a.Labels)
	if len(mr.Labels) == 0 {
		mr.Labels = titles(h.Labels)
	}
	// The moments of merging and closing are not among what is pushed; in the event itself they are those of the change.
	mr.MergedAt, mr.ClosedAt = nil, nil
	switch a.Action {
	case "merge":
		mr.MergedAt = a.UpdatedAt
	case "close":
		mr.ClosedAt = a.UpdatedAt
	case "open":
		mr.Author = h.User
	}
	pr, err := m.pullRequest(mr)
	if err != nil {
		return r, nil, err
	}
	r.PullRequests = []warehouse.PullRequest{pr}
	columns := []string{"draft", "labels"}
	if mr.State == "opened" {
		columns = append(columns, "merged_at", "closed_at", "merge_sha")
	}
	var last hookCommit
	if json.Unmarshal(a.LastCommit, &last) == nil {
		r.Commits = m.contributed(last)
	}
	return r, map[string][]string{"pull_requests": columns}, nil
}

// hookCommit is a commit as it is pushed: without parents, with one moment for the author's and the committer's.
type hookCommit struct {
	ID        string   `json:"id"`
	Message   string   `json:"message"`
	Timestamp *instant `json:"timestamp"`
	URL       string   `json:"url"`
	Author    *struct {
		Name  string `json:"name"`
		Email string `json:"email"`
	} `json:"author"`
}

// contributed is what a pushed commit adds to what is known of it.
func (m mapping) contributed(k hookCommit) []warehouse.Commit {
	c := warehouse.Commit{Repo: m.repo, SHA: k.ID, AuthoredAt: at(k.Timestamp), CommittedAt: at(k.Timestamp), Message: k.Message, Provenance: warehouse.Provenance{URL: k.URL}}
	if k.Author != nil {
		c.Author, c.AuthorEmail = k.Author.Name, k.Author.Email
	}
	if c.SHA == "" || c.AuthoredAt.IsZero() {
		return nil
	}
	return []warehouse.Commit{c}
}

func hookPush(m mapping, h hook, body []byte) (r warehouse.Records, empty map[string][]string, err error) {
	var push struct {
		Ref     string       `json:"ref"`
		Commits []hookCommit `json:"commits"`
	}
	if err := json.Unmarshal(body, &push); err != nil {
		return r, nil, err
	}
	if h.Project.DefaultBranch != "" && push.Ref != "refs/heads/"+h.Project.DefaultBranch {
		return r, nil, nil
	}
	for _, k := range push.Commits {
		r.Commits = append(r.Commits, m.contributed(k)...)
	}
	return r, nil, nil
}

// hookNote: people's comments are pushed, GitLab's own notes are not.
func hookNote(m mapping, h hook, body []byte) (r warehouse.Records, empty map[string][]string, err error) {
	var n struct {
		note
		Body         string `json:"note"`
		NoteableType string `json:"noteable_type"`
	}
	var of struct {
		MergeRequest *mergeRequest `json:"merge_request"`
	}
	if err := errors.Join(json.Unmarshal(h.Attributes, &n), json.Unmarshal(body, &of)); err != nil {
		return r, nil, err
	}
	if n.NoteableType != "MergeRequest" || of.MergeRequest == nil || of.MergeRequest.IID <= 0 {
		return r, nil, nil
	}
	n.note.Body, n.Author = n.Body, h.User
	r.Reviews = m.reviews(of.MergeRequest.IID, n.note)
	return r, nil, nil
}

func hookPipeline(m mapping, h hook, body []byte) (r warehouse.Records, empty map[string][]string, err error) {
	var a struct {
		pipeline
		URL string `json:"url"`
	}
	var of struct {
		Builds []job `json:"builds"`
	}
	if err := errors.Join(json.Unmarshal(h.Attributes, &a), json.Unmarshal(body, &of)); err != nil {
		return r, nil, err
	}
	p := a.pipeline
	p.WebURL = a.URL
	if p.UpdatedAt == nil {
		// GitLab does not push when the pipeline was last changed; it was so with the latest of these at the earliest.
		last := at(p.CreatedAt)
		for _, j := range of.Builds {
			last = latest(last, at(j.StartedAt), at(j.FinishedAt))
		}
		p.UpdatedAt = &instant{latest(last, at(p.FinishedAt))}
	}
	r, err = m.pipeline(p, of.Builds)
	return r, nil, err
}

func latest(moments ...time.Time) (last time.Time) {
	for _, m := range moments {
		if m.After(last) {
			last = m
		}
	}
	return last
}

func hookJob(m mapping, h hook, body []byte) (r warehouse.Records, empty map[string][]string, err error) {
	var b struct {
		Name       string   `json:"build_name"`
		Status     string   `json:"build_status"`
		ID         int64    `json:"build_id"`
		CreatedAt  *instant `json:"build_created_at"`
		StartedAt  *instant `json:"build_started_at"`
		FinishedAt *instant `json:"build_finished_at"`
		Queued     *float64 `json:"build_queued_duration"`
		PipelineID int64    `json:"pipeline_id"`
		Ref        string   `json:"ref"`
		SHA        string   `json:"sha"`
	}
	if err := json.Unmarshal(body, &b); err != nil {
		return r, nil, err
	}
	if b.PipelineID <= 0 {
		return r, nil, errors.New("it names no pipeline")
	}
	build := warehouse.Build{Pipeline: m.repo, ID: strconv.FormatInt(b.PipelineID, 10), Attempt: 1, Repo: m.repo, SHA: b.SHA, Branch: branch(b.Ref), Result: "running"}
	j := job{ID: b.ID, Name: b.Name, Status: b.Status, CreatedAt: b.CreatedAt, StartedAt: b.StartedAt, FinishedAt: b.FinishedAt, QueuedDuration: b.Queued, User: h.User}
	s, ok := m.stage(build, j, map[string]bool{})
	if !ok {
		return r, nil, errors.New("the job has no name")
	}
	r.BuildStages = []warehouse.BuildStage{s}
	build.StartedAt, build.FinishedAt = s.StartedAt, s.FinishedAt
	r.Builds = []warehouse.Build{build} // the earliest start and the latest end of its jobs
	return r, nil, nil
}

func hookDeployment(m mapping, h hook, body []byte) (r warehouse.Records, empty map[string][]string, err error) {
	var d struct {
		ID        int64    `json:"deployment_id"`
		Status    string   `json:"status"`
		At        *instant `json:"status_changed_at"`
		URL       string   `json:"deployable_url"`
		Name      string   `json:"environment"`
		Tier      string   `json:"environment_tier"`
		CommitURL string   `json:"commit_url"`
		Ref       string   `json:"ref"`
	}
	if err := json.Unmarshal(body, &d); err != nil {
		return r, nil, err
	}
	when := at(d.At)
	switch {
	case d.ID <= 0:
		return r, nil, errors.New("it has no id")
	case d.Name == "":
		return r, nil, errors.New("it names no environment")
	case when.IsZero():
		return r, nil, errors.New("it has no time")
	case d.Status == "created" || d.Status == "skipped":
		return r, nil, nil
	}
	record := warehouse.Deployment{
		Service: m.configuration.serviceOf(m.repo), Environment: d.Name, ID: strconv.FormatInt(d.ID, 10), EnvironmentKind: kind(d.Tier), Repo: m.repo, Result: result(d.Status),
		Actor: h.User.login(), Provenance: warehouse.Provenance{UpdatedAt: when, URL: d.URL},
	}
	if sha := path.Base(d.CommitURL); len(sha) >= 40 {
		record.SHA = sha
	}
	switch {
	case d.Status == "blocked":
		record.ApprovalRequestedAt = when
	case d.Status == "running":
		record.StartedAt = when
	case record.Result != "running":
		record.FinishedAt = when
	}
	r.Deployments = m.renamed(record, deployment{Ref: d.Ref}, &job{})
	return r, nil, nil
}

func hookIssue(m mapping, h hook, _ []byte) (r warehouse.Records, empty map[string][]string, err error) {
	var a struct {
		issue
		URL    string      `json:"url"`
		Type   string      `json:"type"`
		Labels []hookLabel `json:"labels"`
	}
	if err := json.Unmarshal(h.Attributes, &a); err != nil {
		return r, nil, err
	}
	i := a.issue
	i.WebURL, i.Labels, i.Assignees, i.Author = a.URL, titles(a.Labels), h.Assignees, nil
	if i.IssueType == "" {
		i.IssueType = strings.ToLower(a.Type)
	}
	if len(i.Labels) == 0 {
		i.Labels = titles(h.Labels)
	}
	if m.isIncident(i) {
		if r, err = m.incident(i, nil); err != nil {
			return r, nil, err
		}
		r.Incidents[0].DetectedBy = "" // who opened it is pushed as a number only
		if i.State == "opened" {
			empty = map[string][]string{"incidents": {"resolved_at"}}
		}
		return r, empty, nil
	}
	if m.configuration.Issues != "all" {
		return r, nil, nil
	}
	r, err = m.ticket(i, nil, nil)
	return r, map[string][]string{"tickets": {"assignee", "labels", "resolved_at"}}, err
}
