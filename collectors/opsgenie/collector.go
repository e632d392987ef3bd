package opsgenie

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/collectors/access"
	"github.com/weirhq/weir/warehouse"
)

// Collector collects one account.
type Collector struct {
	configuration Configuration
	line          *access.Line

	mu     sync.Mutex
	client *client // made at the first request: the secret is read then
}

var (
	_ collectors.Collector = (*Collector)(nil)
	_ collectors.Checker   = (*Collector)(nil)
)

// New prepares a collector; nothing is asked before Collect or Check.
func New(c Configuration, line *access.Line) (*Collector, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	return &Collector{configuration: c, line: line}, nil
}

func (c *Collector) connect() (*client, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.client == nil {
		client, err := newClient(c.configuration, c.line)
		if err != nil {
			return nil, err
		}
		c.client = client
	}
	return c.client, nil
}

// form counts up when a later Weir makes other records of the same incidents.
const form = 1

// cursor is what the next run must know: whether the list was read to its end. Where it stopped before needs no keeping:
// what is known already is passed over.
type cursor struct {
	Form   int               `json:"form"`
	By     string            `json:"by"` // the fingerprint of the configuration that the records were made by
	Since  time.Time         `json:"since,omitzero"`
	Anew   bool              `json:"anew,omitempty"` // until it was read to its end: what is known may be of another configuration, and counts for nothing
	Filled bool              `json:"filled,omitempty"`
	Names  map[string]string `json:"names,omitempty"` // of services
}

func (c cursor) String() string {
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // times and texts: cannot fail
	}
	return string(text)
}

