package collectors

import "github.com/weirhq/weir/warehouse"

// count says how many records of each kind there are, by the names of the import's files; kinds without any are absent.
func count(r warehouse.Records) map[string]int64 {
	kinds := map[string]int64{}
	for kind, n := range map[string]int{
		"commits":       len(r.Commits),
		"pull_requests": len(r.PullRequests),
		"reviews":       len(r.Reviews),
		"builds":        len(r.Builds),
		"build_stages":  len(r.BuildStages),
		"deployments":   len(r.Deployments),
		"incidents":     len(r.Incidents),
		"tickets":       len(r.Tickets),
		"ticket_links":  len(r.TicketLinks),
		"transitions":   len(r.Transitions),
		"signals":       len(r.Signals),
		"statuses":      len(r.Statuses),
		"memberships":   len(r.Memberships),
	} {
		if n > 0 {
			kinds[kind] = int64(n)
		}
	}
	return kinds
}

// attribute marks the records, in place, as coming from the source.
func attribute(r *warehouse.Records, source string) {
	each(r.Commits, func(x *warehouse.Commit) { x.Source = source })
	each(r.PullRequests, func(x *warehouse.PullRequest) { x.Source = source })
	each(r.Reviews, func(x *warehouse.Review) { x.Source = source })
	each(r.Builds, func(x *warehouse.Build) { x.Source = source })
	each(r.BuildStages, func(x *warehouse.BuildStage) { x.Source = source })
	each(r.Deployments, func(x *warehouse.Deployment) { x.Source = source })
	each(r.Incidents, func(x *warehouse.Incident) { x.Source = source })
	each(r.Tickets, func(x *warehouse.Ticket) { x.Source = source })
	each(r.TicketLinks, func(x *warehouse.TicketLink) { x.Source = source })
	each(r.Transitions, func(x *warehouse.Transition) { x.Source = source })
	each(r.Signals, func(x *warehouse.Signal) { x.Source = source })
	each(r.Statuses, func(x *warehouse.Status) { x.Source = source })
	each(r.Memberships, func(x *warehouse.Membership) { x.Source = source })
}

func each[T any](records []T, do func(*T)) {
	for i := range records {
		do(&records[i])
	}
}
