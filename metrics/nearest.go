package metrics

import (
	"fmt"
	"strings"
)

// didYouMean is the beginning of a hint that names what was probably meant; empty where nothing is near.
func didYouMean(value string, names []string) string {
	best, least := "", max(2, len([]rune(value))/3)+1
	for _, name := range names {
		if d := distance(strings.ToLower(value), strings.ToLower(name)); d < least {
			best, least = name, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("did you mean %q? ", best)
}

// distance is the number of letters to insert, remove or replace to make one word out of another.
func distance(a, b string) int {
	from, to := []rune(a), []rune(b)
	row := make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i := range from {
		diagonal := row[0]
		row[0] = i + 1
		for j := range to {
			replaced := diagonal
			if from[i] != to[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(to)]
}
