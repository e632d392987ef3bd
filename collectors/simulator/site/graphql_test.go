package site

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// everything asks for all fields that the site knows, so that each is held against GitHub's schema.
const everything = `
query Everything($login: String!, $owner: String!, $name: String!, $oid: GitObjectID!, $pull: Int!) {
  rateLimit { cost limit remaining used nodeCount resetAt }
  viewer { ...Person }
  user(login: "alder-badger") { ...Person }
  organization(login: $login) {
    id databaseId login name url
    membersWithRole(first: 2) { totalCount nodes { login } }
    team(slug: "payments") { id name slug combinedSlug url members(first: 3) { totalCount edges { cursor node { login } } } }
  }
  repositoryOwner(login: $login) { id login repositories(first: 2) { totalCount nodes { name owner { login } } } }
  repository(owner: $owner, name: $name) {
    id databaseId name nameWithOwner url description isArchived isFork isPrivate createdAt pushedAt updatedAt
    repositoryTopics(first: 5) { nodes { topic { name } } }
    defaultBranchRef { id name prefix target { oid } }
    ref(qualifiedName: "refs/heads/main") { name }
    refs(refPrefix: "refs/heads/", first: 3) { totalCount nodes { name } }
    object(oid: $oid) { ...Change }
    issues(first: 1) { totalCount nodes { number } }
    releases(first: 1) { totalCount }
    pullRequest(number: $pull) { ...Pull }
    pullRequests(last: 3, states: [MERGED], orderBy: {field: CREATED_AT, direction: ASC}) {
      totalCount
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      edges { cursor node { ...Pull } }
    }
    deployments(first: 5, environments: ["staging"]) {
      nodes {
        id databaseId commitOid commit { oid } environment originalEnvironment latestEnvironment task description payload createdAt updatedAt
        ref { name } creator { login } repository { name } state latestStatus { state }
        statuses(first: 10) { totalCount nodes { id state description createdAt updatedAt environment logUrl environmentUrl creator { login } } }
      }
    }
  }
}
fragment Person on User { id databaseId login name email url avatarUrl }
fragment Change on Commit {
  id oid abbreviatedOid url commitUrl message messageHeadline messageBody authoredDate committedDate additions deletions
  changedFilesIfAvailable author { name email date user { login } } committer { name } parents(first: 2) { totalCount nodes { oid } }
  history(first: 2) { totalCount nodes { oid } }
}
fragment Pull on PullRequest {
  id databaseId number title body bodyText url state isDraft merged closed createdAt updatedAt mergedAt closedAt baseRefName headRefName headRefOid
  additions deletions author { login ... on User { name } } repository { name } mergeCommit { oid }
  labels(first: 5) { nodes { id name color } } assignees(first: 1) { totalCount } reviewRequests(first: 1) { totalCount }
  commits(first: 2) { totalCount nodes { id commit { oid } pullRequest { number } } }
  reviews(first: 5) { totalCount nodes { id databaseId fullDatabaseId state submittedAt createdAt url body author { login } pullRequest { number } } }
  comments(first: 5) { nodes { id databaseId createdAt url body author { login } } }
  timelineItems(first: 50) {
    totalCount
    nodes {
      __typename
      ... on MergedEvent { id createdAt actor { login } }
      ... on ClosedEvent { id createdAt actor { login } }
      ... on ReviewRequestedEvent { id createdAt actor { login } requestedReviewer { ... on User { login } ... on Team { slug } } }
      ... on ReviewDismissedEvent { id createdAt url previousReviewState review { state } }
      ... on ReadyForReviewEvent { id createdAt actor { login } pullRequest { number } }
    }
  }
}`

// ask sends a query and returns its data.
func ask(t *testing.T, at, query string, variables map[string]any) json.RawMessage {
	t.Helper()
	response, body := fetch(t, http.MethodPost, at+"/github/api/graphql", map[string]any{"query": query, "variables": variables})
	var answer struct {
		Data   json.RawMessage
		Errors []any
	}
	if err := json.Unmarshal(body, &answer); err != nil || response.StatusCode != http.StatusOK || len(answer.Errors) > 0 {
		t.Fatalf("%s: %d %s", query[:min(len(query), 80)], response.StatusCode, body[:min(len(body), 500)])
	}
	return answer.Data
}

