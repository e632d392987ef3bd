package gitlab

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/weirhq/weir/collectors/promotion"
	"github.com/weirhq/weir/warehouse"
)

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
	if len(r.Deployments) != 1 || r.Deployments[0].ID != "pipeline-5/deploy test" || r.Deployments[0].Environment != "test" || r.Deployments[0].Actor != "grace" || r.Deployments[0].Trigger != "" {
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

func TestConfiguration(t *testing.T) {
	var cfg Configuration
	err := yaml.UnmarshalWithOptions([]byte(`
url: https://gitlab.example.org
token: {env: GITLAB_TOKEN}
token_type: oauth
groups: [acme]
projects: [other/shop, 'tools/**']
exclude: ['acme/archive/**']
archived: true
skip: [pipelines]
issues: all
incident_labels: [outage]
status_labels: 'workflow::'
services: {acme/shop: web}
deployments:
  - stage: ^deploy to (?P<environment>\w+)$
`), &cfg, yaml.Strict())
	if err != nil {
		t.Fatal(err)
	}
	if err := cfg.Validate(); err != nil {
		t.Error(err)
	}
	for project, want := range map[string]bool{"acme/x": true, "acme/archive/x": false, "acmes/x": false, "other/shop": true, "other/cart": false, "tools/a/b": true} {
		if got := cfg.wants(project); got != want {
			t.Errorf("%s is wanted: %v, want %v", project, got, want)
		}
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

// TestDescriptions: the keys of tickets that a description names; not of bots, and not where it is not told who wrote it.
func TestDescriptions(t *testing.T) {
	m := newMapping(t, Configuration{})
	for author, want := range map[string]string{
		`"author":{"username":"grace"},`:             "PAY-1 acme/shop#9",
		`"author":{"username":"project_12_bot_0f"},`: "",
		`"author":{"username":"bumper","bot":true},`: "",
		``: "",
	} {
		mr := decode[mergeRequest](t, json.RawMessage(`{`+author+`"iid":1,"state":"opened","created_at":"2026-03-01T09:00:00Z","description":"For PAY-1, closes #9 <!-- ABC-1 -->"}`))
		if pr, err := m.pullRequest(mr); err != nil || strings.Join(pr.TicketKeys, " ") != want {
			t.Errorf("%s names %v, want %s (%v)", author, pr.TicketKeys, want, err)
		}
	}
	// A pushed one tells its author only when it is opened: then there being none is stated.
	w := newWebhook(t)
	opened := strings.NewReplacer(`"state":"merged","action":"merge"`, `"state":"opened","action":"open","description":"For PAY-1"`).Replace(deliveries["merge_request"])
	have, _, empty, err := w.Map("merge_request", []byte(opened))
	if err != nil || len(have.PullRequests) != 1 || !slices.Equal(have.PullRequests[0].TicketKeys, []string{"PAY-1"}) || !slices.Contains(empty["pull_requests"], "ticket_keys") {
		t.Errorf("opened: %+v, %v, %v", have.PullRequests, empty, err)
	}
}
