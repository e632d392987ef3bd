package jenkins

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/weirhq/weir/collectors/promotion"
	"github.com/weirhq/weir/collectors/secret"
)

// Configuration says which jobs of which Jenkins to collect and how to understand them.
type Configuration struct {
	URL         string          `yaml:"url" json:"url"`                           // where Jenkins is, such as https://ci.example.org/jenkins
	User        string          `yaml:"user" json:"user,omitempty"`               // whose token it is
	Token       secret.Secret   `yaml:"token" json:"token,omitempty"`             // an API token of the user, who needs Overall/Read and Job/Read
	Jobs        []string        `yaml:"jobs" json:"jobs,omitempty"`               // globs of full names, such as payments/** (folders are separated by /); none means all
	Exclude     []string        `yaml:"exclude" json:"exclude,omitempty"`         // globs of full names that are left out
	Stages      bool            `yaml:"stages" json:"stages,omitempty"`           // collect the stages of pipelines, one request a build; implied by rules that look at stages
	Unstable    string          `yaml:"unstable" json:"unstable,omitempty"`       // what an unstable build (its tests failed) is: failure or success; default: failure
	Repos       []JobRepo       `yaml:"repos" json:"repos,omitempty"`             // the repositories of jobs that do not say theirs, or say another name
	Deployments promotion.Rules `yaml:"deployments" json:"deployments,omitempty"` // which builds are deployments
}

// JobRepo names the repository of jobs.
type JobRepo struct {
	Jobs string `yaml:"jobs" json:"jobs"` // a glob of full names
	Repo string `yaml:"repo" json:"repo"` // the records' name of the repository, such as acme/shop
}

// Validate finds what cannot be right without asking Jenkins.
func (c Configuration) Validate() error {
	u, err := url.Parse(c.URL)
	switch {
	case c.URL == "":
		return errors.New("`url` is missing: where is Jenkins?")
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return errors.New("`url` is not an address such as https://ci.example.org")
	case u.User != nil:
		return errors.New("`url` has a user or password in it; give `user` and `token`")
	case c.User == "" && !c.Token.IsZero():
		return errors.New("`token` needs `user`: whose token is it?")
	case c.User != "" && c.Token.IsZero():
		return errors.New("`user` needs `token`, such as {env: JENKINS_TOKEN}")
	case c.Unstable != "" && c.Unstable != "failure" && c.Unstable != "success":
		return fmt.Errorf("`unstable` is failure or success, not %q", c.Unstable)
	}
	if err := c.Token.Validate(); err != nil {
		return fmt.Errorf("`token`: %w", err)
	}
	globs := append(append([]string{}, c.Jobs...), c.Exclude...)
	for _, r := range c.Repos {
		if r.Repo == "" || r.Jobs == "" {
			return errors.New("each of `repos` needs `jobs` and `repo`")
		}
		globs = append(globs, r.Jobs)
	}
	for _, g := range globs {
		if !doublestar.ValidatePattern(g) {
			return fmt.Errorf("%q is not a glob of jobs such as payments/**", g)
		}
	}
	return c.Deployments.Validate()
}

func (c Configuration) wantStages() bool { return c.Stages || c.Deployments.NeedStages() }

// remakes tells whether more is made of a build than one record, which is simply replaced.
func (c Configuration) remakes() bool { return c.Stages || len(c.Deployments) > 0 }

// wants tells whether a job is configured to be collected.
func (c Configuration) wants(fullName string) bool {
	wanted := len(c.Jobs) == 0
	for _, g := range c.Jobs {
		wanted = wanted || matches(g, fullName)
	}
	for _, g := range c.Exclude {
		wanted = wanted && !matches(g, fullName)
	}
	return wanted
}

// repoOf is the configured repository of a job, "" when there is none.
func (c Configuration) repoOf(fullName string) string {
	for _, r := range c.Repos {
		if matches(r.Jobs, fullName) {
			return r.Repo
		}
	}
	return ""
}

// matches compares a glob with a job's full name, which has its branch in Jenkins' spelling (feature%2Fcart).
func matches(glob, fullName string) bool {
	ok, _ := doublestar.Match(glob, fullName) // the glob is known to be right
	return ok
}

// fingerprint changes whenever the same builds would make other records.
func (c Configuration) fingerprint(fullName string) string {
	parts := []string{form, c.Deployments.Fingerprint(), c.repoOf(fullName), c.Unstable}
	if c.wantStages() {
		parts = append(parts, "stages")
	}
	return hash(strings.Join(parts, "\n"))
}
