package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/weirhq/weir/warehouse"
)

// pulls is the list of pull requests. The back-fill goes by the time of creation, which nothing changes; later syncs go by
// the time of the last change, to the first pull request that has not changed. Whatever changes while a sync reads moves
// to the list's beginning and is found by the next one.
type pulls struct {
	*repository
	resumed bool // the back-fill was begun by an earlier run
	state   *listState
	size    *portion
	etag    string    // of this run's probe
	newest  time.Time // the change that it announced
	upto    time.Time // the newest that was read
	after   string
	quiet   bool // the probe said that nothing has changed: only what was missed is asked for
}

func newPulls(r *repository, s *listState) *pulls {
	return &pulls{repository: r, state: s, size: r.size(100)}
}

func (p *pulls) what() string { return "pull requests" }

func (p *pulls) continued() bool { return p.resumed }

func (p *pulls) begin(ctx context.Context) (bool, error) {
	if !p.state.Done && p.state.Start != "" {
		p.resumed = true
		return true, nil
	}
	var newest []struct {
		UpdatedAt *time.Time `json:"updated_at"`
	}
	answer, err := p.vendor.get(ctx, p.path("pulls?state=all&sort=updated&direction=desc&per_page=1"), p.state.ETag, &newest)
	if err != nil {
		return false, err
	}
	if answer.unchanged {
		p.quiet = true
		return len(p.state.Missed) > 0, nil
	}
	if len(newest) > 0 {
		p.newest = moment(newest[0].UpdatedAt)
	}
	p.etag = answer.etag
	if !p.state.Done {
		*p.state = listState{Start: answer.etag, Upto: p.newest, Missed: p.state.Missed}
		if p.state.Start == "" {
			p.state.Start = "-" // a server without ETags: a back-fill is under way all the same
		}
		return true, nil
	}
	p.size = p.repository.size(20)
	return true, nil
}

func (p *pulls) step(ctx context.Context) (bool, error) {
	if p.quiet {
		return true, p.again(ctx)
	}
	filling := !p.state.Done
	order, after := "UPDATED_AT", p.after
	if filling {
		after = p.state.After
		if p.repository.state.Floor.IsZero() {
			order = "CREATED_AT"
		}
	}
	page, err := p.page(ctx, order, after)
	if err != nil {
		return false, err
	}
	if err := p.holes(ctx, order, after, page); err != nil {
		return false, err
	}
	if filling && after == "" {
		p.run.Expect(page.TotalCount)
	}
	end := p.repository.state.Floor
	if !filling {
		end = p.state.Upto
	}
	var found []*pullNode
	reached := false
	for _, node := range decode[pullNode](page.Nodes, p.aside) {
		changed := moment(node.UpdatedAt)
		p.upto = latest(p.upto, changed)
		// What changed in the same second as the newest that was read last may have changed after that.
		if order == "UPDATED_AT" && changed.Before(end) {
			reached = true
			break
		}
		found = append(found, node)
	}
	if err := p.read(ctx, found); err != nil {
		return false, err
	}
	p.run.Done(len(page.Nodes))
	if page.PageInfo.HasNextPage && !reached {
		if p.after = page.PageInfo.EndCursor; filling {
			p.state.After = p.after
		}
		return false, nil
	}
	p.finish(filling)
	return true, p.again(ctx)
}

// finish remembers what the probe announced, now that it was read. A replica of GitHub's that lagged behind the probe does
// not count: the next sync asks again.
func (p *pulls) finish(filling bool) {
	if filling {
		*p.state = listState{Done: true, ETag: p.state.Start, Upto: p.state.Upto, Missed: p.state.Missed}
		if p.state.ETag == "-" {
			p.state.ETag = ""
		}
		return
	}
	p.state.Upto = latest(p.state.Upto, p.upto)
	if !p.upto.Before(p.newest) {
		p.state.ETag = p.etag
	}
}

func (p *pulls) page(ctx context.Context, order, after string) (connection, error) {
	var data struct {
		Repository *struct {
			Name  string     `json:"nameWithOwner"`
			Pulls connection `json:"pullRequests"`
		} `json:"repository"`
	}
	err := p.size.asking(ctx, func(ctx context.Context, n int) error {
		reasons, err := p.vendor.ask(ctx, "pulls", p.vars(variables{"first": n, "after": optional(after), "order": order}), &data)
		if err == nil {
			p.asides(reasons)
		}
		return err
	})
	if err != nil {
		return connection{}, err
	}
	if data.Repository == nil {
		return connection{}, &refusal{http.StatusNotFound, "GitHub has no repository " + p.repo}
	}
	return data.Repository.Pulls, nil
}

// read completes pull requests and puts their records into the batch.
func (p *pulls) read(ctx context.Context, nodes []*pullNode) error {
	var all []pullRecords
	var keys warehouse.Records
	for _, node := range nodes {
		err := p.complete(ctx, node)
		if errors.Is(err, errUnanswered) {
			p.miss(node.ID)
			continue
		}
		if err != nil {
			return err
		}
		one, err := node.records(p.repo, p.aside)
		if err != nil {
			p.aside(err)
			continue
		}
		all = append(all, one)
		keys.PullRequests = append(keys.PullRequests, one.pull)
		keys.Commits = append(keys.Commits, one.commits...)
	}
	if len(all) == 0 {
		return nil
	}
	known, err := p.run.KnownAs(ctx, keys)
	if err != nil {
		return fmt.Errorf("look up the pull requests that are known: %w", err)
	}
	for _, one := range all {
		p.batch.PullRequests = append(p.batch.PullRequests, one.pull)
		p.batch.Reviews = append(p.batch.Reviews, one.reviews...)
	}
	p.addCommits(all, known.Commits)
	return p.compare(ctx, all, known.PullRequests)
}

