package pagerduty

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"time"
)

// pageSize is the most that PagerDuty gives.
const pageSize = 100

// deepest is how far PagerDuty goes into a list: the 10,000th item is the last. Long before it, a new list is begun where
// the old one is.
const deepest = 1000

// widest is the longest span of time that PagerDuty answers for (six months), cut a little short.
const widest = 170 * 24 * time.Hour

// span is a part of time, its end excluded.
type span struct{ from, to time.Time }

// item is an incident as it was sent, and as it was read.
type item struct {
	raw json.RawMessage
	incident
}

// page asks for one page of incidents.
func (c *client) page(ctx context.Context, ask url.Values, offset int) (items []item, more bool, err error) {
	var answer struct {
		Incidents []json.RawMessage `json:"incidents"`
		More      bool              `json:"more"`
	}
	ask.Set("limit", strconv.Itoa(pageSize))
	ask.Set("offset", strconv.Itoa(offset))
	if err := c.get(ctx, "/incidents", ask, &answer); err != nil {
		return nil, false, err
	}
	for _, raw := range answer.Incidents {
		items = append(items, item{raw, decode[incident](raw)})
	}
	return items, answer.More && len(items) > 0, nil
}

// batch reads the newest incidents of a span, as many as a list goes deep; more tells whether there are others before.
func (c *client) batch(ctx context.Context, s span, only []string) (items []item, more bool, err error) {
	ask := asked(s, only)
	ask.Set("sort_by", "created_at:desc")
	ask.Set("include[]", "first_trigger_log_entries")
	for more = true; more && len(items) < deepest; {
		var page []item
		if page, more, err = c.page(ctx, ask, len(items)); err != nil {
			return nil, false, err
		}
		items = append(items, page...)
	}
	return items, more, nil
}

func asked(s span, only []string) url.Values {
	return url.Values{"since": {s.from.Format(time.RFC3339)}, "until": {s.to.Format(time.RFC3339)}, "service_ids[]": only}
}

// oldest is when the first incident of the account was created; zero where there is none.
func (c *client) oldest(ctx context.Context, only []string) (time.Time, error) {
	var answer struct {
		Incidents []incident `json:"incidents"`
	}
	ask := url.Values{"date_range": {"all"}, "sort_by": {"created_at:asc"}, "limit": {"1"}, "service_ids[]": only}
	if err := c.get(ctx, "/incidents", ask, &answer); err != nil || len(answer.Incidents) == 0 {
		return time.Time{}, err
	}
	return timeOf(answer.Incidents[0].CreatedAt), nil
}

// open lists the incidents that are not resolved.
func (c *client) open(ctx context.Context, only []string) (items []item, err error) {
	ask := url.Values{"date_range": {"all"}, "statuses[]": {"triggered", "acknowledged"}, "include[]": {"first_trigger_log_entries"}, "service_ids[]": only}
	for more := true; more && len(items) < 9*deepest; {
		var page []item
		if page, more, err = c.page(ctx, ask, len(items)); err != nil {
			return nil, err
		}
		items = append(items, page...)
	}
	return items, nil
}

// log reads what was logged in a span, the newest first, and hands it on. What is beyond the depth of a list is asked for
// again, up to where the list came.
func (c *client) log(ctx context.Context, s span, each func(entry)) error {
	for s.from.Before(s.to) {
		part := span{later(s.from, s.to.Add(-widest)), s.to}
		s.to = part.from
		for more := true; more; {
			read, last := 0, part.to
			for more = true; more && read < deepest*9; {
				list, next, err := c.entries(ctx, "/log_entries", asked(part, nil), read)
				if err != nil {
					return err
				}
				for _, e := range list {
					each(e)
					if at := timeOf(e.CreatedAt); !at.IsZero() && at.Before(last) {
						last = at
					}
				}
				read, more = read+len(list), next
			}
			end := last.Add(time.Second)
			if more && !end.Before(part.to) {
				return fmt.Errorf("more than %d entries were logged in the second before %v: PagerDuty does not give them all", read, part.to)
			}
			part.to = end
		}
	}
	return nil
}

// logOf reads the log of one incident.
func (c *client) logOf(ctx context.Context, id text) (log []entry, err error) {
	for more := true; more; {
		var page []entry
		if page, more, err = c.entries(ctx, "/incidents/"+url.PathEscape(string(id))+"/log_entries", url.Values{}, len(log)); err != nil {
			return nil, err
		}
		log = append(log, page...)
	}
	return log, nil
}

func (c *client) entries(ctx context.Context, path string, ask url.Values, offset int) ([]entry, bool, error) {
	var answer struct {
		Entries []entry `json:"log_entries"`
		More    bool    `json:"more"`
	}
	ask.Del("service_ids[]")
	ask.Set("is_overview", "true") // without every single notification
	ask.Set("limit", strconv.Itoa(pageSize))
	ask.Set("offset", strconv.Itoa(offset))
	err := c.get(ctx, path, ask, &answer)
	return answer.Entries, answer.More && len(answer.Entries) > 0, err
}

// one reads an incident by itself.
func (c *client) one(ctx context.Context, id text) (item, error) {
	var answer struct {
		Incident json.RawMessage `json:"incident"`
	}
	err := c.get(ctx, "/incidents/"+url.PathEscape(string(id)), url.Values{"include[]": {"first_trigger_log_entries"}}, &answer)
	return item{answer.Incident, decode[incident](answer.Incident)}, err
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
