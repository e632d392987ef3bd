package gitlab

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

var nine = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// thing is an item of a list as JSON.
type thing map[string]any

func (x thing) number(key string) int64 {
	n, _ := x[key].(int64)
	return n
}

func (x thing) at(key string) time.Time {
	text, _ := x[key].(string)
	t, _ := time.Parse(time.RFC3339, text)
	return t
}

// standIn is a GitLab with one project and just enough of the API.
type standIn struct {
	*httptest.Server

	mu       sync.Mutex
	path     string             // of the project
	lists    map[string][]thing // by path below the project
	history  []thing            // of the default branch, newest first
	old      map[string][]thing // histories of heads of the past
	requests []string
	answer   func(w http.ResponseWriter, r *http.Request) bool // true: it has answered
}

const projectID = 44

func newStandIn(tb testing.TB) *standIn {
	tb.Helper()
	s := &standIn{path: "acme/shop", lists: map[string][]thing{}, old: map[string][]thing{}}
	s.Server = httptest.NewServer(s)
	tb.Cleanup(s.Close)
	return s
}

func stamp(t time.Time) string { return t.Format("2006-01-02T15:04:05.000Z") }

func (s *standIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, r.URL.String())
	if s.answer != nil && s.answer(w, r) {
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if r.Header.Get("Private-Token") != "secret" {
		w.WriteHeader(http.StatusUnauthorized)
		_ = json.NewEncoder(w).Encode(thing{"message": "401 Unauthorized"})
		return
	}
	path := strings.TrimPrefix(r.URL.EscapedPath(), "/api/v4/")
	project := thing{"id": projectID, "path_with_namespace": s.path, "default_branch": "main"}
	below, ours := strings.CutPrefix(path, fmt.Sprintf("projects/%d/", projectID))
	switch {
	case path == "user":
		reply(w, thing{"username": "weir"})
	case path == "projects/"+url.PathEscape(s.path):
		reply(w, project)
	case path == "groups/acme/projects":
		reply(w, []thing{project, {"id": 45, "path_with_namespace": "acme/old", "archived": true}})
	case !ours:
		missing(w)
	case below == "repository/branches/main" && len(s.history) > 0:
		reply(w, thing{"commit": s.history[0]})
	case below == "repository/branches/main":
		missing(w)
	case below == "repository/commits":
		s.commits(w, r)
	default:
		s.list(w, r, below)
	}
}

func missing(w http.ResponseWriter) {
	w.WriteHeader(http.StatusNotFound)
	_ = json.NewEncoder(w).Encode(thing{"message": "404 Not found"})
}

func reply(w http.ResponseWriter, v any) { _ = json.NewEncoder(w).Encode(v) }

// list answers with a list, or one item of one.
func (s *standIn) list(w http.ResponseWriter, r *http.Request, below string) {
	all, exists := s.lists[below]
	if !exists {
		parent, id, _ := cutLast(below)
		key := map[bool]string{true: "id", false: "iid"}[parent == "pipelines" || parent == "deployments"]
		for _, x := range s.lists[parent] {
			if strconv.FormatInt(x.number(key), 10) == id {
				reply(w, x)
				return
			}
		}
		if strings.Count(below, "/") == 2 || below == "environments" { // lists below items are empty unless something is in them
			reply(w, []thing{})
			return
		}
		missing(w)
		return
	}
	q := r.URL.Query()
	after, _ := time.Parse(time.RFC3339, q.Get("updated_after"))
	before, err := time.Parse(time.RFC3339, q.Get("updated_before"))
	var chosen []thing
	for _, x := range all {
		// GitLab keeps microseconds and compares with them.
		at := x.at("updated_at").Add(500 * time.Microsecond)
		if at.Before(after) || err == nil && at.After(before) || q.Get("issue_type") != "" && x["issue_type"] != q.Get("issue_type") {
			continue
		}
		chosen = append(chosen, x)
	}
	slices.SortFunc(chosen, func(a, b thing) int {
		order := cmp.Compare(a.number("id"), b.number("id"))
		if key := q.Get("order_by"); key == "updated_at" || key == "created_at" {
			order = cmp.Or(a.at(key).Compare(b.at(key)), order)
		}
		if q.Get("sort") != "asc" {
			return -order
		}
		return order
	})
	page(w, r, chosen)
}

func cutLast(path string) (before, last string, found bool) {
	at := strings.LastIndexByte(path, '/')
	if at < 0 {
		return "", path, false
	}
	return path[:at], path[at+1:], true
}

// page answers with a page, its successor's number, and a tag; or says that nothing has changed.
func page(w http.ResponseWriter, r *http.Request, all []thing) {
	size, number := 20, 1
	if n, err := strconv.Atoi(r.URL.Query().Get("per_page")); err == nil {
		size = n
	}
	if n, err := strconv.Atoi(r.URL.Query().Get("page")); err == nil {
		number = n
	}
	from := min((number-1)*size, len(all))
	to := min(from+size, len(all))
	if to < len(all) {
		w.Header().Set("X-Next-Page", strconv.Itoa(number+1))
	}
	w.Header().Set("X-Total", strconv.Itoa(len(all)))
	body, _ := json.Marshal(all[from:to])
	if from == to {
		body = []byte("[]")
	}
	tag := fmt.Sprintf(`W/"%x"`, len(body)*31+int(sum(body)))
	w.Header().Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = w.Write(body)
}

