package gitlab

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/weirhq/weir/collectors/promotion"
	"github.com/weirhq/weir/warehouse"
)

const ofProject = `"project":{"path_with_namespace":"acme/shop","default_branch":"main"},"user":{"username":"grace"}`

var deliveries = map[string]string{
	"merge_request": `{"object_kind":"merge_request",` + ofProject + `,"labels":[{"title":"b"}],"object_attributes":{"id":1,"iid":7,"title":"x","state":"merged","action":"merge","source_branch":"f","target_branch":"main",
		"created_at":"2026-03-02 09:00:00 UTC","updated_at":"2026-03-02T10:00:00Z","merge_commit_sha":"abc","draft":false,"url":"https://gitlab.example/7","labels":[{"title":"b"},{"title":"a"}],
		"last_commit":{"id":"def","message":"m","timestamp":"2026-03-02T08:00:00+01:00","author":{"name":"Grace","email":"g@example.org"}}}}`,
	"note": `{"object_kind":"note",` + ofProject + `,"merge_request":{"iid":7},"object_attributes":{"id":5,"note":"approved this merge request","created_at":"2026-03-02 09:30:00 UTC"}}`,
	"pipeline": `{"object_kind":"pipeline",` + ofProject + `,"object_attributes":{"id":31,"ref":"main","sha":"abc","status":"success","source":"push","created_at":"2026-03-02 09:00:00 UTC","finished_at":"2026-03-02 09:20:00 UTC"},
		"builds":[{"id":380,"stage":"deploy","name":"ship it","status":"success","created_at":"2026-03-02 09:00:00 UTC","started_at":"2026-03-02 09:10:00 UTC","finished_at":"2026-03-02 09:19:00 UTC","queued_duration":30.0,"user":{"username":"grace"}},
			{"id":381,"name":"later","status":"manual","created_at":"2026-03-02 09:00:00 UTC","started_at":null}]}`,
	"build": `{"object_kind":"build",` + ofProject + `,"pipeline_id":31,"build_id":380,"build_name":"ship it","build_status":"failed","build_created_at":"2026-03-02 09:00:00 UTC","build_started_at":"2026-03-02 09:10:00 UTC","build_finished_at":"2026-03-02 09:19:00 UTC","build_queued_duration":30,"ref":"main","sha":"abc"}`,
	"deployment": `{"object_kind":"deployment",` + ofProject + `,"status":"success","status_changed_at":"2026-03-02 10:00:00 +0100","deployment_id":15,"deployable_url":"https://gitlab.example/jobs/1","environment":"live","environment_tier":"production",
		"commit_url":"https://gitlab.example/acme/shop/-/commit/279484c09fbe69ededfced8c1bb6e6d24616b468"}`,
	"push":  `{"object_kind":"push","ref":"refs/heads/main",` + ofProject + `,"commits":[{"id":"abc","message":"m","timestamp":"2026-03-02T09:00:00Z","author":{"name":"Grace","email":"g@example.org"}},{"id":""}]}`,
	"issue": `{"object_kind":"issue",` + ofProject + `,"assignees":[{"username":"ada"}],"object_attributes":{"id":1,"iid":9,"title":"x","state":"opened","type":"Issue","created_at":"2026-03-02 09:00:00 UTC","updated_at":"2026-03-02 09:00:00 UTC","labels":[{"title":"bug"}]}}`,
}

func newWebhook(tb testing.TB) *Webhook {
	tb.Helper()
	w, err := NewWebhook(Configuration{Groups: []string{"acme"}, Issues: "all", IncidentLabels: []string{"outage"}, Deployments: promotion.Rules{{Stage: "^ship", Environment: "live"}}})
	if err != nil {
		tb.Fatal(err)
	}
	return w
}

