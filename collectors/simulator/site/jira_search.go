package site

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

// searching is what a search asks for, by its address or by its body.
type searching struct {
	JQL        string   `json:"jql"`
	Fields     []string `json:"fields"`
	Expand     any      `json:"expand"` // a text in the new search, a list in the old one
	MaxResults int      `json:"maxResults"`
	StartAt    int      `json:"startAt"`
	Token      string   `json:"nextPageToken"`
}

func (t tracker) searching() (searching, *answer) {
	if t.Method == http.MethodPost {
		asked := searching{MaxResults: 50}
		body, err := io.ReadAll(io.LimitReader(t.Body, 1<<20))
		if err == nil {
			err = json.Unmarshal(body, &asked)
		}
		if err != nil {
			return asked, jiraFailure(http.StatusBadRequest, "Invalid request payload. Refer to the REST API documentation and try again.")
		}
		return asked, nil
	}
	var fields []string
	for _, f := range t.query["fields"] {
		fields = append(fields, strings.Split(f, ",")...)
	}
	return searching{JQL: t.value("jql"), Fields: fields, Expand: strings.Join(t.query["expand"], ","), MaxResults: t.number("maxResults", 50, 0, 5000),
		StartAt: t.number("startAt", 0, 0, 1<<40), Token: t.value("nextPageToken")}, nil
}

// most is how many issues Jira puts on a page of what was asked for: many only where each is little.
func (a searching) most(changelog bool) int {
	if len(a.Fields) > 0 && len(a.Fields) <= 3 && !changelog && !slices.Contains(a.Fields, "*all") {
		return 1000
	}
	return 100
}

func (a searching) changelog() bool { return strings.Contains(fmt.Sprint(a.Expand), "changelog") }

// matches are the issues that a search finds, in its order.
func (t tracker) matches(asked searching) ([]*ticket, *jql, *answer) {
	query, err := parseJQL(asked.JQL, t.zone)
	if err != nil {
		return nil, nil, jiraFailure(http.StatusBadRequest, err.Error())
	}
	var found []*ticket
	for _, p := range t.store.projects {
		for _, k := range p.tickets {
			if query.matches(k) {
				found = append(found, k)
			}
		}
	}
	slices.SortStableFunc(found, query.compare)
	return found, query, nil
}

func (t tracker) tell(found []*ticket, asked searching) list {
	fields := asked.Fields
	if len(fields) == 0 {
		if !t.options.DataCenter { // the new search tells ids alone unless it is asked for more
			fields = []string{"id"}
		}
	}
	wanted, issues := t.wanted(fields), list{}
	for _, k := range found {
		issues = append(issues, t.issueWith(k, wanted, asked.changelog()))
	}
	return issues
}

// searchCloud is Jira Cloud's search. Its tokens name the last issue that was told, with what it was sorted by.
func (t tracker) searchCloud(*request, []string) *answer {
	if t.options.DataCenter {
		return jiraFailure(http.StatusNotFound, "The requested resource does not exist.")
	}
	asked, refused := t.searching()
	if refused != nil {
		return refused
	}
	if strings.TrimSpace(strings.SplitN(strings.ToUpper(asked.JQL), "ORDER BY", 2)[0]) == "" {
		return jiraFailure(http.StatusBadRequest, "Unbounded JQL queries are not allowed here. Please add a search restriction to your query.")
	}
	found, query, refused := t.matches(asked)
	if refused != nil {
		return refused
	}
	if asked.Token != "" {
		last, err := parseToken(asked.Token)
		if err != nil {
			return jiraFailure(http.StatusBadRequest, "The provided next page token is invalid or expired.")
		}
		found = slices.DeleteFunc(found, func(k *ticket) bool { return cmp.Or(query.compare(k, last), cmp.Compare(k.id, last.id)) <= 0 })
	}
	size := min(max(asked.MaxResults, 1), asked.most(asked.changelog()))
	page := found[:min(size, len(found))]
	answer := obj("issues", t.tell(page, asked))
	if len(page) < len(found) {
		answer = answer.with("nextPageToken", page[len(page)-1].token())
	}
	return ok(answer.with("isLast", len(page) == len(found)))
}

// token is where a search goes on behind this issue.
func (k *ticket) token() string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d %d %d %d %d %s", k.id, k.number, k.CreatedAt.Unix(), k.touched.Unix(), unixOrNone(k.ResolvedAt), k.project.team.Project))
}

func unixOrNone(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

func parseToken(token string) (*ticket, error) {
	text, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return nil, err
	}
	var id, number, created, touched, resolved int64
	var project string
	if _, err := fmt.Sscanf(string(text), "%d %d %d %d %d %s", &id, &number, &created, &touched, &resolved, &project); err != nil {
		return nil, err
	}
	k := &ticket{id: id, number: number, touched: time.Unix(touched, 0).UTC()}
	k.Key, k.CreatedAt = fmt.Sprintf("%s-%d", project, number), time.Unix(created, 0).UTC()
	if resolved != 0 {
		k.ResolvedAt = time.Unix(resolved, 0).UTC()
	}
	k.Project = project
	return k, nil
}

// searchDataCenter is the old search, by positions. Jira Cloud has it no more.
func (t tracker) searchDataCenter(*request, []string) *answer {
	if !t.options.DataCenter {
		return jiraFailure(http.StatusGone, "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API.")
	}
	asked, refused := t.searching()
	if refused != nil {
		return refused
	}
	found, _, refused := t.matches(asked)
	if refused != nil {
		return refused
	}
	size := min(asked.MaxResults, 1000)
	from, to := window(len(found), asked.StartAt, size)
	return ok(obj("expand", "schema,names", "startAt", asked.StartAt, "maxResults", size, "total", len(found), "issues", t.tell(found[from:to], asked)))
}
