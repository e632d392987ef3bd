package site

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// shared is a file of the data to develop against, which stands beside the checkout where it is present.
func shared(t *testing.T, path string) string {
	t.Helper()
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; folder != filepath.Dir(folder); folder = filepath.Dir(folder) {
		file := filepath.Join(folder, "shared", "data", path)
		if _, err := os.Stat(file); err == nil {
			return file
		}
	}
	t.Skip("the vendors' own descriptions are not here: shared/data is not beside the checkout")
	return ""
}

// description is a vendor's own description of its API.
func description(t *testing.T, file, server string) routers.Router {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromFile(shared(t, file))
	if err != nil {
		t.Fatal(err)
	}
	doc.Servers = openapi3.Servers{{URL: server}}
	// Jira tells null for what has no value, as its real answers show and its description of itself does not say.
	if bean := doc.Components.Schemas["IssueBean"]; bean != nil {
		bean.Value.Properties["fields"].Value.AdditionalProperties.Schema.Value.Nullable = true
		for _, name := range []string{"from", "fromString", "to", "toString"} {
			doc.Components.Schemas["ChangeDetails"].Value.Properties[name].Value.Nullable = true
		}
	}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return router
}

// keeps checks that a request and its answer are what the vendor describes, and returns the answer.
func keeps(t *testing.T, router routers.Router, method, address string, body any) []byte {
	t.Helper()
	response, answer := fetch(t, method, address, body)
	req, err := http.NewRequestWithContext(t.Context(), method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
		req.Body = http.NoBody
	}
	route, values, err := router.FindRoute(req)
	if err != nil {
		t.Errorf("%s %s: %v", method, address, err)
		return answer
	}
	options := &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, ExcludeRequestBody: true, IncludeResponseStatus: true}
	input := &openapi3filter.RequestValidationInput{Request: req, PathParams: values, Route: route, Options: options}
	if err := openapi3filter.ValidateRequest(context.Background(), input); err != nil {
		t.Errorf("%s %s: the request: %v", method, address, err)
	}
	told := &openapi3filter.ResponseValidationInput{RequestValidationInput: input, Status: response.StatusCode, Header: response.Header, Options: options}
	// Jira writes +0100, which its description of itself does not allow.
	told.SetBodyBytes(offset.ReplaceAll(answer, []byte("$1:$2\"")))
	if err := openapi3filter.ValidateResponse(context.Background(), told); err != nil {
		t.Errorf("%s %s: %d: %s", method, address, response.StatusCode, brief(err.Error()))
	}
	return answer
}

var offset = regexp.MustCompile(`(T\d\d:\d\d:\d\d\.\d{3}[+-]\d\d)(\d\d)"`)

// brief leaves of a long complaint what one needs.
func brief(text string) string {
	var kept []string
	for line := range strings.SplitSeq(text, "\n") {
		if strings.TrimSpace(line) != "" && !strings.HasPrefix(line, " ") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept[:min(len(kept), 12)], "\n")
}

