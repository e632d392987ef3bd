package files

import (
	"strings"

	"github.com/agnivade/levenshtein"
)

// meant finds the name that somebody who wrote `wrote` probably meant, or "" when none is close.
func meant(wrote string, names []string) string {
	plain := plainName(wrote)
	if plain == "" {
		return ""
	}
	best, bestCost := "", 1<<30
	for _, name := range names {
		if cost := nameCost(plain, plainName(name)); cost < bestCost {
			best, bestCost = name, cost
		}
	}
	return best
}

// nameCost is how far apart two plain names are; one and the same is 0, and names that are not alike are very far.
func nameCost(wrote, name string) int {
	const far = 1 << 30
	distance := levenshtein.ComputeDistance(wrote, name)
	if distance <= max(1, min(len(wrote), len(name))/3) {
		if strings.HasPrefix(name, wrote) {
			return 2*distance - 1 // authored is authored_at sooner than author
		}
		return 2 * distance
	}
	// env for environment, pr_number for number
	if len(wrote) >= 3 && len(name) >= 3 &&
		(strings.HasPrefix(name, wrote) || strings.HasPrefix(wrote, name) ||
			strings.HasSuffix(name, wrote) || strings.HasSuffix(wrote, name)) {
		return 100 + distance
	}
	return far
}

// plainName takes away what people vary without meaning it: AuthoredAt, authored-at and " authored at" are authoredat.
func plainName(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case '_', '-', ' ', '.', '\t':
			return -1
		}
		return r
	}, strings.ToLower(s))
}
