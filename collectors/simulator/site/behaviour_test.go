package site

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors/simulator"
	"github.com/weirhq/weir/warehouse"
)

func TestPagesAndLinks(t *testing.T) {
	s, _, at := open(t, Options{})
	if _, err := s.Records(); err != nil {
		t.Fatal(err)
	}
	want := len(s.store.repo["millrace/checkout"].main)
	var shas []string
	pages := 0
	for next := at + "/github/api/v3/repos/millrace/checkout/commits?per_page=7"; next != ""; pages++ {
		response, body := get(t, next)
		var commits []struct{ SHA string }
		if err := json.Unmarshal(body, &commits); err != nil || len(commits) == 0 || len(commits) > 7 {
			t.Fatalf("%s: %v, %d commits", next, err, len(commits))
		}
		for _, c := range commits {
			shas = append(shas, c.SHA)
		}
		next = rel(response, "next")
		if last := rel(response, "last"); next != "" && !strings.Contains(last, fmt.Sprint("page=", (want+6)/7)) {
			t.Errorf("the last page is %q, want that of %d commits", last, want)
		}
	}
	slices.Sort(shas)
	if len(slices.Compact(shas)) != want || pages != (want+6)/7 {
		t.Errorf("got %d commits on %d pages, want %d", len(shas), pages, want)
	}
}

func rel(response *http.Response, name string) string {
	for link := range strings.SplitSeq(response.Header.Get("Link"), ", ") {
		address, r, _ := strings.Cut(link, "; ")
		if r == `rel="`+name+`"` {
			return strings.Trim(address, "<>")
		}
	}
	return ""
}

func TestNotModified(t *testing.T) {
	s, clock, at := open(t, Options{Limit: 10})
	address := at + "/github/api/v3/repos/millrace/checkout/pulls?state=all&sort=updated&direction=desc&per_page=1"
	ask := func(tag string) *http.Response {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("If-None-Match", tag)
		response, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		return response
	}
	first := ask("")
	for range 20 { // what has not changed costs nothing
		if again := ask(first.Header.Get("ETag")); again.StatusCode != http.StatusNotModified || again.Header.Get("X-RateLimit-Remaining") != "9" {
			t.Fatalf("got %s with %s left, want 304 with 9", again.Status, again.Header.Get("X-RateLimit-Remaining"))
		}
	}
	clock.now = clock.now.Add(30 * 24 * time.Hour)
	if later := ask(first.Header.Get("ETag")); later.StatusCode != http.StatusOK {
		t.Errorf("a month later: got %s, want 200", later.Status)
	}
	if got := s.Requests()["github GET /repos/{owner}/{repo}/pulls 304"]; got != 20 {
		t.Errorf("counted %d answers of 304, want 20", got)
	}
}

func TestLimitRefuses(t *testing.T) {
	system := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	s, _, at := open(t, Options{Limit: 3, System: func() time.Time { return system }})
	address := at + "/github/api/v3/orgs/millrace/repos"
	for n, want := range []int{200, 200, 200, 403, 403} {
		response, body := get(t, address)
		if response.StatusCode != want || response.Header.Get("X-RateLimit-Reset") != fmt.Sprint(system.Add(time.Hour).Unix()) {
			t.Errorf("request %d: %s, want %d; it resets at %s: %s", n+1, response.Status, want, response.Header.Get("X-RateLimit-Reset"), body[:60])
		}
	}
	if response, _ := get(t, at+"/github/api/v3/rate_limit"); response.StatusCode != http.StatusOK {
		t.Errorf("asking for the limit: %s", response.Status)
	}
	if got := s.Budget("", "graphql"); got != 3 {
		t.Errorf("GraphQL has %d left, want its own 3", got)
	}
	system = system.Add(time.Hour)
	if response, _ := get(t, address); response.StatusCode != http.StatusOK {
		t.Errorf("an hour later: %s", response.Status)
	}
}

func TestCredentials(t *testing.T) {
	_, _, at := open(t, Options{Token: "right"})
	for _, path := range []string{"/github/api/v3/user", "/jira/rest/api/3/myself", "/jenkins/api/json", "/pagerduty/users/me"} {
		for given, want := range map[string]int{"Bearer right": 200, "token right": 200, "Token token=right": 200, "Bearer wrong": 401, "": 401} {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, at+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Authorization", given)
			response, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = response.Body.Close()
			if response.StatusCode != want {
				t.Errorf("%s with %q: %s, want %d", path, given, response.Status, want)
			}
		}
	}
}

