package site

import "github.com/weirhq/weir/warehouse"

// records is what the site tells, as Weir's records.
func (s *store) records() (r warehouse.Records) {
	for _, repo := range s.repos {
		for _, c := range repo.commits {
			r.Commits = append(r.Commits, c.Commit)
		}
		for _, p := range repo.created {
			one := p.PullRequest
			one.UpdatedAt = p.touched
			r.PullRequests = append(r.PullRequests, one)
			for _, e := range p.events {
				r.Reviews = append(r.Reviews, e.Review)
			}
			r.Reviews = append(r.Reviews, p.pushes...)
		}
		for _, run := range repo.runs {
			for _, b := range run.attempts {
				r.Builds = append(r.Builds, b.Build)
				r.BuildStages = append(r.BuildStages, b.stages...)
			}
		}
		for _, d := range repo.deployments {
			r.Deployments = append(r.Deployments, d.Deployment)
		}
	}
	for _, j := range s.jobs {
		for _, b := range j.newest {
			r.Builds = append(r.Builds, b.Build)
			r.BuildStages = append(r.BuildStages, b.stages...)
		}
	}
	for _, p := range s.projects {
		for _, t := range p.tickets {
			one := t.Ticket
			one.UpdatedAt = t.touched
			r.Tickets = append(r.Tickets, one)
			r.Transitions = append(r.Transitions, t.moves...)
			r.TicketLinks = append(r.TicketLinks, t.links...)
			r.TicketLinks = append(r.TicketLinks, t.remote...)
		}
	}
	for _, i := range s.pager.incidents {
		r.Incidents = append(r.Incidents, i.Incident)
	}
	r.Signals = append(r.Signals, s.signals...)
	return r
}
