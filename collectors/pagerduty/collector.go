package pagerduty

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"sync"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/collectors/access"
)

// Collector collects one account.
type Collector struct {
	configuration Configuration
	line          *access.Line
	mapping       *Mapping

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
	return &Collector{configuration: c, line: line, mapping: NewMapping(c)}, nil
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

// cursor is where the last run stopped.
type cursor struct {
	Form  int       `json:"form"`
	By    string    `json:"by"` // the fingerprint of the configuration that the records were made by
	Since time.Time `json:"since,omitzero"`

	// Filled is set when the back-fill is complete. Until then it goes on with what was created before Below, down to Oldest.
	Filled bool      `json:"filled,omitempty"`
	Oldest time.Time `json:"oldest,omitzero"`
	Below  time.Time `json:"below,omitzero"`

	// Logged is the moment until which the log was read, Seen the ids of the entries shortly before it.
	Logged time.Time `json:"logged"`
	Seen   []string  `json:"seen,omitempty"`
}

func (c cursor) String() string {
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // times and texts: cannot fail
	}
	return string(text)
}

// fingerprint tells configurations apart that make other records.
func (c Configuration) fingerprint() string {
	text, err := json.Marshal([]any{c.Services, c.Only, c.Details})
	if err != nil {
		panic(err) // texts: cannot fail
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

// visit is one run.
type visit struct {
	*Collector
	*client
	run    *collectors.Run
	cursor cursor
	now    time.Time // by our clock, when the run began
}

// overlap is how far a run reads back into the log before the moment that the last one reached.
const overlap = 10 * time.Minute

// skew is how far our clock and PagerDuty's may differ.
const skew = 24 * time.Hour

// Collect reads what is new.
func (c *Collector) Collect(ctx context.Context, run *collectors.Run) error {
	client, err := c.connect()
	if err != nil {
		return err
	}
	v := &visit{Collector: c, client: client, run: run, now: run.Begun.Truncate(time.Second)}
	if err := v.resume(ctx); err != nil {
		return err
	}
	if !v.cursor.Filled {
		if err := v.fill(ctx); err != nil {
			return err
		}
	}
	if err := v.follow(ctx); err != nil {
		return err
	}
	if run.Reconcile {
		return v.reconcile(ctx)
	}
	return nil
}

// resume reads the cursor, or begins anew.
func (v *visit) resume(ctx context.Context) error {
	c := decode[cursor]([]byte(v.run.Cursor))
	by, since := v.configuration.fingerprint(), c.Since // what was left out stays left out, unless it is ordered otherwise
	if !v.run.Since.IsZero() {
		since = v.run.Since.UTC()
	}
	further := since.Before(c.Since)
	if c.Form == form && c.By == by && !further {
		v.cursor = c
		return nil
	}
	if v.run.Cursor != "" {
		v.run.Log.Info("what the records are made by has changed; everything is collected again")
	}
	oldest, err := v.oldest(ctx, v.configuration.Only)
	if err != nil {
		return err
	}
	v.cursor = cursor{Form: form, By: by, Since: since, Oldest: later(oldest, since), Below: v.now.Add(skew), Logged: v.now.Add(-skew)}
	v.cursor.Filled = oldest.IsZero()
	return v.run.Save(ctx, v.cursor.String())
}
