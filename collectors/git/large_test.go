package git_test

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/collectors/git"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// large makes a repository of n commits with git's fast-import: every fifth is a merge that brings in three others, every
// 50th is tagged.
func large(tb testing.TB, n int) *site {
	s := newSite(tb)
	var text bytes.Buffer
	at := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	commit := func(mark int, message string, parents ...int) {
		at += 600
		fmt.Fprintf(&text, "commit refs/heads/%s\nmark :%d\nauthor Ada <ada@example.org> %d +0000\ncommitter Ada <ada@example.org> %d +0000\ndata %d\n%s\n",
			map[bool]string{true: "main", false: "topic"}[len(parents) != 1], mark, at, at, len(message), message)
		for i, p := range parents {
			fmt.Fprintf(&text, "%s :%d\n", map[bool]string{true: "from", false: "merge"}[i == 0], p)
		}
	}
	commit(1, "root")
	main, mark := 1, 1
	for mark < n {
		tip := main
		for range min(4, n-mark-1) {
			mark++
			commit(mark, "Some work that has a message of an ordinary length\n\nAnd a body of a line or two, which says why.", tip)
			tip = mark
		}
		mark++
		commit(mark, fmt.Sprintf("Merge pull request #%d from ada/topic\n\nTitle", mark), main, tip)
		main = mark
		if mark%50 == 1 {
			fmt.Fprintf(&text, "reset refs/tags/v1.%d\nfrom :%d\n\n", mark, mark)
		}
	}
	cmd := exec.Command("git", "fast-import", "--quiet", "--force")
	cmd.Dir, cmd.Stdin = s.dir, &text
	if out, err := cmd.CombinedOutput(); err != nil {
		tb.Fatalf("fast-import: %v\n%s", err, out)
	}
	return s
}

func TestTenThousandCommits(t *testing.T) {
	s := large(t, 10_001)
	w := warehousetest.Open(t)
	start := time.Now()
	f := collect(t, w, "large", git.Configuration{Path: s.dir})
	t.Logf("took %v, of which the warehouse has the larger part", time.Since(start))
	if f.Commits != 10_001 || f.PullRequests != 2_000 || f.Deployments != 200 {
		t.Errorf("found %+v", f)
	}
	var got []struct {
		Mainline uint64 `ch:"mainline"`
		Brought  uint64 `ch:"brought"`
	}
	err := w.Select(context.Background(), &got,
		"SELECT countIf(mainline) AS mainline, (SELECT sum(length(commits)) FROM pull_requests FINAL) AS brought FROM commits FINAL", nil)
	if err != nil {
		t.Fatal(err)
	}
	if got[0].Mainline != 2_001 || got[0].Brought != 8_000 {
		t.Errorf("%d on the mainline, %d brought in by pull requests; want 2001 and 8000", got[0].Mainline, got[0].Brought)
	}
}

// swallow stands for a warehouse that takes no time, so that the benchmarks measure the collector.
type swallow struct{ cursors map[string]string }

func (*swallow) Write(context.Context, warehouse.Records) error          { return nil }
func (*swallow) Delete(context.Context, warehouse.Records) error         { return nil }
func (s *swallow) Cursor(_ context.Context, name string) (string, error) { return s.cursors[name], nil }
func (s *swallow) SaveCursor(_ context.Context, name, cursor string) error {
	s.cursors[name] = cursor
	return nil
}

func (*swallow) Known(context.Context, warehouse.Scope) (warehouse.Records, error) {
	return warehouse.Records{}, nil
}

func (*swallow) KnownAs(context.Context, warehouse.Records) (warehouse.Records, error) {
	return warehouse.Records{}, nil
}

func (s *swallow) Cursors(context.Context, string) (map[string]string, error) { return s.cursors, nil }

func newSwallow() *swallow { return &swallow{cursors: map[string]string{}} }

var _ collectors.Store = &swallow{}

// BenchmarkCollect reads a whole history, git's own time included.
func BenchmarkCollect(b *testing.B) {
	const n = 10_001
	s := large(b, n)
	for b.Loop() {
		collect(b, newSwallow(), "large", git.Configuration{Path: s.dir})
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "commits/s")
}

// BenchmarkNothingNew is what a scheduled run costs that finds nothing.
func BenchmarkNothingNew(b *testing.B) {
	s := large(b, 10_001)
	store := newSwallow()
	collect(b, store, "large", git.Configuration{Path: s.dir})
	for b.Loop() {
		collect(b, store, "large", git.Configuration{Path: s.dir})
	}
}
