package derive_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/weirhq/weir/metrics/derive"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// ticket adds a ticket in its first status; move changes its status.
func (s *story) ticket(key, created, status string) *warehouse.Ticket {
	s.Tickets = append(s.Tickets, warehouse.Ticket{Key: key, Project: strings.Split(key, "-")[0], Type: "Story", Class: "feature", Status: status, CreatedAt: clock(created)})
	return &s.Tickets[len(s.Tickets)-1]
}

// move tells of a ticket's field; at the same time the ticket gets its new status.
func (s *story) move(key, at, field, from, to string) {
	s.Transitions = append(s.Transitions, warehouse.Transition{Ticket: key, ID: fmt.Sprint(len(s.Transitions) + 100), At: clock(at), Field: field, From: from, To: to})
	for i := range s.Tickets {
		if s.Tickets[i].Key == key && field == "status" {
			s.Tickets[i].Status = to
		}
	}
}

// statuses moves a ticket through statuses: "02 11:00 In Progress; 02 17:00 Ready for Test".
func (s *story) statuses(key string, moves string) {
	for move := range strings.SplitSeq(moves, ";") {
		move = strings.TrimSpace(move)
		from := ""
		for _, t := range s.Tickets {
			if t.Key == key {
				from = t.Status
			}
		}
		s.move(key, move[:8], "status", from, strings.TrimSpace(move[8:]))
	}
}

// said adds an event of a pull request: who did what to it.
func (s *story) said(number int64, at, kind, actor string) *warehouse.Review {
	s.Reviews = append(s.Reviews, warehouse.Review{Repo: "org/a", PullRequest: number, ID: fmt.Sprint(len(s.Reviews) + 100), Kind: kind, Actor: actor, At: clock(at)})
	return &s.Reviews[len(s.Reviews)-1]
}

// change adds a pull request of which the first commit is known; merged may be empty.
func (s *story) change(number int64, title, begun, created, merged, sha string) *warehouse.PullRequest {
	p := s.pull(number, created, merged, sha, "")
	p.Title, p.FirstCommitAt = title, clock(begun)
	return p
}

const (
	timelines = `SELECT concat(item, ': ', arrayStringConcat(groupArray(concat(stage, if(class = 'active', '', ' waits'), ' ', reason, if(owner = '', '', concat(' ', owner)), ' ', ifNull(toString((toUnixTimestamp64Milli(end_at) - toUnixTimestamp64Milli(start_at)) / 3600000), '…'))), ', ')) AS text
		FROM (SELECT * FROM stream_intervals ORDER BY item, n) GROUP BY item ORDER BY item`
	passed  = `SELECT concat(item, ': ', from_owner, ' > ', to_owner, ' ', reason, ' ', ifNull(toString(wait_ms / 3600000), '…'), if(return, ' back', '')) AS text FROM stream_handoffs ORDER BY item, n`
	exits   = `SELECT concat(item, ': ', stage, ' ', toString(countIf(forward)), ' exits, ', toString(countIf(returned)), ' returned') AS text FROM stream_visits WHERE item NOT LIKE 'org/%@A' GROUP BY item, stage ORDER BY item, min(position), stage`
	returns = `SELECT concat(item, ' ', toString(i.returns), ' ', v.stage, if(v.returned_from = '', '', concat(' from ', v.returned_from)), ' ', v.return_rule, ' ', v.return_record_id, ' ', toString(v.returned_at)) AS text FROM stream_items AS i INNER JOIN stream_visits AS v ON i.item = v.item
		WHERE v.returned ORDER BY item, v.n`
	totals = `SELECT concat(item, ' ', status, if(excluded = '', '', concat(' (', excluded, ')')), ' ', ifNull(toString(lead_ms / 3600000), '…'), ' = ', ifNull(toString(active_ms / 3600000), '…'), ' + ', ifNull(toString(waiting_ms / 3600000), '…')) AS text FROM stream_items
		WHERE NOT startsWith(excluded, 'baseline') ORDER BY item`
	// Of every item: each interval begins where the one before ended, and the first and the last are the item's ends.
	broken = `SELECT i.item AS text FROM stream_items AS i LEFT JOIN
		(SELECT stream, item, groupArray(start_at) AS starts, groupArray(end_at) AS ends, groupArray(n) AS ns, groupArray(ifNull(toString(end_at), '')) AS known FROM (SELECT * FROM stream_intervals ORDER BY stream, item, n) GROUP BY stream, item) AS l
		ON i.stream = l.stream AND i.item = l.item
		WHERE i.excluded = '' AND NOT (l.starts[1] = i.started_at AND arrayPopFront(arrayMap(x -> toString(x), l.starts)) = arrayPopBack(l.known) AND l.known[-1] = ifNull(toString(i.done_at), '')
			AND l.ns = arrayEnumerate(l.ns) AND (i.status = 'open' OR i.lead_ms = i.active_ms + i.waiting_ms AND i.lead_ms = dateDiff('millisecond', i.started_at, assumeNotNull(i.done_at)))) ORDER BY text`
)

