package gitlab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/warehouse"
)

// projects lists those that are configured, by their paths; missing are those that were named and are not there.
func (c *Collector) projects(ctx context.Context) (found []project, missing []string, err error) {
	var globs []string
	groups := slices.Clone(c.configuration.Groups)
	for _, name := range c.configuration.Projects {
		if isGlob(name) {
			globs = append(globs, name)
			groups = append(groups, groupOf(name))
			continue
		}
		var p project
		err := c.client.one(ctx, "projects/"+url.PathEscape(name), &p)
		switch {
		case errors.Is(err, errGone):
			missing = append(missing, name)
		case err != nil:
			return nil, nil, err
		default:
			found = append(found, p)
		}
	}
	slices.Sort(groups)
	for _, group := range slices.Compact(groups) {
		whole := slices.Contains(c.configuration.Groups, group)
		in, err := c.projectsOf(ctx, group)
		if errors.Is(err, errGone) {
			missing = append(missing, group)
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		for _, p := range in {
			if whole || matchesAny(globs, p.Path) {
				found = append(found, p)
			}
		}
	}
	found = slices.DeleteFunc(found, func(p project) bool {
		return p.ID <= 0 || p.Path == "" || c.configuration.excludes(p.Path) || p.Archived && !c.configuration.Archived
	})
	slices.SortFunc(found, func(a, b project) int { return strings.Compare(a.Path, b.Path) })
	return slices.CompactFunc(found, func(a, b project) bool { return a.Path == b.Path }), missing, nil
}

func (c *Collector) projectsOf(ctx context.Context, group string) ([]project, error) {
	path := "groups/" + url.PathEscape(group) + "/projects"
	list, err := c.client.all(ctx, path, query{IncludeSubgroups: true, OrderBy: "id", Sort: "asc"})
	if err != nil {
		return nil, err
	}
	var all []project
	for _, raw := range list {
		var p project
		if err := json.Unmarshal(raw, &p); err != nil {
			return nil, fmt.Errorf("understand GitLab's list %s: %w", path, err)
		}
		all = append(all, p)
	}
	return all, nil
}

// places are the paths of projects by their ids, as of the last run: the source's own cursor.
type places struct {
	Paths map[int64]string `json:"paths"`
}

// moved finds the projects that have another path than before and deletes what was known under the old one; under the new
// one everything is collected. A project that is just not there any more is left alone: whether it was deleted or the
// token lost its rights, GitLab answers the same.
func (c *Collector) moved(ctx context.Context, run *collectors.Run, found []project) error {
	var before places
	if run.Cursor != "" {
		if err := json.Unmarshal([]byte(run.Cursor), &before); err != nil {
			run.Log.Warn("the cursor is of no use; moved projects cannot be told", "error", err)
		}
	}
	now := places{Paths: map[int64]string{}}
	taken := map[string]bool{}
	for id, path := range before.Paths {
		now.Paths[id] = path
	}
	for _, p := range found {
		now.Paths[p.ID] = p.Path
		taken[p.Path] = true
	}
	for id, old := range before.Paths {
		if now.Paths[id] == old || taken[old] {
			continue
		}
		run.Log.Info("a project has moved; it is collected again under its new path", "before", old, "now", now.Paths[id])
		if err := forget(ctx, run, old); err != nil {
			return err
		}
	}
	text, err := json.Marshal(now)
	if err != nil {
		return fmt.Errorf("write the cursor: %w", err)
	}
	return run.Save(ctx, string(text))
}

// forget deletes all that this source knows of a project.
func forget(ctx context.Context, run *collectors.Run, path string) error {
	for table, column := range map[string]string{
		"commits": "repo", "pull_requests": "repo", "reviews": "repo", "builds": "pipeline", "build_stages": "pipeline", "deployments": "repo", "tickets": "project", "statuses": "project",
	} {
		known, err := run.Known(ctx, table, map[string]string{column: path})
		if err != nil {
			return err
		}
		if err := run.Delete(ctx, known); err != nil {
			return err
		}
	}
	incidents, err := run.Known(ctx, "incidents", nil)
	if err != nil {
		return err
	}
	transitions, err := run.Known(ctx, "transitions", nil)
	if err != nil {
		return err
	}
	of := func(key string) bool { return strings.HasPrefix(key, path+"#") }
	return run.Delete(ctx, warehouse.Records{
		Incidents:   slices.DeleteFunc(incidents.Incidents, func(i warehouse.Incident) bool { return !of(i.ID) }),
		Transitions: slices.DeleteFunc(transitions.Transitions, func(t warehouse.Transition) bool { return !of(t.Ticket) }),
	})
}
