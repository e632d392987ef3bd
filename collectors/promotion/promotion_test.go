package promotion_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/weirhq/weir/collectors/promotion"
	"github.com/weirhq/weir/warehouse"
)

var nine = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func rules(tb testing.TB, text string) promotion.Rules {
	tb.Helper()
	var rs promotion.Rules
	if err := yaml.UnmarshalWithOptions([]byte(text), &rs, yaml.Strict()); err != nil {
		tb.Fatalf("the rules of the test: %v", err)
	}
	return rs
}

func build(pipeline string) warehouse.Build {
	return warehouse.Build{
		Pipeline: pipeline, ID: "7", Attempt: 1, Repo: "acme/shop", SHA: "abc", Branch: "main", Trigger: "push",
		StartedAt: nine, FinishedAt: nine.Add(time.Hour), Result: "success",
		Provenance: warehouse.Provenance{URL: "https://ci.example/7", UpdatedAt: nine.Add(time.Hour)},
	}
}

func stage(name, result string, minute int) promotion.Stage {
	at := nine.Add(time.Duration(minute) * time.Minute)
	return promotion.Stage{BuildStage: warehouse.BuildStage{Pipeline: "p", BuildID: "7", Name: name, StartedAt: at, FinishedAt: at.Add(time.Minute), Result: result}}
}

// brief says what tells a deployment apart.
func brief(ds []warehouse.Deployment) string {
	var lines []string
	for _, d := range ds {
		lines = append(lines, strings.Join([]string{d.Service, d.Environment, d.ID, d.Version, d.SHA, d.Result, d.Trigger, d.StartedAt.Format("15:04")}, " "))
	}
	return strings.Join(lines, "; ")
}

func TestDeployments(t *testing.T) {
	for _, c := range []struct {
		name, rules string
		candidate   promotion.Candidate
		want        string
	}{
		{"groups name service and environment", "- {pipeline: '^deploy-(?P<service>.+)-to-(?P<environment>\\w+)$'}",
			promotion.Candidate{Build: build("deploy-cart-to-live")}, "cart live 7  abc success automatic 09:00"},
		{"an expression that does not match", "- {pipeline: ^deploy-(?P<service>.+)$, environment: live}",
			promotion.Candidate{Build: build("build-cart")}, ""},
		{"all must match", "- {pipeline: ^deploy, branch: ^release/, environment: live}",
			promotion.Candidate{Build: build("deploy")}, ""},
		{"the repository is the service, parameters the rest", "- {pipeline: ^deploy$, environment: '${param:TARGET}', version: 'v${param:VERSION}', sha: '${param:REVISION}'}",
			promotion.Candidate{Build: build("deploy"), Parameters: map[string]string{"TARGET": "live", "VERSION": "1.2", "REVISION": "fed"}},
			"shop live 7 v1.2 fed success automatic 09:00"},
		{"a parameter that is missing leaves unknown what it names", "- {pipeline: ^deploy$, environment: live, version: 'v${param:VERSION}', sha: '${param:REVISION}'}",
			promotion.Candidate{Build: build("deploy")}, "shop live 7   success automatic 09:00"},
		{"no environment, no deployment", "- {pipeline: ^deploy$, environment: '${param:TARGET}'}",
			promotion.Candidate{Build: build("deploy")}, ""},
		{"stages have their own times and results",
			"- {pipeline: ^shop$, stage: '^deploy to (?P<environment>\\w+)$', service: web}",
			promotion.Candidate{Build: build("shop"), Stages: []promotion.Stage{stage("compile", "success", 0), stage("deploy to test", "success", 5), stage("deploy to live", "failure", 9), stage("deploy to moon", "skipped", 9)}},
			"web test 7/deploy to test  abc success automatic 09:05; web live 7/deploy to live  abc failure automatic 09:09"},
		{"the first rule that matches decides",
			"- {pipeline: ^deploy-docs$, ignore: true}\n- {pipeline: ^deploy-cart$, service: basket, environment: live}\n- {pipeline: ^deploy-(?P<service>.+)$, environment: live}",
			promotion.Candidate{Build: build("deploy-cart")}, "basket live 7  abc success automatic 09:00"},
		{"ignored", "- {pipeline: ^deploy-docs$, ignore: true}\n- {pipeline: ^deploy, environment: live}",
			promotion.Candidate{Build: build("deploy-docs")}, ""},
		{"several services", "- {pipeline: ^deploy$, environment: live, service: 'web, worker,web'}",
			promotion.Candidate{Build: build("deploy")}, "web live 7  abc success automatic 09:00; worker live 7  abc success automatic 09:00"},
		{"the environment that the CI system names, by a person", "- {stage: ^ship$, ci_environment: ^prod}",
			promotion.Candidate{Build: build("shop"), Stages: []promotion.Stage{func() promotion.Stage {
				s := stage("ship", "success", 3)
				s.Circumstances = promotion.Circumstances{Environment: "prod", EnvironmentKind: "production", Actor: "grace", Manual: true}
				return s
			}()}}, "shop prod 7/ship  abc success manual 09:03"},
		{"an id of its own, a second attempt", "- {pipeline: ., environment: live}",
			promotion.Candidate{ID: "folder/deploy#7", Build: func() warehouse.Build { b := build("x"); b.Attempt = 2; return b }()},
			"shop live folder/deploy#7.2  abc success automatic 09:00"},
		{"the build's own names", "- {pipeline: ., environment: live, service: '$repo/$pipeline', version: '$branch-$build-$$'}",
			promotion.Candidate{Build: build("x")}, "acme/shop/x live 7 main-7-$ abc success automatic 09:00"},
		{"without a repository the pipeline's last part", "- {pipeline: ., environment: live}",
			promotion.Candidate{Build: func() warehouse.Build { b := build("team/cart"); b.Repo = ""; return b }()}, "cart live 7  abc success automatic 09:00"},
		{"no rules", "[]", promotion.Candidate{Build: build("deploy")}, ""},
	} {
		rs := rules(t, c.rules)
		if err := rs.Validate(); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if got := brief(rs.Deployments(c.candidate)); got != c.want {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, c.want)
		}
	}
}

