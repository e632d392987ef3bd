package jenkins

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/warehouse"
)

// write stores builds with their stages and deployments, and notes in the cursor which have not ended.
func (t *task) write(ctx context.Context, builds []build, next *cursor) error {
	if len(builds) == 0 {
		return nil
	}
	stages, err := t.stages(ctx, builds)
	if err != nil {
		return err
	}
	var records warehouse.Records
	for _, b := range builds {
		t.written[b.Number] = true
		next.Open = without(next.Open, b.Number)
		r, err := t.mapping.records(b, stages[b.Number])
		if err != nil {
			t.run.Log.Warn("a build was set aside", "build", b.Number, "error", err)
			continue
		}
		if r.Builds[0].Result == "running" {
			next.Open = append(next.Open, b.Number)
		}
		records.Builds = append(records.Builds, r.Builds...)
		records.BuildStages = append(records.BuildStages, r.BuildStages...)
		records.Deployments = append(records.Deployments, r.Deployments...)
	}
	if err := t.run.Write(ctx, records); err != nil {
		return err
	}
	if err := t.retract(ctx, records); err != nil {
		return err
	}
	t.run.Done(len(builds))
	t.expected = max(0, t.expected-int64(len(builds)))
	return nil
}

// retract deletes what these builds were said to have been and were not: by rules that have been changed, while they were
// running, or by a job of the same name that was deleted.
func (t *task) retract(ctx context.Context, now warehouse.Records) error {
	type key [3]string
	made := map[key]bool{}
	for _, d := range now.Deployments {
		made[key{d.Service, d.Environment, d.ID}] = true
	}
	for _, s := range now.BuildStages {
		made[key{s.Pipeline, s.BuildID, s.Name}] = true
	}
	var gone warehouse.Records
	for _, b := range now.Builds {
		before, err := t.before(ctx, b)
		if err != nil {
			return err
		}
		for _, d := range before.Deployments {
			if !made[key{d.Service, d.Environment, d.ID}] {
				gone.Deployments = append(gone.Deployments, d)
			}
		}
		for _, s := range before.BuildStages {
			if !made[key{s.Pipeline, s.BuildID, s.Name}] {
				gone.BuildStages = append(gone.BuildStages, s)
			}
		}
	}
	return t.run.Delete(ctx, gone)
}

// before is what was known of a build and may have to be deleted.
func (t *task) before(ctx context.Context, b warehouse.Build) (known warehouse.Records, err error) {
	number, _ := strconv.ParseInt(b.ID, 10, 64)
	switch {
	case t.cursor.Redo:
		if t.stagesBefore == nil && t.collector.configuration.wantStages() && !t.noStages {
			all, err := t.run.Known(ctx, "build_stages", map[string]string{"pipeline": b.Pipeline})
			if err != nil {
				return known, err
			}
			t.stagesBefore = map[string][]warehouse.BuildStage{}
			for _, s := range all.BuildStages {
				t.stagesBefore[s.BuildID] = append(t.stagesBefore[s.BuildID], s)
			}
		}
		known.BuildStages = t.stagesBefore[b.ID]
		known.Deployments, err = t.shared.deploymentsOf(ctx, b.Pipeline, b.ID)
	case slices.Contains(t.cursor.Open, number) && t.collector.configuration.remakes():
		known, err = t.shared.everythingOf(ctx, b.Pipeline, b.ID)
	}
	return known, err
}

// shared is what the tasks of one run have in common.
type shared struct {
	run *collectors.Run

	mu       sync.Mutex
	deployed map[string][]warehouse.Deployment // by job#number; nil: not read yet
}

// deploymentsOf finds those of one build among all that are known, which are read once: whoever asks will ask for many.
func (s *shared) deploymentsOf(ctx context.Context, pipeline, id string) ([]warehouse.Deployment, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.deployed == nil {
		known, err := s.run.Known(ctx, "deployments", nil)
		if err != nil {
			return nil, err
		}
		s.deployed = map[string][]warehouse.Deployment{}
		for _, d := range known.Deployments {
			name := buildOf(d)
			s.deployed[name] = append(s.deployed[name], d)
		}
	}
	return s.deployed[pipeline+"#"+id], nil
}

// buildOf is job#number of the build that the deployment was, which its id begins with. Names of jobs have no #.
func buildOf(d warehouse.Deployment) string {
	job, rest, _ := strings.Cut(d.ID, "#")
	number, _, _ := strings.Cut(rest, "/")
	return job + "#" + number
}

// stages asks for the stages of those builds that have some: at once where Jenkins tells the latest together, else one
// by one, a few at the same time.
func (t *task) stages(ctx context.Context, builds []build) (map[int64][]stage, error) {
	found := map[int64][]stage{}
	var wanted []int64
	for _, b := range builds {
		if strings.HasSuffix(b.Class, ".WorkflowRun") && b.Number > 0 {
			wanted = append(wanted, b.Number)
		}
	}
	if !t.collector.configuration.wantStages() || len(wanted) == 0 || t.noStages {
		return found, nil
	}
	if len(wanted) > 1 && wanted[0] > t.job.last-latestRuns {
		latest, err := t.collector.client.latestStages(ctx, t.job.name)
		if errors.Is(err, errGone) {
			t.run.Log.Warn("Jenkins does not tell the stages of this pipeline: it needs the plugin Pipeline: REST API")
			t.noStages = true
			return found, nil
		}
		if err != nil && !broken(err) {
			return nil, err
		}
		found = latest
	}
	return t.describe(ctx, wanted, found)
}

// describe asks for the stages of the builds that are not among those found.
func (t *task) describe(ctx context.Context, wanted []int64, found map[int64][]stage) (map[int64][]stage, error) {
	all := make(map[int64][]stage, len(wanted))
	var mu sync.Mutex
	var failure error
	var group sync.WaitGroup
	slots := make(chan struct{}, parallel)
	for _, n := range wanted {
		if stages, known := found[n]; known {
			mu.Lock()
			all[n] = stages
			mu.Unlock()
			continue
		}
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			mu.Lock()
			over := failure != nil
			mu.Unlock()
			if over {
				return
			}
			stages, err := t.collector.client.stages(ctx, t.job.name, n)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				all[n] = stages
			case errors.Is(err, errGone) || broken(err):
				t.run.Log.Warn("the stages of a build were set aside", "build", n, "error", err)
			default:
				failure = err
			}
		})
	}
	group.Wait()
	return all, failure
}

// broken tells that Jenkins fails on this very thing, again and again: a build whose files are damaged. While it restarts
// or is overloaded, it says something else.
func broken(err error) bool {
	var status refusal
	return errors.As(err, &status) && status == http.StatusInternalServerError
}
