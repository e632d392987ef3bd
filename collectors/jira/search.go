package jira

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// query is one search, whatever number of pages it has.
type query struct {
	jql     string // without its order
	order   string
	fields  []string
	history bool // with changelogs
	size    int  // of a page; Jira may send fewer
}

// pageSize is how many issues are asked for with their changelogs, the most that Cloud gives; listSize without, where
// Jira decides itself how many it gives.
const (
	pageSize = 100
	listSize = 1000
)

// errEnough ends a search early.
var errEnough = errors.New("enough was read")

// search hands the pages of a query on, until there are no more or each returns errEnough.
func (s *sweep) search(ctx context.Context, q query, each func(issues []json.RawMessage, last bool) error) error {
	ask := url.Values{"jql": {strings.TrimSpace(q.jql + " ORDER BY " + q.order)}, "fields": {strings.Join(q.fields, ",")}, "maxResults": {strconv.Itoa(q.size)}}
	if q.history {
		ask.Set("expand", "changelog")
	}
	path := s.site.api() + "search"
	if s.site.Cloud {
		path += "/jql"
	}
	for at := 0; ; {
		var answer struct {
			Issues []json.RawMessage `json:"issues"`
			Total  int               `json:"total"` // Data Center
			Next   string            `json:"nextPageToken"`
			IsLast *bool             `json:"isLast"`
		}
		if err := s.collector.client.get(ctx, path, ask, &answer); err != nil {
			return err
		}
		at += len(answer.Issues)
		last := answer.Next == "" || answer.IsLast != nil && *answer.IsLast
		if !s.site.Cloud {
			last = at >= answer.Total || len(answer.Issues) == 0
		} else if !last && answer.Next == ask.Get("nextPageToken") {
			return fmt.Errorf("jira sends the same page of %s again and again", path)
		}
		err := each(answer.Issues, last)
		if err != nil || last {
			if errors.Is(err, errEnough) {
				return nil
			}
			return err
		}
		if s.site.Cloud {
			ask.Set("nextPageToken", answer.Next)
		} else {
			ask.Set("startAt", strconv.Itoa(at))
		}
	}
}

// ownFields are the fields that every issue is asked for.
var ownFields = []string{"summary", "status", "issuetype", "project", "priority", "assignee", "reporter", "creator", "labels", "created", "updated",
	"resolutiondate", "parent", "fixVersions", "components", "issuelinks"}

// wanted are the fields that the mapping reads.
func (s *sweep) wanted() []string { return slices.Concat(ownFields, s.site.Fields.all()) }

// read understands the issues of a page, completes their changelogs and maps them. What cannot be read is set aside.
func (p *progress) read(ctx context.Context, page []json.RawMessage) ([]Found, error) {
	issues := make([]Issue, 0, len(page))
	for _, raw := range page {
		var i Issue
		if err := json.Unmarshal(raw, &i); err != nil {
			p.run.Log.Warn("an issue was set aside", "reason", err, "issue", fmt.Sprintf("%.120s", raw))
			continue
		}
		whole, err := p.complete(ctx, &i)
		if err != nil {
			return nil, err
		}
		if whole {
			issues = append(issues, i)
		}
	}
	if err := p.readRemoteLinks(ctx, issues); err != nil {
		return nil, err
	}
	mapping, err := p.mappingFor(ctx, issues)
	if err != nil {
		return nil, err
	}
	found := make([]Found, 0, len(issues))
	for _, i := range issues {
		f, err := mapping.Issue(i)
		if err != nil {
			p.run.Log.Warn("an issue was set aside", "issue", i.ID+" "+i.Key, "reason", err)
			continue
		}
		for _, reason := range f.Aside {
			p.run.Log.Warn("a part of an issue was set aside", "reason", reason)
		}
		f.key = string(i.Key)
		found = append(found, f)
	}
	return found, nil
}

// complete reads what a cut-off changelog lacks: Cloud sends the newest hundred entries with an issue, and all of them,
// oldest first, when asked. It returns false when the issue has just disappeared.
func (p *progress) complete(ctx context.Context, i *Issue) (bool, error) {
	if !p.site.Cloud || len(i.Changelog.Histories) >= i.Changelog.Total {
		return true, nil
	}
	missing := i.Changelog.Total - len(i.Changelog.Histories)
	for at := 0; at < missing; {
		var page struct {
			Values []json.RawMessage `json:"values"`
			IsLast bool              `json:"isLast"`
		}
		path := p.site.api() + "issue/" + url.PathEscape(string(i.Key)) + "/changelog"
		err := p.collector.client.get(ctx, path, url.Values{"startAt": {strconv.Itoa(at)}, "maxResults": {"100"}}, &page)
		if refused(err, http.StatusNotFound) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		i.Changelog.Histories = append(i.Changelog.Histories, page.Values...)
		if at += len(page.Values); page.IsLast || len(page.Values) == 0 {
			break
		}
	}
	return true, nil
}

// one reads a single issue; nil when there is none of this key any more.
func (p *progress) one(ctx context.Context, key string) (*Found, error) {
	var raw json.RawMessage
	ask := url.Values{"fields": {strings.Join(p.wanted(), ",")}, "expand": {"changelog"}}
	err := p.collector.client.get(ctx, p.site.api()+"issue/"+url.PathEscape(key), ask, &raw)
	if refused(err, http.StatusNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	found, err := p.read(ctx, []json.RawMessage{raw})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// mappingFor is the mapping, after statuses that are new to it were asked for: once in a run, since those that were
// deleted in Jira stay unknown.
func (p *progress) mappingFor(ctx context.Context, issues []Issue) (*Mapping, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.asked || !slices.ContainsFunc(issues, p.mapping.meetsNewStatus) {
		return p.mapping, nil
	}
	keys, err := p.collector.projects(ctx, p.site)
	if err != nil {
		return nil, err
	}
	records, known, err := p.collector.statuses(ctx, p.site, keys)
	if err != nil {
		return nil, err
	}
	if err := p.removeStatuses(ctx, records); err != nil {
		return nil, err
	}
	if err := p.run.Write(ctx, recordsOfStatuses(records)); err != nil {
		return nil, err
	}
	renewed := *p.mapping
	renewed.categories = known
	p.mapping, p.asked, p.categories = &renewed, true, known
	return p.mapping, nil
}

// meetsNewStatus tells whether an issue stands, or stood, in a status that is not known yet.
func (m *Mapping) meetsNewStatus(i Issue) bool {
	project := projectOf(i)
	if now := wordOf(i.Fields["status"]); now != "" && m.categories.of(project, now) == "" {
		return true
	}
	if !m.isIncident(i) { // only incidents go by the classes of statuses that they have left
		return false
	}
	var ignored Found
	return slices.ContainsFunc(m.readChangelog(i, &ignored), func(c change) bool {
		return m.field(c) == "status" && m.categories.of(project, string(c.ToString)) == ""
	})
}

// list reads the keys and times of change of all issues of a query.
func (p *progress) list(ctx context.Context, jql string) (map[string]time.Time, error) {
	listed := map[string]time.Time{}
	q := query{jql: jql, order: "key ASC", fields: []string{"updated"}, size: listSize}
	err := p.search(ctx, q, func(issues []json.RawMessage, _ bool) error {
		for _, raw := range issues {
			if i := decode[glance](raw); i.Key != "" {
				listed[string(i.Key)] = timeOf(i.Fields.Updated)
			}
		}
		return nil
	})
	return listed, err
}
