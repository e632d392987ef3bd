package metrics

import "time"

// Flow is how items flow through a stream in a window.
type Flow struct {
	Stream       string         `json:"stream"`
	From         time.Time      `json:"from"`
	To           time.Time      `json:"to"`
	Clock        string         `json:"clock"`
	Every        Every          `json:"every"`
	Cumulative   FlowCumulative `json:"cumulative"`
	Ageing       FlowAgeing     `json:"ageing"`
	Scatter      FlowScatter    `json:"scatter"`
	Throughput   []FlowBucket   `json:"throughput"`   // items done
	Load         []FlowDay      `json:"load"`         // items begun and not done at the end of each day
	Distribution []FlowClass    `json:"distribution"` // of the items done, the commonest first
	Efficiency   FlowEfficiency `json:"efficiency"`
	LeftOut      []LeftOut      `json:"left_out"` // items of the window that were not counted
	Notes        []string       `json:"notes"`
}

// FlowCumulative is how many items are in each stage at the end of each day, the last of which ends now at the latest.
type FlowCumulative struct {
	Days   []string    `json:"days"`   // in the reporting time zone
	Stages []FlowStage `json:"stages"` // in the order of the work; after them "done": those done since the window's start
}

// FlowStage is one band of a cumulative flow, with a number for each day.
type FlowStage struct {
	Stage string  `json:"stage"`
	Title string  `json:"title"`
	N     []int64 `json:"n"`
}

// FlowPercentiles are of durations, in seconds; nil: no data.
type FlowPercentiles struct {
	P50 *float64 `json:"p50"`
	P85 *float64 `json:"p85"`
	P95 *float64 `json:"p95"`
}

// FlowAgeing is the work under way now, beside how long the items done in the window took since they were begun.
type FlowAgeing struct {
	Percentiles FlowPercentiles `json:"percentiles"`
	N           int64           `json:"n"`     // all that is under way
	Items       []FlowItem      `json:"items"` // the oldest first, 200 at most
}

// FlowItem is an item under way.
type FlowItem struct {
	Item    string   `json:"item"`
	Kind    string   `json:"kind"`
	Title   string   `json:"title"`
	URL     *string  `json:"url"`
	Team    *string  `json:"team"`
	Stage   string   `json:"stage"`
	Owner   *string  `json:"owner"`    // the group that has it; nil: not known
	Age     float64  `json:"age"`      // seconds since it was begun
	InStage *float64 `json:"in_stage"` // seconds since it came to its stage; nil: not known
}

// FlowScatter is the flow times of the items done.
type FlowScatter struct {
	Percentiles FlowPercentiles `json:"percentiles"` // of all of them
	N           int64           `json:"n"`           // all of them
	Points      []FlowPoint     `json:"points"`      // by their end; evenly thinned to at most 1000
}

// FlowPoint is an item done.
type FlowPoint struct {
	Item  string    `json:"item"`
	Title string    `json:"title"`
	URL   *string   `json:"url"`
	End   time.Time `json:"end"`
	Value float64   `json:"value"` // seconds
}

// FlowBucket is how many items were done in a bucket.
type FlowBucket struct {
	Bucket time.Time `json:"bucket"` // its start, with the reporting zone's offset
	N      int64     `json:"n"`
}

// FlowDay is how many items were under way at the end of a day.
type FlowDay struct {
	Day string `json:"day"`
	N   int64  `json:"n"`
}

// FlowClass is how many of the items done were for one thing: features, defects, risk, debt.
type FlowClass struct {
	Class *string `json:"class"` // nil: not known
	N     int64   `json:"n"`
	Share float64 `json:"share"`
}

// FlowEfficiency is the part of the flow time in which somebody or something worked.
type FlowEfficiency struct {
	N     int64    `json:"n"`
	Value *float64 `json:"value"` // nil: no data
}
