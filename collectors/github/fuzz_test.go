package github

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	gh "github.com/google/go-github/v60/github"

	"github.com/weirhq/weir/collectors/promotion"
	"github.com/weirhq/weir/warehouse"
)

// valid checks records against the contract that their fields' tags are.
func valid(t *testing.T, records warehouse.Records) {
	t.Helper()
	bundle := reflect.ValueOf(records)
	for i := range bundle.NumField() {
		list := bundle.Field(i)
		for j := range list.Len() {
			record := list.Index(j)
			for k := range record.NumField() {
				if tag := record.Type().Field(k).Tag.Get("weir"); tag != "" {
					validField(t, record.Interface(), tag, record.Field(k))
				}
			}
		}
	}
}

func validField(t *testing.T, record any, tag string, field reflect.Value) {
	t.Helper()
	parts := strings.Split(tag, ",")
	if slices.Contains(parts, "required") && field.IsZero() {
		t.Errorf("%s is required: %+v", parts[0], record)
	}
	for _, p := range parts {
		if allowed, ok := strings.CutPrefix(p, "enum="); ok && field.String() != "" && !slices.Contains(strings.Split(allowed, "|"), field.String()) {
			t.Errorf("%s is %q: %+v", parts[0], field.String(), record)
		}
	}
	if at, ok := field.Interface().(time.Time); ok && !at.IsZero() && (at.Year() < 1970 || at.Location() != time.UTC) {
		t.Errorf("%s is %v: %+v", parts[0], at, record)
	}
}

