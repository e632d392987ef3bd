package statuspage

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/collectors/access"
	"github.com/weirhq/weir/warehouse"
)

// Collector collects one page.
type Collector struct {
	configuration Configuration
	line          *access.Line
	mapping       *Mapping
}

var (
	_ collectors.Collector = (*Collector)(nil)
	_ collectors.Checker   = (*Collector)(nil)
)

// New prepares a collector; nothing is asked, and no secret read, before Collect or Check.
func New(c Configuration, line *access.Line) (*Collector, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	return &Collector{configuration: c, line: line, mapping: NewMapping(c)}, nil
}

// refusal is an answer other than success.
type refusal struct {
	status     int
	path, said string
}

func (r *refusal) Error() string {
	advice := ""
	switch r.status {
	case http.StatusUnauthorized, http.StatusForbidden:
		advice = "; the API key is wrong, or may not read this page"
	case http.StatusNotFound:
		advice = "; is the `page` the id of a page?"
	}
	if r.said != "" {
		advice = ": " + r.said + advice
	}
	return fmt.Sprintf("statuspage answered %d %s to %s%s", r.status, http.StatusText(r.status), r.path, advice)
}

// get asks for something of the page.
func (c *Collector) get(ctx context.Context, path string, query url.Values, into any) error {
	token, err := c.configuration.Token.Value()
	if err != nil {
		return fmt.Errorf("sign in to Statuspage: %w", err)
	}
	path = "/v1/pages/" + url.PathEscape(c.configuration.Page) + path
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(cmp.Or(c.configuration.URL, "https://api.statuspage.io"), "/")+path+"?"+query.Encode(), nil)
	if err != nil {
		return fmt.Errorf("ask for %s: %w", path, err)
	}
	request.Header.Set("Authorization", "OAuth "+token)
	request.Header.Set("Accept", "application/json")
	response, err := c.line.Client().Do(request)
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
			Error text `json:"error"`
		}](body).Error)}
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("understand the answer to %s: %w", path, err)
	}
	return nil
}

// pageSize is the most that Statuspage gives.
const pageSize = 100

// list hands the pages of the list on, the newest incidents first, until there are no more or each returns false.
func (c *Collector) list(ctx context.Context, each func([]json.RawMessage) (bool, error)) error {
	for page := 1; ; page++ {
		var items []json.RawMessage
		if err := c.get(ctx, "/incidents", url.Values{"limit": {strconv.Itoa(pageSize)}, "page": {strconv.Itoa(page)}}, &items); err != nil {
			return err
		}
		if len(items) == 0 {
			return nil
		}
		more, err := each(items)
		if err != nil || !more || len(items) < pageSize {
			return err
		}
	}
}

// form counts up when a later Weir makes other records of the same incidents.
const form = 1

// cursor says whether the list was read to its end by this configuration. Where a run stopped before needs no keeping: a
// page of the list costs one request, and has all of an incident.
type cursor struct {
	Form   int    `json:"form"`
	By     string `json:"by"`
	Filled bool   `json:"filled"`
}

func (c *Collector) whole() string {
	own := c.configuration
	text, err := json.Marshal([]any{own.Page, own.Services, own.RestoredBy})
	if err != nil {
		panic(err) // texts: cannot fail
	}
	sum := sha256.Sum256(text)
	done, err := json.Marshal(cursor{Form: form, By: hex.EncodeToString(sum[:8]), Filled: true})
	if err != nil {
		panic(err) // texts: cannot fail
	}
	return string(done)
}

