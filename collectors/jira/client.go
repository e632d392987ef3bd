package jira

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	gojira "github.com/andygrunwald/go-jira"

	"github.com/weirhq/weir/collectors/access"
)

// The two kinds of Jira, whose APIs differ in how issues are searched.
const (
	cloud      = "cloud"
	dataCenter = "data_center"
)

// client asks one Jira. go-jira signs the requests in and sends them; what it has no call for is asked by path.
type client struct {
	jira *gojira.Client
}

// newClient prepares a client whose requests go through the line.
func newClient(c Configuration, line *access.Line) (*client, error) {
	site, err := url.Parse(c.URL)
	if err != nil {
		return nil, fmt.Errorf("understand `url`: %w", err)
	}
	transport, err := c.Auth.transport(site, line)
	if err != nil {
		return nil, err
	}
	j, err := gojira.NewClient(&http.Client{Transport: transport}, strings.TrimSuffix(c.URL, "/")+"/")
	if err != nil {
		return nil, fmt.Errorf("prepare the client of %s: %w", c.URL, err)
	}
	return &client{j}, nil
}

// refusal is an answer other than success.
type refusal struct {
	status int
	path   string
	said   string // what Jira says about it
}

func (r *refusal) Error() string {
	advice := ""
	switch r.status {
	case http.StatusUnauthorized:
		advice = "; the credentials are wrong or have expired"
	case http.StatusForbidden:
		advice = "; the account lacks the permission (Browse projects, for issues)"
	}
	if r.said != "" {
		advice = ": " + r.said + advice
	}
	return fmt.Sprintf("jira answered %d %s to %s%s", r.status, http.StatusText(r.status), r.path, advice)
}

func refused(err error, statuses ...int) bool {
	var r *refusal
	if !errors.As(err, &r) {
		return false
	}
	for _, s := range statuses {
		if r.status == s {
			return true
		}
	}
	return false
}

// get asks for a path of the API, such as rest/api/3/field, and decodes the answer.
func (c *client) get(ctx context.Context, path string, query url.Values, into any) error {
	address := path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	request, err := c.jira.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return fmt.Errorf("ask for %s: %w", path, err)
	}
	request.Header.Del("Content-Type") // there is no content
	request.Header.Set("Accept", "application/json")
	response, err := c.jira.Do(request, nil)
	if response == nil {
		return fmt.Errorf("ask for %s: %w", path, err)
	}
	defer response.Body.Close()
	body, readErr := io.ReadAll(response.Body)
	if err != nil {
		return &refusal{status: response.StatusCode, path: path, said: complaint(body)}
	}
	if readErr != nil {
		return fmt.Errorf("read the answer to %s: %w", path, readErr)
	}
	if err := json.Unmarshal(body, into); err != nil {
		if bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")) {
			return fmt.Errorf("%s answered a web page instead of data to %s: is it the address of a Jira, and are the credentials right?", c.host(), path)
		}
		return fmt.Errorf("understand the answer to %s: %w", path, err)
	}
	return nil
}

func (c *client) host() string {
	u := c.jira.GetBaseURL()
	return u.Host
}

// complaint is the sentence of Jira's way to tell errors.
func complaint(body []byte) string {
	var e gojira.Error
	if json.Unmarshal(body, &e) != nil {
		return ""
	}
	if len(e.ErrorMessages) > 0 {
		return strings.Join(e.ErrorMessages, " ")
	}
	for _, key := range sortedKeys(e.Errors) {
		return key + ": " + e.Errors[key]
	}
	return ""
}