func TestWebhook(t *testing.T) {
	w := newWebhook(t)
	got := map[string]warehouse.Records{}
	for event, body := range deliveries {
		have, gone, empty, err := w.Map(event, []byte(body))
		if err != nil || !reflect.DeepEqual(gone, warehouse.Records{}) {
			t.Errorf("%s: %v, gone %v", event, err, gone)
		}
		got[event] = have
		if event == "merge_request" && !slices.Equal(empty["pull_requests"], []string{"draft", "labels"}) {
			t.Errorf("stated to be empty: %v", empty)
		}
	}
	mr := got["merge_request"]
	if pr := mr.PullRequests[0]; pr.Number != 7 || pr.MergeSHA != "abc" || !pr.MergedAt.Equal(moments(t, "2026-03-02T10:00:00Z")) || !pr.CreatedAt.Equal(nine) || !pr.UpdatedAt.Equal(pr.MergedAt) ||
		!slices.Equal(pr.Labels, []string{"a", "b"}) || mr.Commits[0].SHA != "def" || !mr.Commits[0].UpdatedAt.IsZero() {
		t.Errorf("merge request %+v", mr)
	}
	if r := got["note"].Reviews; len(r) != 1 || r[0].Kind != "commented" || r[0].ID != "5" || r[0].PullRequest != 7 || r[0].Actor != "grace" {
		t.Errorf("note %+v", r)
	}
	p := got["pipeline"]
	if b := p.Builds[0]; !b.UpdatedAt.Equal(moments(t, "2026-03-02T09:20:00Z")) || !b.FinishedAt.Equal(moments(t, "2026-03-02T09:19:00Z")) || b.Result != "success" || len(p.BuildStages) != 2 || len(p.Deployments) != 1 {
		t.Errorf("pipeline %+v", p)
	}
	if b := got["build"]; b.BuildStages[0].Result != "failure" || !b.BuildStages[0].QueuedAt.Equal(moments(t, "2026-03-02T09:09:30Z")) || b.Builds[0].Result != "running" || !b.Builds[0].UpdatedAt.IsZero() || b.Builds[0].StartedAt.IsZero() {
		t.Errorf("job %+v", b)
	}
	if d := got["deployment"].Deployments[0]; d.ID != "15" || !d.FinishedAt.Equal(nine) || d.EnvironmentKind != "production" || d.SHA != "279484c09fbe69ededfced8c1bb6e6d24616b468" || d.Service != "shop" {
		t.Errorf("deployment %+v", d)
	}
	if k := got["push"].Commits; len(k) != 1 || k[0].SHA != "abc" {
		t.Errorf("push %+v", k)
	}
	if x := got["issue"].Tickets[0]; x.Key != "acme/shop#9" || x.Assignee != "ada" || x.Class != "defect" || x.Status != "opened" {
		t.Errorf("issue %+v", x)
	}
}

// TestWebhookAgreesWithTheAPI: what is pushed about a pipeline says what a sync would say.
func TestWebhookAgreesWithTheAPI(t *testing.T) {
	w := newWebhook(t)
	have, _, _, err := w.Map("pipeline", []byte(deliveries["pipeline"]))
	if err != nil {
		t.Fatal(err)
	}
	var jobs struct {
		Builds []job `json:"builds"`
	}
	if err := json.Unmarshal([]byte(deliveries["pipeline"]), &jobs); err != nil {
		t.Fatal(err)
	}
	p := decode[pipeline](t, json.RawMessage(`{"id":31,"ref":"main","sha":"abc","status":"success","source":"push","created_at":"2026-03-02T09:00:00Z","updated_at":"2026-03-02T09:20:00Z"}`))
	polled, err := w.configuration.mapping("acme/shop", w.rules).pipeline(p, jobs.Builds)
	if err != nil || asLine(t, polled) != asLine(t, have) {
		t.Errorf("pushed %s\npolled %s (%v)", asLine(t, have), asLine(t, polled), err)
	}
}

// TestWebhookAlone: without a source that polls, every project that pushes counts.
func TestWebhookAlone(t *testing.T) {
	w, err := NewWebhook(Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	if have, _, _, err := w.Map("deployment", []byte(deliveries["deployment"])); err != nil || len(have.Deployments) != 1 {
		t.Errorf("%+v, %v", have, err)
	}
}

func TestWebhookRefusals(t *testing.T) {
	w := newWebhook(t)
	for _, c := range []struct{ event, body, want string }{
		{"emoji", "", ""},
		{"push", strings.ReplaceAll(deliveries["push"], "acme/shop", "other/shop"), ""},
		{"push", strings.ReplaceAll(deliveries["push"], "heads/main", "heads/feature"), ""},
		{"note", strings.ReplaceAll(deliveries["note"], `"merge_request"`, `"commit"`), ""},
		{"deployment", strings.ReplaceAll(deliveries["deployment"], `"success"`, `"created"`), ""},
		{"push", "{", "understand a push event"},
		{"push", "{}", "names no project"},
		{"merge_request", `{` + ofProject + `}`, "understand a merge_request event"},
		{"merge_request", `{` + ofProject + `,"object_attributes":{"iid":1}}`, "nobody knows when it was created"},
		{"issue", strings.ReplaceAll(deliveries["issue"], "2026-03-02 09:00:00 UTC", "yesterday"), "is no time"},
		{"deployment", `{` + ofProject + `}`, "it has no id"},
		{"build", `{` + ofProject + `}`, "it names no pipeline"},
	} {
		have, _, _, err := w.Map(c.event, []byte(c.body))
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) || !reflect.DeepEqual(have, warehouse.Records{}) {
			t.Errorf("%s %.80s: %v and %+v, want %q and nothing", c.event, c.body, err, have, c.want)
		}
	}
	incident := strings.ReplaceAll(strings.ReplaceAll(deliveries["issue"], `"Issue"`, `"Incident"`), "bug", "severity::2")
	have, _, empty, err := w.Map("issue", []byte(incident))
	if err != nil || len(have.Incidents) != 1 || have.Incidents[0].Severity != "2" || !slices.Equal(empty["incidents"], []string{"resolved_at"}) {
		t.Errorf("incident %+v, %v, %v", have, empty, err)
	}
}

