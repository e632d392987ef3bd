package api

import (
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/weirhq/weir/metrics"
)

// The bodies of answers. Where a type of package metrics writes itself in a way that reflection cannot see, the schema is
// said here; a test holds real answers against it.

// row is metrics.Row as OpenAPI sees it: one of four shapes, by the metric's.
type row metrics.Row

func (r row) MarshalJSON() ([]byte, error) { return metrics.Row(r).MarshalJSON() }

// RowHead is what rows of every shape begin with.
type RowHead struct {
	Group  *string    `json:"group,omitempty" nullable:"true" doc:"The service, team …; null: unknown. Absent with by=none."`
	Bucket *time.Time `json:"bucket,omitempty" doc:"The bucket's start with the reporting zone's offset. Absent with every=range."`
}

type rateRow struct {
	RowHead
	N        int64    `json:"n" doc:"How many."`
	Days     float64  `json:"days" doc:"Days of the bucket, clipped to the window and to now."`
	DaysWith int64    `json:"days_with" doc:"Days with at least one."`
	Value    *float64 `json:"value" nullable:"true" doc:"n ÷ days, per day."`
}

type ratioRow struct {
	RowHead
	Class       *string  `json:"class,omitempty" nullable:"true" doc:"Of flow_distribution, which has a row for each: what the items are for: feature, defect, risk, debt; null: not known. Absent for the others."`
	Numerator   int64    `json:"numerator"`
	Denominator int64    `json:"denominator"`
	Value       *float64 `json:"value" nullable:"true" doc:"numerator ÷ denominator; null where the denominator is 0."`
	Low         *float64 `json:"low" nullable:"true" doc:"Lower end of the 95% Wilson interval."`
	High        *float64 `json:"high" nullable:"true" doc:"Upper end of it."`
}

type amountRow struct {
	RowHead
	N     int64    `json:"n" doc:"How many items."`
	Value *float64 `json:"value" nullable:"true" doc:"Of a share: the part of the items' time; null where there is no data. Of a level: how many they are."`
}

// Levels are the figures of durations.
type Levels struct {
	N    int64    `json:"n" doc:"How many items."`
	P50  *float64 `json:"p50" nullable:"true" doc:"Median, in seconds. null: no data."`
	P75  *float64 `json:"p75" nullable:"true"`
	P85  *float64 `json:"p85" nullable:"true"`
	P90  *float64 `json:"p90" nullable:"true"`
	P95  *float64 `json:"p95" nullable:"true"`
	Mean *float64 `json:"mean" nullable:"true"`
}

type durationRow struct {
	RowHead
	Levels
	Stages []stageLevels `json:"stages,omitempty" doc:"The stages that tile the items, of lead_time only."`
}

type stageLevels struct {
	Stage string `json:"stage" enum:"coding,pickup,review,merge_wait,build_queue,build,approval,deploy_wait,deploy"`
	Levels
	Share *float64 `json:"share" nullable:"true" doc:"The stage's part of the whole time of all the row's items. The shares of a row add up to 1, so share × the row's mean is the stage's part of the mean. null: no item has the stage."`
}

func (row) Schema(r huma.Registry) *huma.Schema {
	if r.Map()["Row"] == nil {
		schema := &huma.Schema{
			Description: "The figures of one group in one bucket. Durations are in seconds; unknown is null, never 0.",
			// Any, not one: a rate has all that a level has, and more.
			AnyOf: []*huma.Schema{schemaOf[rateRow](r), schemaOf[ratioRow](r), schemaOf[amountRow](r), schemaOf[durationRow](r)},
		}
		r.Map()["Row"] = schema
	}
	return &huma.Schema{Ref: "#/components/schemas/Row"}
}

func schemaOf[T any](r huma.Registry) *huma.Schema {
	return r.Schema(reflect.TypeFor[T](), true, "")
}

// Answer is what `weir query --format json` writes.
type Answer struct {
	Metric  string            `json:"metric" example:"lead_time"`
	Unit    string            `json:"unit" enum:"seconds,ratio,per day,items"`
	From    time.Time         `json:"from"`
	To      time.Time         `json:"to"`
	Rows    []row             `json:"rows"`
	LeftOut []metrics.LeftOut `json:"left_out" doc:"How many items of the window were not counted, by reason."`
	Notes   []string          `json:"notes" doc:"Sentences: why there is nothing, which names of the filter are unknown."`
}

// told is the answer to one ask of many.
type told struct {
	Ask   string `json:"ask"`
	Every string `json:"every"`
	By    string `json:"by"`
	Answer
	Previous     *Answer       `json:"previous,omitempty" doc:"The figures of the compared window, where they were asked for and anything is known of it."`
	Distribution []metrics.Bin `json:"distribution,omitempty" doc:"Of durations, where it was asked for: how many items took how many seconds."`
}

// answers is the answer to many asks.
type answers struct {
	From     time.Time         `json:"from"`
	To       time.Time         `json:"to"`
	Compared *metrics.Compared `json:"compared,omitempty" doc:"Absent: with nothing."`
	Answers  []told            `json:"answers" doc:"In the order of the asks."`
}