// addCommits adds the commits that are not known as they are. What is known about the mainline stays: a pull request does
// not tell.
func (p *pulls) addCommits(all []pullRecords, known []warehouse.Commit) {
	old := map[string]warehouse.Commit{}
	for _, c := range append(known, p.batch.Commits...) {
		old[c.SHA] = c
	}
	added := map[string]bool{}
	for _, one := range all {
		for _, c := range one.commits {
			if added[c.SHA] {
				continue
			}
			added[c.SHA] = true
			k, ok := old[c.SHA]
			c.Mainline = k.Mainline
			if ok && sameCommit(k, c) {
				continue
			}
			p.batch.Commits = append(p.batch.Commits, c)
		}
	}
}

func sameCommit(a, b warehouse.Commit) bool {
	return a.Message == b.Message && a.Author == b.Author && a.AuthorEmail == b.AuthorEmail && a.AuthoredAt.Equal(b.AuthoredAt) &&
		a.CommittedAt.Equal(b.CommittedAt) && slices.Equal(a.Parents, b.Parents) && same(a.Additions, b.Additions) &&
		same(a.Deletions, b.Deletions) && same(a.FilesChanged, b.FilesChanged) && a.URL == b.URL
}

func same(a, b *int64) bool { return (a == nil) == (b == nil) && (a == nil || *a == *b) }

// compare finds what pull requests that were known before have lost: events, and by force-pushes commits.
func (p *pulls) compare(ctx context.Context, all []pullRecords, known []warehouse.PullRequest) error {
	if len(known) == 0 {
		return nil
	}
	old := map[int64]warehouse.PullRequest{}
	var numbers []int64
	for _, k := range known {
		old[k.Number] = k
		numbers = append(numbers, k.Number)
	}
	reviews, err := p.knownReviews(ctx, numbers)
	if err != nil {
		return err
	}
	var gone warehouse.Records
	for _, one := range all {
		k, ok := old[one.pull.Number]
		if !ok {
			continue
		}
		for _, sha := range append(slices.Clone(k.Commits), k.MergeSHA) {
			if sha != "" && sha != one.pull.MergeSHA && !slices.Contains(one.pull.Commits, sha) {
				p.repository.state.Commits.Settle = true
			}
		}
		now := map[string]bool{}
		for _, r := range one.reviews {
			now[r.ID] = true
		}
		for _, r := range reviews[k.Number] {
			if !now[r.ID] {
				gone.Reviews = append(gone.Reviews, r)
			}
		}
	}
	p.remove(gone)
	return nil
}

// knownReviews are the events of pull requests that are known or about to be written.
func (p *pulls) knownReviews(ctx context.Context, numbers []int64) (map[int64][]warehouse.Review, error) {
	known, err := p.run.KnownIn(ctx, warehouse.Scope{
		Table: "reviews", Where: map[string]string{"repo": p.repo}, Numbers: map[string][]int64{"pull_request": numbers},
	})
	if err != nil {
		return nil, fmt.Errorf("look up the reviews that are known: %w", err)
	}
	reviews := map[int64][]warehouse.Review{}
	for _, r := range slices.Concat(known.Reviews, p.batch.Reviews) {
		reviews[r.PullRequest] = append(reviews[r.PullRequest], r)
	}
	return reviews, nil
}

// complete reads what a page cut off of a pull request's lists.
func (p *pulls) complete(ctx context.Context, node *pullNode) error {
	for {
		l, c, t := node.Labels.PageInfo, node.Commits.PageInfo, node.Timeline.PageInfo
		if !l.HasNextPage && !c.HasNextPage && !t.HasNextPage {
			return nil
		}
		var data struct {
			Node *pullNode `json:"node"`
		}
		reasons, err := p.vendor.ask(ctx, "pull_rest", variables{
			"id": node.ID, "labels": l.HasNextPage, "labelsAfter": optional(l.EndCursor), "commits": c.HasNextPage,
			"commitsAfter": optional(c.EndCursor), "items": t.HasNextPage, "itemsAfter": optional(t.EndCursor),
		}, &data)
		if err != nil {
			return fmt.Errorf("read the rest of pull request %d: %w", node.Number, err)
		}
		p.asides(reasons)
		switch {
		case data.Node != nil:
		case slices.ContainsFunc(reasons, func(e graphError) bool { return e.Type != "NOT_FOUND" }):
			return fmt.Errorf("read the rest of pull request %d: %w", node.Number, errUnanswered)
		default:
			return nil // it has vanished meanwhile
		}
		node.Labels.extend(data.Node.Labels)
		node.Commits.extend(data.Node.Commits)
		node.Timeline.extend(data.Node.Timeline)
	}
}

// extend adds the next page of a list.
func (c *connection) extend(next connection) {
	c.Nodes = append(c.Nodes, next.Nodes...)
	c.PageInfo = next.PageInfo
}
