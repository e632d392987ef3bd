package collectors

import (
	"regexp"
	"slices"
)

var (
	// What is in a description, but not meant by its author: comments of the template, code, and what he quotes.
	unmeant = regexp.MustCompile("(?s)<!--.*?(?:-->|$)|```.*?(?:```|$)|~~~.*?(?:~~~|$)|(?m-s:`[^`\n]*`|^ {0,3}>.*$)")

	ticketKey = regexp.MustCompile(`\b[A-Z][A-Z0-9_]+-[0-9]+\b`)

	// A code host's own issues are named by closing them: "Closes #12", "fixes shop/checkout#7 and #9". A number alone may be
	// anything.
	closing  = regexp.MustCompile(`(?i)\b(?:close[sd]?|closing|fix(?:e[sd])?|fixing|resolve[sd]?|resolving):?\s+` + issueName + `(?:(?:\s*,\s*and\s+|\s*,\s*|\s+and\s+)` + issueName + `)*`)
	oneIssue = regexp.MustCompile(issueName)
)

const issueName = `(?:https?://[^/\s]+/([\w./-]+?)(?:/-)?/issues/([0-9]+)\b|([\w.-]+/[\w./-]+)?#([0-9]+)\b)`

// TicketsNamed are the keys of the tickets that the description of a pull request of the repository names, sorted.
func TicketsNamed(description, repo string) []string {
	text := unmeant.ReplaceAllString(description, " ")
	keys := ticketKey.FindAllString(text, -1)
	for _, list := range closing.FindAllString(text, -1) {
		for _, name := range oneIssue.FindAllStringSubmatch(list, -1) {
			in, number := name[1]+name[3], name[2]+name[4]
			if in == "" {
				in = repo
			}
			keys = append(keys, in+"#"+number)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
