package metrics

import (
	"context"
	_ "embed" // for the statements
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"
)

//go:embed forecast.sql
var forecastSQL string

// The statements of forecast.sql, in their order.
const (
	forecastDays = iota
	forecastFirst
)

// Bounds of what is asked.
const (
	defaultWeeks     = 12
	maxWeeks         = 104
	maxForecastItems = 10_000
	leastDays        = 14 // of history: fewer say too little about a week
	quietDays        = 7  // at the end of the history without anything done, of which a note tells
)

// The back-test: so many forecasts, a week apart, each of how many items are done within so many days.
const (
	backTests    = 20
	backTestDays = 28
)

// confidences are in per cent.
var confidences = []int{50, 85, 95}

// ForecastQuery asks when a number of items will be done, how many will be by a date, or how likely it is that a number is
// done by a date.
type ForecastQuery struct {
	Stream string // default: DefaultStream
	Filter        // as in StreamQuery
	Items  int    // 0: not asked
	By     string // a date in the reporting time zone, part of the time; empty: not asked
	Weeks  int    // of history; default 12
	Seed   int64  // default 1; the same question with the same seed has the same answer
}

// Forecast forecasts. A wrong question is a *UsageError.
func (r *Reader) Forecast(ctx context.Context, q ForecastQuery) (Forecast, error) {
	if q.Weeks == 0 {
		q.Weeks = defaultWeeks
	}
	if q.Seed == 0 {
		q.Seed = 1
	}
	now := r.now().In(r.loc)
	today := dateOf(now)
	ahead, err := q.check(today)
	if err != nil {
		return Forecast{}, err
	}
	// As far back as the first forecast of the back-test looks.
	back := q.Weeks*7 + backTestDays + (backTests-1)*7
	asked := StreamQuery{Stream: q.Stream, Filter: q.Filter, From: dayBegins(today.AddDate(0, 0, -back), r.loc), To: dayBegins(today, r.loc)}
	if asked, err = asked.check(); err != nil {
		return Forecast{}, err
	}
	if _, err := r.stagesOf(ctx, asked); err != nil {
		return Forecast{}, err
	}
	perDay, err := r.throughput(ctx, asked, today, back)
	if err != nil {
		return Forecast{}, fmt.Errorf("read the throughput of %s: %w", asked.Stream, err)
	}
	f := newForecast(q, asked, perDay)
	f.History.From, f.History.To = dayBegins(today.AddDate(0, 0, -f.History.Days), r.loc).UTC(), asked.To
	if note := f.tooLittle(); note != "" {
		notes, err := r.streamNotes(ctx, asked, len(perDay) == 0)
		f.Notes = append(append(f.Notes, note), notes...)
		return f, err
	}
	f.answer(q, today, ahead)
	f.BackTest = backTest(perDay, q)
	f.remark(q.Weeks)
	return f, nil
}

// check refuses what cannot be forecast, and says how many days lie ahead: from tomorrow up to the date.
func (q ForecastQuery) check(today time.Time) (ahead int, err error) {
	switch {
	case q.Items < 0 || q.Items > maxForecastItems:
		return 0, &UsageError{"items", fmt.Sprintf("%d is not a number of items from 1 to %d", q.Items, maxForecastItems)}
	case q.Items == 0 && q.By == "":
		return 0, &UsageError{"items", "say how many items (when are they done?), or by which date (how many are done by then?)"}
	case q.Weeks < leastDays/7 || q.Weeks > maxWeeks:
		return 0, &UsageError{"weeks", fmt.Sprintf("%d is not a number of weeks from %d to %d", q.Weeks, leastDays/7, maxWeeks)}
	case q.By == "":
		return 0, nil
	}
	by, err := time.Parse(time.DateOnly, q.By)
	if err != nil {
		return 0, &UsageError{"by", fmt.Sprintf("%q is not a date; write 2026-03-12", q.By)}
	}
	switch ahead = daysBetween(today, by); {
	case ahead < 1:
		return 0, &UsageError{"by", fmt.Sprintf("%s is not after today, %s: a forecast begins tomorrow", q.By, today.Format(time.DateOnly))}
	case ahead > horizon:
		return 0, &UsageError{"by", q.By + " is more than ten years ahead"}
	}
	return ahead, nil
}

