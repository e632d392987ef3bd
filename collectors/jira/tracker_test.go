package jira_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// tracker is a Jira whose issues a test can change. Its clock goes on by a second with every change.
type tracker struct {
	tb    testing.TB
	cloud bool
	zone  string

	mu       sync.Mutex
	now      time.Time
	next     int
	issues   map[string]*issue
	requests []string
	asking   sync.Mutex
	before   func(n int, r *http.Request) // is called before each answer, for one request after the other
	server   *httptest.Server
	members  map[string][]string
}

type issue struct {
	key, id          string
	created, updated time.Time
	fields           map[string]any
	log              []map[string]any
	links            []map[string]any
	remote           []map[string]any
}

func newTracker(tb testing.TB, cloud bool) *tracker {
	t := &tracker{tb: tb, cloud: cloud, zone: "Europe/Berlin", now: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC), issues: map[string]*issue{}, members: map[string][]string{}}
	t.server = httptest.NewServer(t)
	tb.Cleanup(t.server.Close)
	return t
}

var berlin = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return zone
}()

func stamp(t time.Time) string { return t.In(berlin).Format("2006-01-02T15:04:05.000-0700") }

var people = map[string]map[string]any{
	"ada":   {"accountId": "5a", "accountType": "atlassian", "emailAddress": "ada@example.org", "displayName": "Ada"},
	"bela":  {"accountId": "5b", "accountType": "atlassian", "emailAddress": "bela@example.org", "displayName": "Bela"},
	"alarm": {"accountId": "5c", "accountType": "app", "displayName": "Alarm"},
}

var statuses = map[string]string{"Backlog": "new", "In Progress": "indeterminate", "In Test": "indeterminate", "Done": "done"}

func statusValue(name string) map[string]any {
	return map[string]any{"id": name, "name": name, "statusCategory": map[string]any{"id": 1, "key": statuses[name]}}
}

// tick is the moment of the next change.
func (t *tracker) tick() time.Time { t.now = t.now.Add(time.Second); return t.now }

func (t *tracker) create(project, kind, summary string) *issue {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.createAt(t.tick(), project, kind, summary)
}

func (t *tracker) createAt(at time.Time, project, kind, summary string) *issue {
	t.next++
	i := &issue{key: fmt.Sprintf("%s-%d", project, t.next), id: strconv.Itoa(10000 + t.next), created: at, updated: at, fields: map[string]any{
		"summary": summary, "issuetype": map[string]any{"id": "1", "name": kind}, "status": statusValue("Backlog"), "priority": map[string]any{"name": "Medium"},
		"assignee": nil, "reporter": people["bela"], "creator": people["bela"], "labels": []string{}, "resolutiondate": nil, "fixVersions": []any{}, "components": []any{},
		"customfield_10001": nil, "customfield_10016": nil, "customfield_10020": nil, "customfield_10021": nil,
	}}
	t.issues[i.key] = i
	return i
}

// change adds an entry of one item to the changelog.
func (t *tracker) change(i *issue, who string, item map[string]any) time.Time {
	at := t.tick()
	t.next++
	i.log = append(i.log, map[string]any{"id": strconv.Itoa(20000 + t.next), "author": people[who], "created": stamp(at), "items": []any{item}})
	i.updated = at
	return at
}

func (t *tracker) move(i *issue, to string) time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	from := i.fields["status"].(map[string]any)["name"].(string)
	at := t.change(i, "ada", map[string]any{"field": "status", "fieldtype": "jira", "fieldId": "status", "from": from, "fromString": from, "to": to, "toString": to})
	i.fields["status"] = statusValue(to)
	i.fields["resolutiondate"] = nil
	if to == "Done" {
		i.fields["resolutiondate"] = stamp(at)
	}
	return at
}

func (t *tracker) set(i *issue, field, id string, value any, from, to string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.change(i, "ada", map[string]any{"field": field, "fieldtype": "custom", "fieldId": id, "from": nil, "fromString": from, "to": nil, "toString": to})
	i.fields[id] = value
}

