package site

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

func (g gitHub) pulls(q *request, _ []string) *answer {
	descending := cmp.Or(q.value("direction"), map[bool]string{true: "desc", false: "asc"}[cmp.Or(q.value("sort"), "created") == "created"]) == "desc"
	all := g.repo.created
	if q.value("sort") == "updated" {
		all = g.repo.updated
	}
	state, base, head := cmp.Or(q.value("state"), "open"), q.value("base"), q.value("head")
	return paged(q, filtered(all, descending, func(p *pull) bool {
		_, branch, _ := strings.Cut(head, ":")
		return (state == "all" || p.ClosedAt.IsZero() == (state == "open")) && (base == "" || p.BaseBranch == base) && (head == "" || p.HeadBranch == branch)
	}), g.pull)
}

// filtered are those of a list, newest first, that are wanted.
func filtered[T any](all []T, descending bool, wanted func(T) bool) []T {
	kept := make([]T, 0, len(all))
	for _, x := range all {
		if wanted(x) {
			kept = append(kept, x)
		}
	}
	if !descending {
		slices.Reverse(kept)
	}
	return kept
}

func (g gitHub) onePull(serve func(*pull) *answer) func(*request, []string) *answer {
	return func(_ *request, v []string) *answer {
		n, _ := strconv.ParseInt(v[2], 10, 64)
		p := g.repo.numbered[n]
		if p == nil {
			return githubMissing()
		}
		return serve(p)
	}
}

func (p *pull) path() string { return "/pulls/" + decimal(p.Number) }

func (g gitHub) label(name string) object {
	return obj("id", int64(len(name))+900, "node_id", "LA_kwDO"+name, "url", g.at("/labels/"+name), "name", name, "description", "", "color", "ededed", "default", false)
}

func (g gitHub) labels(p *pull) list {
	labels := list{}
	for _, l := range p.Labels {
		labels = append(labels, g.label(l))
	}
	return labels
}

func (g gitHub) side(branch, sha string) object {
	return obj("label", g.repo.owner+":"+branch, "ref", branch, "sha", sha, "user", g.owner(), "repo", freeze(g.full()))
}

// pull is a pull request as lists tell it.
func (g gitHub) pull(p *pull) any {
	state := "open"
	if !p.ClosedAt.IsZero() {
		state = "closed"
	}
	head, base := "", ""
	if c := p.branchCommits(); len(c) > 0 {
		head = c[len(c)-1].SHA
		if len(c[0].Parents) > 0 {
			base = c[0].Parents[0]
		}
	}
	at, href := g.at(p.path()), func(path string) object { return obj("href", path) }
	issue := g.at("/issues/" + decimal(p.Number))
	return obj("url", at, "id", p.id(), "node_id", p.repo.nodeNumber("PR", p.Number), "html_url", g.page("/pull/"+decimal(p.Number)),
		"diff_url", g.page("/pull/"+decimal(p.Number)+".diff"), "patch_url", g.page("/pull/"+decimal(p.Number)+".patch"), "issue_url", issue,
		"number", p.Number, "state", state, "locked", false, "title", p.Title, "user", g.user(g.request, p.Author), "body", p.description(),
		"created_at", p.CreatedAt, "updated_at", p.touched, "closed_at", p.ClosedAt, "merged_at", p.MergedAt, "merge_commit_sha", orNull(p.MergeSHA),
		"assignee", nil, "assignees", list{}, "requested_reviewers", list{}, "requested_teams", list{}, "labels", g.labels(p), "milestone", nil, "draft", p.Draft,
		"commits_url", at+"/commits", "review_comments_url", at+"/comments", "review_comment_url", g.at("/pulls/comments{/number}"),
		"comments_url", issue+"/comments", "statuses_url", g.at("/statuses/"+head), "head", g.side(p.HeadBranch, head), "base", g.side(p.BaseBranch, base),
		"_links", obj("self", href(at), "html", href(g.page("/pull/"+decimal(p.Number))), "issue", href(issue), "comments", href(issue+"/comments"),
			"review_comments", href(at+"/comments"), "review_comment", href(g.at("/pulls/comments{/number}")), "commits", href(at+"/commits"),
			"statuses", href(g.at("/statuses/"+head))),
		"author_association", "MEMBER", "auto_merge", nil, "active_lock_reason", nil)
}

