package jira

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/weirhq/weir/collectors/secret"
)

// Configuration says which issues of which Jira to collect and how to understand them.
type Configuration struct {
	// The address of the site, such as https://acme.atlassian.net. With OAuth: https://api.atlassian.com/ex/jira/CLOUD_ID.
	URL string `yaml:"url" json:"url"`
	// cloud or data_center; by default Jira is asked what it is.
	Deployment string `yaml:"deployment" json:"deployment,omitempty" jsonschema:"enum=cloud,enum=data_center"`
	// How to sign in: an API token with its e-mail address (Cloud), a personal access token (Data Center), or OAuth 2.
	Auth Auth `yaml:"auth" json:"auth"`
	// Keys of projects; * stands for any letters, so "*" alone means all that may be read.
	Projects []string `yaml:"projects" json:"projects,omitempty"`
	// Numbers of boards whose filters' issues are collected.
	Boards []int64 `yaml:"boards" json:"boards,omitempty"`
	// A query whose issues are collected, without ORDER BY.
	JQL string `yaml:"jql" json:"jql,omitempty"`
	// Which custom fields carry what, by their names.
	Fields Fields `yaml:"fields" json:"fields,omitempty"`
	// Which issues are a feature, a defect, a risk or debt. What is configured for a class replaces its default.
	Classes map[string]Class `yaml:"classes" json:"classes,omitempty"`
	// What the descriptions of links mean: "depends on": is_blocked_by. Kinds: blocks, is_blocked_by, causes, is_caused_by, relates.
	Links map[string]string `yaml:"links" json:"links,omitempty"`
	// Whether the remote links of issues are read, which lead to pull requests and commits: a request for each issue that
	// has any. Default: true.
	RemoteLinks *bool `yaml:"remote_links" json:"remote_links,omitempty"`
	// Which issues are incidents.
	Incidents Incidents `yaml:"incidents" json:"incidents,omitempty"`
	// Names of groups whose members are read.
	Groups []string `yaml:"groups" json:"groups,omitempty"`
}

// Auth is one of three ways to sign in.
type Auth struct {
	// The e-mail address that an API token belongs to (Cloud).
	Email string `yaml:"email" json:"email,omitempty"`
	// An API token (with email) or a personal access token (without).
	Token secret.Secret `yaml:"token" json:"token,omitempty"`
	// OAuth 2.
	OAuth OAuth `yaml:"oauth" json:"oauth,omitempty"`
}

// OAuth is an application's access by OAuth 2, in the name of a person (with a refresh token) or of its own (without).
type OAuth struct {
	ClientID     string        `yaml:"client_id" json:"client_id,omitempty"`
	ClientSecret secret.Secret `yaml:"client_secret" json:"client_secret,omitempty"`
	// Atlassian replaces it at every use: name a file that Weir may write, so that the new one is kept.
	RefreshToken secret.Secret `yaml:"refresh_token" json:"refresh_token,omitempty"`
	// Where tokens are given out; default: Atlassian's.
	TokenURL string `yaml:"token_url" json:"token_url,omitempty"`
}

// Fields are names (or ids, such as customfield_10016) of custom fields. Several fields of a name are all looked at.
type Fields struct {
	StoryPoints string `yaml:"story_points" json:"story_points,omitempty"` // default: Story Points, Story point estimate
	Team        string `yaml:"team" json:"team,omitempty"`                 // default: Team
	Severity    string `yaml:"severity" json:"severity,omitempty"`         // of incidents; default: Severity, else the priority
	Sprint      string `yaml:"sprint" json:"sprint,omitempty"`             // default: Jira's own
	Flagged     string `yaml:"flagged" json:"flagged,omitempty"`           // default: Flagged
	EpicLink    string `yaml:"epic_link" json:"epic_link,omitempty"`       // default: Jira's own
}

// Class says which issues belong to a class: those with one of the labels, else those of one of the types.
type Class struct {
	Types  []string `yaml:"types" json:"types,omitempty"`   // names of issue types, in any case
	Labels []string `yaml:"labels" json:"labels,omitempty"` // in any case
}

