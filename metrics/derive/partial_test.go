package derive_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/weirhq/weir/metrics/derive"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// attributes is a log handler that keeps the numbers of messages.
type attributes map[string]int64

func (a attributes) Enabled(context.Context, slog.Level) bool { return true }
func (a attributes) Handle(_ context.Context, r slog.Record) error {
	r.Attrs(func(attr slog.Attr) bool {
		if attr.Value.Kind() == slog.KindInt64 {
			a[r.Message+" "+attr.Key] += attr.Value.Int64()
		}
		return true
	})
	return nil
}
func (a attributes) WithAttrs([]slog.Attr) slog.Handler { return a }
func (a attributes) WithGroup(string) slog.Handler      { return a }

// change makes old records other ones, in the ways that can move facts far from them.
func change(r *warehouse.Records, chance *rand.Rand) {
	for i := range r.PullRequests {
		p := &r.PullRequests[i]
		switch chance.IntN(7) {
		case 0:
			p.Commits = nil
		case 1:
			p.Title += " #" + fmt.Sprint(chance.IntN(40))
		case 2:
			p.MergedAt, p.MergeSHA = time.Time{}, ""
		case 3:
			p.Labels = append(p.Labels, "hotfix")
		case 4:
			p.MergeSHA = "unknown"
		case 5:
			p.TicketKeys = append(slices.Clone(p.TicketKeys), "PAY-1", "CHK-"+fmt.Sprint(chance.IntN(40)))
		default:
			p.Commits = append(slices.Clone(p.Commits), "unknown")
		}
	}
	for i := range r.Commits {
		c := &r.Commits[i]
		switch chance.IntN(4) {
		case 0:
			c.Message = "Revert \"" + c.Message + "\"\n\nThis reverts commit " + c.SHA + "."
		case 1:
			c.AuthoredAt = c.AuthoredAt.Add(-time.Hour)
		case 2:
			c.Author = "bumper[bot]"
		default:
			c.Message += " PAY-1"
		}
	}
	for i := range r.Tickets {
		r.Tickets[i].Class, r.Tickets[i].Priority = "defect", "critical"
	}
	for i := range r.Transitions {
		m := &r.Transitions[i]
		switch chance.IntN(3) {
		case 0:
			m.At = m.At.Add(time.Hour)
		case 1:
			m.Field, m.To = "status", "Done"
		default:
			m.To = ""
		}
	}
	for i := range r.TicketLinks {
		l := &r.TicketLinks[i]
		l.Kind, l.Since = "is_blocked_by", l.Since.Add(-time.Hour)
		if chance.IntN(2) == 0 {
			l.Kind, l.Target = "remote", fmt.Sprintf("https://git.example/millrace/%s/pull/%d", []string{"cart", "sign-in"}[chance.IntN(2)], chance.IntN(40))
		}
	}
	for i := range r.Deployments {
		d := &r.Deployments[i]
		switch chance.IntN(5) {
		case 0:
			d.FinishedAt = d.FinishedAt.Add(-48 * time.Hour)
		case 1:
			d.FinishedAt = d.FinishedAt.Add(100 * time.Hour)
		case 2:
			d.Result = "failure"
		case 3:
			d.SHA = "unknown"
		default:
			d.BuildID = ""
		}
	}
	for i := range r.Builds {
		r.Builds[i].FinishedAt = r.Builds[i].FinishedAt.Add(time.Minute)
	}
	for i := range r.Reviews {
		r.Reviews[i].At = r.Reviews[i].At.Add(-time.Minute)
	}
}

// Records arrive as they come about, some of them late, some changed or gone again long afterwards: what updates derive of
// a part is what a rebuild derives of all.
func TestPartialUpdatesEqualRebuild(t *testing.T) {
	ctx := t.Context()
	for seed := range uint64(2) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			chance := rand.New(rand.NewPCG(seed, 11))
			w := warehousetest.Open(t)
			seen := attributes{}
			d := derive.New(w, slog.New(seen))
			var all []dated
			for _, b := range history(t, seed+20, 0.15) {
				all = append(all, divideAll(b, time.Time{}, nil)...)
			}
			slices.SortStableFunc(all, func(x, y dated) int { return x.at.Compare(y.at) })
			const parts, firstPart = 9, 2
			cut := func(part int) int { return len(all) * (part*part + 20) / (parts*parts + 20) }
			syncs := make([]warehouse.Records, parts+1)
			for part, next := 0, 0; part <= parts; part++ {
				for ; next < cut(part); next++ {
					to := part
					if part > firstPart && chance.IntN(40) == 0 {
						to = min(parts, part+1+chance.IntN(3))
					}
					all[next].add(&syncs[to])
				}
			}
			for part, sync := range syncs {
				if err := w.Write(ctx, sync); err != nil {
					t.Fatal(err)
				}
				if part > firstPart {
					var old, gone warehouse.Records
					for range 4 {
						all[chance.IntN(cut(part))].add(&old)
					}
					all[cut(part)-1-chance.IntN(cut(part)/20)].add(&old) // a late one: little must be derived again
					change(&old, chance)
					if chance.IntN(2) == 0 {
						all[chance.IntN(cut(part))].add(&gone)
					}
					if err := w.Write(ctx, old); err != nil {
						t.Fatal(err)
					}
					if err := w.Delete(ctx, gone); err != nil {
						t.Fatal(err)
					}
				}
				if _, err := d.Update(ctx); err != nil {
					t.Fatal(err)
				}
				if part <= firstPart {
					continue
				}
				got := dump(t, w)
				if _, err := d.Rebuild(ctx); err != nil {
					t.Fatal(err)
				}
				compare(t, fmt.Sprint("after sync ", part), got, dump(t, w))
				if t.Failed() {
					return
				}
			}
			t.Log(seen)
			if seen["placed commits partly"] < 20 {
				t.Errorf("only %d repositories were derived partly", seen["placed commits partly"])
			}
		})
	}
}
