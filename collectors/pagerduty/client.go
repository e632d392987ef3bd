package pagerduty

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	pd "github.com/PagerDuty/go-pagerduty"

	"github.com/weirhq/weir/collectors/access"
)

const address = "https://api.pagerduty.com"

// client asks one account. PagerDuty's own client signs requests in; its records are not used, since one odd value
// anywhere makes a whole page of them unreadable.
type client struct {
	api  *pd.Client
	base string
}

func newClient(c Configuration, line *access.Line) (*client, error) {
	token, err := c.Token.Value()
	if err != nil {
		return nil, fmt.Errorf("sign in to PagerDuty: %w", err)
	}
	base := strings.TrimSuffix(c.URL, "/")
	if base == "" {
		base = address
	}
	api := pd.NewClient(token, pd.WithAPIEndpoint(base))
	api.HTTPClient = line.Client()
	return &client{api: api, base: base}, nil
}

// refusal is an answer other than success.
type refusal struct {
	status int
	path   string
	said   string
}

func (r *refusal) Error() string {
	advice := ""
	switch r.status {
	case http.StatusUnauthorized:
		advice = "; the API key is wrong or was revoked"
	case http.StatusForbidden:
		advice = "; the API key may not read this"
	}
	if r.said != "" {
		advice = ": " + r.said + advice
	}
	return fmt.Sprintf("pagerduty answered %d %s to %s%s", r.status, http.StatusText(r.status), r.path, advice)
}

func missing(err error) bool {
	var r *refusal
	return errors.As(err, &r) && r.status == http.StatusNotFound
}

func (c *client) get(ctx context.Context, path string, query url.Values, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path+"?"+query.Encode(), nil)
	if err != nil {
		return fmt.Errorf("ask for %s: %w", path, err)
	}
	response, err := c.api.Do(request, true)
	if err != nil {
		return fmt.Errorf("ask for %s: %w", path, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return fmt.Errorf("read the answer to %s: %w", path, err)
	}
	if response.StatusCode != http.StatusOK {
		said := decode[struct {
			Error struct {
				Message text   `json:"message"`
				Errors  []text `json:"errors"`
			} `json:"error"`
		}](body).Error
		return &refusal{status: response.StatusCode, path: path, said: strings.Trim(fmt.Sprintf("%s %s", said.Message, join(said.Errors)), " ")}
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("understand the answer to %s: %w", path, err)
	}
	return nil
}

func join(list []text) string {
	var words []string
	for _, t := range list {
		words = append(words, string(t))
	}
	return strings.Join(words, "; ")
}