func (t *tracker) assign(i *issue, who string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.change(i, "ada", map[string]any{"field": "assignee", "fieldtype": "jira", "fieldId": "assignee", "from": nil, "fromString": nil, "to": people[who]["accountId"], "toString": people[who]["displayName"]})
	i.fields["assignee"] = people[who]
}

func (t *tracker) link(a, b *issue) {
	t.mu.Lock()
	defer t.mu.Unlock()
	kind := map[string]any{"name": "Blocks", "inward": "is blocked by", "outward": "blocks"}
	t.change(a, "ada", map[string]any{"field": "Link", "fieldtype": "jira", "from": nil, "to": b.key, "toString": "This issue blocks " + b.key})
	t.change(b, "ada", map[string]any{"field": "Link", "fieldtype": "jira", "from": nil, "to": a.key, "toString": "This issue is blocked by " + a.key})
	a.links = append(a.links, map[string]any{"id": a.id + b.id, "type": kind, "outwardIssue": b})
	b.links = append(b.links, map[string]any{"id": a.id + b.id, "type": kind, "inwardIssue": a})
}

func (t *tracker) unlink(a, b *issue) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.unlinkQuietly(a, b) {
		return
	}
	t.change(a, "ada", map[string]any{"field": "Link", "fieldtype": "jira", "from": b.key, "fromString": "This issue blocks " + b.key, "to": nil, "toString": nil})
	t.change(b, "ada", map[string]any{"field": "Link", "fieldtype": "jira", "from": a.key, "fromString": "This issue is blocked by " + a.key, "to": nil, "toString": nil})
}

func (t *tracker) unlinkQuietly(a, b *issue) bool {
	had := len(a.links)
	without := func(list []map[string]any, other *issue) []map[string]any {
		return slices.DeleteFunc(list, func(l map[string]any) bool { return l["outwardIssue"] == other || l["inwardIssue"] == other })
	}
	a.links, b.links = without(a.links, b), without(b.links, a)
	return had != len(a.links)
}

// remote links an issue to an address; unremote takes the oldest such link away.
func (t *tracker) remote(i *issue, address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.next++
	id := 30000 + t.next
	i.remote = append(i.remote, map[string]any{"id": id, "object": map[string]any{"url": address, "title": "Something"}})
	t.change(i, "ada", map[string]any{"field": "RemoteIssueLink", "fieldtype": "jira", "from": nil, "fromString": nil, "to": strconv.Itoa(id), "toString": "This issue links to \"Something (Web Link)\""})
}

func (t *tracker) unremote(i *issue) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(i.remote) > 0 {
		t.change(i, "ada", map[string]any{"field": "RemoteIssueLink", "fieldtype": "jira", "from": fmt.Sprint(i.remote[0]["id"]), "fromString": "This issue links to \"Something (Web Link)\"", "to": nil, "toString": nil})
		i.remote = i.remote[1:]
	}
}

// rename moves an issue to another project. The issues linked to it show its new key and notice nothing.
func (t *tracker) rename(i *issue, project string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.next++
	from, to := i.key, fmt.Sprintf("%s-%d", project, t.next)
	delete(t.issues, from)
	i.key = to
	t.issues[to] = i
	t.change(i, "bela", map[string]any{"field": "Key", "fieldtype": "jira", "from": nil, "fromString": from, "to": nil, "toString": to})
}

func (t *tracker) retype(i *issue, kind string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	from := i.fields["issuetype"].(map[string]any)["name"].(string)
	t.change(i, "bela", map[string]any{"field": "issuetype", "fieldtype": "jira", "fieldId": "issuetype", "fromString": from, "toString": kind})
	i.fields["issuetype"] = map[string]any{"id": "1", "name": kind}
}

func (t *tracker) remove(i *issue) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.issues, i.key)
	for _, o := range t.issues {
		t.unlinkQuietly(o, i)
	}
}

// count forgets the requests so far and returns how many there were.
func (t *tracker) count() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := len(t.requests)
	t.requests = nil
	return n
}

