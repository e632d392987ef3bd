package gitlab

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/warehouse"
)

// knowledge is what this source has written about a project's merge requests, read once a run and only when needed.
type knowledge struct {
	pulls   map[int64]warehouse.PullRequest
	reviews map[int64][]warehouse.Review
}

func (t *task) knowledge(ctx context.Context) (*knowledge, error) {
	if t.known != nil {
		return t.known, nil
	}
	where := map[string]string{"repo": t.project.Path}
	pulls, err := t.run.Known(ctx, "pull_requests", where)
	if err != nil {
		return nil, err
	}
	reviews, err := t.run.Known(ctx, "reviews", where)
	if err != nil {
		return nil, err
	}
	k := &knowledge{pulls: map[int64]warehouse.PullRequest{}, reviews: map[int64][]warehouse.Review{}}
	for _, pr := range pulls.PullRequests {
		k.pulls[pr.Number] = pr
	}
	for _, r := range reviews.Reviews {
		k.reviews[r.PullRequest] = append(k.reviews[r.PullRequest], r)
	}
	t.known = k
	return k, nil
}

// retract deletes what was known of things that were read again and is no part of them any more. It comes before the new
// records are written: what was known of them is the only trace of what they were.
func (t *task) retract(ctx context.Context, list string, items []item, now warehouse.Records) error {
	var gone warehouse.Records
	var err error
	switch list {
	case "merge_requests":
		gone, err = t.staleMergeRequests(ctx, now)
	case "pipelines":
		gone, err = t.stalePipelines(ctx, now)
	case "deployments":
		gone, err = t.staleDeployments(ctx, items, now)
	case "issues":
		gone, err = t.staleIssues(ctx, items, now)
	}
	if err != nil {
		return err
	}
	return t.run.Delete(ctx, gone)
}

// staleMergeRequests: deleted comments, and commits that a force-push has taken off the branch.
func (t *task) staleMergeRequests(ctx context.Context, now warehouse.Records) (gone warehouse.Records, err error) {
	known, err := t.knowledge(ctx)
	if err != nil {
		return gone, err
	}
	made := map[string]bool{}
	for _, r := range now.Reviews {
		made[r.ID] = true
	}
	lost := map[string]bool{}
	for _, pr := range now.PullRequests {
		for _, r := range known.reviews[pr.Number] {
			if !made[r.ID] {
				gone.Reviews = append(gone.Reviews, r)
			}
		}
		for _, sha := range known.pulls[pr.Number].Commits {
			if !slices.Contains(pr.Commits, sha) {
				lost[sha] = true
			}
		}
		known.pulls[pr.Number] = pr
	}
	gone.Commits, err = t.ownedBy(ctx, lost, known)
	return gone, err
}

// ownedBy are those of the commits that nothing else has: no other merge request, and no branch.
func (t *task) ownedBy(ctx context.Context, lost map[string]bool, known *knowledge) ([]warehouse.Commit, error) {
	if len(lost) == 0 {
		return nil, nil
	}
	for _, pr := range known.pulls {
		for _, sha := range pr.Commits {
			delete(lost, sha)
		}
	}
	var keys warehouse.Records
	for sha := range lost {
		keys.Commits = append(keys.Commits, warehouse.Commit{Repo: t.project.Path, SHA: sha})
	}
	found, err := t.run.KnownAs(ctx, keys)
	return slices.DeleteFunc(found.Commits, func(c warehouse.Commit) bool { return !c.UpdatedAt.Before(c.CommittedAt) }), err
}

// stalePipelines: jobs that are no more, and deployments that the rules, or the way it ended, do not make any more.
func (t *task) stalePipelines(ctx context.Context, now warehouse.Records) (gone warehouse.Records, err error) {
	made := map[[3]string]bool{}
	for _, s := range now.BuildStages {
		made[[3]string{"stage", s.BuildID, s.Name}] = true
	}
	for _, d := range now.Deployments {
		made[[3]string{d.Service, d.Environment, d.ID}] = true
	}
	for _, b := range now.Builds {
		before, err := t.pipelineKnown(ctx, b.ID)
		if err != nil {
			return gone, err
		}
		gone.BuildStages = append(gone.BuildStages, slices.DeleteFunc(before.BuildStages, func(s warehouse.BuildStage) bool { return made[[3]string{"stage", s.BuildID, s.Name}] })...)
		gone.Deployments = append(gone.Deployments, slices.DeleteFunc(before.Deployments, func(d warehouse.Deployment) bool { return made[[3]string{d.Service, d.Environment, d.ID}] })...)
	}
	return gone, nil
}

