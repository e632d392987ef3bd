package site

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/weirhq/weir/collectors/simulator"
)

// root is what a query begins at.
type root struct{}

func (root) kind() string { return "Query" }

func (root) field(x *execution, name string, args arguments) (any, bool) {
	switch name {
	case "rateLimit":
		return rateLimit{}, true
	case "viewer":
		return actor{x.viewer()}, true
	case "repository":
		full := args.text("owner") + "/" + args.text("name")
		if r := x.store.repo[strings.ToLower(full)]; r != nil {
			return repoNode{r}, true
		}
		x.miss("repository", fmt.Sprintf("Could not resolve to a Repository with the name '%s'.", full))
		return nil, true
	case "organization", "repositoryOwner": //nolint:misspell // GitHub's word
		if strings.EqualFold(args.text("login"), simulator.Organisation()) {
			return organisation{}, true
		}
		x.miss(name, fmt.Sprintf("Could not resolve to an Organization with the login of '%s'.", args.text("login"))) //nolint:misspell // GitHub's word
		return nil, true
	case "user":
		if p := x.store.account[args.text("login")]; p != nil && !p.Bot {
			return actor{p}, true
		}
		x.miss(name, fmt.Sprintf("Could not resolve to a User with the login of '%s'.", args.text("login")))
		return nil, true
	case "node":
		return x.find(args.text("id"), name), true
	case "nodes":
		ids := args.texts("ids")
		all := make([]node, len(ids))
		for i, id := range ids {
			all[i], _ = x.find(id, name).(node)
		}
		return all, true
	}
	return nil, false
}

func (x *execution) viewer() *person { return x.store.people[0] }

// find is the thing with a global name; nil with an error where there is none.
func (x *execution) find(id, path string) any {
	kind, rest, _ := strings.Cut(id, "_kwDO")
	number, name, _ := strings.Cut(rest, "N")
	n, _ := strconv.ParseInt(number, 36, 64)
	at := slices.IndexFunc(x.store.repos, func(r *repo) bool { return r.number == n })
	if at >= 0 {
		r := x.store.repos[at]
		count, _ := strconv.ParseInt(name, 10, 64)
		switch kind {
		case "R":
			return repoNode{r}
		case "C":
			if c := r.commits[name]; c != nil {
				return commitNode{c}
			}
		case "PR":
			if p := r.numbered[count]; p != nil {
				return pullNode{p}
			}
		case "DE":
			if d := r.deployment[count]; d != nil {
				return deploymentNode{d}
			}
		case "WFR":
			if w := r.run[count]; w != nil {
				return runNode{w}
			}
		}
	}
	x.miss(path, fmt.Sprintf("Could not resolve to a node with the global id of '%s'", id))
	return nil
}

// rateLimit is what is left of the budget; every query costs 1 here, since all of them ask for few enough nodes.
type rateLimit struct{}

func (rateLimit) kind() string { return "RateLimit" }

func (rateLimit) field(x *execution, name string, _ arguments) (any, bool) {
	limit, remaining, reset := x.site.limits.state(x.site, x.request, "graphql")
	switch name {
	case "cost":
		return 1, true
	case "limit":
		return limit, true
	case "remaining":
		return remaining, true
	case "used":
		return limit - remaining, true
	case "nodeCount":
		return x.nodes, true
	case "resetAt":
		return reset, true
	}
	return nil, false
}

// actor is somebody's account.
type actor struct{ *person }

// actorOf is the account with a login; nil where nobody has it.
func (x *execution) actorOf(login string) any {
	if p := x.store.account[login]; p != nil {
		return actor{p}
	}
	return nil
}

func (a actor) kind() string {
	if a.Bot {
		return "Bot"
	}
	return "User"
}

func (a actor) field(x *execution, name string, _ arguments) (any, bool) {
	switch name {
	case "login": // that of a bot is bare here
		return strings.TrimSuffix(a.Login, "[bot]"), true
	case "id":
		return "U_kgDO" + strconv.FormatInt(a.id, 36), true
	case "databaseId":
		return a.id, true
	case "url", "resourcePath":
		return x.request.base() + "/" + strings.TrimSuffix(a.Login, "[bot]"), true
	case "avatarUrl":
		return x.request.base() + "/avatars/" + a.Login, true
	case "name":
		return a.Name, !a.Bot
	case "email":
		return a.Email, !a.Bot
	}
	return nil, false
}

// organisation is the owner of everything.
type organisation struct{}

func (organisation) kind() string { return "Organization" } //nolint:misspell // GitHub's word

func (organisation) field(x *execution, name string, args arguments) (any, bool) {
	switch name {
	case "login", "name":
		return simulator.Organisation(), true
	case "id":
		return "O_kgDOB4", true
	case "databaseId":
		return 7_000_001, true
	case "url":
		return x.request.base() + "/" + simulator.Organisation(), true
	case "repositories":
		return x.page(few("RepositoryConnection", x.store.repos, func(r *repo) node { return repoNode{r} }), args)
	case "membersWithRole":
		people := slices.DeleteFunc(slices.Clone(x.store.people), func(p *person) bool { return p.Bot })
		return x.page(few("OrganizationMemberConnection", people, func(p *person) node { return actor{p} }), args)
	case "teams":
		var teams []*simulator.Team
		for _, t := range x.store.world.Teams {
			if strings.Contains(t.Name, strings.ToLower(args.text("query"))) {
				teams = append(teams, t)
			}
		}
		return x.page(few("TeamConnection", teams, func(t *simulator.Team) node { return teamNode{t} }), args)
	case "team":
		for _, t := range x.store.world.Teams {
			if t.Name == args.text("slug") {
				return teamNode{t}, true
			}
		}
		return nil, true
	}
	return nil, false
}

type teamNode struct{ *simulator.Team }

func (teamNode) kind() string { return "Team" }

func (t teamNode) field(x *execution, name string, args arguments) (any, bool) {
	switch name {
	case "slug", "name":
		return t.Name, true
	case "combinedSlug":
		return simulator.Organisation() + "/" + t.Name, true
	case "id":
		return "T_kwDOB4" + t.Name, true
	case "url":
		return x.request.base() + "/orgs/" + simulator.Organisation() + "/teams/" + t.Name, true
	case "members":
		return x.page(few("TeamMemberConnection", t.Members, func(p *simulator.Person) node { return actor{x.store.account[p.Login]} }), args)
	}
	return nil, false
}
