package site

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/weirhq/weir/collectors/simulator"
)

// mostResults is how many runs GitHub lists at all where the list is filtered.
const mostResults = 1000

func (g gitHub) workflow() object {
	id := g.workflowID()
	at := g.at("/actions/workflows/" + decimal(id))
	began := g.store.world.Begins()
	return obj("id", id, "node_id", g.repo.nodeNumber("W", id), "name", simulator.BuildWorkflow, "path", ".github/workflows/build.yml", "state", "active",
		"created_at", began, "updated_at", began, "url", at, "html_url", g.page("/blob/main/.github/workflows/build.yml"), "badge_url", g.page("/workflows/build/badge.svg"))
}

func (g gitHub) workflowID() int64 { return 50_000_000 + g.repo.Repo.ID }

func (g gitHub) workflows(*request, []string) *answer {
	if g.repo.Team.Jenkins {
		return ok(obj("total_count", 0, "workflows", list{}))
	}
	return ok(obj("total_count", 1, "workflows", list{g.workflow()}))
}

func (g gitHub) runs(q *request, _ []string) *answer {
	all := g.repo.runs
	created, branch, sha, status := q.value("created"), q.value("branch"), q.value("head_sha"), q.value("status")
	event := q.value("event")
	if created+branch+sha+status+event != "" {
		within := parseRange(created)
		all = filtered(all, true, func(r *run) bool {
			state, conclusion := r.latest().outcome()
			return within(r.created()) && (branch == "" || r.latest().Branch == branch) && (sha == "" || r.latest().SHA == sha) &&
				(status == "" || status == state || status == conclusion) && (event == "" || event == "push")
		})
	}
	total := len(all)
	if created+branch+sha+status+event != "" {
		all = all[:min(total, mostResults)]
	}
	return paged(q, all, func(r *run) any { return g.run(r, r.latest()) }).counted("workflow_runs", total)
}

// parseRange reads a range of moments as GitHub's searches have it: 2026-01-01..2026-02-01, >=2026-01-01T10:00:00Z, *..T.
func parseRange(text string) func(time.Time) bool {
	low, high := time.Time{}, time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	moment := func(text string, end bool) time.Time {
		for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02"} {
			if t, err := time.Parse(layout, text); err == nil {
				if layout == "2006-01-02" && end {
					t = t.Add(24*time.Hour - time.Second)
				}
				return t
			}
		}
		if end {
			return high
		}
		return low
	}
	from, to, both := strings.Cut(text, "..")
	switch {
	case text == "":
	case both:
		low, high = moment(from, false), moment(to, true)
	case strings.HasPrefix(text, ">="):
		low = moment(text[2:], false)
	case strings.HasPrefix(text, "<="):
		high = moment(text[2:], true)
	case strings.HasPrefix(text, ">"):
		low = moment(text[1:], true).Add(time.Second)
	case strings.HasPrefix(text, "<"):
		high = moment(text[1:], false).Add(-time.Second)
	default:
		low, high = moment(text, false), moment(text, true)
	}
	return func(t time.Time) bool { return !t.Before(low) && !t.After(high) }
}

func (g gitHub) oneRun(serve func(*run) *answer) func(*request, []string) *answer {
	return func(_ *request, v []string) *answer {
		id, _ := strconv.ParseInt(v[2], 10, 64)
		if r := g.repo.run[id]; r != nil {
			return serve(r)
		}
		return githubMissing()
	}
}

func (g gitHub) oneAttempt(serve func(*run, *build) *answer) func(*request, []string) *answer {
	return func(_ *request, v []string) *answer {
		id, _ := strconv.ParseInt(v[2], 10, 64)
		n, _ := strconv.Atoi(v[3])
		if r := g.repo.run[id]; r != nil && n >= 1 && n <= len(r.attempts) {
			return serve(r, r.attempts[n-1])
		}
		return githubMissing()
	}
}

// outcome is GitHub's status and conclusion ("": none yet) of an attempt.
func (b *build) outcome() (status, conclusion string) {
	switch {
	case b.Result != "running":
		return "completed", b.Result
	case b.StartedAt.IsZero():
		return "queued", ""
	}
	return "in_progress", ""
}

