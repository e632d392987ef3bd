package opsgenie

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/weirhq/weir/collectors/access"
)

// client asks one account. Opsgenie's own client for Go repeats requests by itself and knows no timelines.
type client struct {
	http  *http.Client
	base  string
	token string
}

func newClient(c Configuration, line *access.Line) (*client, error) {
	token, err := c.Token.Value()
	if err != nil {
		return nil, fmt.Errorf("sign in to Opsgenie: %w", err)
	}
	return &client{http: line.Client(), base: strings.TrimSuffix(cmp.Or(c.URL, "https://api.opsgenie.com"), "/"), token: token}, nil
}

// refusal is an answer other than success.
type refusal struct {
	status     int
	path, said string
}

func (r *refusal) Error() string {
	advice := ""
	if r.status == http.StatusUnauthorized || r.status == http.StatusForbidden {
		advice = "; the API key is wrong, or may not read this"
	}
	if r.said != "" {
		advice = ": " + r.said + advice
	}
	return fmt.Sprintf("opsgenie answered %d %s to %s%s", r.status, http.StatusText(r.status), r.path, advice)
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

func (c *client) get(ctx context.Context, path string, query url.Values, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path+"?"+query.Encode(), nil)
	if err != nil {
		return fmt.Errorf("ask for %s: %w", path, err)
	}
	request.Header.Set("Authorization", "GenieKey "+c.token)
	request.Header.Set("Accept", "application/json")
	response, err := c.http.Do(request)
	if err != nil {
		return fmt.Errorf("ask for %s: %w", path, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return fmt.Errorf("read the answer to %s: %w", path, err)
	}
	if response.StatusCode != http.StatusOK {
		return &refusal{response.StatusCode, path, string(decode[struct {
			Message text `json:"message"`
		}](body).Message)}
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("understand the answer to %s: %w", path, err)
	}
	return nil
}

// pageSize is the most that Opsgenie gives, and deepest how far it goes into a list.
const (
	pageSize = 100
	deepest  = 20000
)

// item is an incident as it was sent, and as it was read.
type item struct {
	raw json.RawMessage
	incident
}

// list hands the pages of a query on, the newest incidents first, until there are no more or each returns false.
func (c *client) list(ctx context.Context, query string, each func([]item) (bool, error)) error {
	ask := url.Values{"limit": {strconv.Itoa(pageSize)}, "sort": {"createdAt"}, "order": {"desc"}}
	if query != "" {
		ask.Set("query", query)
	}
	for offset := 0; offset+pageSize <= deepest; {
		var answer struct {
			Data []json.RawMessage `json:"data"`
		}
		ask.Set("offset", strconv.Itoa(offset))
		if err := c.get(ctx, "/v1/incidents", ask, &answer); err != nil {
			return err
		}
		var items []item
		for _, raw := range answer.Data {
			items = append(items, item{raw, decode[incident](raw)})
		}
		if len(items) == 0 {
			return nil
		}
		more, err := each(items)
		if err != nil || !more || len(items) < pageSize {
			return err
		}
		offset += len(items)
	}
	return fmt.Errorf("opsgenie lists only %d incidents: narrow the configured `query`", deepest)
}

// one reads an incident by itself.
func (c *client) one(ctx context.Context, id text) (item, error) {
	var answer struct {
		Data json.RawMessage `json:"data"`
	}
	err := c.get(ctx, "/v1/incidents/"+url.PathEscape(string(id)), url.Values{"identifierType": {"id"}}, &answer)
	return item{answer.Data, decode[incident](answer.Data)}, err
}

// timeline reads what happened to an incident. Plans without timelines answer that there is none.
func (c *client) timeline(ctx context.Context, id text) ([]json.RawMessage, error) {
	var all []json.RawMessage
	for ask := (url.Values{"limit": {"100"}, "order": {"asc"}}); ; {
		var answer struct {
			Data struct {
				Entries []json.RawMessage `json:"entries"`
				Next    text              `json:"nextOffset"`
			} `json:"data"`
		}
		err := c.get(ctx, "/v2/incident-timelines/"+url.PathEscape(string(id))+"/entries", ask, &answer)
		if refused(err, http.StatusNotFound, http.StatusPaymentRequired, http.StatusForbidden) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		all = append(all, answer.Data.Entries...)
		if answer.Data.Next == "" || string(answer.Data.Next) == ask.Get("offset") || len(answer.Data.Entries) == 0 {
			return all, nil
		}
		ask.Set("offset", string(answer.Data.Next))
	}
}

// services are the names of Opsgenie's services by their ids.
func (c *client) services(ctx context.Context) (map[string]string, error) {
	names := map[string]string{}
	for offset := 0; ; {
		var answer struct {
			Data []struct {
				ID   text `json:"id"`
				Name text `json:"name"`
			} `json:"data"`
		}
		if err := c.get(ctx, "/v1/services", url.Values{"limit": {strconv.Itoa(pageSize)}, "offset": {strconv.Itoa(offset)}}, &answer); err != nil {
			return nil, err
		}
		for _, s := range answer.Data {
			names[string(s.ID)] = string(s.Name)
		}
		if offset += len(answer.Data); len(answer.Data) < pageSize {
			return names, nil
		}
	}
}
