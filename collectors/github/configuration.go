package github

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/weirhq/weir/collectors/promotion"
	"github.com/weirhq/weir/collectors/secret"
)

// Configuration says which repositories of which GitHub to collect, and how to understand them.
type Configuration struct {
	BaseURL string        `yaml:"base_url" json:"base_url,omitempty"` // of an Enterprise Server, such as https://github.example.com; default: https://api.github.com
	Token   secret.Secret `yaml:"token" json:"token,omitempty"`       // a personal access token, classic or fine-grained; either this or `app`
	App     App           `yaml:"app" json:"app,omitempty"`           // a GitHub App instead of a token

	Repos         []string `yaml:"repos" json:"repos,omitempty"`                 // repositories: owner/name, or globs of them such as acme/* or acme/shop-*
	Organisations []string `yaml:"organisations" json:"organisations,omitempty"` // all repositories of these organisations
	Topics        []string `yaml:"topics" json:"topics,omitempty"`               // of the repositories found by organisation or glob, only those with one of these topics
	Archived      bool     `yaml:"archived" json:"archived,omitempty"`           // archived repositories found by organisation or glob, too
	Exclude       []string `yaml:"exclude" json:"exclude,omitempty"`             // repositories to leave out, as globs of owner/name

	Branches      []string `yaml:"branches" json:"branches,omitempty"`               // release branches besides the default branch, as globs such as release/*
	PullRequests  *bool    `yaml:"pull_requests" json:"pull_requests,omitempty"`     // collect pull requests; default: true
	Actions       *bool    `yaml:"actions" json:"actions,omitempty"`                 // collect the runs of GitHub Actions as builds; default: true
	JobQueueTimes bool     `yaml:"job_queue_times" json:"job_queue_times,omitempty"` // how long each job waited for a runner: takes one request a run, where one for a hundred runs does without it
	Deployments   *bool    `yaml:"deployments" json:"deployments,omitempty"`         // collect deployments; default: true
	Releases      Releases `yaml:"releases" json:"releases,omitempty"`               // releases that are deployments
	Tags          Releases `yaml:"tags" json:"tags,omitempty"`                       // tags that are deployments
	Issues        Issues   `yaml:"issues" json:"issues,omitempty"`                   // issues as tickets or incidents
	Teams         []string `yaml:"teams" json:"teams,omitempty"`                     // GitHub teams whose members are wanted: org/slug, or org/* for all of an organisation's

	Environments []EnvironmentRule `yaml:"environments" json:"environments,omitempty"` // what the names of environments mean; the first rule that matches decides
	Builds       promotion.Rules   `yaml:"builds" json:"builds,omitempty"`             // workflows or jobs that are deployments although GitHub does not know them as such

	PageSize int `yaml:"page_size" json:"page_size,omitempty"` // pull requests, issues or deployments asked for at once, at most 100; default: 100, less while GitHub is too slow for that
	Parallel int `yaml:"parallel" json:"parallel,omitempty"`   // repositories collected at the same time; default: 2
}

// App is a GitHub App and its installation at an organisation.
type App struct {
	ID           int64         `yaml:"id" json:"id,omitempty"`                     // the App's id
	Installation int64         `yaml:"installation" json:"installation,omitempty"` // the installation's id, the number at the end of its address
	PrivateKey   secret.Secret `yaml:"private_key" json:"private_key,omitempty"`   // the App's private key, PEM
}

// Releases says that releases, or tags, are deployments, and where to.
type Releases struct {
	Environment string `yaml:"environment" json:"environment,omitempty"` // where they go, such as production; without it none are collected
	Kind        string `yaml:"kind" json:"kind,omitempty"`               // of the environment: production, staging, testing, development; default: by its name
	Pattern     string `yaml:"pattern" json:"pattern,omitempty"`         // regular expression over the tag's name; a group "service" and a group "version" are taken from it; default: all
	Prereleases bool   `yaml:"prereleases" json:"prereleases,omitempty"` // pre-releases, too
}

// Issues says what issues are.
type Issues struct {
	Tickets   bool              `yaml:"tickets" json:"tickets,omitempty"`     // issues are tickets
	Labels    []string          `yaml:"labels" json:"labels,omitempty"`       // only issues with one of these labels are tickets
	Classes   map[string]string `yaml:"classes" json:"classes,omitempty"`     // labels that say of which class a ticket is: {bug: defect, enhancement: feature}
	Incidents Incidents         `yaml:"incidents" json:"incidents,omitempty"` // issues that are incidents instead
}

// Incidents says which issues are incidents.
type Incidents struct {
	Labels   []string `yaml:"labels" json:"labels,omitempty"`     // issues with one of these labels are incidents
	Service  string   `yaml:"service" json:"service,omitempty"`   // regular expression over labels: its group is the service; default: service:NAME. Without such a label it is the repository's own
	Severity string   `yaml:"severity" json:"severity,omitempty"` // regular expression over labels: its group is the severity; default: severity:NAME
}

