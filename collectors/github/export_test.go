package github

// WriteOften makes a collector write small batches, for tests of what happens between two writes.
func (c *Collector) WriteOften(records int) { c.batch = records }