// items is what `weir items --format json` writes.
type item struct {
	ID          string             `json:"id"`
	Kind        string             `json:"kind" enum:"change,deployment,incident,ticket"`
	Title       string             `json:"title"`
	URL         *string            `json:"url" nullable:"true"`
	Service     *string            `json:"service" nullable:"true" doc:"null: an incident, or an item of a stream, of no service or of several."`
	Services    []string           `json:"services,omitempty" doc:"Of an incident, or an item of a stream: all of its services."`
	Environment string             `json:"environment,omitempty"`
	Class       *string            `json:"class,omitempty" nullable:"true" doc:"Of flow_distribution: what the item is for: feature, defect, risk, debt; null: not known."`
	Start       *time.Time         `json:"start" nullable:"true"`
	End         *time.Time         `json:"end" nullable:"true"`
	Value       *float64           `json:"value,omitempty" nullable:"true" doc:"Seconds of a duration; 1 or 0 of a ratio: whether the item is in the numerator; the item's own part of a share; absent for a rate, a level and what has a class."`
	Stages      []metrics.Interval `json:"stages,omitempty" doc:"The item's intervals, in order, tiling it."`
	Evidence    []metrics.Evidence `json:"evidence,omitempty" doc:"The records and the rules that counted it."`
	Excluded    string             `json:"excluded,omitempty" doc:"Why it was left out."`
}

type items struct {
	Metric string   `json:"metric"`
	Unit   string   `json:"unit"`
	Next   *string  `json:"next" nullable:"true" doc:"What to ask after for the next page; null: this was the last."`
	Total  int64    `json:"total" doc:"How many there are on all pages."`
	Items  []item   `json:"items"`
	Notes  []string `json:"notes" doc:"Why there are none."`
}

// written is a body whose bytes package metrics writes and whose schema is S's.
type written[S any] struct{ value any }

func (w written[S]) MarshalJSON() ([]byte, error)      { return marshal(w.value) }
func (written[S]) Schema(r huma.Registry) *huma.Schema { return schemaOf[S](r) }

// metricEntry is a metric of the catalogue.
type metricEntry struct {
	ID         string           `json:"id" example:"lead_time"`
	Title      string           `json:"title" example:"Lead time for changes"`
	Definition string           `json:"definition" doc:"What is counted, and what is left out."`
	Shape      string           `json:"shape" enum:"duration,rate,ratio,share,level" doc:"What its rows look like."`
	Unit       string           `json:"unit" enum:"seconds,ratio,per day,items"`
	Direction  string           `json:"direction" enum:"lower,higher,none" doc:"Which way is better; none: neither."`
	Chart      string           `json:"chart" enum:"bar,line" doc:"How its buckets are drawn: counts as bars, levels as a line."`
	Staged     bool             `json:"staged" doc:"Whether stages tile its items."`
	Classed    bool             `json:"classed" doc:"Whether it has a row for each class of items (feature, defect, risk, debt, not known) instead of one of all of them; their values add up to 1."`
	Dimensions []string         `json:"dimensions" doc:"What it can be grouped and filtered by."`
	Benchmarks []benchmarkEntry `json:"benchmarks" doc:"What DORA's reports published for it, the latest edition first."`
}

type benchmarkEntry struct {
	Edition   int          `json:"edition" example:"2024"`
	Source    string       `json:"source"`
	URL       string       `json:"url" format:"uri"`
	Statistic string       `json:"statistic" enum:"value,median" doc:"Which figure is compared."`
	Note      string       `json:"note,omitempty" doc:"What the report asked otherwise."`
	Levels    []levelEntry `json:"levels"`
}

type levelEntry struct {
	Level string   `json:"level" enum:"elite,high,medium,low"`
	Text  string   `json:"text" doc:"The band in words."`
	From  *float64 `json:"from" nullable:"true" doc:"Lower end of the band, part of it, in the metric's unit; null: open."`
	To    *float64 `json:"to" nullable:"true" doc:"Upper end of the band, part of it; null: open. The same as from: the report published a point, not a band."`
}

type catalogue struct {
	Metrics     []metricEntry      `json:"metrics"`
	NoBenchmark []noBenchmarkEntry `json:"no_benchmark" doc:"Editions that published no levels."`
}

type noBenchmarkEntry struct {
	Edition int    `json:"edition"`
	Text    string `json:"text"`
}

// status says what the server knows.
type status struct {
	Version   string     `json:"version" doc:"Of Weir."`
	Now       time.Time  `json:"now" doc:"The server's time."`
	Timezone  string     `json:"timezone" doc:"The reporting time zone: dates, days, weeks and months are its own."`
	Simulated bool       `json:"simulated" doc:"The figures are those of a simulated company."`
	Data      dataStatus `json:"data"`
}

type dataStatus struct {
	Version string     `json:"version" doc:"Changes whenever an answer may have changed."`
	First   *time.Time `json:"first" nullable:"true" doc:"The first moment of which anything is known; null: nothing is."`
	Last    *time.Time `json:"last" nullable:"true"`
}
