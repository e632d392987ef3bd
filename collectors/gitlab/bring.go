package gitlab

import (
	"context"
	"encoding/json"

	"github.com/weirhq/weir/warehouse"
)

// bring maps each item of a page, deletes what was known of the same things and is no more, and writes what came out.
func (t *task) bring(ctx context.Context, list string, items []item, known bool, one func(item) (warehouse.Records, error)) error {
	bundles := make([]warehouse.Records, len(items))
	err := gather(ctx, len(items), func(i int) (err error) {
		bundles[i], err = one(items[i])
		return err
	})
	if err != nil {
		return err
	}
	records := join(bundles)
	if known && len(items) > 0 {
		if err := t.retract(ctx, list, items, records); err != nil {
			return err
		}
	}
	return t.run.Write(ctx, records)
}

// understood decodes an item; one that cannot be is set aside.
func understood[T any](t *task, list string, i item) (v T, ok bool) {
	if err := json.Unmarshal(i.raw, &v); err != nil {
		t.aside(list, i.id, err)
		return v, false
	}
	return v, true
}

// accept hands records on, or sets the item aside that they could not be made of.
func (t *task) accept(list string, i item, r warehouse.Records, err error) (warehouse.Records, error) {
	if err != nil {
		t.aside(list, i.id, err)
		return warehouse.Records{}, nil
	}
	return r, nil
}

func (t *task) mergeRequests(ctx context.Context, items []item, known bool) error {
	return t.bring(ctx, "merge_requests", items, known, func(i item) (r warehouse.Records, err error) {
		mr, ok := understood[mergeRequest](t, "merge_requests", i)
		if !ok {
			return r, nil
		}
		id := number(mr.IID)
		notes, err := listOf[note](ctx, t, query{OrderBy: "created_at", Sort: "asc"}, "merge_requests", id, "notes")
		if err != nil {
			return r, err
		}
		commits, err := listOf[commit](ctx, t, query{}, "merge_requests", id, "commits")
		if err != nil {
			return r, err
		}
		r, err = t.mapping.mergeRequest(mr, notes, commits)
		return t.accept("merge_requests", i, r, err)
	})
}

func (t *task) pipelines(ctx context.Context, items []item, known bool) error {
	return t.bring(ctx, "pipelines", items, known, func(i item) (r warehouse.Records, err error) {
		p, ok := understood[pipeline](t, "pipelines", i)
		if !ok {
			return r, nil
		}
		jobs, err := listOf[job](ctx, t, query{}, "pipelines", number(p.ID), "jobs")
		if err != nil {
			return r, err
		}
		r, err = t.mapping.pipeline(p, jobs)
		return t.accept("pipelines", i, r, err)
	})
}

func (t *task) deployments(ctx context.Context, items []item, known bool) error {
	if len(items) > 0 && t.tiers == nil {
		environments, err := listOf[environment](ctx, t, query{}, "environments")
		if err != nil {
			return err
		}
		t.tiers = map[string]string{}
		for _, e := range environments {
			t.tiers[e.Name] = e.Tier
		}
	}
	return t.bring(ctx, "deployments", items, known, func(i item) (r warehouse.Records, err error) {
		d, ok := understood[deployment](t, "deployments", i)
		if !ok {
			return r, nil
		}
		r.Deployments, err = t.mapping.deployment(d, t.tiers)
		return t.accept("deployments", i, r, err)
	})
}

func (t *task) issues(ctx context.Context, items []item, known bool) error {
	if t.collector.configuration.Issues == "all" && len(items) > 0 {
		if err := t.run.Write(ctx, warehouse.Records{Statuses: t.mapping.statuses()}); err != nil {
			return err
		}
	}
	return t.bring(ctx, "issues", items, known, func(i item) (r warehouse.Records, err error) {
		one, ok := understood[issue](t, "issues", i)
		if !ok {
			return r, nil
		}
		id := number(one.IID)
		if t.mapping.isIncident(one) {
			notes, err := listOf[note](ctx, t, query{OrderBy: "created_at", Sort: "asc"}, "issues", id, "notes")
			if err != nil {
				return r, err
			}
			r, err = t.mapping.incident(one, notes)
			return t.accept("issues", i, r, err)
		}
		if t.collector.configuration.Issues != "all" {
			return r, nil
		}
		states, err := listOf[stateEvent](ctx, t, query{}, "issues", id, "resource_state_events")
		if err != nil {
			return r, err
		}
		var labels []labelEvent
		if t.collector.configuration.StatusLabels != "" {
			if labels, err = listOf[labelEvent](ctx, t, query{}, "issues", id, "resource_label_events"); err != nil {
				return r, err
			}
		}
		r, err = t.mapping.ticket(one, states, labels)
		return t.accept("issues", i, r, err)
	})
}
