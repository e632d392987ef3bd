package derive_test

import (
	"testing"

	"github.com/weirhq/weir/metrics/derive"
)

func TestTimelinesOfPullRequests(t *testing.T) {
	tellAll(t, derive.Organisation{}, []told{
		{
			// #1: coding 10–11, waits for review 11–13, for its merge 13–14. #2: coding 12–15, review 15–16, merge 16–18.
			// What is active comes first, so #2's coding covers #1's waiting from 12 on: development 1, review 1, development
			// 3, review 1, merge 2; the status fills 18–19. Active 1 + 3 + 1 = 5 of 10 h. The merge is received when the
			// author's group works again, at 18: 2 h.
			name: "two pull requests of one ticket at the same time", items: "PA-1",
			tell: func(s *story) {
				s.ticket("PA-1", "02 09:00", "Backlog")
				s.statuses("PA-1", "02 10:00 In Progress; 02 19:00 Done")
				s.change(1, "PA-1 Pay later", "02 10:00", "02 11:00", "02 14:00", "M1")
				s.change(2, "PA-1 Pay even later", "02 12:00", "02 15:00", "02 18:00", "M2")
				s.said(1, "02 13:00", "approved", "bob")
				s.said(2, "02 16:00", "approved", "bob")
			},
			want: map[string]string{
				timelines: `PA-1: backlog waits backlog development 1, development working development 1, review waits review review 1, development working development 3, review waits review review 1, merge waits merge development 2, development working development 1`,
				passed: `PA-1: development > review review 1
PA-1: review > development working 0
PA-1: development > review review 1
PA-1: review > development merge 2`,
				exits: `PA-1: backlog 1 exits, 0 returned
PA-1: development 1 exits, 0 returned
PA-1: review 1 exits, 0 returned
PA-1: merge 1 exits, 0 returned`,
				totals: `PA-1 done 10 = 5 + 5`,
			},
		},
		{
			// Coding 9–10 before the pull request, a draft 10–11, ready 11–12, a draft again 12–14, ready 14–15, approved,
			// merged 16: active 2 + 2 = 4 of 7 h. Becoming a draft again is no return.
			name: "a draft that became ready twice, without a ticket", items: "org/a#7",
			tell: func(s *story) {
				s.change(7, "Tidy", "02 09:00", "02 10:00", "02 16:00", "M7")
				s.said(7, "02 11:00", "ready", "ann")
				s.said(7, "02 12:00", "draft", "ann")
				s.said(7, "02 14:00", "ready", "ann")
				s.said(7, "02 15:00", "approved", "bob")
			},
			want: map[string]string{
				timelines: `org/a#7: development working development 2, review waits review review 1, development working development 2, review waits review review 1, merge waits merge development 1`,
				passed: `org/a#7: development > review review 1
org/a#7: review > development working 0
org/a#7: development > review review 1
org/a#7: review > development merge 1`,
				exits: `org/a#7: development 1 exits, 0 returned
org/a#7: review 1 exits, 0 returned
org/a#7: merge 1 exits, 0 returned`,
				totals: `org/a#7 done 7 = 4 + 3`,
			},
		},
		{
			// Coding 9–10, pickup –11, reviewed –12, rework –14, waits for the second round –15, merge –15:30.
			// Active 1 + 1 + 2 = 4 of 6.5 h. It was not approved before: no return.
			name: "reviewed again after changes were requested", items: "org/a#3",
			tell: func(s *story) {
				s.change(3, "Tidy", "02 09:00", "02 10:00", "02 15:30", "M3")
				s.said(3, "02 11:00", "commented", "bob")
				s.said(3, "02 12:00", "changes_requested", "bob")
				s.said(3, "02 14:00", "pushed", "ann")
				s.said(3, "02 15:00", "approved", "bob")
			},
			want: map[string]string{
				timelines: `org/a#3: development working development 1, review waits review review 1, review review review 1, review rework development 2, review waits review review 1, merge waits merge development 0.5`,
				passed: `org/a#3: development > review review 1
org/a#3: review > development rework 0
org/a#3: development > review review 1
org/a#3: review > development merge 0.5`,
				exits: `org/a#3: development 1 exits, 0 returned
org/a#3: review 1 exits, 0 returned
org/a#3: merge 1 exits, 0 returned`,
				totals: `org/a#3 done 6.5 = 4 + 2.5`,
			},
		},
		{
			// Approved at 11, and changes requested at 12: the exit from review at 11 came back; merge sent it, so it did not
			// exit. Rework 12–13, second round –14, merge –15: review exits twice, once returned. Active 1 + 1 of 6 h.
			name: "changes requested after the approval", items: "org/a#4",
			tell: func(s *story) {
				s.change(4, "Tidy", "02 09:00", "02 10:00", "02 15:00", "M4")
				s.said(4, "02 11:00", "approved", "bob")
				s.said(4, "02 12:00", "changes_requested", "cat")
				s.said(4, "02 13:00", "pushed", "ann")
				s.said(4, "02 14:00", "approved", "cat")
			},
			want: map[string]string{
				timelines: `org/a#4: development working development 1, review waits review review 1, merge waits merge development 1, review rework development 1, review waits review review 1, merge waits merge development 1`,
				passed: `org/a#4: development > review review 1
org/a#4: review > development merge 1
org/a#4: development > review review 1
org/a#4: review > development merge 1`,
				exits: `org/a#4: development 1 exits, 0 returned
org/a#4: review 2 exits, 1 returned
org/a#4: merge 1 exits, 0 returned`,
				totals:  `org/a#4 done 6 = 2 + 4`,
				returns: `org/a#4 1 review from merge changes_requested org/a#4 2026-03-02 12:00:00.000`,
			},
		},
		{
			// A bot's approval and the author's own remark move nothing; the merge needed none: review 10–12.
			name: "nobody but a bot and the author said something", items: "org/a#5",
			tell: func(s *story) {
				s.change(5, "Tidy", "02 09:00", "02 10:00", "02 12:00", "M5")
				s.said(5, "02 10:15", "approved", "lint[bot]")
				s.said(5, "02 10:30", "commented", "ann")
			},
			want: map[string]string{
				timelines: `org/a#5: development working development 1, review waits review review 2`,
				totals:    `org/a#5 done 3 = 1 + 2`,
			},
		},
		{
			// #8: bob reads since 11. #9: nobody does. Neither has an end.
			name: "open pull requests without a ticket", items: "org/a#8 org/a#9",
			tell: func(s *story) {
				s.change(8, "Tidy", "02 09:00", "02 10:00", "", "")
				s.said(8, "02 11:00", "commented", "bob")
				s.change(9, "Sweep", "02 09:00", "02 12:00", "", "")
			},
			want: map[string]string{
				timelines: `org/a#8: development working development 1, review waits review review 1, review review review …
org/a#9: development working development 3, review waits review review …`,
				passed: `org/a#8: development > review review 1
org/a#9: development > review review …`,
				exits: `org/a#8: development 1 exits, 0 returned
org/a#8: review 0 exits, 0 returned
org/a#9: development 1 exits, 0 returned
org/a#9: review 0 exits, 0 returned`,
				totals: `org/a#8 open … = … + …
org/a#9 open … = … + …`,
				`SELECT concat(item, ' ', stage, ' ', owner, ' ', ifNull(toString(since_at), '')) AS text FROM stream_items ORDER BY item`: `org/a#8 review review 2026-03-02 10:00:00.000
org/a#9 review review 2026-03-02 12:00:00.000`,
			},
		},
		{
			// The ticket ended at 12 on the 2nd. What names it on the 20th is an item of its own: 9–10 coding, review –11.
			name: "a change that mentions a ticket long after it was done", items: "PA-2 org/a#10",
			tell: func(s *story) {
				s.ticket("PA-2", "02 09:00", "In Progress")
				s.statuses("PA-2", "02 12:00 Done")
				s.change(10, "Follow-up of PA-2", "20 09:00", "20 10:00", "20 11:00", "M10")
			},
			want: map[string]string{
				totals: `PA-2 done 3 = 3 + 0
org/a#10 done 2 = 1 + 1`,
				"SELECT concat(item, ' has ', toString(length(changes))) AS text FROM stream_items ORDER BY item": `PA-2 has 0
org/a#10 has 1`,
			},
		},
		{
			// Nobody merged it: it is no work that was done, and nothing that is under way.
			name: "closed without being merged", items: "org/a#11",
			tell: func(s *story) {
				s.change(11, "Sweep", "02 09:00", "02 10:00", "", "").ClosedAt = clock("02 12:00")
			},
			want: map[string]string{
				"SELECT concat(item, ' ', status, ': ', excluded) AS text FROM stream_items": `org/a#11 excluded: it was closed without being merged`,
			},
		},
		{
			// An approval that was taken back counts no more: 9–10 coding, review –11, merge –12, review –13, merge –14.
			// Nobody asked for changes: no return.
			name: "a dismissed approval", items: "org/a#12",
			tell: func(s *story) {
				s.change(12, "Sweep", "02 09:00", "02 10:00", "02 14:00", "M12")
				s.said(12, "02 11:00", "approved", "bob")
				s.said(12, "02 12:00", "dismissed", "cat")
				s.said(12, "02 13:00", "approved", "bob")
			},
			want: map[string]string{
				timelines: `org/a#12: development working development 1, review waits review review 1, merge waits merge development 1, review waits review review 1, merge waits merge development 1`,
				totals:    `org/a#12 done 5 = 1 + 4`,
			},
		},
		{
			// The pull request was given up at 12; the ticket went on by its status: coding 10–11, review –12.
			name: "a ticket whose pull request was closed", items: "PA-3",
			tell: func(s *story) {
				s.ticket("PA-3", "02 09:00", "In Progress")
				s.statuses("PA-3", "02 15:00 Done")
				s.change(1, "PA-3 Pay later", "02 10:00", "02 11:00", "", "").ClosedAt = clock("02 12:00")
			},
			want: map[string]string{
				timelines: `PA-3: development working development 1, development working development 1, review waits review review 1, development working development 3`,
				totals:    `PA-3 done 6 = 5 + 1`,
			},
		},
		{
			// Begun an hour before the ticket was written, and merged two hours after it was done: both belong to it.
			name: "work before and after its ticket", items: "PA-4",
			tell: func(s *story) {
				s.ticket("PA-4", "02 10:00", "In Progress")
				s.statuses("PA-4", "02 12:00 Done")
				s.change(1, "Pay later", "02 09:00", "02 11:00", "02 14:00", "M1").HeadBranch = "pa-4-pay-later"
				s.said(1, "02 13:00", "approved", "bob")
			},
			want: map[string]string{
				timelines: `PA-4: development working development 2, review waits review review 2, merge waits merge development 1`,
				totals:    `PA-4 done 5 = 2 + 3`,
				"SELECT concat(item, ' ', links[1].rule) AS text FROM stream_items": `PA-4 branch`,
			},
		},
		{
			// Stays: development 9–10, review, merge –11, development –12, test –13; back, then all of them again –17. The way
			// from test to development at 13 came back through review and merge: each let two through, of which one came back.
			name: "sent back from test with a pull request of its own", items: "PA-5",
			tell: func(s *story) {
				s.ticket("PA-5", "02 09:00", "In Progress")
				s.change(1, "PA-5 Pay later", "02 09:00", "02 10:00", "02 11:00", "M1")
				s.said(1, "02 10:30", "approved", "bob")
				s.statuses("PA-5", "02 12:00 In Test; 02 13:00 In Progress; 02 16:00 In Test; 02 17:00 Done")
				s.change(2, "PA-5 Pay later, mended", "02 13:00", "02 14:00", "02 15:30", "M2")
				s.said(2, "02 15:00", "approved", "bob")
			},
			want: map[string]string{
				exits: `PA-5: development 2 exits, 1 returned
PA-5: review 2 exits, 1 returned
PA-5: merge 2 exits, 1 returned
PA-5: test 1 exits, 0 returned`,
				totals: `PA-5 done 8 = 5.5 + 2.5`,
			},
		},
	})
}
