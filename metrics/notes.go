package metrics

import (
	"context"
	_ "embed" // for the statements
	"fmt"
	"slices"
	"strings"
	"time"
)

//go:embed names.sql
var namesSQL string

//go:embed environments.sql
var environmentsSQL string

//go:embed flow_known.sql
var flowKnownSQL string

// maxNamed is how many names a note lists before it only counts the rest.
const maxNamed = 10

// explain says in sentences what a person would wonder about: names in the question that do not exist, and, where nothing
// was counted, why. It asks the warehouse only where there is something to explain.
func (r *Reader) explain(ctx context.Context, q Query, m Metric, empty bool) ([]string, error) {
	notes, err := r.unknownTo(ctx, q, m, empty)
	if err != nil || !empty || len(notes) > 0 {
		return notes, err
	}
	note, err := r.whyEmpty(ctx, q, m)
	if err != nil || note == "" {
		return notes, err
	}
	return append(notes, note), nil
}

// unknownTo tells which names of the filter do not exist for the metric. Items of a stream have teams of their own.
func (r *Reader) unknownTo(ctx context.Context, q Query, m Metric, empty bool) ([]string, error) {
	if m.Subject == Items {
		return r.unknownToStream(ctx, StreamQuery{Stream: q.Stream, Filter: q.Filter}, empty)
	}
	return r.unknownNames(ctx, q, empty)
}

// unknownNames tells which names of the filter do not exist, and that teams or products are asked for but not configured.
func (r *Reader) unknownNames(ctx context.Context, q Query, empty bool) ([]string, error) {
	notes := []string{}
	organised := q.By == ByTeam || q.By == ByProduct
	several := false
	for _, f := range q.Filter.all() {
		several = several || len(f.values) > 1
	}
	// One unknown name empties the answer; among several it would go unnoticed.
	if !organised && !several && !(empty && q.Filter.some()) {
		return notes, nil
	}
	known, err := r.names(ctx)
	if err != nil {
		return nil, err
	}
	for _, f := range q.Filter.all() {
		for _, value := range f.values {
			if !slices.Contains(known[f.by], value) {
				notes = append(notes, unknownName(f.by, value, known[f.by]))
			}
		}
	}
	if organised && len(known[q.By]) == 0 {
		notes = append(notes, fmt.Sprintf("no %ss are configured", q.By))
	}
	return notes, nil
}

func (f Filter) some() bool {
	return slices.ContainsFunc(f.all(), func(part filtered) bool { return len(part.values) > 0 })
}

func unknownName(by By, value string, known []string) string {
	if len(known) == 0 {
		if by == ByTeam || by == ByProduct {
			return fmt.Sprintf("no %s %q: no %ss are configured", by, value, by)
		}
		return fmt.Sprintf("no %s %q: no %s is known yet", by, value, by)
	}
	return fmt.Sprintf("no %s %q; %sthere are: %s", by, value, didYouMean(value, known), listed(known))
}

// names lists what exists, by dimension, sorted.
func (r *Reader) names(ctx context.Context) (map[By][]string, error) {
	var found []struct {
		Dimension string `ch:"dimension"`
		Name      string `ch:"name"`
	}
	if err := r.w.Select(ctx, &found, namesSQL, nil); err != nil {
		return nil, fmt.Errorf("list the names: %w", err)
	}
	names := map[By][]string{}
	for _, f := range found {
		if f.Name != "" {
			names[By(f.Dimension)] = append(names[By(f.Dimension)], f.Name)
		}
	}
	for by := range names {
		slices.Sort(names[by])
		names[by] = slices.Compact(names[by])
	}
	return names, nil
}

