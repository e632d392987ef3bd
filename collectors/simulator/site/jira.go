package site

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/weirhq/weir/collectors/simulator"
)

// The custom fields of the company's Jira.
const (
	teamField     = "customfield_10001"
	pointsField   = "customfield_10016"
	sprintField   = "customfield_10020"
	flaggedField  = "customfield_10021"
	severityField = "customfield_10050"
)

// ticketsAt is where people look at tickets; Jira's baseUrl.
const ticketsAt = "https://tickets.millrace.example"

// tracker answers a request to Jira.
type tracker struct {
	*Site
	*request
	version string // of the API: 2 or 3
}

// jira answers as a Jira Cloud does, or as a Data Center where the options say so.
func (s *Site) jira(q *request) *answer {
	if !s.allowed(q) {
		a := ok(obj("message", "Client must be authenticated to access this resource.", "status-code", 401))
		a.status = http.StatusUnauthorized
		return a
	}
	t := tracker{s, q, "3"}
	if len(q.parts) > 3 && q.parts[0] == "rest" && (q.parts[1] == "api" || q.parts[1] == "agile") {
		area := q.parts[1]
		t.version = q.parts[2]
		q.parts = q.parts[3:]
		if area == "agile" {
			if a := find(q, t.agileRoutes()); a != nil {
				return a
			}
		} else if t.version == "2" || t.version == "3" && !s.options.DataCenter || t.version == "latest" {
			if a := find(q, t.routes()); a != nil {
				return a
			}
		}
	}
	return jiraFailure(http.StatusNotFound, "The requested resource does not exist.")
}

func jiraFailure(status int, sentence string) *answer {
	a := ok(obj("errorMessages", []string{sentence}, "errors", object{}))
	a.status = status
	return a
}

func (t tracker) routes() []route {
	fixed := func(tell func() any) func(*request, []string) *answer {
		return func(*request, []string) *answer { return ok(tell()) }
	}
	return []route{
		{"/serverInfo", fixed(t.serverInfo)},
		{"/myself", fixed(func() any { return t.user(t.store.people[0].Email) })},
		{"/field", fixed(t.fieldList)},
		{"/status", fixed(t.statusList)},
		{"/statuscategory", fixed(func() any { return list{t.category("new"), t.category("indeterminate"), t.category("done")} })},
		{"/search/jql", t.searchCloud},
		{"/search", t.searchDataCenter},
		{"/project/search", t.projectSearch},
		{"/project", fixed(func() any {
			all := list{}
			for _, p := range t.store.projects {
				all = append(all, t.project(p))
			}
			return all
		})},
		{"/project/{key}", func(_ *request, v []string) *answer {
			for _, p := range t.store.projects {
				if strings.EqualFold(p.team.Project, v[0]) || decimal(p.id) == v[0] {
					return ok(t.project(p))
				}
			}
			return jiraFailure(http.StatusNotFound, "No project could be found with key '"+v[0]+"'.")
		}},
		{"/project/{key}/versions", fixed(func() any { return list{} })},
		{"/issue/{key}", t.oneIssue(func(k *ticket) *answer { return ok(t.issue(k)) })},
		{"/issue/{key}/changelog", t.oneIssue(t.changelogPages)},
		{"/issue/{key}/remotelink", t.oneIssue(func(k *ticket) *answer { return ok(t.remoteLinks(k)) })},
		{"/group/member", t.groupMembers},
	}
}

// api is the address of something in the API.
func (t tracker) api(path string) string { return t.base() + "/rest/api/" + t.version + path }

func (t tracker) serverInfo() any {
	kind, version, numbers := "Cloud", "1001.0.0-SNAPSHOT", []any{1001, 0, 0}
	if t.options.DataCenter {
		kind, version, numbers = "DataCenter", "9.12.4", []any{9, 12, 4}
	}
	return obj("baseUrl", ticketsAt, "version", version, "versionNumbers", list(numbers), "deploymentType", kind, "buildNumber", 100_000,
		"buildDate", t.when(t.store.world.Begins()), "serverTime", t.when(t.now()), "serverTitle", "Millrace")
}

// when is a moment as Jira writes it, in the user's zone. Null where it is unknown.
func (t tracker) when(at time.Time) any {
	if at.IsZero() {
		return nil
	}
	return at.In(t.zone).Format("2006-01-02T15:04:05.000-0700")
}

// user is an account of Jira, by its e-mail address; null where there is none.
func (t tracker) user(email string) any {
	p := t.store.account[email]
	if p == nil {
		return nil
	}
	key := "jira user " + t.version + t.base() + email
	if known, there := t.texts.Load(key); there {
		return known
	}
	avatars := obj("48x48", t.base()+"/avatar/48", "24x24", t.base()+"/avatar/24", "16x16", t.base()+"/avatar/16", "32x32", t.base()+"/avatar/32")
	who := obj("self", t.api("/user?accountId="+url.QueryEscape(accountID(p))), "accountId", accountID(p), "accountType", "atlassian")
	if t.options.DataCenter {
		who = obj("self", t.api("/user?username="+p.Login), "name", p.Login, "key", "JIRAUSER"+decimal(p.id))
	}
	text := freeze(who.with("emailAddress", p.Email, "avatarUrls", avatars, "displayName", p.Name, "active", true, "timeZone", t.zone.String()))
	t.texts.Store(key, text)
	return text
}

func accountID(p *person) string {
	return "712020:5f1e0c00-0000-4000-8000-" + strconv.FormatInt(1e11+p.id, 10)
}

