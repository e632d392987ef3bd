package promotion

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Rule says which builds, or which stages of builds, are deployments, and of what. All expressions that are given must
// match; they are regular expressions (RE2) that match anywhere in a name unless they are anchored by ^ and $.
//
// The other fields are texts in which $name stands for a named group of one of the expressions, ${param:NAME} for a
// parameter or variable of the build, and $pipeline, $stage, $branch, $trigger, $repo, $sha and $build for what the
// build says about itself; $$ is a dollar sign.
type Rule struct {
	Pipeline      string `yaml:"pipeline" json:"pipeline,omitempty"`             // expression: the name of the job, workflow or project
	Stage         string `yaml:"stage" json:"stage,omitempty"`                   // expression: the name of a stage or of a job in a pipeline; without it the build as a whole is the deployment
	Branch        string `yaml:"branch" json:"branch,omitempty"`                 // expression: the branch or tag
	Trigger       string `yaml:"trigger" json:"trigger,omitempty"`               // expression: what started the build, such as push, schedule, manual
	CIEnvironment string `yaml:"ci_environment" json:"ci_environment,omitempty"` // expression: the environment that the CI system itself names

	Environment     string `yaml:"environment" json:"environment,omitempty"`           // default: the group "environment", else the CI system's own
	EnvironmentKind string `yaml:"environment_kind" json:"environment_kind,omitempty"` // production, staging, testing or development; default: by the environment's name
	Service         string `yaml:"service" json:"service,omitempty"`                   // several are separated by commas; default: the group "service", else the last part of the repository's name, else of the pipeline's
	Version         string `yaml:"version" json:"version,omitempty"`                   // default: the group "version"
	SHA             string `yaml:"sha" json:"sha,omitempty"`                           // default: the build's revision
	Repo            string `yaml:"repo" json:"repo,omitempty"`                         // default: the build's repository
	Build           string `yaml:"build" json:"build,omitempty"`                       // the build that made what is deployed, by its id or pipeline/id; default: the deploying build

	Ignore bool `yaml:"ignore" json:"ignore,omitempty"` // what matches is no deployment, whatever later rules say
}

// Rules are tried in their order: the first that matches a stage, or the build as a whole, decides about it.
type Rules []Rule

// field is one text of a rule under its configured name.
type field struct{ name, text string }

func (r Rule) expressions() []field {
	return []field{{"pipeline", r.Pipeline}, {"stage", r.Stage}, {"branch", r.Branch}, {"trigger", r.Trigger}, {"ci_environment", r.CIEnvironment}}
}

func (r Rule) templates() []field {
	return []field{{"environment", r.Environment}, {"service", r.Service}, {"version", r.Version}, {"sha", r.SHA}, {"repo", r.Repo}, {"build", r.Build}}
}

// Validate finds what cannot be right: bad expressions, names of groups that no expression has, rules without a condition.
func (rs Rules) Validate() error {
	_, err := rs.Compile()
	return err
}

// NeedStages tells whether any rule looks at stages.
func (rs Rules) NeedStages() bool {
	return slices.ContainsFunc(rs, func(r Rule) bool { return r.Stage != "" })
}

// Fingerprint changes whenever the rules do: what was collected by other rules has to be collected again.
func (rs Rules) Fingerprint() string {
	if len(rs) == 0 {
		return ""
	}
	text, err := json.Marshal(rs)
	if err != nil {
		panic(err) // strings only: cannot fail
	}
	return string(text)
}

// Compiled are rules made ready for many builds. It may be used by several goroutines.
type Compiled struct{ rules []compiled }

type compiled struct {
	rule        Rule
	expressions map[string]*regexp.Regexp
	templates   map[string]template
	groups      map[string]bool
}

// Compile prepares the rules, or says what is wrong with them.
func (rs Rules) Compile() (*Compiled, error) {
	c := &Compiled{}
	var faults []error
	for i, r := range rs {
		one, err := r.compile()
		if err != nil {
			faults = append(faults, fmt.Errorf("deployment rule %d: %w", i+1, err))
			continue
		}
		c.rules = append(c.rules, one)
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	return c, nil
}

func (r Rule) compile() (compiled, error) {
	c := compiled{rule: r, expressions: map[string]*regexp.Regexp{}, templates: map[string]template{}, groups: map[string]bool{}}
	for _, f := range r.expressions() {
		if f.text == "" {
			continue
		}
		e, err := regexp.Compile(f.text)
		if err != nil {
			return c, fmt.Errorf("`%s` is no regular expression: %w", f.name, err)
		}
		c.expressions[f.name] = e
		for _, group := range e.SubexpNames() {
			if group == "" {
				continue
			}
			if c.groups[group] {
				return c, fmt.Errorf("`%s` has a group %q again; every group needs a name of its own", f.name, group)
			}
			c.groups[group] = true
		}
	}
	if len(c.expressions) == 0 {
		return c, errors.New("it would match every build; give at least one of `pipeline`, `stage`, `branch`, `trigger`, `ci_environment`")
	}
	switch r.EnvironmentKind {
	case "", "production", "staging", "testing", "development":
	default:
		return c, fmt.Errorf("`environment_kind` %q is none of production, staging, testing, development", r.EnvironmentKind)
	}
	for _, f := range r.templates() {
		t, err := parseTemplate(f.text)
		if err != nil {
			return c, fmt.Errorf("`%s`: %w", f.name, err)
		}
		for _, name := range t.names() {
			if !c.groups[name] && !slices.Contains(ownNames, name) {
				return c, fmt.Errorf("`%s` uses $%s, but %s", f.name, name, c.known())
			}
		}
		c.templates[f.name] = t
	}
	return c, nil
}

// known says which names may be used.
func (c compiled) known() string {
	var names []string
	for name := range c.groups {
		names = append(names, "$"+name)
	}
	slices.Sort(names)
	own := "$" + strings.Join(ownNames, ", $")
	if len(names) == 0 {
		return "no expression of the rule has a named group such as (?P<" + cmp.Or(firstUnknown(c), "service") + ">.+); known are " + own
	}
	return "no expression of the rule has such a group; known are " + strings.Join(names, ", ") + ", " + own
}

// firstUnknown is the first name in the templates that nothing stands for, as an example.
func firstUnknown(c compiled) string {
	for _, f := range c.rule.templates() {
		t, err := parseTemplate(f.text)
		if err != nil {
			return ""
		}
		for _, name := range t.names() {
			if !slices.Contains(ownNames, name) {
				return name
			}
		}
	}
	return ""
}
