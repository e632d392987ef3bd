package metrics

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// history is a history of throughput in a property: not all of its days without anything.
func history(t *rapid.T) []int64 {
	return rapid.SliceOfN(rapid.Int64Range(0, 9), 14, 60).Filter(func(days []int64) bool { return sumOf(days) > 0 }).Draw(t, "per day")
}

// More confidence never promises more: a later date, a smaller number. The same seed says the same.
func TestForecastsAreMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		perDay, items, days, chance := history(t), rapid.IntRange(1, 40).Draw(t, "items"), rapid.IntRange(1, 40).Draw(t, "days"), simulation{500, rapid.Int64().Draw(t, "seed")}
		took, done := chance.daysFor(perDay, items), chance.doneWithin(perDay, days)
		for i := 1; i < len(confidences); i++ {
			if latest(took, confidences[i]) < latest(took, confidences[i-1]) || atLeast(done, confidences[i]) > atLeast(done, confidences[i-1]) {
				t.Fatalf("%d%% promises more than %d%%", confidences[i], confidences[i-1])
			}
		}
		if !slices.Equal(took, chance.daysFor(perDay, items)) || !slices.Equal(done, chance.doneWithin(perDay, days)) {
			t.Fatal("the same seed gave another answer")
		}
		most := slices.Max(perDay)
		if latest(took, 100) < 1 || int64(took[0])*most < int64(items) || done[len(done)-1] > int64(days)*most {
			t.Fatal("a trial did more than the best day of the history")
		}
	})
}

// What a confidence promises holds in at least that part of the trials, and one item more, or one day less, would not.
func TestConfidenceIsOfTrials(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		perDay, chance := history(t), simulation{500, 1}
		took, done := chance.daysFor(perDay, 10), chance.doneWithin(perDay, 10)
		for _, c := range confidences {
			within := func(days int) (n int) {
				for _, d := range took {
					if d <= days {
						n++
					}
				}
				return n
			}
			reached := func(number int64) (n int) {
				for _, d := range done {
					if d >= number {
						n++
					}
				}
				return n
			}
			if by := latest(took, c); within(by)*100 < c*chance.trials || within(by-1)*100 >= c*chance.trials {
				t.Fatalf("%d%%: %d of the trials are done within %d days, %d a day before", c, within(by), by, within(by-1))
			}
			if n := atLeast(done, c); reached(n)*100 < c*chance.trials || reached(n+1)*100 >= c*chance.trials {
				t.Fatalf("%d%%: %d of the trials reach %d, %d one more", c, reached(n), n, reached(n+1))
			}
		}
	})
}

// Nothing is done on half of the days and four items on the others: the chance of at least 4 within two days is 3/4.
func TestForecastOfAKnownChance(t *testing.T) {
	perDay := make([]int64, 20)
	for i := range 10 {
		perDay[2*i] = 4
	}
	for seed := range int64(5) {
		if got := shareReaching(simulation{trials, seed + 1}.doneWithin(perDay, 2), 4); got < 0.735 || got > 0.765 {
			t.Errorf("seed %d: %g, want 0.75 within three and a half standard errors of 0.0043", seed+1, got)
		}
	}
	// Where nothing is ever done, ten years are not enough.
	if took := (simulation{10, 1}).daysFor([]int64{0}, 1); took[0] != horizon+1 {
		t.Errorf("done after %d days", took[0])
	}
}
