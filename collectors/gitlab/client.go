package gitlab

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	vendor "gitlab.com/gitlab-org/api/client-go"

	"github.com/weirhq/weir/collectors/access"
	"github.com/weirhq/weir/collectors/secret"
)

// client asks one GitLab through the vendor's client, which is told to leave patience and limits to the line.
type client struct{ vendor *vendor.Client }

type unlimited struct{}

func (unlimited) Wait(context.Context) error { return nil }

func newClient(cfg Configuration, line *access.Line) (*client, error) {
	base, err := url.Parse(cfg.address())
	if err != nil {
		return nil, fmt.Errorf("understand `url`: %w", err)
	}
	transport := &authentication{base: line.Client().Transport, site: base, kind: cfg.TokenType, token: cfg.Token}
	if line.Replaying() {
		transport.token = secret.Secret{} // kept answers are given to anybody
	}
	c, err := vendor.NewClient("", vendor.WithBaseURL(cfg.address()), vendor.WithHTTPClient(&http.Client{Transport: transport}),
		vendor.WithoutRetries(), vendor.WithCustomLimiter(unlimited{}), vendor.WithUserAgent("weir"))
	if err != nil {
		return nil, fmt.Errorf("prepare the client of GitLab: %w", err)
	}
	return &client{vendor: c}, nil
}

// authentication adds the token, to requests to the configured host only: GitLab may redirect elsewhere. One that insists
// on https is still the same; one that leaves it is not. The token is read when it is needed.
type authentication struct {
	base  http.RoundTripper
	site  *url.URL
	kind  string
	token secret.Secret
}

func (a *authentication) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.Header.Del("Private-Token") // the vendor's client would send an empty one
	token, err := a.token.Value()
	if err != nil {
		return nil, fmt.Errorf("read the token of GitLab: %w", err)
	}
	ours := strings.EqualFold(req.URL.Host, a.site.Host) && (req.URL.Scheme == a.site.Scheme || req.URL.Scheme == "https")
	if token != "" && ours {
		switch a.kind {
		case "oauth":
			req.Header.Set("Authorization", "Bearer "+token)
		case "job":
			req.Header.Set("Job-Token", token)
		default:
			req.Header.Set("Private-Token", token)
		}
	}
	return a.base.RoundTrip(req)
}

// query is what requests may ask for; zero values are not sent. Moments are ISO 8601.
type query struct {
	PerPage          int    `url:"per_page,omitempty"`
	Page             int    `url:"page,omitempty"`
	OrderBy          string `url:"order_by,omitempty"`
	Sort             string `url:"sort,omitempty"`
	State            string `url:"state,omitempty"`
	Scope            string `url:"scope,omitempty"`
	UpdatedAfter     string `url:"updated_after,omitempty"`
	UpdatedBefore    string `url:"updated_before,omitempty"`
	RefName          string `url:"ref_name,omitempty"`
	Order            string `url:"order,omitempty"`
	WithStats        bool   `url:"with_stats,omitempty"`
	IncludeSubgroups bool   `url:"include_subgroups,omitempty"`
	Archived         *bool  `url:"archived,omitempty"`
	IssueType        string `url:"issue_type,omitempty"`
}

// answer is what came back.
type answer struct {
	body []byte
	etag string
	next int // the number of the next page, 0 when this was the last
	all  int // how many items there are, 0 where GitLab does not count them
	same bool
}

// get asks for a path below api/v4, whose parts must be escaped already.
func (c *client) get(ctx context.Context, path string, q query, etag string) (answer, error) {
	options := []vendor.RequestOptionFunc{vendor.WithContext(ctx)}
	if etag != "" {
		options = append(options, vendor.WithHeader("If-None-Match", etag))
	}
	req, err := c.vendor.NewRequest(http.MethodGet, path, q, options)
	if err != nil {
		return answer{}, fmt.Errorf("ask GitLab for %s: %w", path, err)
	}
	var body bytes.Buffer
	response, err := c.vendor.Do(req, &body)
	if err != nil {
		return answer{}, fmt.Errorf("ask GitLab for %s: %w", path, explain(err))
	}
	all, _ := strconv.Atoi(response.Header.Get("X-Total"))
	return answer{
		body: body.Bytes(), etag: response.Header.Get("ETag"), next: response.NextPage, all: all,
		same: response.StatusCode == http.StatusNotModified,
	}, nil
}

// errGone says that something is not there, or not shown to this token.
var errGone = errors.New("it is not there, or not shown to this token")

// explain turns the vendor's error into a sentence for whoever configures the source.
func explain(err error) error {
	if errors.Is(err, vendor.ErrNotFound) {
		return errGone
	}
	var refused *vendor.ErrorResponse
	if !errors.As(err, &refused) || refused.Response == nil {
		return err
	}
	switch refused.Response.StatusCode {
	case http.StatusUnauthorized:
		return errors.New("it does not accept the token (401); check `token` and `token_type`, and whether the token has expired")
	case http.StatusForbidden:
		return errForbidden
	}
	return fmt.Errorf("it answered %s: %.200s", refused.Response.Status, refused.Message)
}

var errForbidden = errors.New("it refuses (403); the token needs the scope read_api and at least the role Reporter, and the feature must be enabled in the project")

// one asks for a single thing.
func (c *client) one(ctx context.Context, path string, into any) error {
	a, err := c.get(ctx, path, query{}, "")
	if err != nil {
		return err
	}
	if err := json.Unmarshal(a.body, into); err != nil {
		return fmt.Errorf("understand GitLab's answer about %s (is `url` the address of GitLab itself?): %w", path, err)
	}
	return nil
}

// items understands a page. Its items are understood one by one, so that a bad one does not take the others with it.
func (a answer) items(path string) ([]json.RawMessage, error) {
	var all []json.RawMessage
	if a.same {
		return nil, nil
	}
	if err := json.Unmarshal(a.body, &all); err != nil {
		return nil, fmt.Errorf("understand GitLab's list %s (is `url` the address of GitLab itself?): %w", path, err)
	}
	return all, nil
}

// all asks for a list's pages to the last one. The list must be one that only grows at its end.
func (c *client) all(ctx context.Context, path string, q query) (items []json.RawMessage, err error) {
	q.PerPage = pageSize
	for q.Page = 1; q.Page > 0; {
		a, err := c.get(ctx, path, q, "")
		if err != nil {
			return nil, err
		}
		page, err := a.items(path)
		if err != nil {
			return nil, err
		}
		items = append(items, page...)
		q.Page = a.next
	}
	return items, nil
}

// pageSize is the most that GitLab gives.
const pageSize = 100

// projectPath is where things of a project are.
func projectPath(id int64, parts ...string) string {
	return "projects/" + strconv.FormatInt(id, 10) + "/" + strings.Join(parts, "/")
}
