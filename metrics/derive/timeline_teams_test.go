package derive_test

import (
	"testing"

	"github.com/weirhq/weir/metrics/derive"
)

// twoTeams are large enough to be shown, and two people are not. Nobody knows who is in the other teams.
func twoTeams() derive.Organisation {
	return derive.Organisation{Teams: []derive.Team{
		{Name: "checkout", Role: "development", Members: []string{"ann", "abe", "amy"}},
		{Name: "payments", Role: "development", Members: []string{"bob", "ben", "bea"}},
		{Name: "tiny", Role: "development", Members: []string{"tim", "tom"}},
		{Name: "search", Role: "development"},
		{Name: "quality", Role: "test"},
	}}
}

func TestTimelinesOfTeams(t *testing.T) {
	tellAll(t, twoTeams(), []told{
		{
			// Search has it 9–12, payments –15, search –17: 8 h of work, and each goes on at once.
			name: "two teams alternating", items: "PA-1",
			tell: func(s *story) {
				s.ticket("PA-1", "02 09:00", "In Progress").Team = "search"
				s.move("PA-1", "02 12:00", "team", "search", "payments")
				s.move("PA-1", "02 15:00", "team", "payments", "search")
				s.statuses("PA-1", "02 17:00 Done")
			},
			want: map[string]string{
				timelines: `PA-1: development working search 3, development working payments 3, development working search 2`,
				passed: `PA-1: search > payments working 0
PA-1: payments > search working 0`,
				totals: `PA-1 done 8 = 8 + 0`,
				exits:  `PA-1: development 1 exits, 0 returned`,
				"SELECT concat(item, ' is of ', team) AS text FROM stream_items": `PA-1 is of search`,
			},
		},
		{
			// Nobody says which team: that of whoever has it. Ann's 9–12, Bob's –15.
			name: "the assignee's team where there is no team field", items: "PA-2",
			tell: func(s *story) {
				s.ticket("PA-2", "02 09:00", "In Progress").Assignee = "ann"
				s.move("PA-2", "02 12:00", "assignee", "ann", "bob")
				s.statuses("PA-2", "02 15:00 Done")
			},
			want: map[string]string{
				timelines: `PA-2: development working checkout 3, development working payments 3`,
				passed:    `PA-2: checkout > payments working 0`,
				"SELECT concat(item, ' is of ', team) AS text FROM stream_items": `PA-2 is of checkout`,
			},
		},
		{
			// Tim's team has two people: it is shown as other, in every column.
			name: "a team that is too small", items: "PA-3",
			tell: func(s *story) {
				s.ticket("PA-3", "02 09:00", "In Progress").Assignee = "tim"
				s.move("PA-3", "02 12:00", "assignee", "tim", "ann")
				s.statuses("PA-3", "02 15:00 Done")
			},
			want: map[string]string{
				timelines: `PA-3: development working other 3, development working checkout 3`,
				passed:    `PA-3: other > checkout working 0`,
				"SELECT concat(item, ' is of ', team) AS text FROM stream_items":                                 `PA-3 is of other`,
				"SELECT concat(item, ' ', from_team, ' ', to_team, ' ', item_team) AS text FROM stream_handoffs": `PA-3 other checkout other`,
			},
		},
		{
			// The backlog is nobody's; what waits for the test is waiting for the only team that tests.
			name: "the only team of a role", items: "PA-4",
			tell: func(s *story) {
				s.ticket("PA-4", "02 09:00", "To Do").Assignee = "ann"
				s.statuses("PA-4", "02 10:00 In Progress; 02 12:00 Ready for Test")
				s.move("PA-4", "02 12:00", "assignee", "ann", "")
				s.statuses("PA-4", "02 15:00 In Test; 02 16:00 Done")
			},
			want: map[string]string{
				timelines: `PA-4: backlog waits backlog checkout 1, development working checkout 2, test waits test quality 3, test test quality 1`,
				passed:    `PA-4: checkout > quality test 3`,
			},
		},
		{
			// Many trackers never change the team of a ticket, nor its assignee: from 12 on it is with the only team that tests
			// all the same.
			name: "a team that stays", items: "PA-5",
			tell: func(s *story) {
				ticket := s.ticket("PA-5", "02 10:00", "In Progress")
				ticket.Team, ticket.Assignee = "checkout", "ann"
				s.statuses("PA-5", "02 12:00 Ready for Test; 02 15:00 In Test; 02 16:00 Done")
			},
			want: map[string]string{
				timelines: `PA-5: development working checkout 2, test waits test quality 3, test test quality 1`,
				passed:    `PA-5: checkout > quality test 3`,
			},
		},
		{
			// The same for a visit, to a group that no team is named after: 12–15 waiting, 15–16 with it.
			name: "a visit with a team that stays", items: "PA-6",
			tell: func(s *story) {
				s.ticket("PA-6", "02 10:00", "In Progress").Team = "checkout"
				s.statuses("PA-6", "02 12:00 Waiting for DBA; 02 15:00 In DBA; 02 16:00 In Progress; 02 17:00 Done")
			},
			want: map[string]string{
				timelines: `PA-6: development working checkout 2, dba waits dba dba 3, dba dba dba 1, development working checkout 1`,
				passed: `PA-6: checkout > dba dba 3
PA-6: dba > checkout working 0`,
			},
		},
		{
			// PA-8 of checkout waits from 11 to 14 for PA-7 of payments: 3 h that are payments'.
			name: "blocked by another team's ticket", items: "PA-7 PA-8",
			tell: func(s *story) {
				blocker := s.ticket("PA-7", "02 09:00", "In Progress")
				blocker.Team, blocker.ResolvedAt = "payments", clock("02 14:00")
				s.statuses("PA-7", "02 14:00 Done")
				s.ticket("PA-8", "02 10:00", "In Progress").Team = "checkout"
				s.blocks("PA-8", "PA-7", "02 11:00")
				s.statuses("PA-8", "02 15:00 Done")
			},
			want: map[string]string{
				timelines: `PA-7: development working payments 5
PA-8: development working checkout 1, development waits blocked payments 3, development working checkout 1`,
				passed: `PA-8: checkout > payments blocked 3
PA-8: payments > checkout working 0`,
			},
		},
		{
			// Bob of payments is asked at 10, reads 12–13 and approves: his team is waited for, in another role than its own.
			name: "a reviewer of another team", items: "org/a#1",
			tell: func(s *story) {
				s.change(1, "Tidy", "02 09:00", "02 10:00", "02 14:00", "M1")
				s.said(1, "02 10:00", "requested", "ann").Target = "bob"
				s.said(1, "02 12:00", "commented", "bob")
				s.said(1, "02 13:00", "approved", "bob")
			},
			want: map[string]string{
				timelines: `org/a#1: development working checkout 1, review waits review payments · review 2, review review payments · review 1, merge waits merge checkout 1`,
				passed: `org/a#1: checkout > payments · review review 2
org/a#1: payments · review > checkout merge 1`,
				"SELECT concat(item, ' ', from_team, ' ', from_role, ' ', to_team, ' ', to_role, ' ', item_team) AS text FROM stream_handoffs ORDER BY item, n": `org/a#1 checkout development payments review checkout
org/a#1 payments review checkout development checkout`,
			},
		},
	})
}

