package github

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/weirhq/weir/warehouse"
)

// deployments is the list of GitHub's deployments, in the order of creation: recent ones are read again, and those that
// were unfinished by their ids.
type deployments struct {
	*repository
	resumed bool // the back-fill was begun by an earlier run
	state   *listState
	size    *portion
	etag    string
	newest  int64 // the deployment that the probe announced
	quiet   bool
	covers  time.Time
	upto    time.Time
	after   string
	open    []open
	seen    map[int64]bool
	keys    map[string]bool
	known   []warehouse.Deployment // while it is verified
	before  int64                  // the newest deployment that is beyond what is wanted
	holed   bool                   // of some deployments GitHub did not tell
	started bool
}

func newDeployments(r *repository, s *listState) *deployments {
	return &deployments{repository: r, state: s, size: r.size(100), seen: map[int64]bool{}, keys: map[string]bool{}}
}

func (d *deployments) what() string { return "deployments" }

// abandoned is how long a deployment may stay unfinished before nobody expects news of it.
const abandoned = 30 * 24 * time.Hour

func (d *deployments) continued() bool { return d.resumed }

func (d *deployments) begin(ctx context.Context) (bool, error) {
	if !d.state.Done && d.state.Start != "" {
		d.resumed = true
		d.open = d.state.Open
		return true, nil
	}
	var list []struct {
		ID        int64      `json:"id"`
		CreatedAt *time.Time `json:"created_at"`
	}
	answer, err := d.vendor.get(ctx, d.path("deployments?per_page=100"), d.state.ETag, &list)
	if err != nil {
		return false, err
	}
	if answer.unchanged {
		d.quiet = true
		return slices.ContainsFunc(d.state.Open, func(o open) bool { return o.Made.Before(d.state.Covers) }), nil
	}
	d.etag = answer.etag
	for i, one := range list {
		if made := moment(one.CreatedAt); i == 0 || made.Before(d.covers) {
			d.covers = made
		}
	}
	if len(list) > 0 {
		d.newest, d.upto = list[0].ID, moment(list[0].CreatedAt)
	}
	if d.state.Done {
		d.size = d.repository.size(20)
		return true, nil
	}
	*d.state = listState{Start: answer.etag, Verify: d.state.Verify, Anew: d.state.Anew, Upto: d.upto, Covers: d.covers}
	if d.state.Start == "" {
		d.state.Start = "-"
	}
	if d.state.Verify {
		known, err := d.run.Known(ctx, "deployments", map[string]string{"repo": d.repo})
		if err != nil {
			return false, fmt.Errorf("look up the deployments that are known: %w", err)
		}
		d.known = known.Deployments
	}
	return true, nil
}

func (d *deployments) step(ctx context.Context) (bool, error) {
	if d.state.Done && !d.started {
		d.started = true
		if err := d.unfinished(ctx); err != nil || d.quiet {
			return true, err
		}
	}
	filling := !d.state.Done
	after, end := d.after, d.state.Upto.Add(-recent)
	if filling {
		after, end = d.state.After, d.repository.state.Floor
	}
	page, err := d.page(ctx, after)
	if err != nil {
		return false, err
	}
	if filling && after == "" {
		d.run.Expect(page.TotalCount)
	}
	var found []*deploymentNode
	reached := false
	for _, node := range decode[deploymentNode](page.Nodes, d.aside) {
		if made := moment(node.CreatedAt); !made.IsZero() && made.Before(end) {
			reached, d.before = true, node.DatabaseID
			break
		}
		found = append(found, node)
	}
	d.holed = d.holed || holed(page.Nodes)
	if err := d.read(ctx, found); err != nil {
		return false, err
	}
	d.run.Done(len(page.Nodes))
	if page.PageInfo.HasNextPage && !reached {
		if d.after = page.PageInfo.EndCursor; filling {
			d.state.After, d.state.Open = d.after, unfinished(d.open)
		}
		return false, nil
	}
	d.finish(filling)
	return true, nil
}

