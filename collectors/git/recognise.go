package git

import (
	"regexp"
	"strconv"
	"strings"
)

// mention is the pull request that a commit's message says it merged.
type mention struct {
	number int64
	title  string
	head   string // "" when the message does not name it
	base   string // likewise
}

// wording is one way in which a code host words a merge. Named groups: number, title, head, base.
type wording struct {
	subject *regexp.Regexp // of the message's first line
	body    *regexp.Regexp // somewhere below it; nil when the first line says it all
}

// mergeForms are the messages of merge commits, the most telling first.
var mergeForms = []wording{
	// GitHub, which names the fork's owner before the branch.
	{subject: regexp.MustCompile(`^Merge pull request #(?P<number>\d+) from [^/\s]+/(?P<head>\S+)`)},
	// Bitbucket Data Center.
	{subject: regexp.MustCompile(`^Merge pull request #(?P<number>\d+) in \S+ from (?P<head>\S+) to (?P<base>\S+)$`)},
	// Gitea, Forgejo.
	{subject: regexp.MustCompile(`^Merge pull request '(?P<title>.*)' \(#(?P<number>\d+)\) from (?:\S+:|[^/\s]+/)?(?P<head>\S+) into (?P<base>\S+)$`)},
	{subject: regexp.MustCompile(`^Merge pull request #(?P<number>\d+)\b`)},
	// Bitbucket Cloud.
	{subject: regexp.MustCompile(`^Merged in (?P<head>\S+) \(pull request #(?P<number>\d+)\)$`)},
	// GitLab.
	{
		subject: regexp.MustCompile(`^Merge branch '(?P<head>[^']+)'(?: into '(?P<base>[^']+)')?`),
		body:    regexp.MustCompile(`(?m)^See merge request (?:\S*[^\s!])?!(?P<number>\d+)\s*$`),
	},
	// bors and its heirs.
	{subject: regexp.MustCompile(`^Auto merge of #(?P<number>\d+) - [^:\s]+:(?P<head>[^,\s]+)`)},
}

// titleForms are first lines that a host makes of the title, of squash and of merge commits.
var titleForms = []wording{
	{subject: regexp.MustCompile(`^(?P<title>.*\S)\s*\(#(?P<number>\d+)\)$`)},              // GitHub, Gitea
	{subject: regexp.MustCompile(`^(?P<title>.*\S)\s*\(pull request #(?P<number>\d+)\)$`)}, // Bitbucket Cloud
	{subject: regexp.MustCompile(`^Merged PR (?P<number>\d+): (?P<title>.+)$`)},            // Azure DevOps
	{
		subject: regexp.MustCompile(`^(?P<title>.+)$`), // GitLab, by its usual template
		body:    regexp.MustCompile(`(?m)^See merge request (?:\S*[^\s!])?!(?P<number>\d+)\s*$`),
	},
}

// aMerge are first lines of merge commits. On a commit with one parent they were copied there (by a cherry-pick or a
// rebase), and a number in them belongs to a merge that happened elsewhere.
var aMerge = regexp.MustCompile(`^(?:Merge (?:pull request|branch|remote-tracking branch|tag|commit) |Merged in |Auto merge of )`)

// recognise finds the pull request that a commit of the mainline brought in, by its message and the number of its parents.
func recognise(message string, parents int) (mention, bool) {
	subject, body, _ := strings.Cut(message, "\n")
	subject = strings.TrimSpace(subject)
	if parents > 1 {
		for _, f := range mergeForms {
			if m, ok := f.match(subject, body); ok {
				if m.title == "" {
					m.title = titleIn(body)
				}
				return m, true
			}
		}
	}
	if aMerge.MatchString(subject) {
		return mention{}, false
	}
	for _, f := range titleForms {
		if m, ok := f.match(subject, body); ok {
			return m, true
		}
	}
	return mention{}, false
}

func (f wording) match(subject, body string) (mention, bool) {
	var m mention
	if !m.take(f.subject, subject) || f.body != nil && !m.take(f.body, body) || m.number == 0 {
		return mention{}, false
	}
	return m, true
}

// take fills m from the pattern's named groups.
func (m *mention) take(pattern *regexp.Regexp, text string) bool {
	groups := pattern.FindStringSubmatch(text)
	if groups == nil {
		return false
	}
	for i, name := range pattern.SubexpNames() {
		switch name {
		case "number":
			n, err := strconv.ParseInt(groups[i], 10, 32)
			if err != nil {
				return false // a number that does not fit is no pull request's
			}
			m.number = n
		case "title":
			m.title = groups[i]
		case "head":
			m.head = groups[i]
		case "base":
			m.base = groups[i]
		}
	}
	return true
}

// notTitle are lines that hosts put into a merge's body besides the title.
var notTitle = regexp.MustCompile(`(?i)^(?:\* |See merge request |(?:closes|fixes|resolves|approved-by|co-authored-by|signed-off-by|merge-request)\b[: ])`)

// titleIn is the first line of a merge's body, "" when that is something else.
func titleIn(body string) string {
	for line := range strings.SplitSeq(body, "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if notTitle.MatchString(line) {
			return ""
		}
		return line
	}
	return ""
}
