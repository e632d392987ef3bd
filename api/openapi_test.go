package api

import (
	"bytes"
	"encoding/json"
	"flag"
	"log/slog"
	"os"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

var update = flag.Bool("update", false, "write openapi.json")

// The document beside the code is the routes' own: the dashboard's types are generated from it.
func TestOpenAPI(t *testing.T) {
	text, err := json.MarshalIndent(New(Configuration{Location: time.UTC, Now: time.Now}).api.OpenAPI(), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	text = append(text, '\n')
	if *update {
		if err := os.WriteFile("openapi.json", text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile("openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(text, kept) {
		t.Error("openapi.json is not what the routes say; run: go test ./api -run OpenAPI -update, then npm run types in ui")
	}
}

// faults are what an answer has that its schema does not say, or lacks that it does. The document allows fields to be added
// in later versions; here they are refused, so that it stays complete.
func (a *asked) faults(schema *huma.Schema, text []byte) []error {
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return []error{err}
	}
	registry := a.api.OpenAPI().Components.Schemas
	for _, s := range registry.Map() {
		if s.Type == huma.TypeObject && s.AdditionalProperties == nil {
			s.AdditionalProperties = false
		}
		s.PrecomputeMessages()
	}
	result := &huma.ValidateResult{}
	huma.Validate(registry, schema, huma.NewPathBuffer([]byte{}, 0), huma.ModeReadFromServer, value, result)
	return result.Errors
}

func testLog(t *testing.T) *slog.Logger {
	t.Helper()
	return slog.New(slog.NewTextHandler(t.Output(), nil))
}
