package metrics

import (
	"cmp"
	"context"
	_ "embed" // for the statements
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/weirhq/weir/warehouse"
)

//go:embed handoffs.sql
var handoffsSQL string

// The statements of handoffs.sql, in their order.
const (
	pairsAndReasons = iota
	itemsHanded
	namesOfHandoffs
)

// Between says between what the handoffs are counted.
type Between string

// The kinds of groups.
const (
	BetweenGroups Between = "groups" // a team, a role where no team is known, or a team in another role than its own
	BetweenTeams  Between = "teams"  // handoffs within a team fall away
	BetweenRoles  Between = "roles"  // handoffs within a role fall away
)

var betweens = []Between{BetweenGroups, BetweenTeams, BetweenRoles}

// UnknownGroup is how a question names the group that is not known.
const UnknownGroup = "(none)"

// HandoffsQuery asks who waited for whom: about the handoffs of the items that were done in a window, and about those that
// open items wait in now.
type HandoffsQuery struct {
	StreamQuery
	Between            Between // default: groups
	FromGroup, ToGroup string  // only handoffs from and to these; UnknownGroup: a group that is not known; empty: any
	Reason             string  // only what was waited for because of this; empty: any
}

// Handoffs is who waited for whom. Durations are in seconds.
type Handoffs struct {
	Stream    string          `json:"stream"`
	From      time.Time       `json:"from"`
	To        time.Time       `json:"to"`
	Clock     string          `json:"clock"`
	Between   Between         `json:"between"`
	Items     int64           `json:"items"`      // done in the window
	LeadTotal float64         `json:"lead_total"` // their lead times together
	Pairs     []HandoffPair   `json:"pairs"`      // the longest waits together first
	Reasons   []HandoffReason `json:"reasons"`
	Worst     []Handoff       `json:"worst"` // the longest single waits, those that still go on among them
	LeftOut   []LeftOut       `json:"left_out"`
	Notes     []string        `json:"notes"`
}

// HandoffPair is the handoffs from one group to another. A nil group is not known.
type HandoffPair struct {
	From *string `json:"from"`
	To   *string `json:"to"`
	HandoffFigures
	Returns int64 `json:"returns"` // to an earlier stage
	Still   int64 `json:"still"`   // of open items: the receiver has not begun yet
}

// HandoffReason is the handoffs in which the receiver was waited for because of one thing.
type HandoffReason struct {
	Reason string `json:"reason"`
	HandoffFigures
	Still int64 `json:"still"`
}

// HandoffFigures are how often something was waited for, and how long.
type HandoffFigures struct {
	N     int64    `json:"n"`
	Wait  Duration `json:"wait"`
	Total float64  `json:"total"` // all these waits together
	Share *float64 `json:"share"` // of the whole lead time of the items; nil: there is none
}

// worstHandoffs is how many single waits are listed.
const worstHandoffs = 20

func (q HandoffsQuery) check() (HandoffsQuery, error) {
	q.Between = cmp.Or(q.Between, BetweenGroups)
	if err := oneOf("between", string(q.Between), betweens); err != nil {
		return q, err
	}
	var err error
	q.StreamQuery, err = q.StreamQuery.check()
	return q, err
}

func (q HandoffsQuery) params() warehouse.Params {
	p := q.StreamQuery.params()
	p["clock"], p["between"], p["reason"] = q.Clock, string(q.Between), q.Reason
	for side, name := range map[string]string{"from": q.FromGroup, "to": q.ToGroup} {
		p[side+"_any"] = name == ""
		if name == UnknownGroup {
			name = ""
		}
		p[side+"_group"] = name
	}
	return p
}

// statement is one of the statements of a .sql file, without the parts that this question does not need.
func (q HandoffsQuery) statement(file string, n int, every Every) string {
	sql := Query{Filter: q.Filter, Every: every, By: ByNone}.statement(strings.Split(file, ";\n")[n])
	return choose(choose(sql, "if({between:String} = '", string(q.Between)), "if({clock:String} = '", q.Clock)
}

