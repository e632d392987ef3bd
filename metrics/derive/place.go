package derive

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/weirhq/weir/warehouse"
)

// placeRevisions writes what the deployed revisions of services contain, as far as it is not known yet. On the mainline
// that is their position; only for the others the graph is walked.
func (s *stage) placeRevisions(ctx context.Context, services []string) error {
	const deployed = `(SELECT DISTINCT if(d.repo = '' AND length(r.repos) = 1, r.repos[1], toString(d.repo)) AS repo, d.sha AS sha
		FROM (SELECT service, repo, sha FROM deployments FINAL WHERE service IN {services:Array(String)} AND sha != '') AS d
		LEFT JOIN (SELECT service, groupUniqArray(toString(repo)) AS repos FROM org_repos GROUP BY service) AS r ON d.service = r.service)`
	params := s.params(warehouse.Params{"services": services})
	err := s.d.w.Exec(ctx, `INSERT INTO {revisions:Identifier} (repo, sha, reach, mainline, extras)
		SELECT repo, sha, toInt64(position), true, [] FROM {commit_positions:Identifier}
		WHERE mainline AND (toString(repo), sha) IN `+deployed+` AND (toString(repo), sha) NOT IN (SELECT toString(repo), sha FROM {revisions:Identifier})`, params)
	if err != nil {
		return err
	}
	var off []struct {
		Repo string `ch:"repo"`
		SHA  string `ch:"sha"`
	}
	err = s.d.w.Select(ctx, &off, `SELECT toString(repo) AS repo, sha FROM commits FINAL
		WHERE (toString(repo), sha) IN `+deployed+` AND (toString(repo), sha) NOT IN (SELECT toString(repo), sha FROM {revisions:Identifier}) ORDER BY repo, sha`, params)
	if err != nil {
		return err
	}
	wanted := map[string][]string{}
	var repos []string
	for _, r := range off {
		if wanted[r.Repo] == nil {
			repos = append(repos, r.Repo)
		}
		wanted[r.Repo] = append(wanted[r.Repo], r.SHA)
	}
	return s.eachGraph(ctx, repos, func(repo string, g *graph) error {
		return s.writeRevisions(ctx, repo, g, wanted[repo])
	})
}

// eachGraph loads the graphs of repositories, one at a time.
func (s *stage) eachGraph(ctx context.Context, repos []string, use func(repo string, g *graph) error) error {
	if len(repos) == 0 {
		return nil
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	rows, err := s.d.w.Query(ctx, `SELECT toString(repo), sha, parents, toUnixTimestamp64Milli(coalesce(committed_at, authored_at)), mainline
		FROM commits FINAL WHERE repo IN {repos:Array(String)} ORDER BY repo, sha`, warehouse.Params{"repos": repos})
	if err != nil {
		return err
	}
	defer rows.Close()
	var repo string
	var commits []commit
	for rows.Next() {
		var of string
		var c commit
		if err := rows.Scan(&of, &c.sha, &c.parents, &c.at, &c.mainline); err != nil {
			return err
		}
		if of != repo && len(commits) > 0 {
			if err := use(repo, newGraph(commits)); err != nil {
				return err
			}
			commits = nil
		}
		repo, commits = of, append(commits, c)
	}
	if err := rows.Err(); err != nil {
		return warehouse.Explain(err)
	}
	if len(commits) == 0 {
		return nil
	}
	return use(repo, newGraph(commits))
}

func (s *stage) writeRevisions(ctx context.Context, repo string, g *graph, shas []string) error {
	start := time.Now()
	var names []string
	var reach []int64
	var mainline []bool
	var extras [][]string
	for _, sha := range shas {
		if r, ok := g.revision(sha); ok {
			names, reach, mainline, extras = append(names, sha), append(reach, r.reach), append(mainline, r.mainline), append(extras, r.extras)
		}
	}
	s.d.log.DebugContext(ctx, "walked back from revisions off the mainline", "repo", repo, "revisions", len(names), "took", time.Since(start))
	return s.d.w.Insert(ctx, s.name("revisions"), []string{"repo", "sha", "reach", "mainline", "extras"}, func(b driver.Batch) error {
		return appendColumns(b, slices.Repeat([]string{repo}, len(names)), names, reach, mainline, extras)
	})
}

func appendColumns(b driver.Batch, columns ...any) error {
	for i, column := range columns {
		if err := b.Column(i).Append(column); err != nil {
			return fmt.Errorf("column %d: %w", i, err)
		}
	}
	return nil
}
