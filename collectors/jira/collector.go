package jira

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/collectors/access"
	"github.com/weirhq/weir/warehouse"
)

// Collector collects one Jira.
type Collector struct {
	configuration Configuration
	line          *access.Line

	mu     sync.Mutex
	client *client // made at the first request: secrets are read then
}

var (
	_ collectors.Collector = (*Collector)(nil)
	_ collectors.Checker   = (*Collector)(nil)
)

// New prepares a collector; nothing is asked, and no secret read, before Collect or Check.
func New(c Configuration, line *access.Line) (*Collector, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	return &Collector{configuration: c, line: line}, nil
}

// connect reads the secrets.
func (c *Collector) connect() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.client != nil {
		return nil
	}
	client, err := newClient(c.configuration, c.line)
	if err != nil {
		return err
	}
	c.client = client
	return nil
}

// parallel is how many projects are read at the same time: enough to overlap waiting, few enough to be polite.
const parallel = 3

// sweep is one run over all parts.
type sweep struct {
	collector *Collector
	run       *collectors.Run
	site      site

	remote remoteAccess

	mu         sync.Mutex
	mapping    *Mapping
	asked      bool            // the statuses were asked for in this run
	categories categories      // what they were then, when they had been known already
	listed     map[string]bool // every key that a reconciling run was shown
	whole      map[string]bool // the parts that were listed to their ends
}

// Collect reads what is new.
func (c *Collector) Collect(ctx context.Context, run *collectors.Run) error {
	if err := c.connect(); err != nil {
		return err
	}
	s := &sweep{collector: c, run: run, listed: map[string]bool{}, whole: map[string]bool{}}
	if err := s.prepare(ctx); err != nil {
		return err
	}
	parts := c.parts(s.site, run)
	names := make([]string, len(parts))
	byName := map[string]part{}
	for i, p := range parts {
		names[i], byName[p.name] = p.name, p
	}
	failure := run.Each(ctx, names, parallel, func(ctx context.Context, r *collectors.Run) error {
		return s.collect(ctx, r, byName[r.Part])
	})
	if some := new(collectors.PartsError); failure != nil && !errors.As(failure, &some) {
		return failure
	}
	if err := s.removeVanished(ctx, parts); err != nil {
		return err
	}
	if failure != nil {
		return failure
	}
	if s.categories != nil {
		s.site.Categories = s.categories
		return run.Save(ctx, s.site.String())
	}
	return nil
}

// prepare finds out about the site, or remembers it from the last run of the day.
func (s *sweep) prepare(ctx context.Context) error {
	c, run := s.collector, s.run
	known, err := parse[site](run.Cursor)
	age := run.Begun.Sub(known.Asked)
	if err == nil && run.Cursor != "" && known.Form == form && known.By == c.fingerprint() && age >= 0 && age < askAfter && !run.Reconcile {
		s.know(known)
		return s.unreadGroups(ctx, known)
	}
	asked, statuses, missing, err := c.ask(ctx)
	if err != nil {
		return err
	}
	for _, name := range missing {
		run.Log.Warn("there is no such field in Jira, or the account may not see it", "field", name)
	}
	s.know(asked)
	records := warehouse.Records{Statuses: statuses}
	if asked.Unread, err = s.groups(ctx, c.configuration.Groups, &records); err != nil {
		return err
	}
	s.site.Unread = asked.Unread
	if err := s.removeStatuses(ctx, statuses); err != nil {
		return err
	}
	if err := run.Write(ctx, records); err != nil {
		return err
	}
	asked.Asked = run.Begun.Truncate(time.Second)
	s.asked = true
	return run.Save(ctx, asked.String())
}

// unreadGroups tries those groups again that could not be read the last time; the others wait for the next day.
func (s *sweep) unreadGroups(ctx context.Context, known site) error {
	still := slices.DeleteFunc(slices.Clone(known.Unread), func(name string) bool { return !slices.Contains(s.collector.configuration.Groups, name) })
	var records warehouse.Records
	unread, err := s.groups(ctx, still, &records)
	if err != nil || slices.Equal(unread, known.Unread) {
		return err
	}
	if err := s.run.Write(ctx, records); err != nil {
		return err
	}
	s.site.Unread = unread
	return s.run.Save(ctx, s.site.String())
}

// know sets what the mapping goes by.
func (s *sweep) know(known site) {
	m := newMapping(s.collector.configuration, known.Fields)
	m.categories, m.site = known.Categories, known.Base
	s.mu.Lock()
	defer s.mu.Unlock()
	s.site, s.mapping = known, m
}

// part is a set of issues with a cursor of its own.
type part struct {
	name  string
	query string // JQL; "" is found out when the part is collected
	board int64
}

// parts are the configured projects, boards and the query.
func (c *Collector) parts(s site, run *collectors.Run) []part {
	var parts []part
	known := map[string]bool{}
	add := func(key string) {
		if !known[key] {
			known[key] = true
			parts = append(parts, part{name: key, query: "project = " + strconv.Quote(key)})
		}
	}
	for _, wanted := range slices.Concat(c.configuration.Projects, c.configuration.Incidents.Projects) {
		if !strings.Contains(wanted, "*") {
			add(strings.ToUpper(wanted)) // one that may not be read fails by itself, with Jira's reason
			continue
		}
		matched := false
		for _, key := range s.Projects {
			if selects([]string{wanted}, key) {
				add(key)
				matched = true
			}
		}
		if !matched {
			run.Problem("projects "+wanted, errors.New("no project that may be read is named so"))
		}
	}
	for _, id := range c.configuration.Boards {
		parts = append(parts, part{name: "board " + strconv.FormatInt(id, 10), board: id})
	}
	if jql := strings.TrimSpace(c.configuration.JQL); jql != "" {
		parts = append(parts, part{name: "query", query: "(" + jql + ")"})
	}
	return parts
}
