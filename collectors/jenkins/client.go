package jenkins

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/weirhq/weir/collectors/access"
	"github.com/weirhq/weir/collectors/secret"
)

// client asks one Jenkins.
type client struct {
	base *url.URL
	http *http.Client
}

func newClient(cfg Configuration, line *access.Line) (*client, error) {
	base, err := url.Parse(strings.TrimSuffix(cfg.URL, "/"))
	if err != nil {
		return nil, fmt.Errorf("understand `url`: %w", err)
	}
	transport := &authentication{base: line.Client().Transport, site: base, user: cfg.User, token: cfg.Token}
	if line.Replaying() {
		transport.user = "" // kept answers are given to anybody
	}
	return &client{base: base, http: &http.Client{Transport: transport}}, nil
}

// authentication adds the user and the token, to requests to the configured host only: Jenkins may redirect elsewhere. One
// that insists on https is still the same; one that leaves it is not.
type authentication struct {
	base  http.RoundTripper
	site  *url.URL
	user  string
	token secret.Secret
}

func (a *authentication) RoundTrip(req *http.Request) (*http.Response, error) {
	ours := strings.EqualFold(req.URL.Host, a.site.Host) && (req.URL.Scheme == a.site.Scheme || req.URL.Scheme == "https")
	if a.user == "" || !ours {
		return a.base.RoundTrip(req)
	}
	token, err := a.token.Value()
	if err != nil {
		return nil, fmt.Errorf("read the token of Jenkins: %w", err)
	}
	req = req.Clone(req.Context())
	req.SetBasicAuth(a.user, token)
	return a.base.RoundTrip(req)
}

// errGone says that Jenkins does not have what it was asked for, or does not show it to this user.
var errGone = errors.New("it is not there, or not shown to this user")

// refusal is any other status that is no success.
type refusal int

func (r refusal) Error() string {
	return fmt.Sprintf("it answered %d %s", int(r), http.StatusText(int(r)))
}

// get asks for the JSON of a path, whose parts must be escaped already.
func (c *client) get(ctx context.Context, path string, query url.Values, into any) error {
	address := c.base.String() + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return fmt.Errorf("ask Jenkins for %s: %w", path, err)
	}
	req.Header.Set("Accept", "application/json")
	response, err := c.http.Do(req)
	if err != nil {
		return fmt.Errorf("ask Jenkins for %s: %w", path, err)
	}
	defer response.Body.Close()
	switch response.StatusCode {
	case http.StatusOK:
	case http.StatusNotFound:
		return fmt.Errorf("ask Jenkins for %s: %w", path, errGone)
	case http.StatusUnauthorized:
		return fmt.Errorf("ask Jenkins for %s: it does not accept the credentials (401); check `user` and the API token behind `token`", path)
	case http.StatusForbidden:
		return fmt.Errorf("ask Jenkins for %s: it refuses (403); the user needs the permissions Overall/Read and Job/Read", path)
	default:
		return fmt.Errorf("ask Jenkins for %s: %w", path, refusal(response.StatusCode))
	}
	if err := json.NewDecoder(response.Body).Decode(into); err != nil {
		return fmt.Errorf("ask Jenkins for %s: the answer is not the JSON that was expected (is `url` the address of Jenkins itself, and not of a login page?): %w", path, err)
	}
	return nil
}

// pathOf is a job's place below the base: every part of its full name below its own /job/.
func pathOf(fullName string) string {
	if fullName == "" {
		return ""
	}
	var b strings.Builder
	for part := range strings.SplitSeq(fullName, "/") {
		b.WriteString("/job/" + url.PathEscape(part))
	}
	return b.String()
}

func tree(fields string) url.Values { return url.Values{"tree": {fields}} }

// builds asks for a range of a job's builds, newest first; to is exclusive.
func (c *client) builds(ctx context.Context, job string, from, to int) ([]build, error) {
	var answer struct {
		AllBuilds []build `json:"allBuilds"`
	}
	err := c.get(ctx, pathOf(job)+"/api/json", tree(fmt.Sprintf("allBuilds[%s]{%d,%d}", buildFields, from, to)), &answer)
	return answer.AllBuilds, err
}

func (c *client) build(ctx context.Context, job string, number int64) (build, error) {
	var b build
	err := c.get(ctx, pathOf(job)+"/"+strconv.FormatInt(number, 10)+"/api/json", tree(buildFields), &b)
	return b, err
}

// stages asks for the stages of one build of a pipeline.
func (c *client) stages(ctx context.Context, job string, number int64) ([]stage, error) {
	var w workflow
	err := c.get(ctx, pathOf(job)+"/"+strconv.FormatInt(number, 10)+"/wfapi/describe", nil, &w)
	return w.Stages, err
}

// latestRuns is how many runs Jenkins tells the stages of in one answer, unless it was started with another number.
const latestRuns = 10

// latestStages asks for the stages of a pipeline's latest runs, by their numbers.
func (c *client) latestStages(ctx context.Context, job string) (map[int64][]stage, error) {
	var all []workflow
	if err := c.get(ctx, pathOf(job)+"/wfapi/runs", url.Values{"fullStages": {"true"}}, &all); err != nil {
		return nil, err
	}
	byNumber := map[int64][]stage{}
	for _, w := range all {
		if n, err := strconv.ParseInt(w.ID, 10, 64); err == nil {
			byNumber[n] = w.Stages
		}
	}
	return byNumber, nil
}
