package statuspage

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/weirhq/weir/collectors/secret"
)

// Configuration says which page's incidents to collect and how to understand them.
type Configuration struct {
	// The address of the API; default https://api.statuspage.io.
	URL string `yaml:"url" json:"url,omitempty"`
	// An API key of a member of the team.
	Token secret.Secret `yaml:"token" json:"token"`
	// The id of the page.
	Page string `yaml:"page" json:"page"`
	// Components, by name or id: the service that each stands for. What is not named here is a service's name itself.
	Services map[string]string `yaml:"services" json:"services,omitempty"`
	// When an incident counts as over: resolved (the default), or monitoring, when the mend is in place and being watched.
	RestoredBy string `yaml:"restored_by" json:"restored_by,omitempty" jsonschema:"enum=resolved,enum=monitoring"`
}

// Validate finds what can be found wrong without asking Statuspage.
func (c Configuration) Validate() error {
	if c.URL != "" {
		if u, err := url.Parse(c.URL); err != nil || u.Host == "" {
			return fmt.Errorf("%q is not the address of Statuspage's API, such as https://api.statuspage.io", c.URL)
		}
	}
	switch {
	case c.Token.IsZero():
		return errors.New("a statuspage source needs a `token`: an API key, such as {env: STATUSPAGE_TOKEN}")
	case c.Page == "" || strings.ContainsAny(c.Page, "/?#"):
		return errors.New("a statuspage source needs the id of its `page`")
	case c.RestoredBy != "" && c.RestoredBy != "resolved" && c.RestoredBy != "monitoring":
		return fmt.Errorf("restored_by is resolved or monitoring, not %q", c.RestoredBy)
	}
	if err := c.Token.Validate(); err != nil {
		return fmt.Errorf("token: %w", err)
	}
	return nil
}
