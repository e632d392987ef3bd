package github_test

import (
	"crypto/sha256"
	"encoding/hex"
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

type obj = map[string]any

// hub is a GitHub with one repository, whatever it is called, that tests change as they like. It answers the collector's own queries
// and nothing else. Where the simulated company is faithful, this one is obedient.
type hub struct {
	mu      sync.Mutex
	url     string
	now     time.Time
	commits map[string]obj // as the queries want them
	order   []string       // of making
	heads   map[string]string
	main    string

	pulls, issues, deployments, runs, releases, tags []obj // oldest first; lists in them are plain
	jobs                                             map[int][]obj
	teams, repos                                     []obj

	off   map[string]int    // REST path below the repository to the status that it is refused with
	trap  map[string]func() // called once before the query of this name is answered
	wrong map[string][]obj  // errors that the next answer to a query carries, instead of data where it is nothing
	slow  map[string]int    // queries that more items, or windows, than this are too much for
	asked []string
	shown []string // credentials, by REST request
	gone  bool     // the repository is not there
}

func newHub(tb testing.TB) *hub {
	tb.Helper()
	h := &hub{
		now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), commits: map[string]obj{}, heads: map[string]string{}, main: "main",
		jobs: map[int][]obj{}, off: map[string]int{}, trap: map[string]func(){}, wrong: map[string][]obj{}, slow: map[string]int{},
	}
	server := httptest.NewServer(h)
	tb.Cleanup(server.Close)
	h.url = server.URL
	return h
}

// tick lets an hour pass and says what time it is.
func (h *hub) tick() string {
	h.now = h.now.Add(time.Hour)
	return h.now.Format(time.RFC3339)
}

// commit makes a commit on parents.
func (h *hub) commit(message string, parents ...string) string {
	return h.commitAt(h.tick(), message, parents...)
}

func (h *hub) commitAt(at, message string, parents ...string) string {
	sum := sha256.Sum256([]byte(fmt.Sprint(message, parents, len(h.order))))
	sha := hex.EncodeToString(sum[:20])
	nodes := []obj{}
	for _, p := range parents {
		nodes = append(nodes, obj{"oid": p})
	}
	h.commits[sha] = obj{
		"id": "C_" + sha, "oid": sha, "url": "https://example.com/" + sha, "message": message, "authoredDate": at, "committedDate": at, "additions": 1,
		"deletions": 0, "changedFilesIfAvailable": 1, "author": obj{"name": "Ada", "email": "ada@example.com", "user": obj{"login": "ada"}}, "parents": obj{"nodes": nodes},
	}
	h.order = append(h.order, sha)
	return sha
}

func (h *hub) parents(sha string) []string {
	var list []string
	for _, p := range h.commits[sha]["parents"].(obj)["nodes"].([]obj) {
		list = append(list, p["oid"].(string))
	}
	return list
}

// below are the commits reachable from one, those made last first, whatever their clocks said.
func (h *hub) below(head string) []string {
	seen := map[string]bool{}
	todo := []string{head}
	for len(todo) > 0 {
		sha := todo[0]
		todo = todo[1:]
		if sha != "" && !seen[sha] && h.commits[sha] != nil {
			seen[sha] = true
			todo = append(todo, h.parents(sha)...)
		}
	}
	var list []string
	for _, sha := range h.order {
		if seen[sha] {
			list = append(list, sha)
		}
	}
	slices.Reverse(list)
	return list
}

func (h *hub) date(sha string) string { return h.commits[sha]["committedDate"].(string) }

func (h *hub) pull(number int, commits ...string) obj {
	at := h.tick()
	p := obj{
		"id": "PR_" + strconv.Itoa(number), "number": number, "title": "a change", "url": "https://example.com/pull", "isDraft": false, "createdAt": at, "updatedAt": at,
		"baseRefName": "main", "headRefName": "topic", "additions": 1, "deletions": 1, "author": obj{"__typename": "User", "login": "ada"},
		"labels": []obj{}, "commits": h.branch(commits...), "timelineItems": []obj{},
	}
	h.pulls = append(h.pulls, p)
	return p
}

