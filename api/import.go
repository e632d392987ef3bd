package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/labstack/echo/v4"

	"github.com/weirhq/weir/warehouse/files"
)

// Importer reads record files into the warehouse and derives what they touch. Bad rows go to rejects where it is not nil;
// else they refuse the whole.
type Importer func(ctx context.Context, paths []string, rejects io.Writer) (files.ImportResult, error)

// Imported is what an import did.
type Imported struct {
	Files    int                      `json:"files"`
	Rows     uint64                   `json:"rows" doc:"Good rows read."`
	Rejected uint64                   `json:"rejected" doc:"Bad rows, which were left out."`
	Rejects  string                   `json:"rejects" doc:"The bad rows with their reasons, as NDJSON."`
	Tables   map[string]ImportedTable `json:"tables" doc:"By record."`
}

// ImportedTable says how many rows of a table were new or changed, and how many were there already.
type ImportedTable struct {
	Written   uint64 `json:"written"`
	Unchanged uint64 `json:"unchanged"`
}

// Refusal is why a server takes no records, as a sentence.
type Refusal string

func (r Refusal) Error() string { return string(r) }

const importPath = root + "/import"

// describeImport puts the import into the document; echo takes it, because huma would read the files into memory.
func (s *Server) describeImport() {
	registry := s.api.OpenAPI().Components.Schemas
	operation := &huma.Operation{
		OperationID: "import-records", Method: http.MethodPost, Path: importPath, Summary: "Import record files", Tags: []string{"Records"},
		Description: "The same as `weir import`: nothing is written unless every row is good. Files are sent as parts whose field name is the file's path; the last element of the path names the record, such as deployments.csv or commits.ndjson.gz.",
		Parameters: []*huma.Param{{
			Name: "rejects", In: "query", Schema: &huma.Schema{Type: huma.TypeBoolean, Default: false},
			Description: "Write the good rows and give back the bad ones, instead of refusing all for one bad row.",
		}},
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {Schema: &huma.Schema{
			Type: huma.TypeObject, AdditionalProperties: &huma.Schema{Type: huma.TypeString, Format: "binary"},
		}}}},
		Responses: map[string]*huma.Response{
			"200":     {Description: "What was written", Content: map[string]*huma.MediaType{"application/json": {Schema: schemaOf[Imported](registry)}}},
			"default": {Description: "Why nothing was", Content: map[string]*huma.MediaType{"application/problem+json": {Schema: schemaOf[huma.ErrorModel](registry)}}},
		},
	}
	s.api.OpenAPI().AddOperation(operation)
	s.known[importPath] = operation
	s.echo.POST(importPath, s.importRecords)
}

// importRecords puts what is sent on the disk first: an import reads each file more than once, and they may be large.
func (s *Server) importRecords(c echo.Context) (err error) {
	// However long it takes: the files may be large. A writer that cannot do without its deadlines keeps them.
	control := http.NewResponseController(c.Response())
	_ = control.SetReadDeadline(time.Time{})
	_ = control.SetWriteDeadline(time.Time{})
	parts, err := c.Request().MultipartReader()
	if err != nil {
		return newProblem(http.StatusUnsupportedMediaType, "send the files as multipart/form-data, such as curl -F deployments.csv=@deployments.csv does")
	}
	dir, err := os.MkdirTemp("", "weir-import-")
	if err != nil {
		return fmt.Errorf("make a directory for the files: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	paths, names, err := spool(parts, dir)
	if err != nil {
		return err
	}
	if len(paths) == 0 {
		return newProblem(http.StatusBadRequest, "no file was sent")
	}
	rejects, _ := strconv.ParseBool(c.QueryParam("rejects")) // checked before
	var bad bytes.Buffer
	var to io.Writer
	if rejects {
		to = &bad
	}
	result, err := s.cfg.Import(c.Request().Context(), paths, to)
	s.Forget()
	var refused *files.Refused
	var refusal Refusal
	switch {
	case errors.As(err, &refusal):
		return newProblem(http.StatusForbidden, refusal.Error())
	case errors.As(err, &refused):
		for _, fault := range refused.Errors {
			fault.File = names[fault.File]
		}
		return newProblem(http.StatusUnprocessableEntity, refused.Error())
	case err != nil:
		return err
	}
	text, err := renamed(bad.Bytes(), names)
	if err != nil {
		return err
	}
	answer := Imported{Files: result.Files, Rows: result.Rows, Rejected: result.Rejected, Rejects: string(text), Tables: map[string]ImportedTable{}}
	for name, count := range result.Tables {
		answer.Tables[name] = ImportedTable{count.Written, count.Unchanged}
	}
	return c.JSON(http.StatusOK, answer)
}

// renamed is the rejected rows with the sender's names of the files, which each line names.
func renamed(rejects []byte, names map[string]string) ([]byte, error) {
	for path, given := range names {
		here, err := json.Marshal(path)
		if err != nil {
			return nil, err
		}
		there, err := json.Marshal(given)
		if err != nil {
			return nil, err
		}
		rejects = bytes.ReplaceAll(rejects, here, there)
	}
	return rejects, nil
}

// spool writes each part to a file of the part's own name, in a folder of its own, and says how the sender calls it.
func spool(parts *multipart.Reader, dir string) (paths []string, names map[string]string, err error) {
	names = map[string]string{}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return paths, names, nil
		}
		if err != nil {
			return nil, nil, newProblem(http.StatusBadRequest, "what was sent ends in the middle; send it again")
		}
		given := part.FormName()
		if err := files.CheckName(given); err != nil {
			return nil, nil, newProblem(http.StatusUnprocessableEntity, err.Error())
		}
		folder := filepath.Join(dir, strconv.Itoa(len(paths)))
		path := filepath.Join(folder, filepath.Base(filepath.Clean("/"+given)))
		if err := os.Mkdir(folder, 0o700); err != nil {
			return nil, nil, fmt.Errorf("make a folder for %s: %w", given, err)
		}
		if err := keep(part, path); err != nil {
			return nil, nil, fmt.Errorf("keep %s: %w", given, err)
		}
		paths = append(paths, path)
		names[path] = given
	}
}

func keep(part io.Reader, path string) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	_, err = io.Copy(f, part)
	return err
}
