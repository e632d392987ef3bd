package jenkins

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/weirhq/weir/collectors/promotion"
	"github.com/weirhq/weir/warehouse"
)

// payload is one line of the real answers.
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
	file, err := os.Open(filepath.Join(folder, "..", "shared", "data", "payloads", "jenkins", name+".ndjson"))
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

func decode[T any](t *testing.T, text json.RawMessage) (v T) {
	t.Helper()
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatalf("%.200s: %v", text, err)
	}
	return v
}

func TestRealBuilds(t *testing.T) {
	count := map[string]int{}
	var last warehouse.Build
	for _, name := range []string{"builds", "builds_multibranch"} {
		for _, p := range payloads(t, name) {
			var input struct{ FullName, Name string }
			_ = json.Unmarshal(p.Input, &input)
			r, err := mapping{job: input.FullName + input.Name}.records(decode[build](t, p.Data), nil)
			if err != nil {
				t.Fatalf("%s: %v", p.URL, err)
			}
			b := r.Builds[0]
			count[name+" "+b.Result]++
			count[name+" by "+b.Trigger]++
			if b.SHA != "" {
				count[name+" on "+b.Branch]++
				if owner, project, _ := strings.Cut(b.Repo, "/"); owner == "" || project == "" || !strings.Contains(string(p.Data), b.Repo+".git") {
					t.Errorf("build %s is of %q", b.ID, b.Repo)
				}
			}
			if b.ID == "4" && b.Branch == "main" {
				last = b
			}
		}
	}
	for what, want := range map[string]int{
		"builds success": 8, "builds running": 3, "builds cancelled": 1, "builds skipped": 1, "builds failure": 1, "builds by manual": 14,
		"builds on main": 3, "builds_multibranch success": 11, "builds_multibranch cancelled": 2, "builds_multibranch failure": 2,
		"builds_multibranch by push": 13, "builds_multibranch by pull_request": 2, "builds_multibranch on main": 4,
		"builds_multibranch on PR-2": 2,
	} {
		if count[what] != want {
			t.Errorf("%s: %d, want %d", what, count[what], want)
		}
	}
	begun := time.UnixMilli(1711277551963).UTC()
	if !last.StartedAt.Equal(begun) || !last.FinishedAt.Equal(begun.Add(30415*time.Millisecond)) || !last.QueuedAt.IsZero() {
		t.Errorf("the last build of main ran from %v to %v", last.StartedAt, last.FinishedAt)
	}
}

func TestRealStages(t *testing.T) {
	count := map[string]int{}
	for _, name := range []string{"stages", "stages_multibranch"} {
		for _, p := range payloads(t, name) {
			s := decode[stage](t, p.Data)
			got := mapping{job: "x"}.stages(build{Number: 1, Result: "SUCCESS"}, []stage{s})
			if len(got) != 1 {
				t.Fatalf("%s: %d stages", p.Data, len(got))
			}
			count[name+" "+got[0].Result]++
			if got[0].Name == "checkout" && s.Start == 1711277305172 && !got[0].FinishedAt.Equal(time.UnixMilli(1711277310698)) {
				t.Errorf("the checkout ended at %v", got[0].FinishedAt)
			}
		}
	}
	for what, want := range map[string]int{
		"stages success": 12, "stages failure": 5, "stages cancelled": 6, "stages skipped": 1, "stages_multibranch success": 57, "stages_multibranch cancelled": 8,
	} {
		if count[what] != want {
			t.Errorf("%s: %d, want %d", what, count[what], want)
		}
	}
}

func TestRealJobs(t *testing.T) {
	l := listing{wants: func(string) bool { return true }}
	for _, p := range payloads(t, "jobs_multibranch") {
		l.add("", []listedJob{decode[listedJob](t, p.Data)}, 1)
	}
	if len(l.jobs) != 4 || l.folders != 0 || !strings.HasSuffix(l.jobs[3].name, "/PR-2") || !l.jobs[3].pipeline {
		t.Errorf("found %+v", l)
	}
}

