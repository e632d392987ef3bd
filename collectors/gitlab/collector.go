package gitlab

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/collectors/access"
	"github.com/weirhq/weir/collectors/promotion"
)

// Collector collects from one GitLab.
type Collector struct {
	configuration Configuration
	client        *client
	rules         rules
}

// rules are the configured ones, apart: those about GitLab's own deployments and those about pipelines and jobs.
type rules struct{ own, builds *promotion.Compiled }

var (
	_ collectors.Collector = (*Collector)(nil)
	_ collectors.Checker   = (*Collector)(nil)
)

// New prepares a collector; GitLab is not asked before Collect.
func New(cfg Configuration, line *access.Line) (*Collector, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	rules, err := cfg.compile()
	if err != nil {
		return nil, err
	}
	client, err := newClient(cfg, line)
	if err != nil {
		return nil, err
	}
	return &Collector{configuration: cfg, client: client, rules: rules}, nil
}

func (c Configuration) compile() (r rules, err error) {
	var own, builds promotion.Rules
	for _, rule := range c.Deployments {
		if rule.CIEnvironment != "" {
			own = append(own, rule)
		} else {
			builds = append(builds, rule)
		}
	}
	if r.own, err = own.Compile(); err != nil {
		return r, err
	}
	r.builds, err = builds.Compile()
	return r, err
}

func (c Configuration) mapping(project string, r rules) mapping {
	return mapping{repo: project, configuration: c, rules: r}
}

// parallel is how many projects are collected at the same time, and how many things of one; the line lets few requests
// through at once anyway.
const parallel = 4

// Collect reads what is new, project by project.
func (c *Collector) Collect(ctx context.Context, run *collectors.Run) error {
	found, missing, err := c.projects(ctx)
	if err != nil {
		return err
	}
	if err := c.moved(ctx, run, found); err != nil {
		return err
	}
	byPath, names := map[string]project{}, []string{}
	for _, p := range found {
		byPath[p.Path] = p
		names = append(names, p.Path)
	}
	all := &shared{run: run}
	err = run.Each(ctx, names, parallel, func(ctx context.Context, part *collectors.Run) error {
		p := byPath[part.Part]
		t := &task{collector: c, client: c.client, run: part, project: p, shared: all, mapping: c.configuration.mapping(p.Path, c.rules)}
		return t.collect(ctx)
	})
	for _, name := range missing {
		err = errors.Join(err, fmt.Errorf("%s: %w", name, errGone))
	}
	return err
}

// Check says what the token may read, and what a first sync takes.
func (c *Collector) Check(ctx context.Context) (collectors.Check, error) {
	var found collectors.Check
	var me user
	if err := c.client.one(ctx, "user", &me); err == nil {
		found.Account = me.Username
	} else if c.configuration.TokenType != "job" && !c.configuration.Token.IsZero() {
		return found, err // a job's token is nobody's
	}
	projects, missing, err := c.projects(ctx)
	if err != nil {
		return found, err
	}
	for _, name := range missing {
		found.Missing = append(found.Missing, fmt.Sprintf("%s: %v", name, errGone))
	}
	found.Readable = append(found.Readable, fmt.Sprintf("%d projects", len(projects)))
	found.Requests = 1 + len(projects)/pageSize
	// A few projects stand for all: asking every one of hundreds would be a sync by itself.
	sample := projects[:min(len(projects), 5)]
	requests := 0
	for _, p := range sample {
		n, faults, err := c.survey(ctx, p)
		if err != nil {
			return found, err
		}
		requests += n
		found.Missing = append(found.Missing, faults...)
	}
	if len(sample) > 0 {
		found.Requests += requests * len(projects) / len(sample)
	}
	return found, nil
}

// cost is how many requests an item of a list takes besides its place in a page.
var cost = map[string]int{"merge_requests": 2, "pipelines": 1, "issues": 1}

// survey tries every list of a project and counts what is in it.
func (c *Collector) survey(ctx context.Context, p project) (requests int, faults []string, err error) {
	for _, list := range lists {
		if !c.configuration.collects(list) {
			continue
		}
		path := projectPath(p.ID, list)
		if list == "commits" {
			path = projectPath(p.ID, "repository", "commits")
		}
		a, err := c.client.get(ctx, path, query{PerPage: 1}, "")
		switch {
		case errors.Is(err, errForbidden), errors.Is(err, errGone):
			faults = append(faults, fmt.Sprintf("%s of %s: %s", strings.ReplaceAll(list, "_", " "), p.Path, errors.Unwrap(err)))
		case err != nil:
			return 0, nil, err
		}
		requests += 1 + a.all/pageSize + a.all*cost[list]
	}
	return requests, faults, nil
}
