package webhook

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/weirhq/weir/collectors/secret"
)

// Configuration is one way in for what is pushed. Exactly one of GitHub, GitLab, Jira, CDEvents and Records is given.
type Configuration struct {
	// Name is part of the address that the sender is told: /api/v1/hooks/NAME. It also names the hook on the Sources page.
	Name string `yaml:"name" json:"name,omitempty"`
	// Source is the configured source that polls the same vendor, if there is one: what is pushed is then kept under that source's
	// name, mapped by its rules, and deleted by it when it vanishes. Default: the hook's own name.
	Source string `yaml:"source" json:"source,omitempty"`
	// MaxMegabytes is how large a request may be. Default: 25, the largest that GitHub sends.
	MaxMegabytes int `yaml:"max_megabytes" json:"max_megabytes,omitempty"`

	GitHub   *Access `yaml:"github" json:"github,omitempty"`     // webhooks of GitHub, verified by X-Hub-Signature-256
	GitLab   *Access `yaml:"gitlab" json:"gitlab,omitempty"`     // webhooks of GitLab, verified by X-Gitlab-Token
	Jira     *Access `yaml:"jira" json:"jira,omitempty"`         // webhooks of Jira, verified by X-Hub-Signature
	CDEvents *Access `yaml:"cdevents" json:"cdevents,omitempty"` // CDEvents over CloudEvents HTTP at /api/v1/events
	Records  *Access `yaml:"records" json:"records,omitempty"`   // records in the import's JSON at /api/v1/records/KIND
}

// Access says how a sender proves that it may send.
type Access struct {
	// Secret is shared with the sender: the webhook's secret of GitHub and Jira, the token of GitLab, and for CDEvents and
	// records the token in "Authorization: Bearer TOKEN".
	Secret secret.Secret `yaml:"secret" json:"secret,omitempty"`
	// Unsigned takes requests from anybody who can reach this server, without any proof.
	Unsigned bool `yaml:"unsigned" json:"unsigned,omitempty"`
}

// Vendor is whose words a hook understands.
type Vendor string

// The vendors.
const (
	GitHub   Vendor = "github"
	GitLab   Vendor = "gitlab"
	Jira     Vendor = "jira"
	CDEvents Vendor = "cdevents"
	Records  Vendor = "records"
)

// Vendor tells whose words the hook understands; "" when that is not configured rightly.
func (c Configuration) Vendor() Vendor {
	vendor, _, err := c.access()
	if err != nil {
		return ""
	}
	return vendor
}

func (c Configuration) access() (vendor Vendor, access Access, err error) {
	for _, one := range []struct {
		Vendor
		*Access
	}{{GitHub, c.GitHub}, {GitLab, c.GitLab}, {Jira, c.Jira}, {CDEvents, c.CDEvents}, {Records, c.Records}} {
		if one.Access == nil {
			continue
		}
		if vendor != "" {
			return "", Access{}, fmt.Errorf("the hook %q has both %s and %s; give each a hook of its own", c.Name, vendor, one.Vendor)
		}
		vendor, access = one.Vendor, *one.Access
	}
	if vendor == "" {
		return "", Access{}, fmt.Errorf("the hook %q says not who sends: give it one of github, gitlab, jira, cdevents, records", c.Name)
	}
	return vendor, access, nil
}

var hookName = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,62}$`)

const defaultMegabytes = 25

// Validate finds what is wrong without looking at secrets.
func (c Configuration) Validate() error {
	if !hookName.MatchString(c.Name) {
		return fmt.Errorf("%q cannot name a hook: use small letters, digits, - and _, since it is part of an address", c.Name)
	}
	vendor, access, err := c.access()
	if err != nil {
		return err
	}
	if err := access.Secret.Validate(); err != nil {
		return fmt.Errorf("the hook %q: %w", c.Name, err)
	}
	switch {
	case access.Unsigned && !access.Secret.IsZero():
		return fmt.Errorf("the hook %q has a secret and is `unsigned`; leave one of them out", c.Name)
	case access.Unsigned || !access.Secret.IsZero():
	case vendor != CDEvents && vendor != Records:
		return fmt.Errorf("the hook %q has no secret, so anybody could send to it: give it `secret: {env: NAME}`, and the same secret to %s; `unsigned: true` takes requests from anybody", c.Name, vendor)
	}
	if c.MaxMegabytes < 0 || c.MaxMegabytes > 256 {
		return errors.New("max_megabytes is between 1 and 256")
	}
	return nil
}

func (c Configuration) maxBytes() int64 {
	if c.MaxMegabytes == 0 {
		return defaultMegabytes << 20
	}
	return int64(c.MaxMegabytes) << 20
}

// Local is the hook that there is when none takes records: from this machine only, so that a script or curl beside the
// server needs no configuration.
func Local() Configuration { return Configuration{Name: "records", Records: &Access{}} }

// Complete finds what is wrong between the configured hooks, and adds the local one where none takes records.
func Complete(configured []Configuration) ([]Configuration, error) {
	names := map[string]bool{}
	local := true
	for _, c := range configured {
		if err := c.Validate(); err != nil {
			return nil, err
		}
		if names[c.Name] {
			return nil, fmt.Errorf("two hooks are named %q; each needs a name of its own", c.Name)
		}
		names[c.Name] = true
		local = local && c.Records == nil && c.Name != Local().Name
	}
	if local {
		configured = append(configured[:len(configured):len(configured)], Local())
	}
	return configured, nil
}
