package derive

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/weirhq/weir/warehouse"
)

// stage is a set of tables in the making. Readers go on reading the live tables until publish exchanges the two.
//
// A copy of a live table costs next to nothing, however large it is: the engine links its files.
type stage struct {
	d       *Deriver
	run     string
	tables  []string // that it replaces
	scratch []string // that it only works with
	wholly  []string // repositories of which all changes were derived
	altered []string // services of which all deliveries were
	clocked bool     // there are calendars
}

// stagePrefix starts the names of staged tables: stagePrefix, a number of the run, "_", the live table's name.
const stagePrefix = "derive_"

// stageLifetime is how long another process's staged tables are left alone on a server.
const stageLifetime = 24 * time.Hour

// newStage makes a stage without tables.
func (d *Deriver) newStage(ctx context.Context) (*stage, error) {
	if err := d.dropLeftovers(ctx); err != nil {
		return nil, err
	}
	return &stage{d: d, run: fmt.Sprintf("%s%d_", stagePrefix, time.Now().UnixNano())}, nil
}

// add stages tables: copies of the live ones, or empty ones of the same structure.
func (s *stage) add(ctx context.Context, tables []string, copied bool) error {
	how := " AS "
	if copied {
		how = " CLONE AS "
	}
	for _, table := range tables {
		if err := s.d.w.Exec(ctx, "CREATE TABLE "+s.run+table+how+table, nil); err != nil {
			return fmt.Errorf("make room for new rows of %s: %w", table, err)
		}
		s.tables = append(s.tables, table)
	}
	return nil
}

// name is where a table's new rows are: staged, or live where it is not replaced.
func (s *stage) name(table string) string {
	if slices.Contains(s.tables, table) || slices.Contains(s.scratch, table) {
		return s.run + table
	}
	return table
}

// linkRules say why a change belongs to a ticket, the plainest first: where several do, that one is told.
var linkRules = []string{"branch", "title", "commit", "body", "remote_link"}

// params adds to a statement's parameters where the facts are: {changes:Identifier} and so on.
func (s *stage) params(p warehouse.Params) warehouse.Params {
	all := warehouse.Params{
		"key": warehouse.TicketKey, "closing": warehouse.Closing, "issue": warehouse.IssueName, "unmeant": warehouse.Unmeant, "link_rules": linkRules,
	}
	for name, value := range p {
		all[name] = value
	}
	for _, table := range slices.Concat(repoFacts, serviceFacts, incidentFacts, streamFacts, streamTables, s.scratch) {
		all[table] = s.name(table)
	}
	return all
}

// publish exchanges the staged tables with the live ones: each at one moment, all of them within milliseconds, and while
// nobody reads in this process. The rows from before are gone with the stage afterwards.
func (s *stage) publish(ctx context.Context) error {
	return s.d.gate.change(ctx, func() error {
		ctx := context.WithoutCancel(ctx) // once begun, it is finished
		// From here until progress is saved again, whoever comes after a kill finds none and derives everything.
		if err := s.d.w.SaveState(ctx, progressState, ""); err != nil {
			return err
		}
		for _, table := range s.tables {
			if err := s.d.w.Exec(ctx, "EXCHANGE TABLES "+s.name(table)+" AND "+table, nil); err != nil {
				return fmt.Errorf("show the new rows of %s: %w", table, err)
			}
			s.d.log.DebugContext(ctx, "published", "table", table)
		}
		return nil
	})
}

// drop drops the staged tables. Queries that still read from one finish; what cannot be dropped now is a leftover for the
// next run, so it is no failure.
func (s *stage) drop(ctx context.Context) {
	for _, table := range slices.Concat(s.tables, s.scratch) {
		if err := s.d.w.Exec(context.WithoutCancel(ctx), "DROP TABLE IF EXISTS "+s.name(table), nil); err != nil {
			s.d.log.DebugContext(ctx, "a staged table is left to the next run", "table", s.name(table), "error", err)
		}
	}
}

// dropLeftovers drops the staged tables of derivations that died.
func (d *Deriver) dropLeftovers(ctx context.Context) error {
	var tables []struct {
		Name string    `ch:"name"`
		Made time.Time `ch:"made"`
	}
	err := d.w.Select(ctx, &tables, "SELECT name, metadata_modification_time AS made FROM system.tables WHERE database = currentDatabase() AND startsWith(name, {prefix:String})",
		warehouse.Params{"prefix": stagePrefix})
	if err != nil {
		return fmt.Errorf("look for leftovers of earlier derivations: %w", err)
	}
	for _, t := range tables {
		if strings.ContainsAny(t.Name, "`\\") || !d.w.Embedded() && time.Since(t.Made) < stageLifetime {
			continue
		}
		if err := d.w.Exec(ctx, "DROP TABLE IF EXISTS `"+t.Name+"`", nil); err != nil {
			return fmt.Errorf("drop the leftover %s: %w", t.Name, err)
		}
	}
	return nil
}
