package github

import (
	"context"
	"slices"
	"strings"
	"time"

	gh "github.com/google/go-github/v60/github"
)

// gates are who approved the deployments of runs, by run and environment, as far as it was read.
type gates map[int64][]gate

type gate struct {
	user         string
	environments []string
}

// approver is who let a run's deployment to an environment through.
func (g gates) approver(run int64, environment string) string {
	for _, one := range g[run] {
		if slices.Contains(one.environments, environment) {
			return one.user
		}
	}
	return ""
}

// runNode is what GraphQL knows of a workflow run.
type runNode struct {
	DatabaseID int64 `json:"databaseId"`
	Reviews    struct {
		Nodes []*struct {
			State        string `json:"state"`
			User         *actor `json:"user"`
			Environments struct {
				Nodes []*struct {
					Name string `json:"name"`
				} `json:"nodes"`
			} `json:"environments"`
		} `json:"nodes"`
	} `json:"deploymentReviews"`
	CheckSuite *struct {
		CheckRuns connection `json:"checkRuns"`
	} `json:"checkSuite"`
}

type checkRunNode struct {
	DatabaseID  int64      `json:"databaseId"`
	Name        string     `json:"name"`
	Status      string     `json:"status"`
	Conclusion  string     `json:"conclusion"`
	StartedAt   *time.Time `json:"startedAt"`
	CompletedAt *time.Time `json:"completedAt"`
	URL         string     `json:"url"`
}

// detail is what belongs to a run besides what its list says.
type detail struct {
	jobs []job
	cut  bool // there are more jobs
}

func (n *runNode) gates() []gate {
	var list []gate
	for _, r := range n.Reviews.Nodes {
		if r == nil || r.State != "APPROVED" {
			continue
		}
		g := gate{user: r.User.name()}
		for _, e := range r.Environments.Nodes {
			if e != nil {
				g.environments = append(g.environments, e.Name)
			}
		}
		list = append(list, g)
	}
	return list
}

func (n *runNode) detail(aside func(error)) detail {
	var d detail
	if n.CheckSuite == nil {
		return d
	}
	d.cut = n.CheckSuite.CheckRuns.PageInfo.HasNextPage
	for _, c := range decode[checkRunNode](n.CheckSuite.CheckRuns.Nodes, aside) {
		d.jobs = append(d.jobs, job{
			id: c.DatabaseID, attempt: 1, name: c.Name, status: strings.ToLower(c.Status), conclusion: strings.ToLower(c.Conclusion),
			started: moment(c.StartedAt), completed: moment(c.CompletedAt), url: c.URL,
		})
	}
	return d
}

// details asks for the jobs of runs, a hundred runs at once, and learns who approved what.
func (r *repository) details(ctx context.Context, runs []*gh.WorkflowRun) (map[int64]detail, error) {
	var ids []string
	for _, run := range runs {
		if id := run.GetNodeID(); id != "" {
			ids = append(ids, id)
			r.gates[run.GetID()] = nil
		}
	}
	found := map[int64]detail{}
	size := newPortion(100, 100)
	for len(ids) > 0 {
		var data struct {
			Nodes connectionNodes `json:"nodes"`
		}
		asked := 0
		err := size.asking(ctx, func(ctx context.Context, n int) error {
			asked = min(n, len(ids))
			reasons, err := r.vendor.ask(ctx, "runs", variables{"ids": ids[:asked]}, &data)
			if err == nil {
				r.asides(reasons)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		ids = ids[asked:]
		for _, n := range decode[runNode](data.Nodes, r.aside) {
			r.gates[n.DatabaseID] = n.gates()
			found[n.DatabaseID] = n.detail(r.aside)
		}
	}
	return found, nil
}

// approvals learns who approved the deployments of runs that were not read by this run.
func (r *repository) approvals(ctx context.Context, runs []int64) error {
	var unknown []*gh.WorkflowRun
	for _, id := range runs {
		if _, known := r.gates[id]; known || id == 0 {
			continue
		}
		r.gates[id] = nil
		var run gh.WorkflowRun
		_, err := r.vendor.get(ctx, r.path("actions/runs/%d", id), "", &run)
		if refused(err) {
			continue // its history is gone, or not for these credentials
		}
		if err != nil {
			return err
		}
		unknown = append(unknown, &run)
	}
	_, err := r.details(ctx, unknown)
	return err
}
