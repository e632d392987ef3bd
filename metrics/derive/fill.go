package derive

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/weirhq/weir/warehouse"
)

// The tables of facts. Rows of the first two belong to a repository or a service; incidents are few, so theirs are always
// derived whole.
var (
	repoFacts     = []string{"commit_positions", "revisions", "change_commits", "change_tickets", "changes", "change_fixes"}
	serviceFacts  = []string{"deliveries", "resolved_deployments", "failure_evidence", "rework_evidence", "deployment_facts"}
	incidentFacts = []string{"incident_links", "incident_facts", "incident_gaps"}
)

// commitsPerBatch and servicesPerBatch bound the memory of a derivation: the engine joins so much at a time.
const (
	commitsPerBatch  = 400_000
	servicesPerBatch = 100
)

// fill derives a scope's facts into staged tables.
func (s *stage) fill(ctx context.Context, v derivation, organisation Organisation) error {
	if len(v.repos) > 0 || v.whole {
		if err := s.add(ctx, repoFacts, !v.whole); err != nil {
			return err
		}
	} else if len(v.services) > 0 {
		if err := s.add(ctx, []string{"revisions"}, true); err != nil {
			return err
		}
	}
	if len(v.services) > 0 || v.whole {
		if err := s.add(ctx, serviceFacts, !v.whole); err != nil {
			return err
		}
	}
	if err := s.add(ctx, incidentFacts, false); err != nil {
		return err
	}
	if err := s.addScratch(ctx); err != nil {
		return err
	}
	if err := s.script(ctx, "remote_links.sql", v.sinceParams()); err != nil {
		return err
	}
	if err := s.fillRepos(ctx, v, organisation.People.BotCommits != "ignore"); err != nil {
		return err
	}
	if err := s.fillServices(ctx, v, organisation.Failures); err != nil {
		return err
	}
	return s.fillStreams(ctx, v, organisation)
}

func (s *stage) fillRepos(ctx context.Context, v derivation, botCommits bool) error {
	if len(v.repos) == 0 {
		return nil
	}
	p, err := s.placeCommits(ctx, v)
	if err != nil {
		return fmt.Errorf("place commits: %w", err)
	}
	if len(p.partly) > 0 {
		if err := s.movePlaces(ctx, p); err != nil {
			return err
		}
		params := v.sinceParams()
		params["repos"], params["bot_commits"], params["whole"] = p.partly, botCommits, false
		for _, file := range []string{"scope.sql", "changes.sql"} {
			if err := s.script(ctx, file, params); err != nil {
				return err
			}
		}
	}
	s.wholly = p.wholly
	if !v.whole {
		if err := s.forget(ctx, repoFacts[1:], "repo IN {names:Array(String)}", p.wholly); err != nil {
			return err
		}
	}
	batches, err := s.repoBatches(ctx, p.wholly)
	if err != nil {
		return err
	}
	for _, batch := range batches {
		if err := s.script(ctx, "changes.sql", warehouse.Params{"repos": batch, "bot_commits": botCommits, "whole": true}); err != nil {
			return err
		}
	}
	return nil
}

const deliveryKey = "service LowCardinality(String), environment LowCardinality(String), repo LowCardinality(String), change String"

