package pagerduty

import (
	"errors"
	"fmt"
	"net/url"

	"github.com/weirhq/weir/collectors/secret"
)

// Configuration says which incidents of which account to collect and how to understand them.
type Configuration struct {
	// The address of the API; default https://api.pagerduty.com. Accounts in the European region: https://api.eu.pagerduty.com.
	URL string `yaml:"url" json:"url,omitempty"`
	// A REST API key; one for reading only is enough.
	Token secret.Secret `yaml:"token" json:"token"`
	// PagerDuty's services, by name or id: the service that each stands for. What is not named here is a service's name itself.
	Services map[string]string `yaml:"services" json:"services,omitempty"`
	// Ids of PagerDuty's services: only their incidents are collected.
	Only []string `yaml:"only" json:"only,omitempty"`
	// Under which names the details of an alert say more about the incident.
	Details Details `yaml:"details" json:"details,omitempty"`
}

// Details are names in the details of the alert that triggered an incident, or of custom fields.
type Details struct {
	Started    []string `yaml:"started" json:"started,omitempty"`       // when it really began; default: started_at, impact_start
	Deployment []string `yaml:"deployment" json:"deployment,omitempty"` // the deployment that caused it; default: deployment
	Commit     []string `yaml:"commit" json:"commit,omitempty"`         // the commit that caused it; default: commit
	Services   []string `yaml:"services" json:"services,omitempty"`     // further services; default: services
}

func (d Details) withDefaults() Details {
	for _, one := range []struct {
		list  *[]string
		usual []string
	}{
		{&d.Started, []string{"started_at", "impact_start"}}, {&d.Deployment, []string{"deployment"}},
		{&d.Commit, []string{"commit"}}, {&d.Services, []string{"services"}},
	} {
		if len(*one.list) == 0 {
			*one.list = one.usual
		}
	}
	return d
}

// Validate finds what can be found wrong without asking PagerDuty.
func (c Configuration) Validate() error {
	if c.URL != "" {
		if u, err := url.Parse(c.URL); err != nil || u.Host == "" {
			return fmt.Errorf("%q is not the address of PagerDuty's API, such as https://api.eu.pagerduty.com", c.URL)
		}
	}
	if c.Token.IsZero() {
		return errors.New("a pagerduty source needs a `token`: an API key, such as {env: PAGERDUTY_TOKEN}")
	}
	if err := c.Token.Validate(); err != nil {
		return fmt.Errorf("token: %w", err)
	}
	return nil
}
