package site

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors/simulator"
)

func decode[T any](t *testing.T, address string) (answer T) {
	t.Helper()
	response, body := get(t, address)
	if response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %.200s", address, response.Status, body)
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		t.Fatalf("%s: %v %.200s", address, err, body)
	}
	return answer
}

func TestJenkinsTree(t *testing.T) {
	s, _, at := open(t, Options{})
	if _, err := s.Records(); err != nil {
		t.Fatal(err)
	}
	n := len(s.store.job["payments/ledger"].newest)
	for tree, want := range map[string]string{
		"jobs[name,lastBuild[number]]{0,1}":     `{"_class":"com.cloudbees.hudson.plugins.folder.Folder","jobs":[`,
		"name,fullName":                         `{"_class":"com.cloudbees.hudson.plugins.folder.Folder","name":"payments","fullName":"payments"}`,
		"nothing":                               `{"_class":"com.cloudbees.hudson.plugins.folder.Folder"}`,
		"jobs[fullName,builds[number]{1,2},x]":  `"fullName":"payments/payments"`,
		"jobs[name,allBuilds[number]]]]{{{,,[[": `{"_class":`,
	} {
		if _, body := get(t, at+"/jenkins/job/payments/api/json?tree="+url.QueryEscape(tree)); !strings.Contains(string(body), want) {
			t.Errorf("%s: got %.300s, want %s", tree, body, want)
		}
	}
	type builds struct {
		AllBuilds []struct {
			Number  int
			Result  string
			Actions []struct {
				Causes []struct{ ShortDescription string }
			}
		}
	}
	seen := 0
	for from := 0; ; from += 10 {
		page := decode[builds](t, fmt.Sprintf("%s/jenkins/job/payments/job/ledger/api/json?tree=%s{%d,%d}", at, url.QueryEscape("allBuilds[number,result,actions[causes[shortDescription]]]"), from, from+10))
		for _, b := range page.AllBuilds {
			if b.Number != n-seen || b.Result == "" || len(b.Actions) != 5 {
				t.Errorf("build %d, %s, %d actions; want number %d", b.Number, b.Result, len(b.Actions), n-seen)
			}
			seen++
		}
		if len(page.AllBuilds) < 10 {
			break
		}
	}
	if seen != n || n < 20 {
		t.Errorf("%d builds, want %d", seen, n)
	}
	for _, path := range []string{"/job/payments/job/nothing/api/json", "/job/nobody/api/json", "/job/payments/job/ledger/99999/api/json", "/job/payments/job/ledger/1/nothing"} {
		if response, _ := get(t, at+"/jenkins"+path); response.StatusCode != http.StatusNotFound || response.Header.Get("X-Jenkins") == "" {
			t.Errorf("%s: %s", path, response.Status)
		}
	}
}

func TestPagerDutyPages(t *testing.T) {
	s, _, at := open(t, Options{})
	if _, err := s.Records(); err != nil {
		t.Fatal(err)
	}
	type page struct {
		Incidents []struct {
			ID        string
			Status    string
			CreatedAt time.Time `json:"created_at"`
			Number    int       `json:"incident_number"`
		}
		More bool
	}
	var seen []string
	pages := 0
	for offset := 0; ; offset += 4 {
		pages++
		p := decode[page](t, fmt.Sprintf("%s/pagerduty/incidents?date_range=all&limit=4&offset=%d&sort_by=created_at:desc", at, offset))
		for _, i := range p.Incidents {
			seen = append(seen, i.ID)
			if want := len(s.store.pager.incidents) - len(seen) + 1; i.Number != want {
				t.Errorf("incident %s has number %d, want %d", i.ID, i.Number, want)
			}
		}
		if !p.More {
			break
		}
	}
	if len(seen) != len(s.store.pager.incidents) || len(seen) < 10 || pages != (len(seen)+3)/4 {
		t.Errorf("%d incidents on %d pages, want %d", len(seen), pages, len(s.store.pager.incidents))
	}
	for path, want := range map[string]int{"/incidents?since=2025-01-01&until=2025-12-31": 400, "/incidents?offset=9990&limit=100": 400, "/incidents/Q123": 404,
		"/log_entries?since=2025-01-01&until=2025-05-31&is_overview=true": 200, "/incidents/" + seen[0] + "/log_entries": 200, "/services": 200, "/nothing": 404} {
		if response, body := get(t, at+"/pagerduty"+path); response.StatusCode != want {
			t.Errorf("%s: %s %.200s, want %d", path, response.Status, body, want)
		}
	}
}