func (c Configuration) fingerprint() string {
	text, err := json.Marshal([]any{c.Services, c.Query, c.Deployment, c.Commit})
	if err != nil {
		panic(err) // texts: cannot fail
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

// visit is one run.
type visit struct {
	*client
	run     *collectors.Run
	mapping *Mapping
	query   string
	cursor  cursor
	listed  map[string]bool
}

// Collect reads what is new.
func (c *Collector) Collect(ctx context.Context, run *collectors.Run) error {
	client, err := c.connect()
	if err != nil {
		return err
	}
	v := &visit{client: client, run: run, query: c.configuration.Query, listed: map[string]bool{}}
	if err := v.resume(ctx, c.configuration); err != nil {
		return err
	}
	v.mapping = NewMapping(c.configuration, v.cursor.Names)
	if err := v.newest(ctx); err != nil {
		return err
	}
	if err := v.unfinished(ctx); err != nil {
		return err
	}
	if run.Reconcile {
		if err := v.removeVanished(ctx); err != nil {
			return err
		}
	}
	v.cursor.Filled, v.cursor.Anew = true, false
	return run.Save(ctx, v.cursor.String())
}

func (v *visit) resume(ctx context.Context, c Configuration) error {
	v.cursor = decode[cursor]([]byte(v.run.Cursor))
	by, since := c.fingerprint(), v.cursor.Since // what was left out stays left out, unless it is ordered otherwise
	if !v.run.Since.IsZero() {
		since = v.run.Since.UTC()
	}
	further := since.Before(v.cursor.Since)
	if v.cursor.Form != form || v.cursor.By != by || further {
		v.cursor = cursor{Form: form, By: by, Since: since}
		v.cursor.Anew = v.run.Cursor != "" || v.run.Full
	}
	if v.cursor.Names != nil && !v.run.Reconcile {
		return nil
	}
	return v.learnNames(ctx)
}

// learnNames reads the names of services. A key that may not read them leaves the ids.
func (v *visit) learnNames(ctx context.Context) error {
	names, err := v.services(ctx)
	if refused(err, http.StatusForbidden, http.StatusPaymentRequired, http.StatusNotFound) {
		v.run.Log.Warn("the names of Opsgenie's services may not be read; their ids are used", "error", err)
		names, err = map[string]string{}, nil
	}
	if err != nil {
		return err
	}
	if v.cursor.Names != nil && !maps.Equal(names, v.cursor.Names) {
		v.cursor.Anew, v.cursor.Filled = true, false
	}
	v.cursor.Names = names
	return v.run.Save(ctx, v.cursor.String())
}

// newest reads the list until a page of which everything is known; to its end in a back-fill and to reconcile.
func (v *visit) newest(ctx context.Context) error {
	return v.list(ctx, v.query, func(items []item) (bool, error) {
		for _, i := range items {
			v.listed[string(i.ID)] = true
		}
		news, unknown, err := v.news(ctx, items)
		if err != nil {
			return false, err
		}
		before := false
		if !v.cursor.Since.IsZero() {
			before = slices.ContainsFunc(items, func(i item) bool { at := timeOf(i.CreatedAt); return !at.IsZero() && at.Before(v.cursor.Since) })
			news = slices.DeleteFunc(news, func(i item) bool { return i.over() && timeOf(i.UpdatedAt).Before(v.cursor.Since) })
		}
		if err := v.write(ctx, news); err != nil {
			return false, err
		}
		return v.run.Reconcile || !before && (unknown || !v.cursor.Filled), nil
	})
}

// news are those of the incidents that are not known as they are now (unknown), and those that are not over: their
// timelines go on.
func (v *visit) news(ctx context.Context, items []item) (news []item, unknown bool, err error) {
	if v.cursor.Anew {
		return items, true, nil
	}
	var like warehouse.Records
	for _, i := range items {
		like.Incidents = append(like.Incidents, warehouse.Incident{ID: string(i.ID)})
	}
	r, err := v.run.KnownAs(ctx, like)
	if err != nil {
		return nil, false, fmt.Errorf("compare with what is known: %w", err)
	}
	known := map[string]warehouse.Incident{}
	for _, i := range r.Incidents {
		known[i.ID] = i
	}
	for _, i := range items {
		old, ok := known[string(i.ID)]
		at := timeOf(i.UpdatedAt)
		changed := !ok || at.IsZero() || !old.UpdatedAt.Equal(at)
		unknown = unknown || changed
		if changed || !i.over() {
			news = append(news, i)
		}
	}
	return news, unknown, nil
}

func (v *visit) write(ctx context.Context, items []item) error {
	v.run.Expect(len(items))
	var records warehouse.Records
	for _, i := range items {
		var timeline []json.RawMessage
		if i.ID != "" {
			var err error
			if timeline, err = v.timeline(ctx, i.ID); err != nil {
				return err
			}
		}
		record, err := v.mapping.Incident(i.raw, timeline)
		if err != nil {
			v.run.Log.Warn("an incident was set aside", "reason", err, "incident", fmt.Sprintf("%.120s", i.raw))
			continue
		}
		records.Incidents = append(records.Incidents, record)
	}
	if err := v.run.Write(ctx, records); err != nil {
		return err
	}
	v.run.Done(len(items))
	return nil
}

// unfinished reads those incidents again that are known as open and were not among the newest.
func (v *visit) unfinished(ctx context.Context) error {
	known, err := v.run.Known(ctx, "incidents", nil)
	if err != nil {
		return err
	}
	var items []item
	for _, i := range known.Incidents {
		if !i.ResolvedAt.IsZero() || v.listed[i.ID] {
			continue
		}
		one, err := v.one(ctx, text(i.ID))
		if refused(err, http.StatusNotFound) {
			continue // reconciling removes it
		}
		if err != nil {
			return err
		}
		items = append(items, one)
	}
	return v.write(ctx, items)
}

func (v *visit) removeVanished(ctx context.Context) error {
	known, err := v.run.Known(ctx, "incidents", nil)
	if err != nil {
		return err
	}
	gone := slices.DeleteFunc(known.Incidents, func(i warehouse.Incident) bool { return v.listed[i.ID] })
	return v.run.Delete(ctx, warehouse.Records{Incidents: gone})
}

// Check says what the API key may read.
func (c *Collector) Check(ctx context.Context) (collectors.Check, error) {
	var found collectors.Check
	client, err := c.connect()
	if err != nil {
		return found, err
	}
	incidents := 0
	if err := client.list(ctx, c.configuration.Query, func(items []item) (bool, error) {
		incidents += len(items)
		return incidents < 10*pageSize, nil
	}); err != nil {
		return found, err
	}
	found.Readable = append(found.Readable, fmt.Sprintf("%d incidents", incidents))
	found.Requests = 1 + incidents/pageSize + incidents // a timeline for each
	names, err := client.services(ctx)
	switch {
	case refused(err, http.StatusForbidden, http.StatusPaymentRequired, http.StatusNotFound):
		found.Missing = append(found.Missing, "the names of services (the API key needs configuration access); their ids are used instead")
	case err != nil:
		return found, err
	default:
		found.Readable = append(found.Readable, fmt.Sprintf("%d services", len(names)))
	}
	return found, nil
}
