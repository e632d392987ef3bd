package simulator

import (
	"strings"
	"testing"

	"github.com/weirhq/weir/warehouse"
)

// The demo's history as it was first given to people. Whoever has one goes on with it, so it changes on purpose only.
const demoFingerprint = "18b0471d4ea035bc"

// Whatever later code has to cope with has to occur in the demo, and not too rarely.
func TestTheDemoHasEverything(t *testing.T) {
	r := collect(t, DefaultConfiguration(moment("2026-03-18 12:00")))
	if got := fingerprint(t, r); got != demoFingerprint {
		t.Errorf("fingerprint of the demo: got %s, want %s", got, demoFingerprint)
	}
	got := map[string]int{}
	tally := func(name string, when bool) {
		if when {
			got[name]++
		}
	}
	for _, c := range r.Commits {
		tally("merge commits", len(c.Parents) == 2)
		tally("cherry-picks", strings.Contains(c.Message, "(cherry picked from commit "))
		tally("reverting commits", strings.Contains(c.Message, "This reverts commit "))
		tally("commits at the weekend", c.AuthoredAt.Weekday()%6 == 0)
		tally("commits around new year", quiet(c.AuthoredAt))
	}
	for _, p := range r.PullRequests {
		tally("bots' pull requests", strings.HasSuffix(p.Author, "[bot]"))
		tally("hotfix branches", strings.HasPrefix(p.HeadBranch, "hotfix/"))
		tally("hotfix labels", len(p.Labels) > 0 && p.Labels[0] == "hotfix")
		tally("reverts", strings.HasPrefix(p.Title, `Revert "`))
		tally("ticket in the description", len(p.TicketKeys) > 0)
		tally("given up", p.MergedAt.IsZero() && !p.ClosedAt.IsZero())
		tally("still open", p.ClosedAt.IsZero())
		tally("onto release branches", strings.HasPrefix(p.BaseBranch, "release/"))
		tally("made ready", !p.ReadyAt.IsZero())
	}
	for _, e := range r.Reviews {
		tally("review "+e.Kind, true)
		tally("bots' reviews", strings.HasSuffix(e.Actor, "[bot]"))
	}
	for _, b := range r.Builds {
		tally("build "+b.Result, true)
		tally("second attempts", b.Attempt == 2)
	}
	countPipeline(r, tally)
	for _, k := range r.Tickets {
		tally("class "+k.Class, true)
		tally("ticket "+k.Status, true)
	}
	for _, m := range r.Transitions {
		tally("moves of "+m.Field, true)
		tally("sent back from test", m.From == InTest && m.To == InProgress)
		tally("reopened", m.From == Done)
	}
	for _, l := range r.TicketLinks {
		tally("link "+l.Kind, true)
	}
	for name, low := range map[string]int{
		"merge commits": 4000, "cherry-picks": 60, "reverting commits": 30, "commits at the weekend": 150, "commits around new year": 100,
		"bots' pull requests": 800, "hotfix branches": 80, "hotfix labels": 50, "reverts": 30, "given up": 500, "still open": 20,
		"onto release branches": 30, "made ready": 1500, "review requested": 5000, "review ready": 1500, "review commented": 5000,
		"review approved": 10000, "review changes_requested": 3000, "review dismissed": 100, "review pushed": 3000, "bots' reviews": 3000,
		"build success": 10000, "build failure": 500, "second attempts": 500,
		"testing": 3000, "staging": 2500, "production": 3500, "failed runs": 100, "cancelled runs": 1, "rollbacks": 60,
		"approved by the deployer": 5, "automatic": 5000, "manual": 500, "linked to a deployment": 50, "linked to a commit": 20,
		"unlinked": 100, "incident of two services": 10, "open incidents": 1,
		"class feature": 4000, "class defect": 2000, "class risk": 500, "class debt": 1000,
		"ticket " + Backlog: 50, "ticket " + InProgress: 20, "ticket " + InReview: 10, "ticket " + WaitingForDBA: 10, "ticket " + Done: 10000,
		"moves of flagged": 1000, "moves of sprint": 5000, "moves of team": 10000, "moves of assignee": 10000, "moves of resolution": 10000,
		"sent back from test": 800, "reopened": 100, "link blocks": 300, "link is_blocked_by": 300, "link relates": 300,
		"link causes": 50, "link is_caused_by": 50, "link remote": 50, "ticket in the description": 100,
	} {
		if got[name] < low {
			t.Errorf("%s: got %d, want at least %d", name, got[name], low)
		}
	}
	if quietShare := float64(got["commits around new year"]) / float64(len(r.Commits)); quietShare > 14.0/550 {
		t.Errorf("share of commits in two weeks around new year: got %.3f, want less than in other weeks", quietShare)
	}
	t.Log(got)
}

func countPipeline(r warehouse.Records, tally func(string, bool)) {
	type place struct{ service, environment, repo string }
	last, before := map[place]warehouse.Deployment{}, map[place]string{}
	for _, d := range r.Deployments {
		tally(d.EnvironmentKind, true)
		tally("failed runs", d.Result == "failure")
		tally("cancelled runs", d.Result == "cancelled")
		tally("approved by the deployer", d.Approver != "" && d.Approver == d.Actor)
		tally(d.Trigger, true)
		if d.EnvironmentKind == "production" && d.Result == "success" {
			at := place{d.Service, d.Environment, d.Repo}
			// A rollback is told together with the deployment that it undoes, before it.
			tally("rollbacks", before[at] == d.SHA || last[at].SHA != "" && last[at].StartedAt.After(d.StartedAt))
			before[at], last[at] = last[at].SHA, d
		}
	}
	for _, i := range r.Incidents {
		tally("linked to a deployment", i.CausedByDeployment != "")
		tally("linked to a commit", i.CausedBySHA != "")
		tally("unlinked", i.CausedByDeployment == "" && i.CausedBySHA == "")
		tally("incident of two services", len(i.Services) == 2)
		tally("open incidents", i.ResolvedAt.IsZero())
		tally("detected by "+i.DetectedBy, true)
	}
}