func (t *tracker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	t.mu.Lock()
	t.requests = append(t.requests, r.URL.RequestURI())
	n, before := len(t.requests), t.before
	t.mu.Unlock()
	if before != nil {
		t.asking.Lock()
		before(n, r)
		t.asking.Unlock()
	}
	validate(t.tb, r)
	t.mu.Lock()
	defer t.mu.Unlock()
	status, answer := t.answer(r)
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer)
}

func (t *tracker) answer(r *http.Request) (int, any) {
	q := r.URL.Query()
	if r.Header.Get("Authorization") == "" {
		return http.StatusUnauthorized, map[string]any{"errorMessages": []string{"Who are you?"}}
	}
	version, path, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/rest/"), "/")
	if version == "api" {
		version, path, _ = strings.Cut(path, "/")
	}
	switch {
	case path == "serverInfo":
		kind := "Server"
		if t.cloud {
			kind = "Cloud"
		}
		return 200, map[string]any{"baseUrl": "https://tickets.example.org", "deploymentType": kind}
	case path == "myself":
		return 200, map[string]any{"timeZone": t.zone, "emailAddress": "weir@example.org", "displayName": "Weir"}
	case path == "field":
		return 200, []any{
			map[string]any{"id": "summary", "name": "Summary"}, map[string]any{"id": "customfield_10001", "name": "Team"},
			map[string]any{"id": "customfield_10016", "name": "Story points", "schema": map[string]any{"custom": "com.pyxis.greenhopper.jira:jsw-story-points"}},
			map[string]any{"id": "customfield_10020", "name": "Спринт", "schema": map[string]any{"custom": "com.pyxis.greenhopper.jira:gh-sprint"}},
			map[string]any{"id": "customfield_10021", "name": "Flagged"}, map[string]any{"id": "customfield_10050", "name": "Outage start"},
			map[string]any{"id": "customfield_10051", "name": "Severity"}, map[string]any{"id": "customfield_10052", "name": "Deployment"},
		}
	case path == "status":
		var list []any
		for _, name := range slices.Sorted(keysOf(statuses)) {
			list = append(list, statusValue(name))
		}
		return 200, list
	case path == "project/search" && t.cloud:
		return 200, map[string]any{"values": projects, "isLast": true}
	case path == "project" && !t.cloud:
		return 200, projects
	case path == "group/member":
		var values []any
		for _, m := range t.members[q.Get("groupname")] {
			values = append(values, people[m])
		}
		return 200, map[string]any{"values": values, "isLast": true}
	case strings.HasPrefix(path, "1.0/board/") || version == "agile":
		return 200, map[string]any{"filter": map[string]any{"id": "77"}}
	case strings.HasPrefix(path, "issue/"):
		key, rest, _ := strings.Cut(strings.TrimPrefix(path, "issue/"), "/")
		i := t.issues[key]
		if i == nil {
			return 404, map[string]any{"errorMessages": []string{"Issue does not exist or you do not have permission to see it."}}
		}
		if rest == "changelog" {
			at, _ := strconv.Atoi(q.Get("startAt"))
			end := min(at+100, len(i.log))
			return 200, map[string]any{"values": i.log[min(at, end):end], "isLast": end == len(i.log), "total": len(i.log), "startAt": at, "maxResults": 100}
		}
		if rest == "remotelink" {
			return 200, append([]map[string]any{}, i.remote...)
		}
		return 200, t.shown(i, q)
	case path == "search/jql" && t.cloud, path == "search" && !t.cloud:
		return t.search(q)
	}
	return 404, map[string]any{"errorMessages": []string{"null for uri: " + r.URL.Path}}
}

var projects = []any{map[string]any{"id": "1", "key": "PAY"}, map[string]any{"id": "2", "key": "WEB"}, map[string]any{"id": "3", "key": "INC"}}

