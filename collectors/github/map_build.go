package github

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	gh "github.com/google/go-github/v60/github"

	"github.com/weirhq/weir/warehouse"
)

// job is one job of one attempt of a run, from wherever it was read.
type job struct {
	id                          int64
	attempt                     int64
	name, status, conclusion    string // small letters, as REST has them
	created, started, completed time.Time
	url                         string
}

// result is the records' word for what became of a run or a job. Servers differ in letters, and some tell the conclusion
// as the status.
func result(status, conclusion string) string {
	if conclusion == "" {
		conclusion = status
	}
	switch strings.ToLower(conclusion) {
	case "success", "neutral":
		return "success"
	case "cancelled", "stale":
		return "cancelled"
	case "skipped":
		return "skipped"
	case "failure", "timed_out", "startup_failure", "action_required":
		return "failure"
	}
	if strings.EqualFold(status, "completed") && conclusion != status {
		return "failure" // a conclusion that GitHub has invented since: it is no success
	}
	return "running"
}

func (j job) result() string { return result(j.status, j.conclusion) }

// begun is when a runner took the job; GitHub gives a start to jobs that still wait for one, too.
func (j job) begun() time.Time {
	switch strings.ToLower(j.status) {
	case "queued", "waiting", "pending", "requested":
		return time.Time{}
	}
	return j.started
}

func (j job) ended() time.Time {
	if j.result() == "running" {
		return time.Time{}
	}
	return j.completed
}

// triggers are GitHub's events under the names that other CI systems share; the rest keep their own.
var triggers = map[string]string{"workflow_dispatch": "manual"}

// runs maps the attempts of a run: the latest one by what the run says, earlier ones by their jobs. queueTimes tells
// whether the jobs' own queue times are wanted.
func mapRun(repo string, run *gh.WorkflowRun, jobs []job, queueTimes bool) (warehouse.Records, error) {
	var r warehouse.Records
	if run.GetID() == 0 {
		return r, badItem("a workflow run", errNoID)
	}
	if run.CreatedAt == nil || run.CreatedAt.IsZero() {
		return r, badItem(fmt.Sprintf("workflow run %d", run.GetID()), errNoTime)
	}
	last := int64(max(run.GetRunAttempt(), 1))
	jobs = slices.Clone(jobs)
	slices.SortFunc(jobs, func(a, b job) int { return cmp.Compare(a.id, b.id) })
	for attempt := range last {
		attempt++
		var own []job
		for _, j := range jobs {
			if max(j.attempt, 1) == attempt {
				own = append(own, j)
			}
		}
		if attempt < last && len(own) == 0 {
			continue // GitHub has forgotten it
		}
		b := attemptOf(repo, run, attempt, own)
		r.Builds = append(r.Builds, b)
		r.BuildStages = append(r.BuildStages, stages(b, own, queueTimes)...)
	}
	return r, nil
}

func attemptOf(repo string, run *gh.WorkflowRun, attempt int64, jobs []job) warehouse.Build {
	isLatest := attempt == int64(max(run.GetRunAttempt(), 1))
	b := warehouse.Build{
		Pipeline: pipeline(repo, run), ID: decimal(run.GetID()), Attempt: attempt, Repo: repo,
		SHA: run.GetHeadSHA(), Branch: run.GetHeadBranch(), Trigger: cmp.Or(triggers[run.GetEvent()], run.GetEvent()),
		QueuedAt: stamp(run.CreatedAt), Result: result(run.GetStatus(), run.GetConclusion()),
		Provenance: warehouse.Provenance{URL: run.GetHTMLURL()},
	}
	if attempt > 1 {
		b.QueuedAt = firstOf(jobs, func(j job) time.Time { return j.created })
		if at := stamp(run.RunStartedAt); isLatest && !at.IsZero() {
			b.QueuedAt = at
		}
	}
	if !isLatest {
		b.Result = together(jobs)
	}
	// Jobs that were skipped did not run, and those that an attempt took over from the one before ran before it.
	ran := slices.DeleteFunc(slices.Clone(jobs), func(j job) bool {
		return j.result() == "skipped" || attempt > 1 && !j.ended().IsZero() && j.ended().Before(b.QueuedAt)
	})
	b.StartedAt = firstOf(ran, job.begun)
	// When the attempt changed is told by its jobs: the run's own word for it moves with every later attempt.
	b.UpdatedAt = b.QueuedAt
	var ended time.Time
	for _, j := range ran {
		ended = latest(ended, j.ended())
		b.UpdatedAt = latest(b.UpdatedAt, j.begun(), j.ended())
	}
	if b.Result == "running" {
		return b
	}
	if ended.IsZero() && isLatest {
		ended = stamp(run.UpdatedAt) // no job has run
	}
	b.FinishedAt, b.UpdatedAt = ended, latest(b.UpdatedAt, ended)
	return b
}

// pipeline is the name of the workflow below its repository; a workflow without a name is known by its file.
func pipeline(repo string, run *gh.WorkflowRun) string {
	name := run.GetName()
	if name == "" {
		name = decimal(run.GetWorkflowID())
	}
	return repo + "/" + name
}

// together is the result of an attempt as its jobs tell it.
func together(jobs []job) string {
	all := map[string]bool{}
	for _, j := range jobs {
		all[j.result()] = true
	}
	for _, r := range []string{"failure", "cancelled", "success", "skipped"} {
		if all[r] {
			return r
		}
	}
	return "cancelled" // an attempt that is not the latest does not run any more
}

func firstOf(jobs []job, at func(job) time.Time) time.Time {
	var first time.Time
	for _, j := range jobs {
		if t := at(j); !t.IsZero() && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	return first
}

// stages maps the jobs of an attempt, which are in the order of their ids; jobs of one name are numbered.
func stages(b warehouse.Build, jobs []job, queueTimes bool) []warehouse.BuildStage {
	var list []warehouse.BuildStage
	used := map[string]int{}
	for _, j := range jobs {
		if j.name == "" {
			continue
		}
		used[j.name]++
		s := stageOf(b, j, queueTimes)
		if n := used[j.name]; n > 1 {
			s.Name = fmt.Sprintf("%s (%d)", j.name, n)
		}
		list = append(list, s)
	}
	return list
}

func stageOf(b warehouse.Build, j job, queueTimes bool) warehouse.BuildStage {
	s := warehouse.BuildStage{
		Pipeline: b.Pipeline, BuildID: b.ID, Attempt: b.Attempt, Name: j.name,
		StartedAt: j.begun(), FinishedAt: j.ended(), Result: j.result(), Provenance: warehouse.Provenance{URL: j.url},
	}
	if queueTimes {
		s.QueuedAt = j.created
	}
	// A stage that has not begun has no time at all, so that any later word about it is the newer one.
	s.UpdatedAt = latest(s.QueuedAt, s.StartedAt, s.FinishedAt)
	return s
}

func stamp(t *gh.Timestamp) time.Time {
	if t == nil {
		return time.Time{}
	}
	return moment(&t.Time)
}

// jobOf takes a job as REST tells it.
func jobOf(j *gh.WorkflowJob) job {
	return job{
		id: j.GetID(), attempt: max(j.GetRunAttempt(), 1), name: j.GetName(), status: j.GetStatus(), conclusion: j.GetConclusion(),
		created: stamp(j.CreatedAt), started: stamp(j.StartedAt), completed: stamp(j.CompletedAt), url: j.GetHTMLURL(),
	}
}

func decimal(id int64) string { return strconv.FormatInt(id, 10) }
