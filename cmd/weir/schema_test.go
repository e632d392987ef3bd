package main

import (
	"encoding/json"
	"flag"
	"os"
	"path"
	"reflect"
	"strings"
	"testing"

	"github.com/invopop/jsonschema"

	"github.com/weirhq/weir/collectors/secret"
)

var update = flag.Bool("update", false, "write what is generated")

// TestSchema: the schema that `weir schema` prints is that of the types which the configuration is read into, with their
// comments; `go test ./cmd/weir -run TestSchema -update` writes it.
func TestSchema(t *testing.T) {
	r := &jsonschema.Reflector{FieldNameTag: "yaml", RequiredFromJSONSchemaTags: true, ExpandedStruct: true, Anonymous: true, Namer: qualified}
	t.Chdir("../..") // comments are found by paths from here
	for _, dir := range []string{"cmd/weir", "collectors", "metrics/derive", "warehouse"} {
		if err := r.AddGoComments("github.com/weirhq/weir", dir); err != nil {
			t.Fatal(err)
		}
	}
	schema := r.Reflect(&configuration{})
	schema.Title = "Weir's configuration, weir.yaml"
	text, err := json.MarshalIndent(schema, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got := string(text) + "\n"
	if *update {
		if err := os.WriteFile("cmd/weir/schema.json", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if got != schemaJSON {
		t.Error("schema.json is not what the types say: run `go test ./cmd/weir -run TestSchema -update`")
	}
	for _, want := range []string{`"timezone"`, `"sources"`, `"schedule"`, `"github"`, `"members"`, "Cron, in UTC", `"jira.Configuration"`, "release branches besides the default branch"} {
		if !strings.Contains(got, want) {
			t.Errorf("the schema lacks %s", want)
		}
	}
	if strings.Contains(got, "BotCommits\"") {
		t.Error("a key has the name of a field in Go")
	}
}

// qualified names a type with its package: every collector has a Configuration.
func qualified(t reflect.Type) string {
	if t.Name() == "" {
		return ""
	}
	return path.Base(t.PkgPath()) + "." + t.Name()
}

// TestEverySecretIsAReference: a field that is called like a secret is one that cannot be written down in plain text.
func TestEverySecretIsAReference(t *testing.T) {
	seen := map[reflect.Type]bool{}
	var walk func(where string, typ reflect.Type)
	walk = func(where string, typ reflect.Type) {
		switch typ.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			walk(where, typ.Elem())
		case reflect.Struct:
			if seen[typ] || typ == reflect.TypeFor[secret.Secret]() {
				return
			}
			seen[typ] = true
			for i := range typ.NumField() {
				f := typ.Field(i)
				name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
				for _, word := range []string{"token", "password", "private_key", "secret", "api_key"} {
					if (name == word || strings.HasSuffix(name, "_"+word)) && f.Type != reflect.TypeFor[secret.Secret]() {
						t.Errorf("%s.%s is a %s: secrets are named by {env:} or {file:}", where, name, f.Type)
					}
				}
				walk(where+"."+name, f.Type)
			}
		}
	}
	walk("", reflect.TypeFor[configuration]())
	if !seen[reflect.TypeFor[SourceConfiguration]()] {
		t.Error("the sources were not looked at")
	}
	var c configuration
	err := c.parse("f.yaml", []byte("sources:\n  - name: a\n    github:\n      repos: [acme/shop]\n      token: hush-hush\n"))
	if err == nil || strings.Contains(err.Error(), "hush") || !strings.Contains(err.Error(), "a secret is named, not written down") {
		t.Errorf("a token in plain text: %v", err)
	}
}