func TestGraphQLKeepsToItsSchema(t *testing.T) {
	text, err := os.ReadFile(shared(t, "openapi/github.graphql"))
	if err != nil {
		t.Fatal(err)
	}
	schema, mistake := gqlparser.LoadSchema(&ast.Source{Name: "github.graphql", Input: string(text)})
	if mistake != nil {
		t.Fatal(mistake)
	}
	s, _, at := open(t, Options{})
	if _, err := s.Records(); err != nil {
		t.Fatal(err)
	}
	queries := map[string]string{"everything": everything}
	files, err := filepath.Glob("../../github/queries/*.graphql")
	if err != nil || len(files) == 0 {
		t.Fatalf("the collector's queries are not there: %v", err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		queries[filepath.Base(f)] = string(text)
	}
	for name, query := range queries {
		document, mistakes := gqlparser.LoadQueryWithRules(schema, query, rules.NewDefaultRules())
		if mistakes != nil {
			t.Errorf("%s: %v", name, mistakes)
			continue
		}
		for _, variables := range s.variablesFor(name) {
			data := ask(t, at, withTypes(document), variables)
			var value any
			if err := json.Unmarshal(data, &value); err != nil {
				t.Fatal(err)
			}
			c := &schemaCheck{t: t, schema: schema, query: name}
			c.object(document.Operations[0].SelectionSet, value, name)
			if c.checked < 4 {
				t.Errorf("%s: only %d fields were checked: %s", name, c.checked, data)
			}
		}
	}
}

// variablesFor are variables with which a query finds much.
func (s *Site) variablesFor(query string) (all []map[string]any) {
	for _, name := range []string{"checkout", "ledger", "selling", "promotions"} {
		r := s.store.repo["millrace/"+name]
		id, ids := r.nodeNumber("PR", r.created[0].Number), []string{r.node("C", r.head.SHA)}
		if strings.HasPrefix(query, "deployment") {
			id = r.nodeNumber("DE", r.deployments[0].id)
			ids = []string{id}
		}
		if strings.HasPrefix(query, "runs") {
			if len(r.runs) == 0 {
				continue
			}
			ids = []string{r.nodeNumber("WFR", r.runs[0].id), r.nodeNumber("WFR", r.runs[1].id)}
		}
		v := map[string]any{"owner": "millrace", "name": name, "login": "millrace", "org": "millrace", "slug": "payments", "pull": r.created[0].Number,
			"oid": r.head.SHA, "first": 50, "order": "UPDATED_AT", "branches": true, "labels": true, "commits": true, "items": true, "id": id, "ids": ids}
		for n := range 10 {
			v[fmt.Sprint("want", n)] = n < 2
			v[fmt.Sprint("since", n)] = "2025-01-01T00:00:00Z"
			v[fmt.Sprint("until", n)] = "2026-01-01T00:00:00Z"
		}
		all = append(all, v)
	}
	return all
}

// withTypes is the query with __typename in every selection.
func withTypes(document *ast.QueryDocument) string {
	var visit func(set ast.SelectionSet) ast.SelectionSet
	visit = func(set ast.SelectionSet) ast.SelectionSet {
		if len(set) == 0 {
			return set
		}
		for _, s := range set {
			switch s := s.(type) {
			case *ast.Field:
				s.SelectionSet = visit(s.SelectionSet)
			case *ast.InlineFragment:
				s.SelectionSet = visit(s.SelectionSet)
			}
		}
		return append(set, &ast.Field{Alias: "__typename", Name: "__typename"})
	}
	for _, o := range document.Operations {
		o.SelectionSet = visit(o.SelectionSet)
	}
	for _, f := range document.Fragments {
		f.SelectionSet = visit(f.SelectionSet)
	}
	var b bytes.Buffer
	formatter.NewFormatter(&b).FormatQueryDocument(document)
	return b.String()
}

// schemaCheck holds an answer against the schema's types.
type schemaCheck struct {
	t       *testing.T
	schema  *ast.Schema
	query   string
	checked int
}

func (c *schemaCheck) object(set ast.SelectionSet, value any, path string) {
	o, is := value.(map[string]any)
	if !is {
		c.t.Errorf("%s is %v, want an object", path, value)
		return
	}
	kind, _ := o["__typename"].(string)
	if c.schema.Types[kind] == nil {
		c.t.Errorf("%s: there is no type %q", path, kind)
		return
	}
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			if s.Name == "__typename" || s.Directives.ForName("include") != nil && o[s.Alias] == nil {
				continue
			}
			v, there := o[s.Alias]
			if !there {
				c.t.Errorf("%s.%s is missing", path, s.Alias)
				continue
			}
			c.value(s, s.Definition.Type, v, path+"."+s.Alias)
		case *ast.InlineFragment:
			if c.is(kind, s.TypeCondition) {
				c.object(s.SelectionSet, value, path)
			}
		case *ast.FragmentSpread:
			if c.is(kind, s.Definition.TypeCondition) {
				c.object(s.Definition.SelectionSet, value, path)
			}
		}
	}
}