func TestDataCenterPages(t *testing.T) {
	s, _, at := open(t, Options{DataCenter: true, Histories: 2})
	if _, err := s.Records(); err != nil {
		t.Fatal(err)
	}
	type page struct {
		Total  int
		Issues []struct {
			Key       string
			Changelog struct {
				Total     int
				Histories []struct{ ID string }
			}
		}
	}
	seen := map[string]bool{}
	for start := 0; ; start += 9 {
		p := decode[page](t, fmt.Sprintf("%s/jira/rest/api/2/search?jql=project=PAY+order+by+key&expand=changelog&maxResults=9&startAt=%d", at, start))
		for _, i := range p.Issues {
			seen[i.Key] = true
			if len(i.Changelog.Histories) > 2 || i.Changelog.Total != len(s.store.ticket[i.Key].history) {
				t.Errorf("%s: %d of %d histories", i.Key, len(i.Changelog.Histories), i.Changelog.Total)
			}
		}
		if start+9 >= p.Total {
			break
		}
	}
	if len(seen) != len(s.store.projects[1].tickets) {
		t.Errorf("%d tickets, want %d", len(seen), len(s.store.projects[1].tickets))
	}
}

func TestUnknownPlaces(t *testing.T) {
	_, _, at := open(t, Options{})
	for _, path := range []string{"/", "/gitlab/api", "/github/", "/github/api/v3/", "/github/api/v3/repos/millrace/checkout/nothing", "/github/api/v3/repos/millrace/checkout/pulls/99999",
		"/github/api/v3/repos/millrace/checkout/compare/a...b", "/github/api/v3/repos/millrace/checkout/actions/runs/x/jobs", "/jira/", "/jira/rest/api/3/issue/PAY-99999",
		"/jira/rest/agile/1.0/board/99/sprint", "/jira/rest/api/9/myself", "/jenkins/", "/pagerduty/"} {
		response, body := get(t, at+path)
		if response.StatusCode != http.StatusNotFound || len(body) == 0 {
			t.Errorf("%s: %s %.100s, want 404", path, response.Status, body)
		}
	}
}

// FuzzRequests: nothing that a client may send makes the site panic, or answer 200 with what is no JSON.
func FuzzRequests(f *testing.F) {
	clock := &standing{time.Date(2025, 3, 20, 14, 30, 0, 0, time.UTC)}
	cfg := small()
	cfg.To = cfg.From.AddDate(0, 2, 0)
	s := New(simulator.New(cfg), clock, Options{Limit: 1 << 30})
	for _, seed := range [][2]string{
		{"/github/api/graphql", `{"query":"{ repository(owner: \"millrace\", name: \"cart\") { pullRequests(last: 3) { nodes { timelineItems(first: 9) { nodes { __typename } } } } } }"}`},
		{"/github/api/graphql", `{"query":"query($a:[ID!]!){nodes(ids:$a){id ... on Commit{oid}}}","variables":{"a":["C_kwDOxN1",""]}}`},
		{"/github/api/v3/repos/millrace/cart/commits?per_page=0&page=-1&since=x&sha=main", ""}, {"/github/api/v3/repos/millrace/cart/compare/main...main", ""},
		{"/github/api/v3/repos/millrace/cart/actions/runs?created=..&status=x", ""}, {"/github/api/v3/repos/millrace/%zz", ""},
		{"/jira/rest/api/3/search/jql?jql=project=(PAY&nextPageToken=eA", ""}, {"/jira/rest/api/3/search/jql", `{"jql":"key in (\"PAY-1\", ) order by key","expand":["changelog"]}`},
		{"/jenkins/job/payments/job/ledger/api/json?tree=allBuilds[actions[causes[*]]]{9,1}", ""}, {"/jenkins/job/payments/job/ledger/1/wfapi/describe", ""},
		{"/pagerduty/incidents?limit=-1&offset=9&sort_by=x&statuses[]=", ""},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, path, body string) {
		address, err := url.Parse("http://site" + path)
		if err != nil || !strings.HasPrefix(address.Path, "/") {
			return
		}
		req := httptest.NewRequest(http.MethodGet, "http://site/", nil)
		if body != "" {
			req = httptest.NewRequest(http.MethodPost, "http://site/", strings.NewReader(body))
		}
		req.URL = address
		w := httptest.NewRecorder()
		s.ServeHTTP(w, req)
		if w.Code == http.StatusOK && !json.Valid(w.Body.Bytes()) {
			t.Errorf("%s %s: %s", path, body, w.Body)
		}
	})
}
