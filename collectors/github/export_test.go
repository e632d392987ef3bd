package github

import "time"

// WriteOften makes a collector write small batches, for tests of what happens between two writes.
func (c *Collector) WriteOften(records int) { c.batch = records }

// Impatient makes a collector wait only that long when a query was refused for being one too many.
func (c *Collector) Impatient(d time.Duration) { c.pause = d }