func TestNamedBuild(t *testing.T) {
	c := promotion.Candidate{Build: build("team/deploy"), BuildID: "team/deploy/7", Parameters: map[string]string{"BUILD": "12"}}
	for text, want := range map[string]string{
		"- {pipeline: ., environment: live}":                                    "team/deploy/7",
		"- {pipeline: ., environment: live, build: 'team/shop/${param:BUILD}'}": "team/shop/12",
		"- {pipeline: ., environment: live, build: 'team/shop/${param:NONE}'}":  "",
	} {
		if got := rules(t, text).Deployments(c); len(got) != 1 || got[0].BuildID != want {
			t.Errorf("%s: %+v, want the build %q", text, got, want)
		}
	}
}

func TestWhatABuildHandsOn(t *testing.T) {
	rs := rules(t, "- {stage: ^ship$, environment: live, environment_kind: production}\n- {pipeline: ., environment: dev}")
	c := promotion.Candidate{Build: build("shop"), Stages: []promotion.Stage{stage("ship", "running", 3)}}
	c.Actor, c.Approver, c.ApprovedAt, c.ApprovalRequestedAt = "grace", "ada", nine.Add(2*time.Minute), nine.Add(time.Minute)
	got := rs.Deployments(c)
	if len(got) != 2 {
		t.Fatalf("%d deployments, want 2: %v", len(got), got)
	}
	whole, part := got[0], got[1]
	if whole.BuildID != "7" || whole.URL != "https://ci.example/7" || !whole.FinishedAt.Equal(nine.Add(time.Hour)) || whole.Repo != "acme/shop" || whole.EnvironmentKind != "" {
		t.Errorf("the build's deployment %+v", whole)
	}
	if part.EnvironmentKind != "production" || part.Approver != "ada" || part.Actor != "grace" || part.URL != "https://ci.example/7" || part.UpdatedAt.IsZero() || part.Trigger != "automatic" {
		t.Errorf("the stage's deployment %+v", part)
	}
}

func TestValidate(t *testing.T) {
	for _, c := range []struct{ rules, want string }{
		{"- {pipeline: '('}", "deployment rule 1: `pipeline` is no regular expression"},
		{"- {environment: live}", "it would match every build"},
		{"- {pipeline: ., service: $servce}", "`service` uses $servce, but no expression of the rule has a named group such as (?P<servce>.+)"},
		{"- {pipeline: '(?P<service>.)', environment: $env}", "such a group; known are $service, $pipeline"},
		{"- {pipeline: '(?P<a>.)', stage: '(?P<a>.)'}", "has a group \"a\" again"},
		{"- {pipeline: ., version: '${param:}'}", "names no parameter"},
		{"- {pipeline: ., version: '${param:X'}", "no closing brace"},
		{"- {pipeline: ., version: '${env:X}'}", "neither ${name} of a group nor ${param:NAME}"},
		{"- {pipeline: ., version: 'a$ b'}", "write $$ for a dollar sign"},
		{"- {pipeline: ., environment_kind: live}", "none of production"},
		{"- {pipeline: .}\n- {stage: '['}", "deployment rule 2"},
	} {
		rs := rules(t, c.rules)
		if err := rs.Validate(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s\n got %v\nwant something with %s", c.rules, err, c.want)
		}
		if got := rs.Deployments(promotion.Candidate{Build: build("x")}); len(got) > 0 {
			t.Errorf("%s: refused rules made %v", c.rules, got)
		}
	}
	if got := rules(t, "- {pipeline: ., environment: live}"); got.NeedStages() || !slices.ContainsFunc([]promotion.Rules{rules(t, "- {stage: .}")}, promotion.Rules.NeedStages) {
		t.Error("only rules with `stage` need stages")
	}
}
