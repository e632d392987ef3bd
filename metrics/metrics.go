// Package metrics is the room where numbers get their meaning: what each metric counts, over which window, what it leaves
// out, and which items stand behind it.
//
// A metric is one .go file and one .sql file of the same name, and one line in Catalogue. The .sql file holds two
// statements that also run as they stand in `clickhouse client`: the first computes the rows of an answer, the second lists
// the items, counted or left out. They read the facts that metrics/derive wrote.
package metrics

import (
	"fmt"
	"slices"
	"strings"
)

// Shape is what a metric's rows look like.
type Shape string

// The shapes of metrics.
const (
	ShapeDuration Shape = "duration" // n, percentiles and mean, in seconds
	ShapeRate     Shape = "rate"     // n, days, days with one, n per day
	ShapeRatio    Shape = "ratio"    // numerator, denominator, value and its 95% interval
	ShapeShare    Shape = "share"    // n, and the part of their time
	ShapeLevel    Shape = "level"    // n, how many there are at a moment
)

// Direction says which way a metric should go.
type Direction string

// The directions of metrics.
const (
	LowerIsBetter   Direction = "lower"
	HigherIsBetter  Direction = "higher"
	NeitherIsBetter Direction = "none" // it tells what there is, not how good that is
)

// Subject is what a metric's items are made from; it decides which filters apply and how an empty answer is explained.
type Subject string

// The subjects of metrics.
const (
	Deliveries  Subject = "delivery"
	Deployments Subject = "deployment"
	Incidents   Subject = "incident"
	Items       Subject = "item" // of a value stream
)

// Metric is one entry of the catalogue.
type Metric struct {
	ID         string
	Title      string
	Definition string // in sentences, with what is left out: the head of its .sql file
	Shape      Shape
	Direction  Direction
	Subject    Subject
	Staged     bool // its items are tiled by stages
	Classed    bool // it has a row for each class of items, not one of all of them
	AtEnd      bool // it looks at the end of the window and of each bucket, not at what ended in them

	rows  string // the statement that computes the rows
	items string // the statement that lists the items, counted or left out
}

// Unit is the unit of the metric's values.
func (m Metric) Unit() string {
	switch m.Shape {
	case ShapeRate:
		return "per day"
	case ShapeRatio, ShapeShare:
		return "ratio"
	case ShapeLevel:
		return "items"
	default:
		return "seconds"
	}
}

// Catalogue lists every metric. A new one is a line here.
func Catalogue() []Metric {
	return []Metric{
		deploymentFrequency(),
		leadTime(),
		changeFailureRate(),
		recoveryTime(),
		timeToRestore(),
		reworkRate(),
		timeToDetect(),
		timeToAcknowledge(),
		timeBetweenFailures(),
		flowTime(),
		flowVelocity(),
		flowEfficiency(),
		flowDistribution(),
		flowLoad(),
		workItemAge(),
	}
}

// cumulativeFlow is a term of the field that several figures at once tell.
const cumulativeFlow = "cumulative_flow"

// Find finds a metric by its id.
func Find(id string) (Metric, error) {
	catalogue := Catalogue()
	ids := make([]string, len(catalogue))
	for i, m := range catalogue {
		if m.ID == id {
			return m, nil
		}
		ids[i] = m.ID
	}
	if id == cumulativeFlow {
		return Metric{}, &UsageError{Parameter: "metric", Reason: fmt.Sprintf("%s is no figure by itself, but a part of an answer: `weir flow`, GET /api/v1/flow", id)}
	}
	return Metric{}, &UsageError{Parameter: "metric", Reason: fmt.Sprintf("there is no metric %q; %sthe metrics are %s",
		id, didYouMean(id, ids), strings.Join(ids, ", "))}
}

// withSQL fills in what a metric's .sql file says: its definition, which is the comment at its head, and its statements.
func (m Metric) withSQL(file string) Metric {
	var definition []string
	for line := range strings.Lines(file) {
		comment, ok := strings.CutPrefix(line, "--")
		if !ok {
			break
		}
		definition = append(definition, strings.TrimSpace(comment))
	}
	m.Definition = strings.Join(definition, " ")
	rows, items, _ := strings.Cut(file, ";\n")
	m.rows = rows
	m.items = strings.TrimRight(items, ";\n ")
	return m
}

// pageMark begins the part of an items statement that picks and orders a page.
const pageMark = "\n  -- From here on: the page."

// whole is the items statement without its page: what a count, or a look at the first and last item, wraps. The engine
// then reads only the columns that are counted.
func (m Metric) whole() string {
	all, _, _ := strings.Cut(m.items, pageMark)
	return all
}

// page is the part of the items statement that picks and orders a page.
func (m Metric) page() string {
	_, page, _ := strings.Cut(m.items, pageMark)
	return page
}

// applies says whether the metric can be cut or filtered by a dimension.
func (m Metric) applies(by By) bool {
	return !(m.placeless() != "" && by == ByEnvironment) && slices.Contains(bys, by)
}

// placeless says why the metric cannot be cut by environment; empty: it can.
func (m Metric) placeless() string {
	switch m.Subject {
	case Incidents:
		return m.ID + " counts incidents, and an incident names services but no environment"
	case Items:
		return m.ID + " counts items of a value stream, and an item goes through several environments"
	default:
		return ""
	}
}

// Dimensions are what the metric can be grouped and filtered by.
func (m Metric) Dimensions() []By {
	return slices.DeleteFunc(slices.Clone(bys), func(by By) bool { return by == ByNone || !m.applies(by) })
}

// classes are those that the metric has rows of; of all items together there is one row, which names no class.
func (m Metric) classes() []string {
	if m.Classed {
		return itemClasses
	}
	return []string{""}
}

// Chart is how the metric's buckets are drawn: counts as bars, levels and shares as a line.
func (m Metric) Chart() string {
	if m.Shape == ShapeRate {
		return "bar"
	}
	return "line"
}
