package git

import (
	"context"
	"fmt"

	"github.com/weirhq/weir/collectors"
)

var _ collectors.Checker = (*Collector)(nil)

// Check looks whether the repository can be read, without cloning it.
func (c *Collector) Check(ctx context.Context) (collectors.Check, error) {
	if c.configuration.URL == "" {
		r, err := openFolder(ctx, c.configuration)
		if err != nil {
			return collectors.Check{}, err
		}
		return collectors.Check{Readable: []string{fmt.Sprintf("the repository %s, mainline %s", r.name, r.branch)}}, nil
	}
	shown := withoutPassword(c.configuration.URL)
	if _, err := (program{}).output(ctx, "ls-remote", "--symref", "--", c.configuration.URL, "HEAD"); err != nil {
		return collectors.Check{}, fmt.Errorf("look at %s: %w; check the address, the network and the permission to read it", shown, err)
	}
	return collectors.Check{Readable: []string{"the repository " + shown}}, nil
}
