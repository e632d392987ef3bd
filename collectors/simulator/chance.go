package simulator

import (
	"math/bits"
	"math/rand/v2"
	"time"
)

// chance is a stream of random numbers for one thing (one piece of work, one build, one train of deployments). Each has
// a seed of its own, derived from the world's and from its name, so that adding a thing leaves all others as they were.
//
// All arithmetic is on integers: floating-point functions such as math.Exp may differ in the last bit from one processor
// to the next, and the same seed must give the same history everywhere.
type chance struct{ rand.PCG }

func newChance(seed uint64, name string, number int64) *chance {
	const offset, prime = 14695981039346656037, 1099511628211 // FNV-1a
	h := uint64(offset)
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * prime
	}
	c := &chance{}
	c.Seed(scramble(seed^h), scramble(h+uint64(number)))
	return c
}

// scramble spreads neighbouring numbers over all 64 bits (the finaliser of splitmix64).
func scramble(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// below is a number in [0, n).
func (c *chance) below(n int) int { return int(c.below64(int64(n))) }

func (c *chance) below64(n int64) int64 {
	high, _ := bits.Mul64(c.Uint64(), uint64(n))
	return int64(high)
}

// hits is true in so many of a thousand cases.
func (c *chance) hits(thousandths int) bool { return c.below(1000) < thousandths }

// between is a duration in [low, high), whole seconds above low.
func (c *chance) between(low, high time.Duration) time.Duration {
	return low + time.Duration(c.below64(int64((high-low)/time.Second)))*time.Second
}

// weighted is an index, each as likely as its weight says.
func (c *chance) weighted(weights ...int) int {
	total := 0
	for _, w := range weights {
		total += w
	}
	at := c.below(total)
	for i, w := range weights {
		if at < w {
			return i
		}
		at -= w
	}
	return len(weights) - 1
}

func pick[T any](c *chance, from []T) T { return from[c.below(len(from))] }

// skewed is a duration as waits and work have it: half below the median and a long tail above it (log-normal, near
// enough), in whole seconds because GitHub and PagerDuty know no smaller ones. Spread is the standard deviation in
// hundredths of a doubling: with 100, two thirds lie between half the median and twice the median.
func (c *chance) skewed(median time.Duration, spread int64) time.Duration {
	return (time.Duration(c.amount(median.Milliseconds(), spread)+999) * time.Millisecond).Truncate(time.Second)
}

// amount is a number as sizes have it, spread like skewed durations; at least 1.
func (c *chance) amount(median, spread int64) int64 {
	// The sum of four uniform 16-bit numbers is close to a normal distribution with this deviation.
	const deviation = 37837
	u := c.Uint64()
	sum := int64(u&0xffff) + int64(u>>16&0xffff) + int64(u>>32&0xffff) + int64(u>>48)
	doublings := (sum - 2*0xffff) * spread * 65536 / (100 * deviation) // in 65536ths

	whole, rest := doublings>>16, doublings&0xffff
	n := median * power(rest) >> 16
	if whole >= 0 {
		n <<= whole
	} else {
		n >>= -whole
	}
	return max(n, 1)
}

// power is 2 to the power of x 65536ths (0 <= x < 65536), in 65536ths: straight lines between 16 known points.
func power(x int64) int64 {
	points := [...]int64{65536, 68438, 71468, 74632, 77936, 81386, 84990, 88752, 92682,
		96785, 101070, 105545, 110218, 115098, 120194, 125515, 131072}
	i := x >> 12
	return points[i] + (points[i+1]-points[i])*(x&0xfff)>>12
}