// whyEmpty finds the first reason that explains why nothing was counted.
func (r *Reader) whyEmpty(ctx context.Context, q Query, m Metric) (string, error) {
	if m.AtEnd {
		return r.whyNoneUnderWay(ctx, q)
	}
	ever := q
	ever.From, ever.To = firstMoment, first.At
	b, err := r.bounds(ctx, ever, m)
	if err != nil {
		return "", err
	}
	if b.N > 0 {
		return fmt.Sprintf("nothing between %s and %s; of what was counted at other times (%d), the first ended %s and the last %s",
			r.moment(q.From), r.moment(q.To), b.N, r.moment(b.First), r.moment(b.Last)), nil
	}
	left, err := r.leftOut(ctx, ever, m)
	if err != nil {
		return "", err
	}
	switch m.Subject {
	case Incidents:
		return neverCounted("incident", q, left), nil
	case Items:
		return neverCounted("item that was done", q, left), nil
	}
	return r.whyNoDeployment(ctx, q, m, left)
}

// whyNoneUnderWay looks at what is known of the stream: that nothing was under way is a figure like others.
func (r *Reader) whyNoneUnderWay(ctx context.Context, q Query) (string, error) {
	var found []struct {
		N     uint64    `ch:"n"`
		First time.Time `ch:"first"`
	}
	if err := r.w.Select(ctx, &found, q.statement(flowKnownSQL), q.params(r.loc, r.now())); err != nil || len(found) == 0 {
		return "", err
	}
	end := q.end(r.now())
	switch {
	case found[0].N == 0:
		return neverCounted("item", q, nil), nil
	case !found[0].First.Before(end):
		return fmt.Sprintf("nothing is known of that time: the first item came %s", r.moment(found[0].First)), nil
	}
	return fmt.Sprintf("no item was under way at %s", r.moment(end)), nil
}

// firstMoment is before everything that the warehouse can hold.
var firstMoment = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)

// bounds are how many items a window counts, and when the first and the last of them ended.
type bounds struct {
	N     uint64    `ch:"n"`
	First time.Time `ch:"first"`
	Last  time.Time `ch:"last"`
}

func (r *Reader) bounds(ctx context.Context, q Query, m Metric) (bounds, error) {
	var found []bounds
	p := q.params(r.loc, r.now())
	p["excluded"] = false
	err := r.w.Select(ctx, &found, "SELECT count() AS n, min(at) AS first, max(at) AS last FROM ("+q.statement(m.whole())+"\n)", p)
	if err != nil || len(found) == 0 {
		return bounds{}, err
	}
	return found[0], nil
}

// whyNoDeployment looks at the environments first: without a production one nothing of deployments or changes counts.
func (r *Reader) whyNoDeployment(ctx context.Context, q Query, m Metric, left []LeftOut) (string, error) {
	var seen []struct {
		Environment string `ch:"environment"`
		Kind        string `ch:"kind"`
	}
	if err := r.w.Select(ctx, &seen, environmentsSQL, q.Filter.params()); err != nil {
		return "", err
	}
	var names []string
	for _, s := range seen {
		if s.Kind == "production" {
			if m.Subject == Deliveries {
				return neverCounted("change that a production deployment could have delivered", q, left), nil
			}
			if len(left) == 0 {
				return "no production deployment is known to have failed", nil
			}
			return neverCounted("deployment", q, left), nil
		}
		names = append(names, fmt.Sprintf("%s (%s)", s.Environment, s.Kind))
	}
	if len(names) == 0 {
		return neverCounted("deployment", q, nil), nil
	}
	return "no deployment to an environment of kind production; seen: " + listed(names), nil
}

// neverCounted explains why there is nothing at any time.
func neverCounted(subject string, q Query, left []LeftOut) string {
	switch {
	case len(left) > 0:
		var reasons []string
		for _, l := range left {
			reasons = append(reasons, fmt.Sprintf("%d %s", l.N, l.Reason))
		}
		return "nothing was ever counted; left out, over all time: " + listed(reasons)
	case q.Filter.some():
		return fmt.Sprintf("no %s matches the filter", subject)
	case q.Metric == "time_between_failures":
		return "no quiet time is known: it takes two incidents of the same service, one after the other"
	default:
		return fmt.Sprintf("no %s is known; import or collect some first", subject)
	}
}

func (r *Reader) moment(t time.Time) string { return t.In(r.loc).Format(time.RFC3339) }

func listed(names []string) string {
	if len(names) <= maxNamed {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:maxNamed], ", "), len(names)-maxNamed)
}
