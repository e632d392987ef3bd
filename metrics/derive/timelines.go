package derive

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/weirhq/weir/warehouse"
)

// streamFacts are the tables of value streams; their rows belong to an item, or to all of them (streamTables).
var (
	streamFacts  = []string{"stream_items", "stream_intervals", "stream_visits", "stream_handoffs"}
	streamTables = []string{"streams", "stream_stages", "stream_statuses", "stream_people", "stream_teams", "stream_repos"}
)

// itemsPerBatch bounds the memory of a derivation: so many timelines are made at a time.
const itemsPerBatch = 60_000

// timelineScratch are tables that timelines are worked out in; those of ofBatch hold one batch.
var timelineScratch = map[string]string{
	"members":         "team String, person String",
	"scope_tickets":   "key String",
	"touched_tickets": "key String",
	"touched_changes": "repo String, change String",
	"open_pulls":      "repo String, number Int64, key String, rule LowCardinality(String), begun Int64",
	"ticket_rows": `key String, created Int64, starts Array(Int64), ends Array(Int64), ids Array(String), statuses Array(String), teams Array(String),
		assignees Array(String), flags Array(Bool), done Nullable(Int64), first_team String, resolution String`,
	"candidates": `item String, rank UInt8, position UInt16, stage LowCardinality(String), class LowCardinality(String), reason LowCardinality(String),
		team LowCardinality(String), role LowCardinality(String), start_ms Int64, end_ms Int64, rule LowCardinality(String), record LowCardinality(String), record_id String`,
	"owned": `item String, rank UInt8, position UInt16, stage LowCardinality(String), class LowCardinality(String), reason LowCardinality(String), owner LowCardinality(String),
		team LowCardinality(String), role LowCardinality(String), calendar LowCardinality(String), start_ms Int64, end_ms Int64, rule LowCardinality(String), record LowCardinality(String), record_id String`,
	"obstacles":    "item String, start_ms Int64, end_ms Int64, rule LowCardinality(String), record_id String, team String, calendar String",
	"steps_back":   "item String, at_ms Int64, to_position UInt16, from_position UInt16, rule LowCardinality(String), record LowCardinality(String), record_id String",
	"stage_owners": "stage String, position UInt16, owner String, usual_team String, role String, queue Bool, side Bool",
	"links":        "item String, repo String, change String, number Nullable(Int64), begun Int64, merged Nullable(Int64), rule LowCardinality(String)",
	"repairs":      "item String, record LowCardinality(String), record_id String, deployment String, start_ms Int64, end_ms Int64",
	"linked_alone": "repo String, change String",
	"items_pulls":  "repo String, number Int64",
	"pull_spans":   "repo String, number Int64, start_ms Int64, end_ms Int64, state LowCardinality(String), account String",
	"item_rows": `item String, kind LowCardinality(String), class String, type String, title String, url String, team String, products Array(String), services Array(String),
		repos Array(String), changes Array(String), links Array(Tuple(String, String)), excluded String, dropped Bool, t0 Int64, t1 Int64`,
	"items_told": `item String, status LowCardinality(String), dropped Bool, done_at Nullable(DateTime64(3, 'UTC')), clocked Bool, team LowCardinality(String),
		products Array(String), services Array(String), repos Array(String)`,
	"contents": `content UInt64, stage LowCardinality(String), position UInt16, class LowCardinality(String), reason LowCardinality(String), owner LowCardinality(String),
		team LowCardinality(String), role LowCardinality(String), calendar LowCardinality(String), rule LowCardinality(String), record LowCardinality(String)`,
	"pieces": `item String, n UInt32, start_ms Int64, end_ms Int64, stage LowCardinality(String), position UInt16, class LowCardinality(String), reason LowCardinality(String),
		owner LowCardinality(String), team LowCardinality(String), role LowCardinality(String), calendar LowCardinality(String), rule LowCardinality(String), record LowCardinality(String), record_id String`,
	"line": `item String, n UInt32, start_ms Int64, end_ms Int64, stage LowCardinality(String), position UInt16, class LowCardinality(String), reason LowCardinality(String),
		owner LowCardinality(String), team LowCardinality(String), role LowCardinality(String), rule LowCardinality(String), record LowCardinality(String), record_id String, working_ms Nullable(Int64)`,
}

// ofBatch are the scratch tables that each batch begins with empty ones of.
var ofBatch = []string{"scope_tickets", "ticket_rows", "candidates", "owned", "contents", "obstacles", "steps_back", "links", "items_pulls", "pull_spans", "repairs", "item_rows", "items_told", "pieces", "line"}

// batch is a part of the items: a share of the tickets and of the changes that may stand alone, by a hash of their names.
type batch struct{ of, n int }