func sum(text []byte) (n uint32) {
	for _, c := range text {
		n = n*33 + uint32(c)
	}
	return n
}

// commits answers for a head of now or of the past, or for a range of two.
func (s *standIn) commits(w http.ResponseWriter, r *http.Request) {
	of := func(sha string) ([]thing, bool) {
		if len(s.history) > 0 && s.history[0]["id"] == sha {
			return s.history, true
		}
		h, known := s.old[sha]
		return h, known
	}
	ref := r.URL.Query().Get("ref_name")
	before, now, isRange := strings.Cut(ref, "..")
	if !isRange {
		h, known := of(ref)
		if ref == "" {
			h, known = s.history, true
		}
		if !known {
			missing(w)
			return
		}
		page(w, r, h)
		return
	}
	had, known := of(before)
	have, known2 := of(now)
	if !known || !known2 {
		missing(w)
		return
	}
	page(w, r, slices.DeleteFunc(slices.Clone(have), func(c thing) bool {
		return slices.ContainsFunc(had, func(d thing) bool { return c["id"] == d["id"] })
	}))
}

// push puts commits of these names upon the branch; the head before is remembered.
func (s *standIn) push(names ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range names {
		parents := []string{}
		if len(s.history) > 0 {
			head := s.history[0]["id"].(string)
			s.old[head] = slices.Clone(s.history)
			parents = append(parents, head)
		}
		s.history = append([]thing{commitOf(name, parents...)}, s.history...)
	}
}

func commitOf(name string, parents ...string) thing {
	at := nine.Add(-time.Duration(len(name)) * time.Minute)
	return thing{
		"id": name, "parent_ids": parents, "message": "Do " + name, "author_name": "Grace", "author_email": "grace@example.org",
		"authored_date": stamp(at), "committed_date": stamp(at), "stats": thing{"additions": 3, "deletions": 1},
	}
}

// request opens or changes a merge request; its commits are those names.
func (s *standIn) request(iid int64, minute int, commits ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := nine.Add(time.Duration(minute) * time.Minute)
	s.put("merge_requests", thing{
		"id": 1000 + iid, "iid": iid, "title": fmt.Sprintf("Request %d", iid), "state": "opened", "author": thing{"username": "grace"}, "target_branch": "main",
		"source_branch": "feature", "created_at": stamp(nine), "updated_at": stamp(at), "sha": "x", "labels": []string{"b", "a"},
	})
	below := fmt.Sprintf("merge_requests/%d/", iid)
	s.lists[below+"commits"] = nil
	for _, name := range commits {
		c := commitOf(name)
		delete(c, "stats")
		s.lists[below+"commits"] = append([]thing{c}, s.lists[below+"commits"]...)
	}
	s.lists[below+"notes"] = append(s.lists[below+"notes"], thing{
		"id": 100_000*iid + int64(minute), "body": "Hm.", "author": thing{"username": "ada"}, "created_at": stamp(at),
	})
}

// put replaces an item of a list, or adds it.
func (s *standIn) put(list string, x thing) {
	s.lists[list] = append(slices.DeleteFunc(s.lists[list], func(y thing) bool { return y["id"] == x["id"] }), x)
}

// pipeline adds or changes a pipeline with a job.
func (s *standIn) pipeline(id int64, minute int, status string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := nine.Add(time.Duration(minute) * time.Minute)
	s.put("pipelines", thing{"id": id, "sha": "abc", "ref": "main", "status": status, "source": "push", "created_at": stamp(nine), "updated_at": stamp(at)})
	s.lists[fmt.Sprintf("pipelines/%d/jobs", id)] = []thing{
		{"id": 10 * id, "name": "ship it", "status": status, "created_at": stamp(nine), "started_at": stamp(nine.Add(time.Second)), "finished_at": stamp(at), "queued_duration": 0.5},
	}
}

func (s *standIn) deploy(id int64, minute int, environment string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := nine.Add(time.Duration(minute) * time.Minute)
	s.put("deployments", thing{"id": id, "sha": "abc", "ref": "main", "status": "success", "created_at": stamp(nine), "updated_at": stamp(at), "environment": thing{"name": environment}, "user": thing{"username": "grace"}})
}

func (s *standIn) issue(iid int64, minute int, kind, state string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := nine.Add(time.Duration(minute) * time.Minute)
	x := thing{"id": 5000 + iid, "iid": iid, "title": "An issue", "state": state, "issue_type": kind, "created_at": stamp(nine), "updated_at": stamp(at)}
	if state == "closed" {
		x["closed_at"] = stamp(at)
		s.lists[fmt.Sprintf("issues/%d/resource_state_events", iid)] = []thing{{"id": iid, "state": "closed", "created_at": stamp(at), "user": thing{"username": "ada"}}}
	}
	s.put("issues", x)
}

func (s *standIn) remove(list string, id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lists[list] = slices.DeleteFunc(s.lists[list], func(y thing) bool { return y["id"] == id })
}