func (g gitHub) fullPull(p *pull) object {
	merger := any(nil)
	if !p.MergedAt.IsZero() {
		merger = g.user(g.request, p.Author)
	}
	comments := 0
	for _, e := range p.events {
		if strings.HasPrefix(e.ID, "IC_") {
			comments++
		}
	}
	return g.pull(p).(object).with("merged", !p.MergedAt.IsZero(), "mergeable", nil, "rebaseable", nil, "mergeable_state", "unknown", "merged_by", merger,
		"comments", comments, "review_comments", 0, "maintainer_can_modify", false, "commits", len(p.Commits), "additions", p.Additions,
		"deletions", p.Deletions, "changed_files", 1)
}

func (g gitHub) reviews(p *pull) *answer {
	return paged(g.request, pullNode{p}.of("PullRequestReview"), func(e *event) any {
		sha := ""
		for _, c := range p.branchCommits() {
			if sha == "" || !c.CommittedAt.After(e.At) {
				sha = c.SHA
			}
		}
		page := g.page("/pull/" + decimal(p.Number) + "#pullrequestreview-" + decimal(e.number()))
		return obj("id", e.number(), "node_id", e.ID, "user", g.user(g.request, e.Actor), "body", "", "state", e.state(), "html_url", page,
			"pull_request_url", g.at(p.path()), "author_association", "MEMBER",
			"_links", obj("html", obj("href", page), "pull_request", obj("href", g.at(p.path()))), "submitted_at", e.At, "commit_id", sha)
	})
}

func (g gitHub) comments(p *pull) *answer {
	return paged(g.request, pullNode{p}.of("IssueComment"), func(e *event) any {
		return obj("id", e.number(), "node_id", e.ID, "url", g.at("/issues/comments/"+decimal(e.number())),
			"html_url", g.page("/pull/"+decimal(p.Number)+"#issuecomment-"+decimal(e.number())), "issue_url", g.at("/issues/"+decimal(p.Number)),
			"user", g.user(g.request, e.Actor), "created_at", e.At, "updated_at", e.At, "author_association", "MEMBER", "body", "")
	})
}

// issues are pull requests here: GitHub lists both, and the company writes its tickets elsewhere.
func (g gitHub) issues(q *request, _ []string) *answer {
	all := g.repo.created
	if q.value("sort") == "updated" {
		all = g.repo.updated
	}
	since, _ := time.Parse(time.RFC3339, q.value("since"))
	state := cmp.Or(q.value("state"), "open")
	return paged(q, filtered(all, q.value("direction") != "asc", func(p *pull) bool {
		return !p.touched.Before(since) && (state == "all" || p.ClosedAt.IsZero() == (state == "open"))
	}), func(p *pull) any { return g.issue(p) })
}

func (g gitHub) issue(p *pull) object {
	state := "open"
	if !p.ClosedAt.IsZero() {
		state = "closed"
	}
	at := g.at("/issues/" + decimal(p.Number))
	return obj("id", p.id(), "node_id", p.repo.nodeNumber("PR", p.Number), "url", at, "repository_url", g.at(""), "labels_url", at+"/labels{/name}",
		"comments_url", at+"/comments", "events_url", at+"/events", "html_url", g.page("/pull/"+decimal(p.Number)), "number", p.Number, "state", state,
		"title", p.Title, "body", p.description(), "user", g.user(g.request, p.Author), "labels", g.labels(p), "assignee", nil, "assignees", list{}, "milestone", nil,
		"locked", false, "comments", 0, "created_at", p.CreatedAt, "updated_at", p.touched, "closed_at", p.ClosedAt, "author_association", "MEMBER",
		"pull_request", obj("url", g.at(p.path()), "html_url", g.page("/pull/"+decimal(p.Number)), "diff_url", nil, "patch_url", nil, "merged_at", p.MergedAt))
}