func (d *deployments) page(ctx context.Context, after string) (connection, error) {
	var data struct {
		Repository *struct {
			Deployments connection `json:"deployments"`
		} `json:"repository"`
	}
	err := d.size.asking(ctx, func(ctx context.Context, n int) error {
		reasons, err := d.vendor.ask(ctx, "deployments", d.vars(variables{"first": n, "after": optional(after)}), &data)
		if err == nil {
			d.asides(reasons)
		}
		return err
	})
	if err != nil {
		return connection{}, err
	}
	if data.Repository == nil {
		return connection{}, &refusal{http.StatusNotFound, "GitHub has no repository " + d.repo}
	}
	return data.Repository.Deployments, nil
}

// read completes deployments and puts their records into the batch.
func (d *deployments) read(ctx context.Context, nodes []*deploymentNode) error {
	var gated []int64
	for _, n := range nodes {
		if err := d.complete(ctx, n); err != nil {
			return err
		}
		gated = append(gated, n.gated())
	}
	if err := d.approvals(ctx, gated); err != nil {
		return fmt.Errorf("read who approved deployments: %w", err)
	}
	for _, n := range nodes {
		if d.seen[n.DatabaseID] {
			continue
		}
		d.seen[n.DatabaseID] = true
		r, ok, err := d.mapping.deployment(d.repo, n, d.gates.approver, d.aside)
		if err != nil {
			d.aside(err)
			continue
		}
		d.upto = latest(d.upto, moment(n.CreatedAt))
		if !ok {
			continue
		}
		d.keys[deploymentKey(r)] = true
		d.batch.Deployments = append(d.batch.Deployments, r)
		if r.Result == "running" {
			d.open = append(d.open, open{n.ID, moment(n.CreatedAt)})
		}
	}
	return nil
}

func deploymentKey(d warehouse.Deployment) string {
	return d.Service + "\n" + d.Environment + "\n" + d.ID
}

// complete reads the statuses that a page cut off.
func (d *deployments) complete(ctx context.Context, node *deploymentNode) error {
	for node.Statuses.PageInfo.HasNextPage {
		var data struct {
			Node *struct {
				Statuses connection `json:"statuses"`
			} `json:"node"`
		}
		_, err := d.vendor.ask(ctx, "deployment_rest", variables{"id": node.ID, "after": optional(node.Statuses.PageInfo.EndCursor)}, &data)
		if err != nil {
			return fmt.Errorf("read the rest of deployment %d: %w", node.DatabaseID, err)
		}
		if data.Node == nil {
			return nil
		}
		node.Statuses.extend(data.Node.Statuses)
	}
	return nil
}

// unfinished reads deployments that were unfinished and are too old for the pages that are read.
func (d *deployments) unfinished(ctx context.Context) error {
	end := d.state.Upto.Add(-recent)
	if d.quiet {
		end = d.state.Covers
	}
	var ids []string
	for _, o := range d.state.Open {
		switch {
		case !o.Made.Before(end):
			if d.quiet {
				d.open = append(d.open, o)
			}
		case d.state.Upto.Sub(o.Made) < abandoned:
			ids = append(ids, o.ID)
		}
	}
	for some := range slices.Chunk(ids, 100) {
		var data struct {
			Nodes connectionNodes `json:"nodes"`
		}
		if _, err := d.vendor.ask(ctx, "deployment_nodes", variables{"ids": some}, &data); err != nil {
			return err
		}
		// One that is not there any more is deleted when the list is compared as a whole.
		if err := d.read(ctx, decode[deploymentNode](data.Nodes, d.aside)); err != nil {
			return err
		}
	}
	if d.quiet {
		d.state.Open = unfinished(d.open)
	}
	return nil
}

func (d *deployments) finish(filling bool) {
	var gone warehouse.Records
	for _, k := range d.known {
		if id, err := strconv.ParseInt(k.ID, 10, 64); err == nil && id > d.before && !d.holed && !d.keys[deploymentKey(k)] {
			gone.Deployments = append(gone.Deployments, k)
		}
	}
	d.remove(gone)
	s := d.state
	if filling {
		*s = listState{Done: true, ETag: strings.TrimPrefix(s.Start, "-"), Upto: s.Upto, Covers: s.Covers, Open: unfinished(d.open)}
		return
	}
	etag := d.etag
	if d.newest != 0 && !d.seen[d.newest] {
		etag = "" // a replica that lagged behind the probe
	}
	*s = listState{Done: true, ETag: etag, Upto: latest(s.Upto, d.upto), Covers: d.covers, Open: unfinished(d.open)}
}
