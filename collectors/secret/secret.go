// Package secret is how a configuration names a secret: by reference to an environment variable or a file, never by its
// value. A secret is read when it is needed and is never printed.
package secret

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
)

// Secret is a reference to a secret: `token: {env: GITHUB_TOKEN}` or `token: {file: /run/secrets/github}`.
type Secret struct {
	Env  string `yaml:"env" json:"env,omitempty"`   // the name of an environment variable
	File string `yaml:"file" json:"file,omitempty"` // a file; white space around its text is left out
}

// errPlain does not repeat what was written, since that may be the secret.
var errPlain = errors.New("a secret is named, not written down: give {env: NAME} or {file: PATH}")

// UnmarshalYAML refuses a value in plain text with a sentence that does not repeat it.
func (s *Secret) UnmarshalYAML(node ast.Node) error {
	switch node.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
	default:
		return errPlain
	}
	type plain Secret
	if err := yaml.NodeToValue(node, (*plain)(s), yaml.Strict()); err != nil {
		return errPlain
	}
	return nil
}

// IsZero tells whether no secret is named.
func (s Secret) IsZero() bool { return s == Secret{} }

// Validate finds a reference that cannot be right, without reading the secret.
func (s Secret) Validate() error {
	if s.Env != "" && s.File != "" {
		return errors.New("a secret has either `env` or `file`, not both")
	}
	return nil
}

// Value reads the secret; "" where none is named.
func (s Secret) Value() (string, error) {
	switch {
	case s.Env != "":
		value := strings.TrimSpace(os.Getenv(s.Env))
		if value == "" {
			if strings.ToUpper(s.Env) != s.Env {
				// Somebody may have written the secret itself.
				return "", errors.New("the environment variable that `env` names is not set (its name is not repeated, since it does not look like one)")
			}
			return "", fmt.Errorf("the environment variable %s is not set", s.Env)
		}
		return value, nil
	case s.File != "":
		text, err := os.ReadFile(s.File)
		if err != nil {
			return "", fmt.Errorf("read a secret: %w", err)
		}
		value := strings.TrimSpace(string(text))
		if value == "" {
			return "", fmt.Errorf("the file %s, which should have a secret, is empty", s.File)
		}
		return value, nil
	}
	return "", nil
}

// String names the reference, so that a printed configuration shows no secret.
func (s Secret) String() string {
	switch {
	case s.Env != "":
		return "env " + s.Env
	case s.File != "":
		return "file " + s.File
	}
	return "none"
}
