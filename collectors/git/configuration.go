package git

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// Configuration says which repository to read and how to understand it.
type Configuration struct {
	Path            string `yaml:"path"`             // a folder on this machine, read in place and never written to; either Path or URL
	URL             string `yaml:"url"`              // anything that git can clone; kept as a bare clone without file contents below CacheDir
	CacheDir        string `yaml:"-"`                // where clones of URLs are kept; needed with URL
	Repo            string `yaml:"repo"`             // the records' name of the repository; default: owner/name of the origin's URL, else the folder's name
	Service         string `yaml:"service"`          // which service a tag deploys; default: the last part of Repo
	Branch          string `yaml:"branch"`           // the mainline; default: the remote's default branch, else the one that is checked out
	Tags            string `yaml:"tags"`             // regular expression: which tags are deployments; see releaseTag for the default
	Environment     string `yaml:"environment"`      // where a tag deploys to; default: production
	EnvironmentKind string `yaml:"environment_kind"` // production, staging, testing, development; default: by the environment's name
	LineCounts      bool   `yaml:"line_counts"`      // count added and deleted lines; needs the files' contents, so it is slow and URLs are cloned whole
}

// defaultEnvironment is where a release tag goes unless the configuration knows better.
const defaultEnvironment = "production"

// validate finds what can be found wrong without looking at the repository.
func (c Configuration) validate() (*tagPattern, error) {
	switch {
	case c.Path == "" && c.URL == "":
		return nil, errors.New("a git source needs the path or the URL of a repository")
	case c.Path != "" && c.URL != "":
		return nil, errors.New("a git source needs either a path or a URL, not both")
	case strings.HasPrefix(c.URL, "-") || strings.Contains(c.URL, "::"):
		// The first would be an option to git, the second names a program to run.
		return nil, fmt.Errorf("%q is not the URL of a repository", withoutPassword(c.URL))
	case c.URL != "" && c.CacheDir == "":
		return nil, errors.New("a git source with a URL needs a cache directory to keep its clone in")
	}
	switch c.EnvironmentKind {
	case "", "production", "staging", "testing", "development":
	default:
		return nil, fmt.Errorf("the environment kind %q is none of production, staging, testing, development", c.EnvironmentKind)
	}
	return newTagPattern(c.Tags)
}

// nameByURL is the records' name of a repository that is read by its URL.
func (c Configuration) nameByURL() string {
	if c.Repo != "" {
		return c.Repo
	}
	if name := nameOfURL(c.URL); name != "" {
		return name
	}
	return nameOfFolder(strings.TrimPrefix(c.URL, "file://"))
}

// serviceOf is what a tag of the repository deploys.
func (c Configuration) serviceOf(repo string) string {
	if c.Service != "" {
		return c.Service
	}
	return path.Base(repo)
}

// scpLike is user@host:path, git's short form of an ssh URL. A single letter before the colon is a drive, not a host.
var scpLike = regexp.MustCompile(`^(?:[^/@:]+@)?[^/@:]{2,}:(.+)$`)

// nameOfURL is owner/name (with all groups where they are nested) of a repository's URL, "" when it is a folder's path.
func nameOfURL(address string) string {
	var name string
	if strings.Contains(address, "://") {
		u, err := url.Parse(address)
		if err != nil || u.Scheme == "file" {
			return ""
		}
		name = u.Path
	} else if m := scpLike.FindStringSubmatch(address); m != nil {
		name = m[1]
	}
	name = strings.TrimSuffix(strings.Trim(name, "/"), ".git")
	// Bitbucket Data Center puts its repositories below /scm when they are reached by HTTP.
	return strings.TrimPrefix(name, "scm/")
}

// nameOfFolder is the last part of a repository's path: checkout for …/checkout, …/checkout.git and …/checkout/.git.
func nameOfFolder(folder string) string {
	folder = strings.TrimSuffix(filepath.ToSlash(folder), "/")
	if path.Base(folder) == ".git" {
		folder = path.Dir(folder)
	}
	return strings.TrimSuffix(path.Base(folder), ".git")
}

var userInfo = regexp.MustCompile(`://[^/\s@]+@`)

// withoutPassword removes what stands before the host: messages and logs must not carry tokens.
func withoutPassword(text string) string { return userInfo.ReplaceAllString(text, "://") }
