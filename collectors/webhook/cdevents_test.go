package webhook

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cdevents/sdk-go/pkg/api"
	v05 "github.com/cdevents/sdk-go/pkg/api/v05"
	"pgregory.net/rapid"

	"github.com/weirhq/weir/warehouse"
)

// cd is a CDEvent as a sender writes it. content and custom are JSON.
func cd(kind string, minute int, subject, content, custom string) string {
	e := fmt.Sprintf(`{"context":{"specversion":"0.5.0","id":"%s-%s-%d","source":"/ci","type":"dev.cdevents.%s","timestamp":%q},"subject":{"id":%q,"source":"/ci/here","content":%s}`,
		kind, subject, minute, kind, at(minute).Format(time.RFC3339Nano), subject, content)
	if custom != "" {
		e += `,"customData":` + custom
	}
	return e + "}"
}

// story is one of everything.
var story = []string{
	cd("change.created.0.4.0", 0, "42", `{"description":"Faster","repository":{"id":"acme/shop"}}`, ""),
	cd("change.reviewed.0.3.0", 4, "42", `{"repository":{"id":"acme/shop"}}`, `{"kind":"approved","actor":"rowan"}`),
	cd("change.merged.0.3.0", 5, "42", `{"repository":{"id":"acme/shop"}}`, `{"merge_sha":"0123456789012345678901234567890123456789"}`),
	cd("pipelinerun.queued.0.3.0", 6, "run-7", `{"pipelineName":"shop/main"}`, ""),
	cd("pipelinerun.started.0.3.0", 7, "run-7", `{"pipelineName":"shop/main","uri":"https://ci.example.com/7"}`, ""),
	cd("taskrun.started.0.3.0", 8, "task-1", `{"taskName":"test","pipelineRun":{"id":"run-7","source":"/ci"}}`, `{"pipeline":"shop/main"}`),
	cd("taskrun.finished.0.3.0", 9, "task-1", `{"taskName":"test","outcome":"success","pipelineRun":{"id":"run-7","source":"/ci"}}`, `{"pipeline":"shop/main"}`),
	cd("pipelinerun.finished.0.3.0", 10, "run-7", `{"pipelineName":"shop/main","outcome":"failure","errors":"no"}`, ""),
	cd("build.queued.0.3.0", 10, "b-1", `{}`, ""),
	cd("build.started.0.3.0", 11, "b-1", `{}`, ""),
	cd("build.finished.0.3.0", 12, "b-1", `{"artifactId":"pkg:oci/shop@sha256:aa?tag=1.4.0"}`, ""),
	cd("service.deployed.0.3.0", 20, "checkout", `{"environment":{"id":"production"},"artifactId":"pkg:oci/shop@sha256%3Aaa?repository_url=registry.example.com/shop&tag=1.4.0"}`, `{"started_at":"2026-03-02T09:18:00Z","actor":"deployer"}`),
	cd("service.upgraded.0.3.0", 30, "checkout", `{"environment":{"id":"production"},"artifactId":"pkg:github/acme/shop@0123456789012345678901234567890123456789"}`, ""),
	cd("service.rolledback.0.3.0", 40, "checkout", `{"environment":{"id":"production"},"artifactId":"pkg:generic/shop@1.4.0?vcs_url=git%2Bhttps://git.example.com/acme/shop.git%40abcdefabcdefabcdefabcdefabcdefabcdefabcd"}`, ""),
	cd("service.removed.0.3.0", 50, "checkout", `{"environment":{"id":"production"}}`, ""),
	cd("incident.detected.0.3.0", 31, "inc-1", `{"description":"slow","environment":{"id":"production"},"service":{"id":"checkout"}}`, `{"started_at":"2026-03-02T09:30:30Z","severity":"high"}`),
	cd("incident.reported.0.3.0", 33, "inc-1", `{"description":"very slow","environment":{"id":"production"},"service":{"id":"checkout"},"ticketURI":"https://tickets.example.com/1"}`, ""),
	cd("incident.resolved.0.3.0", 41, "inc-1", `{"environment":{"id":"production"},"service":{"id":"checkout"}}`, ""),
	cd("incident.reported.0.3.0", 60, "inc-2", `{"environment":{"id":"production"},"ticketURI":"https://tickets.example.com/2"}`, ""),
	cd("ticket.created.0.2.0", 1, "SHOP-1", `{"summary":"Slow","ticketType":"bug","group":"SHOP","creator":"ash","assignees":["fern","ash"],"labels":["urgent"],"uri":"https://tickets.example.com/1"}`, ""),
	cd("ticket.updated.0.2.0", 2, "SHOP-1", `{"summary":"Very slow","uri":"https://tickets.example.com/1"}`, ""),
	cd("ticket.closed.0.2.0", 70, "SHOP-1", `{"resolution":"fixed","updatedBy":"ash","uri":"https://tickets.example.com/1"}`, ""),
	cd("environment.created.0.3.0", 0, "production", `{"name":"Production"}`, ""),
}

