package jira

import (
	"context"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/weirhq/weir/warehouse"
)

// site is what is asked of a Jira once a day, and kept in the source's cursor, so that a run that finds nothing new costs
// one request a project.
type site struct {
	Form       int        `json:"form"`
	Asked      time.Time  `json:"asked"` // by our clock
	By         string     `json:"by"`    // the fingerprint of the configuration that it was asked for
	Cloud      bool       `json:"cloud,omitempty"`
	Base       string     `json:"base"`
	Zone       string     `json:"zone"` // of the account's profile: the zone of times in queries
	Fields     fieldIDs   `json:"fields"`
	Projects   []string   `json:"projects"` // keys of all that may be read
	Categories categories `json:"categories"`
	Unread     []string   `json:"unread,omitempty"` // groups that could not be read then
}

// askAfter is how old the knowledge of a site may be.
const askAfter = 24 * time.Hour

// isCloudHost tells Atlassian's own hosts.
func isCloudHost(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (strings.HasSuffix(u.Hostname(), ".atlassian.net") || strings.HasSuffix(u.Hostname(), ".jira.com") || u.Hostname() == "api.atlassian.com")
}

// api is the folder of the API's version: 3 is Cloud's only, 2 is Data Center's.
func (s site) api() string {
	if s.Cloud {
		return "rest/api/3/"
	}
	return "rest/api/2/"
}

// deployment asks what kind of Jira it is and where people look at it.
func (c *Collector) deployment(ctx context.Context) (site, error) {
	s := site{Form: form, By: c.fingerprint(), Base: strings.TrimSuffix(c.configuration.URL, "/")}
	s.Cloud = c.configuration.Deployment == cloud || c.configuration.Deployment == "" && isCloudHost(c.configuration.URL)
	var info struct {
		Base       text `json:"baseUrl"`
		Deployment text `json:"deploymentType"`
	}
	if err := c.client.get(ctx, s.api()+"serverInfo", nil, &info); err != nil {
		return s, err
	}
	if c.configuration.Deployment == "" {
		s.Cloud = strings.EqualFold(string(info.Deployment), "Cloud")
	}
	if u, err := url.Parse(string(info.Base)); err == nil && u.Host != "" {
		s.Base = strings.TrimSuffix(string(info.Base), "/")
	}
	return s, nil
}

// me asks who the credentials belong to, and in which zone that account's queries are.
func (c *Collector) me(ctx context.Context, s site) (name, zone string, err error) {
	var raw json.RawMessage
	if err := c.client.get(ctx, s.api()+"myself", nil, &raw); err != nil {
		return "", "", err
	}
	return decode[user](raw).identity(), string(decode[struct {
		Zone text `json:"timeZone"`
	}](raw).Zone), nil
}

// ask finds out all that is known of a site, and the records of its statuses.
func (c *Collector) ask(ctx context.Context) (site, []warehouse.Status, []string, error) {
	s, err := c.deployment(ctx)
	if err != nil {
		return s, nil, nil, err
	}
	if _, s.Zone, err = c.me(ctx, s); err != nil {
		return s, nil, nil, err
	}
	var defined []field
	if err := c.client.get(ctx, s.api()+"field", nil, &defined); err != nil {
		return s, nil, nil, err
	}
	var missing []string
	s.Fields, missing = c.configuration.resolve(defined)
	keys, err := c.projects(ctx, s)
	if err != nil {
		return s, nil, nil, err
	}
	s.Projects = slices.Sorted(maps.Values(keys))
	var records []warehouse.Status
	if records, s.Categories, err = c.statuses(ctx, s, keys); err != nil {
		return s, nil, nil, err
	}
	return s, records, missing, nil
}

// projects lists what may be read: id to key.
func (c *Collector) projects(ctx context.Context, s site) (map[string]string, error) {
	type project struct {
		ID  text `json:"id"`
		Key text `json:"key"`
	}
	keys := map[string]string{}
	add := func(list []project) {
		for _, p := range list {
			if p.Key != "" {
				keys[string(p.ID)] = string(p.Key)
			}
		}
	}
	if !s.Cloud {
		var all []project
		if err := c.client.get(ctx, s.api()+"project", nil, &all); err != nil {
			return nil, err
		}
		add(all)
		return keys, nil
	}
	for at := 0; ; {
		var page struct {
			Values []project `json:"values"`
			IsLast bool      `json:"isLast"`
		}
		if err := c.client.get(ctx, s.api()+"project/search", url.Values{"startAt": {strconv.Itoa(at)}, "maxResults": {"100"}}, &page); err != nil {
			return nil, err
		}
		add(page.Values)
		if at += len(page.Values); page.IsLast || len(page.Values) == 0 {
			return keys, nil
		}
	}
}

// statuses reads the words for where a ticket stands, with Jira's classes of them. The words of a project of its own count
// there only. Where a word has several classes in one place, the later class counts: more often than not the others are
// left over.
func (c *Collector) statuses(ctx context.Context, s site, keys map[string]string) ([]warehouse.Status, categories, error) {
	var list []json.RawMessage
	if err := c.client.get(ctx, s.api()+"status", nil, &list); err != nil {
		return nil, nil, err
	}
	known := categories{}
	for _, raw := range list {
		st := decode[status](raw)
		category := categoryOf(st.Category.Key)
		project, scoped := keys[string(st.Scope.Project.ID)], st.Scope.Project.ID != ""
		if st.Name == "" || category == "" || scoped && project == "" {
			continue
		}
		if known[project] == nil {
			known[project] = map[string]string{}
		}
		known[project][string(st.Name)] = later(known[project][string(st.Name)], category)
	}
	var records []warehouse.Status
	for _, project := range sortedKeys(known) {
		for _, name := range sortedKeys(known[project]) {
			records = append(records, warehouse.Status{Project: project, Name: name, Category: known[project][name]})
		}
	}
	return records, known, nil
}

func later(a, b string) string {
	order := []string{"", "new", "active", "done"}
	return order[max(slices.Index(order, a), slices.Index(order, b))]
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// zone is the zone of times in queries, and how wrong it may be: where Jira names none that is known here, it may be any.
func (s site) zone() (*time.Location, time.Duration) {
	if zone, err := time.LoadLocation(s.Zone); err == nil && s.Zone != "" {
		return zone, 0
	}
	return time.UTC, 14 * time.Hour
}

// notBefore writes a moment for a query as its lower bound: to the minute, in the zone of the account. Near the end of
// summer time an hour has two meanings, so the bound is put before it.
func (s site) notBefore(t time.Time) string {
	zone, wrong := s.zone()
	t = t.Add(-wrong).In(zone)
	if shifts(t, 2*time.Hour) {
		t = t.Add(-time.Hour)
	}
	return strconv.Quote(t.Format(minute))
}

// notAfter is the same for an upper bound.
func (s site) notAfter(t time.Time) string {
	zone, wrong := s.zone()
	t = t.Add(wrong).Add(time.Minute).In(zone)
	if shifts(t, -2*time.Hour) {
		t = t.Add(time.Hour)
	}
	return strconv.Quote(t.Format(minute))
}

const minute = "2006-01-02 15:04"

func shifts(t time.Time, within time.Duration) bool {
	_, here := t.Zone()
	_, there := t.Add(within).Zone()
	return here != there
}

func (s site) String() string {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err) // texts and maps of texts: cannot fail
	}
	return string(text)
}
