package pagerduty

import (
	"context"
	"fmt"
	"slices"

	"github.com/weirhq/weir/collectors"
)

// Check says what the API key may read.
func (c *Collector) Check(ctx context.Context) (collectors.Check, error) {
	var found collectors.Check
	client, err := c.connect()
	if err != nil {
		return found, err
	}
	var answer struct {
		Total    int     `json:"total"`
		Services []named `json:"services"`
		More     bool    `json:"more"`
	}
	if err := client.get(ctx, "/services", map[string][]string{"limit": {"100"}}, &answer); err != nil {
		return found, err
	}
	more := ""
	if answer.More {
		more = "more than "
	}
	found.Readable = append(found.Readable, fmt.Sprintf("%s%d services", more, len(answer.Services)))
	for name := range c.configuration.Services {
		if !answer.More && !slices.ContainsFunc(answer.Services, func(s named) bool { return s.String() == name || string(s.ID) == name }) {
			found.Missing = append(found.Missing, fmt.Sprintf("the service %q, which the configuration maps: PagerDuty has none of that name or id", name))
		}
	}
	slices.Sort(found.Missing)
	var counted struct {
		Total int `json:"total"`
	}
	if err := client.get(ctx, "/incidents", map[string][]string{"date_range": {"all"}, "limit": {"1"}, "total": {"true"}}, &counted); err != nil {
		return found, err
	}
	found.Readable = append(found.Readable, fmt.Sprintf("%d incidents", counted.Total))
	// A page of incidents, and about five entries of the log for each.
	found.Requests = 4 + counted.Total*6/pageSize
	return found, nil
}
