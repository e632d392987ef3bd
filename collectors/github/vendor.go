package github

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/bradleyfalzon/ghinstallation/v2"
	gh "github.com/google/go-github/v60/github"

	"github.com/weirhq/weir/collectors/access"
)

// vendor is one GitHub as this source's credentials see it.
type vendor struct {
	client  *gh.Client
	graphql *url.URL
	queries map[string]string
	pause   time.Duration // see Collector
}

// newVendor prepares the client. Secrets are read here, when the first request is near.
func newVendor(c Configuration, line *access.Line) (*vendor, error) {
	v := &vendor{queries: map[string]string{}}
	base := line.Client().Transport
	signed, err := c.authentication(base)
	if err != nil {
		return nil, err
	}
	home := &home{signed: signed, base: base}
	v.client = gh.NewClient(&http.Client{Transport: &quietLimits{home}})
	v.client.UserAgent = "weir"
	if c.BaseURL != "" {
		if v.client, err = v.client.WithEnterpriseURLs(c.BaseURL, c.BaseURL); err != nil {
			return nil, fmt.Errorf("understand `base_url`: %w", err)
		}
	}
	home.address = v.client.BaseURL
	if app, ok := signed.(*ghinstallation.Transport); ok {
		app.BaseURL = strings.TrimSuffix(v.client.BaseURL.String(), "/")
	}
	// An Enterprise Server has REST at /api/v3/ and GraphQL beside it; the cloud has GraphQL below its API's host.
	v.graphql = v.client.BaseURL.JoinPath("graphql")
	if prefix, ok := strings.CutSuffix(v.client.BaseURL.Path, "/api/v3/"); ok {
		address := *v.client.BaseURL
		address.Path = prefix + "/api/graphql"
		v.graphql = &address
	}
	entries, err := queryFiles.ReadDir("queries")
	if err != nil {
		return nil, fmt.Errorf("read the queries: %w", err)
	}
	for _, e := range entries {
		text, err := queryFiles.ReadFile("queries/" + e.Name())
		if err != nil {
			return nil, fmt.Errorf("read the queries: %w", err)
		}
		v.queries[strings.TrimSuffix(e.Name(), ".graphql")] = string(text)
	}
	return v, nil
}

func (c Configuration) authentication(base http.RoundTripper) (http.RoundTripper, error) {
	if c.App.ID != 0 {
		key, err := c.App.PrivateKey.Value()
		if err != nil {
			return nil, fmt.Errorf("the private key of the GitHub App: %w", err)
		}
		app, err := ghinstallation.New(base, c.App.ID, c.App.Installation, []byte(key))
		if err != nil {
			return nil, errors.New("the private key of the GitHub App is not what GitHub gave out: give the whole .pem file as it was downloaded")
		}
		return app, nil
	}
	token, err := c.Token.Value()
	if err != nil {
		return nil, fmt.Errorf("the GitHub token: %w", err)
	}
	return bearer{base, token}, nil
}

// home shows the credentials to GitHub's own address only: what it redirects elsewhere goes there without them.
type home struct {
	signed, base http.RoundTripper
	address      *url.URL
}

func (h *home) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Scheme == h.address.Scheme && strings.EqualFold(req.URL.Host, h.address.Host) {
		return h.signed.RoundTrip(req)
	}
	return h.base.RoundTrip(req)
}

// bearer shows a token with every request.
type bearer struct {
	base  http.RoundTripper
	token string
}

func (b bearer) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	if b.token != "" {
		req.Header.Set("Authorization", "Bearer "+b.token)
	}
	return b.base.RoundTrip(req)
}

// quietLimits keeps what is left of the budget from go-github, which would refuse requests when nothing is. Waiting for
// it is the business of package access, below, which has read it by now.
type quietLimits struct{ base http.RoundTripper }

func (q *quietLimits) RoundTrip(req *http.Request) (*http.Response, error) {
	response, err := q.base.RoundTrip(req)
	if err == nil && response.StatusCode != http.StatusForbidden {
		for _, name := range []string{"Limit", "Remaining", "Reset"} {
			response.Header.Del("X-RateLimit-" + name)
		}
	}
	return response, err
}

// refusal is an answer that will be the same tomorrow: something is not there, is switched off, or may not be read.
type refusal struct {
	status  int // as HTTP has it
	message string
}

func (r *refusal) Error() string {
	switch r.status {
	case http.StatusUnauthorized:
		return "GitHub does not accept the credentials; they may have expired: " + r.message
	case http.StatusForbidden:
		return "GitHub does not let these credentials read it: " + r.message
	case http.StatusNotFound:
		return "it is not there, or these credentials may not see it: " + r.message
	}
	return r.message
}

// refused tells whether an error is a refusal with one of these statuses; with none, any.
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
	return len(statuses) == 0
}

// restAnswer is what REST says besides the body.
type restAnswer struct {
	etag      string
	unchanged bool // 304
	more      bool // another page follows
}

// get asks REST for a path below the API's root. With an etag, GitHub may answer that nothing has changed.
func (v *vendor) get(ctx context.Context, path, etag string, into any) (restAnswer, error) {
	req, err := v.client.NewRequest(http.MethodGet, path, nil)
	if err != nil {
		return restAnswer{}, fmt.Errorf("prepare a request to GitHub: %w", err)
	}
	if etag != "" {
		req.Header.Set("If-None-Match", etag)
	}
	var body json.RawMessage
	response, err := v.client.Do(ctx, req, &body)
	if response != nil && response.StatusCode == http.StatusNotModified {
		return restAnswer{etag: etag, unchanged: true}, nil
	}
	if err != nil {
		return restAnswer{}, explain("GET "+path, err)
	}
	if err := json.Unmarshal(body, into); err != nil {
		return restAnswer{}, fmt.Errorf("understand GitHub's answer to GET %s: %w", path, err)
	}
	return restAnswer{etag: response.Header.Get("ETag"), more: response.NextPage != 0}, nil
}

// explain makes go-github's errors shorter, and refusals recognisable.
func explain(what string, err error) error {
	var said *gh.ErrorResponse
	if !errors.As(err, &said) || said.Response == nil {
		return fmt.Errorf("ask GitHub (%s): %w", what, err)
	}
	message := strings.TrimSpace(said.Message)
	switch said.Response.StatusCode {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusGone,
		http.StatusUnprocessableEntity, http.StatusUnavailableForLegalReasons:
		if message == "" {
			message = said.Response.Status
		}
		return fmt.Errorf("ask GitHub (%s): %w", what, &refusal{said.Response.StatusCode, message})
	}
	return fmt.Errorf("ask GitHub (%s): %s %s", what, said.Response.Status, message)
}
