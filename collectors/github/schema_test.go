package github

import (
	"embed"
	"os"
	"path/filepath"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// sharedData finds third-party data beside the checkout. It is not part of the project, so where it is absent the tests
// that read it have nothing to do.
func sharedData(tb testing.TB, parts ...string) string {
	tb.Helper()
	dir, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for {
		path := filepath.Join(append([]string{dir, "shared", "data"}, parts...)...)
		if _, err := os.Stat(path); err == nil {
			return path
		}
		up := filepath.Dir(dir)
		if up == dir {
			tb.Skipf("the third-party data (%s) is not beside this checkout", filepath.Join(parts...))
		}
		dir = up
	}
}

func queriesOf(tb testing.TB, folder embed.FS) map[string]string {
	tb.Helper()
	entries, err := folder.ReadDir("queries")
	if err != nil {
		tb.Fatal(err)
	}
	queries := map[string]string{}
	for _, e := range entries {
		text, err := folder.ReadFile("queries/" + e.Name())
		if err != nil {
			tb.Fatal(err)
		}
		queries[e.Name()] = string(text)
	}
	return queries
}

// TestQueriesAreValid checks every query against GitHub's own schema.
func TestQueriesAreValid(t *testing.T) {
	text, err := os.ReadFile(sharedData(t, "openapi", "github.graphql"))
	if err != nil {
		t.Fatal(err)
	}
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: "github.graphql", Input: string(text)})
	if err != nil {
		t.Fatal(err)
	}
	queries := queriesOf(t, queryFiles)
	if len(queries) < 15 {
		t.Fatalf("only %d queries were found", len(queries))
	}
	for name, query := range queries {
		if _, errs := gqlparser.LoadQueryWithRules(schema, query, nil); len(errs) > 0 {
			t.Errorf("%s: %v", name, errs)
		}
	}
}
