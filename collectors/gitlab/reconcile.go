package gitlab

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"github.com/weirhq/weir/warehouse"
)

// reconcile compares what GitLab still lists with what is known, and deletes what has vanished. A list that is read in
// pages may miss an item when another one is deleted meanwhile, so each candidate is asked for by itself.
func (t *task) reconcile(ctx context.Context, list string) error {
	var gone warehouse.Records
	var err error
	switch list {
	case "merge_requests":
		gone, err = t.vanishedMergeRequests(ctx)
	case "pipelines":
		gone, err = t.vanishedPipelines(ctx)
	case "deployments":
		gone, err = t.vanishedDeployments(ctx)
	case "issues":
		gone, err = t.vanishedIssues(ctx)
	}
	if err != nil {
		return err
	}
	return t.run.Delete(ctx, gone)
}

// numbers are the ids, or the numbers within the project, of all items of a list.
func (t *task) numbers(ctx context.Context, list string, q query) (ids map[int64]bool, err error) {
	all, err := t.client.all(ctx, projectPath(t.project.ID, list), q)
	ids = map[int64]bool{}
	for _, raw := range all {
		var i struct {
			ID  int64 `json:"id"`
			IID int64 `json:"iid"`
		}
		if json.Unmarshal(raw, &i) != nil {
			continue
		}
		if list == "deployments" {
			i.IID = i.ID
		}
		ids[i.IID] = true
	}
	return ids, err
}

// vanished asks whether GitLab does not have an item any more.
func (t *task) vanished(ctx context.Context, list string, id int64) (bool, error) {
	_, err := t.client.get(ctx, projectPath(t.project.ID, list, number(id)), query{}, "")
	if errors.Is(err, errGone) {
		return true, nil
	}
	return false, err
}

func (t *task) vanishedMergeRequests(ctx context.Context) (gone warehouse.Records, err error) {
	there, err := t.numbers(ctx, "merge_requests", query{State: "all", Scope: "all", OrderBy: "created_at", Sort: "asc"})
	if err != nil {
		return gone, err
	}
	t.known = nil // what was known before this run's writes is of no use
	known, err := t.knowledge(ctx)
	if err != nil {
		return gone, err
	}
	lost := map[string]bool{}
	for n, pr := range known.pulls {
		if there[n] {
			continue
		}
		away, err := t.vanished(ctx, "merge_requests", n)
		if err != nil {
			return gone, err
		}
		if !away {
			continue
		}
		gone.PullRequests = append(gone.PullRequests, pr)
		gone.Reviews = append(gone.Reviews, known.reviews[n]...)
		for _, sha := range pr.Commits {
			lost[sha] = true
		}
	}
	for _, pr := range gone.PullRequests {
		delete(known.pulls, pr.Number)
	}
	gone.Commits, err = t.ownedBy(ctx, lost, known)
	return gone, err
}

// vanishedPipelines: only those that had not ended, whose end nobody will ever know. GitLab throws old pipelines away
// where it is told to, and that unmakes nothing.
func (t *task) vanishedPipelines(ctx context.Context) (gone warehouse.Records, err error) {
	known, err := t.run.Known(ctx, "builds", map[string]string{"pipeline": t.project.Path, "result": "running"})
	if err != nil {
		return gone, err
	}
	for _, b := range known.Builds {
		id, err := strconv.ParseInt(b.ID, 10, 64)
		if err != nil {
			continue
		}
		away, err := t.vanished(ctx, "pipelines", id)
		if err != nil {
			return gone, err
		}
		if !away {
			continue
		}
		more, err := t.pipelineKnown(ctx, b.ID)
		if err != nil {
			return gone, err
		}
		gone.Builds = append(gone.Builds, b)
		gone.BuildStages = append(gone.BuildStages, more.BuildStages...)
		gone.Deployments = append(gone.Deployments, more.Deployments...)
	}
	return gone, nil
}

func (t *task) vanishedDeployments(ctx context.Context) (gone warehouse.Records, err error) {
	there, err := t.numbers(ctx, "deployments", query{OrderBy: "id", Sort: "asc"})
	if err != nil {
		return gone, err
	}
	known, err := t.run.Known(ctx, "deployments", map[string]string{"repo": t.project.Path})
	if err != nil {
		return gone, err
	}
	for _, d := range known.Deployments {
		id, err := strconv.ParseInt(d.ID, 10, 64)
		if err != nil || there[id] {
			continue // by rules, or there
		}
		away, err := t.vanished(ctx, "deployments", id)
		if err != nil {
			return gone, err
		}
		if away {
			gone.Deployments = append(gone.Deployments, d)
		}
	}
	return gone, nil
}

func (t *task) vanishedIssues(ctx context.Context) (gone warehouse.Records, err error) {
	q := query{State: "all", Scope: "all", OrderBy: "created_at", Sort: "asc"}
	if t.collector.configuration.onlyIncidents() {
		q.IssueType = "incident"
	}
	there, err := t.numbers(ctx, "issues", q)
	if err != nil {
		return gone, err
	}
	tickets, err := t.run.Known(ctx, "tickets", map[string]string{"project": t.project.Path})
	if err != nil {
		return gone, err
	}
	incidents, err := t.run.Known(ctx, "incidents", nil)
	if err != nil {
		return gone, err
	}
	keys := map[string]bool{}
	for _, x := range tickets.Tickets {
		keys[x.Key] = true
	}
	for _, x := range incidents.Incidents {
		keys[x.ID] = true
	}
	for key := range keys {
		text, ours := strings.CutPrefix(key, t.project.Path+"#")
		n, err := strconv.ParseInt(text, 10, 64)
		if !ours || err != nil || there[n] {
			continue
		}
		if away, err := t.vanished(ctx, "issues", n); err != nil {
			return gone, err
		} else if away {
			more, err := t.issueKnown(ctx, key)
			if err != nil {
				return gone, err
			}
			gone.Tickets = append(gone.Tickets, more.Tickets...)
			gone.Incidents = append(gone.Incidents, more.Incidents...)
			gone.Transitions = append(gone.Transitions, more.Transitions...)
		}
	}
	return gone, nil
}
