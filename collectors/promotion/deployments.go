package promotion

import (
	"cmp"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/weirhq/weir/warehouse"
)

// Candidate is a build that may have been a deployment.
type Candidate struct {
	Build      warehouse.Build
	Stages     []Stage
	Parameters map[string]string // parameters and variables that the build was started with

	// ID is what the deployments' ids begin with; "" is the build's id. Where builds of different pipelines have equal
	// ids (Jenkins), it has to tell them apart.
	ID string

	// BuildID is how the deployments name the build; "" is its id, pipeline/id is better where ids are not unique.
	BuildID string

	Circumstances
}

// Stage is a stage of the build. Its circumstances come before the build's.
type Stage struct {
	warehouse.BuildStage
	Circumstances
}

// Circumstances are what a CI system says about a deployment besides the build. What is unknown is empty.
type Circumstances struct {
	Environment         string // the environment that the CI system names
	EnvironmentKind     string
	Actor               string // who started it
	Manual              bool   // a person started it
	ApprovalRequestedAt time.Time
	ApprovedAt          time.Time
	Approver            string
}

// over is a stage's circumstances completed by the build's.
func (s Circumstances) over(build Circumstances) Circumstances {
	if s.Environment == "" {
		s.Environment, s.EnvironmentKind = build.Environment, build.EnvironmentKind
	}
	if s.Actor == "" {
		s.Actor, s.Manual = build.Actor, s.Manual || build.Manual
	}
	if s.ApprovalRequestedAt.IsZero() && s.ApprovedAt.IsZero() {
		s.ApprovalRequestedAt, s.ApprovedAt, s.Approver = build.ApprovalRequestedAt, build.ApprovedAt, build.Approver
	}
	return s
}

// Deployments are the deployments that a build was. It prepares the rules each time; see Compile for many builds. Rules
// that Validate refuses make none.
func (rs Rules) Deployments(c Candidate) []warehouse.Deployment {
	ready, err := rs.Compile()
	if err != nil {
		return nil
	}
	return ready.Deployments(c)
}

// Deployments are the deployments that a build was: at most one a service for the build as a whole and for each of its
// stages. What was skipped, and what has no service or no environment, is none.
func (cs *Compiled) Deployments(c Candidate) (found []warehouse.Deployment) {
	if cs == nil || len(cs.rules) == 0 {
		return nil
	}
	for _, s := range c.subjects() {
		if rule, values := cs.decide(s); rule != nil && !rule.rule.Ignore {
			found = append(found, rule.make(s, values)...)
		}
	}
	return found
}

// Decides tells whether any rule matches the build or one of its stages, even if only to say that it is no deployment.
func (cs *Compiled) Decides(c Candidate) bool {
	if cs == nil || len(cs.rules) == 0 {
		return false
	}
	for _, s := range c.subjects() {
		if rule, _ := cs.decide(s); rule != nil {
			return true
		}
	}
	return false
}

// subjects are the build as a whole and its stages.
func (c Candidate) subjects() []subject {
	b := c.Build
	all := []subject{{
		candidate: c, circumstances: c.Circumstances, id: c.id(),
		startedAt: b.StartedAt, finishedAt: b.FinishedAt, result: b.Result, provenance: b.Provenance,
	}}
	for _, s := range c.Stages {
		if s.Name == "" {
			continue
		}
		part := subject{
			candidate: c, circumstances: s.Circumstances.over(c.Circumstances), id: c.id() + "/" + s.Name, stage: s.Name,
			startedAt: s.StartedAt, finishedAt: s.FinishedAt, result: s.Result, provenance: s.Provenance,
		}
		part.provenance.URL = cmp.Or(s.URL, b.URL)
		if s.UpdatedAt.IsZero() {
			part.provenance.UpdatedAt = b.UpdatedAt
		}
		all = append(all, part)
	}
	return all
}

// id is the build's id, with the attempt from the second on: each attempt is a deployment of its own.
func (c Candidate) id() string {
	id := cmp.Or(c.ID, c.Build.ID)
	if c.Build.Attempt > 1 {
		id += "." + strconv.FormatInt(c.Build.Attempt, 10)
	}
	return id
}