func TestBuild(t *testing.T) {
	rules, err := promotion.Rules{{Pipeline: "^team/deploy$", Environment: "${param:TARGET}", Version: "${param:BUILD}"}}.Compile()
	if err != nil {
		t.Fatal(err)
	}
	m := mapping{job: "team/deploy", rules: rules}
	for _, c := range []struct {
		name, build string
		want        func(r warehouse.Records) bool
	}{
		{"a deployment by a person", `{"number":7,"timestamp":1772442000000,"duration":1500,"result":"SUCCESS","url":"https://ci/7/","actions":[
			{"causes":[{"_class":"hudson.model.Cause$UpstreamCause","upstreamProject":"x"},{"_class":"hudson.model.Cause$UserIdCause","userId":"grace","userName":"Grace"}]},
			{"parameters":[{"name":"TARGET","value":"live"},{"name":"BUILD","value":12},{"name":"DRY","value":false},{"name":"SECRET"}]},
			{"queuingDurationMillis":4000}]}`, func(r warehouse.Records) bool {
			d, b := r.Deployments[0], r.Builds[0]
			return d.ID == "team/deploy#7" && d.Environment == "live" && d.Version == "12" && d.Service == "deploy" && d.Actor == "grace" && d.Trigger == "manual" && d.BuildID == "team/deploy/7" &&
				b.Trigger == "manual" && b.QueuedAt.Equal(nine.Add(-4*time.Second)) && b.FinishedAt.Equal(nine.Add(1500*time.Millisecond)) && b.UpdatedAt.Equal(b.FinishedAt)
		}},
		{"it runs", `{"number":7,"timestamp":1772442000000,"building":true,"duration":0,"result":"FAILURE"}`, func(r warehouse.Records) bool {
			b := r.Builds[0]
			return b.Result == "running" && b.FinishedAt.IsZero() && b.UpdatedAt.Equal(nine) && b.QueuedAt.IsZero() && b.Trigger == ""
		}},
		{"unstable", `{"number":7,"timestamp":1772442000000,"result":"UNSTABLE","duration":1}`, func(r warehouse.Records) bool { return r.Builds[0].Result == "failure" }},
		{"by timer, checked out over ssh after a library", `{"number":7,"timestamp":1772442000000,"result":"NOT_BUILT","actions":[null,
			{"lastBuiltRevision":{"SHA1":"AB","branch":[{"name":"master"}]},"remoteUrls":["git@git.example:tools/library.git"]},
			{"lastBuiltRevision":{"SHA1":"CD","branch":[{"name":"origin/deploy"}]},"remoteUrls":["ssh://git@git.example:7999/acme/sub/shop.git"]},
			{"causes":[{"_class":"hudson.triggers.TimerTrigger$TimerTriggerCause"}]}]}`, func(r warehouse.Records) bool {
			b := r.Builds[0]
			return b.SHA == "cd" && b.Branch == "deploy" && b.Repo == "acme/sub/shop" && b.Trigger == "schedule" && b.Result == "skipped"
		}},
		{"an unknown cause", `{"number":7,"timestamp":1772442000000,"actions":[{"causes":[{"_class":"org.example.MoonPhaseCause"}]}]}`,
			func(r warehouse.Records) bool { return r.Builds[0].Trigger == "moonphase" }},
	} {
		r, err := m.records(decode[build](t, json.RawMessage(c.build)), nil)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if !c.want(r) {
			t.Errorf("%s: got %+v", c.name, r)
		}
	}
	for _, bad := range []build{{}, {Number: 1}, {Number: -1, Timestamp: 5}, {Number: 1, Timestamp: -5}, {Number: 1, Timestamp: 1 << 62}} {
		if _, err := m.records(bad, nil); err == nil {
			t.Errorf("%+v was accepted", bad)
		}
	}
}

func TestStages(t *testing.T) {
	m := mapping{job: "x", unstable: "success"}
	ended := build{Number: 1, Timestamp: nine.UnixMilli(), Result: "FAILURE"}
	begun := nine.UnixMilli()
	got := m.stages(ended, []stage{
		{Name: "test", Status: "UNSTABLE", Start: begun, Duration: 10}, {Name: " test ", Status: "FAILED", Start: begun, Duration: 10}, {Name: "test (2)", Status: "SUCCESS", Start: begun},
		{Name: "later", Status: "NOT_EXECUTED", Start: begun}, {Name: ""}, {Name: "hangs", Status: "IN_PROGRESS", Start: begun},
		{Name: "ship", Status: "SUCCESS", Start: begun, Duration: 10_000, PauseDuration: 4000},
	})
	var text []string
	for _, s := range got {
		text = append(text, s.Name+" "+s.Result)
	}
	if want := "test success, test (2) failure, test (2) (2) success, later skipped, hangs cancelled, ship success"; strings.Join(text, ", ") != want {
		t.Errorf("got %s\nwant %s", strings.Join(text, ", "), want)
	}
	ship := got[5]
	if d := ship.asDeployment(); !ship.StartedAt.Equal(nine) || !d.StartedAt.Equal(nine.Add(4*time.Second)) || !d.ApprovalRequestedAt.Equal(nine) || !d.ApprovedAt.Equal(d.StartedAt) {
		t.Errorf("a stage that waited for input: %+v, as a deployment %+v", ship, d)
	}
}

func TestNamesOfRepositories(t *testing.T) {
	for address, want := range map[string]string{
		"https://git.example/acme/shop.git": "acme/shop", "https://u:p@git.example/scm/acme/shop": "acme/shop", "git@git.example:acme/sub/shop.git/": "acme/sub/shop",
		"ssh://git@git.example:7999/acme/shop.git": "acme/shop", "/srv/git/shop.git": "", `C:\git\shop`: "", "": "", "%": "", "://": "",
	} {
		if got := repoOfURL(address); got != want {
			t.Errorf("%q is %q, want %q", address, got, want)
		}
	}
}

