package site

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

// node is a thing that GraphQL queries can ask about.
type node interface {
	kind() string // the name of its GraphQL type
	// field is a field's value: a scalar that appendJSON knows, a node, a []node, or nil. False: there is no such field.
	field(x *execution, name string, args arguments) (any, bool)
}

// execution is one query being answered.
type execution struct {
	site      *Site
	store     *store
	request   *request
	variables map[string]any
	fragments ast.FragmentDefinitionList
	fields    map[selection][]*ast.Field
	errors    list
	nodes     int // asked for, for the query's cost
}

// selection is a selection set as it applies to a type.
type selection struct {
	first ast.Selection
	size  int
	kind  string
}

// refusal is a mistake in the query itself: nothing is answered.
type refusal struct{ object }

// graphQL answers a query.
func (s *Site) graphQL(q *request) *answer {
	var sent struct {
		Query         string         `json:"query"`
		OperationName string         `json:"operationName"`
		Variables     map[string]any `json:"variables"`
	}
	body, err := io.ReadAll(io.LimitReader(q.Body, 1<<20))
	if err == nil {
		err = json.Unmarshal(body, &sent)
	}
	if err != nil {
		return failure(http.StatusBadRequest, "Problems parsing JSON")
	}
	document, err := parser.ParseQuery(&ast.Source{Name: "query", Input: sent.Query})
	if err != nil {
		return ok(obj("errors", list{obj("message", err.Error())}))
	}
	operation := document.Operations.ForName(sent.OperationName)
	if operation == nil || operation.Operation != ast.Query {
		return ok(obj("errors", list{obj("message", "A query is expected, and its name where there are several.")}))
	}
	q.pattern = "/graphql " + operation.Name
	x := &execution{site: s, store: s.store, request: q, variables: sent.Variables, fragments: document.Fragments, fields: map[selection][]*ast.Field{}}
	if err := x.complete(operation.VariableDefinitions); err != nil {
		return ok(obj("errors", list{err.object}))
	}
	return x.run(operation.SelectionSet)
}

func (x *execution) run(set ast.SelectionSet) (a *answer) {
	defer func() {
		if cause := recover(); cause != nil {
			mistake, ours := cause.(refusal)
			if !ours {
				panic(cause)
			}
			a = ok(obj("errors", list{mistake.object}))
		}
	}()
	data := x.write(make([]byte, 0, 1<<16), root{}, set)
	if len(x.errors) > 0 {
		return ok(obj("data", raw(data), "errors", x.errors))
	}
	return ok(obj("data", raw(data)))
}

// complete checks the variables and fills in their defaults.
func (x *execution) complete(definitions ast.VariableDefinitionList) *refusal {
	if x.variables == nil {
		x.variables = map[string]any{}
	}
	for _, d := range definitions {
		if _, given := x.variables[d.Variable]; given {
			continue
		}
		switch {
		case d.DefaultValue != nil:
			x.variables[d.Variable] = x.value(d.DefaultValue)
		case d.Type.NonNull:
			return &refusal{obj("message", fmt.Sprintf("Variable $%s of type %s was provided invalid value", d.Variable, d.Type))}
		}
	}
	return nil
}

func refuse(f *ast.Field, format string, args ...any) {
	location := list{}
	if f.Position != nil {
		location = list{obj("line", f.Position.Line, "column", f.Position.Column)}
	}
	panic(refusal{obj("message", fmt.Sprintf(format, args...), "locations", location)})
}

// miss notes that something was not found; the rest is answered.
func (x *execution) miss(path, message string) {
	x.errors = append(x.errors, obj("type", "NOT_FOUND", "path", list{path}, "message", message))
}

// write answers a selection of a node's fields.
func (x *execution) write(b []byte, n node, set ast.SelectionSet) []byte {
	b = append(b, '{')
	for i, f := range x.collect(n.kind(), set) {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendString(b, f.Alias), ':')
		if f.Name == "__typename" {
			b = appendString(b, n.kind())
			continue
		}
		v, known := n.field(x, f.Name, x.arguments(f))
		if !known {
			refuse(f, "Field '%s' doesn't exist on type '%s'", f.Name, n.kind())
		}
		b = x.writeValue(b, f, v)
	}
	return append(b, '}')
}

func (x *execution) writeValue(b []byte, f *ast.Field, v any) []byte {
	switch v := v.(type) {
	case node:
		if len(f.SelectionSet) == 0 {
			refuse(f, "Field must have selections (field '%s' returns %s but has no selections)", f.Name, v.kind())
		}
		return x.write(b, v, f.SelectionSet)
	case []node:
		b = append(b, '[')
		for i, n := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = x.writeNode(b, f, n)
		}
		return append(b, ']')
	}
	return appendJSON(b, v)
}

func (x *execution) writeNode(b []byte, f *ast.Field, n node) []byte {
	if n == nil {
		return append(b, "null"...)
	}
	return x.write(b, n, f.SelectionSet)
}

// collect finds the fields that a selection asks of a type: its own and those of its fragments, each once.
func (x *execution) collect(kind string, set ast.SelectionSet) []*ast.Field {
	if len(set) == 0 {
		return nil
	}
	key := selection{set[0], len(set), kind}
	if known, there := x.fields[key]; there {
		return known
	}
	var fields []*ast.Field
	x.gather(kind, set, &fields)
	x.fields[key] = fields
	return fields
}

func (x *execution) gather(kind string, set ast.SelectionSet, fields *[]*ast.Field) {
	for _, s := range set {
		switch s := s.(type) {
		case *ast.Field:
			if x.wanted(s.Directives) {
				add(fields, s)
			}
		case *ast.InlineFragment:
			if x.wanted(s.Directives) && isOf(kind, s.TypeCondition) {
				x.gather(kind, s.SelectionSet, fields)
			}
		case *ast.FragmentSpread:
			definition := x.fragments.ForName(s.Name)
			if definition == nil {
				panic(refusal{obj("message", "Fragment "+s.Name+" was used, but not defined")})
			}
			if x.wanted(s.Directives) && isOf(kind, definition.TypeCondition) {
				x.gather(kind, definition.SelectionSet, fields)
			}
		}
	}
}

// add puts a field behind the others, or its selection behind that of the same name.
func add(fields *[]*ast.Field, f *ast.Field) {
	at := slices.IndexFunc(*fields, func(known *ast.Field) bool { return known.Alias == f.Alias })
	if at < 0 {
		*fields = append(*fields, f)
		return
	}
	merged := *(*fields)[at]
	merged.SelectionSet = append(slices.Clip(merged.SelectionSet), f.SelectionSet...)
	(*fields)[at] = &merged
}

// wanted applies @include and @skip.
func (x *execution) wanted(directives ast.DirectiveList) bool {
	for _, d := range directives {
		condition := d.Arguments.ForName("if")
		if condition == nil {
			continue
		}
		if yes, _ := x.value(condition.Value).(bool); yes != (d.Name == "include") {
			return false
		}
	}
	return true
}

// isOf tells whether a type is another, or one of what the other name stands for.
func isOf(kind, condition string) bool {
	switch condition {
	case "", kind, "Node", "PullRequestTimelineItems", "IssueTimelineItems", "UniformResourceLocatable":
		return true
	case "Actor", "Assignee", "RequestedReviewer", "RepositoryOwner", "ProfileOwner":
		return kind == "User" || kind == "Bot" && condition != "RepositoryOwner" || kind == "Organization" && condition != "RequestedReviewer" || //nolint:misspell // GitHub's word
			kind == "Team" && condition == "RequestedReviewer"
	case "GitObject":
		return kind == "Commit" || kind == "Tag"
	}
	return false
}
