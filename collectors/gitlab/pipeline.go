package gitlab

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/weirhq/weir/collectors/promotion"
	"github.com/weirhq/weir/warehouse"
)

// ruled is what the ids of deployments by rules begin with, which tells them from GitLab's own; the pipeline's id follows.
const ruled = "pipeline-"

// pipeline makes the records of a pipeline of its jobs, of which GitLab lists the latest try of each.
func (m mapping) pipeline(p pipeline, jobs []job) (warehouse.Records, error) {
	var r warehouse.Records
	created := at(p.CreatedAt)
	switch {
	case p.ID <= 0:
		return r, errors.New("it has no id")
	case created.IsZero():
		return r, errors.New("nobody knows when it was created")
	}
	b := warehouse.Build{
		Pipeline: m.repo, ID: strconv.FormatInt(p.ID, 10), Attempt: 1, Repo: m.repo, SHA: p.SHA, Branch: branch(p.Ref), Trigger: trigger(p.Source),
		QueuedAt: created, Result: result(p.Status),
		Provenance: warehouse.Provenance{UpdatedAt: first(at(p.UpdatedAt), created), URL: p.WebURL},
	}
	var finished time.Time
	c := promotion.Candidate{ID: ruled + b.ID}
	taken := map[string]bool{}
	jobs = slices.Clone(jobs)
	slices.SortStableFunc(jobs, func(a, b job) int { return int(min(1, max(-1, a.ID-b.ID))) })
	for _, j := range jobs {
		s, ok := m.stage(b, j, taken)
		if !ok {
			continue
		}
		r.BuildStages = append(r.BuildStages, s)
		if !s.StartedAt.IsZero() && (b.StartedAt.IsZero() || s.StartedAt.Before(b.StartedAt)) {
			b.StartedAt = s.StartedAt
		}
		if s.FinishedAt.After(finished) {
			finished = s.FinishedAt
		}
		c.Stages = append(c.Stages, promotion.Stage{BuildStage: s, Circumstances: promotion.Circumstances{Actor: j.User.login(), Manual: byHand(p.Source)}})
		if c.Actor == "" {
			c.Actor = j.User.login()
		}
	}
	if len(jobs) == 0 {
		b.StartedAt, finished = at(p.StartedAt), at(p.FinishedAt)
	}
	if b.Result != "running" {
		b.FinishedAt = finished
	}
	c.Build, c.Manual = b, byHand(p.Source)
	r.Builds = []warehouse.Build{b}
	r.Deployments = m.promote(c)
	return r, nil
}

// stage is a job of a pipeline; false when it has no name.
func (m mapping) stage(b warehouse.Build, j job, taken map[string]bool) (warehouse.BuildStage, bool) {
	name := strings.TrimSpace(j.Name)
	if name == "" {
		return warehouse.BuildStage{}, false
	}
	for n, plain := 2, name; taken[name]; n++ {
		name = plain + " (" + strconv.Itoa(n) + ")"
	}
	taken[name] = true
	s := warehouse.BuildStage{
		Pipeline: b.Pipeline, BuildID: b.ID, Attempt: b.Attempt, Name: name, StartedAt: at(j.StartedAt), Result: result(j.Status),
		Provenance: warehouse.Provenance{URL: j.WebURL},
	}
	if j.Status == "manual" {
		s.Result = "skipped" // until somebody starts it
	}
	if s.Result != "running" && s.Result != "skipped" {
		s.FinishedAt = at(j.FinishedAt)
	}
	// A job is created with its pipeline and queues only when those before it are done.
	if q := j.QueuedDuration; q != nil && *q >= 0 && *q < 1e9 && !s.StartedAt.IsZero() {
		s.QueuedAt = s.StartedAt.Add(-time.Duration(*q * float64(time.Second))).Truncate(time.Millisecond)
	}
	s.UpdatedAt = first(s.FinishedAt, s.StartedAt, at(j.CreatedAt))
	return s, true
}

// result is Weir's word for a status of pipelines, jobs and deployments. A pipeline that waits for somebody to start a
// job ("manual") has not ended.
func result(status string) string {
	switch status {
	case "success", "completed", "undeployed":
		return "success"
	case "failed":
		return "failure"
	case "canceled", "canceling":
		return "cancelled"
	case "skipped":
		return "skipped"
	}
	return "running"
}

// trigger is Weir's word for a pipeline's source.
func trigger(source string) string {
	switch source {
	case "web", "chat":
		return "manual"
	case "merge_request_event", "external_pull_request_event":
		return "pull_request"
	case "pipeline", "parent_pipeline":
		return "upstream"
	case "trigger":
		return "api"
	case "webide":
		return "push"
	}
	return source
}

func byHand(source string) bool { return trigger(source) == "manual" }

// branch is a branch's or tag's name; a merge request's pipeline has a ref of its own, which stays as it is.
func branch(ref string) string {
	return strings.TrimPrefix(strings.TrimPrefix(ref, "refs/heads/"), "refs/tags/")
}

// promote makes the deployments that a pipeline or its jobs were by rules. Those that GitLab knows as deployments itself
// are not among them: the rules about them have ci_environment.
func (m mapping) promote(c promotion.Candidate) []warehouse.Deployment {
	found := m.rules.builds.Deployments(c)
	for i := range found {
		found[i].Trigger = started(c.Build.Trigger)
	}
	return found
}

// started says whether a deployment began by itself. A pipeline of a push may have waited for somebody to start its last
// job, and GitLab does not tell; so only what is certain is said.
func started(trigger string) string {
	switch trigger {
	case "manual":
		return "manual"
	case "schedule":
		return "automatic"
	}
	return ""
}
