package site

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/weirhq/weir/collectors/simulator"
)

// gitHub answers a request about one repository.
type gitHub struct {
	*Site
	*request
	repo *repo
}

// at is the API's address of something in the repository.
func (g gitHub) at(path string) string {
	return g.base() + "/api/v3/repos/" + g.repo.Name + path
}

// page is the address at which people look at something in the repository.
func (g gitHub) page(path string) string { return g.base() + "/" + g.repo.Name + path }

func (g gitHub) answer() *answer {
	const repo = "/repos/{owner}/{repo}"
	none := func(*request, []string) *answer { return paged(g.request, list{}, func(x any) any { return x }) }
	return find(g.request, []route{
		{repo, func(*request, []string) *answer { return ok(g.full()) }},
		{repo + "/topics", func(*request, []string) *answer { return ok(obj("names", []string{g.repo.Team.Name})) }},
		{repo + "/commits", g.commits},
		{repo + "/commits/{ref}", g.oneCommit},
		{repo + "/commits/{sha}/pulls", g.commitPulls},
		{repo + "/compare/{basehead}", g.compare},
		{repo + "/branches", g.branches},
		{repo + "/pulls", g.pulls},
		{repo + "/pulls/{number}", g.onePull(func(p *pull) *answer { return ok(g.fullPull(p)) })},
		{repo + "/pulls/{number}/reviews", g.onePull(g.reviews)},
		{repo + "/pulls/{number}/comments", none},
		{repo + "/pulls/{number}/commits", g.onePull(func(p *pull) *answer {
			return paged(g.request, p.branchCommits(), g.commit)
		})},
		{repo + "/actions/runs", g.runs},
		{repo + "/actions/workflows", g.workflows},
		{repo + "/actions/workflows/{id}/runs", g.runs},
		{repo + "/actions/runs/{id}", g.oneRun(func(r *run) *answer { return ok(g.run(r, r.latest())) })},
		{repo + "/actions/runs/{id}/jobs", g.oneRun(g.jobs)},
		{repo + "/actions/runs/{id}/approvals", g.oneRun(func(*run) *answer { return ok(list{}) })},
		{repo + "/actions/runs/{id}/attempts/{n}", g.oneAttempt(func(r *run, b *build) *answer { return ok(g.run(r, b)) })},
		{repo + "/actions/runs/{id}/attempts/{n}/jobs", g.oneAttempt(func(r *run, b *build) *answer { return g.jobList(g.jobsOf(r, b)) })},
		{repo + "/deployments", g.deployments},
		{repo + "/deployments/{id}", g.oneDeployment(func(d *deployment) *answer { return ok(g.deployment(d)) })},
		{repo + "/deployments/{id}/statuses", g.oneDeployment(g.statuses)},
		{repo + "/environments", g.environments},
		{repo + "/issues", g.issues},
		{repo + "/issues/{number}", g.onePull(func(p *pull) *answer { return ok(g.issue(p)) })},
		{repo + "/issues/{number}/comments", g.onePull(g.comments)},
		{repo + "/releases", none},
		{repo + "/tags", none},
		{repo + "/labels", none},
	})
}

func (g gitHub) owner() object {
	at := g.base() + "/api/v3/users/" + simulator.Organisation()
	return obj("login", simulator.Organisation(), "id", 7_000_001, "node_id", "O_kgDOB4", "avatar_url", g.base()+"/avatars/u/7000001", "gravatar_id", "",
		"url", at, "html_url", g.base()+"/"+simulator.Organisation(), "followers_url", at+"/followers", "following_url", at+"/following{/other_user}",
		"gists_url", at+"/gists{/gist_id}", "starred_url", at+"/starred{/owner}{/repo}", "subscriptions_url", at+"/subscriptions",
		"organizations_url", at+"/orgs", "repos_url", at+"/repos", "events_url", at+"/events{/privacy}", "received_events_url", at+"/received_events", //nolint:misspell // GitHub's word
		"type", "Organization", "site_admin", false) //nolint:misspell // GitHub's word
}

