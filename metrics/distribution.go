package metrics

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Bin is how many items took at least From and less than To seconds; To is nil in the last bin, which is open.
type Bin struct {
	From float64  `json:"from"`
	To   *float64 `json:"to"`
	N    int64    `json:"n"`
}

// binEdges are round durations that grow by about the factor of two: delivery times are spread over orders of magnitude, so
// bins of equal width would put nearly everything into the first.
var binEdges = []time.Duration{
	0, time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 20 * time.Minute, 40 * time.Minute,
	time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 16 * time.Hour,
	day, 2 * day, 4 * day, 7 * day, 14 * day, 28 * day, 56 * day, 112 * day, 224 * day, 448 * day,
}

const day = 24 * time.Hour

// distribution counts the items of a window in bins, from the first to the last bin that has any. It is of the same items
// as the row of the whole window, which is why it wraps the statement that lists them.
func (r *Reader) distribution(ctx context.Context, q Query, m Metric) ([]Bin, error) {
	edges := make([]string, len(binEdges))
	for i, e := range binEdges {
		edges[i] = fmt.Sprint(e.Milliseconds())
	}
	var counts []struct {
		Low int64  `ch:"low"`
		N   uint64 `ch:"n"`
	}
	p := q.params(r.loc, r.now())
	p["excluded"], p["edges"] = false, edges
	// An item never ends before it starts: those are left out.
	sql := "SELECT toInt64(roundDown(assumeNotNull(value), arrayMap(x -> toInt64(x), {edges:Array(String)}))) AS low, count() AS n FROM (" +
		q.statement(m.whole()) + "\n) WHERE value IS NOT NULL GROUP BY low ORDER BY low"
	if err := r.w.Select(ctx, &counts, sql, p); err != nil {
		return nil, err
	}
	bins := []Bin{}
	if len(counts) == 0 {
		return bins, nil
	}
	index := func(low int64) int {
		return slices.IndexFunc(binEdges, func(e time.Duration) bool { return e.Milliseconds() == low })
	}
	start := index(counts[0].Low)
	for i := start; i <= index(counts[len(counts)-1].Low); i++ {
		b := Bin{From: binEdges[i].Seconds()}
		if i+1 < len(binEdges) {
			to := binEdges[i+1].Seconds()
			b.To = &to
		}
		bins = append(bins, b)
	}
	for _, c := range counts {
		bins[index(c.Low)-start].N = int64(c.N)
	}
	return bins, nil
}
