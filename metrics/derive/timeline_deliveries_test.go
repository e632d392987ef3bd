package derive_test

import (
	"testing"

	"github.com/weirhq/weir/metrics/derive"
	"github.com/weirhq/weir/warehouse"
)

// built adds a build of a revision of org/a.
func (s *story) built(sha, queued, started, finished string) {
	s.Builds = append(s.Builds, warehouse.Build{Pipeline: "ci", ID: sha, Attempt: 1, Repo: "org/a", SHA: sha, QueuedAt: clock(queued), StartedAt: clock(started), FinishedAt: clock(finished), Result: "success"})
}

// begins is the service a with its first deployment, which delivers nothing, and one change after it: coding 03 09–10,
// review –11, merge –12.
func (s *story) begins(title string) {
	s.line(1)
	s.commit("B", "03 12:00", "A")
	s.change(5, title, "03 09:00", "03 10:00", "03 12:00", "B")
	s.said(5, "03 11:00", "approved", "bob")
}

const untilMerged = `development working development 1, review waits review review 1, merge waits merge development 1, `

func TestTimelinesOfDeliveries(t *testing.T) {
	tellAll(t, derive.Organisation{}, []told{
		{
			// CI queue 12–12:15, run –13. The approval, asked for at 12:30 and given at 12:45, held nothing up. The deployment
			// waits 13–13:30 and runs –14. Active 1 + 0.75 + 0.5 of 5 h.
			name: "an approval before the build ends", items: "org/a#5",
			tell: func(s *story) {
				s.begins("Pay later")
				s.built("B", "03 12:00", "03 12:15", "03 13:00")
				d := s.deploy("d1", "03 14:00", "B")
				d.ApprovalRequestedAt, d.ApprovedAt, d.StartedAt = clock("03 12:30"), clock("03 12:45"), clock("03 13:30")
			},
			want: map[string]string{
				timelines: `org/a#5: ` + untilMerged + `build waits ci queue platform 0.25, build ci run platform 0.75, deploy waits deploy window operations 0.5, deploy deploy operations 0.5`,
				totals:    `org/a#5 done 5 = 2.25 + 2.75`,
			},
		},
		{
			// Its change was merged at 12 and is never deployed, but the ticket was closed at 15 without being done: there its
			// time ends, 03 08–15.
			name: "given up with a change on its way", items: "GU-1",
			tell: func(s *story) {
				s.begins("GU-1 Pay later")
				s.ticket("GU-1", "03 08:00", "In Progress")
				s.statuses("GU-1", "03 15:00 Won't Do")
			},
			want: map[string]string{
				"SELECT concat(item, ' ', toString(dropped), ' ', excluded, ', until ', ifNull(toString(done_at), '…')) AS text FROM stream_items": `GU-1 true it was closed without being done: Won't Do, until 2026-03-03 15:00:00.000`,
				totals: `GU-1 excluded (it was closed without being done: Won't Do) 7 = 5 + 2`,
			},
		},
		{
			// #5 was merged at 12, and deployed with #6, of which the build was asked for at 15: until then it waits for the
			// deployment, 3 h. CI queue –15:15, run –16, deployment –17. #6: coding 13–14, review –14:30, merge –15.
			name: "a batch", items: "org/a#5 org/a#6",
			tell: func(s *story) {
				s.begins("Pay later")
				s.commit("C", "03 15:00", "B")
				s.change(6, "Pay at once", "03 13:00", "03 14:00", "03 15:00", "C")
				s.said(6, "03 14:30", "approved", "bob")
				s.built("C", "03 15:00", "03 15:15", "03 16:00")
				s.deploy("d1", "03 17:00", "C").StartedAt = clock("03 16:00")
			},
			want: map[string]string{
				timelines: `org/a#5: ` + untilMerged + `deploy waits deploy window operations 3, build waits ci queue platform 0.25, build ci run platform 0.75, deploy deploy operations 1
org/a#6: development working development 1, review waits review review 0.5, merge waits merge development 0.5, build waits ci queue platform 0.25, build ci run platform 0.75, deploy deploy operations 1`,
				passed: `org/a#5: development > review review 1
org/a#5: review > development merge 1
org/a#5: development > operations deploy window 3
org/a#5: operations > platform ci queue 0.25
org/a#5: platform > operations deploy 0
org/a#6: development > review review 0.5
org/a#6: review > development merge 0.5
org/a#6: development > platform ci queue 0.25
org/a#6: platform > operations deploy 0`,
				exits: `org/a#5: development 1 exits, 0 returned
org/a#5: review 1 exits, 0 returned
org/a#5: merge 1 exits, 0 returned
org/a#5: build 1 exits, 0 returned
org/a#5: deploy 1 exits, 0 returned
org/a#6: development 1 exits, 0 returned
org/a#6: review 1 exits, 0 returned
org/a#6: merge 1 exits, 0 returned
org/a#6: build 1 exits, 0 returned
org/a#6: deploy 1 exits, 0 returned`,
				totals: `org/a#5 done 8 = 2.75 + 5.25
org/a#6 done 4 = 2.75 + 1.25`,
			},
		},
		{
			// Delivered at 14 by d1. What is rolled back and deployed again later changes nothing of it, nor does a failed
			// deployment at 13.
			name: "a rollback", items: "org/a#5",
			tell: func(s *story) {
				s.begins("Pay later")
				s.deploy("d0b", "03 13:00", "B").Result = "failure"
				s.deploy("d1", "03 14:00", "B").StartedAt = clock("03 13:30")
				s.deploy("d2", "03 15:00", "A")
				s.deploy("d3", "03 16:00", "B")
			},
			want: map[string]string{
				timelines: `org/a#5: ` + untilMerged + `deploy waits deploy window operations 1.5, deploy deploy operations 0.5`,
				totals:    `org/a#5 done 5 = 1.5 + 3.5`,
				returns:   ``,
			},
		},
		{
			// The ticket's change is delivered on the 3rd at 13, after its status; on the 4th it is reverted. The revert, begun
			// after the ticket was done, is an item of its own: review 9–10, waits for its deployment –11. Of the ticket every
			// stage from development on let something through.
			name: "reverted later", items: "DE-1 org/a#6",
			tell: func(s *story) {
				s.begins("DE-1 Pay later")
				s.ticket("DE-1", "03 08:00", "Backlog")
				s.statuses("DE-1", "03 09:00 In Progress; 03 12:00 Done")
				s.deploy("d1", "03 13:00", "B").StartedAt = clock("03 12:30")
				s.commit("C", "04 10:00", "B")
				s.change(6, `Revert "DE-1 Pay later"`, "04 09:00", "04 09:00", "04 10:00", "C").HeadBranch = "revert-5-pay-later"
				s.deploy("d2", "04 11:00", "C")
			},
			want: map[string]string{
				timelines: `DE-1: backlog waits backlog development 1, ` + untilMerged + `deploy waits deploy window operations 0.5, deploy deploy operations 0.5
org/a#6: review waits review review 1, deploy waits deploy window operations 1`,
				exits: `DE-1: backlog 1 exits, 0 returned
DE-1: development 1 exits, 1 returned
DE-1: review 1 exits, 1 returned
DE-1: merge 1 exits, 1 returned
DE-1: deploy 1 exits, 1 returned
org/a#6: review 1 exits, 0 returned
org/a#6: deploy 1 exits, 0 returned`,
				totals: `DE-1 done 5 = 1.5 + 3.5
org/a#6 done 2 = 0 + 2`,
				returns: `DE-1 1 development revert org/a#6 2026-03-04 10:00:00.000
DE-1 1 review revert org/a#6 2026-03-04 10:00:00.000
DE-1 1 merge revert org/a#6 2026-03-04 10:00:00.000
DE-1 1 deploy revert org/a#6 2026-03-04 10:00:00.000`,
			},
		},
		{
			// In work since 8. Both are coded from 9 on, #5 until 10, the other until 12; its review takes –12:30, its merge
			// –13, when the ticket is done. a is deployed 13–14; b waits –17 and is deployed –18, which is the ticket's end.
			// Active 1 + 1 + 2 + 1 + 1 = 6 of 10 h.
			name: "two changes delivered by two services", items: "DE-2 org/a#5 org/b#1",
			tell: func(s *story) {
				s.begins("DE-2 Pay later")
				s.ticket("DE-2", "03 08:00", "In Progress")
				s.statuses("DE-2", "03 13:00 Done")
				s.deploy("d1", "03 14:00", "B").StartedAt = clock("03 13:00")
				s.commit("X", "02 09:00", "").Repo = "org/b"
				s.commit("Y", "03 13:00", "X").Repo = "org/b"
				s.change(1, "DE-2 Pay later, too", "03 09:00", "03 12:00", "03 13:00", "Y").Repo = "org/b"
				s.said(1, "03 12:30", "approved", "bob").Repo = "org/b"
				for id, at := range map[string]string{"X": "02 11:00", "Y": "03 18:00"} {
					d := s.deploy(id, at, id)
					d.Service, d.Repo = "b", "org/b"
					if id == "Y" {
						d.StartedAt = clock("03 17:00")
					}
				}
			},
			want: map[string]string{
				timelines: `DE-2: development working development 1, development working development 1, development working development 2, review waits review review 0.5, merge waits merge development 0.5, deploy deploy operations 1, deploy waits deploy window operations 3, deploy deploy operations 1`,
				totals:    `DE-2 done 10 = 6 + 4`,
				"SELECT concat(item, ' ', arrayStringConcat(services, ','), ' ', arrayStringConcat(changes, ','), ' ', links[1].rule) AS text FROM stream_items": `DE-2 a,b org/a#5,org/b#1 title`,
			},
		},
		{
			// The ticket is done, its change is not in production yet: the item is open, and waits for the deployment.
			name: "done, and not delivered", items: "DE-3",
			tell: func(s *story) {
				s.begins("DE-3 Pay later")
				s.ticket("DE-3", "03 09:00", "In Progress")
				s.statuses("DE-3", "03 12:00 Done")
			},
			want: map[string]string{
				timelines: `DE-3: ` + untilMerged + `deploy waits deploy window operations …`,
				totals:    `DE-3 open … = … + …`,
				passed: `DE-3: development > review review 1
DE-3: review > development merge 1
DE-3: development > operations deploy window …`,
			},
		},
		{
			// A direct commit: written at 9, on the mainline at 11, deployed at 12 by a deployment of unknown start.
			name: "a commit without a pull request", items: "org/a@B",
			tell: func(s *story) {
				s.line(1)
				s.commit("B", "03 09:00", "A").CommittedAt = clock("03 11:00")
				s.deploy("d1", "03 12:00", "B")
			},
			want: map[string]string{
				timelines: `org/a@B: development working development 2, deploy waits deploy window operations 1`,
				totals:    `org/a@B done 3 = 2 + 1`,
			},
		},
		{
			// Delivered at 13, an hour after it was called done; opened again 15–17: the exits from development on came back.
			name: "reopened after it was delivered", items: "DE-4",
			tell: func(s *story) {
				s.begins("DE-4 Pay later")
				s.ticket("DE-4", "03 09:00", "In Progress")
				s.statuses("DE-4", "03 12:00 Done; 03 15:00 In Progress; 03 17:00 Done")
				s.deploy("d1", "03 13:00", "B").StartedAt = clock("03 12:30")
			},
			want: map[string]string{
				timelines: `DE-4: ` + untilMerged + `deploy waits deploy window operations 0.5, deploy deploy operations 0.5, done waits reopened development 2, development working development 2`,
				exits: `DE-4: development 2 exits, 1 returned
DE-4: review 1 exits, 1 returned
DE-4: merge 1 exits, 1 returned
DE-4: deploy 1 exits, 1 returned
DE-4: done 0 exits, 0 returned`,
				totals: `DE-4 done 8 = 3.5 + 4.5`,
			},
		},
		{
			// Two environments: the first one delivers. The key stands in a commit's message only.
			name: "two production environments, a key in a commit", items: "DE-5",
			tell: func(s *story) {
				s.line(1)
				s.commit("B", "03 09:00", "A").CommittedAt = clock("03 11:00")
				s.Commits[len(s.Commits)-1].Message = "Pay later\n\nDE-5"
				s.ticket("DE-5", "03 08:00", "In Progress")
				s.statuses("DE-5", "03 11:00 Done")
				s.deploy("d1", "03 12:00", "B")
				s.deploy("d1", "03 18:00", "B").Environment = "prod-eu"
			},
			want: map[string]string{
				timelines: `DE-5: development working development 1, development working development 2, deploy waits deploy window operations 1`,
				totals:    `DE-5 done 4 = 3 + 1`,
			},
		},
	})
}