func TestGitHubKeepsToItsDescription(t *testing.T) {
	s, _, at := open(t, Options{})
	base := at + "/github/api/v3"
	router := description(t, "openapi/github.json", base)
	if _, err := s.Records(); err != nil {
		t.Fatal(err)
	}
	// A repository in which much is there: an open pull request, and runs with a second attempt.
	cart := s.store.repo["millrace/checkout"]
	pull, run, deployment := cart.created[0], cart.runs[0], cart.deployments[0]
	var again *run2
	for _, r := range s.store.repos {
		for _, one := range r.runs {
			if len(one.attempts) > 1 {
				again = &run2{r.Name, one.id}
			}
		}
	}
	if again == nil {
		t.Fatal("no run was tried twice")
	}
	repo := "/repos/millrace/checkout"
	for _, path := range []string{
		"/rate_limit", "/orgs/millrace/repos?type=all&per_page=100", "/search/issues?q=x", repo,
		repo + "/commits?per_page=3", repo + "/commits?since=2026-01-01T00:00:00Z&until=2026-02-01T00:00:00Z", repo + "/commits/" + cart.head.SHA,
		repo + "/commits/" + cart.head.SHA + "/pulls", repo + "/compare/" + cart.main[5].SHA + "..." + cart.head.SHA,
		repo + "/compare/" + cart.head.SHA + "..." + cart.main[5].SHA, repo + "/pulls?state=all&sort=updated&direction=desc&per_page=5",
		fmt.Sprint(repo, "/pulls/", pull.Number), fmt.Sprint(repo, "/pulls/", pull.Number, "/reviews"), fmt.Sprint(repo, "/pulls/", pull.Number, "/commits"),
		fmt.Sprint(repo, "/pulls/", pull.Number, "/comments"), repo + "/deployments?per_page=100", fmt.Sprint(repo, "/deployments/", deployment.id),
		fmt.Sprint(repo, "/deployments/", deployment.id, "/statuses"), repo + "/environments", repo + "/actions/runs?per_page=100",
		fmt.Sprint(repo, "/actions/runs/", run.id), fmt.Sprint(repo, "/actions/runs/", run.id, "/jobs"),
		fmt.Sprint("/repos/", again.repo, "/actions/runs/", again.id, "/jobs?filter=all&per_page=100"), fmt.Sprint("/repos/", again.repo, "/actions/runs/", again.id),
		repo + "/actions/workflows", repo + "/releases", repo + "/tags", repo + "/branches?per_page=100", repo + "/issues?state=all&sort=updated",
		fmt.Sprint(repo, "/issues/", pull.Number), fmt.Sprint(repo, "/issues/", pull.Number, "/comments"), repo + "/labels", "/repos/millrace/nothing",
	} {
		keeps(t, router, http.MethodGet, base+path, nil)
	}
	for _, r := range s.store.repos { // all that is there, of the lists that a collector reads
		for _, path := range []string{"/commits", "/pulls?state=all", "/deployments", "/actions/runs"} {
			sep := "?"
			if strings.Contains(path, "?") {
				sep = "&"
			}
			keeps(t, router, http.MethodGet, base+"/repos/"+r.Name+path+sep+"per_page=100", nil)
		}
	}
}

type run2 struct {
	repo string
	id   int64
}

func TestJiraKeepsToItsDescription(t *testing.T) {
	for _, dataCenter := range []bool{false, true} {
		s, _, at := open(t, Options{DataCenter: dataCenter, Zone: "Europe/Berlin", Histories: 5})
		base, api := at+"/jira", "/rest/api/3"
		router := description(t, "openapi/jira.json", base)
		if dataCenter {
			api = "/rest/api/2"
		}
		if _, err := s.Records(); err != nil {
			t.Fatal(err)
		}
		paths := []string{"/serverInfo", "/myself", "/field", "/status", "/statuscategory", "/project", "/project/PAY/versions", "/issue/PAY-3",
			"/issue/PAY-3?expand=changelog", "/issue/PAY-3/changelog?maxResults=3&startAt=1"}
		search := "/search/jql"
		if dataCenter {
			search = "/search"
		} else {
			paths = append(paths, "/project/search?maxResults=100")
		}
		for _, jql := range []string{`project = "PAY" AND updated >= "2025-03-04 10:20" ORDER BY updated ASC, key ASC`, `project = "CAT" ORDER BY key ASC`} {
			paths = append(paths, search+"?fields=*all&expand=changelog&maxResults=100&jql="+url.QueryEscape(jql))
		}
		for _, path := range paths {
			keeps(t, router, http.MethodGet, base+api+path, nil)
		}
		if answer := keeps(t, router, http.MethodPost, base+api+search, map[string]any{"jql": "project = PAY", "maxResults": 2, "fields": []string{"summary"}}); !bytes.Contains(answer, []byte(`"PAY-`)) {
			t.Errorf("a search by POST: %s", answer)
		}
	}
}