// run is a run as it was in one of its attempts.
func (g gitHub) run(r *run, b *build) object {
	status, conclusion := b.outcome()
	head := g.repo.commits[b.SHA]
	at := g.at("/actions/runs/" + decimal(r.id))
	previous := any(nil)
	if b.Attempt > 1 {
		previous = at + "/attempts/" + decimal(b.Attempt-1)
	}
	updated := b.UpdatedAt
	for _, s := range b.stages {
		updated = latest(updated, s.UpdatedAt)
	}
	title, _, _ := strings.Cut(head.Message, "\n")
	actor := g.user(g.request, head.Author)
	sign := obj("name", g.store.account[head.Author].Name, "email", head.AuthorEmail)
	suite := r.id + 5_000_000_000
	return obj("id", r.id, "name", simulator.BuildWorkflow, "node_id", g.repo.nodeNumber("WFR", r.id), "check_suite_id", suite,
		"check_suite_node_id", g.repo.nodeNumber("CS", suite), "head_branch", b.Branch, "head_sha", b.SHA, "path", ".github/workflows/build.yml",
		"run_number", r.number(), "run_attempt", b.Attempt, "event", "push", "display_title", title, "status", status, "conclusion", orNull(conclusion),
		"workflow_id", g.workflowID(), "url", at, "html_url", g.page("/actions/runs/"+decimal(r.id)), "pull_requests", list{},
		"created_at", r.created(), "updated_at", updated, "run_started_at", b.QueuedAt, "actor", actor, "triggering_actor", actor,
		"jobs_url", at+"/jobs", "logs_url", at+"/logs", "check_suite_url", g.at("/check-suites/"+decimal(suite)), "artifacts_url", at+"/artifacts", //nolint:misspell // GitHub's word
		"cancel_url", at+"/cancel", "rerun_url", at+"/rerun", "previous_attempt_url", previous,
		"workflow_url", g.at("/actions/workflows/"+decimal(g.workflowID())),
		"head_commit", obj("id", head.SHA, "tree_id", head.SHA, "message", head.Message, "timestamp", head.CommittedAt, "author", sign, "committer", sign),
		"repository", g.short(), "head_repository", g.short(), "head_repository_id", g.repo.number)
}

func (g gitHub) jobs(r *run) *answer {
	if g.value("filter") != "all" {
		return g.jobList(g.jobsOf(r, r.latest()))
	}
	var all []jobNode
	for _, b := range slices.Backward(r.attempts) {
		all = append(all, g.jobsOf(r, b)...)
	}
	return g.jobList(all)
}

func (g gitHub) jobsOf(r *run, b *build) (all []jobNode) {
	for i, s := range b.stages {
		all = append(all, jobNode{r, b, s, i})
	}
	return all
}

func (g gitHub) jobList(all []jobNode) *answer {
	return paged(g.request, all, func(j jobNode) any { return g.job(j) }).counted("jobs", len(all))
}

func (g gitHub) job(j jobNode) object {
	status, conclusion := stageOutcome(j.stage.Result)
	run, id := g.at("/actions/runs/"+decimal(j.run.id)), decimal(j.id())
	created := j.stage.StartedAt
	if j.n == 0 {
		created = j.build.QueuedAt // the others begin as soon as the one before has ended
	}
	return obj("id", j.id(), "run_id", j.run.id, "run_url", run, "run_attempt", j.build.Attempt, "node_id", g.repo.nodeNumber("CR", j.id()), "head_sha", j.build.SHA,
		"url", g.at("/actions/jobs/"+id), "html_url", g.page("/actions/runs/"+decimal(j.run.id)+"/job/"+id), "status", status, "conclusion", conclusion,
		"created_at", created, "started_at", j.stage.StartedAt, "completed_at", j.stage.FinishedAt, "name", j.stage.Name, "steps", list{},
		"check_run_url", g.at("/check-runs/"+id), "labels", []string{"ubuntu-latest"}, "runner_id", 1, "runner_name", "runner-1", "runner_group_id", 1,
		"runner_group_name", "Default", "workflow_name", simulator.BuildWorkflow, "head_branch", j.build.Branch)
}