// pipelineKnown is what is known of a pipeline besides itself: its jobs, and the deployments that it was by rules.
func (t *task) pipelineKnown(ctx context.Context, id string) (warehouse.Records, error) {
	all, err := t.run.Known(ctx, "build_stages", map[string]string{"pipeline": t.project.Path, "build_id": id})
	if err != nil {
		return all, err
	}
	all.Deployments, err = t.shared.deploymentsOf(ctx, ruled+id)
	return all, err
}

// shared is what the tasks of one run have in common.
type shared struct {
	run *collectors.Run

	mu       sync.Mutex
	deployed map[string][]warehouse.Deployment // all that are known, by their ids without the job's name; nil: not read yet
}

// deploymentsOf are the known ones of one id: GitLab's own of it, or those that a pipeline was by rules.
func (s *shared) deploymentsOf(ctx context.Context, id string) ([]warehouse.Deployment, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.deployed == nil {
		known, err := s.run.Known(ctx, "deployments", nil)
		if err != nil {
			return nil, err
		}
		s.deployed = map[string][]warehouse.Deployment{}
		for _, d := range known.Deployments {
			of, _, _ := strings.Cut(d.ID, "/")
			s.deployed[of] = append(s.deployed[of], d)
		}
	}
	return slices.Clone(s.deployed[id]), nil
}

// staleDeployments: GitLab's own ones that have got another service or environment by rules, or none.
func (t *task) staleDeployments(ctx context.Context, items []item, now warehouse.Records) (gone warehouse.Records, err error) {
	made := map[[3]string]bool{}
	for _, d := range now.Deployments {
		made[[3]string{d.Service, d.Environment, d.ID}] = true
	}
	for _, i := range items {
		before, err := t.shared.deploymentsOf(ctx, number(i.id))
		if err != nil {
			return gone, err
		}
		for _, d := range before {
			if !made[[3]string{d.Service, d.Environment, d.ID}] {
				gone.Deployments = append(gone.Deployments, d)
			}
		}
	}
	return gone, nil
}

// staleIssues: tickets that have become incidents, the other way round, and changes that were withdrawn.
func (t *task) staleIssues(ctx context.Context, items []item, now warehouse.Records) (gone warehouse.Records, err error) {
	made := map[string]bool{}
	for _, x := range now.Tickets {
		made["ticket "+x.Key] = true
	}
	for _, x := range now.Incidents {
		made["incident "+x.ID] = true
	}
	for _, x := range now.Transitions {
		made[x.Ticket+" "+x.ID] = true
	}
	for _, i := range items {
		one, ok := understood[issue](t, "issues", i)
		if !ok {
			continue
		}
		before, err := t.issueKnown(ctx, t.mapping.key(one))
		if err != nil {
			return gone, err
		}
		gone.Tickets = append(gone.Tickets, slices.DeleteFunc(before.Tickets, func(x warehouse.Ticket) bool { return made["ticket "+x.Key] })...)
		gone.Incidents = append(gone.Incidents, slices.DeleteFunc(before.Incidents, func(x warehouse.Incident) bool { return made["incident "+x.ID] })...)
		gone.Transitions = append(gone.Transitions, slices.DeleteFunc(before.Transitions, func(x warehouse.Transition) bool { return made[x.Ticket+" "+x.ID] })...)
	}
	return gone, nil
}

// issueKnown is all that is known of an issue.
func (t *task) issueKnown(ctx context.Context, key string) (all warehouse.Records, err error) {
	for table, column := range map[string]string{"tickets": "key", "incidents": "id", "transitions": "ticket"} {
		known, err := t.run.Known(ctx, table, map[string]string{column: key})
		if err != nil {
			return all, err
		}
		all.Tickets = append(all.Tickets, known.Tickets...)
		all.Incidents = append(all.Incidents, known.Incidents...)
		all.Transitions = append(all.Transitions, known.Transitions...)
	}
	return all, nil
}