func (h *hub) branch(commits ...string) []obj {
	list := []obj{}
	for _, sha := range commits {
		list = append(list, obj{"commit": h.commits[sha]})
	}
	return list
}

func (h *hub) merge(p obj, sha string) {
	at := h.tick()
	p["mergedAt"], p["closedAt"], p["updatedAt"], p["mergeCommit"] = at, at, at, h.commits[sha]
}

func (h *hub) event(p obj, kind, id string, more obj) {
	at := h.tick()
	e := obj{"__typename": kind, "id": id, "createdAt": at, "actor": obj{"__typename": "User", "login": "bob"}}
	for k, v := range more {
		e[k] = v
	}
	p["timelineItems"] = append(p["timelineItems"].([]obj), e)
	p["updatedAt"] = at
}

func (h *hub) run(id, attempt int, status, conclusion string) obj {
	at := h.tick()
	r := obj{
		"id": id, "node_id": "WFR_" + strconv.Itoa(id), "name": "ci", "head_branch": "main", "head_sha": h.heads["main"], "event": "push", "status": status,
		"conclusion": conclusion, "run_attempt": attempt, "created_at": at, "updated_at": at, "run_started_at": at, "html_url": "https://example.com/run",
	}
	h.runs = append(h.runs, r)
	return r
}

func (h *hub) deploy(id int, environment string, states ...string) obj {
	at := h.tick()
	d := obj{
		"id": "DE_" + strconv.Itoa(id), "databaseId": id, "commitOid": h.heads["main"], "environment": environment, "createdAt": at, "updatedAt": at, "payload": "",
		"creator": obj{"__typename": "User", "login": "ada"}, "statuses": []obj{},
	}
	h.deployments = append(h.deployments, d)
	for _, s := range states {
		h.status(d, s)
	}
	return d
}

func (h *hub) status(d obj, state string) {
	at := h.tick()
	list := d["statuses"].([]obj)
	s := obj{"id": fmt.Sprint(d["id"], "-", len(list)), "state": state, "description": "", "createdAt": at, "logUrl": "", "creator": obj{"__typename": "User", "login": "ada"}}
	d["statuses"], d["updatedAt"] = append([]obj{s}, list...), at
}