func TestConfiguration(t *testing.T) {
	var cfg Configuration
	err := yaml.UnmarshalWithOptions([]byte(`
url: https://ci.example.org/jenkins
user: weir
token: {file: /run/secrets/jenkins}
jobs: ['payments/**']
exclude: ['**/PR-*']
stages: true
unstable: success
repos: [{jobs: 'payments/legacy/*', repo: acme/legacy}]
deployments:
  - pipeline: ^payments/deploy-(?P<service>.+)$
    environment: ${param:TARGET}
    version: ${param:VERSION}
`), &cfg, yaml.Strict())
	if err != nil {
		t.Fatal(err)
	}
	if err := cfg.Validate(); err != nil {
		t.Error(err)
	}
	for job, want := range map[string]bool{"payments/shop": true, "payments/a/b": true, "payments/a/PR-7": false, "other": false} {
		if got := cfg.wants(job); got != want {
			t.Errorf("%s is wanted: %v, want %v", job, got, want)
		}
	}
	if got := cfg.repoOf("payments/legacy/x"); got != "acme/legacy" {
		t.Errorf("the repository is %q", got)
	}
}

func TestValidate(t *testing.T) {
	for _, c := range []struct {
		cfg  Configuration
		want string
	}{
		{Configuration{}, "`url` is missing"},
		{Configuration{URL: "ci.example"}, "an address such as"},
		{Configuration{URL: "https://a:b@ci.example"}, "give `user` and `token`"},
		{Configuration{URL: "https://ci.example", User: "a"}, "`user` needs `token`"},
		{Configuration{URL: "https://ci.example", Jobs: []string{"a["}}, "is not a glob"},
		{Configuration{URL: "https://ci.example", Unstable: "maybe"}, "failure or success"},
		{Configuration{URL: "https://ci.example", Repos: []JobRepo{{Jobs: "a"}}}, "each of `repos`"},
		{Configuration{URL: "https://ci.example", Deployments: promotion.Rules{{}}}, "deployment rule 1"},
	} {
		if err := c.cfg.Validate(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: got %v, want something with %q", c.cfg, err, c.want)
		}
	}
	if err := (Configuration{URL: "https://ci.example/jenkins"}).Validate(); err != nil {
		t.Error(err)
	}
}

// FuzzRecords: whatever Jenkins says, the mapping does not panic, and what it makes is valid.
func FuzzRecords(f *testing.F) {
	f.Add(`{"number":7,"timestamp":1772442000000,"duration":1500,"result":"SUCCESS","actions":[{"queuingDurationMillis":1},null,{"lastBuiltRevision":{"SHA1":"a","branch":[{}]},"remoteUrls":[""]}]}`,
		`[{"name":"deploy to live","status":"SUCCESS","startTimeMillis":1772442000000,"durationMillis":5,"pauseDurationMillis":4}]`)
	f.Add(`{"number":1,"timestamp":-1}`, `[{"name":"a"},{"name":"a","error":{"type":"x"}}]`)
	f.Add(`{"number":9223372036854775807,"timestamp":9223372036854775807,"duration":9223372036854775807,"result":"x"}`, `[{"name":"a","startTimeMillis":9223372036854775807,"durationMillis":-1}]`)
	rules, err := promotion.Rules{{Stage: "^deploy to (?P<environment>.+)$"}, {Pipeline: ".", Environment: "live"}}.Compile()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, buildText, stagesText string) {
		var b build
		var stages []stage
		if json.Unmarshal([]byte(buildText), &b) != nil || json.Unmarshal([]byte(stagesText), &stages) != nil {
			return
		}
		r, err := mapping{job: "team/shop", rules: rules}.records(b, stages)
		if err != nil {
			if len(r.Builds)+len(r.BuildStages)+len(r.Deployments) > 0 {
				t.Errorf("%v, and yet %+v", err, r)
			}
			return
		}
		words := map[string]bool{"success": true, "failure": true, "cancelled": true, "skipped": true, "running": true}
		names := map[string]bool{}
		one := r.Builds[0]
		if one.ID == "" || one.StartedAt.IsZero() || !words[one.Result] {
			t.Errorf("the build %+v", one)
		}
		for _, s := range r.BuildStages {
			if s.Name == "" || names[s.Name] || !words[s.Result] || s.StartedAt.Year() > 9999 {
				t.Errorf("the stage %+v", s)
			}
			names[s.Name] = true
		}
		for _, d := range r.Deployments {
			if d.Service == "" || d.Environment == "" || d.ID == "" || d.Result == "skipped" || !words[d.Result] {
				t.Errorf("the deployment %+v", d)
			}
		}
	})
}
