package github

import (
	"context"
	"fmt"
	"strings"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/warehouse"
)

// forget deletes everything that is known of a repository under a name that it has no longer, and its cursor: should
// another repository get the name one day, it begins anew.
func forget(ctx context.Context, part *collectors.Run) error {
	where := map[string]string{"repo": part.Part}
	var gone warehouse.Records
	for _, table := range []string{"commits", "pull_requests", "reviews", "builds", "deployments"} {
		known, err := part.Known(ctx, table, where)
		if err != nil {
			return fmt.Errorf("look up what is known under the former name: %w", err)
		}
		gone.Commits = append(gone.Commits, known.Commits...)
		gone.PullRequests = append(gone.PullRequests, known.PullRequests...)
		gone.Reviews = append(gone.Reviews, known.Reviews...)
		gone.Builds = append(gone.Builds, known.Builds...)
		gone.Deployments = append(gone.Deployments, known.Deployments...)
	}
	pipelines := map[string]bool{}
	for _, b := range gone.Builds {
		pipelines[b.Pipeline] = true
	}
	for name := range pipelines {
		known, err := part.Known(ctx, "build_stages", map[string]string{"pipeline": name})
		if err != nil {
			return fmt.Errorf("look up what is known under the former name: %w", err)
		}
		gone.BuildStages = append(gone.BuildStages, known.BuildStages...)
	}
	if err := forgetIssues(ctx, part, &gone); err != nil {
		return err
	}
	if err := part.Delete(ctx, gone); err != nil {
		return err
	}
	return part.Save(ctx, "")
}

func forgetIssues(ctx context.Context, part *collectors.Run, gone *warehouse.Records) error {
	tickets, err := part.Known(ctx, "tickets", map[string]string{"project": part.Part})
	if err != nil {
		return fmt.Errorf("look up what is known under the former name: %w", err)
	}
	gone.Tickets = tickets.Tickets
	for _, t := range tickets.Tickets {
		known, err := part.Known(ctx, "transitions", map[string]string{"ticket": t.Key})
		if err != nil {
			return fmt.Errorf("look up what is known under the former name: %w", err)
		}
		gone.Transitions = append(gone.Transitions, known.Transitions...)
	}
	statuses, err := part.Known(ctx, "statuses", map[string]string{"project": part.Part})
	if err != nil {
		return fmt.Errorf("look up what is known under the former name: %w", err)
	}
	gone.Statuses = statuses.Statuses
	incidents, err := part.Known(ctx, "incidents", nil)
	if err != nil {
		return fmt.Errorf("look up what is known under the former name: %w", err)
	}
	for _, i := range incidents.Incidents {
		if strings.HasPrefix(i.ID, part.Part+"#") {
			gone.Incidents = append(gone.Incidents, i)
		}
	}
	return nil
}
