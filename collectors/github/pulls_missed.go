package github

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// A pull request that GitHub could not answer for is null on its page. It is remembered by its id and asked for again at
// the end of the sync and of the following ones, until GitHub gives it or says that there is none.

// missedMost bounds what is remembered, and with it the cursor. So many at once mean that GitHub is not well.
const missedMost = 200

// errUnanswered is why a part of a pull request is not there: GitHub could not answer for it.
var errUnanswered = errors.New("GitHub could not answer for it")

// miss remembers pull requests.
func (p *pulls) miss(ids ...string) {
	for _, id := range ids {
		switch {
		case slices.Contains(p.state.Missed, id):
		case len(p.state.Missed) == missedMost:
			p.run.Log.Warn("GitHub could not answer for too many pull requests to remember this one; `--full` reads it again", "id", id)
		default:
			p.state.Missed = append(p.state.Missed, id)
		}
	}
}

// holes remembers the pull requests of a page that are null.
func (p *pulls) holes(ctx context.Context, order, after string, page connection) error {
	null := 0
	for _, raw := range page.Nodes {
		if isNull(raw) {
			null++
		}
	}
	if null == 0 {
		return nil
	}
	var data struct {
		Repository *struct {
			Pulls connection `json:"pullRequests"`
		} `json:"repository"`
	}
	if _, err := p.vendor.ask(ctx, "pull_ids", p.vars(variables{"first": len(page.Nodes), "after": optional(after), "order": order}), &data); err != nil {
		return fmt.Errorf("ask which pull requests were not answered for: %w", err)
	}
	type identified struct {
		ID string `json:"id"`
	}
	there := map[string]bool{"": true}
	for _, n := range decode[identified](page.Nodes, p.aside) {
		there[n.ID] = true
	}
	if data.Repository != nil {
		for _, n := range decode[identified](data.Repository.Pulls.Nodes, p.aside) {
			if !there[n.ID] {
				null--
				p.miss(n.ID)
			}
		}
	}
	if null > 0 {
		p.run.Log.Warn("GitHub does not say which pull requests it could not answer for; `--full` reads them again", "how many", null)
	}
	return nil
}

// again asks once more for the pull requests that were missed.
func (p *pulls) again(ctx context.Context) error {
	ids := p.state.Missed
	p.state.Missed = nil
	size := newPortion(20, 20)
	for len(ids) > 0 {
		var some []string
		var data struct {
			Nodes connectionNodes `json:"nodes"`
		}
		var reasons []graphError
		err := size.asking(ctx, func(ctx context.Context, n int) (err error) {
			some = ids[:min(n, len(ids))]
			reasons, err = p.vendor.ask(ctx, "pull_nodes", variables{"ids": some}, &data)
			return err
		})
		var found []*pullNode
		if err == nil {
			p.asides(reasons)
			found = p.answered(some, data.Nodes, reasons)
			err = p.read(ctx, found)
		}
		switch {
		case err == nil:
		case ctx.Err() == nil && errors.Is(err, errTooMuch):
			p.run.Log.Warn("pull requests are left for the next sync", "ids", some, "reason", err)
			p.miss(some...)
		default:
			p.miss(ids...)
			return err
		}
		ids = ids[len(some):]
	}
	return nil
}

// answered are the pull requests that GitHub gave by now. Those that are still null are remembered, unless they are not there.
func (p *pulls) answered(ids []string, nodes connectionNodes, reasons []graphError) []*pullNode {
	for i, id := range ids {
		if (i >= len(nodes) || isNull(nodes[i])) && !absent(reasons, i) {
			p.miss(id)
		}
	}
	return decode[pullNode](nodes, p.aside)
}

// absent tells whether GitHub says that it knows no node at this place of a list that was asked for by ids.
func absent(reasons []graphError, place int) bool {
	return slices.ContainsFunc(reasons, func(e graphError) bool {
		return e.Type == "NOT_FOUND" && len(e.Path) == 2 && e.Path[0] == "nodes" && e.Path[1] == float64(place)
	})
}
