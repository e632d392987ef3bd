package site

import (
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/collectors/access"
	"github.com/weirhq/weir/collectors/github"
	"github.com/weirhq/weir/collectors/jenkins"
	"github.com/weirhq/weir/collectors/jira"
	"github.com/weirhq/weir/collectors/pagerduty"
	"github.com/weirhq/weir/collectors/simulator"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

const configuration = `sources:
  - name: github
    github:
      base_url: ADDRESS/github
      token: {env: SITE_TOKEN}
      organisations: [millrace]
      branches: ["release/*"]
      environments:
        - {match: "^production", kind: production}
        - {match: "^staging$", kind: staging}
        - {match: "^testing$", kind: testing}
  - name: jira
    jira:
      url: ADDRESS/jira
      deployment: cloud
      auth: {email: alder.badger@millrace.example, token: {env: SITE_TOKEN}}
      projects: ["*"]
  - name: jenkins
    jenkins:
      url: ADDRESS/jenkins
      user: alder-badger
      token: {env: SITE_TOKEN}
      stages: true
  - name: pagerduty
    pagerduty:
      url: ADDRESS/pagerduty
      token: {env: SITE_TOKEN}
`

// sources are the real collectors, configured for the site.
func sources(t *testing.T, at string) []collectors.Source {
	t.Helper()
	t.Setenv("SITE_TOKEN", "secret")
	var configured struct {
		Sources []struct {
			Name      string
			GitHub    *github.Configuration    `yaml:"github"`
			Jira      *jira.Configuration      `yaml:"jira"`
			Jenkins   *jenkins.Configuration   `yaml:"jenkins"`
			PagerDuty *pagerduty.Configuration `yaml:"pagerduty"`
		}
	}
	if err := yaml.UnmarshalWithOptions([]byte(strings.ReplaceAll(configuration, "ADDRESS", at)), &configured, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	gate := access.New(access.Options{Parallel: 8})
	var all []collectors.Source
	for _, one := range configured.Sources {
		line := gate.Line(one.Name, "", nil)
		var c collectors.Collector
		var err error
		switch {
		case one.GitHub != nil:
			c, err = github.New(*one.GitHub, line)
		case one.Jira != nil:
			c, err = jira.New(*one.Jira, line)
		case one.Jenkins != nil:
			c, err = jenkins.New(*one.Jenkins, line)
		case one.PagerDuty != nil:
			c, err = pagerduty.New(*one.PagerDuty, line)
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, collectors.Source{Name: one.Name, Collector: c})
	}
	return all
}

// What the real collectors make of the vendors' answers is what the world says of itself.
func TestCollectedIsTheWorld(t *testing.T) {
	s, clock, at := open(t, Options{Limit: 100_000})
	w := warehousetest.Open(t)
	began := time.Now()
	runner, err := collectors.New(w, sources(t, at), collectors.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := runner.Collect(t.Context(), collectors.Order{}); err != nil {
		t.Fatal(err)
	}
	t.Logf("collected in %v", time.Since(began))
	for name, n := range s.Requests() {
		t.Log(name, n)
	}
	cfg := small()
	cfg.Seen = clock.now
	want := map[string]map[string]string{}
	if err := simulator.New(cfg).Records(func(r warehouse.Records) error {
		tell(r, want)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	delete(want, "Signals") // no vendor serves them
	got := map[string]map[string]string{}
	for _, table := range warehouse.Tables() {
		r, err := w.Known(t.Context(), warehouse.Scope{Table: table.Name})
		if err != nil {
			t.Fatal(err)
		}
		tell(r, got)
	}
	delete(got, "Statuses") // the world does not say these
	delete(got, "Memberships")
	for kind := range want {
		compare(t, kind, got[kind], want[kind])
	}
	for kind := range got {
		if want[kind] == nil {
			t.Errorf("%s: got %d, want none", kind, len(got[kind]))
		}
	}
}
