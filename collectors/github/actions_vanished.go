package github

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	gh "github.com/google/go-github/v60/github"

	"github.com/weirhq/weir/warehouse"
)

// compare deletes the runs that are known and were not seen in the whole list, once GitHub has confirmed it of each: pages
// may have moved. What is older than the oldest run there is was not deleted by anybody; GitHub keeps runs for some time
// only, and what is known of them stays.
func (a *actions) compare(ctx context.Context) error {
	for id, k := range a.known {
		if a.seen[id] || k.QueuedAt.Before(a.oldest) {
			continue
		}
		var run gh.WorkflowRun
		_, err := a.vendor.get(ctx, a.path("actions/runs/%d", id), "", &run)
		if refused(err, http.StatusNotFound) {
			err = a.vanished(ctx, decimal(id))
		} else if err == nil {
			err = a.take(ctx, []*gh.WorkflowRun{&run})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// superseded deletes deployments that runs were by other rules than those of now. Those of runs that were left out stay.
func (a *actions) superseded(ctx context.Context) error {
	known, err := a.run.Known(ctx, "deployments", map[string]string{"repo": a.repo})
	if err != nil {
		return fmt.Errorf("look up the deployments that are known: %w", err)
	}
	var gone warehouse.Records
	for _, d := range known.Deployments {
		run, err := strconv.ParseInt(d.BuildID, 10, 64)
		if !a.repository.state.Floor.IsZero() && (err != nil || !a.seen[run]) {
			continue
		}
		if strings.HasPrefix(d.ID, runPrefix) && !a.made[deploymentKey(d)] {
			gone.Deployments = append(gone.Deployments, d)
		}
	}
	a.remove(gone)
	return nil
}

// vanished deletes what is known of a run.
func (a *actions) vanished(ctx context.Context, id string) error {
	builds, err := a.run.Known(ctx, "builds", map[string]string{"repo": a.repo, "id": id})
	if err != nil {
		return fmt.Errorf("look up a build: %w", err)
	}
	gone := warehouse.Records{Builds: builds.Builds}
	for _, b := range builds.Builds {
		stages, err := a.run.Known(ctx, "build_stages", map[string]string{"pipeline": b.Pipeline, "build_id": b.ID})
		if err != nil {
			return fmt.Errorf("look up a build's stages: %w", err)
		}
		gone.BuildStages = append(gone.BuildStages, stages.BuildStages...)
	}
	deployments, err := a.run.Known(ctx, "deployments", map[string]string{"repo": a.repo, "build_id": id})
	if err != nil {
		return fmt.Errorf("look up a build's deployments: %w", err)
	}
	for _, d := range deployments.Deployments {
		if strings.HasPrefix(d.ID, runPrefix) {
			gone.Deployments = append(gone.Deployments, d)
		}
	}
	a.remove(gone)
	return nil
}