// Handoffs computes who waited for whom. A wrong question is a *UsageError.
func (r *Reader) Handoffs(ctx context.Context, q HandoffsQuery) (Handoffs, error) {
	q, err := q.check()
	if err != nil {
		return Handoffs{}, err
	}
	if _, err := r.stagesOf(ctx, q.StreamQuery); err != nil {
		return Handoffs{}, err
	}
	a := Handoffs{Stream: q.Stream, From: q.From, To: q.To, Clock: q.Clock, Between: q.Between, Pairs: []HandoffPair{}, Reasons: []HandoffReason{}}
	which := everyHandoff
	if q.Clock == working {
		which = doneHandoffs // how long somebody has waited so far, only the elapsed clock knows
	}
	var found []handoffAggregate
	parallel, both := errgroup.WithContext(ctx)
	parallel.Go(func() error {
		return r.w.Select(both, &found, q.statement(handoffsSQL, pairsAndReasons, EveryRange), q.params())
	})
	parallel.Go(func() (err error) { a.Items, a.LeadTotal, err = r.itemsHanded(both, q); return err })
	parallel.Go(func() (err error) { a.LeftOut, err = r.streamLeftOut(both, q.StreamQuery); return err })
	parallel.Go(func() (err error) {
		found, err := r.handoffPage(both, q, handoffPage{which: which, limit: worstHandoffs, after: firstHandoff})
		if err == nil {
			a.Worst, err = r.handoffs(both, q.StreamQuery, found)
		}
		return err
	})
	if err := parallel.Wait(); err != nil {
		return Handoffs{}, fmt.Errorf("compute the handoffs of %s: %w", q.Stream, err)
	}
	within := a.take(found)
	if a.Notes, err = r.handoffNotes(ctx, q, a.Items, len(a.Pairs) == 0 && len(within) == 0); err != nil {
		return Handoffs{}, fmt.Errorf("explain the handoffs of %s: %w", q.Stream, err)
	}
	a.Notes = append(a.Notes, within...)
	if q.Clock == working {
		if slices.ContainsFunc(a.Pairs, func(p HandoffPair) bool { return p.Still > 0 }) {
			a.Notes = append(a.Notes, "how long somebody has waited so far is told on the elapsed clock only")
		}
		a.Notes = append(a.Notes, workingNote)
	}
	return a, nil
}

// itemsHanded are how many items were done, and how long all of them took, in seconds.
func (r *Reader) itemsHanded(ctx context.Context, q HandoffsQuery) (n int64, lead float64, err error) {
	var totals []struct {
		N    uint64 `ch:"n"`
		Lead *int64 `ch:"lead"`
	}
	if err := r.w.Select(ctx, &totals, q.statement(handoffsSQL, itemsHanded, EveryRange), q.params()); err != nil || len(totals) == 0 {
		return 0, 0, err
	}
	if totals[0].Lead != nil {
		lead = *seconds(float64(*totals[0].Lead))
	}
	return int64(totals[0].N), lead, nil
}

// handoffAggregate is one pair or one reason, as the warehouse computes it.
type handoffAggregate struct {
	OfReason bool   `ch:"of_reason"`
	From     string `ch:"from_name"`
	To       string `ch:"to_name"`
	Reason   string `ch:"reason_name"`
	Crosses  bool   `ch:"crosses"` // from one group to another
	N        uint64 `ch:"n"`
	waits
	Total   *int64 `ch:"total"`
	Returns uint64 `ch:"returns"`
	Still   uint64 `ch:"still"`
}

// waits are the figures of waits in milliseconds.
type waits struct {
	Waited uint64    `ch:"waited"` // how many are known
	Levels []float64 `ch:"levels"`
	Mean   *float64  `ch:"mean"`
}

func (w waits) figures() Duration { return duration(w.Waited, w.Levels, w.Mean) }

func (f handoffAggregate) figures(lead float64) HandoffFigures {
	figures := HandoffFigures{N: int64(f.N), Wait: f.waits.figures()}
	if f.Total != nil {
		figures.Total = *seconds(float64(*f.Total))
	}
	if lead > 0 {
		share := figures.Total / lead
		figures.Share = &share
	}
	return figures
}