// told is what remains of events in this order, as it would be written.
func told(t interface {
	Helper()
	Fatal(...any)
}, events []string) warehouse.Records {
	t.Helper()
	h := &Hook{mapper: cdevents{kinds()}, kinds: kinds()}
	objects, keys := map[string]*object{}, map[string]stated{}
	for _, e := range events {
		list, err := h.statements(entry{Body: []byte(e)})
		if err != nil {
			t.Fatal(err, e)
		}
		for _, s := range list {
			if objects[s.name] == nil {
				objects[s.name] = &object{}
			}
			s.kind.merge(objects[s.name], s.cells)
			keys[s.name] = s
		}
	}
	var all warehouse.Records
	for _, name := range slices.Sorted(maps.Keys(objects)) {
		s := keys[name]
		record := reflect.New(s.key.Type()).Elem()
		whole, err := s.kind.assemble(objects[name], record)
		if err != nil || !whole {
			t.Fatal("not whole:", name, err)
		}
		list := s.kind.records(&all)
		list.Set(reflect.Append(list, record))
	}
	return all
}

func TestCDEvents(t *testing.T) {
	got := told(t, story)
	stamp := updated
	withURL := func(minute int, url string) warehouse.Provenance {
		p := updated(minute)
		p.URL = url
		return p
	}
	const sha = "0123456789012345678901234567890123456789"
	want := warehouse.Records{
		PullRequests: []warehouse.PullRequest{{Repo: "acme/shop", Number: 42, Title: "Faster", CreatedAt: at(0), MergedAt: at(5), ClosedAt: at(5), MergeSHA: sha, Provenance: stamp(5)}},
		Reviews:      []warehouse.Review{{Repo: "acme/shop", PullRequest: 42, ID: "change.reviewed.0.3.0-42-4", Kind: "approved", Actor: "rowan", At: at(4), Provenance: stamp(4)}},
		Builds: []warehouse.Build{
			{Pipeline: "/ci/here", ID: "b-1", Attempt: 1, QueuedAt: at(10), StartedAt: at(11), FinishedAt: at(12), Result: "success", Provenance: stamp(12)},
			{Pipeline: "shop/main", ID: "run-7", Attempt: 1, QueuedAt: at(6), StartedAt: at(7), FinishedAt: at(10), Result: "failure", Provenance: withURL(10, "https://ci.example.com/7")}},
		BuildStages: []warehouse.BuildStage{{Pipeline: "shop/main", BuildID: "run-7", Attempt: 1, Name: "test", StartedAt: at(8), FinishedAt: at(9), Result: "success", Provenance: stamp(9)}},
		Deployments: []warehouse.Deployment{
			{Service: "checkout", Environment: "production", ID: "service.deployed.0.3.0-checkout-20", Version: "1.4.0", StartedAt: at(18), FinishedAt: at(20), Result: "success", Actor: "deployer", Provenance: stamp(20)},
			{Service: "checkout", Environment: "production", ID: "service.rolledback.0.3.0-checkout-40", Repo: "acme/shop", SHA: "abcdefabcdefabcdefabcdefabcdefabcdefabcd", Version: "1.4.0", FinishedAt: at(40), Result: "success", Provenance: stamp(40)},
			{Service: "checkout", Environment: "production", ID: "service.upgraded.0.3.0-checkout-30", Repo: "acme/shop", SHA: sha, Version: sha, FinishedAt: at(30), Result: "success", Provenance: stamp(30)}},
		Incidents: []warehouse.Incident{
			{ID: "inc-1", Services: []string{"checkout"}, Severity: "high", Title: "very slow", StartedAt: at(30).Add(30 * time.Second), DetectedAt: at(31), ResolvedAt: at(41), DetectedBy: "monitoring", Provenance: withURL(41, "https://tickets.example.com/1")},
			{ID: "inc-2", StartedAt: at(60), DetectedAt: at(60), DetectedBy: "person", Provenance: withURL(60, "https://tickets.example.com/2")}},
		Tickets:     []warehouse.Ticket{{Key: "SHOP-1", Project: "SHOP", Type: "bug", Title: "Very slow", Status: "closed", CreatedAt: at(1), ResolvedAt: at(70), Assignee: "fern", Labels: []string{"urgent"}, Provenance: withURL(70, "https://tickets.example.com/1")}},
		Transitions: []warehouse.Transition{{Ticket: "SHOP-1", ID: "ticket.closed.0.2.0-SHOP-1-70", At: at(70), Actor: "ash", Field: "status", From: "open", To: "closed", Provenance: stamp(70)}},
	}
	if !reflect.DeepEqual(got, want) {
		for i := range kinds() {
			g, w := reflect.ValueOf(got).Field(i).Interface(), reflect.ValueOf(want).Field(i).Interface()
			if !reflect.DeepEqual(g, w) {
				t.Errorf("got  %+v\nwant %+v", g, w)
			}
		}
	}
}

