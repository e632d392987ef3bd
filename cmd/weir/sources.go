package main

import (
	"cmp"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/collectors/access"
	"github.com/weirhq/weir/collectors/archive"
	"github.com/weirhq/weir/collectors/git"
	"github.com/weirhq/weir/collectors/github"
	"github.com/weirhq/weir/collectors/gitlab"
	"github.com/weirhq/weir/collectors/jenkins"
	"github.com/weirhq/weir/collectors/jira"
	"github.com/weirhq/weir/collectors/opsgenie"
	"github.com/weirhq/weir/collectors/pagerduty"
	"github.com/weirhq/weir/collectors/statuspage"
	"github.com/weirhq/weir/collectors/watch"
	"github.com/weirhq/weir/collectors/webhook"
	"github.com/weirhq/weir/metrics"
)

// Collection is what holds of all sources.
type Collection struct {
	// Requests to one host at the same time; default 4.
	ParallelRequests int `yaml:"parallel_requests" json:"parallel_requests,omitempty" jsonschema:"minimum=1"`
	// How long the vendors' answers are kept, compressed, in the data directory, such as 720h, so that `weir replay` can map them anew. Default: they are not kept.
	KeepAnswers string `yaml:"keep_answers" json:"keep_answers,omitempty"`
}

func (c Collection) keepFor() (time.Duration, error) {
	if c.KeepAnswers == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(c.KeepAnswers)
	if err != nil || d <= 0 {
		return 0, fmt.Errorf("collection.keep_answers: %q is not a duration such as 720h", c.KeepAnswers)
	}
	return d, nil
}

// answersFolder is where the vendors' answers are kept within the data directory.
const answersFolder = "answers"

// fleet is the configured sources with what they share.
type fleet struct {
	sources []collectors.Source
	options collectors.Options
}

// SourceConfiguration is one source of records; exactly one kind of it is given.
type SourceConfiguration struct {
	// What the source is called: it stands in every record that it wrote.
	Name string `yaml:"name" json:"name"`
	// Cron, in UTC unless it begins with CRON_TZ=Zone; or @hourly, @every 30m; never: only when asked for. Default: every quarter of an hour.
	Schedule string `yaml:"schedule" json:"schedule,omitempty"`
	// A git repository, read without any code host.
	Git *git.Configuration `yaml:"git" json:"git,omitempty"`
	// GitHub: commits, pull requests, Actions, deployments, issues.
	GitHub *github.Configuration `yaml:"github" json:"github,omitempty"`
	// Jira: tickets, and incidents.
	Jira *jira.Configuration `yaml:"jira" json:"jira,omitempty"`
	// Jenkins: builds, and deployments by rules.
	Jenkins *jenkins.Configuration `yaml:"jenkins" json:"jenkins,omitempty"`
	// GitLab: commits, merge requests, pipelines, deployments, incidents.
	GitLab *gitlab.Configuration `yaml:"gitlab" json:"gitlab,omitempty"`
	// PagerDuty: incidents.
	PagerDuty *pagerduty.Configuration `yaml:"pagerduty" json:"pagerduty,omitempty"`
	// Opsgenie: incidents.
	Opsgenie *opsgenie.Configuration `yaml:"opsgenie" json:"opsgenie,omitempty"`
	// Statuspage: incidents.
	Statuspage *statuspage.Configuration `yaml:"statuspage" json:"statuspage,omitempty"`
	// A folder that is watched for the import's files.
	Files *watch.Configuration `yaml:"files" json:"files,omitempty"`
}

// surroundings is what collectors need of this process besides their configuration.
type surroundings struct {
	dataDir  string
	importer watch.Importer // nil where nothing is collected
	access   access.Options // how requests are made; the zero value is good
}

// kind is one way to collect: how it is configured, and how its collector is made.
type kind struct {
	name       string
	given      bool
	asks       bool // by requests that go through a line
	validate   func() error
	credential func() string // tells credentials apart; sources of one credential share its budget of requests
	make       func(*access.Line) (collectors.Collector, error)
}

// configured is what the configurations of the vendors' collectors have in common.
type configured interface{ Validate() error }

// kindOf describes a kind of source whose requests go through a line.
func kindOf[C configured, T collectors.Collector](name string, c *C, credential func(C) []any, collector func(C, *access.Line) (T, error)) kind {
	return kind{
		name: name, given: c != nil, asks: name != "files",
		validate:   func() error { return (*c).Validate() },
		credential: func() string { return fmt.Sprintln(credential(*c)...) },
		make:       func(line *access.Line) (collectors.Collector, error) { return collector(*c, line) },
	}
}