// scratch are tables that live as long as the stage: what a partial derivation is about (see scope.sql and open.sql).
var scratch = map[string]string{
	"moved":         "repo LowCardinality(String), sha String, position UInt32, mainline Bool",
	"touched_pulls": "repo LowCardinality(String), number Int64",
	"cuts":          "repo LowCardinality(String), position UInt32",
	"scope_pulls":   "repo LowCardinality(String), number Int64",
	"scope_commits": "repo LowCardinality(String), sha String, after_cut Bool",
	"scope_changes": "repo LowCardinality(String), change String",
	"relinked":      "repo String, change String",
	"remote_links":  "ticket String, repo String, number Int64, sha String, fresh Bool",
	"side_changes":  "repo LowCardinality(String), change String",

	"changed_since":    "service LowCardinality(String), at DateTime64(3, 'UTC')",
	"stale_deliveries": deliveryKey,
	"open_deliveries":  deliveryKey,

	"production": `service LowCardinality(String), environment LowCardinality(String), id String, repo LowCardinality(String), sha String, build_id String,
		started_at Nullable(DateTime64(3, 'UTC')), finished_at Nullable(DateTime64(3, 'UTC')), approval_requested_at Nullable(DateTime64(3, 'UTC')),
		approved_at Nullable(DateTime64(3, 'UTC')), graph Bool, known Bool, reach Int64, extras Array(String), finished DateTime64(3, 'UTC')`,
	"reaching": `service LowCardinality(String), scope String, repo LowCardinality(String), environment LowCardinality(String), id String,
		finished DateTime64(3, 'UTC'), reach Int64, number UInt64`,
	"spans": "calendar LowCardinality(String), since Int64, before_ms Nullable(Int64), after_ms Nullable(Int64)",
	"timed": `n UInt64, service LowCardinality(String), scope String, repo LowCardinality(String), change String, kind LowCardinality(String), title String, url String,
		merged_at DateTime64(3, 'UTC'), status String, why String, rule String, by_environment String, by_id String, build String, begun Nullable(DateTime64(3, 'UTC')),
		finished_at Nullable(DateTime64(3, 'UTC')), has_pull_request Bool, start_known Bool, delivered Bool, m0 Int64, m1 Int64, m2 Int64, m3 Int64, m4 Int64, m5 Int64,
		m6 Int64, m7 Int64, m8 Int64, asked Int64, granted Int64, started Int64, done Int64`,
	"worked": `n UInt64, w0 Nullable(Int64), w1 Nullable(Int64), w2 Nullable(Int64), w3 Nullable(Int64), w4 Nullable(Int64), w5 Nullable(Int64), w6 Nullable(Int64),
		w_asked Nullable(Int64), w_granted Nullable(Int64), w_started Nullable(Int64), w_done Nullable(Int64)`,
	"built": `service LowCardinality(String), environment LowCardinality(String), id String,
		build Tuple(String, Nullable(DateTime64(3, 'UTC')), Nullable(DateTime64(3, 'UTC')))`,
}

func (s *stage) addScratch(ctx context.Context) error {
	for table, columns := range scratch {
		if err := s.d.w.Exec(ctx, "CREATE TABLE "+s.run+table+" ("+columns+") ENGINE = Memory", nil); err != nil {
			return fmt.Errorf("make room for the scope of a derivation: %w", err)
		}
		s.scratch = append(s.scratch, table)
	}
	return nil
}

// repoBatches parts repositories into lists with about commitsPerBatch commits each.
func (s *stage) repoBatches(ctx context.Context, repos []string) (batches [][]string, err error) {
	sizes := []struct {
		Name string `ch:"name"`
		N    uint64 `ch:"n"`
	}{}
	err = s.d.w.Select(ctx, &sizes, "SELECT toString(repo) AS name, count() AS n FROM commits WHERE repo IN {repos:Array(String)} GROUP BY name", warehouse.Params{"repos": repos})
	if err != nil {
		return nil, fmt.Errorf("count commits: %w", err)
	}
	commits := map[string]uint64{}
	for _, size := range sizes {
		commits[size.Name] = size.N
	}
	var batch []string
	var n uint64
	for _, repo := range repos {
		if len(batch) > 0 && n+commits[repo] > commitsPerBatch {
			batches, batch, n = append(batches, batch), nil, 0
		}
		batch, n = append(batch, repo), n+commits[repo]
	}
	if len(batch) > 0 {
		batches = append(batches, batch)
	}
	return batches, nil
}

func (s *stage) fillServices(ctx context.Context, v derivation, rules Failures) error {
	window, err := rules.window()
	if err != nil {
		return err
	}
	if !v.whole {
		if err := s.forget(ctx, serviceFacts[1:], "service IN {names:Array(String)}", v.services); err != nil {
			return err
		}
	}
	batches := slices.Collect(slices.Chunk(v.services, servicesPerBatch))
	for _, batch := range batches {
		if err := s.placeRevisions(ctx, batch); err != nil {
			return fmt.Errorf("place deployed revisions: %w", err)
		}
		if err := s.script(ctx, "deployments.sql", warehouse.Params{"services": batch}); err != nil {
			return err
		}
		if err := s.fillDeliveries(ctx, v, batch); err != nil {
			return err
		}
	}
	if err := s.forgetRevisions(ctx, v); err != nil {
		return err
	}
	if err := s.script(ctx, "incident_links.sql", nil); err != nil {
		return err
	}
	linked, err := s.alsoLinked(ctx, v)
	if err != nil {
		return err
	}
	for _, batch := range slices.Concat(batches, slices.Collect(slices.Chunk(linked, servicesPerBatch))) {
		params := warehouse.Params{"services": batch, "rules": rules.rules(), "window_ms": window.Milliseconds()}
		if err := s.script(ctx, "failures.sql", params); err != nil {
			return err
		}
	}
	return s.script(ctx, "incidents.sql", nil)
}

