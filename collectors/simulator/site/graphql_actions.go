package site

import (
	"strconv"
	"strings"
	"time"

	"github.com/weirhq/weir/warehouse"
)

// stageOutcome is GitHub's status and conclusion of a job or a run.
func stageOutcome(result string) (status string, conclusion any) {
	switch result {
	case "running":
		return "in_progress", nil
	case "success", "failure", "cancelled", "skipped":
		return "completed", result
	}
	return "queued", nil
}

type runNode struct{ *run }

func (runNode) kind() string { return "WorkflowRun" }

func (r runNode) field(x *execution, name string, args arguments) (any, bool) {
	switch name {
	case "id":
		return r.repo.nodeNumber("WFR", r.id), true
	case "databaseId":
		return r.id, true
	case "runNumber":
		return r.number(), true
	case "event":
		return "push", true
	case "createdAt":
		return r.created(), true
	case "updatedAt":
		return r.updated(), true
	case "url":
		return x.request.base() + "/" + r.repo.Name + "/actions/runs/" + strconv.FormatInt(r.id, 10), true
	case "checkSuite":
		return suiteNode(r), true
	case "deploymentReviews":
		return x.page(few("DeploymentReviewConnection", nil, func(n node) node { return n }), args)
	}
	return nil, false
}

func (r *run) number() int64 { return r.id % 10_000_000 }

// updated is when the run was last changed: by the latest attempt.
func (r *run) updated() time.Time {
	last := r.latest().UpdatedAt
	for _, s := range r.latest().stages {
		last = latest(last, s.UpdatedAt)
	}
	return last
}

type suiteNode struct{ *run }

func (suiteNode) kind() string { return "CheckSuite" }

func (s suiteNode) field(x *execution, name string, args arguments) (any, bool) {
	switch name {
	case "id":
		return s.repo.nodeNumber("CS", s.id), true
	case "databaseId":
		return s.id + 5_000_000_000, true
	case "commit":
		return commitNode{s.repo.commits[s.attempts[0].SHA]}, true
	case "checkRuns":
		var all []jobNode
		attempts := s.attempts
		if filter, _ := args["filterBy"].(map[string]any); filter["checkType"] != "ALL" {
			attempts = attempts[len(attempts)-1:]
		}
		for _, b := range attempts {
			for i, stage := range b.stages {
				all = append(all, jobNode{s.run, b, stage, i})
			}
		}
		return x.page(few("CheckRunConnection", all, func(j jobNode) node { return j }), args)
	}
	return nil, false
}

// jobNode is a job of an attempt.
type jobNode struct {
	run   *run
	build *build
	stage warehouse.BuildStage
	n     int
}

func (j jobNode) id() int64 { return j.run.id*100 + j.build.Attempt*10 + int64(j.n) }

func (jobNode) kind() string { return "CheckRun" }

func (j jobNode) field(x *execution, name string, _ arguments) (any, bool) {
	status, conclusion := stageOutcome(j.stage.Result)
	switch name {
	case "id":
		return j.run.repo.nodeNumber("CR", j.id()), true
	case "databaseId":
		return j.id(), true
	case "name":
		return j.stage.Name, true
	case "status":
		return strings.ToUpper(status), true
	case "conclusion":
		if text, over := conclusion.(string); over {
			return strings.ToUpper(text), true
		}
		return nil, true
	case "startedAt":
		return j.stage.StartedAt, true
	case "completedAt":
		return j.stage.FinishedAt, true
	case "url", "detailsUrl", "permalink":
		return x.request.base() + "/" + j.run.repo.Name + "/actions/runs/" + strconv.FormatInt(j.run.id, 10) + "/job/" + strconv.FormatInt(j.id(), 10), true
	}
	return nil, false
}
