package derive

import (
	"context"
	"fmt"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/weirhq/weir/warehouse"
)

// place is where a commit stands on its repository's mainline.
type place struct {
	position uint32
	mainline bool
}

// nowhere is the position of a commit that did not reach the mainline: after everything.
const nowhere = 1<<32 - 1

// places are rows of commit_positions, or of moved.
type places struct {
	repos, shas []string
	positions   []uint32
	mainline    []bool
}

func (p *places) add(repo, sha string, at place) {
	p.repos, p.shas = append(p.repos, repo), append(p.shas, sha)
	p.positions, p.mainline = append(p.positions, at.position), append(p.mainline, at.mainline)
}

// manyMoved is how many commits of a repository, or else which part of them, must have moved for deriving all of it to be
// less work than finding out what they touch.
const (
	manyMoved     = 2000
	manyMovedPart = 10
)

// placed is what became of placing the commits of some repositories.
type placed struct {
	wholly, partly []string // repositories of which everything must be derived, or only what the moved commits touch
	moved          places   // of the latter: commits that arrived or moved, with their places before and now
	now            places   // the same: their places now
}

// placeCommits walks the graphs of repositories and writes where each commit stands now.
func (s *stage) placeCommits(ctx context.Context, v derivation) (p placed, err error) {
	arrived, err := s.arrivedCommits(ctx, v)
	if err != nil {
		return p, err
	}
	seen := map[string]bool{}
	err = s.eachGraph(ctx, v.repos, func(repo string, g *graph) error {
		seen[repo] = true
		moved, known, err := s.moved(ctx, repo, g, arrived[repo])
		if err != nil {
			return err
		}
		if v.whole || !known || len(moved) > max(manyMoved, len(g.commits)/manyMovedPart) {
			p.wholly = append(p.wholly, repo)
			if known {
				if err := s.forget(ctx, []string{"commit_positions"}, "repo IN {names:Array(String)}", []string{repo}); err != nil {
					return err
				}
			}
			return s.writePlaces(ctx, "commit_positions", g.places(repo))
		}
		p.partly = append(p.partly, repo)
		for sha, before := range moved {
			now := g.place(sha)
			p.moved.add(repo, sha, before)
			p.moved.add(repo, sha, now)
			if now.position != nowhere {
				p.now.add(repo, sha, now)
			}
		}
		return nil
	})
	if err != nil {
		return p, err
	}
	var bare []string // have pull requests only, or lost their commits
	for _, repo := range v.repos {
		if !seen[repo] {
			bare = append(bare, repo)
		}
	}
	p.wholly = append(p.wholly, bare...)
	s.d.log.DebugContext(ctx, "placed commits", "wholly", len(p.wholly), "partly", len(p.partly), "moved", len(p.moved.shas))
	return p, s.forget(ctx, []string{"commit_positions"}, "repo IN {names:Array(String)}", bare)
}

// moved finds the commits that stand elsewhere than the facts say, and adds those that arrived; each with its place before.
// known is false where the facts do not know the repository's graph.
func (s *stage) moved(ctx context.Context, repo string, g *graph, arrived []string) (moved map[string]place, known bool, err error) {
	rows, err := s.d.w.Query(ctx, "SELECT sha, position, mainline FROM {commit_positions:Identifier} WHERE repo = {repo:String}", s.params(warehouse.Params{"repo": repo}))
	if err != nil {
		return nil, false, fmt.Errorf("read the places of the commits of %s: %w", repo, err)
	}
	defer rows.Close()
	moved = map[string]place{}
	stayed := make([]bool, len(g.commits))
	for rows.Next() {
		var sha string
		var before place
		if err := rows.Scan(&sha, &before.position, &before.mainline); err != nil {
			return nil, false, err
		}
		known = true
		if now := g.place(sha); now != before {
			moved[sha] = before
		} else {
			stayed[g.index[sha]] = true
		}
	}
	if err := rows.Err(); err != nil {
		return nil, false, warehouse.Explain(err)
	}
	for i := range g.commits {
		if _, known := moved[g.commits[i].sha]; !known && !stayed[i] && g.position[i] != unplaced {
			moved[g.commits[i].sha] = place{position: nowhere}
		}
	}
	for _, sha := range arrived {
		if _, known := moved[sha]; !known {
			moved[sha] = g.place(sha)
		}
	}
	return moved, known, nil
}

// arrivedCommits lists the commits of each repository that arrived since the facts were derived, or disappeared.
func (s *stage) arrivedCommits(ctx context.Context, v derivation) (map[string][]string, error) {
	arrived := map[string][]string{}
	if v.whole {
		return arrived, nil
	}
	var list []struct {
		Repo string `ch:"repo"`
		SHA  string `ch:"sha"`
	}
	err := s.d.w.Select(ctx, &list, "SELECT DISTINCT toString(repo) AS repo, sha FROM commits WHERE arrival > {commits:UInt64}", v.sinceParams())
	if err != nil {
		return nil, fmt.Errorf("find the commits that arrived: %w", err)
	}
	for _, c := range list {
		arrived[c.Repo] = append(arrived[c.Repo], c.SHA)
	}
	return arrived, nil
}

// movePlaces puts the moved commits where they stand now.
func (s *stage) movePlaces(ctx context.Context, p placed) error {
	if err := s.writePlaces(ctx, "moved", p.moved); err != nil {
		return err
	}
	for _, sql := range []string{
		"DELETE FROM {commit_positions:Identifier} WHERE repo IN {repos:Array(String)} AND (repo, sha) IN (SELECT repo, sha FROM {moved:Identifier})",
		"DELETE FROM {revisions:Identifier} WHERE repo IN {repos:Array(String)} AND (NOT mainline OR (repo, sha) IN (SELECT repo, sha FROM {moved:Identifier}))",
	} {
		if err := s.d.w.Exec(ctx, sql, s.params(warehouse.Params{"repos": p.partly})); err != nil {
			return fmt.Errorf("forget where moved commits stood: %w", err)
		}
	}
	return s.writePlaces(ctx, "commit_positions", p.now)
}

func (s *stage) writePlaces(ctx context.Context, table string, p places) error {
	if len(p.shas) == 0 {
		return nil
	}
	return s.d.w.Insert(ctx, s.name(table), []string{"repo", "sha", "position", "mainline"}, func(b driver.Batch) error {
		return appendColumns(b, p.repos, p.shas, p.positions, p.mainline)
	})
}

// place says where a commit of the graph stands.
func (g *graph) place(sha string) place {
	i, ok := g.index[sha]
	if !ok || g.position[i] == unplaced {
		return place{position: nowhere}
	}
	return place{uint32(g.position[i]), g.onLine[i]}
}

// places lists where the commits stand that reached the mainline.
func (g *graph) places(repo string) (p places) {
	for i := range g.commits {
		if g.position[i] != unplaced {
			p.add(repo, g.commits[i].sha, place{uint32(g.position[i]), g.onLine[i]})
		}
	}
	return p
}