func TestCDEventsInAnyOrder(t *testing.T) {
	want := told(t, story)
	rapid.Check(t, func(t *rapid.T) {
		events := append(slices.Clone(story), rapid.SliceOf(rapid.SampledFrom(story)).Draw(t, "again")...)
		if got := told(t, rapid.Permutation(events).Draw(t, "order")); !reflect.DeepEqual(got, want) {
			t.Fatalf("got  %+v\nwant %+v", got, want)
		}
	})
}

func TestCDEventsRefused(t *testing.T) {
	good := story[11]
	for _, c := range []struct{ event, says string }{
		{`{}`, "not a CDEvent"},
		{`[]`, "not a CDEvent"},
		{strings.Replace(good, "service.deployed.0.3.0\",\"time", "service.deployed.9.0.0\",\"time", 1), "not compatible"},
		{strings.Replace(good, "dev.cdevents.", "com.example.", 1), "not a CDEvent"},
		{strings.Replace(good, `"id":"checkout"`, `"id":""`, 1), "subject.id"},
		{strings.Replace(good, `{"id":"production"}`, `{}`, 1), "environment.id"},
		{strings.Replace(good, `2026-03-02T09:18:00Z`, `then`, 1), "customData.started_at"},
		{strings.Replace(story[0], `"42"`, `"feature"`, 1), "have numbers"},
		{strings.Replace(story[0], `"repository":{"id":"acme/shop"}`, `"x":1`, 1), "repository.id"},
		{strings.Replace(story[7], `"failure"`, `"odd"`, 1), "outcome"},
		{strings.Replace(story[5], `"pipelineRun":{"id":"run-7","source":"/ci"}`, `"x":1`, 1), "pipelineRun.id"},
		{strings.Replace(story[1], `approved`, `loved`, 1), "kind cannot be"},
	} {
		h := &Hook{mapper: cdevents{kinds()}, kinds: kinds()}
		if got, err := h.statements(entry{Body: []byte(c.event)}); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %+v, %v; want %s", c.event, got, err, c.says)
		}
	}
}

// TestCloudEvents: the ways in which CloudEvents come over HTTP.
func TestCloudEvents(t *testing.T) {
	s := newSite(t, Configuration{Name: "events", CDEvents: withSecret()})
	token := []string{"Authorization", "Bearer " + theSecret}
	send := func(path, body string, headers ...string) (int, string) {
		return s.send(path, body, append(headers, token...)...)
	}
	binary := []string{"Content-Type", "application/json", "Ce-Specversion", "1.0", "Ce-Type", "dev.cdevents.service.deployed.0.3.0", "Ce-Source", "/ci", "Ce-Id", "1"}
	wrap := func(id int) string {
		return fmt.Sprintf(`{"specversion":"1.0","id":"%d","source":"/ci","type":"dev.cdevents.service.deployed.0.3.0","datacontenttype":"application/json","data":%s}`, id,
			cd("service.deployed.0.3.0", id, "checkout", `{"environment":{"id":"production"},"artifactId":"pkg:oci/shop@1"}`, ""))
	}
	batch := fmt.Sprintf("[%s,%s,%s]", wrap(2), strings.Replace(wrap(3), `"environment":{"id":"production"},`, "", 1), wrap(4))
	for _, c := range []struct {
		path, body string
		headers    []string
		status     int
		says       string
	}{
		{"/api/v1/events", story[11], binary, 202, `"accepted":1`},
		{"/api/v1/hooks/events", wrap(1), []string{"Content-Type", "application/cloudevents+json; charset=utf-8"}, 202, `"accepted":1`},
		{"/api/v1/events", batch, []string{"Content-Type", "application/cloudevents-batch+json"}, 202, `"accepted":3`},
		{"/api/v1/events", "[]", []string{"Content-Type", "application/cloudevents-batch+json"}, 200, `"accepted":0`},
		{"/api/v1/events", story[12], []string{"Content-Type", "application/json"}, 202, `"accepted":1`},
		{"/api/v1/events", `{"specversion":"1.0"}`, []string{"Content-Type", "application/cloudevents+json"}, 400, "no valid CloudEvent"},
		{"/api/v1/events", `{`, []string{"Content-Type", "application/cloudevents+json"}, 400, "no CloudEvent"},
		{"/api/v1/events", `{"a":1}`, nil, 400, "neither"},
		{"/api/v1/events", `{}`, binary, 422, "cannot be used"},
		{"/api/v1/events", strings.Replace(story[7], `"failure"`, `"odd"`, 1), nil, 422, "outcome"},
	} {
		if got, text := send(c.path, c.body, c.headers...); got != c.status || !strings.Contains(text, c.says) {
			t.Errorf("%s %.80s %v: got %d %s; want %d %s", c.path, c.body, c.headers, got, text, c.status, c.says)
		}
	}
	s.collect()
	if d := s.deployments(); len(d) != 5 {
		t.Errorf("%d deployments: %+v", len(d), d)
	}
	if st := s.hooks["events"].Stats(); st.Rejected != 1 || st.Written != 5 {
		t.Errorf("stats %+v", st)
	}
}

