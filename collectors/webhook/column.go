package webhook

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/weirhq/weir/warehouse"
)

// kind is how one kind of record is taken apart into columns and put together again.
type kind struct {
	name    string // such as pull_requests
	slice   int    // the index of its slice in warehouse.Records
	columns []column
}

type column struct {
	name     string
	field    []int
	key      bool
	required bool
	enum     []string
	moment   bool // it holds times
}

// kinds lists all kinds of records, in the order of warehouse.Tables.
func kinds() []*kind {
	bundle := reflect.TypeFor[warehouse.Records]()
	list := make([]*kind, 0, bundle.NumField())
	for i, t := range warehouse.Tables() {
		k := &kind{name: t.Name, slice: i}
		for _, f := range reflect.VisibleFields(bundle.Field(i).Type.Elem()) {
			name, _, _ := strings.Cut(f.Tag.Get("weir"), ",")
			described := slices.IndexFunc(t.Columns, func(c warehouse.Column) bool { return c.Name == name })
			if name == "" || described < 0 || name == "source" {
				continue
			}
			c := t.Columns[described]
			k.columns = append(k.columns, column{name: name, field: f.Index, key: c.Key, required: c.Required, enum: c.Enum, moment: c.Type == warehouse.Time})
		}
		list = append(list, k)
	}
	return list
}

// statement is a value of a column as text, in a form of its own so that equal values are equal texts; "" is no value.
type statement = string

// read is the column's value in a record.
func (c column) read(record reflect.Value) (statement, error) {
	switch v := record.FieldByIndex(c.field).Interface().(type) {
	case string:
		if v == "" {
			return "", nil
		}
		if !utf8.ValidString(v) {
			return "", fmt.Errorf("%s is not valid UTF-8", c.name)
		}
		if len(c.enum) > 0 && !slices.Contains(c.enum, v) {
			return "", fmt.Errorf("%s cannot be %.60q; it is one of %s", c.name, v, strings.Join(c.enum, ", "))
		}
		return encode(v), nil
	case time.Time:
		if v.IsZero() {
			return "", nil
		}
		// The range of the import, which the driver carries unharmed.
		if v.Year() < 1970 || v.Year() > 2261 {
			return "", fmt.Errorf("%s is in the year %d, which is not between 1970 and 2261", c.name, v.Year())
		}
		return encode(v.UnixMilli()), nil
	case int64:
		if v == 0 {
			return "", nil
		}
		return encode(v), nil
	case *int64:
		if v == nil {
			return "", nil
		}
		return encode(*v), nil
	case float64:
		return number(c.name, v)
	case *float64:
		if v == nil {
			return "", nil
		}
		return number(c.name, *v)
	case bool:
		if !v {
			return "", nil
		}
		return "true", nil
	case []string:
		if len(v) == 0 {
			return "", nil
		}
		if slices.ContainsFunc(v, func(s string) bool { return !utf8.ValidString(s) }) {
			return "", fmt.Errorf("%s is not valid UTF-8", c.name)
		}
		return encode(v), nil
	default:
		return "", fmt.Errorf("%s has the unknown type %T", c.name, v)
	}
}

func number(name string, v float64) (statement, error) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "", fmt.Errorf("%s is not a number", name)
	}
	return encode(v), nil
}

func encode(v any) statement {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // texts, finite numbers and lists of texts: cannot fail
	}
	return string(text)
}

// write sets the column in a record.
func (c column) write(record reflect.Value, s statement) error {
	field := record.FieldByIndex(c.field)
	if s == "" {
		field.SetZero()
		return nil
	}
	if field.Type() == reflect.TypeFor[time.Time]() {
		var ms int64
		if err := json.Unmarshal([]byte(s), &ms); err != nil {
			return fmt.Errorf("read %s back: %w", c.name, err)
		}
		field.Set(reflect.ValueOf(time.UnixMilli(ms).UTC()))
		return nil
	}
	if err := json.Unmarshal([]byte(s), field.Addr().Interface()); err != nil {
		return fmt.Errorf("read %s back: %w", c.name, err)
	}
	return nil
}

// records are the records of this kind in a bundle.
func (k *kind) records(bundle *warehouse.Records) reflect.Value {
	return reflect.ValueOf(bundle).Elem().Field(k.slice)
}

// longestKey is far above what any vendor makes, and far below what the database beside the journal can keep.
const longestKey = 8 << 10

// key tells objects of the kind apart.
func (k *kind) key(record reflect.Value) (string, error) {
	var parts []string
	for _, c := range k.columns {
		if !c.key {
			continue
		}
		s, err := c.read(record)
		if err != nil {
			return "", fmt.Errorf("a record of %s: %w", k.name, err)
		}
		if c.name == "attempt" && s == "" {
			s = "1"
		}
		if s == "" && c.required {
			return "", fmt.Errorf("a record of %s has no %s, which is part of its key", k.name, c.name)
		}
		parts = append(parts, s)
	}
	if key := strings.Join(parts, "\t"); len(key) <= longestKey {
		return key, nil
	}
	return "", fmt.Errorf("the key of a record of %s is longer than %d bytes", k.name, longestKey)
}
