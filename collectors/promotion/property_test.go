package promotion_test

import (
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/weirhq/weir/collectors/promotion"
	"github.com/weirhq/weir/warehouse"
)

var results = []string{"success", "failure", "cancelled", "skipped", "running", ""}

// anyRules are rules that are right, of the few names that anyCandidate knows.
func anyRules(t *rapid.T) promotion.Rules {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) promotion.Rule {
		return promotion.Rule{
			Pipeline:    rapid.SampledFrom([]string{".", "^deploy-(?P<service>.+)$", "(?P<service>cart)|shop"}).Draw(t, "pipeline"),
			Stage:       rapid.SampledFrom([]string{"", "", ".", "^to (?P<environment>.*)$"}).Draw(t, "stage"),
			Environment: rapid.SampledFrom([]string{"", "live", "$stage", "${param:ENV}"}).Draw(t, "environment"),
			Service:     rapid.SampledFrom([]string{"", "a,b", "$repo", "${param:SERVICE}"}).Draw(t, "a service"),
			Ignore:      rapid.IntRange(0, 9).Draw(t, "ignore") == 0,
		}
	}), 1, 4).Draw(t, "rules")
}

func anyCandidate(t *rapid.T) promotion.Candidate {
	c := promotion.Candidate{Build: build(rapid.SampledFrom([]string{"deploy-cart", "shop", "x/y", "/"}).Draw(t, "pipeline"))}
	c.Build.Result = rapid.SampledFrom(results).Draw(t, "result")
	c.Build.Repo = rapid.SampledFrom([]string{"", "acme/shop"}).Draw(t, "repo")
	c.Build.Attempt = rapid.Int64Range(0, 3).Draw(t, "attempt")
	c.Parameters = rapid.MapOfN(rapid.SampledFrom([]string{"ENV", "SERVICE"}), rapid.SampledFrom([]string{"", " ", "u,v", "w"}), 0, 2).Draw(t, "parameters")
	names := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"", "to live", "to ", "compile"}), 0, 4, rapid.ID[string]).Draw(t, "stages")
	for i, name := range names {
		c.Stages = append(c.Stages, stage(name, rapid.SampledFrom(results).Draw(t, "result"), i))
	}
	return c
}

// TestEveryDeploymentIsOne: whatever builds and rules are, a deployment has all that its key needs, no key comes twice,
// what was skipped is none, and the same build makes the same deployments.
func TestEveryDeploymentIsOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rs, c := anyRules(t), anyCandidate(t)
		ready, err := rs.Compile()
		if err != nil {
			t.Fatalf("%v: %v", rs, err)
		}
		got := ready.Deployments(c)
		check(t, c, got)
		if again := rs.Deployments(c); !reflect.DeepEqual(got, again) {
			t.Errorf("first %v, then %v", got, again)
		}
	})
}

type failer interface {
	Errorf(format string, args ...any)
}

func check(t failer, c promotion.Candidate, got []warehouse.Deployment) {
	seen := map[[3]string]bool{}
	for _, d := range got {
		key := [3]string{d.Service, d.Environment, d.ID}
		if d.Service == "" || d.Environment == "" || d.ID == "" || seen[key] {
			t.Errorf("the key %q is incomplete or comes twice", key)
		}
		seen[key] = true
		if d.Result == "skipped" || d.Result == "" {
			t.Errorf("%q is a deployment although its result is %q", key, d.Result)
		}
		if d.BuildID != c.Build.ID || !strings.HasPrefix(d.ID, c.Build.ID) {
			t.Errorf("%q is not of build %s", key, c.Build.ID)
		}
	}
}

func FuzzRules(f *testing.F) {
	f.Add("^deploy-(?P<service>.+)$", "^to (?P<environment>\\w+)$", "$environment", "${param:X}-$branch", "deploy-cart", "to live")
	f.Add("(", "", "$", "${", "", "")
	f.Add("(?P<stage>.*)", ".", "$stage", "$$", "a", "b")
	f.Fuzz(func(t *testing.T, pipeline, stageExpression, environment, service, job, name string) {
		rs := promotion.Rules{{Pipeline: pipeline, Stage: stageExpression, Environment: environment, Service: service}}
		c := promotion.Candidate{Build: build(job), Stages: []promotion.Stage{stage(name, "success", 1)}, Parameters: map[string]string{"X": name}}
		got := rs.Deployments(c)
		if rs.Validate() != nil && len(got) > 0 {
			t.Errorf("refused rules made %v", got)
		}
		check(t, c, got)
	})
}
