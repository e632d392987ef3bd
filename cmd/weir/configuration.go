package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/weirhq/weir/collectors/webhook"
	"github.com/weirhq/weir/metrics"
	"github.com/weirhq/weir/metrics/derive"
	"github.com/weirhq/weir/warehouse"
)

// configurationName is the configuration file that is looked for when --config names none.
const configurationName = "weir.yaml"

// configuration is the configuration file: where the data is, what is collected, and the organisation.
type configuration struct {
	Warehouse           warehouse.Configuration `yaml:"warehouse"`
	Collection          Collection              `yaml:"collection"`
	Sources             []SourceConfiguration   `yaml:"sources"`
	Hooks               []webhook.Configuration `yaml:"hooks"`
	derive.Organisation `yaml:",inline"`

	file string // where it was read; "" when there is none
}

// findConfiguration says which file is read: the one that --config names, else weir.yaml in the data directory, which
// stands for these data, else weir.yaml in the working directory. It is "" when there is none.
func (o options) findConfiguration() (string, error) {
	if o.configFile != "" {
		if _, err := os.Stat(o.configFile); err != nil {
			return "", fmt.Errorf("the configuration %s cannot be read: %w", o.configFile, pathReason(err))
		}
		return o.configFile, nil
	}
	for _, name := range []string{filepath.Join(o.dataDir, configurationName), configurationName} {
		if _, err := os.Stat(name); err == nil {
			return name, nil
		} else if !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("the configuration %s cannot be read: %w", name, pathReason(err))
		}
	}
	return "", nil
}

func (o options) readConfiguration() (configuration, error) {
	var c configuration
	file, err := o.findConfiguration()
	if err != nil || file == "" {
		return c, err
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return c, fmt.Errorf("the configuration %s cannot be read: %w", file, pathReason(err))
	}
	if err := c.parse(file, text); err != nil {
		return c, err
	}
	return c, nil
}

// parse reads the YAML strictly: a key that nobody knows is a mistake, and is told with its place and the right key.
func (c *configuration) parse(file string, text []byte) error {
	if err := yaml.UnmarshalWithOptions(text, c, yaml.Strict()); err != nil {
		return explainYAML(file, text, err)
	}
	c.file = file
	if err := c.validateSources(); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if err := c.Validate(); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

// explainYAML names file, line and column, and for an unknown key the one that was probably meant.
func explainYAML(file string, text []byte, err error) error {
	var fault yaml.Error
	if !errors.As(err, &fault) || fault.GetToken() == nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	at := fault.GetToken().Position
	var unknown *yaml.UnknownFieldError
	if !errors.As(err, &unknown) {
		return fmt.Errorf("%s:%d:%d: %s", file, at.Line, at.Column, fault.GetMessage())
	}
	key := unknown.Token.Value
	known := keysAround(text, at.Offset)
	sentence := fmt.Sprintf("%s:%d:%d: there is no key %q here", file, at.Line, at.Column, key)
	if best := metrics.Nearest(key, known); best != "" {
		return fmt.Errorf("%s; did you mean %q?", sentence, best)
	}
	return fmt.Errorf("%s; the keys are %s", sentence, strings.Join(known, ", "))
}

// keysAround lists the keys that are allowed in the mapping that has a key at the offset.
func keysAround(text []byte, offset int) []string {
	file, err := parser.ParseBytes(text, 0)
	if err != nil {
		return nil
	}
	for _, document := range file.Docs {
		if keys := keysIn(document.Body, reflect.TypeFor[configuration](), offset); keys != nil {
			return keys
		}
	}
	return nil
}

// keysIn walks the YAML and the type that it is read into side by side.
func keysIn(node ast.Node, into reflect.Type, offset int) []string {
	for into.Kind() == reflect.Pointer {
		into = into.Elem()
	}
	switch n := node.(type) {
	case *ast.SequenceNode:
		if into.Kind() != reflect.Slice {
			return nil
		}
		for _, value := range n.Values {
			if keys := keysIn(value, into.Elem(), offset); keys != nil {
				return keys
			}
		}
	case *ast.MappingValueNode: // a mapping with one key
		return keysOfMapping([]*ast.MappingValueNode{n}, into, offset)
	case *ast.MappingNode:
		return keysOfMapping(n.Values, into, offset)
	}
	return nil
}

func keysOfMapping(values []*ast.MappingValueNode, into reflect.Type, offset int) []string {
	fields := map[string]reflect.Type{}
	if into.Kind() == reflect.Struct {
		yamlFields(into, fields)
	}
	for _, value := range values {
		token := value.Key.GetToken()
		if token.Position.Offset == offset {
			return sortedKeys(fields)
		}
		inner, known := fields[token.Value]
		if into.Kind() == reflect.Map {
			inner, known = into.Elem(), true
		}
		if known {
			if keys := keysIn(value.Value, inner, offset); keys != nil {
				return keys
			}
		}
	}
	return nil
}

// yamlFields collects a struct's keys and their types, those of inlined structs too.
func yamlFields(t reflect.Type, fields map[string]reflect.Type) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, option, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case option == "inline":
			yamlFields(f.Type, fields)
		case !f.IsExported() || name == "-":
		case name == "":
			fields[strings.ToLower(f.Name)] = f.Type
		default:
			fields[name] = f.Type
		}
	}
}

// pathReason strips the path that the caller's sentence already names.
func pathReason(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}
