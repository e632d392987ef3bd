package warehouse

// How a text names tickets, as regular expressions of RE2, which Go and ClickHouse share: collectors read descriptions by them
// (pull_requests.ticket_keys), the derivation titles, branches and commits.
const (
	// TicketKey is a tracker's key, such as PAY-12.
	TicketKey = `\b([A-Z][A-Z0-9_]+-[0-9]+)\b`

	// IssueName is a code host's own issue: #12 of the same repository, shop/checkout#7 of another. Alone it may be anything.
	IssueName = `(?:[\w.-]+/[\w./-]+)?#[0-9]+\b`

	// Closing is how code hosts close their issues: "Closes #12", "fixes shop/checkout#7 and #9".
	Closing = `(?i)(\b(?:close[sd]?|closing|fix(?:e[sd])?|fixing|resolve[sd]?|resolving):?\s+` + IssueName +
		`(?:(?:\s*,\s*and\s+|\s*,\s*|\s+and\s+)` + IssueName + `)*)`

	// Unmeant is what is in a text, but not meant by its author: comments of a template, code, and what he quotes.
	Unmeant = "(?s)<!--.*?(?:-->|$)" +
		"|(?ms)^ {0,3}`{4,}.*?(?:^ {0,3}`{4,}|\\z)|(?ms)^ {0,3}```.*?(?:^ {0,3}```|\\z)|(?ms)^ {0,3}~~~.*?(?:^ {0,3}~~~|\\z)" +
		"|``[^\\n]+?``|`[^`\\n]+`|(?m-s:^ {0,3}>.*$)"
)
