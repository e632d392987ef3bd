package files

import "strings"

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
	distance := editDistance(wrote, name)
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

// editDistance counts the letters to insert, delete or replace (Levenshtein), in bytes: names are ASCII, and what is
// not is far enough away anyhow.
func editDistance(a, b string) int {
	const longest = 64 // a "name" longer than this is no misspelling of ours
	if len(a) > longest || len(b) > longest {
		return max(len(a), len(b))
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := diagonal
			if a[i-1] != b[j-1] {
				cost++
			}
			diagonal = row[j]
			row[j] = min(cost, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}
