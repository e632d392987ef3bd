package jira

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/weirhq/weir/collectors"
)

// Check says as whom Jira knows the credentials, what they may read and what a first sync will cost.
func (c *Collector) Check(ctx context.Context) (collectors.Check, error) {
	var found collectors.Check
	if err := c.connect(); err != nil {
		return found, err
	}
	s, err := c.deployment(ctx)
	if err != nil {
		return found, err
	}
	if found.Account, s.Zone, err = c.me(ctx, s); err != nil {
		return found, err
	}
	var defined []field
	if err := c.client.get(ctx, s.api()+"field", nil, &defined); err != nil {
		return found, err
	}
	_, missing := c.configuration.resolve(defined)
	for _, name := range missing {
		found.Missing = append(found.Missing, fmt.Sprintf("a field named %q: it does not exist, or the account may not see it", name))
	}
	keys, err := c.projects(ctx, s)
	if err != nil {
		return found, err
	}
	found.Requests = 4
	look := &sweep{collector: c, site: s}
	for _, wanted := range slices.Concat(c.configuration.Projects, c.configuration.Incidents.Projects) {
		readable := 0
		for _, id := range sortedKeys(keys) {
			if selects([]string{wanted}, keys[id]) {
				readable++
				found.Requests += look.cost(ctx, "project = "+fmt.Sprintf("%q", keys[id]))
			}
		}
		if readable == 0 {
			found.Missing = append(found.Missing, fmt.Sprintf("the project %s: it does not exist, or the account lacks the permission Browse projects in it", wanted))
			continue
		}
		found.Readable = append(found.Readable, fmt.Sprintf("%d projects by %q", readable, wanted))
	}
	for _, board := range c.configuration.Boards {
		query, err := c.boardQuery(ctx, board)
		if err != nil {
			found.Missing = append(found.Missing, fmt.Sprintf("the board %d (it needs the permission to see the board and its filter): %v", board, err))
			continue
		}
		found.Readable = append(found.Readable, fmt.Sprintf("the board %d", board))
		found.Requests += look.cost(ctx, query)
	}
	if jql := strings.TrimSpace(c.configuration.JQL); jql != "" {
		if err := look.search(ctx, query{jql: "(" + jql + ")", order: "key ASC", fields: []string{"updated"}, size: 1}, stop); err != nil {
			return found, fmt.Errorf("the configured query: %w", err)
		}
		found.Readable = append(found.Readable, "the configured query")
		found.Requests += look.cost(ctx, "("+jql+")")
	}
	for _, group := range c.configuration.Groups {
		if err := c.client.get(ctx, s.api()+"group/member", url.Values{"groupname": {group}, "maxResults": {"1"}}, &struct{}{}); err != nil {
			found.Missing = append(found.Missing, fmt.Sprintf("the group %q (it needs the permission Browse users and groups): %v", group, err))
			continue
		}
		found.Readable = append(found.Readable, fmt.Sprintf("the group %q", group))
	}
	return found, nil
}

func stop([]json.RawMessage, bool) error { return errEnough }

// cost is how many requests a first sync of a query takes, by the highest number that an issue has; keys that are not used
// any more are counted too. A query of several projects is not known before.
func (s *sweep) cost(ctx context.Context, jql string) int {
	highest := 0
	newest := query{jql: jql, order: "key DESC", fields: []string{"updated"}, size: 1}
	if err := s.search(ctx, newest, func(issues []json.RawMessage, _ bool) error {
		for _, raw := range issues {
			_, number, _ := strings.Cut(string(decode[Issue](raw).Key), "-")
			_, _ = fmt.Sscanf(number, "%d", &highest)
		}
		return errEnough
	}); err != nil {
		return 0
	}
	return 3 + highest/pageSize + highest/listSize
}
