package warehouse_test

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

func TestKnown(t *testing.T) {
	ctx := context.Background()
	w := warehousetest.Open(t)
	at := time.Date(2026, 3, 2, 9, 0, 0, 5e6, time.UTC)
	lines, estimate := int64(0), 2.5
	from := warehouse.Provenance{Source: "github", UpdatedAt: at, URL: "https://example.com/1"}
	full := warehouse.PullRequest{Repo: "acme/shop", Number: 1, Title: "a\tb", CreatedAt: at, MergedAt: at, Draft: true, Commits: []string{"x", "y"},
		Labels: []string{}, TicketKeys: []string{}, Additions: &lines, Provenance: from}
	ticket := warehouse.Ticket{Key: "A-1", CreatedAt: at, Labels: []string{}, FixVersions: []string{}, Estimate: &estimate}
	err := w.Write(ctx, warehouse.Records{
		PullRequests: []warehouse.PullRequest{full,
			{Repo: "acme/shop", Number: 2, CreatedAt: at, Provenance: warehouse.Provenance{Source: "other"}},
			{Repo: "acme/cart", Number: 1, CreatedAt: at, Provenance: from},
			{Repo: "acme/shop", Number: 3, CreatedAt: at, Provenance: from}},
		Tickets:     []warehouse.Ticket{ticket},
		Statuses:    []warehouse.Status{{Name: "Doing", Category: "active"}},
		Signals:     []warehouse.Signal{{Product: "shop", Name: "orders", At: at, Value: 3}, {Product: "shop", Name: "orders", At: at.Add(1e6), Value: 4}},
		Memberships: []warehouse.Membership{{Group: "acme/payments", Account: "fern"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Delete(ctx, warehouse.Records{PullRequests: []warehouse.PullRequest{{Repo: "acme/shop", Number: 3, CreatedAt: at}}}); err != nil {
		t.Fatal(err)
	}
	got, err := w.Known(ctx, warehouse.Scope{Table: "pull_requests", Source: "github", Where: map[string]string{"repo": "acme/shop"}})
	if err != nil {
		t.Fatal(err)
	}
	if want := []warehouse.PullRequest{full}; !reflect.DeepEqual(got.PullRequests, want) {
		t.Errorf("got  %+v\nwant %+v", got.PullRequests, want)
	}
	if got, err := w.Known(ctx, warehouse.Scope{Table: "tickets"}); err != nil || !reflect.DeepEqual(got.Tickets, []warehouse.Ticket{ticket}) {
		t.Errorf("got %+v, %v", got.Tickets, err)
	}
	for _, table := range []string{"statuses", "memberships"} {
		if got, err := w.Known(ctx, warehouse.Scope{Table: table}); err != nil || len(got.Statuses)+len(got.Memberships) != 1 {
			t.Errorf("%s: %+v, %v", table, got, err)
		}
	}
	as, err := w.KnownAs(ctx, warehouse.Records{
		PullRequests: []warehouse.PullRequest{{Repo: "acme/shop", Number: 1}, {Repo: "acme/cart", Number: 2}, {Repo: "acme/shop", Number: 3}},
		Tickets:      []warehouse.Ticket{{Key: "A-1"}, {Key: "it's\ta \"key\""}},
		Statuses:     []warehouse.Status{{Name: "Doing"}},
		Signals:      []warehouse.Signal{{Product: "shop", Name: "orders", At: at}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := []warehouse.PullRequest{full}; !reflect.DeepEqual(as.PullRequests, want) || !reflect.DeepEqual(as.Tickets, []warehouse.Ticket{ticket}) || len(as.Statuses) != 1 || len(as.Signals) != 1 {
		t.Errorf("by key: %+v", as)
	}
	for _, scope := range []warehouse.Scope{{Table: "nothing"}, {Table: "tickets", Where: map[string]string{"resolved_at": "x"}}} {
		if _, err := w.Known(ctx, scope); err == nil || !strings.Contains(err.Error(), "no") {
			t.Errorf("%+v: %v", scope, err)
		}
	}
}