// told is one story with what each question about its items answers. Stories that are told together need their own tickets;
// each has a repository and a service of its own, by the names org/a and a.
type told struct {
	name  string
	items string // with a space between
	tell  func(s *story)
	want  map[string]string
}

// tellAll tells the stories to one warehouse, derives, and asks of each its own items.
func tellAll(t *testing.T, organisation derive.Organisation, stories []told) {
	t.Helper()
	ctx := context.Background()
	w := warehousetest.Open(t)
	for i, test := range stories {
		var s story
		test.tell(&s)
		s.settle(i)
		if err := w.Write(ctx, s.Records); err != nil {
			t.Fatal(err)
		}
	}
	d := newDeriver(w)
	if err := d.Apply(ctx, organisation); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Rebuild(ctx); err != nil {
		t.Fatal(err)
	}
	for i, test := range stories {
		t.Run(test.name, func(t *testing.T) {
			for sql, want := range test.want {
				if got := answers(t, w, sql, i, strings.Fields(test.items)); got != want {
					t.Errorf("got\n%s\nwant\n%s", got, want)
				}
			}
		})
	}
	if got := answers(t, w, broken, 0, nil); got != "" {
		t.Errorf("there are items whose intervals do not tile: %s", got)
	}
}

// settle gives the i-th story a repository and a service of its own instead of org/a and a.
func (s *story) settle(i int) {
	repo, service := fmt.Sprintf("org/a-%02d", i), fmt.Sprintf("a-%02d", i)
	for i := range s.Commits {
		s.Commits[i].Repo = strings.Replace(s.Commits[i].Repo, "org/a", repo, 1)
	}
	for i := range s.PullRequests {
		s.PullRequests[i].Repo = strings.Replace(s.PullRequests[i].Repo, "org/a", repo, 1)
	}
	for i := range s.Reviews {
		s.Reviews[i].Repo = strings.Replace(s.Reviews[i].Repo, "org/a", repo, 1)
	}
	for i := range s.Builds {
		s.Builds[i].Repo = strings.Replace(s.Builds[i].Repo, "org/a", repo, 1)
		s.Builds[i].Pipeline = repo
	}
	for i := range s.Deployments {
		s.Deployments[i].Repo = strings.Replace(s.Deployments[i].Repo, "org/a", repo, 1)
		s.Deployments[i].Service = strings.Replace(s.Deployments[i].Service, "a", service, 1)
	}
}

// answers are the lines that begin with one of the i-th story's items; all of them where no items are given.
func answers(t *testing.T, w *warehouse.Warehouse, sql string, i int, items []string) string {
	t.Helper()
	var rows []struct {
		Text string `ch:"text"`
	}
	if err := w.Select(context.Background(), &rows, sql, nil); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, row := range rows {
		text := strings.ReplaceAll(row.Text, fmt.Sprintf("a-%02d", i), "a")
		item, _, _ := strings.Cut(text, " ")
		if items == nil || slices.Contains(items, strings.TrimSuffix(item, ":")) {
			all = append(all, text)
		}
	}
	return strings.Join(all, "\n")
}

func TestTimelines(t *testing.T) {
	tellAll(t, derive.Organisation{}, []told{
		{
			// Worked example 4 of definitions.md: created Mon 09:00, 33 h later done; active 6 + 2 + 3 + 2 = 13 h.
			name: "worked example 4", items: "T-1",
			tell: func(s *story) {
				s.ticket("T-1", "02 09:00", "Backlog")
				s.statuses("T-1", "02 11:00 In Progress; 02 17:00 Ready for Test; 03 10:00 In Test; 03 12:00 In Progress; 03 15:00 Ready for Test; 03 16:00 In Test; 03 18:00 Done")
			},
			want: map[string]string{
				timelines: `T-1: backlog waits backlog development 2, development working development 6, test waits test test 17, test test test 2, development working development 3, test waits test test 1, test test test 2`,
				passed: `T-1: development > test test 17
T-1: test > development working 0 back
T-1: development > test test 1`,
				exits: `T-1: backlog 1 exits, 0 returned
T-1: development 2 exits, 1 returned
T-1: test 1 exits, 0 returned`,
				totals: `T-1 done 33 = 13 + 20`,
			},
		},
	})
}
