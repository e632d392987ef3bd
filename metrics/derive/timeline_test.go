package derive_test

import (
	"context"
	"fmt"
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

const (
	timelines = `SELECT concat(item, ': ', arrayStringConcat(groupArray(concat(stage, if(class = 'active', '', ' waits'), ' ', reason, if(owner = '', '', concat(' ', owner)), ' ', ifNull(toString((toUnixTimestamp64Milli(end_at) - toUnixTimestamp64Milli(start_at)) / 3600000), '…'))), ', ')) AS text
		FROM (SELECT * FROM stream_intervals ORDER BY item, n) GROUP BY item ORDER BY item`
	passed = `SELECT concat(item, ': ', from_owner, ' > ', to_owner, ' ', reason, ' ', ifNull(toString(wait_ms / 3600000), '…'), if(return, ' back', '')) AS text FROM stream_handoffs ORDER BY item, n`
	exits  = `SELECT concat(item, ': ', stage, ' ', toString(countIf(forward)), ' exits, ', toString(countIf(returned)), ' returned') AS text FROM stream_visits GROUP BY item, stage ORDER BY item, min(position), stage`
	totals = `SELECT concat(item, ' ', status, if(excluded = '', '', concat(' (', excluded, ')')), ' ', ifNull(toString(lead_ms / 3600000), '…'), ' = ', ifNull(toString(active_ms / 3600000), '…'), ' + ', ifNull(toString(waiting_ms / 3600000), '…')) AS text FROM stream_items ORDER BY item`
)

func TestTimelines(t *testing.T) {
	w := warehousetest.Open(t)
	for _, test := range []struct {
		name         string
		tell         func(s *story)
		organisation derive.Organisation
		want         map[string]string
	}{
		{
			// Worked example 4 of definitions.md: created Mon 09:00, 33 h later done; active 6 + 2 + 3 + 2 = 13 h.
			name: "worked example 4",
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
	} {
		t.Run(test.name, func(t *testing.T) {
			empty(t, w)
			var s story
			test.tell(&s)
			if err := w.Write(context.Background(), s.Records); err != nil {
				t.Fatal(err)
			}
			d := newDeriver(w)
			if err := d.Apply(context.Background(), test.organisation); err != nil {
				t.Fatal(err)
			}
			if _, err := d.Rebuild(context.Background()); err != nil {
				t.Fatal(err)
			}
			for sql, want := range test.want {
				var rows []struct {
					Text string `ch:"text"`
				}
				if err := w.Select(context.Background(), &rows, sql, nil); err != nil {
					t.Fatal(err)
				}
				var got []string
				for _, row := range rows {
					got = append(got, row.Text)
				}
				if strings.Join(got, "\n") != want {
					t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
				}
			}
		})
	}
}