// take lays out the pairs and the reasons, and tells how many handoffs are none between what was asked for.
func (a *Handoffs) take(found []handoffAggregate) (within []string) {
	var inside, unknown uint64
	for _, f := range found {
		switch {
		case f.Crosses && f.OfReason:
			a.Reasons = append(a.Reasons, HandoffReason{Reason: f.Reason, HandoffFigures: f.figures(a.LeadTotal), Still: int64(f.Still)})
		case f.Crosses:
			a.Pairs = append(a.Pairs, HandoffPair{From: known(f.From), To: known(f.To), HandoffFigures: f.figures(a.LeadTotal), Returns: int64(f.Returns), Still: int64(f.Still)})
		case !f.OfReason && f.From == "":
			unknown += f.N + f.Still
		case !f.OfReason:
			inside += f.N + f.Still
		}
	}
	slices.SortFunc(a.Pairs, func(x, y HandoffPair) int {
		return cmp.Or(x.longer(y.HandoffFigures), cmp.Compare(y.Still, x.Still), strings.Compare(text(x.From), text(y.From)), strings.Compare(text(x.To), text(y.To)))
	})
	slices.SortFunc(a.Reasons, func(x, y HandoffReason) int {
		return cmp.Or(x.longer(y.HandoffFigures), cmp.Compare(y.Still, x.Still), strings.Compare(x.Reason, y.Reason))
	})
	group := strings.TrimSuffix(string(a.Between), "s")
	if inside > 0 {
		within = append(within, fmt.Sprintf("%s within one %s %s not counted between %s", several(inside, "handoff"), group, isOrAre(inside), a.Between))
	}
	if unknown > 0 {
		within = append(within, fmt.Sprintf("%s %s not counted between %s, since on neither side the %s is known", several(unknown, "handoff"), isOrAre(unknown), a.Between, group))
	}
	return within
}

func several(n uint64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func isOrAre(n uint64) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// longer orders by the waits together, then by how often there was one.
func (f HandoffFigures) longer(other HandoffFigures) int {
	return cmp.Or(cmp.Compare(other.Total, f.Total), cmp.Compare(other.N, f.N))
}

// text is the opposite of known.
func text(name *string) string {
	if name == nil {
		return ""
	}
	return *name
}

// handoffNotes says in sentences why there are none, or what in the question is unknown.
func (r *Reader) handoffNotes(ctx context.Context, q HandoffsQuery, items int64, empty bool) ([]string, error) {
	notes, err := r.streamNotes(ctx, q.StreamQuery, items == 0)
	if err != nil || !empty || len(notes) > 0 {
		return notes, err
	}
	if notes, err = r.unknownToHandoffs(ctx, q); err != nil || len(notes) > 0 {
		return notes, err
	}
	if q.FromGroup != "" || q.ToGroup != "" || q.Reason != "" {
		return append(notes, "there was no such handoff; there may be others, with another reason or between other groups"), nil
	}
	return append(notes, fmt.Sprintf("of the %d items done, none was handed from one group to another", items)), nil
}

// unknownToHandoffs tells which groups and reasons of the question no handoff has, at any time.
func (r *Reader) unknownToHandoffs(ctx context.Context, q HandoffsQuery) ([]string, error) {
	var found []struct {
		Dimension string `ch:"dimension"`
		Name      string `ch:"name"`
	}
	if err := r.w.Select(ctx, &found, q.statement(handoffsSQL, namesOfHandoffs, EveryRange), q.params()); err != nil {
		return nil, err
	}
	names := map[string][]string{}
	for _, f := range found {
		names[f.Dimension] = append(names[f.Dimension], cmp.Or(f.Name, UnknownGroup))
	}
	notes := []string{}
	for _, asked := range []struct{ dimension, name string }{{"group", q.FromGroup}, {"group", q.ToGroup}, {"reason", q.Reason}} {
		slices.Sort(names[asked.dimension])
		if asked.name != "" && !slices.Contains(names[asked.dimension], asked.name) {
			notes = append(notes, unknownName(By(asked.dimension), asked.name, names[asked.dimension]))
		}
	}
	return notes, nil
}