// forgetRevisions forgets the revisions that the scope's services deployed before and nobody deploys now.
func (s *stage) forgetRevisions(ctx context.Context, v derivation) error {
	if v.whole || len(v.services) == 0 {
		return nil
	}
	const sql = `DELETE FROM {revisions:Identifier} WHERE (repo, sha) IN (SELECT repo, sha FROM resolved_deployments WHERE service IN {services:Array(String)})
		AND (repo, sha) NOT IN (SELECT repo, sha FROM {resolved_deployments:Identifier})`
	if err := s.d.w.Exec(ctx, sql, s.params(warehouse.Params{"services": v.services})); err != nil {
		return fmt.Errorf("forget revisions that are not deployed any more: %w", err)
	}
	return nil
}

// alsoLinked finds the services beyond the scope whose failures are to be derived again because an incident is tied to
// other deployments than before, and forgets those failures.
func (s *stage) alsoLinked(ctx context.Context, v derivation) ([]string, error) {
	if v.whole || len(v.services) == 0 {
		return nil, nil // all of them are derived, or nothing that links could lead to
	}
	linked, err := s.d.namesFrom(ctx, "linked_services.sql", s.params(nil))
	if err != nil {
		return nil, fmt.Errorf("find services that incidents are tied to in another way: %w", err)
	}
	linked = slices.DeleteFunc(linked, func(service string) bool { return slices.Contains(v.services, service) })
	return linked, s.forget(ctx, []string{"failure_evidence", "rework_evidence", "deployment_facts"}, "service IN {names:Array(String)}", linked)
}

// fillDeliveries derives all deliveries of some services, and of the others those that may differ.
func (s *stage) fillDeliveries(ctx context.Context, v derivation, services []string) error {
	wholly, partly := services, []string{}
	if !v.whole {
		altered, err := s.d.namesFrom(ctx, "altered_services.sql", s.params(warehouse.Params{"services": services}))
		if err != nil {
			return fmt.Errorf("find services that are made or run in another way: %w", err)
		}
		wholly, partly = nil, nil
		for _, service := range services {
			if slices.Contains(altered, service) {
				wholly = append(wholly, service)
			} else {
				partly = append(partly, service)
			}
		}
		if err := s.forget(ctx, []string{"deliveries"}, "service IN {names:Array(String)}", wholly); err != nil {
			return err
		}
	}
	s.altered = append(s.altered, wholly...)
	s.d.log.DebugContext(ctx, "deliveries", "wholly", len(wholly), "partly", len(partly))
	if len(partly) > 0 {
		params := v.sinceParams()
		params["services"], params["wholly"], params["whole"] = partly, orNobody(s.wholly), false
		if err := s.script(ctx, "open.sql", params); err != nil {
			return err
		}
		if err := s.deliver(ctx, params); err != nil {
			return err
		}
	}
	if len(wholly) == 0 {
		return nil
	}
	return s.deliver(ctx, warehouse.Params{"services": wholly, "whole": true})
}

// deliver derives the deliveries of some services.
func (s *stage) deliver(ctx context.Context, params warehouse.Params) error {
	files := []string{"deliveries.sql", "deliveries_clock.sql", "deliveries_facts.sql"}
	if !s.clocked {
		files = slices.Delete(files, 1, 2)
	}
	for _, file := range files {
		if err := s.script(ctx, file, params); err != nil {
			return err
		}
	}
	return nil
}

// forget deletes from the staged copies what is about to be derived again.
func (s *stage) forget(ctx context.Context, tables []string, where string, names []string) error {
	if len(names) == 0 {
		return nil
	}
	for _, table := range tables {
		if err := s.d.w.Exec(ctx, "DELETE FROM "+s.name(table)+" WHERE "+where, warehouse.Params{"names": names}); err != nil {
			return fmt.Errorf("forget facts in %s: %w", table, err)
		}
	}
	return nil
}

// script runs the statements of a file on the staged tables.
func (s *stage) script(ctx context.Context, file string, params warehouse.Params) error {
	text, err := scripts.ReadFile(file)
	if err != nil {
		return err
	}
	start := time.Now()
	if err := s.d.w.Script(ctx, string(text), s.params(params)); err != nil {
		return fmt.Errorf("derive %s: %w", file, err)
	}
	s.d.log.DebugContext(ctx, "ran", "file", file, "took", time.Since(start))
	return nil
}