// throughput is how many items were done on each day before today, those without any too; as far back as anything is known,
// and at most so many days.
func (r *Reader) throughput(ctx context.Context, q StreamQuery, today time.Time, back int) ([]int64, error) {
	var done []struct {
		Day time.Time `ch:"day"`
		N   uint64    `ch:"n"`
	}
	var known []struct {
		N     uint64    `ch:"n"`
		First time.Time `ch:"first"`
	}
	p := q.params()
	p["tz"] = r.loc.String()
	both, ctx := errgroup.WithContext(ctx)
	both.Go(func() error { return r.w.Select(ctx, &done, q.statementOf(forecastSQL, forecastDays), p) })
	both.Go(func() error { return r.w.Select(ctx, &known, q.statementOf(forecastSQL, forecastFirst), p) })
	if err := both.Wait(); err != nil {
		return nil, err
	}
	if len(known) == 0 || known[0].N == 0 {
		return nil, nil
	}
	days := max(0, min(back, daysBetween(dateOf(known[0].First), today)))
	perDay := make([]int64, days)
	for _, d := range done {
		if at := days - daysBetween(dateOf(d.Day), today); at >= 0 && at < days {
			perDay[at] = int64(d.N)
		}
	}
	return perDay, nil
}

// newForecast is the question with its history, the last weeks of all that is known.
func newForecast(q ForecastQuery, asked StreamQuery, perDay []int64) Forecast {
	f := Forecast{
		Stream: asked.Stream, Trials: trials, Seed: q.Seed, When: []ForecastDate{}, HowMany: []ForecastNumber{},
		BackTest: ForecastBackTest{Held: []ForecastHeld{}}, Notes: []string{},
	}
	f.History.PerDay = append([]int64{}, lastDays(perDay, q.Weeks)...)
	f.History.Days, f.History.N = len(f.History.PerDay), sumOf(f.History.PerDay)
	if q.Items > 0 {
		f.Items = &q.Items
	}
	if q.By != "" {
		f.By = &q.By
	}
	return f
}

// tooLittle says why nothing can be forecast; empty: it can.
func (f Forecast) tooLittle() string {
	switch {
	case f.History.Days < leastDays:
		return fmt.Sprintf("too little is known to forecast: %d whole days, and it takes %d", f.History.Days, leastDays)
	case f.History.N == 0:
		return fmt.Sprintf("no item was done in the last %d days, so nothing can be forecast", f.History.Days)
	}
	return ""
}

func (f *Forecast) answer(q ForecastQuery, today time.Time, ahead int) {
	chance := simulation{trials, q.Seed}
	if q.Items > 0 {
		took := chance.daysFor(f.History.PerDay, q.Items)
		for _, c := range confidences {
			when := ForecastDate{Confidence: float64(c) / 100}
			if days := latest(took, c); days <= horizon {
				at := today.AddDate(0, 0, days).Format(time.DateOnly)
				when.At = &at
			}
			f.When = append(f.When, when)
		}
	}
	if q.By == "" {
		return
	}
	done := chance.doneWithin(f.History.PerDay, ahead)
	for _, c := range confidences {
		f.HowMany = append(f.HowMany, ForecastNumber{Confidence: float64(c) / 100, N: atLeast(done, c)})
	}
	if q.Items > 0 {
		share := shareReaching(done, int64(q.Items))
		f.Chance = &share
	}
}

// remark says what a person should know who reads the forecast.
func (f *Forecast) remark(weeks int) {
	if f.History.Days < weeks*7 {
		f.Notes = append(f.Notes, fmt.Sprintf("the history has %d days instead of %d: nothing is known before", f.History.Days, weeks*7))
	}
	quiet := 0
	for i := len(f.History.PerDay) - 1; i >= 0 && f.History.PerDay[i] == 0; i-- {
		quiet++
	}
	if quiet >= quietDays {
		f.Notes = append(f.Notes, fmt.Sprintf("nothing was done in the last %d days: are the data up to date?", quiet))
	}
	if f.BackTest.Made == 0 {
		f.Notes = append(f.Notes, fmt.Sprintf("no forecast could be made for the past: it takes %d days of history before it and %d after it", leastDays, backTestDays))
	}
}