// The cursors of GraphQL name places: what becomes the newest while a client reads shifts nothing behind the cursor.
func TestCursorsStay(t *testing.T) {
	s, clock, at := open(t, Options{})
	query := `query($after: String) { repository(owner: "millrace", name: "checkout") { pullRequests(first: 5, after: $after, orderBy: {field: UPDATED_AT, direction: DESC}) {
		totalCount pageInfo { hasNextPage endCursor } nodes { number } } } }`
	seen := map[int]int{}
	after, total := any(nil), 0
	for page := 0; ; page++ {
		var data struct {
			Repository struct {
				PullRequests struct {
					TotalCount int
					PageInfo   struct {
						HasNextPage bool
						EndCursor   string
					}
					Nodes []struct{ Number int }
				}
			}
		}
		if err := json.Unmarshal(ask(t, at, query, map[string]any{"after": after}), &data); err != nil {
			t.Fatal(err)
		}
		pulls := data.Repository.PullRequests
		for _, n := range pulls.Nodes {
			seen[n.Number]++
		}
		if page == 0 {
			total = pulls.TotalCount
		}
		if !pulls.PageInfo.HasNextPage {
			break
		}
		after = pulls.PageInfo.EndCursor
		if page == 2 {
			clock.now = clock.now.Add(72 * time.Hour)
		}
		s.Touch("millrace/checkout", int64(pulls.Nodes[0].Number)) // it has been read
	}
	for number, n := range seen {
		if n > 1 {
			t.Errorf("pull request %d came %d times", number, n)
		}
	}
	if len(seen) != total {
		t.Errorf("got %d pull requests, want the %d that were there at first", len(seen), total)
	}
}

func TestGraphQLRefusals(t *testing.T) {
	_, _, at := open(t, Options{})
	for query, want := range map[string]string{
		`{ repository(owner: "millrace", name: "checkout") { colour } }`:                                           "Field 'colour' doesn't exist on type 'Repository'",
		`{ repository(owner: "millrace", name: "checkout") { pullRequests(first: 101) { totalCount } } }`:          "limit of 100 records",
		`{ repository(owner: "millrace", name: "checkout") }`:                                                      "must have selections",
		`{ repository(owner: "millrace", name: "nothing") { id } }`:                                                "Could not resolve to a Repository with the name 'millrace/nothing'.",
		`query Q($n: Int!) { viewer { login } }`:                                                                   "Variable $n of type Int! was provided invalid value",
		`{ viewer { login `:                                                                                        "Expected Name",
		`{ viewer { ...Nothing } }`:                                                                                "Fragment Nothing was used, but not defined",
		`{ repository(owner: "millrace", name: "checkout") { pullRequests(first: 1, after: "x") { nodes{id} } } }`: "does not appear to be a valid cursor",
		`mutation { addStar { id } }`:                                                                              "A query is expected",
	} {
		response, body := fetch(t, http.MethodPost, at+"/github/api/graphql", map[string]any{"query": query})
		var answer struct{ Errors []struct{ Message string } }
		if err := json.Unmarshal(body, &answer); err != nil || response.StatusCode != http.StatusOK || len(answer.Errors) != 1 || !strings.Contains(answer.Errors[0].Message, want) {
			t.Errorf("%s: %s %s, want %q", query, response.Status, body, want)
		}
	}
}

// A site that learnt step by step tells the same as one that is asked for the first time at the end.
func TestStepByStepAsAtOnce(t *testing.T) {
	s, clock, at := open(t, Options{})
	for range 12 {
		clock.now = clock.now.Add(31 * time.Hour)
		if _, err := s.Records(); err != nil {
			t.Fatal(err)
		}
	}
	fresh := New(simulator.New(small()), clock, Options{})
	got, want := map[string]map[string]string{}, map[string]map[string]string{}
	for site, all := range map[*Site]map[string]map[string]string{s: got, fresh: want} {
		r, err := site.Records()
		if err != nil {
			t.Fatal(err)
		}
		tell(r, all)
	}
	if !reflect.DeepEqual(got, want) {
		for kind := range want {
			compare(t, kind, got[kind], want[kind])
		}
	}
	_ = at
	for _, path := range []string{"/github/api/v3/repos/millrace/checkout/pulls?state=all&per_page=100", "/github/api/v3/repos/millrace/selling/commits?per_page=100",
		"/github/api/v3/repos/millrace/ledger/branches", "/github/api/v3/repos/millrace/checkout/actions/runs?per_page=100",
		"/jira/rest/api/3/search/jql?fields=*all&expand=changelog&maxResults=100&jql=project=PAY+ORDER+BY+updated", "/pagerduty/incidents?date_range=all&limit=100",
		"/jenkins/job/payments/job/ledger/api/json?tree=allBuilds[*[*[*]]]"} {
		var bodies [2]string
		for i, one := range []*Site{s, fresh} {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://site"+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			bodies[i] = string(one.answer(req).body)
		}
		if bodies[0] != bodies[1] || len(bodies[0]) < 100 {
			t.Errorf("%s: %d bytes step by step, %d at once", path, len(bodies[0]), len(bodies[1]))
		}
	}
}