// account is what a changelog names somebody by.
func (t tracker) account(email string) (id, name any) {
	p := t.store.account[email]
	switch {
	case p == nil:
		return nil, nil
	case t.options.DataCenter:
		return p.Login, p.Name
	}
	return accountID(p), p.Name
}

func (t tracker) fieldList() any {
	all := list{}
	for _, f := range [][]string{{"summary", "Summary", "string"}, {"status", "Status", "status"}, {"issuetype", "Issue Type", "issuetype"},
		{"project", "Project", "project"}, {"priority", "Priority", "priority"}, {"assignee", "Assignee", "user"}, {"reporter", "Reporter", "user"},
		{"creator", "Creator", "user"}, {"labels", "Labels", "array"}, {"created", "Created", "datetime"}, {"updated", "Updated", "datetime"},
		{"resolution", "Resolution", "resolution"}, {"resolutiondate", "Resolved", "datetime"}, {"fixVersions", "Fix versions", "array"},
		{"components", "Components", "array"}, {"issuelinks", "Linked Issues", "array"}, {"parent", "Parent", "issuelink"}} {
		all = append(all, obj("id", f[0], "key", f[0], "name", f[1], "custom", false, "orderable", true, "navigable", true, "searchable", true,
			"clauseNames", []string{f[0]}, "schema", obj("type", f[2], "system", f[0])))
	}
	for _, f := range [][]string{{teamField, "Team", "option", "com.atlassian.jira.plugin.system.customfieldtypes:select"},
		{pointsField, "Story point estimate", "number", "com.pyxis.greenhopper.jira:jsw-story-points"},
		{sprintField, "Sprint", "array", "com.pyxis.greenhopper.jira:gh-sprint"},
		{flaggedField, "Flagged", "array", "com.atlassian.jira.plugin.system.customfieldtypes:multicheckboxes"},
		{severityField, "Severity", "option", "com.atlassian.jira.plugin.system.customfieldtypes:select"}} {
		number, _ := strconv.ParseInt(strings.TrimPrefix(f[0], "customfield_"), 10, 64) // the names are our own
		all = append(all, obj("id", f[0], "key", f[0], "name", f[1], "custom", true, "orderable", true, "navigable", true, "searchable", true,
			"clauseNames", []string{"cf[" + decimal(number) + "]", f[1]}, "schema", obj("type", f[2], "custom", f[3], "customId", number)))
	}
	return all
}

// statusNames are the statuses in their order; what stands for them is a number from 10001 on.
var statusNames = []string{simulator.Backlog, simulator.InProgress, simulator.WaitingForDBA, simulator.InDBA, simulator.InReview,
	simulator.ReadyForTest, simulator.InTest, simulator.Done}

func statusID(name string) string { return strconv.Itoa(10001 + slices.Index(statusNames, name)) }

func (t tracker) category(key string) object {
	id, name, colour := 4, "In Progress", "yellow"
	switch key {
	case "new":
		id, name, colour = 2, "To Do", "blue-gray"
	case "done":
		id, name, colour = 3, "Done", "green"
	}
	return obj("self", t.api("/statuscategory/"+strconv.Itoa(id)), "id", id, "key", key, "colorName", colour, "name", name)
}

func (t tracker) status(name string) object {
	category := "indeterminate"
	switch name {
	case simulator.Backlog:
		category = "new"
	case simulator.Done:
		category = "done"
	}
	return obj("self", t.api("/status/"+statusID(name)), "description", "", "iconUrl", t.base()+"/status.png", "name", name, "id", statusID(name),
		"statusCategory", t.category(category))
}

func (t tracker) statusList() any {
	all := list{}
	for _, name := range statusNames {
		all = append(all, t.status(name))
	}
	return all
}

func (t tracker) project(p *project) object {
	return obj("self", t.api("/project/"+decimal(p.id)), "id", decimal(p.id), "key", p.team.Project, "name", p.team.Name,
		"projectTypeKey", "software", "simplified", false,
		"avatarUrls", obj("48x48", t.base()+"/avatar/48", "24x24", t.base()+"/avatar/24", "16x16", t.base()+"/avatar/16", "32x32", t.base()+"/avatar/32"))
}

func (t tracker) projectSearch(q *request, _ []string) *answer {
	var all []*project
	keys := q.query["keys"]
	for _, p := range t.store.projects {
		text := strings.ToLower(q.value("query"))
		if (len(keys) == 0 || slices.Contains(keys, p.team.Project)) && (strings.Contains(p.team.Name, text) || strings.Contains(strings.ToLower(p.team.Project), text)) {
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b *project) int { return cmp.Compare(a.team.Project, b.team.Project) })
	return ok(pageOf(t, t.api("/project/search"), all, 100, func(p *project) any { return t.project(p) }))
}

func (t tracker) groupMembers(q *request, _ []string) *answer {
	group := cmp.Or(q.value("groupname"), q.value("groupId"))
	for _, team := range t.store.world.Teams {
		if team.Name == group {
			return ok(pageOf(t, t.api("/group/member"), team.Members, 50, func(p *simulator.Person) any { return t.user(p.Email) }))
		}
	}
	return jiraFailure(http.StatusNotFound, "The group named '"+group+"' does not exist.")
}

// pageOf is a page of one of Jira's lists of values.
func pageOf[T any](t tracker, self string, all []T, most int, tell func(T) any) object {
	size := t.number("maxResults", most, 1, most)
	from, to := window(len(all), t.number("startAt", 0, 0, 1<<40), size)
	values := list{}
	for _, x := range all[from:to] {
		values = append(values, tell(x))
	}
	return obj("self", self, "maxResults", size, "startAt", from, "total", len(all), "isLast", to == len(all), "values", values)
}
