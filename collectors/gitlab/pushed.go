package gitlab

import (
	"encoding/json"
	"errors"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/weirhq/weir/warehouse"
)

func hookMergeRequest(m mapping, h hook, _ []byte) (s statement, err error) {
	var a struct {
		mergeRequest
		URL        string          `json:"url"`
		Labels     []hookLabel     `json:"labels"`
		Action     string          `json:"action"`
		LastCommit json.RawMessage `json:"last_commit"`
	}
	if err := json.Unmarshal(h.Attributes, &a); err != nil {
		return s, err
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
		return s, err
	}
	s.have.PullRequests = []warehouse.PullRequest{pr}
	columns := []string{"draft", "labels"}
	if mr.Author != nil {
		columns = append(columns, "ticket_keys")
	}
	if mr.State == "opened" {
		columns = append(columns, "merged_at", "closed_at", "merge_sha")
	}
	var last hookCommit
	if json.Unmarshal(a.LastCommit, &last) == nil {
		s.have.Commits = m.contributed(last)
	}
	s.empty = map[string][]string{"pull_requests": columns}
	return s, nil
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

func hookPush(m mapping, h hook, body []byte) (s statement, err error) {
	var push struct {
		Ref     string       `json:"ref"`
		Commits []hookCommit `json:"commits"`
	}
	if err := json.Unmarshal(body, &push); err != nil {
		return s, err
	}
	if h.Project.DefaultBranch != "" && push.Ref != "refs/heads/"+h.Project.DefaultBranch {
		return s, nil
	}
	for _, k := range push.Commits {
		s.have.Commits = append(s.have.Commits, m.contributed(k)...)
	}
	return s, nil
}

// hookNote: people's comments are pushed, GitLab's own notes are not.
func hookNote(m mapping, h hook, body []byte) (s statement, err error) {
	var n struct {
		note
		Body string `json:"note"`
	}
	var of struct {
		MergeRequest *mergeRequest `json:"merge_request"`
	}
	if err := errors.Join(json.Unmarshal(h.Attributes, &n), json.Unmarshal(body, &of)); err != nil {
		return s, err
	}
	if of.MergeRequest == nil || of.MergeRequest.IID <= 0 { // it is about an issue or a commit
		return s, nil
	}
	n.note.Body, n.Author = n.Body, h.User
	s.have.Reviews = m.reviews(of.MergeRequest.IID, n.note)
	return s, nil
}

func hookPipeline(m mapping, h hook, body []byte) (s statement, err error) {
	var a struct {
		pipeline
		URL string `json:"url"`
	}
	var of struct {
		Builds []job `json:"builds"`
	}
	if err := errors.Join(json.Unmarshal(h.Attributes, &a), json.Unmarshal(body, &of)); err != nil {
		return s, err
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
	s.have, err = m.pipeline(p, of.Builds)
	return s, err
}

func latest(moments ...time.Time) (last time.Time) {
	for _, m := range moments {
		if m.After(last) {
			last = m
		}
	}
	return last
}

func hookJob(m mapping, h hook, body []byte) (s statement, err error) {
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
		return s, err
	}
	if b.PipelineID <= 0 {
		return s, errors.New("it names no pipeline")
	}
	build := warehouse.Build{Pipeline: m.repo, ID: strconv.FormatInt(b.PipelineID, 10), Attempt: 1, Repo: m.repo, SHA: b.SHA, Branch: branch(b.Ref), Result: "running"}
	j := job{ID: b.ID, Name: b.Name, Status: b.Status, CreatedAt: b.CreatedAt, StartedAt: b.StartedAt, FinishedAt: b.FinishedAt, QueuedDuration: b.Queued, User: h.User}
	one, ok := m.stage(build, j, map[string]bool{})
	if !ok {
		return s, errors.New("the job has no name")
	}
	s.have.BuildStages = []warehouse.BuildStage{one}
	build.StartedAt, build.FinishedAt = one.StartedAt, one.FinishedAt
	s.have.Builds = []warehouse.Build{build} // the earliest start and the latest end of its jobs
	return s, nil
}

func hookDeployment(m mapping, h hook, body []byte) (s statement, err error) {
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
		return s, err
	}
	when := at(d.At)
	switch {
	case d.ID <= 0:
		return s, errors.New("it has no id")
	case d.Name == "":
		return s, errors.New("it names no environment")
	case when.IsZero():
		return s, errors.New("it has no time")
	case d.Status == "created" || d.Status == "skipped":
		return s, nil
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
	s.have.Deployments = m.renamed(record, deployment{Ref: d.Ref}, &job{})
	return s, nil
}

func hookIssue(m mapping, h hook, _ []byte) (s statement, err error) {
	var a struct {
		issue
		URL    string      `json:"url"`
		Type   string      `json:"type"`
		Labels []hookLabel `json:"labels"`
	}
	if err := json.Unmarshal(h.Attributes, &a); err != nil {
		return s, err
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
		if s.have, err = m.incident(i, nil); err != nil {
			return s, err
		}
		s.have.Incidents[0].DetectedBy = "" // who opened it is pushed as a number only
		if i.State == "opened" {
			s.empty = map[string][]string{"incidents": {"resolved_at"}}
		}
		return s, nil
	}
	if m.configuration.Issues != "all" {
		return s, nil
	}
	s.empty = map[string][]string{"tickets": {"assignee", "labels", "resolved_at"}}
	s.have, err = m.ticket(i, nil, nil)
	return s, err
}
