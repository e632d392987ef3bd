package metrics

import (
	"fmt"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Nearest is the name that somebody who wrote a word probably meant; empty where none is near.
func Nearest(word string, names []string) string {
	best, least := "", max(2, len([]rune(word))/3)+1 // two slips in a short word, more in a long one
	for _, name := range names {
		if d := levenshtein.ComputeDistance(strings.ToLower(word), strings.ToLower(name)); d < least {
			best, least = name, d
		}
	}
	return best
}

// didYouMean is the beginning of a hint that names what was probably meant; empty where nothing is near.
func didYouMean(word string, names []string) string {
	best := Nearest(word, names)
	if best == "" {
		return ""
	}
	return fmt.Sprintf("did you mean %q? ", best)
}
