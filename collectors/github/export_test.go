package github

import (
	"context"
	"time"
)

// WriteOften makes a collector write small batches, for tests of what happens between two writes.
func (c *Collector) WriteOften(records int) { c.batch = records }

// Impatient makes a collector wait only that long when a query was refused for being one too many.
func (c *Collector) Impatient(d time.Duration) { c.pause = d }

// Request asks for a path as a collector does.
func Request(ctx context.Context, c *Collector, path string) (any, error) {
	v, err := c.connect()
	if err != nil {
		return nil, err
	}
	var body any
	_, err = v.get(ctx, path, "", &body)
	return body, err
}