// Incidents says which issues are incidents instead of tickets, and where their facts stand.
type Incidents struct {
	// Projects whose issues are incidents.
	Projects []string `yaml:"projects" json:"projects,omitempty"`
	// Issue types that are incidents; with projects, only there.
	Types []string `yaml:"types" json:"types,omitempty"`
	// Where the disturbed services stand.
	Services Services `yaml:"services" json:"services,omitempty"`
	// The field with the moment at which it started; default: the creation of the issue.
	Started string `yaml:"started" json:"started,omitempty"`
	// The field with the moment at which it was noticed; default: the creation of the issue.
	Detected string `yaml:"detected" json:"detected,omitempty"`
	// The field with the moment, or the service level agreement, of the first response; default: the first status in progress.
	Acknowledged string `yaml:"acknowledged" json:"acknowledged,omitempty"`
	// The field that names the deployment that caused it.
	Deployment string `yaml:"deployment" json:"deployment,omitempty"`
	// The field that names the commit that caused it.
	Commit string `yaml:"commit" json:"commit,omitempty"`
}

// Services says how the services of an incident are found.
type Services struct {
	From  string            `yaml:"from" json:"from,omitempty"`   // components, labels or a field's name; default: components
	Names map[string]string `yaml:"names" json:"names,omitempty"` // what stands there: the service; what is not named here is a service's name itself
}

var classes = []string{"risk", "debt", "defect", "feature"}

var linkKinds = []string{"blocks", "is_blocked_by", "causes", "is_caused_by", "relates"}

var (
	projectPattern = regexp.MustCompile(`^[A-Za-z0-9_*]+$`)
	ordering       = regexp.MustCompile(`(?i)\border\s+by\b`)
)

// Validate finds what can be found wrong without asking Jira.
func (c Configuration) Validate() error {
	u, err := url.Parse(c.URL)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return errors.New("a jira source needs the `url` of the site, such as https://acme.atlassian.net")
	}
	if !slices.Contains([]string{"", cloud, dataCenter}, c.Deployment) {
		return fmt.Errorf("the deployment %q is neither cloud nor data_center", c.Deployment)
	}
	if err := c.Auth.validate(); err != nil {
		return err
	}
	if len(c.Projects)+len(c.Boards) == 0 && strings.TrimSpace(c.JQL) == "" {
		return errors.New("a jira source needs `projects` (\"*\" means all), `boards` or `jql`")
	}
	for _, p := range slices.Concat(c.Projects, c.Incidents.Projects) {
		if !projectPattern.MatchString(p) {
			return fmt.Errorf("%q is not the key of a project, such as PAY", p)
		}
	}
	if ordering.MatchString(c.JQL) {
		return errors.New("leave ORDER BY out of `jql`: the order is the collector's")
	}
	for class := range c.Classes {
		if !slices.Contains(classes, class) {
			return fmt.Errorf("the class %q is none of feature, defect, risk, debt", class)
		}
	}
	for text, kind := range c.Links {
		if !slices.Contains(linkKinds, kind) {
			return fmt.Errorf("the link %q is mapped to %q, which is none of %s", text, kind, strings.Join(linkKinds, ", "))
		}
	}
	return nil
}

func (a Auth) validate() error {
	for name, s := range map[string]secret.Secret{"token": a.Token, "oauth.client_secret": a.OAuth.ClientSecret, "oauth.refresh_token": a.OAuth.RefreshToken} {
		if err := s.Validate(); err != nil {
			return fmt.Errorf("auth.%s: %w", name, err)
		}
	}
	switch {
	case a.OAuth.ClientID != "" && !a.Token.IsZero():
		return errors.New("auth has either a `token` or `oauth`, not both")
	case a.OAuth.ClientID != "" && a.OAuth.ClientSecret.IsZero():
		return errors.New("auth.oauth needs a `client_secret` beside its `client_id`")
	case a.OAuth.ClientID == "" && a.Token.IsZero():
		return errors.New("a jira source needs auth: `email` and `token` (Cloud), `token` alone (Data Center) or `oauth`")
	}
	return nil
}

// selects tells whether a project is one of those that the patterns name.
func selects(patterns []string, key string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		matched, err := path.Match(strings.ToUpper(p), strings.ToUpper(key))
		return err == nil && matched
	})
}
