package github

import (
	"embed"
	"os"
	"path/filepath"
	"strings"
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

// TestPullRequestsAreReadAlike: one that is asked for by itself tells what it tells on a page.
func TestPullRequestsAreReadAlike(t *testing.T) {
	queries := queriesOf(t, queryFiles)
	fields := func(name, begin string) string {
		_, text, _ := strings.Cut(queries[name], begin)
		text, _, found := strings.Cut(text, "fragment ")
		if !found {
			t.Fatalf("%s has no fields behind %q", name, begin)
		}
		return strings.TrimRight(strings.Join(strings.Fields(text), " "), " }") // how deep they stand differs
	}
	page, alone := fields("pulls.graphql", "nodes {\n        id\n"), fields("pull_nodes.graphql", "... on PullRequest {\n      id\n")
	if page != alone {
		t.Errorf("on a page\n%s\nalone\n%s", page, alone)
	}
}
