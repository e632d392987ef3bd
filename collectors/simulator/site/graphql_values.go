package site

import (
	"encoding/base64"
	"fmt"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
)

// arguments are those of a field, evaluated.
type arguments map[string]any

func (x *execution) arguments(f *ast.Field) arguments {
	if len(f.Arguments) == 0 {
		return nil
	}
	args := arguments{}
	for _, a := range f.Arguments {
		args[a.Name] = x.value(a.Value)
	}
	return args
}

// value evaluates a value of the query: variables are replaced, enums are texts.
func (x *execution) value(v *ast.Value) any {
	switch v.Kind {
	case ast.Variable:
		return x.variables[v.Raw]
	case ast.IntValue, ast.FloatValue:
		n, _ := strconv.ParseFloat(v.Raw, 64) // the parser has seen that it is one
		return n
	case ast.BooleanValue:
		return v.Raw == "true"
	case ast.NullValue:
		return nil
	case ast.ListValue:
		all := make([]any, len(v.Children))
		for i, c := range v.Children {
			all[i] = x.value(c.Value)
		}
		return all
	case ast.ObjectValue:
		all := map[string]any{}
		for _, c := range v.Children {
			all[c.Name] = x.value(c.Value)
		}
		return all
	}
	return v.Raw
}

func (a arguments) text(name string) string {
	t, _ := a[name].(string)
	return t
}

func (a arguments) number(name string) (int, bool) {
	n, given := a[name].(float64)
	return int(n), given
}

func (a arguments) texts(name string) (all []string) {
	switch v := a[name].(type) {
	case string:
		return []string{v}
	case []any:
		for _, x := range v {
			if t, is := x.(string); is {
				all = append(all, t)
			}
		}
	}
	return all
}

func (a arguments) moment(name string) time.Time {
	t, _ := time.Parse(time.RFC3339, a.text(name))
	return t.UTC()
}

// order is the field and the direction of orderBy, or what is usual.
func (a arguments) order(field, direction string) (string, string) {
	by, _ := a["orderBy"].(map[string]any)
	if t, given := by["field"].(string); given {
		field = t
	}
	if t, given := by["direction"].(string); given {
		direction = t
	}
	return field, direction
}

// sequence is what a connection leads through. Its cursors name the place in the order rather than a position, so what
// comes in front shifts nothing that follows.
type sequence struct {
	kind   string // of the connection
	n      int
	at     func(i int) node
	cursor func(i int) string
	// after is the position of the first thing behind a cursor.
	after func(cursor string) int
}

// connection is a page of a sequence.
type connection struct {
	sequence
	from, to int
}

// page takes the piece of the sequence that first, last, after and before ask for.
func (x *execution) page(s sequence, args arguments) (any, bool) {
	c := &connection{s, 0, s.n}
	if cursor := args.text("after"); cursor != "" {
		c.from = min(x.place(s, cursor), s.n)
	}
	if cursor := args.text("before"); cursor != "" {
		c.to = max(x.place(s, cursor)-1, c.from)
	}
	first, forwards := args.number("first")
	last, backwards := args.number("last")
	switch {
	case first > 100 || last > 100:
		panic(refusal{obj("type", "EXCESSIVE_PAGINATION", "message", fmt.Sprintf("Requesting %d records on the `%s` connection exceeds the `first` limit of 100 records.", max(first, last), s.kind))})
	case first < 0 || last < 0:
		panic(refusal{obj("type", "MISSING_PAGINATION_BOUNDARIES", "message", "`first` or `last` must not be negative.")})
	case forwards:
		c.to = min(c.to, c.from+first)
	case backwards:
		c.from = max(c.from, c.to-last)
	default:
		c.to = c.from // only its totalCount may be asked for
	}
	x.nodes += c.to - c.from
	return c, true
}

func (x *execution) place(s sequence, cursor string) int {
	text, err := base64.StdEncoding.DecodeString(cursor)
	if err != nil || !strings.HasPrefix(string(text), "cursor:") {
		panic(refusal{obj("message", fmt.Sprintf("`%s` does not appear to be a valid cursor.", cursor))})
	}
	return s.after(strings.TrimPrefix(string(text), "cursor:"))
}

func (c *connection) cursorAt(i int) any {
	if c.from == c.to {
		return nil
	}
	return base64.StdEncoding.EncodeToString([]byte("cursor:" + c.cursor(i)))
}

func (c *connection) kind() string { return c.sequence.kind }

func (c *connection) field(_ *execution, name string, _ arguments) (any, bool) {
	switch name {
	case "totalCount":
		return c.n, true
	case "pageInfo":
		return pageInfo{c}, true
	case "nodes":
		all := make([]node, 0, c.to-c.from)
		for i := c.from; i < c.to; i++ {
			all = append(all, c.at(i))
		}
		return all, true
	case "edges":
		all := make([]node, 0, c.to-c.from)
		for i := c.from; i < c.to; i++ {
			all = append(all, edge{c, i})
		}
		return all, true
	}
	return nil, false
}

type pageInfo struct{ *connection }

func (pageInfo) kind() string { return "PageInfo" }

func (p pageInfo) field(_ *execution, name string, _ arguments) (any, bool) {
	switch name {
	case "hasNextPage":
		return p.to < p.n, true
	case "hasPreviousPage":
		return p.from > 0, true
	case "startCursor":
		return p.cursorAt(p.from), true
	case "endCursor":
		return p.cursorAt(p.to - 1), true
	}
	return nil, false
}

type edge struct {
	*connection
	i int
}

func (e edge) kind() string {
	return strings.TrimSuffix(strings.TrimSuffix(e.sequence.kind, "Connection"), "History") + "Edge"
}

func (e edge) field(_ *execution, name string, _ arguments) (any, bool) {
	switch name {
	case "cursor":
		return e.cursorAt(e.i), true
	case "node":
		return e.at(e.i), true
	}
	return nil, false
}

// few is a sequence of things that seldom move; their cursors are positions.
func few[T any](kind string, things []T, as func(T) node) sequence {
	return sequence{
		kind: kind, n: len(things),
		at:     func(i int) node { return as(things[i]) },
		cursor: func(i int) string { return strconv.Itoa(i + 1) },
		after: func(cursor string) int {
			n, _ := strconv.Atoi(cursor)
			return max(n, 0)
		},
	}
}

// sorted is a sequence of things that are in the order of a moment and a number, newest first or last.
func sorted[T any](kind string, things []T, descending bool, key func(T) (time.Time, int64), as func(T) node) sequence {
	return sequence{
		kind: kind, n: len(things),
		at: func(i int) node { return as(things[i]) },
		cursor: func(i int) string {
			at, n := key(things[i])
			return fmt.Sprintf("v2:%d:%d", at.Unix(), n)
		},
		after: func(cursor string) int {
			var at, number int64
			if _, err := fmt.Sscanf(cursor, "v2:%d:%d", &at, &number); err != nil {
				panic(refusal{obj("message", "The cursor belongs to another list.")})
			}
			return sort.Search(len(things), func(i int) bool {
				t, n := key(things[i])
				if descending {
					return t.Unix() < at || t.Unix() == at && n < number
				}
				return t.Unix() > at || t.Unix() == at && n > number
			})
		},
	}
}
