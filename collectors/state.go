package collectors

import (
	"maps"
	"slices"
	"time"

	"github.com/weirhq/weir/collectors/access"
)

// State is how one source is doing, for the dashboard, the API and whoever operates Weir. Times are UTC; a zero time
// means that it is not known to have happened, or (NextRun) that nothing is planned.
type State struct {
	Source      string
	Kind        string
	Schedule    string // "" runs only when it is asked for
	Running     bool
	LastStart   time.Time
	LastFinish  time.Time
	LastSuccess time.Time // when the last run that succeeded finished
	LastError   string    // the sentence of the last run's failure, "" when it succeeded
	Failures    int       // runs that failed in a row
	NextRun     time.Time
	Written     map[string]int64 // records written by the latest run, by kind; while it runs, so far
	Deleted     map[string]int64
	Total       map[string]int64 // records written since this process started, by kind
	Progress    Progress
	Problems    []Problem      // parts that the latest run could not collect; the others were
	Traffic     access.Traffic // since this process started
}

// started and finished are the only two steps in a source's life; the caller holds the source's lock.
func (s *source) started(run *Run, at time.Time) {
	s.run = run
	s.state.Running, s.state.LastStart = true, at
}

func (s *source) finished(err error, at time.Time) {
	s.state.Running, s.state.LastFinish = false, at
	s.run.tally.mu.Lock()
	for kind, n := range s.run.tally.written {
		s.total[kind] += n
	}
	s.run.tally.mu.Unlock()
	if err != nil {
		s.state.LastError = err.Error()
		s.state.Failures++
		return
	}
	s.state.LastError, s.state.Failures, s.state.LastSuccess = "", 0, at
}

// snapshot is a copy that nobody else writes to.
func (s *source) snapshot() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	state := s.state
	state.Total = maps.Clone(s.total)
	if s.Line != nil {
		state.Traffic = s.Line.Traffic()
	}
	if s.run != nil {
		t := s.run.tally
		t.mu.Lock()
		defer t.mu.Unlock()
		state.Written, state.Deleted = maps.Clone(t.written), maps.Clone(t.deleted)
		state.Progress, state.Problems = t.progress, slices.Clone(t.problems)
		if state.Running {
			for kind, n := range t.written {
				state.Total[kind] += n
			}
		}
	}
	return state
}