// addresses are the fields of a repository that say where its parts are.
var addresses = []string{
	"archive_url", "/{archive_format}{/ref}", "assignees_url", "/assignees{/user}", "blobs_url", "/git/blobs{/sha}", "branches_url", "/branches{/branch}",
	"collaborators_url", "/collaborators{/collaborator}", "comments_url", "/comments{/number}", "commits_url", "/commits{/sha}",
	"compare_url", "/compare/{base}...{head}", "contents_url", "/contents/{+path}", "contributors_url", "/contributors", "deployments_url", "/deployments",
	"downloads_url", "/downloads", "events_url", "/events", "forks_url", "/forks", "git_commits_url", "/git/commits{/sha}", "git_refs_url", "/git/refs{/sha}",
	"git_tags_url", "/git/tags{/sha}", "hooks_url", "/hooks", "issue_comment_url", "/issues/comments{/number}", "issue_events_url", "/issues/events{/number}",
	"issues_url", "/issues{/number}", "keys_url", "/keys{/key_id}", "labels_url", "/labels{/name}", "languages_url", "/languages", "merges_url", "/merges",
	"milestones_url", "/milestones{/number}", "notifications_url", "/notifications{?since,all,participating}", "pulls_url", "/pulls{/number}",
	"releases_url", "/releases{/id}", "stargazers_url", "/stargazers", "statuses_url", "/statuses/{sha}", "subscribers_url", "/subscribers",
	"subscription_url", "/subscription", "tags_url", "/tags", "teams_url", "/teams", "trees_url", "/git/trees{/sha}",
}

// short is the repository as other things carry it along; it never changes.
func (g gitHub) short() raw {
	key := "repo " + g.base() + g.repo.Name
	if known, there := g.texts.Load(key); there {
		return known.(raw)
	}
	text := freeze(g.named())
	g.texts.Store(key, text)
	return text
}

func (g gitHub) named() object {
	r := g.repo
	o := obj("id", r.number, "node_id", r.nodeNumber("R", r.number), "name", r.name, "full_name", r.Name, "private", true, "owner", g.owner(),
		"html_url", g.page(""), "description", nil, "fork", false, "url", g.at(""))
	for i := 0; i < len(addresses); i += 2 {
		o = append(o, addresses[i], g.at(addresses[i+1]))
	}
	return o
}

func (g gitHub) minimal() object {
	return g.named().with("archived", false, "disabled", false, "default_branch", "main", "topics", []string{g.repo.Team.Name}, "visibility", "private",
		"pushed_at", g.repo.pushed(), "created_at", g.store.world.Begins(), "updated_at", g.repo.pushed())
}

func (g gitHub) full() object {
	r := g.repo
	return g.minimal().with("clone_url", g.page(".git"), "git_url", "git://"+g.Host+"/"+r.Name+".git", "ssh_url", "git@"+g.Host+":"+r.Name+".git",
		"svn_url", g.page(""), "homepage", nil, "language", nil, "mirror_url", nil, "license", nil,
		"forks", 0, "forks_count", 0, "stargazers_count", 0, "watchers", 0, "watchers_count", 0, "network_count", 0, "subscribers_count", 0,
		"open_issues", 0, "open_issues_count", 0, "size", len(r.main), "has_issues", false, "has_projects", false, "has_wiki", false, "has_pages", false,
		"has_downloads", false, "has_discussions", false, "permissions", obj("admin", false, "push", false, "pull", true))
}

func (g gitHub) branches(q *request, _ []string) *answer {
	return paged(q, g.repo.branches, func(b *branch) any {
		return obj("name", b.name, "commit", obj("sha", b.head.SHA, "url", g.at("/commits/"+b.head.SHA)), "protected", b.name == "main")
	})
}

func (g gitHub) environments(*request, []string) *answer {
	names := []string{"testing", "staging"}
	for _, s := range g.repo.Services {
		for _, p := range s.Production {
			if !slices.Contains(names, p) {
				names = append(names, p)
			}
		}
	}
	all := list{}
	for i, n := range names {
		all = append(all, obj("id", g.repo.number*10+int64(i), "node_id", g.repo.node("EN", n), "name", n, "url", g.at("/environments/"+n),
			"html_url", g.page("/deployments/activity_log?environments_filter="+n), "created_at", g.store.world.Begins(), "updated_at", g.store.world.Begins()))
	}
	return ok(obj("total_count", len(all), "environments", all))
}

