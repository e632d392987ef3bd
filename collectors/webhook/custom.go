package webhook

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"time"

	purl "github.com/package-url/packageurl-go"
)

// apply sets what the custom data name in the first record of each kind: the one that carries the event's moment.
func (c *cdevent) apply(all []*kind) error {
	for _, k := range all {
		list := k.records(&c.have)
		if list.Len() == 0 {
			continue
		}
		record := list.Index(0)
		for _, column := range k.columns {
			value, ok := c.custom[column.name].(string)
			if !ok || value == "" || column.key || column.name == "updated_at" {
				continue
			}
			if err := set(record.FieldByIndex(column.field), value); err != nil {
				return fmt.Errorf("customData.%s: %w", column.name, err)
			}
		}
	}
	return nil
}

// set sets a text or a time of a record; other types are left alone.
func set(field reflect.Value, value string) error {
	switch {
	case field.Kind() == reflect.String:
		field.SetString(value)
	case field.Type() == reflect.TypeFor[time.Time]():
		at, err := time.Parse(time.RFC3339, value)
		if err != nil {
			return fmt.Errorf("%.60q is not a time such as 2026-03-02T09:30:00Z", value)
		}
		field.Set(reflect.ValueOf(at.UTC()))
	}
	return nil
}

var objectID = regexp.MustCompile(`^[0-9a-f]{40}([0-9a-f]{24})?$`)

// revision reads what a package URL tells of where an artefact comes from. The digest of an image is a version and no
// revision.
func revision(artefact string) (repo, sha, version string) {
	p, err := purl.FromString(artefact)
	if err != nil {
		return "", "", artefact
	}
	qualifiers := p.Qualifiers.Map()
	version = p.Version
	if tag := qualifiers["tag"]; tag != "" {
		version = tag
	}
	switch p.Type {
	case "github", "gitlab", "bitbucket":
		repo = strings.Trim(p.Namespace+"/"+p.Name, "/")
	}
	if objectID.MatchString(p.Version) {
		sha = p.Version
	}
	// git+https://host/owner/name.git@revision
	if address, after, found := strings.Cut(qualifiers["vcs_url"], "@"); found && objectID.MatchString(after) {
		sha = after
		if _, path, found := strings.Cut(address, "://"); found {
			_, path, _ = strings.Cut(path, "/")
			repo = strings.TrimSuffix(path, ".git")
		}
	}
	return repo, sha, version
}
