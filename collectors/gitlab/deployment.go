package gitlab

import (
	"errors"
	"strconv"

	"github.com/weirhq/weir/collectors/promotion"
	"github.com/weirhq/weir/warehouse"
)

// deployment makes the record of one of GitLab's own deployments; tiers are those of the project's environments by name.
// None without an error means that it is no deployment: it has not begun yet, was skipped, or a rule leaves it out.
func (m mapping) deployment(d deployment, tiers map[string]string) ([]warehouse.Deployment, error) {
	created := at(d.CreatedAt)
	switch {
	case d.ID <= 0:
		return nil, errors.New("it has no id")
	case d.Environment == nil || d.Environment.Name == "":
		return nil, errors.New("it has no environment")
	case created.IsZero():
		return nil, errors.New("nobody knows when it was created")
	}
	j := d.Deployable
	if j == nil {
		j = &job{} // somebody reported it through the API
	}
	begun := at(j.StartedAt)
	if d.Status == "skipped" || d.Status == "created" && begun.IsZero() {
		return nil, nil // a job that nobody has started yet
	}
	tier := d.Environment.Tier
	if tier == "" {
		tier = tiers[d.Environment.Name]
	}
	record := warehouse.Deployment{
		Service: m.configuration.serviceOf(m.repo), Environment: d.Environment.Name, ID: strconv.FormatInt(d.ID, 10), EnvironmentKind: kind(tier),
		Repo: m.repo, SHA: d.SHA, StartedAt: begun, Result: result(d.Status), Actor: first2(j.User.login(), d.User.login()),
		Provenance: warehouse.Provenance{UpdatedAt: first(at(d.UpdatedAt), created), URL: j.WebURL},
	}
	if j.ID == 0 {
		record.StartedAt = created
	}
	if j.Tag {
		record.Version = branch(d.Ref)
	}
	if record.Result != "running" {
		record.FinishedAt = first(at(j.FinishedAt), at(d.UpdatedAt))
	}
	if p := j.Pipeline; p != nil && p.ID > 0 {
		record.BuildID = strconv.FormatInt(p.ID, 10)
		record.Trigger = started(trigger(p.Source))
	}
	m.approvals(&record, d)
	return m.renamed(record, d, j), nil
}

func first2(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// approvals: a deployment to a protected environment is asked for by being created, and waits until it is approved.
func (m mapping) approvals(record *warehouse.Deployment, d deployment) {
	if d.Status == "blocked" || len(d.Approvals) > 0 {
		record.ApprovalRequestedAt = at(d.CreatedAt)
	}
	for _, a := range d.Approvals {
		if when := at(a.CreatedAt); a.Status == "approved" && when.After(record.ApprovedAt) {
			record.ApprovedAt, record.Approver = when, a.User.login()
		}
	}
}

// kind is Weir's kind of environment for GitLab's tier; "" lets the environment's name decide.
func kind(tier string) string {
	switch tier {
	case "production", "staging", "testing", "development":
		return tier
	}
	return ""
}

// renamed lets the rules about environments say of what and to where the deployment is; its id, times and result stay.
func (m mapping) renamed(d warehouse.Deployment, from deployment, j *job) []warehouse.Deployment {
	c := promotion.Candidate{ID: d.ID, Circumstances: promotion.Circumstances{Environment: d.Environment, EnvironmentKind: d.EnvironmentKind}}
	c.Build = warehouse.Build{Pipeline: m.repo, ID: d.BuildID, Repo: m.repo, SHA: d.SHA, Branch: branch(from.Ref), Trigger: d.Trigger, Result: d.Result}
	if j.Name != "" {
		c.Stages = []promotion.Stage{{BuildStage: warehouse.BuildStage{Name: j.Name, Result: d.Result}}}
	}
	if !m.rules.own.Decides(c) {
		return []warehouse.Deployment{d}
	}
	var all []warehouse.Deployment
	seen := map[[2]string]bool{}
	for _, by := range m.rules.own.Deployments(c) {
		each := d
		each.Service, each.Environment, each.EnvironmentKind, each.Repo, each.SHA = by.Service, by.Environment, by.EnvironmentKind, by.Repo, by.SHA
		if by.Version != "" {
			each.Version = by.Version
		}
		if key := [2]string{each.Service, each.Environment}; !seen[key] {
			seen[key] = true
			all = append(all, each)
		}
	}
	return all
}
