package opsgenie

import (
	"errors"
	"fmt"
	"net/url"

	"github.com/weirhq/weir/collectors/secret"
)

// Configuration says which incidents of which account to collect and how to understand them.
type Configuration struct {
	// The address of the API; default https://api.opsgenie.com. Accounts in the European region: https://api.eu.opsgenie.com.
	URL string `yaml:"url" json:"url,omitempty"`
	// An API key that may read, with configuration access for the names of services.
	Token secret.Secret `yaml:"token" json:"token"`
	// Opsgenie's services, by name or id: the service that each stands for. What is not named here is a service's name itself.
	Services map[string]string `yaml:"services" json:"services,omitempty"`
	// Opsgenie's own query for incidents, such as tag:production; default: all.
	Query string `yaml:"query" json:"query,omitempty"`
	// The extra property that names the deployment that caused it; default: deployment.
	Deployment string `yaml:"deployment" json:"deployment,omitempty"`
	// The extra property that names the commit that caused it; default: commit.
	Commit string `yaml:"commit" json:"commit,omitempty"`
}

// Validate finds what can be found wrong without asking Opsgenie.
func (c Configuration) Validate() error {
	if c.URL != "" {
		if u, err := url.Parse(c.URL); err != nil || u.Host == "" {
			return fmt.Errorf("%q is not the address of Opsgenie's API, such as https://api.eu.opsgenie.com", c.URL)
		}
	}
	if c.Token.IsZero() {
		return errors.New("an opsgenie source needs a `token`: an API key, such as {env: OPSGENIE_TOKEN}")
	}
	if err := c.Token.Validate(); err != nil {
		return fmt.Errorf("token: %w", err)
	}
	return nil
}
