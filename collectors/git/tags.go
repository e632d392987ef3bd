package git

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/weirhq/weir/warehouse"
)

// releaseTag is what a release's tag looks like unless the configuration knows better: a version of at least two numbers
// (1.2.3, v1.2, 2024.01.31), one with a name before it (checkout-1.2.3, api/v1.2.3, pkg@1.2.3, REL_16_1), or release-… with anything.
var releaseTag = regexp.MustCompile(`(?i)^(?:` +
	`(?:(?P<name>[a-z@][a-z0-9@/._-]*?)[-_/@])?v?(?P<version>\d+(?:[._]\d+)+(?:[._-]?(?:final|release|ga|\d+))?(?:\+[0-9a-z.-]+)?)` +
	`|releases?[-_/](?P<release>\S+))$`)

// preRelease finds the marks of what was not meant for production, in a release's name or standing alone before a version.
var preRelease = regexp.MustCompile(`(?i)(?:^|[^a-z])(?:rc|alpha|beta|pre|preview|dev|snapshot|nightly|canary|test|milestone|m|a|b)(?:[^a-z]|$)`)

// tagPattern says which tags are deployments and what their names tell.
type tagPattern struct {
	text    string // "" means releaseTag
	pattern *regexp.Regexp
}

func newTagPattern(text string) (*tagPattern, error) {
	if text == "" {
		return &tagPattern{pattern: releaseTag}, nil
	}
	pattern, err := regexp.Compile(text)
	if err != nil {
		return nil, fmt.Errorf("the pattern for tags is not a regular expression: %w", err)
	}
	for _, name := range pattern.SubexpNames() {
		if !slices.Contains([]string{"", "service", "version", "environment"}, name) {
			return nil, fmt.Errorf("the pattern for tags names a group %q; only service, version and environment mean something", name)
		}
	}
	return &tagPattern{text, pattern}, nil
}

// named is what a deployment's tag tells; "" where it says nothing.
type named struct{ service, version, environment string }

func (p *tagPattern) match(tag string) (named, bool) {
	groups := p.pattern.FindStringSubmatch(tag)
	if groups == nil {
		return named{}, false
	}
	group := func(name string) string {
		if i := p.pattern.SubexpIndex(name); i >= 0 {
			return groups[i]
		}
		return ""
	}
	n := named{group("service"), group("version"), group("environment")}
	if p.text == "" {
		if release := group("release"); release != "" {
			n.version = release
		}
		if preRelease.MatchString(group("release")) || preRelease.FindString(group("name")) == group("name") && group("name") != "" {
			return named{}, false
		}
	}
	if n.version == "" {
		n.version = tag
	}
	return n, true
}

// tag is a tag that points to a commit and that the pattern matches.
type tag struct {
	name   string
	object string // what the ref holds: the annotated tag's own id, or the commit's
	commit string
	at     time.Time // when it was made: the tagger's date, else the commit's
}

// tags lists the tags that are deployments, and tells the finding about the others.
func (r *repository) tags(ctx context.Context, pattern *tagPattern, found *Finding) ([]tag, error) {
	var all []tag
	var annotated []string // "<id>^{commit}" of each, to be peeled in one go
	err := r.lines(ctx, nil, func(line string) error {
		f := strings.Split(line, "\x00")
		name, isTag := strings.CutPrefix(f[0], "refs/tags/")
		if len(f) != 5 || !isTag {
			return fmt.Errorf("git listed a tag in a form that was not asked for: %.80q", line)
		}
		if _, ok := pattern.match(name); !ok {
			found.unmatched(readable(name))
			return nil
		}
		t := tag{name: name, object: f[1]}
		if f[2] == "commit" {
			t.commit = f[1]
		} else {
			annotated = append(annotated, f[1]+"^{commit}")
		}
		if n, err := strconv.ParseInt(f[3]+f[4], 10, 64); err == nil {
			t.at, _ = moment(strconv.FormatInt(n, 10))
		}
		all = append(all, t)
		return nil
	}, "for-each-ref", "--format=%(refname)%00%(objectname)%00%(objecttype)%00%(taggerdate:unix)%00%(committerdate:unix)", "refs/tags")
	if err != nil {
		return nil, fmt.Errorf("list the tags of %s: %w", r.name, err)
	}
	commits, err := r.peel(ctx, annotated)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(t tag) bool {
		if t.commit == "" && commits[t.object] == "" {
			found.TagsElsewhere++
			return true
		}
		return false
	})
	for i := range all {
		if all[i].commit == "" {
			all[i].commit = commits[all[i].object]
		}
		found.matched(readable(all[i].name))
	}
	return all, r.dateUndated(ctx, all)
}

// peel says which commit each annotated tag points to, through tags of tags; those of trees and files are absent.
func (r *repository) peel(ctx context.Context, queries []string) (map[string]string, error) {
	commits := map[string]string{}
	if len(queries) == 0 {
		return commits, nil
	}
	i := 0
	err := r.lines(ctx, queries, func(line string) error {
		if i >= len(queries) {
			return errors.New("git answered more than it was asked")
		}
		asked, _, _ := strings.Cut(queries[i], "^")
		if id, kind, _ := strings.Cut(line, " "); kind == "commit" {
			commits[asked] = id
		}
		i++
		return nil
	}, "cat-file", "--batch-check=%(objectname) %(objecttype)", "--buffer")
	if err != nil {
		return nil, fmt.Errorf("find the commits of the tags of %s: %w", r.name, err)
	}
	return commits, nil
}

// dateUndated gives annotated tags without a tagger (very old ones) the date of their commit.
func (r *repository) dateUndated(ctx context.Context, tags []tag) error {
	var ask []string
	for _, t := range tags {
		if t.at.IsZero() {
			ask = append(ask, t.commit)
		}
	}
	dates := map[string]time.Time{}
	err := r.log(ctx, ask, func(c commit) error {
		dates[c.sha] = c.committed
		return nil
	}, "--no-walk=unsorted")
	if err != nil {
		return fmt.Errorf("read the dates of the tags of %s: %w", r.name, err)
	}
	for i, t := range tags {
		if t.at.IsZero() {
			tags[i].at = dates[t.commit]
		}
	}
	return nil
}

// deployment is the record of a tag. Only its key matters where tag has a name alone.
func (s settings) deployment(pattern *tagPattern, t tag) warehouse.Deployment {
	n, _ := pattern.match(t.name)
	d := warehouse.Deployment{
		Service: readable(n.service), Environment: readable(n.environment), ID: readable(t.name), EnvironmentKind: s.EnvironmentKind,
		Repo: s.Repo, SHA: t.commit, Version: readable(n.version), FinishedAt: t.at, Result: "success",
	}
	if d.Service == "" {
		d.Service = s.Service
	}
	if d.Environment == "" {
		d.Environment = s.Environment
	}
	return d
}
