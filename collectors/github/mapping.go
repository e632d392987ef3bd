package github

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/weirhq/weir/collectors/promotion"
)

// Mapping is how this configuration understands GitHub's words. It may be used by several goroutines; webhooks use the
// same one as the collector.
type Mapping struct {
	rules      []environmentRule
	promotion  *promotion.Compiled
	issues     Issues
	service    *regexp.Regexp
	severity   *regexp.Regexp
	queueTimes bool
}

type environmentRule struct {
	EnvironmentRule
	expression *regexp.Regexp
}

// Lines of an incident's text that say what no field of GitHub's does.
var (
	startedLine    = regexp.MustCompile(`(?im)^[\s>*_-]*started(?: at)?[*_]*:[*_\s]*(\d{4}-\d\d-\d\dT\S+?)\s*$`)
	deploymentLine = regexp.MustCompile(`(?im)^[\s>*_-]*(?:caused by )?deployment[*_]*:[*_\s]*#?(\S+)\s*$`)
	commitLine     = regexp.MustCompile(`(?im)^[\s>*_-]*(?:caused by )?commit[*_]*:[*_\s]*([0-9a-f]{7,64})\s*$`)
)

// NewMapping prepares the mapping of a configuration, or says what is wrong with it.
func NewMapping(c Configuration) (*Mapping, error) {
	m := &Mapping{issues: c.Issues, queueTimes: c.JobQueueTimes}
	var faults []error
	for i, r := range c.Environments {
		e, err := regexp.Compile(r.Match)
		switch {
		case err != nil:
			faults = append(faults, fmt.Errorf("`environments` %d: `match` is no regular expression: %w", i+1, err))
		case r.Match == "":
			faults = append(faults, fmt.Errorf("`environments` %d needs `match`, a regular expression over the environment's name", i+1))
		case !slices.Contains([]string{"", "production", "staging", "testing", "development"}, r.Kind):
			faults = append(faults, fmt.Errorf("`environments` %d: `kind` %q is none of production, staging, testing, development", i+1, r.Kind))
		default:
			m.rules = append(m.rules, environmentRule{r, e})
		}
	}
	var err error
	if m.promotion, err = c.Builds.Compile(); err != nil {
		faults = append(faults, err)
	}
	if m.service, err = regexp.Compile(cmp.Or(c.Issues.Incidents.Service, `^service[:/]\s*(.+)$`)); err != nil {
		faults = append(faults, fmt.Errorf("`issues.incidents.service` is no regular expression: %w", err))
	}
	if m.severity, err = regexp.Compile(cmp.Or(c.Issues.Incidents.Severity, `^(?:severity|sev)[:/-]\s*(.+)$`)); err != nil {
		faults = append(faults, fmt.Errorf("`issues.incidents.severity` is no regular expression: %w", err))
	}
	for label, class := range c.Issues.Classes {
		if !slices.Contains([]string{"feature", "defect", "risk", "debt"}, class) {
			faults = append(faults, fmt.Errorf("`issues.classes`: %q of the label %q is none of feature, defect, risk, debt", class, label))
		}
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	return m, nil
}

// place is where a deployment went.
type place struct{ service, environment, kind string }

// place finds the service and the environment of a deployment. The first rule that matches decides; false: it is no
// deployment.
func (m *Mapping) place(repo, environment, said string) (place, bool) {
	p := place{service: cmp.Or(said, nameOf(repo)), environment: environment}
	for _, r := range m.rules {
		at := r.expression.FindStringSubmatchIndex(environment)
		if at == nil || r.Repo != "" && !globbed(r.Repo, repo) {
			continue
		}
		if r.Ignore {
			return place{}, false
		}
		expand := func(template, group string) string {
			if template == "" && slices.Contains(r.expression.SubexpNames(), group) {
				template = "${" + group + "}"
			}
			return string(r.expression.ExpandString(nil, template, environment, at))
		}
		p.service = cmp.Or(expand(r.Service, "service"), p.service)
		p.environment = cmp.Or(expand(r.Environment, "environment"), p.environment)
		p.kind = r.Kind
		break
	}
	return p, p.environment != ""
}

func globbed(pattern, name string) bool {
	ok, err := doublestar.Match(pattern, name)
	return ok && err == nil
}

func (m *Mapping) isIncident(labels []string) bool { return overlap(m.issues.Incidents.Labels, labels) }

func (m *Mapping) isTicket(labels []string) bool {
	return m.issues.Tickets && (len(m.issues.Labels) == 0 || overlap(m.issues.Labels, labels))
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

// captured is what an expression's first group found in a label.
func captured(e *regexp.Regexp, label string) (string, bool) {
	found := e.FindStringSubmatch(label)
	switch {
	case found == nil:
		return "", false
	case len(found) > 1:
		return found[1], found[1] != ""
	}
	return found[0], true
}
