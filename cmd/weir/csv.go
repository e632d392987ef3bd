package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/weirhq/weir/metrics"
)

// csvRow is one line in the making: cells, and the names of their columns.
type csvRow struct {
	names, cells []string
}

func (r *csvRow) add(name, cell string) {
	r.names = append(r.names, name)
	r.cells = append(r.cells, cell)
}

// writeAnswerCSV writes one line a row of the answer, with everything in the units of the JSON. Unknown values are empty.
func writeAnswerCSV(w io.Writer, a metrics.Answer, asked metrics.Query) error {
	m, err := metrics.Find(a.Metric)
	if err != nil {
		return err
	}
	rows := make([]csvRow, len(a.Rows))
	for i, r := range a.Rows {
		rows[i] = answerCSV(r, asked)
	}
	if len(rows) > 0 {
		return writeCSV(w, rows[0].names, rows)
	}
	return writeCSV(w, answerCSV(emptyRow(m), asked).names, nil)
}

// emptyRow is a row of the metric's shape: what the header is made from when there is no other.
func emptyRow(m metrics.Metric) metrics.Row {
	switch m.Shape {
	case metrics.ShapeRate:
		return metrics.Row{Rate: &metrics.Rate{}}
	case metrics.ShapeRatio:
		row := metrics.Row{Ratio: &metrics.Ratio{}}
		if m.Classed {
			row.Class = new(string)
		}
		return row
	case metrics.ShapeShare, metrics.ShapeLevel:
		return metrics.Row{Amount: &metrics.Amount{}}
	}
	return metrics.Row{Duration: &metrics.Duration{}}
}

func answerCSV(r metrics.Row, asked metrics.Query) csvRow {
	var row csvRow
	if asked.By != metrics.ByNone {
		row.add("group", r.Group)
	}
	if asked.Every != metrics.EveryRange {
		row.add("bucket", r.Bucket.Format(time.RFC3339))
	}
	if r.Class != nil {
		row.add("class", *r.Class)
	}
	switch {
	case r.Rate != nil:
		row.add("n", strconv.FormatInt(r.Rate.N, 10))
		row.add("days", plainNumber(&r.Rate.Days))
		row.add("days_with", strconv.FormatInt(r.Rate.DaysWith, 10))
		row.add("value", plainNumber(r.Rate.Value))
	case r.Ratio != nil:
		row.add("numerator", strconv.FormatInt(r.Ratio.Numerator, 10))
		row.add("denominator", strconv.FormatInt(r.Ratio.Denominator, 10))
		row.add("value", plainNumber(r.Ratio.Value))
		row.add("low", plainNumber(r.Ratio.Low))
		row.add("high", plainNumber(r.Ratio.High))
	case r.Amount != nil:
		row.add("n", strconv.FormatInt(r.Amount.N, 10))
		row.add("value", plainNumber(r.Amount.Value))
	case r.Duration != nil:
		row.addDuration("", *r.Duration)
	}
	for _, s := range r.Stages {
		row.addDuration("stage_"+s.Stage+"_", s.Duration)
	}
	return row
}

func (r *csvRow) addDuration(prefix string, d metrics.Duration) {
	r.add(prefix+"n", strconv.FormatInt(d.N, 10))
	for _, f := range []struct {
		name  string
		value *float64
	}{{"p50", d.P50}, {"p75", d.P75}, {"p85", d.P85}, {"p90", d.P90}, {"p95", d.P95}, {"mean", d.Mean}} {
		r.add(prefix+f.name, plainNumber(f.value))
	}
}

// writeCSV writes the rows, which all have the same columns, below the columns' names.
func writeCSV(w io.Writer, names []string, rows []csvRow) error {
	c := csv.NewWriter(w)
	_ = c.Write(names) // the writer keeps its first error for the end
	for _, r := range rows {
		_ = c.Write(r.cells)
	}
	c.Flush()
	if err := c.Error(); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	return nil
}

func plainNumber(value *float64) string {
	if value == nil {
		return ""
	}
	return strconv.FormatFloat(*value, 'f', -1, 64)
}

func plainTime(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z07:00")
}

func plainText(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
