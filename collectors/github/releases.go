package github

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/weirhq/weir/warehouse"
)

// releases is the list of releases, or of tags, where these are deployments. It is short and its items may move, so a
// change of it is followed by reading all of it.
type releases struct {
	*repository
	state *listState
	rule  Releases
	kind  string // "releases" or "tags", as REST and the queries call them
	read  func(context.Context, string) ([]warehouse.Deployment, string, error)
	etag  string
	after string
	seen  map[string]bool
}

func newReleases(r *repository, s *listState) *releases {
	l := &releases{repository: r, state: s, rule: r.configuration.Releases, kind: "releases", seen: map[string]bool{}}
	l.read = l.releasePage
	return l
}

func newTags(r *repository, s *listState) *releases {
	l := &releases{repository: r, state: s, rule: r.configuration.Tags, kind: "tags", seen: map[string]bool{}}
	l.read = l.tagPage
	return l
}

func (l *releases) what() string { return l.kind }

func (l *releases) continued() bool { return false }

func (l *releases) begin(ctx context.Context) (bool, error) {
	var list []struct{}
	answer, err := l.vendor.get(ctx, l.path("%s?per_page=100", l.kind), l.state.ETag, &list)
	l.etag = answer.etag
	return !answer.unchanged, err
}

func (l *releases) step(ctx context.Context) (bool, error) {
	found, next, err := l.read(ctx, l.after)
	if err != nil {
		return false, err
	}
	for _, d := range found {
		if d.FinishedAt.Before(l.repository.state.Floor) {
			continue
		}
		l.seen[deploymentKey(d)] = true
		l.batch.Deployments = append(l.batch.Deployments, d)
	}
	if l.after = next; next != "" {
		return false, nil
	}
	known, err := l.run.Known(ctx, "deployments", map[string]string{"repo": l.repo})
	if err != nil {
		return false, fmt.Errorf("look up the deployments that are known: %w", err)
	}
	var gone warehouse.Records
	for _, d := range known.Deployments {
		if strings.HasPrefix(d.ID, l.prefix()) && !l.seen[deploymentKey(d)] && !d.FinishedAt.Before(l.repository.state.Floor) {
			gone.Deployments = append(gone.Deployments, d)
		}
	}
	l.remove(gone)
	*l.state = listState{Done: true, ETag: l.etag}
	return true, nil
}

// prefix begins the ids of these deployments, so that they are not taken for GitHub's own.
func (l *releases) prefix() string { return strings.TrimSuffix(l.kind, "s") + "-" }

// deployment is what a tag says about a deployment; false where the tag is none.
func (l *releases) deployment(tag, sha string, at time.Time) (warehouse.Deployment, bool) {
	d, ok, err := l.rule.deployment(l.repo, l.prefix(), tag, sha, at)
	if err != nil {
		l.aside(err)
	}
	return d, ok
}

func (r Releases) deployment(repo, prefix, tag, sha string, at time.Time) (warehouse.Deployment, bool, error) {
	pattern, err := regexp.Compile(r.Pattern)
	if err != nil {
		return warehouse.Deployment{}, false, fmt.Errorf("the `pattern` of releases or tags is no regular expression: %w", err)
	}
	found := pattern.FindStringSubmatch(tag)
	if found == nil || tag == "" || at.IsZero() {
		return warehouse.Deployment{}, false, nil
	}
	group := func(name string) string {
		if i := pattern.SubexpIndex(name); i >= 0 {
			return found[i]
		}
		return ""
	}
	return warehouse.Deployment{
		Service: cmp.Or(group("service"), nameOf(repo)), Environment: r.Environment, EnvironmentKind: r.Kind, ID: prefix + tag,
		Repo: repo, SHA: sha, Version: cmp.Or(group("version"), tag), FinishedAt: at, Result: "success",
	}, true, nil
}

func (l *releases) releasePage(ctx context.Context, after string) ([]warehouse.Deployment, string, error) {
	var data struct {
		Repository *struct {
			Releases connection `json:"releases"`
		} `json:"repository"`
	}
	if _, err := l.vendor.ask(ctx, "releases", l.vars(variables{"after": optional(after)}), &data); err != nil {
		return nil, "", err
	}
	if data.Repository == nil {
		return nil, "", &refusal{http.StatusNotFound, "GitHub has no repository " + l.repo}
	}
	var list []warehouse.Deployment
	for _, n := range decode[releaseNode](data.Repository.Releases.Nodes, l.aside) {
		if n.IsDraft || n.IsPrerelease && !l.rule.Prereleases {
			continue
		}
		sha := ""
		if n.TagCommit != nil {
			sha = n.TagCommit.OID
		}
		if d, ok := l.deployment(n.TagName, sha, moment(n.PublishedAt)); ok {
			d.Actor, d.URL, d.UpdatedAt = n.Author.name(), n.URL, moment(n.UpdatedAt)
			list = append(list, d)
		}
	}
	return list, next(data.Repository.Releases), nil
}

type releaseNode struct {
	TagName      string     `json:"tagName"`
	URL          string     `json:"url"`
	IsDraft      bool       `json:"isDraft"`
	IsPrerelease bool       `json:"isPrerelease"`
	PublishedAt  *time.Time `json:"publishedAt"`
	UpdatedAt    *time.Time `json:"updatedAt"`
	Author       *actor     `json:"author"`
	TagCommit    *struct {
		OID string `json:"oid"`
	} `json:"tagCommit"`
}

func next(c connection) string {
	if c.PageInfo.HasNextPage {
		return c.PageInfo.EndCursor
	}
	return ""
}

// tagPage reads tags. An annotated tag was made when its tagger says so; of a plain one only its commit has a time.
func (l *releases) tagPage(ctx context.Context, after string) ([]warehouse.Deployment, string, error) {
	var data struct {
		Repository *struct {
			Refs connection `json:"refs"`
		} `json:"repository"`
	}
	if _, err := l.vendor.ask(ctx, "tags", l.vars(variables{"after": optional(after)}), &data); err != nil {
		return nil, "", err
	}
	if data.Repository == nil {
		return nil, "", &refusal{http.StatusNotFound, "GitHub has no repository " + l.repo}
	}
	var list []warehouse.Deployment
	for _, n := range decode[tagNode](data.Repository.Refs.Nodes, l.aside) {
		t := n.Target
		if t == nil {
			continue
		}
		sha, at, who := t.OID, moment(t.CommittedDate), ""
		if t.Tagger != nil && t.Target != nil {
			sha, at, who = t.Target.OID, moment(t.Tagger.Date), cmp.Or(t.Tagger.User.name(), t.Tagger.Name)
		}
		if d, ok := l.deployment(n.Name, sha, at); ok {
			// No UpdatedAt: a tag that was moved back says an older time than before, and is the newer word all the same.
			d.Actor = who
			list = append(list, d)
		}
	}
	return list, next(data.Repository.Refs), nil
}

type tagNode struct {
	Name   string `json:"name"`
	Target *struct {
		OID           string     `json:"oid"`
		CommittedDate *time.Time `json:"committedDate"`
		Tagger        *struct {
			Name string     `json:"name"`
			Date *time.Time `json:"date"`
			User *actor     `json:"user"`
		} `json:"tagger"`
		Target *struct {
			OID string `json:"oid"`
		} `json:"target"`
	} `json:"target"`
}
