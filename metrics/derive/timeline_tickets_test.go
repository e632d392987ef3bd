package derive_test

import (
	"testing"
	"time"

	"github.com/weirhq/weir/metrics/derive"
	"github.com/weirhq/weir/warehouse"
)

// blocks says that a ticket is blocked by another since a moment.
func (s *story) blocks(ticket, by, since string) {
	s.TicketLinks = append(s.TicketLinks, warehouse.TicketLink{Ticket: ticket, Kind: "is_blocked_by", Target: by, Since: clock(since)})
}

func TestTimelinesOfTickets(t *testing.T) {
	tellAll(t, derive.Organisation{}, []told{
		{
			// In work 9–16, in the way of it something 11–14: 2 + 2 of 7 h are active.
			name: "flagged in the middle of the work", items: "FL-1",
			tell: func(s *story) {
				s.ticket("FL-1", "02 09:00", "In Progress")
				s.move("FL-1", "02 11:00", "flagged", "", "Impediment")
				s.move("FL-1", "02 14:00", "flagged", "Impediment", "")
				s.statuses("FL-1", "02 16:00 Done")
			},
			want: map[string]string{
				timelines: `FL-1: development working development 2, development waits blocked development 3, development working development 2`,
				passed:    ``,
				exits:     `FL-1: development 1 exits, 0 returned`,
				totals:    `FL-1 done 7 = 4 + 3`,
			},
		},
		{
			// The same with a pull request, coding 10–15, review –15:30, merge –15:45: what is in the way comes first.
			// 1 + 1 + 1 + 0.25 of 7 h are active.
			name: "flagged while somebody codes", items: "FL-2",
			tell: func(s *story) {
				s.ticket("FL-2", "02 09:00", "In Progress")
				s.move("FL-2", "02 11:00", "flagged", "", "Impediment")
				s.move("FL-2", "02 14:00", "flagged", "Impediment", "")
				s.change(1, "FL-2 Pay later", "02 10:00", "02 15:00", "02 15:45", "M1")
				s.said(1, "02 15:30", "approved", "bob")
				s.statuses("FL-2", "02 16:00 Done")
			},
			want: map[string]string{
				timelines: `FL-2: development working development 1, development working development 1, development waits blocked development 3, development working development 1, review waits review review 0.5, merge waits merge development 0.25, development working development 0.25`,
				totals:    `FL-2 done 7 = 3.25 + 3.75`,
			},
		},
		{
			// LI-2 is blocked from 10 until LI-1 is resolved at 13.
			name: "blocked by another ticket", items: "LI-1 LI-2",
			tell: func(s *story) {
				s.ticket("LI-1", "02 09:00", "In Progress").ResolvedAt = clock("02 13:00")
				s.statuses("LI-1", "02 13:00 Done")
				s.ticket("LI-2", "02 09:00", "In Progress")
				s.blocks("LI-2", "LI-1", "02 10:00")
				s.statuses("LI-2", "02 15:00 Done")
			},
			want: map[string]string{
				timelines: `LI-1: development working development 4
LI-2: development working development 1, development waits blocked development 3, development working development 2`,
				totals: `LI-1 done 4 = 4 + 0
LI-2 done 6 = 3 + 3`,
			},
		},
		{
			// Nobody says when LI-3 was resolved, but its history says that it was done at 13.
			name: "blocked by a ticket that was done without being resolved", items: "LI-4",
			tell: func(s *story) {
				s.ticket("LI-3", "02 09:00", "In Progress")
				s.statuses("LI-3", "02 13:00 Done")
				s.ticket("LI-4", "02 09:00", "In Progress")
				s.blocks("LI-4", "LI-3", "02 10:00")
				s.statuses("LI-4", "02 15:00 Done")
			},
			want: map[string]string{
				timelines: `LI-4: development working development 1, development waits blocked development 3, development working development 2`,
			},
		},
		{
			// Blocked says nothing of the stage: it goes on in development, and coming back from it is no return.
			name: "a status of its own for what is blocked", items: "BL-1",
			tell: func(s *story) {
				s.ticket("BL-1", "02 09:00", "In Progress")
				s.statuses("BL-1", "02 10:00 Blocked; 02 13:00 In Progress; 02 14:00 Done")
			},
			want: map[string]string{
				timelines: `BL-1: development working development 1, development waits blocked development 3, development working development 1`,
				passed:    ``,
				exits:     `BL-1: development 1 exits, 0 returned`,
				totals:    `BL-1 done 5 = 2 + 3`,
			},
		},
		{
			// It went nowhere but to the end: 3 h of waiting, owned by nobody.
			name: "from the backlog to done", items: "SK-1",
			tell: func(s *story) {
				s.ticket("SK-1", "02 09:00", "Backlog")
				s.statuses("SK-1", "02 12:00 Done")
			},
			want: map[string]string{
				timelines: `SK-1: backlog waits backlog 3`,
				exits:     `SK-1: backlog 1 exits, 0 returned`,
				totals:    `SK-1 done 3 = 0 + 3`,
				"SELECT concat(item, ' ', ifNull(toString(begun_at), 'never begun')) AS text FROM stream_items": `SK-1 never begun`,
			},
		},
		{
			// Three moves at 10:00:00.000: it was in test since, and never in development. 1 h + 2 h.
			name: "several statuses in one moment", items: "SK-2",
			tell: func(s *story) {
				s.ticket("SK-2", "02 09:00", "Backlog")
				s.statuses("SK-2", "02 10:00 In Progress; 02 10:00 Ready for Test; 02 10:00 In Test; 02 12:00 Done")
				for i, id := range []string{"8", "9", "10"} { // as numbers go, not as words do
					s.Transitions[i].ID = id
				}
			},
			want: map[string]string{
				timelines: `SK-2: backlog waits backlog test 1, test test test 2`,
				passed:    ``,
				exits: `SK-2: backlog 1 exits, 0 returned
SK-2: test 1 exits, 0 returned`,
				totals: `SK-2 done 3 = 2 + 1`,
			},
		},
		{
			// Development 9–11, test –12, done –15, development again –17, test –18: done for good at 18. 2 + 1 + 2 + 1 of 9 h
			// are active; the exits of both stages at 11 and 12 came back at 15.
			name: "reopened", items: "RE-1",
			tell: func(s *story) {
				s.ticket("RE-1", "02 09:00", "In Progress")
				s.statuses("RE-1", "02 11:00 In Test; 02 12:00 Done; 02 15:00 In Progress; 02 17:00 In Test; 02 18:00 Done")
			},
			want: map[string]string{
				timelines: `RE-1: development working development 2, test test test 1, done waits reopened development 3, development working development 2, test test test 1`,
				exits: `RE-1: development 2 exits, 1 returned
RE-1: test 2 exits, 1 returned
RE-1: done 0 exits, 0 returned`,
				totals: `RE-1 done 9 = 6 + 3`,
				passed: `RE-1: development > test test 0
RE-1: test > development reopened 3 back
RE-1: development > test test 0`,
			},
		},
		{
			// Sent back from test past development to analysis: both exits came back, at 12.
			name: "sent back over two stages", items: "RE-2",
			tell: func(s *story) {
				s.ticket("RE-2", "02 09:00", "Analysis")
				s.statuses("RE-2", "02 10:00 In Progress; 02 11:00 In Test; 02 12:00 Analysis; 02 13:00 In Progress; 02 14:00 Done")
			},
			want: map[string]string{
				exits: `RE-2: analysis 2 exits, 1 returned
RE-2: development 2 exits, 1 returned
RE-2: test 0 exits, 0 returned`,
				totals: `RE-2 done 5 = 5 + 0`,
			},
		},
		{
			// A name that says nothing, of no category, counts as work and is told as unmapped: 9–12 in one piece.
			name: "an unmapped status", items: "UN-1 Frobbing",
			tell: func(s *story) {
				s.ticket("UN-1", "02 09:00", "In Progress")
				s.statuses("UN-1", "02 11:00 Frobbing; 02 12:00 Done")
			},
			want: map[string]string{
				timelines: `UN-1: development working development 3`,
				"SELECT concat(status, ' ', stage, ' ', class, ' ', rule) AS text FROM stream_statuses": `Frobbing development active unmapped`,
			},
		},
		{
			// All that is known is that it was resolved at 15: 6 h of which nobody knows more.
			name: "told without history", items: "HI-1",
			tell: func(s *story) {
				s.ticket("HI-1", "02 09:00", "Done").ResolvedAt = clock("02 15:00")
			},
			want: map[string]string{
				timelines: `HI-1: backlog waits unknown 6`,
				totals:    `HI-1 done 6 = 0 + 6`,
			},
		},
		{
			// Nothing moved since it was created, at 9.
			name: "open, without history", items: "HI-2",
			tell: func(s *story) { s.ticket("HI-2", "02 09:00", "In Progress") },
			want: map[string]string{
				timelines: `HI-2: development working development …`,
				totals:    `HI-2 open … = … + …`,
			},
		},
		{
			// Closed as Won't Do, by its resolution or by its status: neither is work that was done. Nor is an epic.
			name: "won't do, and an epic", items: "WO-1 WO-2 WO-3",
			tell: func(s *story) {
				s.ticket("WO-1", "02 09:00", "Backlog")
				s.statuses("WO-1", "02 12:00 Done")
				s.move("WO-1", "02 12:00", "resolution", "", "Won't Do")
				s.ticket("WO-2", "02 09:00", "In Progress").Type = "Epic"
				s.ticket("WO-3", "02 09:00", "Backlog")
				s.statuses("WO-3", "02 12:00 Cancelled")
			},
			want: map[string]string{
				totals: `WO-1 excluded (it was closed without being done: Won't Do) 3 = 0 + 3
WO-2 excluded (it is an epic: the tickets in it are counted) … = … + …
WO-3 excluded (it was closed without being done: Cancelled) 3 = 0 + 3`,
				// It was in progress until it was given up; an epic never was.
				"SELECT concat(item, if(dropped, ' was given up', ' was not')) AS text FROM stream_items ORDER BY item":                     "WO-1 was given up\nWO-2 was not\nWO-3 was given up",
				"SELECT concat(item, if(dropped, ' was given up', ' was not')) AS text FROM stream_visits ORDER BY item, n LIMIT 1 BY item": "WO-1 was given up\nWO-2 was not\nWO-3 was given up",
			},
		},
		{
			// 2 h of development, 24 h waiting for the DBA, 1 h with them, 2 h of development. Coming back is no return.
			name: "a visit to another group", items: "DB-1 DBA",
			tell: func(s *story) {
				s.ticket("DB-1", "02 09:00", "In Progress")
				s.statuses("DB-1", "02 11:00 Waiting for DBA; 03 11:00 In DBA; 03 12:00 In Progress; 03 14:00 Done")
			},
			want: map[string]string{
				timelines: `DB-1: development working development 2, dba waits dba dba 24, dba dba dba 1, development working development 2`,
				passed: `DB-1: development > dba dba 24
DB-1: dba > development working 0`,
				exits: `DB-1: development 1 exits, 0 returned
DB-1: dba 1 exits, 0 returned`,
				totals: `DB-1 done 29 = 5 + 24`,
				"SELECT concat(title, ' ', stage, ' ', toString(position), if(side, ' side', '')) AS text FROM stream_stages": `DBA dba 50 side`,
			},
		},
		{
			// From test to the DBA and back to development: the visit is no return, the way from test to development is one.
			name: "sent back by way of another group", items: "DB-2",
			tell: func(s *story) {
				s.ticket("DB-2", "02 09:00", "In Progress")
				s.statuses("DB-2", "02 10:00 In Test; 02 11:00 Waiting for DBA; 02 12:00 In Progress; 02 13:00 In Test; 02 14:00 Done")
			},
			want: map[string]string{
				exits: `DB-2: development 2 exits, 1 returned
DB-2: dba 1 exits, 0 returned
DB-2: test 1 exits, 0 returned`,
			},
		},
		{
			// Blocked since before it was written, 9–11, and flagged 10–12: 3 h of waiting in the backlog, 1 h of work.
			name: "in the way before the work", items: "LI-6",
			tell: func(s *story) {
				s.ticket("LI-5", "02 07:00", "In Progress").ResolvedAt = clock("02 11:00")
				s.statuses("LI-5", "02 11:00 Done")
				s.ticket("LI-6", "02 09:00", "Backlog")
				s.blocks("LI-6", "LI-5", "02 08:00")
				s.move("LI-6", "02 10:00", "flagged", "", "Impediment")
				s.move("LI-6", "02 12:00", "flagged", "Impediment", "")
				s.statuses("LI-6", "02 12:00 In Progress; 02 13:00 Done")
			},
			want: map[string]string{
				"SELECT concat(item, ' ', stage, ' ', class, ' ', reason, ' ', toString(sum(dateDiff('hour', start_at, assumeNotNull(end_at))))) AS text FROM stream_intervals WHERE item = 'LI-6' GROUP BY item, stage, class, reason ORDER BY min(start_at)": `LI-6 backlog waiting blocked 3
LI-6 development active working 1`,
				totals: `LI-6 done 4 = 1 + 3`,
			},
		},
		{
			// Development sent it back to the backlog at 11: that exit from the backlog came back, and development let it go once.
			name: "back to the backlog", items: "RE-3",
			tell: func(s *story) {
				s.ticket("RE-3", "02 09:00", "Backlog")
				s.statuses("RE-3", "02 10:00 In Progress; 02 11:00 Backlog; 02 12:00 In Progress; 02 13:00 Done")
			},
			want: map[string]string{
				exits: `RE-3: backlog 2 exits, 1 returned
RE-3: development 1 exits, 0 returned`,
				totals: `RE-3 done 4 = 2 + 2`,
			},
		},
		{
			// From test to the DBA and back to test is no return.
			name: "a visit in the middle of the test", items: "DB-3",
			tell: func(s *story) {
				s.ticket("DB-3", "02 09:00", "In Test")
				s.statuses("DB-3", "02 11:00 Waiting for DBA; 02 12:00 In Test; 02 13:00 Done")
			},
			want: map[string]string{
				exits: `DB-3: dba 1 exits, 0 returned
DB-3: test 1 exits, 0 returned`,
				totals: `DB-3 done 4 = 3 + 1`,
			},
		},
	})
}

// A moment of a history that is before the ticket's own creation counts as its creation.
func TestTimelineNeverBeginsBeforeItsTicket(t *testing.T) {
	tellAll(t, derive.Organisation{}, []told{{
		name: "moved before it was created", items: "EA-1",
		tell: func(s *story) {
			s.ticket("EA-1", "02 09:00", "Backlog")
			s.statuses("EA-1", "02 08:00 In Progress; 02 12:00 Done")
			s.Tickets[0].UpdatedAt = time.Time{}
		},
		want: map[string]string{timelines: `EA-1: development working development 3`, totals: `EA-1 done 3 = 3 + 0`},
	}})
}
