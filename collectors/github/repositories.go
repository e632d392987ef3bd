package github

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/weirhq/weir/collectors"
)

// source is one run over everything that is configured.
type source struct {
	*Collector
	vendor *vendor
	run    *collectors.Run
	state  *sourceCursor

	renamed []string // former names of repositories
}

// sourceCursor is what the next run must know besides what each repository's cursor says.
type sourceCursor struct {
	Version int                 `json:"v"`
	Lists   map[string]ownerful `json:"lists,omitempty"` // by owner
	TeamsAt time.Time           `json:"teams_at,omitzero"`
}

// ownerful is an owner's list of repositories as it was last, by the pages of it.
type ownerful struct {
	Pages []repoPage `json:"pages,omitempty"`
}

type repoPage struct {
	ETag  string   `json:"etag,omitempty"`
	More  bool     `json:"more,omitempty"`
	Repos []listed `json:"repos,omitempty"`
}

// listed is a repository in its owner's list.
type listed struct {
	ID       string   `json:"id,omitempty"` // stays when the name changes
	Name     string   `json:"name"`         // owner/name
	Archived bool     `json:"archived,omitempty"`
	Topics   []string `json:"topics,omitempty"`
}

func parseSourceCursor(text string) *sourceCursor {
	c := &sourceCursor{}
	if json.Unmarshal([]byte(text), c) != nil || c.Version != cursorVersion {
		c = &sourceCursor{}
	}
	c.Version = cursorVersion
	if c.Lists == nil {
		c.Lists = map[string]ownerful{}
	}
	return c
}

func (c *sourceCursor) String() string {
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // texts and times only: cannot fail
	}
	return string(text)
}

// repositories are the names of those to be collected, in the order of the alphabet. When an owner's list cannot be read,
// the others' repositories are returned with the error.
func (s *source) repositories(ctx context.Context) ([]string, error) {
	c := s.configuration
	var names []string
	var faults []error
	owners := map[string][]string{} // to the globs of wanted names
	for _, name := range c.Repos {
		owner, rest, _ := strings.Cut(name, "/")
		if isGlob(rest) {
			owners[owner] = append(owners[owner], name)
		} else {
			names = append(names, name)
		}
	}
	for _, owner := range c.Organisations {
		owners[owner] = append(owners[owner], owner+"/*")
	}
	for owner := range s.state.Lists {
		if owners[owner] == nil {
			delete(s.state.Lists, owner)
		}
	}
	for owner, globs := range owners {
		list, err := s.owned(ctx, owner)
		if err != nil {
			faults = append(faults, fmt.Errorf("list the repositories of %s: %w", owner, err))
			continue
		}
		for _, r := range list {
			if s.wants(r, globs) {
				names = append(names, r.Name)
			}
		}
	}
	names = slices.DeleteFunc(names, func(name string) bool {
		return slices.ContainsFunc(c.Exclude, func(glob string) bool { return globbed(glob, name) })
	})
	slices.Sort(names)
	return slices.Compact(names), errors.Join(faults...)
}

func (s *source) wants(r listed, globs []string) bool {
	c := s.configuration
	return (c.Archived || !r.Archived) && (len(c.Topics) == 0 || overlap(c.Topics, r.Topics)) &&
		slices.ContainsFunc(globs, func(glob string) bool { return globbed(glob, r.Name) })
}

// owned lists an owner's repositories: an organisation's by REST, page by page under the condition that something has
// changed; a person's by GraphQL.
func (s *source) owned(ctx context.Context, owner string) ([]listed, error) {
	list, err := s.organisation(ctx, owner, s.state.Lists[owner])
	if refused(err, http.StatusNotFound) {
		return s.person(ctx, owner)
	}
	if err != nil {
		return nil, err
	}
	s.renames(s.state.Lists[owner].repos(), list.repos())
	s.state.Lists[owner] = list
	return list.repos(), nil
}

func (o ownerful) repos() []listed {
	var all []listed
	for _, p := range o.Pages {
		all = append(all, p.Repos...)
	}
	return all
}

// renames finds the repositories that have another name than in the last run.
func (s *source) renames(before, now []listed) {
	names := map[string]string{}
	for _, r := range now {
		names[r.ID] = r.Name
	}
	for _, r := range before {
		if name := names[r.ID]; r.ID != "" && name != "" && name != r.Name {
			s.run.Log.Info("a repository was renamed; its records move with it", "before", r.Name, "now", name)
			s.renamed = append(s.renamed, r.Name)
		}
	}
}

func (s *source) organisation(ctx context.Context, owner string, old ownerful) (ownerful, error) {
	var list ownerful
	for page := 1; ; page++ {
		path := fmt.Sprintf("orgs/%s/repos?type=all&sort=full_name&per_page=100&page=%d", url.PathEscape(owner), page)
		var known repoPage
		if len(old.Pages) >= page {
			known = old.Pages[page-1]
		}
		var found []struct {
			ID       string   `json:"node_id"`
			FullName string   `json:"full_name"`
			Archived bool     `json:"archived"`
			Topics   []string `json:"topics"`
		}
		answer, err := s.vendor.get(ctx, path, known.ETag, &found)
		if err != nil {
			return list, err
		}
		now := known
		if !answer.unchanged {
			now = repoPage{ETag: answer.etag, More: answer.more}
			for _, f := range found {
				if f.FullName != "" {
					now.Repos = append(now.Repos, listed{f.ID, f.FullName, f.Archived, f.Topics})
				}
			}
		}
		list.Pages = append(list.Pages, now)
		if !now.More {
			return list, nil
		}
	}
}

func (s *source) person(ctx context.Context, login string) ([]listed, error) {
	var list []listed
	after := ""
	for {
		var data struct {
			Owner *struct {
				Repositories connection `json:"repositories"`
			} `json:"repositoryOwner"`
		}
		if _, err := s.vendor.ask(ctx, "repositories", variables{"login": login, "after": optional(after)}, &data); err != nil {
			return nil, err
		}
		if data.Owner == nil {
			return nil, &refusal{http.StatusNotFound, "GitHub knows no organisation and no account " + login}
		}
		for _, n := range decode[struct {
			ID         string `json:"id"`
			Name       string `json:"nameWithOwner"`
			IsArchived bool   `json:"isArchived"`
			Topics     struct {
				Nodes []struct {
					Topic struct {
						Name string `json:"name"`
					} `json:"topic"`
				} `json:"nodes"`
			} `json:"repositoryTopics"`
		}](data.Owner.Repositories.Nodes, s.aside) {
			r := listed{ID: n.ID, Name: n.Name, Archived: n.IsArchived}
			for _, t := range n.Topics.Nodes {
				r.Topics = append(r.Topics, t.Topic.Name)
			}
			list = append(list, r)
		}
		if !data.Owner.Repositories.PageInfo.HasNextPage {
			return list, nil
		}
		after = data.Owner.Repositories.PageInfo.EndCursor
	}
}

func (s *source) aside(err error) { s.run.Log.Warn("an item is set aside", "reason", err) }

// optional is a variable that may be absent: GraphQL knows null, not "".
func optional(text string) any {
	if text == "" {
		return nil
	}
	return text
}
