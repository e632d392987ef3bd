package gitlab

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors/promotion"
	"github.com/weirhq/weir/warehouse"
)

type payload struct {
	URL   string          `json:"url"`
	Input json.RawMessage `json:"input"`
	Data  json.RawMessage `json:"data"`
}

// payloads reads a file of real answers. They are third-party data that lie beside the checkout and not in it.
func payloads(t *testing.T, name string) (all []payload) {
	t.Helper()
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; ; folder = filepath.Dir(folder) {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			break
		}
	}
	file, err := os.Open(filepath.Join(folder, "..", "shared", "data", "payloads", "gitlab", name+".ndjson"))
	if err != nil {
		t.Skip("the real answers of vendors are not here:", err)
	}
	defer func() { _ = file.Close() }()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if len(strings.TrimSpace(lines.Text())) == 0 {
			continue
		}
		var p payload
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

func decode[T any](tb testing.TB, text json.RawMessage) (v T) {
	tb.Helper()
	if err := json.Unmarshal(text, &v); err != nil {
		tb.Fatalf("%.300s: %v", text, err)
	}
	return v
}

func moments(tb testing.TB, text string) time.Time {
	tb.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		tb.Fatal(err)
	}
	return at
}

// newMapping is the mapping of a project.
func newMapping(tb testing.TB, cfg Configuration) mapping {
	tb.Helper()
	cfg.Projects = []string{"acme/shop"}
	if err := cfg.Validate(); err != nil {
		tb.Fatal(err)
	}
	r, err := cfg.compile()
	if err != nil {
		tb.Fatal(err)
	}
	return cfg.mapping("acme/shop", r)
}

func TestRealMergeRequests(t *testing.T) {
	m := newMapping(t, Configuration{})
	of := func(p payload) int64 { return decode[struct{ Iid int64 }](t, p.Input).Iid }
	notes, commits := map[int64][]note{}, map[int64][]commit{}
	kinds := map[string]int{}
	for _, p := range payloads(t, "merge_request_notes") {
		n := decode[note](t, p.Data)
		notes[of(p)] = append(notes[of(p)], n)
		for _, r := range m.reviews(of(p), n) {
			kinds[r.Kind]++
		}
	}
	for _, p := range payloads(t, "merge_request_commits") {
		commits[of(p)] = append(commits[of(p)], decode[commit](t, p.Data))
	}
	for kind, want := range map[string]int{"commented": 4, "pushed": 6, "ready": 1, "approved": 5, "dismissed": 1} {
		if kinds[kind] != want {
			t.Errorf("%d events of kind %s, want %d", kinds[kind], kind, want)
		}
	}
	merged := 0
	for _, p := range payloads(t, "merge_requests") {
		mr := decode[mergeRequest](t, p.Data)
		r, err := m.mergeRequest(mr, notes[mr.IID], commits[mr.IID])
		if err != nil {
			t.Fatalf("%s: %v", p.Data, err)
		}
		pr := r.PullRequests[0]
		if !pr.MergedAt.IsZero() {
			merged++
			if pr.MergeSHA == "" || !pr.ClosedAt.Equal(pr.MergedAt) {
				t.Errorf("%+v", pr)
			}
		}
		if pr.Number != 1 {
			continue
		}
		want := warehouse.PullRequest{
			Repo: "acme/shop", Number: 1, Title: pr.Title, Labels: []string{}, Author: "emilie", BaseBranch: "master", HeadBranch: "1-add-documentation-to-snowflake-spend-package",
			CreatedAt: moments(t, "2019-06-28T05:21:43.743Z"), ReadyAt: moments(t, "2019-06-28T10:55:26.170Z"), FirstCommitAt: moments(t, "2019-06-28T05:40:36Z"),
			MergedAt: moments(t, "2019-06-28T14:32:06.192Z"), ClosedAt: moments(t, "2019-06-28T14:32:06.192Z"), MergeSHA: "da1d6dea48f5972ffc683da6cff30934e7d6c52c",
			Commits:    []string{"abbe0ab2c7bb1dc2cfaa3ef3062f378fb908ba71", "e01d4f03811cd0da9949848731236e0aa261cf54", "3f04e0a61d0c4d2dd736a6bcaa3a06826269a533", "382084b42697577d3a6adf71ce73d4b5ddd22977", "ad25fcda15e310a7eb34b3e38ff9b962b54f0e03"},
			Provenance: warehouse.Provenance{UpdatedAt: moments(t, "2019-06-28T14:32:05.270Z"), URL: pr.URL},
		}
		if got, want := asLine(t, pr), asLine(t, want); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		if len(r.Commits) != 5 || r.Commits[0].Author != "emilie" {
			t.Errorf("its commits: %+v", r.Commits)
		}
	}
	if merged != 10 {
		t.Errorf("%d are merged, want 10", merged)
	}
}

func asLine(tb testing.TB, v any) string {
	tb.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

func TestRealPipelines(t *testing.T) {
	m := newMapping(t, Configuration{})
	results := map[string]int{}
	for _, name := range []string{"pipeline", "pipeline_details"} {
		for _, p := range payloads(t, name) {
			r, err := m.pipeline(decode[pipeline](t, p.Data), nil)
			if err != nil {
				t.Fatalf("%s: %v", p.Data, err)
			}
			b := r.Builds[0]
			results[name+" "+b.Result]++
			results[name+" by "+b.Trigger]++
			if b.ID == "1078343570" && (!b.QueuedAt.Equal(moments(t, "2023-11-20T07:17:08.753Z")) || !b.StartedAt.Equal(moments(t, "2023-11-20T07:17:10.123Z")) ||
				!b.FinishedAt.Equal(moments(t, "2023-11-21T01:54:29.748Z")) || b.Branch != "refs/merge-requests/5394/head") {
				t.Errorf("%+v", b)
			}
		}
	}
	for what, want := range map[string]int{
		"pipeline failure": 17, "pipeline success": 1, "pipeline cancelled": 1, "pipeline skipped": 1, "pipeline running": 9, "pipeline by pull_request": 22, "pipeline by push": 3,
		"pipeline by external": 4, "pipeline_details success": 11, "pipeline_details failure": 5,
	} {
		if results[what] != want {
			t.Errorf("%s: %d, want %d", what, results[what], want)
		}
	}
}

func TestRealJobs(t *testing.T) {
	m := newMapping(t, Configuration{})
	byPipeline := map[int64][]job{}
	results := map[string]int{}
	jobs := 0
	for _, p := range payloads(t, "job") {
		j := decode[job](t, p.Data)
		byPipeline[j.Pipeline.ID] = append(byPipeline[j.Pipeline.ID], j)
		jobs++
	}
	stages := 0
	for _, js := range byPipeline {
		r, err := m.pipeline(*js[0].Pipeline, js)
		if err != nil {
			t.Fatal(err)
		}
		stages += len(r.BuildStages)
		for _, s := range r.BuildStages {
			results[s.Result]++
			if !s.QueuedAt.IsZero() && s.QueuedAt.After(s.StartedAt) {
				t.Errorf("queued after it started: %+v", s)
			}
		}
	}
	if stages != jobs || jobs != 75 {
		t.Errorf("%d stages of %d jobs", stages, jobs)
	}
	for result, want := range map[string]int{"failure": 43, "success": 22, "cancelled": 2, "skipped": 2, "running": 6} {
		if results[result] != want {
			t.Errorf("%s: %d, want %d", result, results[result], want)
		}
	}
}

func TestRealDeployments(t *testing.T) {
	m := newMapping(t, Configuration{Services: map[string]string{"acme/shop": "web"}})
	seen := map[string]int{}
	for _, p := range payloads(t, "deployments") {
		ds, err := m.deployment(decode[deployment](t, p.Data), map[string]string{"production": "production"})
		if err != nil {
			t.Fatalf("%s: %v", p.Data, err)
		}
		for _, d := range ds {
			seen[d.Environment+" "+d.EnvironmentKind+" "+d.Result]++
			if d.ID == "13426753" && (!d.StartedAt.Equal(moments(t, "2019-03-13T14:17:33.559Z")) || !d.FinishedAt.Equal(moments(t, "2019-03-13T14:17:47.640Z")) || d.Actor != "hackwaly" ||
				d.Service != "web" || d.BuildID != "51653436" || d.SHA != "add237f6852e6108ee8e0246780a54ce909c6087") {
				t.Errorf("%+v", d)
			}
		}
	}
	for what, want := range map[string]int{"staging  success": 3, "staging  failure": 1, "staging  running": 1, "production production cancelled": 1, "production production running": 2} {
		if seen[what] != want {
			t.Errorf("%s: %d, want %d; all: %v", what, seen[what], want, seen)
		}
	}
}

func TestRealIssues(t *testing.T) {
	m := newMapping(t, Configuration{Issues: "all", IncidentLabels: []string{"no such label"}})
	status, estimates := map[string]int{}, 0
	for _, p := range payloads(t, "issues") {
		i := decode[issue](t, p.Data)
		if m.isIncident(i) {
			t.Errorf("an incident: %s", p.Data)
		}
		r, err := m.ticket(i, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		ticket := r.Tickets[0]
		status[ticket.Status]++
		if ticket.Estimate != nil {
			estimates++
		}
		if ticket.Key == "acme/shop#1" && (!ticket.ResolvedAt.Equal(moments(t, "2019-06-28T14:32:05.376Z")) || ticket.Assignee != "emilie" || !slices.Equal(ticket.FixVersions, []string{"19.12"})) {
			t.Errorf("%+v", ticket)
		}
		if r, err := m.incident(i, nil); err != nil || r.Incidents[0].Severity != "" || r.Incidents[0].ResolvedAt.IsZero() != (i.State == "opened") {
			t.Errorf("as an incident: %+v, %v", r, err)
		}
	}
	if status["closed"] != 12 || status["opened"] != 4 || estimates != 6 {
		t.Errorf("%v, %d with a weight; want 12 closed, 4 opened, 6 with a weight", status, estimates)
	}
}

func TestNotes(t *testing.T) {
	m := newMapping(t, Configuration{})
	for body, want := range map[string]string{
		"requested review from @ada":                                     "7 requested ada",
		"requested review from @ada, @bob.b, and @project_12_bot_0af":    "7 requested ada; 7-bob.b requested bob.b; 7-project_12_bot_0af requested project_12_bot_0af[bot]",
		"requested review from @ada and removed review request for @bob": "7 requested ada",
		"removed review request for @bob":                                "",
		"approved this merge request":                                    "7 approved ",
		"unapproved this merge request":                                  "7 dismissed ",
		"requested changes":                                              "7 changes_requested ",
		"reset approvals from @ada and @bob by pushing to the branch":    "7 dismissed ada; 7-bob dismissed bob",
		"marked this merge request as **draft** from a1b2c3":             "7 draft ",
		"marked this merge request as **ready**":                         "7 ready ",
		"marked as a **Work In Progress**":                               "7 draft ",
		"unmarked as a **Work In Progress**":                             "7 ready ",
		"added 2 commits\n\n<ul><li>a - b</li></ul>":                     "7 pushed ",
		"added 1 new commit":                                             "7 pushed ",
		"added ~bug label":                                               "",
		"merged":                                                         "",
		"changed the description":                                        "",
		"requested review from nobody":                                   "",
		"enabled an automatic merge when the pipeline for a1 succeeds":   "",
	} {
		when := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		var got []string
		for _, r := range m.reviews(3, note{ID: 7, Body: body, System: true, Author: &user{Username: "grace"}, CreatedAt: &instant{when}}) {
			if r.Actor != "grace" || !r.At.Equal(when) || r.PullRequest != 3 {
				t.Errorf("%q: %+v", body, r)
			}
			got = append(got, r.ID+" "+r.Kind+" "+r.Target)
		}
		if strings.Join(got, "; ") != want {
			t.Errorf("%q: got %q, want %q", body, strings.Join(got, "; "), want)
		}
		if said := m.reviews(3, note{ID: 7, Body: body, CreatedAt: &instant{when}}); len(said) != 1 || said[0].Kind != "commented" {
			t.Errorf("%q said by a person: %+v", body, said)
		}
	}
}

func TestMergeSHA(t *testing.T) {
	m := newMapping(t, Configuration{})
	for _, c := range []struct{ mr, want, closed string }{
		{`{"state":"merged","merged_at":"2026-03-02T09:00:00Z","merge_commit_sha":"m","squash_commit_sha":"s","sha":"h"}`, "m", "09:00"},
		{`{"state":"merged","merged_at":"2026-03-02T09:00:00Z","squash_commit_sha":"s","sha":"h"}`, "s", "09:00"},
		{`{"state":"merged","merged_at":"2026-03-02T09:00:00Z","sha":"h"}`, "h", "09:00"},
		{`{"state":"closed","closed_at":"2026-03-02T10:00:00Z","sha":"h"}`, "", "10:00"},
		{`{"state":"opened","closed_at":"2026-03-02T10:00:00Z","sha":"h"}`, "", "00:00"},
	} {
		mr := decode[mergeRequest](t, json.RawMessage(c.mr))
		created := moments(t, "2026-03-01T09:00:00Z")
		mr.IID, mr.CreatedAt = 1, &instant{created}
		if pr, err := m.pullRequest(mr); err != nil || pr.MergeSHA != c.want || pr.ClosedAt.Format("15:04") != c.closed {
			t.Errorf("%s: %+v, %v", c.mr, pr, err)
		}
	}
}

func TestPipelineAndRules(t *testing.T) {
	m := newMapping(t, Configuration{Deployments: promotion.Rules{
		{Stage: `^deploy (?P<environment>\w+)$`}, {CIEnvironment: "^review/", Ignore: true}, {CIEnvironment: `^(?P<service>\w+)-(?P<environment>live)$`},
	}})
	p := decode[pipeline](t, json.RawMessage(`{"id":5,"sha":"abc","ref":"main","status":"success","source":"push","created_at":"2026-03-02T09:00:00Z","updated_at":"2026-03-02T09:30:00Z"}`))
	jobs := decode[[]job](t, json.RawMessage(`[
		{"id":3,"name":"deploy live","status":"manual","created_at":"2026-03-02T09:00:00Z"},
		{"id":2,"name":"deploy test","status":"success","created_at":"2026-03-02T09:00:00Z","started_at":"2026-03-02T09:10:00.500Z","finished_at":"2026-03-02T09:20:00Z","queued_duration":2.5,"user":{"username":"grace"}},
		{"id":1,"name":"build","status":"failed","created_at":"2026-03-02T09:00:00Z","started_at":"2026-03-02T09:01:00Z","finished_at":"2026-03-02T09:05:00Z","queued_duration":null}]`))
	r, err := m.pipeline(p, jobs)
	if err != nil {
		t.Fatal(err)
	}
	b := r.Builds[0]
	if b.StartedAt.Format("15:04") != "09:01" || b.FinishedAt.Format("15:04") != "09:20" || b.Pipeline != "acme/shop" || b.Result != "success" {
		t.Errorf("the build %+v", b)
	}
	s := r.BuildStages[1]
	if s.Name != "deploy test" || !s.QueuedAt.Equal(moments(t, "2026-03-02T09:09:58Z")) || r.BuildStages[0].Name != "build" || r.BuildStages[2].Result != "skipped" {
		t.Errorf("the stages %+v", r.BuildStages)
	}
	if len(r.Deployments) != 1 || r.Deployments[0].ID != "5/deploy test" || r.Deployments[0].Environment != "test" || r.Deployments[0].Actor != "grace" || r.Deployments[0].Trigger != "" {
		t.Errorf("the deployments %+v", r.Deployments)
	}
	own := func(name string) []warehouse.Deployment {
		d := deployment{ID: 9, Status: "success", Environment: &environment{Name: name, Tier: "production"}, CreatedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt, SHA: "abc", Deployable: &jobs[1]}
		ds, err := m.deployment(d, nil)
		if err != nil {
			t.Fatal(err)
		}
		return ds
	}
	if got := own("review/feature"); len(got) != 0 {
		t.Errorf("a review environment: %+v", got)
	}
	if got := own("cart-live"); len(got) != 1 || got[0].Service != "cart" || got[0].Environment != "live" || got[0].ID != "9" {
		t.Errorf("renamed: %+v", got)
	}
	if got := own("live"); len(got) != 1 || got[0].Service != "shop" || got[0].EnvironmentKind != "production" || got[0].StartedAt.Format("15:04") != "09:10" {
		t.Errorf("as GitLab says: %+v", got)
	}
}

func TestApprovedDeployment(t *testing.T) {
	m := newMapping(t, Configuration{})
	d := decode[deployment](t, json.RawMessage(`{"id":9,"status":"blocked","sha":"a","ref":"v1.2","environment":{"name":"live"},"created_at":"2026-03-02T09:00:00Z","updated_at":"2026-03-02T09:00:00Z",
		"deployable":{"id":1,"name":"ship","tag":true,"pipeline":{"id":4,"source":"schedule"}}}`))
	ds, err := m.deployment(d, nil)
	if err != nil || len(ds) != 1 || ds[0].Result != "running" || ds[0].ApprovalRequestedAt.IsZero() || !ds[0].StartedAt.IsZero() || ds[0].Version != "v1.2" || ds[0].Trigger != "automatic" {
		t.Errorf("blocked: %+v, %v", ds, err)
	}
	d.Status = "success"
	d.Approvals = decode[[]approval](t, json.RawMessage(`[{"status":"approved","user":{"username":"ada"},"created_at":"2026-03-02T10:00:00Z"},{"status":"approved","user":{"username":"bob"},"created_at":"2026-03-02T11:00:00Z"}]`))
	if ds, err = m.deployment(d, nil); err != nil || ds[0].Approver != "bob" || ds[0].ApprovedAt.Format("15:04") != "11:00" {
		t.Errorf("approved: %+v, %v", ds, err)
	}
	for _, status := range []string{"created", "skipped"} {
		d.Status = status
		if ds, err = m.deployment(d, nil); err != nil || len(ds) != 0 {
			t.Errorf("%s: %+v, %v", status, ds, err)
		}
	}
}

func TestTicketsAndIncidents(t *testing.T) {
	m := newMapping(t, Configuration{Issues: "all", StatusLabels: "workflow::", IncidentLabels: []string{"outage"}})
	i := decode[issue](t, json.RawMessage(`{"id":1,"iid":12,"title":"x","state":"opened","labels":["workflow::review","Bug","priority::2"],"created_at":"2026-03-02T09:00:00Z","updated_at":"2026-03-05T09:00:00Z"}`))
	states := decode[[]stateEvent](t, json.RawMessage(`[{"id":1,"state":"closed","created_at":"2026-03-04T09:00:00Z","user":{"username":"ada"}},{"id":2,"state":"reopened","created_at":"2026-03-05T09:00:00Z"}]`))
	labels := decode[[]labelEvent](t, json.RawMessage(`[{"id":1,"action":"add","label":{"name":"workflow::dev"},"created_at":"2026-03-02T10:00:00Z"},{"id":2,"action":"add","label":{"name":"workflow::review"},"created_at":"2026-03-03T10:00:00Z"},
		{"id":3,"action":"remove","label":{"name":"workflow::dev"},"created_at":"2026-03-03T10:00:00Z"},{"id":4,"action":"add","label":{"name":"Bug"},"created_at":"2026-03-03T10:00:00Z"},{"id":5,"action":"add","label":null}]`))
	r, err := m.ticket(i, states, labels)
	if err != nil {
		t.Fatal(err)
	}
	var moves []string
	for _, x := range r.Transitions {
		moves = append(moves, x.From+">"+x.To)
	}
	// The label of development goes in the moment in which that of the review comes.
	if want := "opened>dev dev>opened opened>review review>closed closed>review"; strings.Join(moves, " ") != want {
		t.Errorf("got %s, want %s", strings.Join(moves, " "), want)
	}
	if x := r.Tickets[0]; x.Status != "review" || x.Class != "defect" || x.Priority != "2" || x.Key != "acme/shop#12" {
		t.Errorf("the ticket %+v", x)
	}
	i.Labels = []string{"outage", "severity::1", "service::cart", "service::web"}
	i.Description = "We lost orders.\n\n- Caused by deployment: 4711.\nCaused by: commit ABC123\n"
	if !m.isIncident(i) {
		t.Error("the label makes an incident")
	}
	notes := decode[[]note](t, json.RawMessage(`[{"id":2,"system":true,"body":"changed the incident status to **Resolved** by closing the incident","created_at":"2026-03-02T11:00:00Z"},
		{"id":1,"system":true,"body":"changed the incident status to **Acknowledged**","created_at":"2026-03-02T09:05:00Z"},{"id":3,"system":false,"body":"changed the incident status to **Triggered**, somebody writes","created_at":"2026-03-02T12:00:00Z"}]`))
	r, err = m.incident(i, notes)
	if err != nil {
		t.Fatal(err)
	}
	x := r.Incidents[0]
	if x.Severity != "1" || !slices.Equal(x.Services, []string{"cart", "web"}) || x.CausedByDeployment != "4711" || x.CausedBySHA != "abc123" || x.DetectedBy != "person" ||
		x.AcknowledgedAt.Format("15:04") != "09:05" || x.ResolvedAt.Format("15:04") != "11:00" {
		t.Errorf("the incident %+v", x)
	}
	notes[2].System = true
	if r, err = m.incident(i, notes); err != nil || !r.Incidents[0].ResolvedAt.IsZero() {
		t.Errorf("triggered again: %+v, %v", r, err)
	}
}

func TestValidate(t *testing.T) {
	for _, c := range []struct {
		cfg  Configuration
		want string
	}{
		{Configuration{}, "`projects` or `groups` is missing"},
		{Configuration{URL: "gitlab", Projects: []string{"a/b"}}, "an address such as"},
		{Configuration{URL: "https://u:p@gitlab.example", Projects: []string{"a/b"}}, "give `token`"},
		{Configuration{Projects: []string{"*"}}, "must begin with a group"},
		{Configuration{Projects: []string{"a/["}}, "neither a project's full path nor a glob"},
		{Configuration{Groups: []string{"a"}, TokenType: "x"}, "`token_type` is"},
		{Configuration{Groups: []string{"a"}, Issues: "x"}, "`issues` is"},
		{Configuration{Groups: []string{"a"}, Skip: []string{"pipelins"}}, "`skip` does not know"},
		{Configuration{Groups: []string{"a"}, Deployments: promotion.Rules{{}}}, "deployment rule 1"},
	} {
		if err := c.cfg.Validate(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: got %v, want something with %q", c.cfg, err, c.want)
		}
	}
}