// valid finds what a record lacks that every one of its kind must have.
func valid(t *testing.T, r warehouse.Records) {
	t.Helper()
	in := func(word string, words ...string) bool { return slices.Contains(words, word) }
	results := []string{"success", "failure", "cancelled", "skipped", "running"}
	for _, x := range r.Commits {
		if x.Repo == "" || x.SHA == "" || x.AuthoredAt.IsZero() {
			t.Errorf("%+v", x)
		}
	}
	for _, x := range r.PullRequests {
		if x.Number <= 0 || x.CreatedAt.IsZero() {
			t.Errorf("%+v", x)
		}
	}
	for _, x := range r.Reviews {
		if x.ID == "" || x.At.IsZero() || !in(x.Kind, "requested", "ready", "draft", "commented", "approved", "changes_requested", "dismissed", "pushed") {
			t.Errorf("%+v", x)
		}
	}
	for _, x := range r.Builds {
		if x.ID == "" || !in(x.Result, results...) {
			t.Errorf("%+v", x)
		}
	}
	for _, x := range r.BuildStages {
		if x.Name == "" || !in(x.Result, results...) {
			t.Errorf("%+v", x)
		}
	}
	for _, x := range r.Deployments {
		if x.ID == "" || x.Service == "" || x.Environment == "" || !in(x.Result, "success", "failure", "cancelled", "running") || !in(x.EnvironmentKind, "", "production", "staging", "testing", "development") {
			t.Errorf("%+v", x)
		}
	}
	for _, x := range r.Tickets {
		if x.Key == "" || x.CreatedAt.IsZero() || !in(x.Class, "feature", "defect", "risk", "debt") {
			t.Errorf("%+v", x)
		}
	}
	for _, x := range r.Incidents {
		if x.ID == "" || x.StartedAt.IsZero() || !in(x.DetectedBy, "", "monitoring", "person") {
			t.Errorf("%+v", x)
		}
	}
	for _, x := range r.Transitions {
		if x.ID == "" || x.At.IsZero() || x.From == x.To {
			t.Errorf("%+v", x)
		}
	}
}

func FuzzWebhook(f *testing.F) {
	for event, body := range deliveries {
		f.Add(event, []byte(body))
	}
	w := newWebhook(f)
	f.Fuzz(func(t *testing.T, event string, body []byte) {
		have, gone, _, err := w.Map(event, body)
		if err != nil && !reflect.DeepEqual(have, warehouse.Records{}) {
			t.Errorf("%v, and yet %+v", err, have)
		}
		valid(t, have)
		valid(t, gone)
	})
}

// FuzzMapping: whatever GitLab says of whatever kind, the mapping does not panic, and what it makes is valid.
func FuzzMapping(f *testing.F) {
	f.Add(`{"id":1,"iid":2,"state":"merged","created_at":"2026-03-02T09:00:00Z","merged_at":"2026-03-02T09:00:00Z","sha":"x","labels":["a",""],"author":null,"issue_type":"incident","environment":{"name":"live"},"status":"success","deployable":{"name":"ship"},"description":"caused by: commit x"}`,
		`[{"id":1,"body":"requested review from @a, @b","system":true,"created_at":"2026-03-02T09:00:00Z","name":"ship","status":"failed","queued_duration":-1,"state":"closed","action":"add","label":{"name":"s::x"},"committed_date":"2026-03-02T09:00:00Z"},null]`)
	f.Add(`{"id":-1,"created_at":"0001-01-01T00:00:00Z"}`, `[{"id":1,"body":"reset approvals from @ and @."}]`)
	cfg := Configuration{Projects: []string{"acme/shop"}, Issues: "all", StatusLabels: "s::", Deployments: promotion.Rules{{Stage: "^ship", Environment: "$stage"}, {CIEnvironment: "(?P<service>.*)"}}}
	r, err := cfg.compile()
	if err != nil {
		f.Fatal(err)
	}
	m := cfg.mapping("acme/shop", r)
	f.Fuzz(func(t *testing.T, one, many string) {
		check := func(r warehouse.Records, err error) {
			if err == nil {
				valid(t, r)
			}
		}
		mr, ok1 := try[mergeRequest](one)
		notes, ok2 := try[[]note](many)
		commits, ok3 := try[[]commit](many)
		if ok1 && ok2 && ok3 {
			check(m.mergeRequest(mr, notes, commits))
		}
		p, ok1 := try[pipeline](one)
		jobs, ok2 := try[[]job](many)
		if ok1 && ok2 {
			check(m.pipeline(p, jobs))
		}
		if d, ok := try[deployment](one); ok {
			ds, err := m.deployment(d, nil)
			check(warehouse.Records{Deployments: ds}, err)
		}
		i, ok1 := try[issue](one)
		states, ok2 := try[[]stateEvent](many)
		labels, ok3 := try[[]labelEvent](many)
		if ok1 && ok2 && ok3 {
			check(m.ticket(i, states, labels))
			check(m.incident(i, notes))
		}
	})
}

func try[T any](text string) (v T, ok bool) {
	err := json.Unmarshal([]byte(text), &v)
	return v, err == nil
}
