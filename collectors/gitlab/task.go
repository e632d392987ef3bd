package gitlab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/warehouse"
)

// task is the collection of one project.
type task struct {
	collector *Collector
	client    *client
	run       *collectors.Run
	project   project
	shared    *shared
	mapping   mapping
	cursor    cursor

	tiers map[string]string // of the project's environments; nil: not asked yet
	known *knowledge        // nil: not read yet
}

// collect reads the lists one after the other. One that fails, say because the feature is switched off, does not stop the
// others.
func (t *task) collect(ctx context.Context) error {
	c, err := parseCursor(t.run.Cursor)
	if err != nil {
		t.run.Log.Warn("the cursor is of no use; everything is collected again", "error", err)
		c = cursor{Redo: true}
	}
	settings := t.collector.configuration.fingerprint(t.project.Path)
	c.floors(t.run.Since)
	if c.Settings != "" && c.Settings != settings {
		t.run.Log.Info("what the records are made by has changed; everything is collected again")
		c = c.again()
	}
	c.Settings, c.Redo = settings, c.Redo || t.run.Full
	if c.Lists == nil {
		c.Lists = map[string]*progress{}
	}
	t.cursor = c
	var failures []error
	var last error
	tried, refused := 0, 0
	for _, list := range lists {
		if !t.collector.configuration.collects(list) {
			continue
		}
		tried++
		err := t.list(ctx, list)
		if err == nil && t.run.Reconcile {
			err = t.reconcile(ctx, list)
		}
		switch {
		case err == nil:
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, errForbidden) && list != "commits" || errors.Is(err, errGone):
			// GitLab answers 403 or 404 for features that the project has switched off.
			t.run.Log.Warn("a list was left out", "list", list, "error", err)
			refused++
			last = err
		default:
			failures = append(failures, fmt.Errorf("%s: %w", list, err))
		}
	}
	if tried > 0 && refused == tried {
		return last // not single features: the whole project
	}
	if len(failures) == 0 && t.cursor.Redo {
		t.cursor.Redo = false
		return t.save(ctx)
	}
	return errors.Join(failures...)
}

func (t *task) list(ctx context.Context, name string) error {
	w := &walk{task: t, name: name, path: projectPath(t.project.ID, name)}
	switch name {
	case "commits":
		return t.history(ctx)
	case "merge_requests":
		w.base, w.make = query{State: "all", Scope: "all"}, t.mergeRequests
	case "pipelines":
		w.make = t.pipelines
	case "deployments":
		w.make = t.deployments
	case "issues":
		w.base, w.make = query{State: "all", Scope: "all"}, t.issues
		if t.collector.configuration.onlyIncidents() {
			w.base.IssueType = "incident"
		}
	}
	return w.run(ctx)
}

// onlyIncidents: where incidents are told by their type alone, GitLab can leave the others out.
func (c Configuration) onlyIncidents() bool { return c.Issues != "all" && len(c.IncidentLabels) == 0 }

func (t *task) save(ctx context.Context) error { return t.run.Save(ctx, t.cursor.String()) }

// aside says that an item was set aside.
func (t *task) aside(list string, id int64, reason error) {
	t.run.Log.Warn("an item was set aside", "list", list, "id", id, "reason", reason)
}

// gather does something for each of several items, a few at the same time, and returns the first failure.
func gather(ctx context.Context, n int, do func(i int) error) error {
	var mu sync.Mutex
	var failure error
	var group sync.WaitGroup
	slots := make(chan struct{}, parallel)
	for i := range n {
		slots <- struct{}{}
		mu.Lock()
		over := failure != nil || ctx.Err() != nil
		mu.Unlock()
		if over {
			<-slots
			break
		}
		group.Go(func() {
			defer func() { <-slots }()
			if err := do(i); err != nil {
				mu.Lock()
				defer mu.Unlock()
				if failure == nil {
					failure = err
				}
			}
		})
	}
	group.Wait()
	if failure == nil {
		return ctx.Err()
	}
	return failure
}

// listOf asks for a whole list of things below an item, oldest first or as GitLab has it, and sets bad ones aside. That
// the item is gone meanwhile, or its list is not for this token, is no failure: the list is empty.
func listOf[T any](ctx context.Context, t *task, q query, parts ...string) (all []T, err error) {
	list, err := t.client.all(ctx, projectPath(t.project.ID, parts...), q)
	if errors.Is(err, errGone) || errors.Is(err, errForbidden) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for _, raw := range list {
		var one T
		if err := json.Unmarshal(raw, &one); err != nil {
			t.aside(parts[len(parts)-1], 0, err)
			continue
		}
		all = append(all, one)
	}
	return all, nil
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// join puts bundles of records together.
func join(all []warehouse.Records) (sum warehouse.Records) {
	for _, r := range all {
		sum.Commits = append(sum.Commits, r.Commits...)
		sum.PullRequests = append(sum.PullRequests, r.PullRequests...)
		sum.Reviews = append(sum.Reviews, r.Reviews...)
		sum.Builds = append(sum.Builds, r.Builds...)
		sum.BuildStages = append(sum.BuildStages, r.BuildStages...)
		sum.Deployments = append(sum.Deployments, r.Deployments...)
		sum.Incidents = append(sum.Incidents, r.Incidents...)
		sum.Tickets = append(sum.Tickets, r.Tickets...)
		sum.Transitions = append(sum.Transitions, r.Transitions...)
	}
	return sum
}
