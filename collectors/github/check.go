package github

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/weirhq/weir/collectors"
)

// probe is a list of a repository with the permission that a fine-grained token or an App needs for it.
type probe struct {
	name, path, permission string
}

func (c Configuration) probes() []probe {
	list := []probe{{"commits", "commits?per_page=1", "Contents: read"}}
	add := func(wanted bool, p probe) {
		if wanted {
			list = append(list, p)
		}
	}
	add(on(c.PullRequests), probe{"pull requests", "pulls?state=all&per_page=1", "Pull requests: read"})
	add(on(c.Actions), probe{"runs of GitHub Actions", "actions/runs?per_page=1", "Actions: read"})
	add(on(c.Deployments), probe{"deployments", "deployments?per_page=1", "Deployments: read"})
	add(c.Issues.Tickets || len(c.Issues.Incidents.Labels) > 0, probe{"issues", "issues?state=all&per_page=1", "Issues: read"})
	add(c.Releases.Environment != "", probe{"releases", "releases?per_page=1", "Contents: read"})
	add(c.Tags.Environment != "", probe{"tags", "tags?per_page=1", "Contents: read"})
	return list
}

// checked is how many repositories Check looks into; of the others it says that they are there.
const checked = 20

// Check asks GitHub who these credentials are and what they may read.
func (c *Collector) Check(ctx context.Context) (collectors.Check, error) {
	var found collectors.Check
	v, err := c.connect()
	if err != nil {
		return found, err
	}
	var viewer struct {
		Viewer *actor `json:"viewer"`
	}
	switch _, err := v.ask(ctx, "viewer", nil, &viewer); {
	case refused(err, http.StatusUnauthorized):
		return found, err
	case err != nil && !refused(err): // an App's installation is no viewer on some servers
		return found, fmt.Errorf("reach GitHub: %w", err)
	case err == nil:
		found.Account = viewer.Viewer.name()
	}
	run := &collectors.Run{Log: slog.New(slog.DiscardHandler)}
	s := &source{Collector: c, vendor: v, run: run, state: parseSourceCursor("")}
	names, err := s.repositories(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return found, ctx.Err()
		}
		found.Missing = append(found.Missing, fmt.Sprintf("%v (an App or a fine-grained token needs Metadata: read)", err))
	}
	requests, readable := 0, 0
	for i, name := range names {
		if i == checked {
			requests = requests * len(names) / checked
			readable += len(names) - checked
			break
		}
		ok, n, missing, err := c.checkRepository(ctx, v, name)
		if err != nil {
			return found, err
		}
		requests += n
		found.Missing = append(found.Missing, missing...)
		if ok {
			readable++
		}
	}
	found.Requests = requests
	if readable > 0 {
		found.Readable = append(found.Readable, fmt.Sprintf("%d of %d repositories", readable, len(names)))
	}
	if budget := c.line.Traffic(); budget.Limit > 0 {
		found.Readable = append(found.Readable, fmt.Sprintf("%d of %d requests are left until %s UTC", budget.Remaining, budget.Limit, budget.Reset.UTC().Format("15:04")))
	}
	return found, nil
}

// checkRepository tells whether a repository is there, how many requests its first sync will take, and which of its lists
// cannot be read.
func (c *Collector) checkRepository(ctx context.Context, v *vendor, name string) (ok bool, requests int, missing []string, err error) {
	for i, p := range c.configuration.probes() {
		var body any
		_, err := v.get(ctx, "repos/"+name+"/"+p.path, "", &body)
		switch {
		case err == nil || refused(err, http.StatusConflict): // an empty repository
		case !refused(err):
			return false, 0, nil, err
		case i == 0:
			return false, 0, []string{fmt.Sprintf("%s: %v (Contents: read, Metadata: read)", name, errors.Unwrap(err))}, nil
		default:
			missing = append(missing, fmt.Sprintf("the %s of %s: %v (%s, or they are switched off there)", p.name, name, errors.Unwrap(err), p.permission))
		}
	}
	n, err := c.survey(ctx, v, name)
	if err != nil && !refused(err) {
		return false, 0, nil, err
	}
	return true, n, missing, nil
}

// survey estimates the requests of a first sync from how much there is.
func (c *Collector) survey(ctx context.Context, v *vendor, name string) (int, error) {
	r := repository{repo: name}
	r.split()
	type count struct {
		TotalCount int `json:"totalCount"`
	}
	var data struct {
		Repository *struct {
			Pulls       count `json:"pullRequests"`
			Issues      count `json:"issues"`
			Deployments count `json:"deployments"`
			Default     *struct {
				Target struct {
					History count `json:"history"`
				} `json:"target"`
			} `json:"defaultBranchRef"`
		} `json:"repository"`
	}
	if _, err := v.ask(ctx, "survey", r.vars(variables{}), &data); err != nil || data.Repository == nil {
		return 0, err
	}
	found, pages := data.Repository, func(n, size int) int { return 1 + (n+size-1)/size }
	total := 2
	if found.Default != nil {
		total += pages(found.Default.Target.History.TotalCount, 700)
	}
	if on(c.configuration.PullRequests) {
		total += pages(found.Pulls.TotalCount, 95) // some have more commits or reviews than a page
	}
	if on(c.configuration.Deployments) {
		total += pages(found.Deployments.TotalCount, 100)
	}
	if c.configuration.Issues.Tickets {
		total += pages(found.Issues.TotalCount, 100)
	}
	if on(c.configuration.Actions) {
		var runs struct {
			Total int `json:"total_count"`
		}
		if _, err := v.get(ctx, "repos/"+name+"/actions/runs?per_page=1", "", &runs); err != nil {
			return total, nil //nolint:nilerr // that they cannot be read was said already
		}
		total += 2 * pages(runs.Total, 100)
		if c.configuration.JobQueueTimes {
			total += runs.Total
		}
	}
	return total, nil
}
