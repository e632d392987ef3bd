package derive_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir/metrics/derive"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// clock reads "02 10:30" as that moment of March 2026, UTC.
func clock(text string) time.Time {
	if text == "" {
		return time.Time{}
	}
	t, err := time.Parse("2006-01-02 15:04", "2026-03-"+text)
	if err != nil {
		panic(err)
	}
	return t
}

// story collects records with few words: one repository "org/a", one service "a" unless said otherwise.
type story struct{ warehouse.Records }

// commit adds a commit; parents are separated by spaces. Commits whose name is in capitals are on the mainline.
func (s *story) commit(sha, at, parents string) *warehouse.Commit {
	s.Commits = append(s.Commits, warehouse.Commit{
		Repo: "org/a", SHA: sha, Parents: strings.Fields(parents), Author: "ann", AuthoredAt: clock(at), CommittedAt: clock(at), Mainline: sha == strings.ToUpper(sha),
	})
	return &s.Commits[len(s.Commits)-1]
}

func (s *story) pull(number int64, created, merged, sha, commits string) *warehouse.PullRequest {
	s.PullRequests = append(s.PullRequests, warehouse.PullRequest{
		Repo: "org/a", Number: number, Author: "ann", CreatedAt: clock(created), MergedAt: clock(merged), MergeSHA: sha, Commits: strings.Fields(commits),
	})
	return &s.PullRequests[len(s.PullRequests)-1]
}

func (s *story) deploy(id, finished, sha string) *warehouse.Deployment {
	s.Deployments = append(s.Deployments, warehouse.Deployment{Service: "a", Environment: "production", ID: id, Repo: "org/a", SHA: sha, FinishedAt: clock(finished)})
	return &s.Deployments[len(s.Deployments)-1]
}

func (s *story) incident(id, started, resolved string) *warehouse.Incident {
	s.Incidents = append(s.Incidents, warehouse.Incident{ID: id, Services: []string{"a"}, StartedAt: clock(started), ResolvedAt: clock(resolved)})
	return &s.Incidents[len(s.Incidents)-1]
}

// line is a mainline of direct commits A, B, C …, a day apart from 02 09:00, each deployed as d0, d1 … two hours later.
func (s *story) line(n int) {
	parent := ""
	for i := range n {
		sha := string(rune('A' + i))
		s.commit(sha, fmt.Sprintf("%02d 09:00", 2+i), parent)
		s.deploy(fmt.Sprint("d", i), fmt.Sprintf("%02d 11:00", 2+i), sha)
		parent = sha
	}
}

const (
	delivered = "SELECT concat(environment, ' ', change, ' ', status, ' ', if(excluded = '', '', concat('(', excluded, ') ')), deployment_id, ' ', rule) AS text FROM deliveries WHERE environment = '' ORDER BY change"
	failed    = "SELECT concat(service, '/', environment, '/', id, ' ', arrayStringConcat(arrayMap((a, b) -> concat(a, ':', b), failure_rules, failure_ids), ','), ' ', recovery, ' ', toString(recovery_ms / 3600000)) AS text FROM deployment_facts WHERE failed ORDER BY text"
	reworked  = "SELECT concat(environment, '/', id, ' ', arrayStringConcat(arrayMap((a, b) -> concat(a, ':', b), rework_rules, rework_ids), ',')) AS text FROM deployment_facts WHERE rework ORDER BY text"
	staged    = "SELECT concat(change, ' ', arrayStringConcat(arrayMap(s -> concat(s.stage, ' ', toString(dateDiff('minute', s.start, s.end))), stages), ', '), if(isNull(deploy_ms), '', '.')) AS text FROM deliveries WHERE environment = '' AND status = 'delivered' ORDER BY change"
)

// empty takes all records out: opening a warehouse anew for every scenario would take longer than telling it.
func empty(t *testing.T, w *warehouse.Warehouse) {
	t.Helper()
	for _, table := range warehouse.Tables() {
		if err := w.Exec(context.Background(), "TRUNCATE TABLE "+table.Name, nil); err != nil {
			t.Fatal(err)
		}
	}
}