func TestSignals(t *testing.T) {
	s, clock, _ := open(t, Options{})
	folder := filepath.Join(t.TempDir(), "signals")
	if err := s.WriteSignals(folder); err != nil {
		t.Fatal(err)
	}
	cfg, want := small(), 0
	cfg.Seen = clock.now
	if err := simulator.New(cfg).Records(func(r warehouse.Records) error { want += len(r.Signals); return nil }); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(folder, SignalsFile))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	var one struct {
		Product, Name string
		At            time.Time
		Value         float64
	}
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &one); err != nil || len(lines) != want || one.Product == "" || one.Value <= 0 || one.At.IsZero() {
		t.Errorf("%d signals (%v), the last %+v; want %d", len(lines), err, one, want)
	}
	files, err := os.ReadDir(folder)
	if err != nil || len(files) != 1 {
		t.Errorf("the folder has %v (%v), want the one file", files, err)
	}
}

func TestRemovedStaysGone(t *testing.T) {
	s, clock, at := open(t, Options{})
	var all warehouse.Records
	var deployment warehouse.Deployment
	for deployment.Result != "running" { // one that will be told again, when it has ended
		clock.now = clock.now.Add(2 * time.Hour)
		var err error
		if all, err = s.Records(); err != nil {
			t.Fatal(err)
		}
		for _, d := range all.Deployments {
			if d.Result == "running" {
				deployment = d
			}
		}
	}
	link, build := all.TicketLinks[0], all.Builds[0]
	jenkins := all.Builds[len(all.Builds)-1]
	for _, one := range [][2]string{{"ticket", link.Ticket}, {"deployment", deployment.ID}, {"build", build.Pipeline + "#" + build.ID}, {"build", jenkins.Pipeline + "#" + jenkins.ID}} {
		if !s.Remove(one[0], one[1]) || s.Remove(one[0], one[1]) {
			t.Errorf("%s was not there, or twice", one)
		}
	}
	clock.now = clock.now.Add(200 * 24 * time.Hour)
	later, err := s.Records()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range later.TicketLinks {
		if l.Ticket == link.Ticket || l.Target == link.Ticket {
			t.Errorf("the link %+v stayed", l)
		}
	}
	for _, k := range later.Tickets {
		if k.Key == link.Ticket {
			t.Errorf("ticket %s is there again", k.Key)
		}
	}
	for _, b := range later.Builds {
		if b.Pipeline == build.Pipeline && b.ID == build.ID || b.Pipeline == jenkins.Pipeline && b.ID == jenkins.ID {
			t.Errorf("build %s of %s is there again", b.ID, b.Pipeline)
		}
	}
	for _, path := range []string{"/github/api/v3/repos/" + deployment.Repo + "/deployments/" + deployment.ID, "/jira/rest/api/3/issue/" + link.Ticket,
		"/github/api/v3/repos/" + build.Repo + "/actions/runs/" + build.ID, "/jenkins/job/" + strings.ReplaceAll(jenkins.Pipeline, "/", "/job/") + "/" + jenkins.ID + "/api/json"} {
		if response, _ := get(t, at+path); response.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s, want 404", path, response.Status)
		}
	}
	s.Misbehave(Faults{Kinds: []Fault{Shift}, Every: 1, Step: time.Hour, Remove: true})
	for range 50 {
		get(t, at+"/github/api/v3/user")
	}
	if after, err := s.Records(); err != nil || len(after.Tickets) == len(later.Tickets) || s.store.until.Before(clock.now.Add(49*time.Hour)) {
		t.Errorf("after fifty shifts (%v) there are still %d tickets at %v", err, len(after.Tickets), s.store.until)
	}
}

func TestStep(t *testing.T) {
	s, clock, _ := open(t, Options{Step: time.Minute})
	if err := s.learn(); err != nil {
		t.Fatal(err)
	}
	first := s.store.until
	for n := range 59 {
		clock.now = clock.now.Add(time.Second)
		if err := s.learn(); err != nil || !s.store.until.Equal(first) {
			t.Fatalf("after %d s it looked again (%v)", n+1, err)
		}
	}
	clock.now = clock.now.Add(time.Second)
	if err := s.learn(); err != nil || !s.store.until.Equal(clock.now) {
		t.Errorf("after a minute it knows %v, want %v (%v)", s.store.until, clock.now, err)
	}
}