// fuzzed is a mapping with all kinds of rules.
func fuzzed(t testing.TB) *Mapping {
	t.Helper()
	m, err := NewMapping(fuzzedConfiguration())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func fuzzedConfiguration() Configuration {
	return Configuration{
		JobQueueTimes: true, Branches: []string{"release/*"},
		Issues:       Issues{Tickets: true, Classes: map[string]string{"bug": "defect"}, Incidents: Incidents{Labels: []string{"incident"}}},
		Environments: []EnvironmentRule{{Match: "^preview", Ignore: true}, {Match: "^(?P<service>.+)/(?P<environment>.+)$", Kind: "staging"}},
		Builds:       promotion.Rules{{Stage: "^deploy (?P<environment>.+)$"}},
		Releases:     Releases{Environment: "production"},
	}
}

func nothing(error) {}

const (
	fuzzCommit = `{"oid":"a1","message":"m","authoredDate":"2026-03-02T09:00:00Z","committedDate":"2026-03-02T10:00:00+02:00","additions":1,"author":{"name":"A","email":"a@x","user":{"login":"ada"}},"parents":{"nodes":[{"oid":"b"},null]}}`
	fuzzPull   = `{"number":3,"createdAt":"2026-03-02T09:00:00Z","updatedAt":"2026-03-02T09:00:00Z","mergedAt":"2026-03-02T19:00:00Z","isDraft":true,"author":{"__typename":"Bot","login":"dependabot"},"mergeCommit":` + fuzzCommit + `,
		"labels":{"nodes":[{"name":"z"},{"name":"a"},null]},"commits":{"nodes":[{"commit":` + fuzzCommit + `},{"commit":null},7]},"timelineItems":{"nodes":[
		{"__typename":"PullRequestReview","id":"R1","state":"DISMISSED","submittedAt":"2026-03-02T11:00:00Z","author":{"login":"bob"}},
		{"__typename":"ReviewDismissedEvent","id":"D1","createdAt":"2026-03-02T12:00:00Z","previousReviewState":"APPROVED","review":{"id":"R1"}},
		{"__typename":"ReviewRequestedEvent","id":"Q1","createdAt":"2026-03-02T10:30:00Z","requestedReviewer":{"__typename":"Team","slug":"till"}},
		{"__typename":"PullRequestReview","id":"R2","state":"PENDING"},{"__typename":"ReadyForReviewEvent","id":"Y","createdAt":"2026-03-02T10:00:00Z"}]}}`
	fuzzDeployment = `{"databaseId":5,"commitOid":"a","environment":"till/live","payload":"\"{\\\"service\\\":\\\"x\\\",\\\"build\\\":7}\"","createdAt":"2026-03-02T09:00:00Z","ref":{"name":"v1","prefix":"refs/tags/"},
		"creator":{"__typename":"User","login":"ada"},"statuses":{"nodes":[{"state":"INACTIVE","createdAt":"2026-03-02T13:00:00Z"},{"state":"SUCCESS","createdAt":"2026-03-02T12:00:00Z","logUrl":"https://x/actions/runs/9/job/1"},
		{"state":"IN_PROGRESS","createdAt":"2026-03-02T11:00:00Z"},{"state":"QUEUED","createdAt":"2026-03-02T10:30:00Z"},{"state":"WAITING","createdAt":"2026-03-02T10:00:00Z"}]}}`
	fuzzIssue = `{"number":9,"title":"t","body":"Started: 2026-03-02T09:00:00Z\ncommit: abcdef1","state":"CLOSED","createdAt":"2026-03-02T09:00:00Z","closedAt":"2026-03-03T09:00:00Z","labels":{"nodes":[{"name":"incident"},{"name":"service:till"}]},
		"timelineItems":{"nodes":[{"__typename":"AssignedEvent","id":"A","createdAt":"2026-03-02T09:30:00Z","assignee":{"login":"ada"}},{"__typename":"ClosedEvent","id":"C","createdAt":"2026-03-03T09:00:00Z"}]}}`
	fuzzRun  = `{"id":1,"name":"ci","run_attempt":2,"status":"completed","conclusion":"success","created_at":"2026-03-02T09:00:00Z","updated_at":"2026-03-02T09:00:00Z","run_started_at":"2026-03-02T10:00:00Z","event":"workflow_dispatch"}`
	fuzzJobs = `[{"id":2,"run_id":1,"run_attempt":1,"name":"deploy live","status":"completed","conclusion":"failure","created_at":"2026-03-02T09:01:00Z","started_at":"2026-03-02T09:02:00Z","completed_at":"2026-03-02T09:03:00Z"},
		{"id":3,"run_id":1,"run_attempt":2,"name":"deploy live","status":"queued"},null]`
)

func FuzzCommit(f *testing.F) {
	f.Add([]byte(fuzzCommit))
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var n commitNode
		if json.Unmarshal(body, &n) != nil {
			return
		}
		if c, err := n.record("acme/shop"); err == nil {
			valid(t, warehouse.Records{Commits: []warehouse.Commit{c}})
		}
	})
}

func FuzzPull(f *testing.F) {
	f.Add([]byte(fuzzPull))
	f.Fuzz(func(t *testing.T, body []byte) {
		var n pullNode
		if json.Unmarshal(body, &n) != nil {
			return
		}
		if r, err := n.records("acme/shop", nothing); err == nil {
			valid(t, warehouse.Records{PullRequests: []warehouse.PullRequest{r.pull}, Reviews: r.reviews, Commits: r.commits})
		}
	})
}

func FuzzDeployment(f *testing.F) {
	m := fuzzed(f)
	f.Add([]byte(fuzzDeployment))
	f.Fuzz(func(t *testing.T, body []byte) {
		var n deploymentNode
		if json.Unmarshal(body, &n) != nil {
			return
		}
		n.gated()
		d, ok, err := m.deployment("acme/shop", &n, gates{9: {{"carla", []string{"till/live"}}}}.approver, nothing)
		if err == nil && ok {
			valid(t, warehouse.Records{Deployments: []warehouse.Deployment{d}})
			if (d.Result == "running") != d.FinishedAt.IsZero() && d.Result != "cancelled" {
				t.Errorf("%s, finished at %v", d.Result, d.FinishedAt)
			}
		}
	})
}

