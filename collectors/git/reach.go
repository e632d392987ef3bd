package git

import (
	"context"
	"slices"
	"strings"
)

// span is a part of the history: what the starts reach and the excluded ones do not.
type span struct {
	starts   []string
	excluded []string
	line     map[string]bool // commits known to descend from everything excluded, or that are excluded themselves
}

// commits lists the ids of a span, children before their parents, exactly.
//
// Git itself answers such a question by the commits' dates and stops looking when all that is left seems old. Where a
// clock was wrong, it so takes commits for new that the excluded ones do reach. It never misses any, therefore its answer
// is checked: what descends from the line is right; when anything else is in it, the ids below the excluded commits are
// all looked through (10,000 take about 50 ms, and nothing but ids and dates is read).
func (r *repository) commits(ctx context.Context, s span) ([]string, error) {
	if len(s.starts) == 0 {
		return nil, nil
	}
	var ids []string
	parents := map[string][]string{}
	err := r.lines(ctx, slices.Concat(s.starts, without(s.excluded...)), func(line string) error {
		all := strings.Fields(line)
		ids, parents[all[0]] = append(ids, all[0]), all[1:]
		return nil
	}, "rev-list", "--topo-order", "--parents", "--stdin")
	if err != nil || len(s.excluded) == 0 {
		return ids, err
	}
	proven, doubted := map[string]bool{}, map[string]bool{}
	for _, id := range slices.Backward(ids) {
		if s.line[id] || slices.ContainsFunc(parents[id], func(p string) bool { return s.line[p] || proven[p] }) {
			proven[id] = true
		} else {
			doubted[id] = true
		}
	}
	if len(doubted) == 0 {
		return ids, nil
	}
	mistaken := map[string]bool{}
	err = r.lines(ctx, s.excluded, func(id string) error {
		if doubted[id] {
			mistaken[id] = true
		}
		return nil
	}, "rev-list", "--stdin")
	return slices.DeleteFunc(ids, func(id string) bool { return mistaken[id] }), err
}

// readSpan reads the commits of a span.
func (r *repository) readSpan(ctx context.Context, s span, each func(commit) error) error {
	if len(s.excluded) == 0 {
		return r.log(ctx, s.starts, each) // there is nothing to be mistaken about
	}
	ids, err := r.commits(ctx, s)
	if err != nil {
		return err
	}
	return r.log(ctx, ids, each, "--no-walk=unsorted")
}