// TestSDK: what the field's own library writes is understood, for every type of event that it knows.
func TestSDK(t *testing.T) {
	for _, one := range v05.CDEventsTypes {
		e, err := v05.NewCDEvent(one.GetType().String(), "0.5.0")
		if err != nil || one.GetType().Short() == "" {
			continue // a custom type; see below
		}
		e.SetSource("/ci")
		e.SetSubjectId("7")
		body, err := api.AsJsonBytes(e.(api.CDEventReader))
		if err != nil {
			t.Fatal(err)
		}
		_, _, _, err = cdevents{kinds()}.Map("", body)
		if err != nil && !strings.Contains(err.Error(), "is missing") {
			t.Errorf("%s: %v", body, err)
		}
	}
}

// TestCustomType: events of types that senders invented are accepted, and state nothing.
func TestCustomType(t *testing.T) {
	for _, name := range []string{"dev.cdeventsx.acme-thing.done.0.1.0", "dev.cdevents.rocket.launched.0.1.0"} {
		have, _, _, err := cdevents{kinds()}.Map("", []byte(strings.Replace(story[0], "dev.cdevents.change.created.0.4.0", name, 1)))
		if err != nil || !reflect.DeepEqual(have, warehouse.Records{}) {
			t.Errorf("%s: got %+v, %v", name, have, err)
		}
	}
}

func FuzzCDEvents(f *testing.F) {
	for _, e := range story {
		f.Add([]byte(e))
	}
	f.Add([]byte(`{"context":{"type":"dev.cdevents.service.deployed.0.3.0","id":"1","timestamp":"0001-01-01T00:00:00Z"},"subject":{"id":"x","content":null},"customData":"text"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		have, _, _, err := cdevents{kinds()}.Map("", body) // must not panic
		if err != nil {
			return
		}
		h := &Hook{mapper: cdevents{kinds()}, kinds: kinds()}
		list, err := h.statements(entry{Body: body})
		if err != nil {
			return // set aside
		}
		text, err := json.Marshal(have)
		if err != nil {
			t.Fatalf("%v of %s", err, text)
		}
		for _, s := range list {
			o := &object{}
			s.kind.merge(o, s.cells)
			if _, err := s.kind.assemble(o, reflect.New(s.key.Type()).Elem()); err != nil {
				t.Errorf("%s: %v", s.name, err)
			}
		}
	})
}

func FuzzRecords(f *testing.F) {
	f.Add([]byte(deployment))
	f.Add([]byte("[" + deployment + "]"))
	f.Add([]byte(deployment + "\n" + deployment))
	f.Fuzz(func(t *testing.T, body []byte) {
		text, one, err := asLines(body)
		if err != nil {
			return
		}
		records, err := parseRecords("deployments", text)
		if err != nil {
			if sentence, _ := faults(err, one); sentence == "" {
				t.Error("a fault without words")
			}
			return
		}
		for _, d := range records.Deployments {
			if d.Service == "" || d.Result == "success" && d.FinishedAt.IsZero() {
				t.Errorf("%s gave %+v", body, d)
			}
		}
	})
}

func FuzzCloudEvents(f *testing.F) {
	f.Add([]byte(story[0]), "application/json", "")
	f.Add([]byte(`[{"specversion":"1.0","id":"1","source":"/ci","type":"t","data":{}}]`), "application/cloudevents-batch+json", "")
	f.Add([]byte(`{"specversion":"1.0","id":"1","source":"/ci","type":"t","data_base64":"e30="}`), "application/cloudevents+json", "")
	f.Add([]byte(`{}`), "text/plain", "1.0")
	f.Fuzz(func(_ *testing.T, body []byte, contentType, version string) {
		r := requestWith(contentType, version)
		_, _, _ = unwrap(r, body) // must not panic
	})
}
