package collectors

import (
	"regexp"
	"slices"
	"strings"

	"github.com/weirhq/weir/warehouse"
)

var (
	unmeant   = regexp.MustCompile(warehouse.Unmeant)
	ticketKey = regexp.MustCompile(warehouse.TicketKey)
	closing   = regexp.MustCompile(warehouse.Closing)
	issueName = regexp.MustCompile(warehouse.IssueName)
)

// TicketsNamed are the keys of the tickets that the description of a pull request of the repository names, sorted.
func TicketsNamed(description, repo string) []string {
	text := unmeant.ReplaceAllString(description, " ")
	keys := ticketKey.FindAllString(text, -1)
	for _, list := range closing.FindAllString(text, -1) {
		for _, name := range issueName.FindAllString(list, -1) {
			if strings.HasPrefix(name, "#") {
				name = repo + name
			}
			keys = append(keys, name)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