// subject is what a rule decides about: a build, or one of its stages.
type subject struct {
	candidate             Candidate
	circumstances         Circumstances
	id                    string
	stage                 string // "" is the build as a whole
	startedAt, finishedAt time.Time
	result                string
	provenance            warehouse.Provenance
}

// decide finds the first rule that matches, and what its names stand for.
func (cs *Compiled) decide(s subject) (*compiled, map[string]string) {
	if s.id == "" || s.result == "" || s.result == "skipped" {
		return nil, nil
	}
	for i := range cs.rules {
		if values, matches := cs.rules[i].match(s); matches {
			return &cs.rules[i], values
		}
	}
	return nil, nil
}

// match tells whether all expressions match, and what their groups and the build's own names stand for.
func (c *compiled) match(s subject) (values map[string]string, matches bool) {
	if (c.rule.Stage == "") != (s.stage == "") {
		return nil, false
	}
	b := s.candidate.Build
	own := map[string]string{
		"pipeline": b.Pipeline, "stage": s.stage, "branch": b.Branch, "trigger": b.Trigger, "repo": b.Repo, "sha": b.SHA, "build": b.ID,
		"ci_environment": s.circumstances.Environment,
	}
	values = map[string]string{}
	for _, name := range ownNames {
		values[name] = own[name]
	}
	for name := range c.groups {
		values[name] = "" // a group that takes no part hides the build's own name all the same
	}
	for name, e := range c.expressions {
		found := e.FindStringSubmatch(own[name])
		if found == nil {
			return nil, false
		}
		for i, group := range e.SubexpNames() {
			if group != "" {
				values[group] = found[i]
			}
		}
	}
	return values, true
}

func (c *compiled) make(s subject, values map[string]string) []warehouse.Deployment {
	b := s.candidate.Build
	text := func(name, otherwise string) string {
		if len(c.templates[name]) == 0 {
			return otherwise
		}
		return c.templates[name].fill(values, s.candidate.Parameters)
	}
	group := func(name string) string {
		if c.groups[name] {
			return values[name]
		}
		return ""
	}
	around := s.circumstances
	d := warehouse.Deployment{
		ID: s.id, EnvironmentKind: c.rule.EnvironmentKind,
		Environment: text("environment", cmp.Or(group("environment"), around.Environment)),
		Repo:        text("repo", b.Repo), SHA: text("sha", b.SHA), Version: text("version", group("version")),
		StartedAt: s.startedAt, FinishedAt: s.finishedAt, Result: s.result, Actor: around.Actor, BuildID: text("build", cmp.Or(s.candidate.BuildID, b.ID)),
		ApprovalRequestedAt: around.ApprovalRequestedAt, ApprovedAt: around.ApprovedAt, Approver: around.Approver,
		Provenance: s.provenance,
	}
	switch {
	case around.Manual:
		d.Trigger = "manual"
	case b.Trigger != "" || around.Actor != "":
		d.Trigger = "automatic"
	}
	if d.EnvironmentKind == "" && d.Environment == around.Environment {
		d.EnvironmentKind = around.EnvironmentKind
	}
	services := text("service", cmp.Or(group("service"), last(d.Repo), last(b.Pipeline)))
	return forEach(d, services)
}

// forEach is the deployment once for each of the services, which are separated by commas.
func forEach(d warehouse.Deployment, services string) (all []warehouse.Deployment) {
	seen := map[string]bool{}
	for service := range strings.SplitSeq(services, ",") {
		d.Service = strings.TrimSpace(service)
		if d.Service == "" || d.Environment == "" || seen[d.Service] {
			continue
		}
		seen[d.Service] = true
		all = append(all, d)
	}
	return all
}

// last is the last part of a name with slashes.
func last(name string) string {
	if name == "" {
		return ""
	}
	if base := path.Base(name); base != "." && base != "/" {
		return base
	}
	return ""
}
