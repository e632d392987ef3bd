package metrics

import (
	"math"
	"time"
)

// aggregate is one row as the warehouse computes it. A metric's statement has the columns of its shape.
type aggregate struct {
	Group  string    `ch:"group_name"`
	Bucket time.Time `ch:"bucket"`
	Class  string    `ch:"class_name"`

	N        uint64 `ch:"n"`
	DaysWith uint64 `ch:"days_with"`

	Numerator   uint64 `ch:"numerator"`
	Denominator uint64 `ch:"denominator"`

	Value  *float64  `ch:"value"`  // of a share
	Levels []float64 `ch:"levels"` // milliseconds at p50, p75, p85, p90, p95
	Mean   float64   `ch:"mean"`   // milliseconds

	StageN      []uint64    `ch:"stage_n"`
	StageLevels [][]float64 `ch:"stage_levels"`
	StageMean   []*float64  `ch:"stage_mean"`
}

// row gives an aggregate, or the zero one where there was nothing, the shape of its metric.
func (a aggregate) row(m Metric, b bucket, loc *time.Location) Row {
	var r Row
	switch m.Shape {
	case ShapeRate:
		r.Rate = &Rate{N: int64(a.N), Days: wallDays(b.from, b.to, loc), DaysWith: int64(a.DaysWith)}
		if r.Rate.Days > 0 {
			value := float64(a.N) / r.Rate.Days
			r.Rate.Value = &value
		}
	case ShapeRatio:
		r.Ratio = ratio(int64(a.Numerator), int64(a.Denominator))
	case ShapeShare:
		r.Amount = &Amount{N: int64(a.N), Value: a.Value}
	case ShapeLevel:
		// Where there is none, none is what is known.
		value := float64(a.N)
		r.Amount = &Amount{N: int64(a.N), Value: &value}
	default:
		d := duration(a.N, a.Levels, &a.Mean)
		r.Duration = &d
	}
	if m.Staged {
		r.Stages = a.stages()
	}
	return r
}

func (a aggregate) stages() []Stage {
	stages := make([]Stage, len(stageOrder))
	for i, s := range stageOrder {
		stages[i].Stage = s.name
		if i < len(a.StageN) && a.StageN[i] > 0 {
			stages[i].Duration = duration(a.StageN[i], a.StageLevels[i], a.StageMean[i])
			if whole := float64(a.N) * a.Mean; whole > 0 {
				share := float64(a.StageN[i]) * *a.StageMean[i] / whole
				stages[i].Share = &share
			}
		}
	}
	return stages
}

func duration(n uint64, levels []float64, mean *float64) Duration {
	d := Duration{N: int64(n)}
	if n == 0 {
		return d
	}
	for i, to := range []**float64{&d.P50, &d.P75, &d.P85, &d.P90, &d.P95} {
		*to = seconds(levels[i])
	}
	d.Mean = seconds(*mean)
	return d
}

func seconds(milliseconds float64) *float64 {
	s := milliseconds / 1000
	return &s
}

// ratio is a share with its 95% Wilson score interval, which stays within 0 and 1 and is sensible for small numbers.
func ratio(numerator, denominator int64) *Ratio {
	r := &Ratio{Numerator: numerator, Denominator: denominator}
	if denominator == 0 {
		return r
	}
	const z = 1.959963984540054 // the normal distribution's 97.5th percentile
	n := float64(denominator)
	p := float64(numerator) / n
	centre := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	low, high := max(0, centre-half), min(1, centre+half)
	// At the ends the formula is exact only without rounding.
	if numerator == 0 {
		low = 0
	}
	if numerator == denominator {
		high = 1
	}
	r.Value, r.Low, r.High = &p, &low, &high
	return r
}
