package site

import "strconv"

func (g gitHub) deployments(q *request, _ []string) *answer {
	environment, sha, ref := q.value("environment"), q.value("sha"), q.value("ref")
	all := g.repo.deployments
	if environment+sha+ref != "" {
		all = filtered(all, true, func(d *deployment) bool {
			return (environment == "" || d.Environment == environment) && (sha == "" || d.SHA == sha) && (ref == "" || d.SHA == ref)
		})
	}
	return paged(q, all, func(d *deployment) any { return g.deployment(d) })
}

func (g gitHub) oneDeployment(serve func(*deployment) *answer) func(*request, []string) *answer {
	return func(_ *request, v []string) *answer {
		id, _ := strconv.ParseInt(v[2], 10, 64)
		if d := g.repo.deployment[id]; d != nil {
			return serve(d)
		}
		return githubMissing()
	}
}

func (g gitHub) deployment(d *deployment) object {
	at := g.at("/deployments/" + decimal(d.id))
	return obj("url", at, "id", d.id, "node_id", d.repo.nodeNumber("DE", d.id), "task", "deploy", "original_environment", d.Environment,
		"environment", d.Environment, "description", nil, "created_at", d.created(), "updated_at", d.touched(), "statuses_url", at+"/statuses",
		"repository_url", g.at(""), "creator", g.user(g.request, d.Actor), "sha", d.SHA, "ref", d.SHA, "payload", d.payload(),
		"transient_environment", false, "production_environment", d.EnvironmentKind == "production")
}

func (g gitHub) statuses(d *deployment) *answer {
	at := g.at("/deployments/" + decimal(d.id))
	return paged(g.request, d.statuses(), func(s status) any {
		id, state := s.id(d), s.state
		if state == "waiting" {
			state = "pending" // the REST API has no word for it
		}
		return obj("url", at+"/statuses/"+decimal(id), "id", id, "node_id", d.repo.nodeNumber("DES", id), "state", state,
			"creator", g.user(g.request, s.creator), "description", s.description, "environment", d.Environment, "target_url", "",
			"created_at", s.at, "updated_at", s.at, "deployment_url", at, "repository_url", g.at(""), "environment_url", "", "log_url", "")
	})
}