func (g gitHub) commits(q *request, _ []string) *answer {
	head := g.repo.resolve(q.value("sha"))
	if head == nil {
		if q.value("sha") == "" {
			return failure(http.StatusConflict, "Git Repository is empty.")
		}
		return githubMissing()
	}
	all := g.repo.history(head)
	since, _ := time.Parse(time.RFC3339, q.value("since"))
	until, _ := time.Parse(time.RFC3339, q.value("until"))
	author := q.value("author")
	if !since.IsZero() || !until.IsZero() || author != "" {
		all = slices.DeleteFunc(slices.Clone(all), func(c *commit) bool {
			return c.CommittedAt.Before(since) || !until.IsZero() && c.CommittedAt.After(until) || author != "" && c.Author != author && c.AuthorEmail != author
		})
	}
	return paged(q, all, g.commit)
}

func (g gitHub) commit(c *commit) any {
	p := g.store.account[c.Author]
	sign := obj("name", p.Name, "email", c.AuthorEmail, "date", c.AuthoredAt)
	parents := list{}
	for _, sha := range c.Parents {
		parents = append(parents, obj("sha", sha, "url", g.at("/commits/"+sha), "html_url", g.page("/commit/"+sha)))
	}
	return obj("sha", c.SHA, "node_id", c.repo.node("C", c.SHA),
		"commit", obj("author", sign, "committer", obj("name", p.Name, "email", c.AuthorEmail, "date", c.CommittedAt), "message", c.Message,
			"tree", obj("sha", c.SHA, "url", g.at("/git/trees/"+c.SHA)), "url", g.at("/git/commits/"+c.SHA), "comment_count", 0,
			"verification", obj("verified", false, "reason", "unsigned", "signature", nil, "payload", nil, "verified_at", nil)),
		"url", g.at("/commits/"+c.SHA), "html_url", g.page("/commit/"+c.SHA), "comments_url", g.at("/commits/"+c.SHA+"/comments"),
		"author", g.user(g.request, c.Author), "committer", g.user(g.request, c.Author), "parents", parents)
}

func (g gitHub) oneCommit(_ *request, v []string) *answer {
	c := g.repo.resolve(v[0])
	if c == nil {
		return githubMissing()
	}
	return ok(g.commit(c).(object).with("stats", obj("total", *c.Additions+*c.Deletions, "additions", c.Additions, "deletions", c.Deletions), "files", list{}))
}

func (g gitHub) commitPulls(q *request, v []string) *answer {
	var found []*pull
	for _, p := range g.repo.created {
		if p.MergeSHA == v[0] || slices.Contains(p.Commits, v[0]) {
			found = append(found, p)
		}
	}
	return paged(q, found, g.pull)
}

// compare says what one commit has that another has not.
func (g gitHub) compare(q *request, v []string) *answer {
	from, to, _ := strings.Cut(v[0], "...")
	base, head := g.repo.resolve(from), g.repo.resolve(to)
	if base == nil || head == nil || from == "" || to == "" {
		return githubMissing()
	}
	theirs, ours := g.repo.history(base), g.repo.history(head)
	inBase, inHead := map[*commit]bool{}, map[*commit]bool{}
	for _, c := range theirs {
		inBase[c] = true
	}
	var ahead []*commit
	var common *commit
	for _, c := range ours {
		inHead[c] = true
		if !inBase[c] {
			ahead = append(ahead, c)
		} else if common == nil {
			common = c
		}
	}
	behind := 0
	for _, c := range theirs {
		if !inHead[c] {
			behind++
		}
	}
	status := "identical"
	switch {
	case len(ahead) > 0 && behind > 0:
		status = "diverged"
	case len(ahead) > 0:
		status = "ahead"
	case behind > 0:
		status = "behind"
	}
	slices.Reverse(ahead)
	a := paged(q, ahead, g.commit)
	mergeBase := any(nil)
	if common != nil {
		mergeBase = g.commit(common)
	}
	at := "/compare/" + base.SHA + "..." + head.SHA
	a.body = freeze(obj("url", g.at(at), "html_url", g.page(at), "permalink_url", g.page(at), "diff_url", g.page(at+".diff"), "patch_url", g.page(at+".patch"),
		"base_commit", g.commit(base), "merge_base_commit", mergeBase, "status", status, "ahead_by", len(ahead), "behind_by", behind,
		"total_commits", len(ahead), "commits", raw(a.body), "files", list{}))
	return a
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }
