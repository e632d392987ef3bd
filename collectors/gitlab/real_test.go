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
		raw := decode[map[string]any](t, p.Data)
		text := func(key string) string { return raw[key].(string) }
		want := warehouse.PullRequest{
			Repo: "acme/shop", Number: 1, Title: text("title"), Labels: []string{}, TicketKeys: []string{"acme/shop#1"}, Author: raw["author"].(map[string]any)["username"].(string),
			BaseBranch: text("target_branch"), HeadBranch: text("source_branch"),
			CreatedAt: moments(t, "2019-06-28T05:21:43.743Z"), ReadyAt: moments(t, "2019-06-28T10:55:26.170Z"), FirstCommitAt: moments(t, "2019-06-28T05:40:36Z"),
			MergedAt: moments(t, "2019-06-28T14:32:06.192Z"), ClosedAt: moments(t, "2019-06-28T14:32:06.192Z"), MergeSHA: text("merge_commit_sha"),
			Provenance: warehouse.Provenance{UpdatedAt: moments(t, "2019-06-28T14:32:05.270Z"), URL: text("web_url")},
		}
		for _, k := range slices.Backward(commits[1]) { // listed newest first
			want.Commits = append(want.Commits, k.ID)
		}
		if got, want := asLine(t, pr), asLine(t, want); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		if len(r.Commits) != 5 || r.Commits[0].Author == "" || r.Commits[0].AuthoredAt.After(r.Commits[4].AuthoredAt) {
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
		from := decode[deployment](t, p.Data)
		ds, err := m.deployment(from, map[string]string{"production": "production"})
		if err != nil {
			t.Fatalf("%s: %v", p.Data, err)
		}
		for _, d := range ds {
			seen[d.Environment+" "+d.EnvironmentKind+" "+d.Result]++
			if d.ID == "13426753" && (!d.StartedAt.Equal(moments(t, "2019-03-13T14:17:33.559Z")) || !d.FinishedAt.Equal(moments(t, "2019-03-13T14:17:47.640Z")) || d.Actor != from.Deployable.User.Username || d.Actor == "" ||
				d.Service != "web" || d.BuildID != "51653436" || d.SHA != from.SHA) {
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
		if ticket.Key == "acme/shop#1" && (!ticket.ResolvedAt.Equal(moments(t, "2019-06-28T14:32:05.376Z")) || ticket.Assignee != i.Assignee.Username || ticket.Assignee == "" || !slices.Equal(ticket.FixVersions, []string{i.Milestone.Title})) {
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
