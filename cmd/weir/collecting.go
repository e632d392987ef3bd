package main

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/weirhq/weir/api"
	"github.com/weirhq/weir/collectors"
)

// collecting is the running collectors as the API asks for them.
type collecting struct {
	ctx    context.Context // of the server: a collection outlives the request that began it
	runner *collectors.Runner
	log    *slog.Logger

	pushed     pushed
	background *sync.WaitGroup // waited for before the warehouse is closed
}

// Sync begins to collect a source.
func (c collecting) Sync(source string) api.SyncResult {
	var state *collectors.State
	for _, s := range c.runner.States() {
		if s.Source == source {
			state = &s
		}
	}
	switch {
	case state == nil:
		return api.SyncUnknown
	case state.Running:
		return api.SyncRunning
	}
	c.background.Go(func() {
		err := c.runner.Collect(c.ctx, collectors.Order{Sources: []string{source}})
		if errors.Is(err, collectors.ErrRunning) { // it began in between; other failures are logged by the runner
			c.log.Debug("the source is being collected already", "source", source)
		}
	})
	return api.SyncBegun
}

// Sources says how the sources are doing.
func (c collecting) Sources() []api.Source {
	states := c.runner.States()
	sources := make([]api.Source, 0, len(states))
	for _, state := range states {
		if c.pushed.quiet(state.Source) {
			continue
		}
		source := api.Source{
			Name: state.Source, Kind: state.Kind, Schedule: state.Schedule, Running: state.Running,
			LastStart: happened(state.LastStart), LastFinish: happened(state.LastFinish), LastSuccess: happened(state.LastSuccess),
			LastError: state.LastError, Failures: state.Failures, NextRun: happened(state.NextRun),
			Written: state.Written, Deleted: state.Deleted, Total: state.Total,
			Done: state.Progress.Done, Expected: state.Progress.Expected,
			Problems: []api.SourceProblem{}, Requests: describeRequests(state),
		}
		for _, problem := range state.Problems {
			source.Problems = append(source.Problems, api.SourceProblem(problem))
		}
		sources = append(sources, source)
	}
	return sources
}

func describeRequests(state collectors.State) api.SourceRequests {
	t := state.Traffic
	requests := api.SourceRequests{
		Count: t.Requests, ByStatus: map[string]int64{}, Reset: happened(t.Reset),
		WaitingUntil: happened(t.WaitingUntil), WaitingFor: t.WaitingFor,
	}
	for status, n := range t.ByStatus {
		requests.ByStatus[strconv.Itoa(status)] = n
	}
	if t.Limit > 0 {
		requests.Limit, requests.Remaining = &t.Limit, &t.Remaining
	}
	return requests
}

// happened is nil for the zero time, and in UTC.
func happened(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
