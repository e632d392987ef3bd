package metrics

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// streamRows are the figures of a stream as the warehouse computes them.
type streamRows struct {
	whole   []wholeRow
	times   []stageTimeRow
	flows   []stageFlowRow
	returns []stageReturnRow
	reasons []reasonRow
}

// wholeRow is one state of items: done, open, or excluded for a reason. Times are in milliseconds.
type wholeRow struct {
	State         string    `ch:"state"`
	Reason        string    `ch:"reason"`
	N             uint64    `ch:"n"`
	Redone        uint64    `ch:"redone_n"`
	LeadLevels    []float64 `ch:"lead_levels"`
	LeadSum       int64     `ch:"lead_sum"`
	ProcessLevels []float64 `ch:"process_levels"`
	ProcessSum    int64     `ch:"process_sum"`
	WaitingLevels []float64 `ch:"waiting_levels"`
	WaitingSum    int64     `ch:"waiting_sum"`
}

// stageTimeRow is the time of the items in a stage, in milliseconds.
type stageTimeRow struct {
	Stage         string    `ch:"name"`
	N             uint64    `ch:"n"`
	LeadLevels    []float64 `ch:"lead_levels"`
	LeadSum       int64     `ch:"lead_sum"`
	ProcessLevels []float64 `ch:"process_levels"`
	ProcessSum    int64     `ch:"process_sum"`
	WaitingLevels []float64 `ch:"waiting_levels"`
	WaitingSum    int64     `ch:"waiting_sum"`
}

// stageFlowRow is what came to and left a stage while one group had it.
type stageFlowRow struct {
	Stage      string `ch:"name"`
	Owner      string `ch:"who"`
	Position   uint16 `ch:"place"`
	Side       bool   `ch:"is_side"`
	LeadSum    int64  `ch:"lead_sum"` // milliseconds
	WIP        uint64 `ch:"wip"`
	WIPThen    uint64 `ch:"wip_then"`
	Arrivals   uint64 `ch:"arrivals"`
	Departures uint64 `ch:"departures"`
	Exits      uint64 `ch:"exits"`
	Accurate   uint64 `ch:"accurate"`
}

type stageReturnRow struct {
	Stage string `ch:"name"`
	From  string `ch:"sender"`
	Rule  string `ch:"rule"`
	N     uint64 `ch:"n"`
}

type reasonRow struct {
	Reason string    `ch:"why"`
	Class  string    `ch:"kind"`
	N      uint64    `ch:"n"`
	Total  int64     `ch:"total"` // milliseconds
	Levels []float64 `ch:"levels"`
}

// threeTimes are the lead, process and waiting times of the same items.
type threeTimes struct{ lead, process, waiting Duration }

func (row wholeRow) times() threeTimes {
	return threeTimes{
		durationOf(row.N, row.LeadLevels, row.LeadSum), durationOf(row.N, row.ProcessLevels, row.ProcessSum), durationOf(row.N, row.WaitingLevels, row.WaitingSum),
	}
}

func (row stageTimeRow) times() threeTimes {
	return threeTimes{
		durationOf(row.N, row.LeadLevels, row.LeadSum), durationOf(row.N, row.ProcessLevels, row.ProcessSum), durationOf(row.N, row.WaitingLevels, row.WaitingSum),
	}
}

// durationOf is a duration's figures from its levels and its sum in milliseconds.
func durationOf(n uint64, levels []float64, sum int64) Duration {
	mean := 0.0
	if n > 0 {
		mean = float64(sum) / float64(n)
	}
	return duration(n, levels, &mean)
}