// A studio with a stage of its own in front, for its project's stories; the rest of the work has no stream.
func TestTimelinesOfConfiguredStream(t *testing.T) {
	stages := []derive.StreamStage{{Name: "ideas", Role: "business", Queue: true}, {Name: "sketch", Role: "design", Owner: "studio"}}
	for _, name := range []string{"development", "review", "merge", "build", "approval", "deploy"} {
		stages = append(stages, derive.StreamStage{Name: name, Role: name})
	}
	organisation := derive.Organisation{
		Teams: []derive.Team{{Name: "studio", Role: "design"}},
		Streams: []derive.Stream{{Name: "delivery", Projects: []string{"WEB"}, Types: []string{"Story"}, Stages: stages, Statuses: map[string]derive.StreamStatus{
			"parked": {Stage: "ideas", Class: "waiting", Reason: "backlog"}, "Thinking": {Stage: "sketch", Class: "active", Reason: "sketching"},
			"Out there": {Stage: "done"},
		}}},
	}
	tellAll(t, organisation, []told{
		{
			// Parked 9–10 (in any case of letters), thinking –12 by the stage's owner, then a status of the usual meaning –15.
			name: "stages, statuses and owners", items: "WEB-1 APP-1 WEB-2",
			tell: func(s *story) {
				s.ticket("WEB-1", "02 09:00", "Parked")
				s.statuses("WEB-1", "02 10:00 Thinking; 02 12:00 In Progress; 02 15:00 Out there")
				s.ticket("APP-1", "02 09:00", "Parked")
				s.ticket("WEB-2", "02 09:00", "Parked").Type = "Request"
			},
			want: map[string]string{
				timelines: `WEB-1: ideas waits backlog studio 1, sketch sketching studio 2, development working development 3`,
				passed:    `WEB-1: studio > development working 0`,
				exits: `WEB-1: ideas 1 exits, 0 returned
WEB-1: sketch 1 exits, 0 returned
WEB-1: development 1 exits, 0 returned`,
				totals: `WEB-1 done 6 = 5 + 1`,
				"SELECT concat(item, ' ', stream, ' ', toString(begun_at)) AS text FROM stream_items": `WEB-1 delivery 2026-03-02 10:00:00.000`,
			},
		},
		{
			// The stream has no stage "test": what waits for it waits where the ticket was.
			name: "a status whose usual stage the stream lacks", items: "WEB-3",
			tell: func(s *story) {
				s.ticket("WEB-3", "02 09:00", "In Progress")
				s.statuses("WEB-3", "02 10:00 Ready for Test; 02 12:00 Out there")
			},
			want: map[string]string{
				timelines: `WEB-3: development working development 1, development waits test development 2`,
			},
		},
	})
}