// EnvironmentRule says what an environment's name means. In Service and Environment, $name is a named group of Match.
type EnvironmentRule struct {
	Match       string `yaml:"match" json:"match"`                       // regular expression over the environment's name, such as ^(?P<service>.+)/(?P<environment>.+)$
	Repo        string `yaml:"repo" json:"repo,omitempty"`               // only in repositories of this glob
	Service     string `yaml:"service" json:"service,omitempty"`         // default: the group "service", else the payload's, else the repository's name
	Environment string `yaml:"environment" json:"environment,omitempty"` // default: the group "environment", else the name as it is
	Kind        string `yaml:"kind" json:"kind,omitempty"`               // production, staging, testing, development; default: by the name
	Ignore      bool   `yaml:"ignore" json:"ignore,omitempty"`           // deployments there do not count, such as previews of pull requests
}

// Validate finds what can be found wrong without asking GitHub.
func (c Configuration) Validate() error {
	var faults []error
	add := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if c.BaseURL != "" {
		if u, err := url.Parse(c.BaseURL); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			add("`base_url` %q is no address; give the server's, such as https://github.example.com", c.BaseURL)
		}
	}
	if len(c.Repos)+len(c.Organisations) == 0 {
		add("a GitHub source needs `repos` (owner/name, or globs of them) or `organisations`")
	}
	for _, name := range c.Repos {
		if owner, rest, ok := strings.Cut(name, "/"); !ok || owner == "" || rest == "" || strings.Contains(rest, "/") || isGlob(owner) {
			add("%q in `repos` is not owner/name (the name, but not the owner, may have the wildcards * and ?)", name)
		}
	}
	for field, patterns := range map[string][]string{"repos": c.Repos, "exclude": c.Exclude, "branches": c.Branches} {
		for _, p := range patterns {
			if !doublestar.ValidatePattern(p) {
				add("%q in `%s` is no glob", p, field)
			}
		}
	}
	for _, name := range c.Organisations {
		if name == "" || strings.Contains(name, "/") {
			add("%q in `organisations` is not the name of an organisation", name)
		}
	}
	for _, name := range c.Teams {
		if org, slug, ok := strings.Cut(name, "/"); !ok || org == "" || slug == "" {
			add("%q in `teams` is not org/slug; org/* are all teams of an organisation", name)
		}
	}
	faults = append(faults, c.validateCredentials()...)
	for field, r := range map[string]Releases{"releases": c.Releases, "tags": c.Tags} {
		if _, err := regexp.Compile(r.Pattern); err != nil {
			add("`%s.pattern` is no regular expression: %w", field, err)
		}
		if !slices.Contains([]string{"", "production", "staging", "testing", "development"}, r.Kind) {
			add("`%s.kind` %q is none of production, staging, testing, development", field, r.Kind)
		}
		if r.Environment == "" && r.Pattern != "" {
			add("`%s` needs the `environment` that they are deployed to, such as production", field)
		}
	}
	if c.PageSize < 0 || c.PageSize > 100 {
		add("`page_size` is %d; GitHub gives at most 100 items at once", c.PageSize)
	}
	if _, err := NewMapping(c); err != nil {
		faults = append(faults, err)
	}
	return errors.Join(faults...)
}

func (c Configuration) validateCredentials() []error {
	var faults []error
	app := c.App != App{}
	switch {
	case app && !c.Token.IsZero():
		faults = append(faults, errors.New("give either `token` or `app`, not both"))
	case !app && c.Token.IsZero():
		faults = append(faults, errors.New("GitHub answers nobody's GraphQL queries: give a `token` ({env: GITHUB_TOKEN}) or an `app`"))
	case app && (c.App.ID <= 0 || c.App.Installation <= 0 || c.App.PrivateKey.IsZero()):
		faults = append(faults, errors.New("`app` needs `id`, `installation` and `private_key`"))
	}
	for _, s := range []secret.Secret{c.Token, c.App.PrivateKey} {
		if err := s.Validate(); err != nil {
			faults = append(faults, err)
		}
	}
	return faults
}

func isGlob(name string) bool { return strings.ContainsAny(name, "*?[{") }

// on tells whether something is wanted that is unless it is switched off.
func on(b *bool) bool { return b == nil || *b }

// fingerprint changes when records of the same payloads would be made differently: they are collected again then.
func (c Configuration) fingerprint() string {
	text, err := json.Marshal([]any{form, c.JobQueueTimes, c.Environments, c.Builds, c.Releases, c.Tags, c.Issues})
	if err != nil {
		panic(err) // texts and switches only: cannot fail
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:6])
}

// form counts up when a later Weir makes other records of the same payloads.
const form = 2
