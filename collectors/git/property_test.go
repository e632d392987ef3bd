package git_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/collectors/git"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// TestIncrementalEqualsFresh does random things to a repository, collects it now and then, now and then interrupted, and
// expects what one run over the final repository gives.
func TestIncrementalEqualsFresh(t *testing.T) {
	// Each example calls git and the engine some hundred times, so fewer than rapid's hundred are tried unless asked for.
	if checks := flag.Lookup("rapid.checks"); checks.Value.String() == checks.DefValue {
		if err := checks.Value.Set("12"); err != nil {
			t.Fatal(err)
		}
	}
	w := warehousetest.Open(t)
	newSite(t) // sets the environment
	root := t.TempDir()
	example := 0
	check := func(rt *rapid.T) {
		example++
		s := makeSite(t, fmt.Sprintf("%s/%d", root, example))
		p := &play{site: s, rt: rt, heads: map[string]string{}}
		grown := git.Configuration{Path: s.dir, Repo: fmt.Sprintf("grown/%d", example), Service: fmt.Sprintf("grown-%d", example), Branch: ""}
		for range rapid.IntRange(2, 5).Draw(rt, "rounds") {
			for range rapid.IntRange(1, 6).Draw(rt, "steps") {
				p.step()
			}
			if rapid.IntRange(0, 2).Draw(rt, "interrupt") == 0 {
				// The store fails after some calls, as a kill would end the run there.
				_, _ = tryCollect(t, &failing{Store: w, left: rapid.IntRange(1, 6).Draw(rt, "calls")}, grown.Repo, grown)
			} else {
				collect(t, w, grown.Repo, grown)
			}
		}
		collect(t, w, grown.Repo, grown)
		fresh := grown
		fresh.Repo, fresh.Service = fmt.Sprintf("fresh/%d", example), fmt.Sprintf("fresh-%d", example)
		collect(t, w, fresh.Repo, fresh)
		got, want := rows(t, w, grown.Repo), rows(t, w, fresh.Repo)
		for table := range want {
			for i := range want[table] {
				want[table][i] = strings.ReplaceAll(want[table][i], fresh.Service, grown.Service)
			}
		}
		if !reflect.DeepEqual(got, want) {
			rt.Fatalf("grown:\n%v\nfresh:\n%v\n%s", got, want, s.git("log", "--graph", "--oneline", "--all"))
		}
		if again := collect(t, w, grown.Repo, grown); !again.Unchanged {
			rt.Fatalf("another run found %+v", again)
		}
	}
	rapid.Check(t, check)
}

// failing is a store that answers a number of calls and then no more.
type failing struct {
	collectors.Store
	left int
}

var errKilled = errors.New("killed")

func (f *failing) call() error {
	if f.left--; f.left < 0 {
		return errKilled
	}
	return nil
}

func (f *failing) Write(ctx context.Context, r warehouse.Records) error {
	return errors.Join(f.call(), f.after(func() error { return f.Store.Write(ctx, r) }))
}

func (f *failing) Delete(ctx context.Context, r warehouse.Records) error {
	return errors.Join(f.call(), f.after(func() error { return f.Store.Delete(ctx, r) }))
}

func (f *failing) SaveCursor(ctx context.Context, source, cursor string) error {
	return errors.Join(f.call(), f.after(func() error { return f.Store.SaveCursor(ctx, source, cursor) }))
}

// after does nothing once the store is dead.
func (f *failing) after(do func() error) error {
	if f.left < 0 {
		return errKilled
	}
	return do()
}

// play is a random history in the making.
type play struct {
	*site
	rt    *rapid.T
	all   []string          // commits
	heads map[string]string // branches
	tags  []string
}

func (p *play) any(what string) string {
	if len(p.all) == 0 {
		return p.add(p.commit("root"))
	}
	return rapid.SampledFrom(p.all).Draw(p.rt, what)
}

func (p *play) add(id string) string {
	p.all = append(p.all, id)
	return id
}

func (p *play) move(branch, id string) {
	p.heads[branch] = id
	p.point("refs/heads/"+branch, id)
}

// number is a small one, so that the same pull request lands more than once.
func (p *play) number() int { return rapid.IntRange(1, 4).Draw(p.rt, "number") }

func (p *play) step() {
	// Clocks differ: a commit may be made before its parent.
	p.now = p.now.Add(time.Duration(rapid.IntRange(-3, 3).Draw(p.rt, "skew")) * time.Hour)
	main := p.heads["main"]
	if main == "" {
		p.move("main", p.any("first"))
		return
	}
	switch what := rapid.IntRange(0, 10).Draw(p.rt, "what"); what {
	case 0:
		p.move("main", p.add(p.commit("direct", main)))
	case 1, 2: // a branch grows
		from := p.any("from")
		p.move("topic", p.add(p.commit("work", from)))
	case 3, 4: // a merge
		second := p.any("second")
		if second == main {
			return
		}
		p.move("main", p.add(p.commit(fmt.Sprintf("Merge pull request #%d from o/topic\n\nTitle", p.number()), main, second)))
	case 5:
		p.move("main", p.add(p.commit(fmt.Sprintf("Squash (#%d)", p.number()), main)))
	case 6, 7: // a force-push, a rewind or a fast-forward
		p.move("main", p.any("forced"))
	case 8, 9: // a tag, made or moved
		name := fmt.Sprintf("v1.%d", p.number())
		p.git("tag", "-f", name, p.any("tagged"))
		p.tags = append(p.tags, name)
	case 10: // a tag or a branch vanishes
		if len(p.tags) > 0 {
			p.git("update-ref", "-d", "refs/tags/"+rapid.SampledFrom(p.tags).Draw(p.rt, "untagged"))
		}
		p.git("update-ref", "-d", "refs/heads/topic")
	}
}
