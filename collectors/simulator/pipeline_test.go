package simulator

import (
	"slices"
	"strings"
	"time"

	"github.com/weirhq/weir/warehouse"
)

// inOrder checks that the known ones of these times do not go backwards.
func inOrder(t failer, what string, times ...time.Time) {
	var last time.Time
	for _, at := range times {
		if at.IsZero() {
			continue
		}
		if at.Before(last) {
			t.Errorf("%s: times are out of order: %v", what, times)
			return
		}
		last = at
	}
}

// checkBuildsAndDeployments checks that only what was built is deployed, and what follows what in production.
func checkBuildsAndDeployments(t failer, all warehouse.Records, g graph) {
	type run struct{ repo, id string }
	built := map[run]warehouse.Build{}
	stages := map[run]time.Time{}
	for _, b := range all.Builds {
		inOrder(t, "build "+b.URL, g[b.SHA].CommittedAt, b.QueuedAt, b.StartedAt, b.FinishedAt)
		if _, known := g[b.SHA]; !known || b.FinishedAt.IsZero() != (b.Result == "running") {
			t.Errorf("build %s of %q: unknown commit, or %s with end %v", b.URL, b.SHA, b.Result, b.FinishedAt)
		}
		if b.Result == "success" {
			built[run{b.Repo, b.ID}] = b
		}
		stages[run{b.Pipeline, b.ID}] = b.QueuedAt
	}
	for _, s := range all.BuildStages {
		inOrder(t, "stage "+s.Name, s.StartedAt, s.FinishedAt)
		if _, known := stages[run{s.Pipeline, s.BuildID}]; !known {
			t.Errorf("stage %s of an unknown build %s %s", s.Name, s.Pipeline, s.BuildID)
		}
	}
	ids := map[string]bool{}
	places := map[string][]warehouse.Deployment{}
	for _, d := range all.Deployments {
		b := built[run{d.Repo, d.BuildID}]
		if b.SHA != d.SHA {
			t.Errorf("deployment %s is of %s, its build %q of %q", d.ID, d.SHA, d.BuildID, b.SHA)
		}
		inOrder(t, "deployment "+d.ID, b.FinishedAt, d.ApprovalRequestedAt, d.ApprovedAt, d.StartedAt, d.FinishedAt)
		if ids[d.ID] {
			t.Errorf("deployment %s came twice", d.ID)
		}
		ids[d.ID] = true
		if d.EnvironmentKind == "production" && d.Result == "success" {
			place := d.Service + " " + d.Environment + " " + d.Repo
			places[place] = append(places[place], d)
		}
	}
	for _, ds := range places {
		slices.SortFunc(ds, func(a, b warehouse.Deployment) int { return a.FinishedAt.Compare(b.FinishedAt) })
		checkSuccession(t, ds, g)
	}
}

// checkSuccession checks one place of production: every deployment brings something new, or takes back exactly the one
// before it; versions from different release branches have only a common past.
func checkSuccession(t failer, ds []warehouse.Deployment, g graph) {
	for i := 1; i < len(ds); i++ {
		before, now := ds[i-1], ds[i]
		switch {
		case now.StartedAt.Before(before.FinishedAt):
			t.Errorf("deployment %s began before %s ended", now.ID, before.ID)
		case before.SHA == now.SHA:
			t.Errorf("deployment %s brings what %s had brought", now.ID, before.ID)
		case g.contains(before.SHA, now.SHA): // forward
		case g.contains(now.SHA, before.SHA):
			if i < 2 || ds[i-2].SHA != now.SHA {
				t.Errorf("rollback %s does not go back to what ran before %s", now.ID, before.ID)
			}
		case !strings.HasSuffix(now.Repo, "/ledger"):
			t.Errorf("deployment %s is neither ahead of nor behind %s", now.ID, before.ID)
		}
	}
}

func checkIncidents(t failer, all warehouse.Records) {
	deployments, services := map[string]bool{}, map[string]bool{}
	for _, d := range all.Deployments {
		deployments[d.ID] = true
		deployments[d.SHA] = true
	}
	for _, s := range New(small()).Services {
		services[s.Name] = true
	}
	for _, i := range all.Incidents {
		inOrder(t, "incident "+i.ID, i.StartedAt, i.DetectedAt, i.AcknowledgedAt, i.ResolvedAt)
		if i.CausedByDeployment != "" && !deployments[i.CausedByDeployment] || i.CausedBySHA != "" && !deployments[i.CausedBySHA] {
			t.Errorf("incident %s was caused by something unknown: %+v", i.ID, i)
		}
		for _, s := range i.Services {
			if !services[s] {
				t.Errorf("incident %s is of an unknown service %q", i.ID, s)
			}
		}
	}
}

// checkTickets checks that the moves of every field form a chain that leads to the ticket as it stands.
func checkTickets(t failer, all warehouse.Records) {
	type field struct{ ticket, name string }
	now := map[field]string{}
	last := map[string]time.Time{}
	for _, k := range all.Tickets {
		now[field{k.Key, "status"}] = Backlog
		now[field{k.Key, "team"}] = firstTeam(k.Project)
		last[k.Key] = k.CreatedAt
	}
	moves := slices.Clone(all.Transitions)
	slices.SortStableFunc(moves, func(a, b warehouse.Transition) int { return a.At.Compare(b.At) })
	for _, m := range moves {
		f := field{m.Ticket, m.Field}
		if _, known := last[m.Ticket]; !known || m.From != now[f] || m.From == m.To || m.At.Before(last[m.Ticket]) {
			t.Errorf("%s of %s moves from %q to %q at %v; it was %q since %v", m.Field, m.Ticket, m.From, m.To, m.At, now[f], last[m.Ticket])
		}
		now[f], last[m.Ticket] = m.To, m.At
	}
	keys := map[string]bool{}
	for _, k := range all.Tickets {
		keys[k.Key] = true
		if k.Status != now[field{k.Key, "status"}] || k.Team != now[field{k.Key, "team"}] || k.Assignee != now[field{k.Key, "assignee"}] {
			t.Errorf("ticket %s is %s with %s of %s, its moves say otherwise", k.Key, k.Status, k.Assignee, k.Team)
		}
	}
	pulls := map[string]warehouse.PullRequest{}
	for _, p := range all.PullRequests {
		pulls[p.URL] = p
		for _, key := range p.TicketKeys {
			if !keys[key] || strings.Contains(p.Title+p.HeadBranch, key) {
				t.Errorf("%s describes the ticket %s, which is unknown or in its title", p.URL, key)
			}
		}
	}
	for _, l := range all.TicketLinks {
		p, remote := pulls[l.Target]
		if remote != (l.Kind == "remote") || !keys[l.Ticket] || !remote && !keys[l.Target] || strings.Contains(p.Title+p.HeadBranch, l.Ticket) {
			t.Errorf("%s %s %s: unknown, or named in its title", l.Ticket, l.Kind, l.Target)
		}
	}
	for _, p := range all.PullRequests {
		if key, _, _ := strings.Cut(p.Title, " "); strings.Contains(key, "-") && !keys[key] {
			t.Errorf("%s names the unknown ticket %s", p.URL, key)
		}
	}
}

func firstTeam(project string) string {
	for _, t := range New(small()).Teams {
		if t.Project == project {
			return t.Name
		}
	}
	return ""
}