func FuzzIssue(f *testing.F) {
	m := fuzzed(f)
	f.Add([]byte(fuzzIssue))
	f.Fuzz(func(t *testing.T, body []byte) {
		var n issueNode
		if json.Unmarshal(body, &n) != nil {
			return
		}
		if r, err := m.issue("acme/shop", &n, nothing); err == nil {
			valid(t, r)
		}
	})
}

func FuzzRun(f *testing.F) {
	m := fuzzed(f)
	f.Add([]byte(fuzzRun), []byte(fuzzJobs))
	f.Fuzz(func(t *testing.T, body, list []byte) {
		var run *gh.WorkflowRun
		var jobs []*gh.WorkflowJob
		if json.Unmarshal(body, &run) != nil || json.Unmarshal(list, &jobs) != nil || run.GetRunAttempt() > 100 {
			return
		}
		r, err := m.WorkflowRun("acme/shop", run, jobs)
		if err == nil {
			r.Deployments = m.promoted(r, run, nil)
			valid(t, r)
		}
		for _, j := range jobs {
			if s, err := m.WorkflowJob("acme/shop", j); err == nil {
				valid(t, warehouse.Records{BuildStages: []warehouse.BuildStage{s}})
			}
		}
	})
}

func FuzzWebhook(f *testing.F) {
	w, err := NewWebhook(fuzzedConfiguration())
	if err != nil {
		f.Fatal(err)
	}
	repo := `"repository":{"full_name":"acme/shop","default_branch":"main"}`
	for event, body := range webhookSeeds(repo) {
		f.Add(event, []byte(body))
	}
	f.Fuzz(func(t *testing.T, event string, body []byte) {
		have, gone, _, err := w.Map(event, body)
		if err != nil && !reflect.ValueOf(have).IsZero() {
			t.Errorf("records with an error: %+v", have)
		}
		valid(t, have)
		_ = gone
	})
}

func webhookSeeds(repo string) map[string]string {
	return map[string]string{
		"push": `{"ref":"refs/heads/main",` + repo + `,"commits":[{"id":"a","message":"m","timestamp":"2026-03-02T09:00:00Z","author":{"name":"A","email":"a@x","username":"ada"}}]}`,
		"pull_request": `{"action":"ready_for_review",` + repo + `,"pull_request":{"number":3,"body":"For PAY-1","created_at":"2026-03-02T09:00:00Z","updated_at":"2026-03-02T10:00:00Z",
			"merged_at":"2026-03-02T10:00:00Z","merge_commit_sha":"a","user":{"login":"ada"}}}`,
		"pull_request_review": `{"action":"submitted",` + repo + `,"pull_request":{"number":3},"review":{"node_id":"R","state":"approved","submitted_at":"2026-03-02T09:00:00Z","user":{"login":"bob"}}}`,
		"issue_comment":       `{"action":"created",` + repo + `,"issue":{"number":3,"pull_request":{"url":"u"}},"comment":{"node_id":"C","created_at":"2026-03-02T09:00:00Z","user":{"login":"bob"}}}`,
		"workflow_run":        `{"action":"completed",` + repo + `,"workflow_run":` + fuzzRun + `}`,
		"workflow_job": `{"action":"completed",` + repo + `,"workflow_job":{"id":2,"run_id":1,"run_attempt":1,"workflow_name":"ci","name":"test","status":"completed","conclusion":"success","head_sha":"a",
			"created_at":"2026-03-02T09:01:00Z","started_at":"2026-03-02T09:02:00Z","completed_at":"2026-03-02T09:03:00Z"}}`,
		"deployment": `{` + repo + `,"deployment":{"id":5,"sha":"a","environment":"till/live","created_at":"2026-03-02T09:00:00Z","updated_at":"2026-03-02T09:00:00Z","payload":{"version":"2"},"creator":{"login":"ada"}}}`,
		"deployment_status": `{` + repo + `,"deployment":{"id":5,"sha":"a","environment":"till/live","created_at":"2026-03-02T09:00:00Z"},
			"deployment_status":{"state":"success","created_at":"2026-03-02T09:30:00Z","log_url":"https://x/actions/runs/9"}}`,
		"release": `{"action":"published",` + repo + `,"release":{"tag_name":"v1","published_at":"2026-03-02T09:30:00Z","author":{"login":"ada"}}}`,
		"issues":  `{"action":"opened",` + repo + `,"issue":{"number":3,"title":"t","state":"open","created_at":"2026-03-02T09:30:00Z","updated_at":"2026-03-02T09:30:00Z","labels":[{"name":"bug"}]}}`,
	}
}

