package jira

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"github.com/weirhq/weir/warehouse"
)

// groups reads the members of groups, and deletes those who have left. A group that cannot be read is a problem of its
// own: its members stay as they were, and it is named, so that the next run tries it again.
func (s *sweep) groups(ctx context.Context, names []string, records *warehouse.Records) (unread []string, err error) {
	for _, name := range names {
		members, err := s.members(ctx, name)
		if ctx.Err() != nil {
			return unread, ctx.Err()
		}
		if err != nil {
			s.run.Problem("group "+name, fmt.Errorf("read the members of the group %q: %w", name, err))
			unread = append(unread, name)
			continue
		}
		known, err := s.run.Known(ctx, "memberships", map[string]string{"group": name})
		if err != nil {
			return unread, err
		}
		left := slices.DeleteFunc(known.Memberships, func(m warehouse.Membership) bool { return slices.Contains(members, m.Account) })
		if err := s.run.Delete(ctx, warehouse.Records{Memberships: left}); err != nil {
			return unread, err
		}
		for _, account := range members {
			records.Memberships = append(records.Memberships, warehouse.Membership{Group: name, Account: account})
		}
	}
	return unread, nil
}

func (s *sweep) members(ctx context.Context, group string) ([]string, error) {
	var members []string
	for at := 0; ; {
		var page struct {
			Values []user `json:"values"`
			IsLast bool   `json:"isLast"`
		}
		ask := url.Values{"groupname": {group}, "startAt": {strconv.Itoa(at)}, "maxResults": {"50"}}
		if err := s.collector.client.get(ctx, s.site.api()+"group/member", ask, &page); err != nil {
			return nil, err
		}
		for _, u := range page.Values {
			if name := u.identity(); name != "" {
				members = append(members, name)
			}
		}
		if at += len(page.Values); page.IsLast || len(page.Values) == 0 {
			return sorted(members), nil
		}
	}
}

// boardQuery is the query of a board's filter.
func (c *Collector) boardQuery(ctx context.Context, board int64) (string, error) {
	var configuration struct {
		Filter struct {
			ID text `json:"id"`
		} `json:"filter"`
	}
	if err := c.client.get(ctx, "rest/agile/1.0/board/"+strconv.FormatInt(board, 10)+"/configuration", nil, &configuration); err != nil {
		return "", err
	}
	if configuration.Filter.ID == "" {
		return "", fmt.Errorf("the board %d has no filter that may be read", board)
	}
	return "filter = " + string(configuration.Filter.ID), nil
}

// removeStatuses deletes statuses that Jira does not have any more.
func (s *sweep) removeStatuses(ctx context.Context, now []warehouse.Status) error {
	known, err := s.run.Known(ctx, "statuses", nil)
	if err != nil {
		return err
	}
	gone := slices.DeleteFunc(known.Statuses, func(k warehouse.Status) bool {
		return slices.ContainsFunc(now, func(n warehouse.Status) bool { return n.Project == k.Project && n.Name == k.Name })
	})
	return s.run.Delete(ctx, warehouse.Records{Statuses: gone})
}