// stages lays what was found over the stream's stages. A stage that items were in but the stream no longer lists, such as
// the time between two ends of a reopened ticket, stands behind them where there is anything to tell of it.
func (rows streamRows) stages(order []StreamStage, whole wholeTime) []StageFigure {
	figures := make([]StageFigure, len(order))
	for i, s := range order {
		figures[i] = emptyStage(s)
	}
	at := func(stage string) int {
		return slices.IndexFunc(figures, func(f StageFigure) bool { return f.Stage == stage })
	}
	slices.SortFunc(rows.flows, func(a, b stageFlowRow) int {
		return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(a.Stage, b.Stage), cmp.Compare(b.LeadSum, a.LeadSum), cmp.Compare(a.Owner, b.Owner))
	})
	accurate := map[string]int64{}
	for _, row := range rows.flows {
		i := at(row.Stage)
		if i < 0 {
			i = len(figures)
			figures = append(figures, emptyStage(StreamStage{Stage: row.Stage, Title: capitalised(row.Stage), Side: row.Side}))
		}
		figures[i].add(row)
		accurate[row.Stage] += int64(row.Accurate)
	}
	for _, row := range rows.times {
		if i := at(row.Stage); i >= 0 {
			times := row.times()
			figures[i].N, figures[i].Lead, figures[i].Process, figures[i].Waiting = int64(row.N), times.lead, times.process, times.waiting
			figures[i].Share = whole.share(row.LeadSum)
		}
	}
	for _, row := range rows.returns {
		if i := at(row.Stage); i >= 0 {
			figures[i].Returns = append(figures[i].Returns, StageBack{From: known(row.From), Rule: row.Rule, N: int64(row.N)})
		}
	}
	for i := range figures {
		figures[i].Accuracy = *ratio(accurate[figures[i].Stage], figures[i].Exits)
		figures[i].ArrivalsPerDay, figures[i].DeparturesPerDay = whole.perDay(figures[i].Arrivals), whole.perDay(figures[i].Departures)
		figures[i].settleOwners()
	}
	return slices.DeleteFunc(figures, func(f StageFigure) bool {
		there := slices.ContainsFunc(order, func(s StreamStage) bool { return s.Stage == f.Stage })
		return !there && f.N+f.WIP+f.WIPThen+f.Arrivals+f.Departures == 0
	})
}

func emptyStage(s StreamStage) StageFigure {
	return StageFigure{Stage: s.Stage, Title: s.Title, Role: s.Role, Owner: s.Owner, Owners: []OwnerShare{}, Queue: s.Queue, Side: s.Side, Returns: []StageBack{}}
}

// add adds the visits of one group.
func (f *StageFigure) add(row stageFlowRow) {
	f.WIP += int64(row.WIP)
	f.WIPThen += int64(row.WIPThen)
	f.Arrivals += int64(row.Arrivals)
	f.Departures += int64(row.Departures)
	f.Exits += int64(row.Exits)
	if row.LeadSum > 0 {
		f.Owners = append(f.Owners, OwnerShare{Owner: known(row.Owner), Share: float64(row.LeadSum)})
	}
}

// settleOwners makes shares of the groups' times, which come the largest first.
func (f *StageFigure) settleOwners() {
	sum := 0.0
	for _, o := range f.Owners {
		sum += o.Share
	}
	for i := range f.Owners {
		f.Owners[i].Share /= sum
	}
	if i := slices.IndexFunc(f.Owners, func(o OwnerShare) bool { return o.Owner != nil }); i >= 0 {
		f.Owner = f.Owners[i].Owner
	}
}

// reasonTimes says what the time went into.
func (rows streamRows) reasonTimes(whole wholeTime) []ReasonTime {
	times := []ReasonTime{}
	for _, row := range rows.reasons {
		d := durationOf(row.N, row.Levels, row.Total)
		times = append(times, ReasonTime{
			Reason: row.Reason, Class: row.Class, N: d.N, Total: *seconds(float64(row.Total)), Share: whole.share(row.Total), P50: d.P50, P85: d.P85,
		})
	}
	return times
}

// capitalised is a name as a title.
func capitalised(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	return strings.ToUpper(string(first)) + name[size:]
}