func TestScenarios(t *testing.T) {
	ctx := context.Background()
	w := warehousetest.Open(t)
	d := newDeriver(w)
	for _, test := range []struct {
		name         string
		tell         func(*story)
		organisation derive.Organisation
		query        string
		want         []string
	}{
		{name: "a direct commit is delivered by the first deployment that contains it; the first deployment is the baseline",
			tell:  func(s *story) { s.line(3); s.commit("D", "05 09:00", "C") },
			query: delivered,
			want:  []string{" org/a@A baseline d0 ancestry", " org/a@B delivered d1 ancestry", " org/a@C delivered d2 ancestry", " org/a@D waiting  "}},
		{name: "a skipped revision is delivered with the next; a rollback and a second deployment deliver nothing",
			tell: func(s *story) {
				s.line(1)
				s.commit("B", "03 09:00", "A")
				s.commit("C", "04 09:00", "B")
				s.deploy("d1", "04 10:00", "C")
				s.deploy("d2", "04 11:00", "A")
				s.deploy("d3", "04 12:00", "C")
			},
			query: delivered,
			want:  []string{" org/a@A baseline d0 ancestry", " org/a@B delivered d1 ancestry", " org/a@C delivered d1 ancestry"}},
		{name: "a merge step brings its commits; its first commit is the earliest authored among them",
			tell: func(s *story) {
				s.line(1)
				s.commit("x", "02 10:00", "A")
				s.commit("y", "02 20:00", "x")
				s.commit("B", "03 09:00", "A y")
				s.deploy("d1", "03 11:00", "B")
			},
			query: staged,
			want:  []string{"org/a@B coding 1380, deploy_wait 120"}}, // 02 10:00 → 03 09:00 = 23 h, then 2 h
		{name: "a squashed pull request explains its step; its own commits say when it began",
			tell: func(s *story) {
				s.line(1)
				s.commit("x", "02 10:00", "A")
				s.commit("B", "03 09:00", "A")
				s.pull(7, "02 12:00", "03 09:00", "B", "x")
				s.deploy("d1", "03 11:00", "B")
			},
			query: staged,
			want:  []string{"org/a#7 coding 120, merge_wait 1260, deploy_wait 120"}}, // ready = created 12:00; no review: all of it waits for the merge
		{name: "a squash commit alone does not say when the work began: the pull request's creation does",
			tell: func(s *story) {
				s.line(1)
				s.commit("B", "03 09:00", "A")
				s.pull(7, "02 12:00", "03 09:00", "B", "")
				s.deploy("d1", "03 11:00", "B")
			},
			query: staged,
			want:  []string{"org/a#7 merge_wait 1260, deploy_wait 120"}},
		{name: "a rebased pull request explains the copies of its commits",
			tell: func(s *story) {
				s.line(1)
				for i, name := range []string{"x", "y"} {
					s.commit(name, fmt.Sprintf("02 1%d:00", i), "A").Message = "work " + name
				}
				s.commit("B", "02 10:00", "A").Message = "work x"
				s.commit("C", "02 11:00", "B").Message = "work y"
				s.pull(7, "02 12:00", "03 09:00", "C", "x y")
				s.deploy("d1", "03 11:00", "C")
			},
			query: delivered,
			want:  []string{" org/a#7 delivered d1 ancestry", " org/a@A baseline d0 ancestry"}},
		{name: "a merge that brings nothing but pull requests is explained by them",
			tell: func(s *story) {
				s.line(1)
				s.commit("x", "02 10:00", "A") // develop
				s.commit("y", "02 11:00", "A")
				s.commit("m", "02 12:00", "x y")
				s.commit("B", "03 09:00", "A m")
				s.pull(1, "02 10:00", "02 10:30", "x", "x")
				s.pull(2, "02 11:00", "02 12:00", "m", "y")
				s.deploy("d1", "03 11:00", "B")
			},
			query: delivered,
			want:  []string{" org/a#1 delivered d1 ancestry", " org/a#2 delivered d1 ancestry", " org/a@A baseline d0 ancestry"}},
		{name: "merging the mainline back into a release branch takes no change away from the mainline",
			tell: func(s *story) {
				s.line(1)
				s.commit("B", "03 09:00", "A")
				s.commit("C", "04 09:00", "B")
				s.commit("q", "04 10:00", "A C")
				s.pull(9, "04 09:30", "04 10:00", "q", "B C")
				s.deploy("d1", "04 11:00", "C")
			},
			query: delivered,
			want:  []string{" org/a#9 waiting  ", " org/a@A baseline d0 ancestry", " org/a@B delivered d1 ancestry", " org/a@C delivered d1 ancestry"}},
		{name: "a release branch delivers what it contains and what was picked to it, nothing else",
			tell: func(s *story) {
				s.line(1)
				s.commit("B", "03 09:00", "A")
				s.commit("C", "04 09:00", "B")
				s.commit("r", "04 12:00", "B") // the branch, from B, with a cherry-pick of C and a pull request of its own
				s.commit("q", "04 13:00", "r")
				s.pull(9, "04 12:30", "04 13:00", "q", "q")
				s.deploy("d1", "05 09:00", "q")
				s.deploy("d2", "06 09:00", "C")
			},
			query: delivered,
			want:  []string{" org/a#9 delivered d1 ancestry", " org/a@A baseline d0 ancestry", " org/a@B delivered d1 ancestry", " org/a@C delivered d2 ancestry"}},
		{name: "several production environments: the first counts, each has its own",
			tell: func(s *story) {
				s.line(1)
				s.commit("B", "03 09:00", "A")
				s.deploy("eu0", "02 12:00", "A").Environment = "production-eu"
				s.deploy("eu1", "03 10:00", "B").Environment = "production-eu"
				s.deploy("d1", "03 12:00", "B")
				s.deploy("s1", "03 09:30", "B").Environment = "staging"
			},
			query: strings.Replace(delivered, "environment = '' ORDER BY", "change = 'org/a@B' ORDER BY environment,", 1),
			want:  []string{" org/a@B delivered eu1 ancestry", "production org/a@B delivered d1 ancestry", "production-eu org/a@B delivered eu1 ancestry"}},
		{name: "without any graph the first deployment at or after the merge delivers, marked inferred",
			tell: func(s *story) {
				s.pull(1, "02 08:00", "02 09:00", "unknown", "")
				s.pull(2, "02 08:00", "02 12:00", "", "")
				s.pull(3, "02 08:00", "04 12:00", "", "")
				s.deploy("d1", "02 09:00", "").Version = "1"
				s.deploy("d2", "03 09:00", "").Version = "2"
			},
			query: delivered,
			want:  []string{" org/a#1 delivered d1 inferred", " org/a#2 delivered d2 inferred", " org/a#3 waiting  "}},
		{name: "a deployment off the known graph delivers nothing",
			tell: func(s *story) {
				s.line(1)
				s.commit("B", "03 09:00", "A")
				s.deploy("d1", "03 10:00", "elsewhere")
				s.deploy("d2", "03 11:00", "B")
			},
			query: delivered,
			want:  []string{" org/a@A baseline d0 ancestry", " org/a@B delivered d2 ancestry"}},
		{name: "left out with the reason: history edited after the merge, a merge that is not on the graph",
			tell: func(s *story) {
				s.line(1)
				s.commit("B", "03 09:00", "A").AuthoredAt = clock("03 10:00")
				s.pull(8, "02 10:00", "03 08:00", "gone", "")
				s.deploy("d1", "03 11:00", "B")
			},
			query: delivered,
			want: []string{" org/a#8 excluded (its merge commit is not on the known graph)  ", " org/a@A baseline d0 ancestry",
				" org/a@B excluded (its first commit is dated after its merge) d1 ancestry"}},
		{name: "bots' commits start a change, unless they are ignored",
			tell: func(s *story) {
				s.line(1)
				s.commit("B", "03 09:00", "A").Author = "bumper[bot]"
				s.commit("C", "03 10:00", "B").Author = "robot"
				s.deploy("d1", "03 11:00", "C")
			},
			organisation: derive.Organisation{People: derive.People{Bots: []string{"Robot"}, BotCommits: "ignore"}},
			query:        delivered,
			want: []string{" org/a@A baseline d0 ancestry", " org/a@B excluded (only bots worked on it) d1 ancestry",
				" org/a@C excluded (only bots worked on it) d1 ancestry"}},
		{name: "every stage has its time; an approval's wait begins when it is asked for",
			tell: func(s *story) {
				s.line(1)
				s.commit("x", "03 08:00", "A")
				s.commit("B", "03 12:00", "A x")
				s.pull(5, "03 09:00", "03 12:00", "B", "x")
				s.Reviews = []warehouse.Review{
					{Repo: "org/a", PullRequest: 5, ID: "1", Kind: "commented", Actor: "ann", At: clock("03 09:10")},
					{Repo: "org/a", PullRequest: 5, ID: "2", Kind: "commented", Actor: "lint[bot]", At: clock("03 09:20")},
					{Repo: "org/a", PullRequest: 5, ID: "3", Kind: "commented", Actor: "bob", At: clock("03 10:00")},
					{Repo: "org/a", PullRequest: 5, ID: "4", Kind: "approved", Actor: "bob", At: clock("03 11:30")},
					{Repo: "org/a", PullRequest: 5, ID: "5", Kind: "approved", Actor: "cat", At: clock("03 13:00")},
				}
				s.Builds = []warehouse.Build{{Pipeline: "ci", ID: "1", Repo: "org/a", SHA: "B", StartedAt: clock("03 12:05"), FinishedAt: clock("03 12:25"), Result: "success"}}
				d := s.deploy("d1", "03 15:10", "B")
				d.ApprovalRequestedAt, d.ApprovedAt, d.StartedAt = clock("03 13:00"), clock("03 14:30"), clock("03 15:00")
			},
			query: staged,
			want:  []string{"org/a#5 coding 60, pickup 60, review 90, merge_wait 30, build_queue 5, build 20, deploy_wait 35, approval 90, deploy_wait 30, deploy 10."}},
		{name: "a named build that ended after the deployment began is the one that deployed; the one that made it is found by its revision",
			tell: func(s *story) {
				s.line(1)
				s.commit("B", "03 12:00", "A")
				s.pull(5, "03 09:00", "03 12:00", "B", "B")
				s.Commits[1].AuthoredAt = clock("03 08:00")
				s.Builds = []warehouse.Build{
					{Pipeline: "ci", ID: "1", Repo: "org/a", SHA: "B", StartedAt: clock("03 12:05"), FinishedAt: clock("03 12:25"), Result: "success"},
					{Pipeline: "deploy", ID: "2", Repo: "org/a", SHA: "B", StartedAt: clock("03 12:50"), FinishedAt: clock("03 13:10"), Result: "success"},
				}
				d := s.deploy("d1", "03 13:09", "B")
				d.StartedAt, d.BuildID = clock("03 13:00"), "2"
			},
			query: staged,
			want:  []string{"org/a#5 coding 60, merge_wait 180, build_queue 5, build 20, deploy_wait 35, deploy 9."}},
		{name: "aliases are one person: nobody picks up a change from himself",
			tell: func(s *story) {
				s.line(1)
				s.commit("B", "03 12:00", "A")
				s.pull(5, "03 09:00", "03 12:00", "B", "B")
				s.Commits[1].AuthoredAt = clock("03 08:00")
				s.Reviews = []warehouse.Review{{Repo: "org/a", PullRequest: 5, ID: "1", Kind: "approved", Actor: "Ann@home.example", At: clock("03 10:00")}}
				s.deploy("d1", "03 13:00", "B")
			},
			organisation: derive.Organisation{People: derive.People{Aliases: [][]string{{"ann", "ann@home.example"}}}},
			query:        staged,
			want:         []string{"org/a#5 coding 60, merge_wait 180, deploy_wait 60"}},
		{name: "only the direct predecessor of a rollback fails; restored when the rollback finished; unknown revisions are passed over",
			tell: func(s *story) {
				s.line(3)
				s.deploy("odd", "04 12:00", "elsewhere")
				s.deploy("back", "04 14:00", "A")
			},
			query: failed, want: []string{"a/production/d2 rolled_back:back restored 3"}},
		{name: "a rollback is rework",
			tell:  func(s *story) { s.line(2); s.deploy("back", "04 14:00", "A") },
			query: reworked, want: []string{"production/back rollback:d1"}},
		{name: "a revert within the window fails the deployment that brought what it reverts, and is rework",
			tell: func(s *story) {
				s.line(3)
				s.commit("D", "04 15:00", "C").Message = "Revert \"work\"\n\nThis reverts commit B."
				s.Commits[1].SHA, s.Commits[2].Parents = "b1b1b1b1b1b1", []string{"b1b1b1b1b1b1"}
				s.Commits[1].Mainline, s.Deployments[1].SHA, s.Deployments[1].FinishedAt = true, "b1b1b1b1b1b1", clock("03 20:00")
				s.Commits[3].Message = "Revert \"work\"\n\nThis reverts commit b1b1b1b1b1b1."
				s.deploy("fix", "04 16:00", "D")
			},
			query: failed, want: []string{"a/production/d1 fixed_forward:fix restored 20"}}, // 03 20:00 → 04 16:00
		{name: "a revert after the window fails nothing",
			tell: func(s *story) {
				s.line(2)
				s.Commits[1].SHA, s.Deployments[1].SHA = "B1B1B1B", "B1B1B1B"
				s.commit("C", "05 15:00", "B1B1B1B").Message = "Revert \"work\"\n\nThis reverts commit b1b1b1b."
				s.deploy("fix", "05 16:00", "C")
			},
			query: failed, want: nil},
		{name: "a hotfix that names nothing speaks of the deployment before; one that names a pull request of that one's",
			tell: func(s *story) {
				s.line(2)
				s.pull(1, "03 08:00", "03 09:00", "B", "")
				s.commit("C", "03 12:00", "B")
				s.pull(2, "03 11:30", "03 12:00", "C", "").Labels = []string{"Hotfix"}
				s.deploy("h1", "03 13:00", "C")
				s.commit("D", "03 14:00", "C")
				p := s.pull(3, "03 13:30", "03 14:00", "D", "")
				p.HeadBranch, p.Title = "hotfix/again", "Mend what #1 broke"
				s.deploy("h2", "03 15:00", "D")
			},
			query: failed, want: []string{"a/production/d1 fixed_forward:h1 restored 2"}}, // both speak of d1; the earliest fix restored it
		{name: "an incident that names a commit fails the deployment that first delivered it, not the latest",
			tell: func(s *story) {
				s.line(3)
				s.incident("I1", "04 12:00", "04 13:00").CausedBySHA = "B"
			},
			query: failed, want: []string{"a/production/d1 linked:I1 restored 26"}}, // 03 11:00 → 04 13:00
		{name: "a commit of stacked pull requests: the first delivery of it fails, not the second",
			tell: func(s *story) {
				s.line(3)
				s.commit("x", "02 12:00", "A")
				s.pull(1, "02 12:00", "03 09:00", "B", "x")
				s.pull(2, "02 12:00", "04 09:00", "C", "x")
				s.incident("I1", "04 12:00", "04 13:00").CausedBySHA = "x"
			},
			query: failed, want: []string{"a/production/d1 linked:I1 restored 26"}},
		{name: "a name that does not resolve leaves the incident to the latest deployment within the window",
			tell: func(s *story) {
				s.line(3)
				s.incident("I1", "04 12:00", "").CausedByDeployment = "nobody knows"
				s.incident("I2", "06 12:00", "")
			},
			query: failed, want: []string{"a/production/d2 attributed:I1 open NULL"}},
		{name: "several incidents: one failed deployment, restored when the last of them is",
			tell: func(s *story) {
				s.line(2)
				s.incident("I1", "03 12:00", "03 13:00")
				s.incident("I2", "03 12:30", "03 15:00")
			},
			query: failed, want: []string{"a/production/d1 attributed:I1,attributed:I2 restored 4"}},
		{name: "an incident resolved before its deployment finished is a negative recovery",
			tell: func(s *story) {
				s.line(2)
				i := s.incident("I1", "03 09:00", "03 10:00")
				i.CausedByDeployment = "a/production/d1"
			},
			query: failed, want: []string{"a/production/d1 linked:I1 negative NULL"}},
		{name: "a failed run counts only where the rule is on, and is restored by the next success",
			tell: func(s *story) {
				s.line(1)
				s.deploy("bad", "02 12:00", "A").Result = "failure"
				s.deploy("good", "02 15:00", "A")
			},
			organisation: derive.Organisation{Failures: derive.Failures{Rules: map[string]bool{"failed_run": true}}},
			query:        failed, want: []string{"a/production/bad failed_run:bad restored 3"}},
		{name: "rules can be switched off, and the window set",
			tell: func(s *story) {
				s.line(2)
				s.deploy("back", "03 12:00", "A")
				s.incident("I1", "03 14:30", "")
			},
			organisation: derive.Organisation{Failures: derive.Failures{Window: "1h", Rules: map[string]bool{"rolled_back": false}}},
			query:        failed, want: nil},
		{name: "an urgent defect or incident that a description mentions, or that links to the change, makes rework if it was not over when the change was begun",
			tell: func(s *story) {
				s.line(5)
				for i, key := range []string{"PA-8", "PA-9"} {
					k := s.ticket(key, "01 09:00", "Done")
					k.Class, k.Priority, k.ResolvedAt = "defect", "Highest", clock([]string{"01 10:00", "05 10:00"}[i])
				}
				s.incident("I1", "01 12:00", "01 13:00")
				s.change(1, "See what was", "03 07:00", "03 08:00", "03 09:00", "B").TicketKeys = []string{"PA-8", "I1"}
				s.change(2, "Mend rounding", "04 07:00", "04 08:00", "04 09:00", "C").TicketKeys = []string{"PA-9"}
				s.change(3, "Mend it better", "05 07:00", "05 08:00", "05 09:00", "D")
				s.change(4, "Tidy", "05 11:00", "05 12:00", "06 09:00", "E")
				for _, number := range []string{"1", "3", "4"} {
					s.remote("PA-9", "https://git.example/org/a/pull/"+number)
				}
				s.remote("PA-8", "https://git.example/org/a/pull/4")
			},
			// PA-9 was open until 05 10:00: 1, 2 and 3 were begun before, 4 at 11:00.
			query: reworked, want: []string{"production/d1 urgent:org/a#1", "production/d2 urgent:org/a#2", "production/d3 urgent:org/a#3"}},
		{name: "the change of an urgent defect is rework",
			tell: func(s *story) {
				s.line(2)
				s.Commits[1].Message = "PAY-12 mend rounding"
				s.Tickets = []warehouse.Ticket{{Key: "PAY-12", Class: "defect", Priority: "Critical", CreatedAt: clock("02 09:00")}}
			},
			query: reworked, want: []string{"production/d1 urgent:org/a@B"}},
		{name: "kinds of environments: configured before recorded before named",
			tell: func(s *story) {
				for _, name := range []string{"production-eu", "prod2", "live", "Staging", "preprod", "qa", "test-1", "blue", "green", "dev"} {
					s.deploy("d", "02 12:00", "A").Environment = name
				}
				s.Deployments[9].EnvironmentKind = "testing"
			},
			organisation: derive.Organisation{Environments: map[string]string{"blue": "production", "live": "staging"}, Services: []derive.Service{{Name: "a", Environments: map[string]string{"blue": "testing"}}}},
			query:        "SELECT concat(environment, ' ', kind) AS text FROM deployment_facts ORDER BY text",
			want: []string{"Staging staging", "blue testing", "dev testing", "green development", "live staging", "preprod staging", "prod2 production",
				"production-eu production", "qa testing", "test-1 testing"}},
		{name: "quiet times between incidents: overlapping ones count as one",
			tell: func(s *story) {
				s.incident("I1", "02 10:00", "02 14:00")
				s.incident("I2", "02 11:00", "02 12:00")
				s.incident("I3", "03 10:00", "")
				s.incident("I4", "04 10:00", "04 11:00")
			},
			query: "SELECT concat(service, ' ', previous, ' ', next, ' ', toString(dateDiff('hour', started_at, finished_at))) AS text FROM incident_gaps ORDER BY text",
			want:  []string{"a I1 I3 20"}}, // 02 14:00 → 03 10:00; I3 is still open when I4 starts
	} {
		t.Run(test.name, func(t *testing.T) {
			empty(t, w)
			var s story
			test.tell(&s)
			if err := w.Write(ctx, s.Records); err != nil {
				t.Fatal(err)
			}
			if err := d.Apply(ctx, test.organisation); err != nil {
				t.Fatal(err)
			}
			if _, err := d.Rebuild(ctx); err != nil {
				t.Fatal(err)
			}
			var rows []struct {
				Text *string `ch:"text"`
			}
			if err := w.Select(ctx, &rows, strings.ReplaceAll(test.query, "toString(recovery_ms / 3600000)", "ifNull(toString(recovery_ms / 3600000), 'NULL')"), nil); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, row := range rows {
				if row.Text != nil {
					got = append(got, *row.Text)
				}
			}
			if fmt.Sprint(got) != fmt.Sprint(test.want) {
				t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(test.want, "\n\t"))
			}
		})
	}
}
