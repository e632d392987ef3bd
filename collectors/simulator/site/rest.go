package site

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/weirhq/weir/collectors/simulator"
)

// route is a path of a REST API and what answers it.
type route struct {
	pattern string
	serve   func(q *request, values []string) *answer
}

// find lets the first route that fits answer; nil where none does.
func find(q *request, routes []route) *answer {
	for _, r := range routes {
		if values, fits := q.at(r.pattern); fits {
			return r.serve(q, values)
		}
	}
	return nil
}

// githubREST answers what stands under /api/v3.
func (s *Site) githubREST(q *request) *answer {
	if q.Method == http.MethodPost {
		if _, fits := q.at("/app/installations/{id}/access_tokens"); fits {
			return s.installationToken()
		}
	}
	if q.Method != http.MethodGet {
		return githubMissing()
	}
	if len(q.parts) >= 3 && q.parts[0] == "repos" {
		full := unescape(q.parts[1]) + "/" + unescape(q.parts[2])
		r := s.store.repo[strings.ToLower(full)]
		if r == nil {
			q.pattern = "/repos/{owner}/{repo} unknown"
			return githubMissing()
		}
		g := gitHub{s, q, r}
		if a := g.answer(); a != nil {
			return a
		}
		return githubMissing()
	}
	if a := find(q, s.githubRoutes()); a != nil {
		return a
	}
	return githubMissing()
}

func (s *Site) githubRoutes() []route {
	return []route{
		{"/user", func(q *request, _ []string) *answer { return ok(s.user(q, s.store.people[0].Login)) }},
		{"/users/{login}", func(q *request, v []string) *answer {
			if s.store.account[v[0]] == nil {
				return githubMissing()
			}
			return ok(s.user(q, v[0]))
		}},
		{"/orgs/{org}/repos", func(q *request, v []string) *answer {
			if !strings.EqualFold(v[0], simulator.Organisation()) {
				return githubMissing()
			}
			return paged(q, s.store.repos, func(r *repo) any { return gitHub{s, q, r}.minimal() })
		}},
		{"/installation/repositories", func(q *request, _ []string) *answer {
			return paged(q, s.store.repos, func(r *repo) any { return gitHub{s, q, r}.minimal() }).counted("repositories", len(s.store.repos))
		}},
		{"/orgs/{org}/teams", func(q *request, _ []string) *answer {
			return paged(q, s.store.world.Teams, func(t *simulator.Team) any { return s.teamJSON(q, t) })
		}},
		{"/orgs/{org}/teams/{slug}/members", s.teamMembers},
		{"/orgs/{org}/members", func(q *request, _ []string) *answer {
			people := slices.DeleteFunc(slices.Clone(s.store.people), func(p *person) bool { return p.Bot })
			return paged(q, people, func(p *person) any { return s.user(q, p.Login) })
		}},
		{"/search/issues", func(*request, []string) *answer {
			return ok(obj("total_count", 0, "incomplete_results", false, "search_type", "lexical", "items", list{}))
		}},
	}
}

func (s *Site) teamMembers(q *request, v []string) *answer {
	for _, t := range s.store.world.Teams {
		if t.Name == v[1] {
			return paged(q, t.Members, func(p *simulator.Person) any { return s.user(q, p.Login) })
		}
	}
	return githubMissing()
}

func (s *Site) teamJSON(q *request, t *simulator.Team) any {
	id := int64(300_000 + slices.Index(s.store.world.Teams, t))
	at := q.base() + "/api/v3/organizations/7000001/team/" + strconv.FormatInt(id, 10) //nolint:misspell // GitHub's word
	return obj("id", id, "node_id", "T_kwDOB4"+t.Name, "name", t.Name, "slug", t.Name, "description", "", "privacy", "closed", "permission", "push",
		"url", at, "html_url", q.base()+"/orgs/"+simulator.Organisation()+"/teams/"+t.Name, "members_url", at+"/members{/member}",
		"repositories_url", at+"/repos", "parent", nil)
}

// installationToken is what a GitHub App gets for its signed request.
func (s *Site) installationToken() *answer {
	token := s.options.Token
	if token == "" {
		token = "ghs_simulated"
	}
	a := ok(obj("token", token, "expires_at", s.now().Add(3600e9), "permissions", obj("contents", "read"), "repository_selection", "all"))
	a.status = http.StatusCreated
	return a
}

// user is GitHub's short form of an account; nil where nobody has the login.
func (s *Site) user(q *request, login string) any {
	p := s.store.account[login]
	if p == nil {
		return nil
	}
	key := "user " + q.base() + login
	if known, there := s.texts.Load(key); there {
		return known
	}
	kind, name := "User", url.PathEscape(p.Login)
	if p.Bot {
		kind = "Bot"
	}
	at := q.base() + "/api/v3/users/" + name
	text := freeze(obj("login", p.Login, "id", p.id, "node_id", "U_kgDO"+strconv.FormatInt(p.id, 36), "avatar_url", q.base()+"/avatars/u/"+strconv.FormatInt(p.id, 10),
		"gravatar_id", "", "url", at, "html_url", q.base()+"/"+name, "followers_url", at+"/followers", "following_url", at+"/following{/other_user}",
		"gists_url", at+"/gists{/gist_id}", "starred_url", at+"/starred{/owner}{/repo}", "subscriptions_url", at+"/subscriptions",
		"organizations_url", at+"/orgs", "repos_url", at+"/repos", "events_url", at+"/events{/privacy}", "received_events_url", at+"/received_events", //nolint:misspell // GitHub's word
		"type", kind, "site_admin", false))
	s.texts.Store(key, text)
	return text
}

// paged is one page of a list, with the Link header that leads to the others.
func paged[T any](q *request, things []T, tell func(T) any) *answer {
	size := q.number("per_page", 30, 1, 100)
	page := q.number("page", 1, 1, 1<<40)
	from, to := window(len(things), (page-1)*size, size)
	items := make(list, 0, to-from)
	for _, t := range things[from:to] {
		items = append(items, tell(t))
	}
	a := ok(items)
	last := max((len(things)+size-1)/size, 1)
	var links []string
	link := func(page int, rel string) {
		query := q.URL.Query()
		query.Set("page", strconv.Itoa(page))
		links = append(links, fmt.Sprintf(`<%s/%s?%s>; rel="%s"`, q.base(), q.path, query.Encode(), rel))
	}
	if page > 1 {
		link(page-1, "prev")
	}
	if page < last {
		link(page+1, "next")
		link(last, "last")
	}
	if page > 1 {
		link(1, "first")
	}
	if len(links) > 0 {
		a.header.Set("Link", strings.Join(links, ", "))
	}
	return a
}

// counted puts a page into an object with the number of all.
func (a *answer) counted(name string, total int) *answer {
	a.body = freeze(obj("total_count", total, name, raw(a.body)))
	return a
}
