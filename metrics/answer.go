package metrics

import (
	"encoding/json"
	"time"
)

// Answer is what a query found out.
type Answer struct {
	Metric  string    `json:"metric"`
	Unit    string    `json:"unit"`
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	Rows    []Row     `json:"rows"`
	LeftOut []LeftOut `json:"left_out"` // items of the window that were not counted
	Notes   []string  `json:"notes"`    // sentences: why it is empty, what in the filter is unknown
}

// LeftOut says how many items of the window were not counted for one reason.
type LeftOut struct {
	Reason string `json:"reason"`
	N      int64  `json:"n"`
}

// Row is the figures of one group in one bucket. Exactly one of Rate, Ratio, Amount and Duration is set.
type Row struct {
	By     By        // what Group names; ByNone: the row has no group
	Group  string    // empty: the items' group is unknown ("(none)" in tables, null in JSON)
	Bucket time.Time // the bucket's start in the reporting time zone; zero: the row is of the whole window
	Class  *string   // what the items are for; empty: not known ("(none)" in tables, null in JSON); nil: the row is of all of them

	Rate     *Rate
	Ratio    *Ratio
	Amount   *Amount // of a share, and of a level
	Duration *Duration
	Stages   []Stage // in the order of the work, all of them; nil where the metric has none
}

// Rate is how often something happened.
type Rate struct {
	N        int64    `json:"n"`
	Days     float64  `json:"days"`      // on the wall clock
	DaysWith int64    `json:"days_with"` // local days with at least one
	Value    *float64 `json:"value"`     // n ÷ days
}

// Ratio is a share, with its 95% Wilson interval; nil where there is nothing to divide by.
type Ratio struct {
	Numerator   int64    `json:"numerator"`
	Denominator int64    `json:"denominator"`
	Value       *float64 `json:"value"`
	Low         *float64 `json:"low"`
	High        *float64 `json:"high"`
}

// Amount is a figure of several items: the part of their time, or how many they are.
type Amount struct {
	N     int64    `json:"n"`
	Value *float64 `json:"value"` // nil: no data
}

// Duration is how long something took, in seconds; nil where there is no data: never 0.
type Duration struct {
	N    int64    `json:"n"`
	P50  *float64 `json:"p50"`
	P75  *float64 `json:"p75"`
	P85  *float64 `json:"p85"`
	P90  *float64 `json:"p90"`
	P95  *float64 `json:"p95"`
	Mean *float64 `json:"mean"`
}

// Stage is the figures of one stage, over the items that have it.
type Stage struct {
	Stage string `json:"stage"`
	Duration
	// Share is the stage's part of the whole time of all the row's items; the shares of a row add up to 1, which the
	// stages' percentiles do not. nil where no item has the stage.
	Share *float64 `json:"share"`
}

// Empty says whether nothing was counted.
func (r Row) Empty() bool {
	switch {
	case r.Rate != nil:
		return r.Rate.N == 0
	case r.Ratio != nil:
		return r.Ratio.Denominator == 0
	case r.Amount != nil:
		return r.Amount.N == 0
	default:
		return r.Duration == nil || r.Duration.N == 0
	}
}

// head is what rows of every shape begin with.
type head struct {
	Group  any    `json:"group,omitempty"`
	Bucket string `json:"bucket,omitempty"`
	Class  any    `json:"class,omitempty"`
}

// MarshalJSON writes the row as records.md has it: no group with `by` none, no bucket over a whole range; and no class where
// the metric tells none apart.
func (r Row) MarshalJSON() ([]byte, error) {
	var h head
	if r.By != ByNone && r.By != "" {
		h.Group = known(r.Group) // a nil *string within the interface is written as null, not left away
	}
	if !r.Bucket.IsZero() {
		h.Bucket = r.Bucket.Format(time.RFC3339)
	}
	if r.Class != nil {
		h.Class = known(*r.Class)
	}
	switch {
	case r.Rate != nil:
		return json.Marshal(struct {
			head
			*Rate
		}{h, r.Rate})
	case r.Ratio != nil:
		return json.Marshal(struct {
			head
			*Ratio
		}{h, r.Ratio})
	case r.Amount != nil:
		return json.Marshal(struct {
			head
			*Amount
		}{h, r.Amount})
	default:
		return json.Marshal(struct {
			head
			*Duration
			Stages []Stage `json:"stages,omitempty"`
		}{h, r.Duration, r.Stages})
	}
}

// UnmarshalJSON reads a row as MarshalJSON writes it; By is for the caller, who knows what was asked.
func (r *Row) UnmarshalJSON(text []byte) error {
	var h struct {
		Group       *string         `json:"group"`
		Bucket      *time.Time      `json:"bucket"`
		Class       json.RawMessage `json:"class"` // null: not known
		Days        *float64        `json:"days"`
		Denominator *int64          `json:"denominator"`
		Median      json.RawMessage `json:"p50"` // every duration has one, if only null
		Stages      []Stage         `json:"stages"`
	}
	if err := json.Unmarshal(text, &h); err != nil {
		return err
	}
	*r = Row{Stages: h.Stages}
	if h.Group != nil {
		r.Group = *h.Group
	}
	if h.Bucket != nil {
		r.Bucket = *h.Bucket
	}
	if h.Class != nil {
		r.Class = new(string)
		if err := json.Unmarshal(h.Class, r.Class); err != nil {
			return err
		}
	}
	switch {
	case h.Days != nil:
		r.Rate = &Rate{}
		return json.Unmarshal(text, r.Rate)
	case h.Denominator != nil:
		r.Ratio = &Ratio{}
		return json.Unmarshal(text, r.Ratio)
	case h.Median == nil:
		r.Amount = &Amount{}
		return json.Unmarshal(text, r.Amount)
	default:
		r.Duration = &Duration{}
		return json.Unmarshal(text, r.Duration)
	}
}

// known is nil for an empty text, which means unknown.
func known(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
