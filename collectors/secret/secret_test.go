package secret_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/weirhq/weir/collectors/secret"
)

func TestSecret(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(" from-file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, []byte("\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("WEIR_TEST_TOKEN", "from-env")
	for _, c := range []struct{ text, want, fault string }{
		{"token: {env: WEIR_TEST_TOKEN}", "from-env", ""},
		{"token:\n  file: " + file, "from-file", ""},
		{"other: 1", "", ""},
		{"token: {env: WEIR_TEST_NOTHING}", "", "the environment variable WEIR_TEST_NOTHING is not set"},
		{"token: {file: /nonexistent/token}", "", "no such file"},
		{"token: {file: " + empty + "}", "", "is empty"},
		{"token: {env: ghp_hush}", "", "that `env` names is not set"},
		{"token: hush", "", "a secret is named, not written down"},
		{"token: {value: hush}", "", "a secret is named, not written down"},
		{"token: [hush]", "", "a secret is named, not written down"},
		{"token: {env: A, file: b}", "", "not both"},
	} {
		var into struct {
			Token secret.Secret `yaml:"token"`
			Other int           `yaml:"other"`
		}
		err := yaml.UnmarshalWithOptions([]byte(c.text), &into, yaml.Strict())
		if err == nil {
			err = into.Token.Validate()
		}
		got := ""
		if err == nil {
			got, err = into.Token.Value()
		}
		if got != c.want || (err == nil) != (c.fault == "") || err != nil && !strings.Contains(err.Error(), c.fault) {
			t.Errorf("%s: %q, %v; want %q, %q", c.text, got, err, c.want, c.fault)
		}
		if err != nil && !strings.Contains(c.text, "env") && strings.Contains(fmt.Sprintf("%+v %v", into, err), "hush") {
			t.Errorf("%s: the secret is shown: %v", c.text, err)
		}
	}
	if s := fmt.Sprint(secret.Secret{Env: "A"}, secret.Secret{File: "b"}, secret.Secret{}); s != "env A file b none" {
		t.Errorf("printed as %q", s)
	}
}
