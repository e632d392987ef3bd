package gitlab

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/weirhq/weir/collectors/promotion"
	"github.com/weirhq/weir/collectors/secret"
)

// Configuration says which projects of which GitLab to collect and how to understand them.
type Configuration struct {
	URL       string        `yaml:"url" json:"url,omitempty"`               // where GitLab is; default: https://gitlab.com
	Token     secret.Secret `yaml:"token" json:"token,omitempty"`           // with the scope read_api, of a user or bot that is at least Reporter in the projects
	TokenType string        `yaml:"token_type" json:"token_type,omitempty"` // private (personal, project and group access tokens), oauth or job; default: private

	Projects []string `yaml:"projects" json:"projects,omitempty"` // full paths or globs, such as acme/shop or acme/**
	Groups   []string `yaml:"groups" json:"groups,omitempty"`     // all projects of these groups and of those in them
	Exclude  []string `yaml:"exclude" json:"exclude,omitempty"`   // globs of full paths that are left out
	Archived bool     `yaml:"archived" json:"archived,omitempty"` // archived projects as well

	Skip           []string `yaml:"skip" json:"skip,omitempty"`                       // lists that are not collected: commits, merge_requests, pipelines, deployments, issues
	Issues         string   `yaml:"issues" json:"issues,omitempty"`                   // which issues: incidents, all (the others are tickets) or none; default: incidents
	IncidentLabels []string `yaml:"incident_labels" json:"incident_labels,omitempty"` // issues with one of these labels are incidents, besides those of the type
	StatusLabels   string   `yaml:"status_labels" json:"status_labels,omitempty"`     // the scope of the labels that say where a ticket stands, such as workflow:: ; default: tickets are opened or closed

	Services    map[string]string `yaml:"services" json:"services,omitempty"`       // the service of a project, by its full path; default: the last part of the path
	Deployments promotion.Rules   `yaml:"deployments" json:"deployments,omitempty"` // which pipelines and jobs are deployments; rules with ci_environment rename or leave out those that GitLab knows itself
}

// lists are what can be collected of a project, in the order in which it is.
var lists = []string{"commits", "merge_requests", "pipelines", "deployments", "issues"}

// Validate finds what cannot be right without asking GitLab.
func (c Configuration) Validate() error {
	if len(c.Projects)+len(c.Groups) == 0 {
		return errors.New("`projects` or `groups` is missing: what is to be collected?")
	}
	return c.consistent()
}

// consistent finds what cannot be right whatever is to be collected.
func (c Configuration) consistent() error {
	u, err := url.Parse(c.address())
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return errors.New("`url` is not an address such as https://gitlab.example.org")
	case u.User != nil:
		return errors.New("`url` has a user or password in it; give `token`")
	case !slices.Contains([]string{"", "private", "oauth", "job"}, c.TokenType):
		return fmt.Errorf("`token_type` is private, oauth or job, not %q", c.TokenType)
	case !slices.Contains([]string{"", "none", "incidents", "all"}, c.Issues):
		return fmt.Errorf("`issues` is incidents, all or none, not %q", c.Issues)
	}
	for _, list := range c.Skip {
		if !slices.Contains(lists, list) {
			return fmt.Errorf("`skip` does not know %q; it knows %s", list, strings.Join(lists, ", "))
		}
	}
	for _, g := range slices.Concat(c.Projects, c.Exclude) {
		if !doublestar.ValidatePattern(g) {
			return fmt.Errorf("%q is neither a project's full path nor a glob such as acme/**", g)
		}
	}
	for _, g := range c.Projects {
		if isGlob(g) && groupOf(g) == "" {
			return fmt.Errorf("the glob %q must begin with a group, such as acme/**", g)
		}
	}
	if err := c.Token.Validate(); err != nil {
		return fmt.Errorf("`token`: %w", err)
	}
	return c.Deployments.Validate()
}

func (c Configuration) address() string {
	if c.URL == "" {
		return "https://gitlab.com"
	}
	return strings.TrimSuffix(c.URL, "/")
}

// collects tells whether a list is collected.
func (c Configuration) collects(list string) bool {
	if list == "issues" && c.Issues == "none" {
		return false
	}
	return !slices.Contains(c.Skip, list)
}

func isGlob(text string) bool { return strings.ContainsAny(text, `*?[{\`) }

// groupOf is the group in which everything is that a glob can match.
func groupOf(glob string) string {
	base, _ := doublestar.SplitPattern(glob)
	if base == "." {
		return ""
	}
	return base
}

func (c Configuration) excludes(project string) bool { return matchesAny(c.Exclude, project) }

func matchesAny(globs []string, project string) bool {
	return slices.ContainsFunc(globs, func(g string) bool {
		ok, _ := doublestar.Match(g, project) // the globs are known to be right
		return ok
	})
}

func (c Configuration) serviceOf(project string) string {
	if s := c.Services[project]; s != "" {
		return s
	}
	return path.Base(project)
}

// form counts up when a later Weir makes other records of the same answers.
const form = 2

// fingerprint changes whenever the same answers would make other records.
func (c Configuration) fingerprint(project string) string {
	text, err := json.Marshal([]any{form, c.Issues, c.IncidentLabels, c.StatusLabels, c.serviceOf(project), c.Deployments})
	if err != nil {
		panic(err) // strings only: cannot fail
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}
