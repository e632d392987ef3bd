package warehouse

import (
	"fmt"
	"reflect"
	"strings"
	"time"
)

// ColumnType is what a column of a record holds.
type ColumnType int

// The types of columns that records have.
const (
	String ColumnType = iota
	Time
	Int
	Float
	Bool
	Strings
)

func (t ColumnType) String() string {
	return [...]string{"text", "time", "whole number", "number", "boolean", "list"}[t]
}

// Column describes one column of a record: its name is the contract of the import's files and of the table in ClickHouse.
type Column struct {
	Name     string
	Type     ColumnType
	Key      bool     // part of what makes a record the same one
	Required bool     // a row without it is refused
	Nullable bool     // an unknown value is NULL
	Default  string   // what an unknown value means, if anything
	Optional bool     // of a key column: an empty value is a value
	Enum     []string // the only values allowed, if limited
	field    []int    // where the record's struct has it
}

// Table describes one kind of record, named in the plural as its file and its ClickHouse table are.
type Table struct {
	Name    string
	Columns []Column
	slice   int // the index of its slice in Records
}

// Tables lists every kind of record in the order of the contract.
func Tables() []*Table {
	return tables
}

// TableByName finds a kind of record; nil if there is none of that name.
func TableByName(name string) *Table {
	for _, t := range tables {
		if t.Name == name {
			return t
		}
	}
	return nil
}

// Key names the columns that make a record the same one.
func (t *Table) Key() []string {
	var key []string
	for _, c := range t.Columns {
		if c.Key {
			key = append(key, c.Name)
		}
	}
	return key
}

// ColumnNames names all columns in the order of the contract.
func (t *Table) ColumnNames() []string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	return names
}

// tables is read off the record structs once: it is a description, never changed.
var tables = describe()

func describe() []*Table {
	names := map[string]string{
		"Commits": "commits", "PullRequests": "pull_requests", "Reviews": "reviews", "Builds": "builds", "BuildStages": "build_stages",
		"Deployments": "deployments", "Incidents": "incidents", "Tickets": "tickets", "TicketLinks": "ticket_links",
		"Transitions": "transitions", "Signals": "signals",
		"Statuses": "statuses", "Memberships": "memberships",
	}
	bundle := reflect.TypeFor[Records]()
	var list []*Table
	for i := range bundle.NumField() {
		table := &Table{Name: names[bundle.Field(i).Name], slice: i}
		for _, f := range reflect.VisibleFields(bundle.Field(i).Type.Elem()) {
			if tag, ok := f.Tag.Lookup("weir"); ok {
				table.Columns = append(table.Columns, describeColumn(f, tag))
			}
		}
		list = append(list, table)
	}
	return list
}

func describeColumn(f reflect.StructField, tag string) Column {
	parts := strings.Split(tag, ",")
	c := Column{Name: parts[0], field: f.Index}
	for _, part := range parts[1:] {
		name, value, _ := strings.Cut(part, "=")
		switch name {
		case "key":
			c.Key = true
		case "required":
			c.Required = true
		case "default":
			c.Default, c.Optional = value, value == ""
		case "enum":
			c.Enum = strings.Split(value, "|")
		default:
			panic(fmt.Sprintf("record column %s: unknown tag %q", c.Name, name))
		}
	}
	switch f.Type {
	case reflect.TypeFor[string]():
		c.Type = String
	case reflect.TypeFor[time.Time]():
		c.Type, c.Nullable = Time, !c.Required
	case reflect.TypeFor[int64]():
		c.Type = Int
	case reflect.TypeFor[*int64]():
		c.Type, c.Nullable = Int, true
	case reflect.TypeFor[float64]():
		c.Type = Float
	case reflect.TypeFor[*float64]():
		c.Type, c.Nullable = Float, true
	case reflect.TypeFor[bool]():
		c.Type = Bool
	case reflect.TypeFor[[]string]():
		c.Type = Strings
	default:
		panic(fmt.Sprintf("record column %s: no column type for %s", c.Name, f.Type))
	}
	return c
}
