package metrics

import (
	"math/rand/v2"
	"slices"
	"time"
)

// trials is how often a forecast is simulated: enough for the 95% to be steady.
const trials = 10_000

// horizon is how many days ahead a trial goes at most.
const horizon = 3652

// The streams of chance of the two questions, so that the answer to one does not depend on whether the other is asked.
const (
	chanceOfWhen    = 1
	chanceOfHowMany = 2
)

// simulation is how often chance is tried, and with which seed: the same one draws the same days.
type simulation struct {
	trials int
	seed   int64
}

// daysFor is in how many days each trial gets so many items done, the shortest first; horizon+1: not within ten years. A day
// of a trial is any day of the history, with the same chance.
func (s simulation) daysFor(perDay []int64, items int) []int {
	chance := rand.New(rand.NewPCG(uint64(s.seed), chanceOfWhen))
	took := make([]int, s.trials)
	for i := range took {
		left, days := int64(items), 0
		for left > 0 && days <= horizon {
			left -= perDay[chance.IntN(len(perDay))]
			days++
		}
		took[i] = days
	}
	slices.Sort(took)
	return took
}

// doneWithin is how many items each trial gets done within so many days, the fewest first.
func (s simulation) doneWithin(perDay []int64, days int) []int64 {
	chance := rand.New(rand.NewPCG(uint64(s.seed), chanceOfHowMany))
	done := make([]int64, s.trials)
	for i := range done {
		for range days {
			done[i] += perDay[chance.IntN(len(perDay))]
		}
	}
	slices.Sort(done)
	return done
}

// latest is the value that so many per cent of the trials, sorted, do not exceed.
func latest(sorted []int, percent int) int {
	return sorted[(len(sorted)*percent+99)/100-1]
}

// atLeast is the value that so many per cent of the trials, sorted, reach or exceed.
func atLeast(sorted []int64, percent int) int64 {
	return sorted[len(sorted)*(100-percent)/100]
}

// shareReaching is the part of the trials, sorted, that reach a number.
func shareReaching(sorted []int64, number int64) float64 {
	below, _ := slices.BinarySearch(sorted, number)
	return float64(len(sorted)-below) / float64(len(sorted))
}

// backTest makes a forecast for each of the past weeks, from the days before it alone, and looks at what happened.
func backTest(perDay []int64, q ForecastQuery) ForecastBackTest {
	b := ForecastBackTest{Held: []ForecastHeld{}}
	chance := simulation{trials, q.Seed}
	held := make([]int, len(confidences))
	for week := range backTests {
		made := len(perDay) - backTestDays - 7*week
		if made < leastDays {
			break
		}
		history := lastDays(perDay[:made], q.Weeks)
		if sumOf(history) == 0 {
			continue
		}
		done := chance.doneWithin(history, backTestDays)
		happened := sumOf(perDay[made : made+backTestDays])
		b.Made++
		for i, c := range confidences {
			if happened >= atLeast(done, c) {
				held[i]++
			}
		}
	}
	if b.Made == 0 {
		return b
	}
	for i, c := range confidences {
		b.Held = append(b.Held, ForecastHeld{Confidence: float64(c) / 100, N: b.Made, Held: held[i]})
	}
	return b
}

// lastDays are the days of the last weeks.
func lastDays(perDay []int64, weeks int) []int64 {
	return perDay[max(0, len(perDay)-7*weeks):]
}

func sumOf(numbers []int64) (sum int64) {
	for _, n := range numbers {
		sum += n
	}
	return sum
}

// dateOf is the calendar's day of a moment, in the moment's own location, as a moment that can be counted with: the day's
// midnight in UTC, which has no change of clocks.
func dateOf(t time.Time) time.Time {
	year, month, day := t.Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// daysBetween is how many days of the calendar one day is before another.
func daysBetween(one, other time.Time) int {
	return int(other.Sub(one) / day)
}

// dayBegins is the first moment of a day of the calendar in a location.
func dayBegins(date time.Time, loc *time.Location) time.Time {
	return dayStart(date.Year(), date.Month(), date.Day(), loc)
}