func TestTimelinesOfApprovals(t *testing.T) {
	tellAll(t, derive.Organisation{Teams: []derive.Team{
		{Name: "run", Role: "operations", Members: []string{"oda", "ole", "ora"}}, {Name: "board", Role: "business", Members: []string{"una", "uwe", "udo"}},
	}}, []told{
		{
			// The approval is asked for while the build runs and given at 15, by Una of the board: it holds up 13–15, waiting
			// for her team in another role than its own. Then the deployment waits –15:30 for the team that runs it.
			name: "an approval that outlasts the build, and teams", items: "org/a#5",
			tell: func(s *story) {
				s.begins("Pay later")
				s.built("B", "03 12:00", "03 12:15", "03 13:00")
				d := s.deploy("d1", "03 16:00", "B")
				d.ApprovalRequestedAt, d.ApprovedAt, d.StartedAt, d.Approver = clock("03 12:30"), clock("03 15:00"), clock("03 15:30"), "una"
			},
			want: map[string]string{
				timelines: `org/a#5: ` + untilMerged + `build waits ci queue platform 0.25, build ci run platform 0.75, approval waits approval board 2, deploy waits deploy window run 0.5, deploy deploy run 0.5`,
				passed: `org/a#5: development > review review 1
org/a#5: review > development merge 1
org/a#5: development > platform ci queue 0.25
org/a#5: platform > board approval 2
org/a#5: board > run deploy window 0.5`,
			},
		},
	})
}
