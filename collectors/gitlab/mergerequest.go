package gitlab

import (
	"cmp"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/warehouse"
)

// mapping turns what GitLab says about one project into records.
type mapping struct {
	repo          string // the project's full path
	configuration Configuration
	rules         rules
}

// tokenBot is how GitLab calls the accounts that tokens of projects and groups act as.
var tokenBot = regexp.MustCompile(`^(project|group)_\d+_bot(_[0-9a-f]+)?$`)

func isBot(username string) bool {
	return tokenBot.MatchString(username) || username == "alert-bot" || username == "support-bot" || username == "GitLab-Security-Bot"
}

// mergeRequest makes the records of a merge request of its notes and commits (newest first, as GitLab lists them).
func (m mapping) mergeRequest(mr mergeRequest, notes []note, commits []commit) (warehouse.Records, error) {
	var r warehouse.Records
	pr, err := m.pullRequest(mr)
	if err != nil {
		return r, err
	}
	for _, k := range slices.Backward(commits) {
		c, ok := m.commit(k)
		if !ok {
			continue
		}
		// GitLab says less about the commits of a merge request than about those of a branch (no parents, no lines). Where a
		// commit is in both, the branch's word stands, whichever comes last: so this one is a little older.
		c.UpdatedAt = c.CommittedAt.Add(-time.Millisecond)
		r.Commits = append(r.Commits, c)
		pr.Commits = append(pr.Commits, c.SHA)
		if pr.FirstCommitAt.IsZero() || c.AuthoredAt.Before(pr.FirstCommitAt) {
			pr.FirstCommitAt = c.AuthoredAt
		}
	}
	for _, n := range notes {
		r.Reviews = append(r.Reviews, m.reviews(mr.IID, n)...)
	}
	slices.SortFunc(r.Reviews, func(a, b warehouse.Review) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	for _, e := range r.Reviews {
		if e.Kind == "ready" {
			pr.ReadyAt = e.At
			break
		}
	}
	r.PullRequests = []warehouse.PullRequest{pr}
	return r, nil
}

// pullRequest is what the merge request says by itself.
func (m mapping) pullRequest(mr mergeRequest) (warehouse.PullRequest, error) {
	pr := warehouse.PullRequest{
		Repo: m.repo, Number: mr.IID, Title: mr.Title, Author: mr.Author.login(), BaseBranch: mr.TargetBranch, HeadBranch: mr.SourceBranch,
		Draft: mr.Draft || mr.WorkInProgress, CreatedAt: at(mr.CreatedAt), MergedAt: at(mr.MergedAt),
		ClosedAt: first(at(mr.ClosedAt), at(mr.MergedAt)), Labels: sorted(mr.Labels),
		Provenance: warehouse.Provenance{UpdatedAt: first(at(mr.UpdatedAt), at(mr.CreatedAt)), URL: mr.WebURL},
	}
	switch {
	case mr.IID <= 0:
		return pr, errors.New("it has no number")
	case pr.CreatedAt.IsZero():
		return pr, errors.New("nobody knows when it was created")
	}
	if a := mr.Author; a != nil && !a.Bot && !isBot(a.Username) { // bots quote the release notes of others
		pr.TicketKeys = collectors.TicketsNamed(mr.Description, m.repo)
	}
	if mr.State == "opened" {
		pr.ClosedAt, pr.MergedAt = time.Time{}, time.Time{} // it was closed, and opened again
	}
	if !pr.MergedAt.IsZero() {
		// Without a merge commit the squashed commit, or by fast-forward the branch's head itself, is on the target branch.
		pr.MergeSHA = cmp.Or(mr.MergeCommitSHA, mr.SquashCommitSHA, mr.SHA)
	}
	return pr, nil
}

func sorted(labels []string) []string {
	labels = slices.Clone(labels)
	slices.Sort(labels)
	return slices.Compact(labels)
}

// commit is a commit as it is listed; false when it lacks what every commit has.
func (m mapping) commit(k commit) (warehouse.Commit, bool) {
	c := warehouse.Commit{
		Repo: m.repo, SHA: k.ID, Parents: k.ParentIDs, Author: k.AuthorName, AuthorEmail: k.AuthorEmail,
		AuthoredAt: first(at(k.AuthoredDate), at(k.CommittedDate)), CommittedAt: first(at(k.CommittedDate), at(k.AuthoredDate)), Message: cmp.Or(k.Message, k.Title),
	}
	if k.Stats != nil {
		c.Additions, c.Deletions = &k.Stats.Additions, &k.Stats.Deletions
	}
	c.UpdatedAt, c.URL = c.CommittedAt, k.WebURL
	return c, c.SHA != "" && !c.AuthoredAt.IsZero()
}

// mention is an account's name after an @ in GitLab's own notes.
var mention = regexp.MustCompile(`@([\w.][\w.\-]*)`)

// pushed is how the note about new commits begins.
var pushed = regexp.MustCompile(`^added \d+ (new )?commits?\b`)

// reviews are the events in the life of a merge request that a note tells: what people write, and what GitLab itself notes,
// always in English. A note about several people is one event for each.
func (m mapping) reviews(number int64, n note) []warehouse.Review {
	when := at(n.CreatedAt)
	if n.ID <= 0 || when.IsZero() {
		return nil
	}
	one := warehouse.Review{
		Repo: m.repo, PullRequest: number, ID: strconv.FormatInt(n.ID, 10), Actor: n.Author.login(), At: when,
		Provenance: warehouse.Provenance{UpdatedAt: when},
	}
	if !n.System {
		one.Kind = "commented"
		return []warehouse.Review{one}
	}
	kind, targets := meaning(strings.TrimSpace(n.Body))
	if kind == "" {
		return nil
	}
	one.Kind = kind
	if len(targets) == 0 {
		return []warehouse.Review{one}
	}
	var all []warehouse.Review
	for i, target := range targets {
		each := one
		each.Target = (&user{Username: target}).login()
		if i > 0 {
			each.ID += "-" + target
		}
		all = append(all, each)
	}
	return all
}

// meaning understands one of GitLab's own notes; kind is "" when it tells no event of a review.
func meaning(body string) (kind string, targets []string) {
	switch {
	case body == "approved this merge request":
		return "approved", nil
	case body == "unapproved this merge request":
		return "dismissed", nil
	case body == "requested changes", strings.HasPrefix(body, "requested changes "):
		return "changes_requested", nil
	case strings.HasPrefix(body, "requested review from "):
		asked, _, _ := strings.Cut(body, " and removed review request for ")
		return withTargets("requested", asked)
	case strings.HasPrefix(body, "removed review request for "):
		if _, asked, found := strings.Cut(body, " and requested review from "); found {
			return withTargets("requested", asked)
		}
		return "", nil
	case strings.HasPrefix(body, "reset approvals from "):
		return withTargets("dismissed", body)
	case strings.HasPrefix(body, "marked this merge request as **draft**"), strings.HasPrefix(body, "marked as a **Work In Progress**"):
		return "draft", nil
	case strings.HasPrefix(body, "marked this merge request as **ready**"), strings.HasPrefix(body, "unmarked as a **Work In Progress**"),
		strings.HasPrefix(body, "unmarked this merge request as a **Work In Progress**"):
		return "ready", nil
	case pushed.MatchString(body):
		return "pushed", nil
	}
	return "", nil
}

func withTargets(kind, body string) (string, []string) {
	var names []string
	for _, m := range mention.FindAllStringSubmatch(body, -1) {
		if name := strings.TrimRight(m[1], ".-"); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return "", nil
	}
	return kind, names
}