// kinds lists every kind of source. A new one is a field of SourceConfiguration and an entry here.
func (s SourceConfiguration) kinds(in surroundings) []kind {
	return []kind{
		{
			name: "git", given: s.Git != nil,
			validate: func() error { return nil }, credential: func() string { return "" },
			make: func(*access.Line) (collectors.Collector, error) {
				c := *s.Git
				c.CacheDir = filepath.Join(in.dataDir, clonesFolder)
				return git.New(c)
			},
		},
		kindOf("github", s.GitHub, func(c github.Configuration) []any { return []any{c.BaseURL, c.Token, c.App.ID, c.App.Installation} }, github.New),
		kindOf("jira", s.Jira, func(c jira.Configuration) []any { return []any{c.URL, c.Auth.Email, c.Auth.Token} }, jira.New),
		kindOf("jenkins", s.Jenkins, func(c jenkins.Configuration) []any { return []any{c.URL, c.User} }, jenkins.New),
		kindOf("gitlab", s.GitLab, func(c gitlab.Configuration) []any { return []any{c.URL, c.Token} }, gitlab.New),
		kindOf("pagerduty", s.PagerDuty, func(c pagerduty.Configuration) []any { return []any{c.URL, c.Token} }, pagerduty.New),
		kindOf("opsgenie", s.Opsgenie, func(c opsgenie.Configuration) []any { return []any{c.URL, c.Token} }, opsgenie.New),
		kindOf("statuspage", s.Statuspage, func(c statuspage.Configuration) []any { return []any{c.URL, c.Token} }, statuspage.New),
		kindOf("files", s.Files, func(watch.Configuration) []any { return nil }, func(c watch.Configuration, _ *access.Line) (*watch.Collector, error) {
			return watch.New(c, in.importer)
		}),
	}
}

// clonesFolder is where clones of URLs are kept within the data directory.
const clonesFolder = "git"

// chosen is the one kind that is given.
func (s SourceConfiguration) chosen(in surroundings) (kind, error) {
	var given []kind
	var names []string
	for _, k := range s.kinds(in) {
		names = append(names, k.name)
		if k.given {
			given = append(given, k)
		}
	}
	switch len(given) {
	case 1:
		return given[0], nil
	case 0:
		return kind{}, fmt.Errorf("source %q says not where it reads from; give it one of: %s", s.Name, strings.Join(names, ", "))
	default:
		return kind{}, fmt.Errorf("source %q reads from both %s and %s; make them two sources", s.Name, given[0].name, given[1].name)
	}
}

// sourceNamed finds a configured source.
func (c configuration) sourceNamed(name string) (SourceConfiguration, error) {
	var known []string
	for _, s := range c.Sources {
		if s.Name == name {
			return s, nil
		}
		known = append(known, s.Name)
	}
	return SourceConfiguration{}, unknownSource(name, known)
}

// unknownSource names the source that was probably meant.
func unknownSource(name string, known []string) error {
	if best := metrics.Nearest(name, known); best != "" {
		return usagef("there is no source %q; did you mean %q?", name, best)
	}
	if len(known) == 0 {
		return usagef("there is no source %q; none is configured", name)
	}
	return usagef("there is no source %q; configured are: %s", name, strings.Join(known, ", "))
}

func (c configuration) validateSources() error {
	if _, err := c.Collection.keepFor(); err != nil {
		return err
	}
	names := map[string]bool{}
	for i, s := range c.Sources {
		if s.Name == "" {
			return fmt.Errorf("sources[%d] has no name", i)
		}
		if names[s.Name] {
			return fmt.Errorf("two sources are called %q; each needs a name of its own", s.Name)
		}
		names[s.Name] = true
		if strings.Contains(s.Name, "\n") {
			return fmt.Errorf("the name %q has a line break in it", s.Name)
		}
		if s.Schedule != neverSchedule {
			if err := collectors.ValidSchedule(s.Schedule); err != nil {
				return fmt.Errorf("source %q: the schedule: %w", s.Name, err)
			}
		}
		k, err := s.chosen(surroundings{})
		if err != nil {
			return err
		}
		if err := k.validate(); err != nil {
			return fmt.Errorf("source %q: %w", s.Name, err)
		}
	}
	hooks, err := webhook.Complete(c.Hooks)
	if err != nil {
		return err
	}
	for _, h := range hooks {
		if names[h.Name] {
			return fmt.Errorf("a source and a hook are both called %q; each needs a name of its own", h.Name)
		}
		if h.Source != "" && !names[h.Source] {
			return fmt.Errorf("the hook %q is for the source %q, which is not configured", h.Name, h.Source)
		}
	}
	return nil
}

// When sources are collected that do not say when. The jitter keeps many of them, and many installations, from asking at
// the same second.
const (
	usualSchedule = "*/15 * * * *"
	neverSchedule = "never"
	usualJitter   = time.Minute
)

// fleet makes the collectors of the configured sources.
func (c configuration) fleet(in surroundings, log *slog.Logger) (f fleet, err error) {
	f.options.Log = log
	o := in.access
	o.Parallel = c.Collection.ParallelRequests
	if f.options.KeepFor, err = c.Collection.keepFor(); err != nil {
		return f, err
	}
	if f.options.KeepFor > 0 {
		f.options.Archive = archive.New(filepath.Join(in.dataDir, answersFolder))
		o.Keep = f.options.Archive
	}
	gate := access.New(o)
	for _, s := range c.Sources {
		source, err := s.source(in, gate, log)
		if err != nil {
			return f, fmt.Errorf("%s: source %q: %w", c.file, s.Name, err)
		}
		f.sources = append(f.sources, source)
	}
	return f, nil
}

func (s SourceConfiguration) source(in surroundings, gate *access.Gate, log *slog.Logger) (source collectors.Source, err error) {
	k, err := s.chosen(in)
	if err != nil {
		return source, err
	}
	source = collectors.Source{Name: s.Name, Kind: k.name, Schedule: cmp.Or(s.Schedule, usualSchedule), Jitter: usualJitter}
	if source.Schedule == neverSchedule {
		source.Schedule = ""
	}
	line := gate.Line(s.Name, k.name+" "+k.credential(), log.With("source", s.Name))
	if k.asks {
		source.Line = line
	}
	source.Collector, err = k.make(line)
	return source, err
}