// fillStreams derives the timelines of all items, or of those that may differ.
func (s *stage) fillStreams(ctx context.Context, v derivation, o Organisation) error {
	if err := s.add(ctx, streamTables, false); err != nil {
		return err
	}
	for table, columns := range timelineScratch {
		if err := s.scratchTable(ctx, table, columns); err != nil {
			return err
		}
	}
	if err := s.script(ctx, "stream_groups.sql", warehouse.Params{"smallest": o.Groups.smallest()}); err != nil {
		return err
	}
	streams, err := s.d.streams(ctx, o)
	if err != nil {
		return err
	}
	whole, err := s.fillStreamTables(ctx, streams)
	if err != nil {
		return err
	}
	for _, table := range []string{"stream_people", "stream_teams"} {
		differ, err := s.differ(ctx, table)
		if err != nil {
			return err
		}
		whole = whole || differ
	}
	whole = whole || v.whole
	if err := s.add(ctx, streamFacts, !whole); err != nil {
		return err
	}
	if err := s.script(ctx, "timeline_open_pulls.sql", nil); err != nil {
		return err
	}
	if !whole {
		params := v.sinceParams()
		params["wholly"], params["altered"], params["incidents"] = orNobody(s.wholly), orNobody(s.altered), incidentsStream
		if err := s.script(ctx, "timeline_scope.sql", params); err != nil {
			return err
		}
	}
	batches, err := s.batches(ctx, whole)
	if err != nil {
		return err
	}
	// Whether a change stands alone is known when the tickets of all streams are.
	passes := [][]string{slices.Concat(ticketScripts, partScripts), slices.Concat(scopeAlone, partScripts)}
	if len(o.Streams) < 2 && batches == 1 {
		passes = [][]string{slices.Concat(ticketScripts, scopeAlone, partScripts)}
	}
	for _, scripts := range passes {
		for _, r := range streams {
			if r.Name == incidentsStream {
				continue
			}
			if err := s.fillStream(ctx, r, filling{scripts: scripts, batches: batches, whole: whole, organisation: o}); err != nil {
				return err
			}
		}
	}
	// Incidents are few, so theirs are always derived whole.
	incidents := streams[len(streams)-1]
	return s.fillStream(ctx, incidents, filling{scripts: incidentScripts, batches: 1, whole: true, organisation: o})
}

// filling is how a stream is filled: by which scripts, in how many batches, whole or only what was touched.
type filling struct {
	scripts      []string
	batches      int
	whole        bool
	organisation Organisation
}

func (s *stage) scratchTable(ctx context.Context, table, columns string) error {
	if err := s.d.w.Exec(ctx, "CREATE TABLE "+s.run+table+" ("+columns+") ENGINE = Memory", nil); err != nil {
		return fmt.Errorf("make room for timelines: %w", err)
	}
	s.scratch = append(s.scratch, table)
	return nil
}

// fillStream derives items of one stream.
func (s *stage) fillStream(ctx context.Context, r resolvedStream, f filling) error {
	params, err := s.streamParams(ctx, r, f.organisation)
	if err != nil {
		return fmt.Errorf("derive the stream %s: %w", r.Name, err)
	}
	params["whole"] = f.whole
	for n := range f.batches {
		if err := s.fillItems(ctx, f.scripts, params, batch{of: f.batches, n: n}); err != nil {
			return fmt.Errorf("derive the stream %s: %w", r.Name, err)
		}
	}
	return nil
}

// batches is into how many parts the items are divided: all of them, or those that were touched.
func (s *stage) batches(ctx context.Context, whole bool) (int, error) {
	tables := []string{"tickets", "{changes:Identifier}"}
	if !whole {
		tables = []string{"{touched_tickets:Identifier}", "{touched_changes:Identifier}"}
	}
	n, err := s.count(ctx, tables...)
	return 1 + int(n)/itemsPerBatch, err
}

// The scripts that find which tickets and changes are a batch's items, and what went on with them. Those of incidents find
// both; what all of them share then makes timelines of it.
var (
	ticketScripts   = []string{"timeline_scope_tickets.sql", "timeline_tickets.sql", "timeline_links.sql"}
	scopeAlone      = []string{"timeline_scope_alone.sql"} // after those of all tickets
	partScripts     = []string{"timeline_pulls.sql", "timeline_changes.sql", "timeline_items.sql"}
	incidentScripts = []string{"timeline_incidents.sql", "timeline_pulls.sql", "timeline_changes.sql"}
)

