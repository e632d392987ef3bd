package warehouse

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

//go:embed schema/*.sql
var schemaFiles embed.FS

// ErrNewerSchema is returned when the store was made by a newer program.
var ErrNewerSchema = errors.New("the data was written by a newer weir")

type migration struct {
	version uint32
	name    string
	text    string
}

// migrations lists the schema's steps in order. They are append-only: a released one never changes.
func migrations() ([]migration, error) {
	names, err := fs.Glob(schemaFiles, "schema/*.sql")
	if err != nil {
		return nil, err
	}
	var list []migration
	for i, name := range names {
		number, _, _ := strings.Cut(path.Base(name), "_")
		version, err := strconv.ParseUint(number, 10, 32)
		if err != nil || int(version) != i+1 {
			return nil, fmt.Errorf("schema file %s: expected number %04d", name, i+1)
		}
		text, err := schemaFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		list = append(list, migration{uint32(version), path.Base(name), string(text)})
	}
	return list, nil
}

// migrate applies what the store does not have yet. Every statement may run twice, so that a run that was killed in the
// middle is simply done again.
func (w *Warehouse) migrate(ctx context.Context) error {
	list, err := migrations()
	if err != nil {
		return err
	}
	err = w.Exec(ctx, `CREATE TABLE IF NOT EXISTS schema_versions
		(version UInt32, name String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3)) ENGINE = MergeTree ORDER BY version`, nil)
	if err != nil {
		return fmt.Errorf("prepare the schema: %w", err)
	}
	var current uint32
	if err := w.conn.QueryRow(ctx, "SELECT max(version) FROM schema_versions").Scan(&current); err != nil {
		return fmt.Errorf("read the schema's version: %w", Explain(err))
	}
	if newest := list[len(list)-1].version; current > newest {
		return fmt.Errorf("%w: its schema has version %d, this program knows up to %d; use the newer program, or another --data-dir", ErrNewerSchema, current, newest)
	}
	for _, m := range list {
		if m.version <= current {
			continue
		}
		for _, statement := range statements(m.text) {
			if err := w.Exec(ctx, statement, nil); err != nil {
				return fmt.Errorf("schema %s: %w", m.name, err)
			}
		}
		if err := w.Exec(ctx, "INSERT INTO schema_versions (version, name) VALUES ({version:UInt32}, {name:String})", Params{"version": m.version, "name": m.name}); err != nil {
			return fmt.Errorf("schema %s: %w", m.name, err)
		}
	}
	return nil
}

// statements cuts a file at the semicolons that end a line: our own files have no other ones there.
func statements(text string) []string {
	var list []string
	for _, statement := range strings.Split(text+"\n", ";\n") {
		if hasSQL(statement) {
			list = append(list, strings.TrimSpace(statement))
		}
	}
	return list
}

func hasSQL(statement string) bool {
	for line := range strings.Lines(statement) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "--") {
			return true
		}
	}
	return false
}
