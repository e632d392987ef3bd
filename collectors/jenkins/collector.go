package jenkins

import (
	"context"
	"errors"
	"fmt"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/collectors/access"
	"github.com/weirhq/weir/collectors/promotion"
	"github.com/weirhq/weir/warehouse"
)

// Collector collects from one Jenkins.
type Collector struct {
	configuration Configuration
	rules         *promotion.Compiled
	client        *client
}

var (
	_ collectors.Collector = (*Collector)(nil)
	_ collectors.Checker   = (*Collector)(nil)
)

// New prepares a collector; Jenkins is not asked before Collect.
func New(cfg Configuration, line *access.Line) (*Collector, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	rules, err := cfg.Deployments.Compile()
	if err != nil {
		return nil, err
	}
	client, err := newClient(cfg, line)
	if err != nil {
		return nil, err
	}
	return &Collector{configuration: cfg, rules: rules, client: client}, nil
}

// parallel is how many jobs are collected at the same time; the line lets few requests through at once anyway.
const parallel = 4

// Collect reads the builds that are new, job by job.
func (c *Collector) Collect(ctx context.Context, run *collectors.Run) error {
	jobs, _, err := c.jobs(ctx)
	if err != nil {
		return err
	}
	if len(jobs) == 0 {
		run.Log.Warn("Jenkins shows no job that is configured to be collected")
	}
	byName, names := map[string]job{}, make([]string, 0, len(jobs))
	for _, j := range jobs {
		byName[j.name] = j
		names = append(names, j.name)
	}
	all := &shared{run: run}
	err = run.Each(ctx, names, parallel, func(ctx context.Context, part *collectors.Run) error {
		t := &task{collector: c, run: part, job: byName[part.Part], shared: all, written: map[int64]bool{}}
		t.mapping = mapping{job: t.job.name, repo: c.configuration.repoOf(t.job.name), unstable: c.configuration.Unstable, rules: c.rules}
		return t.collect(ctx)
	})
	if run.Reconcile && ctx.Err() == nil {
		err = errors.Join(err, c.forgetLost(ctx, all, byName))
	}
	return err
}

// forgetLost deletes the builds that were running when their job, or they, disappeared. What had ended stays: Jenkins
// throws old builds and the jobs of merged branches away, which unmakes nothing.
func (c *Collector) forgetLost(ctx context.Context, all *shared, jobs map[string]job) error {
	known, err := all.run.Known(ctx, "builds", map[string]string{"result": "running"})
	if err != nil {
		return err
	}
	var lost warehouse.Records
	for _, b := range known.Builds {
		if _, there := jobs[b.Pipeline]; there || !c.configuration.wants(b.Pipeline) {
			continue // its own part looks after it; or it is not to be collected any more, which proves nothing
		}
		gone, err := all.everythingOf(ctx, b.Pipeline, b.ID)
		if err != nil {
			return err
		}
		lost.Builds = append(lost.Builds, gone.Builds...)
		lost.BuildStages = append(lost.BuildStages, gone.BuildStages...)
		lost.Deployments = append(lost.Deployments, gone.Deployments...)
	}
	return all.run.Delete(ctx, lost)
}

// everythingOf is all that is known of a build.
func (s *shared) everythingOf(ctx context.Context, pipeline, id string) (warehouse.Records, error) {
	all := warehouse.Records{Builds: []warehouse.Build{{Pipeline: pipeline, ID: id, Attempt: 1}}}
	stages, err := s.run.Known(ctx, "build_stages", map[string]string{"pipeline": pipeline, "build_id": id})
	if err != nil {
		return all, err
	}
	all.BuildStages = stages.BuildStages
	all.Deployments, err = s.deploymentsOf(ctx, pipeline, id)
	return all, err
}

// Check says what the user may see, and what a first sync takes.
func (c *Collector) Check(ctx context.Context) (collectors.Check, error) {
	var found collectors.Check
	if c.configuration.User != "" {
		var me struct {
			ID string `json:"id"`
		}
		if err := c.client.get(ctx, "/me/api/json", tree("id,fullName"), &me); err != nil {
			return found, err
		}
		found.Account = me.ID
	}
	jobs, folders, err := c.jobs(ctx)
	if err != nil {
		return found, err
	}
	found.Readable = append(found.Readable, fmt.Sprintf("%d jobs in %d folders", len(jobs), folders))
	for _, glob := range c.configuration.Jobs {
		if !anyMatches(glob, jobs) {
			found.Missing = append(found.Missing, fmt.Sprintf("no job matches %q: check its name, and that the user has Job/Read there", glob))
		}
	}
	if len(jobs) == 0 && len(c.configuration.Jobs) == 0 {
		found.Missing = append(found.Missing, "no job is visible: the user needs Overall/Read and Job/Read")
	}
	found.Requests = 1
	stages := false
	for _, j := range jobs {
		// Builds are numbered without gaps when none were thrown away, so this is the most that it can take.
		found.Requests += int(j.last+pageSize-1) / pageSize
		if !c.configuration.wantStages() || !j.pipeline || j.last == 0 {
			continue
		}
		found.Requests += int(j.last)
		if stages {
			continue
		}
		stages = true
		if _, err := c.client.stages(ctx, j.name, j.last); errors.Is(err, errGone) {
			found.Missing = append(found.Missing, "the stages of pipelines: Jenkins needs the plugin Pipeline: REST API")
		} else if err != nil {
			return found, err
		}
	}
	return found, nil
}

func anyMatches(glob string, jobs []job) bool {
	for _, j := range jobs {
		if matches(glob, j.name) {
			return true
		}
	}
	return false
}