// TestWebhook: each event states what it says and no more.
func TestWebhook(t *testing.T) {
	w, err := NewWebhook(fuzzedConfiguration())
	if err != nil {
		t.Fatal(err)
	}
	noon := func(h, m int) time.Time { return time.Date(2026, 3, 2, h, m, 0, 0, time.UTC) }
	for event, body := range webhookSeeds(`"repository":{"full_name":"acme/shop","default_branch":"main"}`) {
		have, gone, empty, err := w.Map(event, []byte(body))
		if err != nil {
			t.Errorf("%s: %v", event, err)
			continue
		}
		switch event {
		case "push":
			expect(t, event, have.Commits[0].SHA+have.Commits[0].Author, "aada")
			expect(t, event, have.Commits[0].UpdatedAt.IsZero(), true)
		case "pull_request":
			expect(t, event, have.PullRequests[0].MergeSHA, "a")
			expect(t, event, have.PullRequests[1].ReadyAt, noon(10, 0))
			expect(t, event, slices.Contains(empty["pull_requests"], "merged_at"), true)
			expect(t, event, strings.Join(have.PullRequests[0].TicketKeys, " "), "PAY-1")
			expect(t, event, slices.Contains(empty["pull_requests"], "ticket_keys"), true)
		case "pull_request_review":
			expect(t, event, have.Reviews[0].Kind, "approved")
		case "issue_comment":
			expect(t, event, have.Reviews[0].Kind, "commented")
		case "workflow_run":
			b := have.Builds[0]
			expect(t, event, b.Result, "success")
			expect(t, event, b.Attempt, 2)
			expect(t, event, b.Trigger, "manual")
			expect(t, event, b.FinishedAt.IsZero() && b.UpdatedAt.Equal(noon(10, 0)), true)
		case "workflow_job":
			expect(t, event, have.BuildStages[0].FinishedAt, noon(9, 3))
			expect(t, event, have.Builds[0].StartedAt, noon(9, 2))
			expect(t, event, have.Builds[0].UpdatedAt.IsZero(), true)
		case "deployment":
			d := have.Deployments[0]
			expect(t, event, d.Service+" "+d.Environment+" "+d.EnvironmentKind+" "+d.Version+" "+d.Result, "till live staging 2 running")
		case "deployment_status":
			d := have.Deployments[0]
			expect(t, event, d.Result+" "+d.BuildID, "success 9")
			expect(t, event, d.FinishedAt, noon(9, 30))
		case "release":
			expect(t, event, have.Deployments[0].ID, "release-v1")
		case "issues":
			expect(t, event, have.Tickets[0].Class, "defect")
			expect(t, event, gone.Incidents[0].ID, "acme/shop#3")
		}
	}
	for event, body := range map[string]string{"push": "{", "pull_request": "{}", "workflow_run": `{"repository":{"full_name":"acme/shop"}}`, "deployment": `{"repository":{"full_name":"acme/shop"}}`} {
		if _, _, _, err := w.Map(event, []byte(body)); err == nil {
			t.Errorf("%s %s: no error", event, body)
		}
	}
	if have, _, _, err := w.Map("star", []byte(`{`)); err != nil || !reflect.ValueOf(have).IsZero() {
		t.Errorf("an event that means nothing: %v, %v", have, err)
	}
}