// shown is an issue as the API sends it: only the fields asked for, the newest hundred entries of the changelog on Cloud.
func (t *tracker) shown(i *issue, q url.Values) map[string]any {
	fields := map[string]any{}
	for _, name := range strings.Split(q.Get("fields"), ",") {
		if v, has := i.fields[name]; has {
			fields[name] = v
		}
		switch name {
		case "created":
			fields[name] = stamp(i.created)
		case "updated":
			fields[name] = stamp(i.updated)
		case "issuelinks":
			list := []any{}
			for _, l := range i.links {
				own := map[string]any{"id": l["id"], "type": l["type"]}
				for _, side := range []string{"inwardIssue", "outwardIssue"} {
					if o, ok := l[side].(*issue); ok {
						own[side] = map[string]any{"id": o.id, "key": o.key}
					}
				}
				list = append(list, own)
			}
			fields[name] = list
		}
	}
	shown := map[string]any{"id": i.id, "key": i.key, "self": t.server.URL + "/rest/api/3/issue/" + i.id, "fields": fields}
	if q.Get("expand") == "changelog" {
		log := slices.Clone(i.log)
		slices.Reverse(log)
		if t.cloud {
			log = log[:min(100, len(log))]
		}
		shown["changelog"] = map[string]any{"startAt": 0, "maxResults": len(log), "total": len(i.log), "histories": log}
	}
	return shown
}

var clause = regexp.MustCompile(`^(?:project = "([A-Z]+)"|(filter = 77|\(labels = x\))|created <= "([^"]+)"|updated >= "([^"]+)"|\(resolutiondate is EMPTY OR updated >= "([^"]+)"\))$`)

func (t *tracker) search(q url.Values) (int, any) {
	jql, order, _ := strings.Cut(q.Get("jql"), " ORDER BY ")
	list := []*issue{}
	for _, i := range t.issues {
		list = append(list, i)
	}
	for _, c := range strings.Split(jql, " AND ") {
		m := clause.FindStringSubmatch(c)
		if m == nil {
			return 400, map[string]any{"errorMessages": []string{"Error in the JQL Query: " + c}}
		}
		at := func(s string) time.Time {
			zone, err := time.LoadLocation(cmp.Or(t.zone, "Pacific/Pago_Pago"))
			if err != nil {
				t.tb.Error(err)
			}
			when, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
			if err != nil {
				t.tb.Errorf("%s: %v", q.Get("jql"), err)
			}
			return when
		}
		if m[1] != "" && !slices.Contains([]string{"PAY", "WEB", "INC"}, m[1]) {
			return 400, map[string]any{"errorMessages": []string{"The value '" + m[1] + "' does not exist for the field 'project'."}}
		}
		list = slices.DeleteFunc(list, func(i *issue) bool {
			switch {
			case m[1] != "":
				return !strings.HasPrefix(i.key, m[1]+"-")
			case m[3] != "":
				return i.created.After(at(m[3]))
			case m[4] != "":
				return i.updated.Before(at(m[4]))
			case m[5] != "":
				return i.fields["resolutiondate"] != nil && i.updated.Before(at(m[5]))
			}
			return false
		})
	}
	number := func(i *issue) int { n, _ := strconv.Atoi(i.key[strings.IndexByte(i.key, '-')+1:]); return n }
	slices.SortFunc(list, func(a, b *issue) int {
		d := number(a) - number(b)
		switch {
		case strings.HasPrefix(order, "created") && !a.created.Equal(b.created):
			d = a.created.Compare(b.created)
		case strings.HasPrefix(order, "updated") && !a.updated.Equal(b.updated):
			d = a.updated.Compare(b.updated)
		}
		if strings.Contains(order, "DESC") {
			return -d
		}
		return d
	})
	at, _ := strconv.Atoi(q.Get("startAt") + q.Get("nextPageToken"))
	size, _ := strconv.Atoi(q.Get("maxResults"))
	end := min(at+min(size, 1000), len(list))
	page := []any{}
	for _, i := range list[min(at, end):end] {
		page = append(page, t.shown(i, q))
	}
	if t.cloud {
		answer := map[string]any{"issues": page, "isLast": end == len(list)}
		if end < len(list) {
			answer["nextPageToken"] = strconv.Itoa(end)
		}
		return 200, answer
	}
	return 200, map[string]any{"issues": page, "startAt": at, "maxResults": size, "total": len(list)}
}

func keysOf[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}
