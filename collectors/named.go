package collectors

import (
	"regexp"
	"slices"
	"strings"
)

var (
	// What is in a description, but not meant by its author: comments of the template, code, and what he quotes.
	unmeant = regexp.MustCompile("(?s)<!--.*?(?:-->|$)" +
		"|(?ms)^ {0,3}`{4,}.*?(?:^ {0,3}`{4,}|\\z)|(?ms)^ {0,3}```.*?(?:^ {0,3}```|\\z)|(?ms)^ {0,3}~~~.*?(?:^ {0,3}~~~|\\z)" +
		"|``[^\n]+?``|`[^`\n]+`|(?m-s:^ {0,3}>.*$)")

	ticketKey = regexp.MustCompile(`\b[A-Z][A-Z0-9_]+-[0-9]+\b`)

	// A code host's own issues are named by closing them: "Closes #12", "fixes shop/checkout#7 and #9". A number alone may be
	// anything.
	closing = regexp.MustCompile(`(?i)\b(?:close[sd]?|closing|fix(?:e[sd])?|fixing|resolve[sd]?|resolving):?\s+` + issueName + `(?:(?:\s*,\s*and\s+|\s*,\s*|\s+and\s+)` + issueName + `)*`)
	issue   = regexp.MustCompile(issueName)
)

const issueName = `(?:[\w.-]+/[\w./-]+)?#[0-9]+\b`

// TicketsNamed are the keys of the tickets that the description of a pull request of the repository names, sorted. The
// derivation reads titles and commits in the same way.
func TicketsNamed(description, repo string) []string {
	text := unmeant.ReplaceAllString(description, " ")
	keys := ticketKey.FindAllString(text, -1)
	for _, list := range closing.FindAllString(text, -1) {
		for _, name := range issue.FindAllString(list, -1) {
			if strings.HasPrefix(name, "#") {
				name = repo + name
			}
			keys = append(keys, name)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
