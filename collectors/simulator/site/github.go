package site

import (
	"net/http"
	"strings"
)

// github answers as a GitHub Enterprise Server does.
func (s *Site) github(q *request) *answer {
	resource := "core"
	if q.path == "api/graphql" {
		resource = "graphql"
	}
	if !s.allowed(q) {
		return failure(http.StatusUnauthorized, "Bad credentials")
	}
	if q.path == "api/v3/rate_limit" { // costs nothing
		return s.rateLimits(q)
	}
	if !s.limits.spend(s, q, resource) {
		a := failure(http.StatusForbidden, "API rate limit exceeded for user ID 1001.")
		s.limits.tell(s, q, resource, a)
		return a
	}
	var a *answer
	switch {
	case resource == "graphql" && q.Method == http.MethodPost:
		a = s.graphQL(q)
	case len(q.parts) > 2 && q.parts[0] == "api" && q.parts[1] == "v3":
		q.parts = q.parts[2:]
		a = s.githubREST(q).tag(q)
	default:
		a = githubMissing()
	}
	if a.status == http.StatusNotModified {
		s.limits.giveBack(s, q, resource)
	}
	s.limits.tell(s, q, resource, a)
	return a
}

func githubMissing() *answer {
	a := ok(obj("message", "Not Found", "documentation_url", "https://docs.github.com/rest", "status", "404"))
	a.status = http.StatusNotFound
	return a
}

// allowed checks the credentials, in any of the ways in which clients send them.
func (s *Site) allowed(q *request) bool {
	want := s.options.Token
	if want == "" {
		return true
	}
	if _, password, basic := q.BasicAuth(); basic {
		return password == want
	}
	given := q.Header.Get("Authorization")
	for _, scheme := range []string{"Bearer ", "bearer ", "token ", "Token token="} {
		if text, found := strings.CutPrefix(given, scheme); found {
			return text == want
		}
	}
	return false
}

func (s *Site) rateLimits(q *request) *answer {
	q.pattern = "/rate_limit"
	one := func(resource string) object {
		limit, remaining, reset := s.limits.state(s, q, resource)
		return obj("limit", limit, "used", limit-remaining, "remaining", remaining, "reset", reset.Unix())
	}
	core := one("core")
	a := ok(obj("resources", obj("core", core, "search", one("search"), "graphql", one("graphql")), "rate", core))
	s.limits.tell(s, q, "core", a)
	return a
}