// fillItems derives one batch of items.
func (s *stage) fillItems(ctx context.Context, scripts []string, params warehouse.Params, b batch) error {
	for _, table := range ofBatch {
		if err := s.d.w.Exec(ctx, "TRUNCATE TABLE "+s.name(table), nil); err != nil {
			return err
		}
	}
	params["batches"], params["batch"] = b.of, b.n
	for _, file := range scripts {
		if err := s.script(ctx, file, params); err != nil {
			return err
		}
	}
	if n, err := s.count(ctx, "{item_rows:Identifier}"); err != nil || n == 0 {
		return err
	}
	clock := "timeline_unclocked.sql"
	if s.clocked {
		clock = "timeline_clock.sql"
	}
	for _, file := range []string{"timeline_pieces.sql", clock, "timeline_facts.sql"} {
		if err := s.script(ctx, file, params); err != nil {
			return err
		}
	}
	return nil
}

// count counts the rows of a table, or the sum of several tables' rows.
func (s *stage) count(ctx context.Context, tables ...string) (n uint64, err error) {
	for _, table := range tables {
		var counts []struct {
			N uint64 `ch:"n"`
		}
		if err := s.d.w.Select(ctx, &counts, "SELECT count() AS n FROM "+table, s.params(nil)); err != nil {
			return 0, fmt.Errorf("count the items: %w", err)
		}
		n += counts[0].N
	}
	return n, nil
}

// streamParams is what the scripts need to know of a stream; lists have a name that nothing has, because the engine does
// not take empty ones everywhere.
func (s *stage) streamParams(ctx context.Context, r resolvedStream, o Organisation) (warehouse.Params, error) {
	names, stages, positions, queues := []string{nobody}, []string{""}, []string{"0"}, []string{nobody}
	done, blocked := []string{nobody}, []string{nobody}
	of := map[string]standing{}
	for _, stage := range r.stages {
		of[stage.Name] = stage
		if stage.Queue {
			queues = append(queues, fmt.Sprint(stage.position))
		}
	}
	for _, name := range sortedKeys(r.statuses) {
		c := r.statuses[name]
		position := of[c.Stage].position
		switch {
		case c.Stage == doneStage:
			done, position = append(done, name), donePosition
		case of[c.Stage].Side, c.rule == unmapped, c.rule == byCategory && c.Stage == "development":
			position = 0 // it says nothing of where the ticket stands
		}
		if c.Reason == "blocked" {
			blocked = append(blocked, name)
		}
		names, stages, positions = append(names, name), append(stages, c.Stage), append(positions, fmt.Sprint(position))
	}
	if err := s.fillStageOwners(ctx, r, o); err != nil {
		return nil, err
	}
	accounts, teams, err := s.people(ctx)
	if err != nil {
		return nil, err
	}
	coding := "development"
	if r.Name == incidentsStream {
		coding = "fix"
	}
	return warehouse.Params{
		"coding_stage": coding,
		"stream":       r.Name, "names": names, "stages": stages, "positions": positions, "queues": queues, "done": done, "blocked": blocked,
		"first_stage": r.stages[0].Name, "first_position": r.stages[0].position, "done_position": donePosition,
		"accounts": accounts, "account_teams": teams,
		"projects": r.Projects, "types": r.Types, "services": r.Services,
	}, nil
}

// fillStageOwners says for each stage who has it where the records do not say.
func (s *stage) fillStageOwners(ctx context.Context, r resolvedStream, o Organisation) error {
	byRole := map[string][]string{}
	for _, t := range o.Teams {
		byRole[t.Role] = append(byRole[t.Role], t.Name)
	}
	var owners rows
	for _, stage := range r.stages {
		usual := ""
		// The only team of a role is the one that acts in it; development teams each act in their own work.
		if teams := byRole[stage.Role]; len(teams) == 1 && stage.Role != "development" && stage.Role != "" {
			usual = teams[0]
		}
		owners.add(stage.Name, stage.position, stage.Owner, usual, stage.Role, stage.Queue, stage.Side)
	}
	return s.d.w.Replace(ctx, s.name("stage_owners"), owners)
}

// people lists whose account belongs to which team.
func (s *stage) people(ctx context.Context) (accounts, teams []string, err error) {
	var list []struct {
		Account string `ch:"account"`
		Team    string `ch:"team"`
	}
	if err := s.d.w.Select(ctx, &list, "SELECT account, toString(team) AS team FROM {stream_people:Identifier} ORDER BY account", s.params(nil)); err != nil {
		return nil, nil, fmt.Errorf("read who is in which team: %w", err)
	}
	byAccount := map[string]string{nobody: ""}
	for _, p := range list {
		byAccount[p.Account] = p.Team
	}
	accounts = slices.Sorted(maps.Keys(byAccount))
	for _, a := range accounts {
		teams = append(teams, byAccount[a])
	}
	return accounts, teams, nil
}
