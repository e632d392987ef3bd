package git

import (
	"time"

	"github.com/weirhq/weir/warehouse"
)

// commitsPerPullRequest bounds the list in one record. Merges that bring in more are those of whole other histories.
const commitsPerPullRequest = 1000

// draft is a pull request that was recognised, before it is known what it brought in.
type draft struct {
	mention
	commit commit
}

// pullRequests makes the records of the drafts by walking the mainline's line, which is given from the newest to the
// oldest. Where several commits mention the same number (it was landed again) the later merge counts, of equals the newer
// on the line.
func (s settings) pullRequests(g *graph, line []string, drafts map[string]draft) map[int64]warehouse.PullRequest {
	latest := map[int64]warehouse.PullRequest{}
	for i := len(line) - 1; i >= 0; i-- {
		brought := g.step(line[i])
		d, ok := drafts[line[i]]
		if !ok {
			continue
		}
		pr := s.pullRequest(d, brought)
		if before, again := latest[pr.Number]; !again || !pr.MergedAt.Before(before.MergedAt) {
			latest[pr.Number] = pr
		}
	}
	return latest
}

// pullRequest is one record. The moment of the merge stands for the creation and the last update too: see the package.
func (s settings) pullRequest(d draft, brought []*node) warehouse.PullRequest {
	pr := warehouse.PullRequest{
		Repo: s.Repo, Number: d.number, Title: d.title, HeadBranch: d.head, BaseBranch: d.base,
		CreatedAt: d.commit.committed, MergedAt: d.commit.committed, MergeSHA: d.commit.sha,
	}
	pr.UpdatedAt = pr.MergedAt
	if pr.BaseBranch == "" {
		pr.BaseBranch = s.Branch
	}
	if len(d.commit.parents) < 2 {
		pr.Author, pr.FirstCommitAt, pr.Commits = d.commit.author, d.commit.authoredAt, []string{d.commit.sha}
		return pr
	}
	var first time.Time
	for _, n := range brought {
		if first.IsZero() || n.authored.Before(first) {
			first = n.authored
		}
		if n.sha == d.commit.parents[1] {
			pr.Author = n.author
		}
	}
	pr.FirstCommitAt = first
	if len(brought) > commitsPerPullRequest {
		brought = brought[len(brought)-commitsPerPullRequest:]
	}
	for _, n := range brought {
		pr.Commits = append(pr.Commits, n.sha)
	}
	return pr
}