// A stream of one service, beside one of all others' tickets: what is alone belongs where its service does.
func TestTimelinesOfTwoStreams(t *testing.T) {
	var stages []derive.StreamStage
	for _, name := range []string{"development", "review", "merge", "build", "approval", "deploy"} {
		stages = append(stages, derive.StreamStage{Name: name, Role: name})
	}
	// Stories have services of their own: a-00 is the first one's.
	organisation := derive.Organisation{Streams: []derive.Stream{
		{Name: "delivery", Projects: []string{"ON"}, Services: []string{"a-00"}, Stages: stages}, {Name: "other", Projects: []string{"OT"}, Services: []string{"a-01"}, Stages: stages},
	}}
	const streams = "SELECT concat(item, ' ', stream) AS text FROM stream_items ORDER BY item, stream"
	alone := func(s *story) {
		s.begins("Pay later")
		s.deploy("d1", "03 13:00", "B")
	}
	tellAll(t, organisation, []told{
		{name: "the first one's", items: "org/a#5", tell: alone, want: map[string]string{streams: "org/a#5 delivery"}},
		{name: "the other one's", items: "org/a#5", tell: alone, want: map[string]string{streams: "org/a#5 other"}},
		{name: "a ticket's", items: "ON-1 org/a#5", tell: func(s *story) {
			s.begins("ON-1 Pay later")
			s.ticket("ON-1", "03 09:00", "In Progress")
		}, want: map[string]string{streams: "ON-1 delivery"}},
	})
}

// How a team is shown changes nothing of when it works. The offices work 9–17, Monday to Friday, in Berlin and in Tokyo; two
// people in Tokyo are shown as other. Monday 2 March, in UTC: Tim has it 0–9 (Tokyo 9–18: 8 h), Ann 9–12 (Berlin 10–13:
// 3 h), then it waits until 15 for Tom's ticket (Tokyo 21–24: nothing), and again is Ann's until 16 (Berlin 16–17: 1 h).
func TestTimelinesOfTeamsTooSmallByTheirCalendar(t *testing.T) {
	organisation := twoTeams()
	organisation.Calendar = "Berlin"
	for i := range organisation.Teams {
		if organisation.Teams[i].Name == "tiny" {
			organisation.Teams[i].Calendar = "Tokyo"
		}
	}
	hours := map[string]string{"mon-fri": "09:00-17:00"}
	organisation.Calendars = []derive.Calendar{{Name: "Berlin", Timezone: "Europe/Berlin", Hours: hours}, {Name: "Tokyo", Timezone: "Asia/Tokyo", Hours: hours}}
	tellAll(t, organisation, []told{{
		name: "in Tokyo", items: "TK-1",
		tell: func(s *story) {
			s.ticket("TK-1", "02 00:00", "In Progress").Assignee = "tim"
			s.move("TK-1", "02 09:00", "assignee", "tim", "ann")
			s.statuses("TK-1", "02 16:00 Done")
			s.ticket("TK-2", "02 00:00", "In Progress").Team = "tiny"
			s.statuses("TK-2", "02 15:00 Done")
			s.blocks("TK-1", "TK-2", "02 12:00")
		},
		want: map[string]string{
			timelines: `TK-1: development working other 9, development working checkout 3, development waits blocked other 3, development working checkout 1`,
			`SELECT concat(item, ' ', arrayStringConcat(groupArray(toString(working_ms / 3600000)), ' ')) AS text FROM (SELECT * FROM stream_intervals ORDER BY item, n) GROUP BY item`: `TK-1 8 3 0 1`,
		},
	}})
}
