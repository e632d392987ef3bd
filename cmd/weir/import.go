package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/weirhq/weir/api"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/files"
)

// rejectsError says that an import wrote the good rows and put the bad ones aside.
type rejectsError struct {
	rows uint64
	file string
}

func (e rejectsError) Error() string {
	return fmt.Sprintf("%d bad rows were left out; they are in %s with their reasons", e.rows, e.file)
}

func (p *program) importCommand() *cobra.Command {
	var rejects string
	cmd := &cobra.Command{
		Use:   "import PATH...",
		Short: "Import record files: CSV or NDJSON, gzipped or not",
		Long: `Import reads record files, or directories of them, and derives what they touch. A file is named after its record:
deployments.csv, pull_requests.ndjson.gz. Nothing is written unless every row is good; with --rejects the good rows are
written, the bad ones go to FILE with their reasons, and the exit status is 3. Importing the same file again changes nothing.`,
		Args: arguments("a file or a directory", 1, -1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if p.options.server != "" {
				return p.importThroughServer(cmd.Context(), args, rejects)
			}
			return p.withSession(cmd.Context(), func(s *session) error {
				return p.importFiles(cmd.Context(), s, args, rejects)
			})
		},
	}
	cmd.Flags().StringVar(&rejects, "rejects", "", "write the good rows, and the bad ones to this `FILE` with their reasons")
	return cmd
}

func (p *program) importFiles(ctx context.Context, s *session, paths []string, rejects string) error {
	options := files.ImportOptions{Paths: paths}
	var rejectsFile *os.File
	if rejects != "" {
		f, err := createRejects(rejects, paths)
		if err != nil {
			return err
		}
		defer func() { _ = os.Remove(f.Name()) }() // of a run that failed; else it has its own name by then
		rejectsFile, options.Rejects = f, f
	}
	bars := newProgress(p.stderr)
	options.Progress = bars.show
	start := p.now()
	result, err := files.Import(ctx, s.warehouse, options)
	bars.done()
	if rejectsFile != nil {
		if closeErr := rejectsFile.Close(); closeErr != nil {
			err = errors.Join(err, fmt.Errorf("write the rejected rows to %s: %w", rejects, closeErr))
		}
	}
	if err != nil {
		return err
	}
	if rejectsFile != nil {
		if err := os.Rename(rejectsFile.Name(), rejects); err != nil {
			return fmt.Errorf("the rows were imported, but the rejected ones could not be kept as %s: %w", rejects, pathReason(err))
		}
	}
	p.tellImported(result, start)
	if err := s.update(ctx); err != nil {
		return fmt.Errorf("the rows were imported, but %w", err)
	}
	if result.Rejected > 0 {
		return rejectsError{result.Rejected, rejects}
	}
	return nil
}

// importThroughServer sends the files to a server, which has the data directory.
func (p *program) importThroughServer(ctx context.Context, paths []string, rejects string) error {
	found, notRead, err := files.Discover(paths)
	if err != nil {
		return err
	}
	c, err := api.Dial(ctx, p.options.server)
	if err != nil {
		return err
	}
	var rejectsFile *os.File
	if rejects != "" {
		if rejectsFile, err = createRejects(rejects, paths); err != nil {
			return err
		}
		defer func() { _ = os.Remove(rejectsFile.Name()) }()
	}
	start := p.now()
	done, err := c.Import(ctx, found, rejects != "")
	if err != nil {
		return err
	}
	if rejectsFile != nil {
		_, err := rejectsFile.WriteString(done.Rejects)
		if err := errors.Join(err, rejectsFile.Close()); err != nil {
			return fmt.Errorf("the rows were imported, but the rejected ones could not be written to %s: %w", rejects, err)
		}
		if err := os.Rename(rejectsFile.Name(), rejects); err != nil {
			return fmt.Errorf("the rows were imported, but the rejected ones could not be kept as %s: %w", rejects, pathReason(err))
		}
	}
	result := files.ImportResult{Files: done.Files, Rows: done.Rows, Tables: map[string]warehouse.LoadCount{}, NotRead: notRead}
	for name, count := range done.Tables {
		result.Tables[name] = warehouse.LoadCount{Written: count.Written, Unchanged: count.Unchanged}
	}
	p.tellImported(result, start)
	if done.Rejected > 0 {
		return rejectsError{done.Rejected, rejects}
	}
	return nil
}

// createRejects makes the file for rejected rows under a name of its own: FILE itself is replaced only by a run that
// succeeded. It refuses to put them in the place of what is about to be read.
func createRejects(name string, paths []string) (*os.File, error) {
	if there, err := os.Stat(name); err == nil {
		for _, path := range paths {
			inputs := []string{path}
			if entries, err := os.ReadDir(path); err == nil {
				for _, entry := range entries {
					inputs = append(inputs, filepath.Join(path, entry.Name()))
				}
			}
			for _, input := range inputs {
				if info, err := os.Stat(input); err == nil && os.SameFile(info, there) {
					return nil, fmt.Errorf("the rejected rows would replace %s, which is to be imported; give --rejects another file", input)
				}
			}
		}
	}
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".partial-*")
	if err != nil {
		return nil, fmt.Errorf("the file %s for rejected rows cannot be written: %w", name, pathReason(err))
	}
	return f, nil
}

// tellImported says what was passed over, and what was written, table by table in the contract's order.
func (p *program) tellImported(result files.ImportResult, start time.Time) {
	for _, n := range result.NotRead {
		p.tell("not read, because it has not the name of a record file: %s", n)
	}
	for _, t := range warehouse.Tables() {
		if c, loaded := result.Tables[t.Name]; loaded {
			p.tell("%s: %d written, %d unchanged", t.Name, c.Written, c.Unchanged)
		}
	}
	p.tell("%d rows of %d files in %s", result.Rows, result.Files, humanDuration(p.now().Sub(start).Seconds()))
}

func (p *program) exportCommand() *cobra.Command {
	format := choice{string(files.NDJSON), []string{string(files.CSV), string(files.NDJSON)}}
	var gzipped, overwrite bool
	cmd := &cobra.Command{
		Use:   "export DIR",
		Short: "Export all records to files that import reads",
		Args:  arguments("a directory", 1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.withSession(cmd.Context(), func(s *session) error {
				bars := newProgress(p.stderr)
				exported, err := files.Export(cmd.Context(), s.warehouse, files.ExportOptions{
					Dir: args[0], Format: files.Format(format.value), Gzip: gzipped, Overwrite: overwrite, Progress: bars.show,
				})
				bars.done()
				if err != nil {
					return err
				}
				for _, f := range exported {
					p.tell("%s: %d rows", f.Path, f.Rows)
				}
				if len(exported) == 0 {
					p.tell("nothing was written, because there are no records")
				}
				return nil
			})
		},
	}
	addChoice(cmd, &format, "format", "csv, or ndjson, which loses nothing")
	cmd.Flags().BoolVar(&gzipped, "gzip", false, "compress the files")
	cmd.Flags().BoolVar(&overwrite, "overwrite", false, "replace the record files that are there already, those of other formats and those without records now included")
	return cmd
}
