package files

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/klauspost/compress/gzip"

	"github.com/weirhq/weir/warehouse"
)

// ExportOptions say what to export, and how.
type ExportOptions struct {
	Dir       string   // created if missing
	Format    Format   // NDJSON when empty
	Gzip      bool     // compress, and add .gz to the names
	Tables    []string // only these, even the empty ones; when there are none: every table that has rows
	Overwrite bool     // replace the record files of the tables exported that lie in Dir, in whatever format they are
	Progress  func(Progress)
}

// ExportedFile is a file that an export wrote.
type ExportedFile struct {
	Path string
	Rows uint64
}

// partial is the end of the name that a file has until the export is complete. It keeps the import from reading it.
const partial = ".partial"

// Export writes the warehouse's records to files, a file for each table, in the order of their keys. The files get
// their names when all of them are complete: an export that fails leaves none of them, and replaces none.
func Export(ctx context.Context, w *warehouse.Warehouse, o ExportOptions) (files []ExportedFile, err error) {
	if o.Format == "" {
		o.Format = NDJSON
	}
	if o.Progress == nil {
		o.Progress = func(Progress) {}
	}
	tables, err := prepareExport(o)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			for _, t := range tables {
				_ = os.Remove(exportPath(o, t) + partial)
			}
			files = nil
		}
	}()
	for _, t := range tables {
		count, err := exportTable(ctx, w, t, o)
		if err != nil {
			return nil, err
		}
		if count > 0 || len(o.Tables) > 0 {
			files = append(files, ExportedFile{exportPath(o, t), count})
		} else if err := os.Remove(exportPath(o, t) + partial); err != nil {
			return nil, fmt.Errorf("cannot remove an empty file: %w", err)
		}
	}
	if err := removeReplaced(o, tables, files); err != nil {
		return nil, err
	}
	for _, f := range files {
		if err := os.Rename(f.Path+partial, f.Path); err != nil {
			return nil, fmt.Errorf("cannot give the finished file its name: %w", err)
		}
	}
	return files, nil
}

func exportPath(o ExportOptions, t *warehouse.Table) string {
	return filepath.Join(o.Dir, FileName(t, o.Format, o.Gzip))
}

// prepareExport checks the options and the directory, and makes the directory.
func prepareExport(o ExportOptions) ([]*warehouse.Table, error) {
	if o.Dir == "" {
		return nil, errors.New("no directory to export to was given")
	}
	if o.Format != CSV && o.Format != NDJSON {
		return nil, fmt.Errorf("unknown format %q: it must be csv or ndjson", o.Format)
	}
	tables, err := exportTables(o.Tables)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(o.Dir, 0o777); err != nil {
		return nil, fmt.Errorf("cannot make the directory to export to: %w", err)
	}
	if o.Overwrite {
		return tables, nil
	}
	there, err := recordFiles(o.Dir, nil)
	if err != nil {
		return nil, err
	}
	if len(there) > 0 {
		return nil, fmt.Errorf("the directory %s has record files already (%s), and an import would read old and new ones together: choose an empty directory, or have them replaced (--overwrite)",
			o.Dir, strings.Join(there, ", "))
	}
	return tables, nil
}

// exportTables finds the tables named, in the contract's order; all of them when none is named.
func exportTables(names []string) ([]*warehouse.Table, error) {
	if len(names) == 0 {
		return warehouse.Tables(), nil
	}
	for _, name := range names {
		if warehouse.TableByName(name) != nil {
			continue
		}
		if right := meant(name, tableNames()); right != "" {
			return nil, fmt.Errorf("there are no records called %q: did you mean %s?", name, right)
		}
		return nil, fmt.Errorf("there are no records called %q: there are %s", name, strings.Join(tableNames(), ", "))
	}
	var tables []*warehouse.Table
	for _, t := range warehouse.Tables() {
		if slices.Contains(names, t.Name) {
			tables = append(tables, t)
		}
	}
	return tables, nil
}

// recordFiles lists the names of the record files in a directory; only those of the tables given, if any are.
func recordFiles(dir string, tables []*warehouse.Table) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("cannot list the directory to export to: %w", err)
	}
	var names []string
	for _, entry := range entries {
		s, ok := recogniseName(entry.Name())
		if ok && (tables == nil || slices.Contains(tables, s.table)) {
			names = append(names, entry.Name())
		}
	}
	return names, nil
}

// removeReplaced removes the record files of the exported tables that the new ones do not replace by having their name:
// commits.csv beside a new commits.ndjson would be imported with it.
func removeReplaced(o ExportOptions, tables []*warehouse.Table, files []ExportedFile) error {
	if !o.Overwrite {
		return nil
	}
	old, err := recordFiles(o.Dir, tables)
	if err != nil {
		return err
	}
	for _, name := range old {
		path := filepath.Join(o.Dir, name)
		if slices.ContainsFunc(files, func(f ExportedFile) bool { return f.Path == path }) {
			continue
		}
		if err := os.Remove(path); err != nil {
			return fmt.Errorf("cannot remove the file of an earlier export: %w", err)
		}
	}
	return nil
}

// exportTable writes one table under its partial name and counts the rows.
func exportTable(ctx context.Context, w *warehouse.Warehouse, t *warehouse.Table, o ExportOptions) (rows uint64, err error) {
	path := exportPath(o, t) + partial
	file, err := os.Create(path)
	if err != nil {
		return 0, fmt.Errorf("cannot write the export of %s: %w", t.Name, err)
	}
	defer func() {
		if closeErr := file.Close(); err == nil && closeErr != nil {
			err = fmt.Errorf("cannot write %s: %w", path, closeErr)
		}
	}()
	out := newRowFile(file, t, o)
	err = w.ReadTable(ctx, t, func(b *warehouse.Batch) error {
		if err := out.write(b); err != nil {
			return err
		}
		rows += uint64(b.Rows())
		o.Progress(Progress{Phase: Writing, Name: t.Name, Done: rows, Rows: rows})
		return nil
	})
	if err != nil {
		return rows, fmt.Errorf("cannot export %s: %w", t.Name, err)
	}
	if err := out.finish(); err != nil {
		return rows, fmt.Errorf("cannot write %s: %w", path, err)
	}
	return rows, nil
}

// rowFile writes rows to a file, compressed or not.
type rowFile struct {
	out    *bufio.Writer
	zip    *gzip.Writer // nil: not compressed
	append appendRow
	line   []byte
}

func newRowFile(file io.Writer, t *warehouse.Table, o ExportOptions) *rowFile {
	const size = 256 << 10 // bytes: few calls to the system, and little memory
	f := &rowFile{append: appendNDJSON}
	if o.Gzip {
		f.zip = gzip.NewWriter(file)
		file = f.zip
	}
	f.out = bufio.NewWriterSize(file, size)
	if o.Format == CSV {
		f.append = appendCSV
		_, _ = f.out.Write(appendHeader(nil, t)) // an error stays with the writer until finish
	}
	return f
}

func (f *rowFile) write(b *warehouse.Batch) (err error) {
	for row := range b.Rows() {
		if f.line, err = f.append(f.line[:0], b, row); err != nil {
			return err
		}
		if _, err = f.out.Write(f.line); err != nil {
			return err
		}
	}
	return nil
}

func (f *rowFile) finish() error {
	if err := f.out.Flush(); err != nil || f.zip == nil {
		return err
	}
	return f.zip.Close()
}