func (c *schemaCheck) is(kind, condition string) bool {
	return kind == condition || slices.ContainsFunc(c.schema.PossibleTypes[condition], func(d *ast.Definition) bool { return d.Name == kind })
}

func (c *schemaCheck) value(f *ast.Field, kind *ast.Type, v any, path string) {
	c.checked++
	if v == nil {
		if kind.NonNull {
			c.t.Errorf("%s is null, want %s", path, kind)
		}
		return
	}
	if kind.Elem != nil {
		all, is := v.([]any)
		if !is {
			c.t.Errorf("%s is %v, want %s", path, v, kind)
		}
		for i, x := range all {
			c.value(f, kind.Elem, x, fmt.Sprintf("%s[%d]", path, i))
		}
		return
	}
	definition := c.schema.Types[kind.NamedType]
	switch definition.Kind {
	case ast.Object, ast.Interface, ast.Union:
		c.object(f.SelectionSet, v, path)
		if o, is := v.(map[string]any); is && !c.is(fmt.Sprint(o["__typename"]), kind.NamedType) {
			c.t.Errorf("%s is a %v, want %s", path, o["__typename"], kind)
		}
	case ast.Enum:
		if definition.EnumValues.ForName(fmt.Sprint(v)) == nil {
			c.t.Errorf("%s is %v, which is no %s", path, v, kind)
		}
	default:
		if !scalars[kind.NamedType](v) {
			c.t.Errorf("%s is %v, want %s", path, v, kind)
		}
	}
}

var (
	isText  = func(v any) bool { _, is := v.(string); return is }
	isDate  = func(v any) bool { _, err := time.Parse(time.RFC3339, fmt.Sprint(v)); return err == nil }
	shaLike = regexp.MustCompile(`^[0-9a-f]{40}$`)
	scalars = map[string]func(any) bool{
		"String": isText, "ID": isText, "URI": isText, "DateTime": isDate, "GitTimestamp": isDate,
		"GitObjectID": func(v any) bool { return shaLike.MatchString(fmt.Sprint(v)) },
		"Int":         func(v any) bool { n, is := v.(float64); return is && n == float64(int64(n)) },
		"BigInt":      func(v any) bool { return isText(v) || v != nil },
		"Boolean":     func(v any) bool { _, is := v.(bool); return is },
		"Float":       func(v any) bool { _, is := v.(float64); return is },
	}
)

// The language: aliases, fragments that ask for parts of the same thing, directives, variables with defaults, lists.
func TestGraphQLLanguage(t *testing.T) {
	_, _, at := open(t, Options{})
	for _, c := range []struct {
		query     string
		variables map[string]any
		want      string
	}{
		{`{ me: viewer { login } viewer { name ...More } } fragment More on User { login name }`, nil, `{"me":{"login":"alder-badger"},"viewer":{"name":"Alder Badger","login":"alder-badger"}}`},
		{`query($yes: Boolean = true, $no: Boolean!) { a: viewer @include(if: $yes) { login } b: viewer @include(if: $no) { login } c: viewer @skip(if: $yes) { login } d: viewer @skip(if: $no) { name } }`,
			map[string]any{"no": false}, `{"a":{"login":"alder-badger"},"d":{"name":"Alder Badger"}}`},
		{`{ organization(login: "millrace") { team(slug: "dba") { slug ... @include(if: false) { name } } } organization(login: "millrace") { login } }`, nil,
			`{"organization":{"team":{"slug":"dba"},"login":"millrace"}}`},
		{`query($login: String!, $n: Int = 1) { organization(login: $login) { teams(first: $n, query: "pay") { totalCount nodes { __typename combinedSlug members(last: 1) { nodes { ... on Actor { login } ... on Bot { id } } } } } } }`,
			map[string]any{"login": "millrace", "n": 5}, `{"organization":{"teams":{"totalCount":1,"nodes":[{"__typename":"Team","combinedSlug":"millrace/payments","members":{"nodes":[{"login":"rowan-teal"}]}}]}}}`},
		{`{ repository(owner: "Millrace", name: "CART") { pullRequest(number: 99999) { id } nameWithOwner } }`, nil, ""},
	} {
		_, body := fetch(t, http.MethodPost, at+"/github/api/graphql", map[string]any{"query": c.query, "variables": c.variables})
		want := `{"data":` + c.want + `}`
		if c.want == "" {
			want = `{"data":{"repository":{"pullRequest":null,"nameWithOwner":"millrace/cart"}},"errors":[{"type":"NOT_FOUND","path":["pullRequest"],"message":"Could not resolve to a PullRequest with the number of 99999."}]}`
		}
		if string(body) != want {
			t.Errorf("%s:\n got %s\nwant %s", c.query, body, want)
		}
	}
}