// ServeHTTP answers as GitHub would.
func (h *hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if r.URL.Path == "/api/graphql" {
		h.graphql(w, r)
		return
	}
	path := strings.TrimPrefix(r.URL.Path, "/api/v3/")
	if path == "app/installations/7/access_tokens" {
		w.WriteHeader(http.StatusCreated)
		_, _ = fmt.Fprintf(w, `{"token": "for an hour", "expires_at": %q}`, time.Now().Add(time.Hour).Format(time.RFC3339))
		return
	}
	h.shown = append(h.shown, r.Header.Get("Authorization"))
	body, status, next := h.rest(path, r.URL.Query())
	h.asked = append(h.asked, "GET "+path)
	text, _ := json.Marshal(body)
	sum := sha256.Sum256(text)
	etag := `"` + hex.EncodeToString(sum[:8]) + `"`
	w.Header().Set("Content-Type", "application/json")
	if status == http.StatusOK {
		w.Header().Set("ETag", etag)
		if r.Header.Get("If-None-Match") == etag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	if next {
		q := r.URL.Query()
		page, _ := strconv.Atoi(q.Get("page"))
		q.Set("page", strconv.Itoa(max(page, 1)+1))
		w.Header().Set("Link", fmt.Sprintf(`<%s%s?%s>; rel="next"`, h.url, r.URL.Path, q.Encode()))
	}
	w.WriteHeader(status)
	_, _ = w.Write(text)
}

func refusal(status int, message string) (any, int, bool) {
	return obj{"message": message}, status, false
}

var operation = regexp.MustCompile(`(?m)^query (\w+)`)

// rest answers a REST request.
func (h *hub) rest(path string, q url.Values) (body any, status int, next bool) {
	if path == "orgs/acme/repos" {
		return h.repos, http.StatusOK, false
	}
	_, rest, ok := strings.Cut(strings.TrimPrefix(path, "repos/acme/"), "/")
	if path = rest; !ok || h.gone {
		return refusal(http.StatusNotFound, "Not Found")
	}
	for prefix, status := range h.off {
		if strings.HasPrefix(path, prefix) {
			return refusal(status, "it is off")
		}
	}
	page, _ := strconv.Atoi(q.Get("page"))
	size, _ := strconv.Atoi(q.Get("per_page"))
	part := func(list []obj) ([]obj, bool) {
		from := min((max(page, 1)-1)*size, len(list))
		to := min(from+size, len(list))
		return append([]obj{}, list[from:to]...), to < len(list)
	}
	switch {
	case path == "commits":
		if h.heads[h.main] == "" {
			return refusal(http.StatusConflict, "Git Repository is empty.")
		}
		return []obj{{"sha": h.heads[h.main]}}, http.StatusOK, false
	case path == "branches":
		var list []obj
		for _, name := range sorted(h.heads) {
			list = append(list, obj{"name": name, "commit": obj{"sha": h.heads[name]}})
		}
		list, next := part(list)
		return list, http.StatusOK, next
	case strings.HasPrefix(path, "compare/"):
		return h.compare(strings.TrimPrefix(path, "compare/"), part)
	case path == "pulls", path == "issues":
		all := h.pulls
		if path == "issues" {
			all = h.issues
		}
		var list []obj
		for _, p := range by(all, "updatedAt") {
			list = append(list, obj{"number": p["number"], "updated_at": p["updatedAt"]})
		}
		list, next := part(list)
		return list, http.StatusOK, next
	case path == "actions/runs":
		list := by(h.runs, "created_at")
		if until, ok := strings.CutPrefix(q.Get("created"), "<="); ok {
			list = slices.DeleteFunc(list, func(r obj) bool { return r["created_at"].(string) > until })
		}
		some, next := part(list)
		return obj{"total_count": len(list), "workflow_runs": some}, http.StatusOK, next
	case strings.HasPrefix(path, "actions/runs/"):
		id, tail, _ := strings.Cut(strings.TrimPrefix(path, "actions/runs/"), "/")
		for _, r := range h.runs {
			if n := r["id"].(int); strconv.Itoa(n) == id {
				if tail == "jobs" {
					return obj{"total_count": len(h.jobs[n]), "jobs": h.jobs[n]}, http.StatusOK, false
				}
				return r, http.StatusOK, false
			}
		}
		return refusal(http.StatusNotFound, "Not Found")
	case path == "deployments":
		var list []obj
		for _, d := range by(h.deployments, "createdAt") {
			list = append(list, obj{"id": d["databaseId"], "created_at": d["createdAt"], "updated_at": d["updatedAt"]})
		}
		list, next := part(list)
		return list, http.StatusOK, next
	case path == "releases":
		list, next := part(h.releases)
		return list, http.StatusOK, next
	case path == "tags":
		list, next := part(h.tags)
		return list, http.StatusOK, next
	}
	return refusal(http.StatusNotFound, "Not Found")
}

func sorted(m map[string]string) []string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func by(list []obj, field string) []obj {
	list = slices.Clone(list)
	slices.Reverse(list)
	slices.SortStableFunc(list, func(a, b obj) int { return strings.Compare(b[field].(string), a[field].(string)) })
	return list
}

func (h *hub) compare(what string, part func([]obj) ([]obj, bool)) (any, int, bool) {
	base, head, _ := strings.Cut(what, "...")
	if h.commits[base] == nil || h.commits[head] == nil {
		return refusal(http.StatusNotFound, "No common ancestor")
	}
	a, b := h.below(base), h.below(head)
	var ahead []obj
	for _, sha := range slices.Backward(b) {
		if !slices.Contains(a, sha) {
			ahead = append(ahead, obj{"sha": sha, "node_id": "C_" + sha})
		}
	}
	status := "diverged"
	switch {
	case base == head:
		status = "identical"
	case slices.Contains(b, base):
		status = "ahead"
	case slices.Contains(a, head):
		status = "behind"
	}
	some, next := part(ahead)
	return obj{"status": status, "total_commits": len(ahead), "commits": some}, http.StatusOK, next
}
