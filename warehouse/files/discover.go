package files

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/weirhq/weir/warehouse"
)

// Format is the syntax of a record file.
type Format string

// The formats of the contract. NDJSON is the default of an export, because it loses nothing.
const (
	CSV    Format = "csv"
	NDJSON Format = "ndjson"
)

// source is one record file to read.
type source struct {
	path    string
	table   *warehouse.Table
	format  Format
	gzipped bool
	size    int64 // bytes on disk, for the progress bar
}

// NotRead is a directory entry that the import passed over, because it has not the name of a record file.
type NotRead struct {
	Path  string
	Meant string // the right name, when the entry's own looks like a misspelling of it
}

func (n NotRead) String() string {
	if n.Meant == "" {
		return n.Path
	}
	return fmt.Sprintf("%s (did you mean %s?)", n.Path, n.Meant)
}

// recogniseName takes a file's name apart; ok is false when it is not the name of a record file.
func recogniseName(name string) (s source, ok bool) {
	rest := name
	rest, s.gzipped = strings.CutSuffix(rest, ".gz")
	for _, format := range []Format{CSV, NDJSON} {
		if record, found := strings.CutSuffix(rest, "."+string(format)); found {
			s.format = format
			s.table = warehouse.TableByName(record)
			return s, s.table != nil
		}
	}
	return s, false
}

// FileName is the contract's name for a table's file: commits.csv, commits.ndjson.gz.
func FileName(table *warehouse.Table, format Format, gzipped bool) string {
	name := table.Name + "." + string(format)
	if gzipped {
		name += ".gz"
	}
	return name
}

// Discover lists the record files that an import of the paths reads, and what it passes over.
func Discover(paths []string) ([]string, []NotRead, error) {
	found, notRead, err := discover(paths)
	if err != nil {
		return nil, nil, err
	}
	names := make([]string, len(found))
	for i, s := range found {
		names[i] = s.path
	}
	return names, notRead, nil
}

// CheckName says what is wrong with a path whose last element has to be the name of a record file.
func CheckName(path string) error {
	if _, ok := recogniseName(filepath.Base(path)); !ok {
		return unknownFile(path)
	}
	return nil
}

// discover turns the paths of the command line into files, in the order given; the files of a directory come in the
// contract's order, then by name. A file that several paths reach is read once.
func discover(paths []string) ([]source, []NotRead, error) {
	if len(paths) == 0 {
		return nil, nil, errors.New("no path was given: name a record file such as deployments.csv, or a directory of them")
	}
	var (
		found   []source
		notRead []NotRead
		seen    = map[string]bool{}
	)
	for _, path := range paths {
		sources, passed, err := discoverPath(path)
		if err != nil {
			return nil, nil, err
		}
		for _, s := range sources {
			if absolute, err := filepath.Abs(s.path); err == nil {
				if seen[absolute] {
					continue
				}
				seen[absolute] = true
			}
			found = append(found, s)
		}
		notRead = append(notRead, passed...)
	}
	return found, notRead, nil
}

func discoverPath(path string) ([]source, []NotRead, error) {
	if path == "" {
		return nil, nil, errors.New("a path is empty: name a record file or a directory of them")
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, fmt.Errorf("there is no file or directory %s", path)
	case err != nil:
		return nil, nil, fmt.Errorf("cannot look at %s: %w", path, err)
	case info.IsDir():
		return discoverDirectory(path)
	}
	s, ok := recogniseName(filepath.Base(path))
	if !ok {
		return nil, nil, unknownFile(path)
	}
	s.path, s.size = path, info.Size()
	return []source{s}, nil, nil
}

func discoverDirectory(dir string) ([]source, []NotRead, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil, fmt.Errorf("cannot list the directory %s: %w", dir, err)
	}
	var (
		found   []source
		notRead []NotRead
	)
	for _, entry := range entries {
		path := filepath.Join(dir, entry.Name())
		s, ok := recogniseName(entry.Name())
		info, err := os.Stat(path) // not entry.Info: a link to a file is a file
		if err == nil && ok && !info.IsDir() {
			s.path, s.size = path, info.Size()
			found = append(found, s)
			continue
		}
		if err != nil && ok {
			return nil, nil, fmt.Errorf("cannot look at %s: %w", path, err)
		}
		passed := NotRead{Path: path}
		if !entry.IsDir() && !ok {
			passed.Meant = meantFile(entry.Name())
		}
		notRead = append(notRead, passed)
	}
	if len(found) == 0 {
		return nil, nil, fmt.Errorf("the directory %s has no record file; the names expected are %s, each ending in .csv or .ndjson, or one of these and .gz%s",
			dir, strings.Join(tableNames(), ", "), seenInstead(notRead))
	}
	slices.SortStableFunc(found, func(a, b source) int {
		return cmp.Compare(slices.Index(tableNames(), a.table.Name), slices.Index(tableNames(), b.table.Name))
	})
	return found, notRead, nil
}

// seenInstead ends the sentence about a directory without record files with what is there.
func seenInstead(notRead []NotRead) string {
	if len(notRead) == 0 {
		return " (it is empty)"
	}
	const shown = 5
	var names []string
	for _, n := range notRead[:min(shown, len(notRead))] {
		name := filepath.Base(n.Path)
		if n.Meant != "" {
			name += " (did you mean " + n.Meant + "?)"
		}
		names = append(names, name)
	}
	if len(notRead) > shown {
		names = append(names, "…")
	}
	return "; found: " + strings.Join(names, ", ")
}

func unknownFile(path string) error {
	if right := meantFile(filepath.Base(path)); right != "" {
		return fmt.Errorf("%s has not the name of a record file: did you mean %s?", path, right)
	}
	return fmt.Errorf("%s has not the name of a record file: it must be one of %s, and end in .csv or .ndjson, or one of these and .gz",
		path, strings.Join(tableNames(), ", "))
}

// meantFile is the right name for a file whose name is nearly one: deployment.csv, commits.json, Commits.CSV.gz.
func meantFile(name string) string {
	rest, gzipped := strings.CutSuffix(strings.ToLower(name), ".gz")
	format := NDJSON
	stem, extension := rest, ""
	if dot := strings.LastIndexByte(rest, '.'); dot >= 0 {
		stem, extension = rest[:dot], rest[dot+1:]
	}
	switch extension {
	case "csv", "tsv", "txt", "xlsx":
		format = CSV
	case "ndjson", "json", "jsonl", "jsonlines":
	default:
		return ""
	}
	record := meant(stem, tableNames())
	if record == "" {
		return ""
	}
	return FileName(warehouse.TableByName(record), format, gzipped)
}

func tableNames() []string {
	var names []string
	for _, t := range warehouse.Tables() {
		names = append(names, t.Name)
	}
	return names
}