// Collect reads the list from its newest end until a page of which everything is known; to its end the first time, and to
// reconcile. Incidents that are known as open and stand further back are read by themselves.
func (c *Collector) Collect(ctx context.Context, run *collectors.Run) error {
	filled, listed := run.Cursor == c.whole(), map[string]bool{}
	if err := c.list(ctx, func(items []json.RawMessage) (bool, error) {
		for _, raw := range items {
			listed[string(decode[incident](raw).ID)] = true
		}
		news, err := c.news(ctx, run, items, filled)
		if err != nil {
			return false, err
		}
		if err := c.write(ctx, run, news); err != nil {
			return false, err
		}
		last := decode[incident](items[len(items)-1])
		ended := !run.Since.IsZero() && timeOf(last.CreatedAt).Before(run.Since)
		return run.Reconcile || !ended && (!filled || len(news) > 0), nil
	}); err != nil {
		return err
	}
	known, err := run.Known(ctx, "incidents", nil)
	if err != nil {
		return err
	}
	if err := c.unfinished(ctx, run, known.Incidents, listed); err != nil {
		return err
	}
	if run.Reconcile {
		gone := slices.DeleteFunc(known.Incidents, func(i warehouse.Incident) bool { return listed[i.ID] })
		if err := run.Delete(ctx, warehouse.Records{Incidents: gone}); err != nil {
			return err
		}
	}
	return run.Save(ctx, c.whole())
}

// news are those of the incidents that are not known as they are now.
func (c *Collector) news(ctx context.Context, run *collectors.Run, items []json.RawMessage, filled bool) ([]json.RawMessage, error) {
	if !filled {
		return items, nil
	}
	var like warehouse.Records
	for _, raw := range items {
		like.Incidents = append(like.Incidents, warehouse.Incident{ID: string(decode[incident](raw).ID)})
	}
	r, err := run.KnownAs(ctx, like)
	if err != nil {
		return nil, fmt.Errorf("compare with what is known: %w", err)
	}
	known := map[string]warehouse.Incident{}
	for _, i := range r.Incidents {
		known[i.ID] = i
	}
	var news []json.RawMessage
	for _, raw := range items {
		now, err := c.mapping.Incident(raw)
		if errors.Is(err, ErrPlanned) {
			continue
		}
		if err != nil || !known[now.ID].UpdatedAt.Equal(now.UpdatedAt) {
			news = append(news, raw)
		}
	}
	return news, nil
}

func (c *Collector) write(ctx context.Context, run *collectors.Run, items []json.RawMessage) error {
	run.Expect(len(items))
	var records warehouse.Records
	for _, raw := range items {
		record, err := c.mapping.Incident(raw)
		if errors.Is(err, ErrPlanned) {
			continue
		}
		if err != nil {
			run.Log.Warn("an incident was set aside", "reason", err, "incident", fmt.Sprintf("%.120s", raw))
			continue
		}
		records.Incidents = append(records.Incidents, record)
	}
	if err := run.Write(ctx, records); err != nil {
		return err
	}
	run.Done(len(items))
	return nil
}

func (c *Collector) unfinished(ctx context.Context, run *collectors.Run, known []warehouse.Incident, listed map[string]bool) error {
	var items []json.RawMessage
	for _, i := range known {
		if !i.ResolvedAt.IsZero() || listed[i.ID] {
			continue
		}
		var one json.RawMessage
		err := c.get(ctx, "/incidents/"+url.PathEscape(i.ID), nil, &one)
		var r *refusal
		if errors.As(err, &r) && r.status == http.StatusNotFound {
			continue // reconciling removes it
		}
		if err != nil {
			return err
		}
		items = append(items, one)
	}
	return c.write(ctx, run, items)
}

// Check says what the API key may read.
func (c *Collector) Check(ctx context.Context) (collectors.Check, error) {
	var found collectors.Check
	incidents, planned := 0, 0
	if err := c.list(ctx, func(items []json.RawMessage) (bool, error) {
		found.Requests++
		for _, raw := range items {
			if decode[incident](raw).planned() {
				planned++
			} else {
				incidents++
			}
		}
		return found.Requests < 10, nil
	}); err != nil {
		return found, err
	}
	found.Readable = []string{fmt.Sprintf("%d incidents (and %d planned maintenances, which are left out) of the page %s", incidents, planned, c.configuration.Page)}
	found.Requests++
	return found, nil
}
