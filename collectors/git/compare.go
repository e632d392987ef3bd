package git

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// difference is what has to be read and written to bring the records from the old states to the new one.
type difference struct {
	line   []string // the mainline's first-parent line, newest first, down to where nothing changed
	base   string   // the commit below the last of line: all that it reaches is as it was; "" when line is all there is
	left   []string // commits that were on the line and are not any more
	lost   []int64  // pull requests that those mention
	tags   []tag    // new ones, and ones that moved
	gone   []string // names of tags that are not there any more, or no deployments
	main   span     // what the line brings
	beside span     // the history of tags beside the mainline, as far as it has to be read
	orphan span     // what was collected and is not reachable any more
}

// compare finds the difference. Objects in absent cannot be asked about any more.
func (r *repository) compare(ctx context.Context, olds []state, tags []tag, absent map[string]bool) (*difference, error) {
	d := &difference{}
	if err := r.compareLines(ctx, d, olds, absent); err != nil {
		return nil, fmt.Errorf("compare the mainline of %s with the one collected before: %w", r.name, err)
	}
	if err := r.findLost(ctx, d); err != nil {
		return nil, fmt.Errorf("find the pull requests that left the mainline of %s: %w", r.name, err)
	}
	current := map[string]string{}
	var same, commits []string // what unchanged tags point to, what all do
	for _, t := range tags {
		current[t.name] = t.object
		commits = append(commits, t.commit)
		if slices.ContainsFunc(olds, func(s state) bool { return s.Tags[t.name] != t.object }) {
			d.tags = append(d.tags, t)
		} else {
			same = append(same, t.commit)
		}
	}
	gone := map[string]bool{}
	var before []string
	for _, s := range olds {
		if s.Tip != "" && len(d.left) > 0 { // else the mainline only grew
			before = append(before, s.Tip)
		}
		for name, object := range s.Tags {
			if _, there := current[name]; !there {
				gone[name] = true
			}
			if current[name] != object {
				before = append(before, object)
			}
		}
	}
	d.gone = slices.Sorted(maps.Keys(gone))
	d.main, d.beside = r.newOnMain(d), r.newBeside(d, commits, same)
	before = slices.DeleteFunc(before, func(id string) bool { return absent[id] })
	if len(before) > 0 {
		d.orphan = span{starts: before, excluded: r.withTip(commits)}
	}
	return d, nil
}

// newOnMain is what the line brings: all of the mainline's history where there is no base.
func (r *repository) newOnMain(d *difference) span {
	if len(d.line) == 0 {
		return span{}
	}
	s := span{starts: []string{r.tip}, line: map[string]bool{}}
	for _, id := range d.line {
		s.line[id] = true
	}
	if d.base != "" {
		s.excluded = []string{d.base}
		s.line[d.base] = true
	}
	return s
}

// newBeside: where the mainline only grew, the unchanged tags' history beside it was written before and is as it was.
// Otherwise commits that left the mainline may be part of it, so it is read whole.
func (r *repository) newBeside(d *difference, commits, same []string) span {
	if len(d.left) > 0 || d.base == "" {
		return span{starts: commits, excluded: r.withTip(nil)}
	}
	var changed []string
	for _, t := range d.tags {
		changed = append(changed, t.commit)
	}
	return span{starts: changed, excluded: r.withTip(same)}
}

// withTip adds the mainline's newest commit, where there is one.
func (r *repository) withTip(ids []string) []string {
	if r.tip == "" {
		return ids
	}
	return append(slices.Clone(ids), r.tip)
}

// without turns object ids into revisions that exclude what they reach.
func without(ids ...string) []string {
	revisions := make([]string, len(ids))
	for i, id := range ids {
		revisions[i] = "^" + id
	}
	return revisions
}

// compareLines follows the old and new first-parent lines to where they meet. A commit has one first parent, so below
// that point they are the same. Usually that point is the old tip, and only what is above it is read.
func (r *repository) compareLines(ctx context.Context, d *difference, olds []state, absent map[string]bool) error {
	whole := false // nothing can be taken as it was
	tips := map[string]bool{}
	for _, s := range olds {
		if s.Tip == "" || absent[s.Tip] {
			whole = true
		} else {
			tips[s.Tip] = true
		}
	}
	position, open := map[string]int{}, maps.Clone(tips)
	err := r.firstParents(ctx, r.tip, func(id string) bool {
		position[id] = len(d.line)
		d.line = append(d.line, id)
		delete(open, id)
		return !whole && len(open) == 0
	})
	if err != nil {
		return err
	}
	meeting, seen := 0, map[string]bool{}
	for _, tip := range slices.Sorted(maps.Keys(tips)) {
		met := false
		err := r.firstParents(ctx, tip, func(id string) bool {
			if at, ok := position[id]; ok {
				met, meeting = true, max(meeting, at)
				return true
			}
			if !seen[id] {
				seen[id] = true
				d.left = append(d.left, id)
			}
			return false
		})
		if err != nil {
			return err
		}
		whole = whole || !met
	}
	if !whole && len(tips) > 0 {
		d.base = d.line[meeting]
		d.line = d.line[:meeting]
	}
	return nil
}

// firstParents lists the first-parent line from tip on until done says that this was enough.
func (r *repository) firstParents(ctx context.Context, tip string, done func(id string) bool) error {
	if tip == "" {
		return nil
	}
	return r.lines(ctx, []string{tip}, func(id string) error {
		if done(id) {
			return errEnough
		}
		return nil
	}, "rev-list", "--first-parent", "--stdin")
}

// findLost finds which pull requests the commits that left the line mention. Where one of them is mentioned further down
// too, that older merge counts again: the line is taken from there on, so that it is written like a new one.
func (r *repository) findLost(ctx context.Context, d *difference) error {
	lost := map[int64]bool{}
	err := r.log(ctx, d.left, func(c commit) error {
		if m, ok := recognise(c.message, len(c.parents)); ok {
			lost[m.number] = true
		}
		return nil
	}, "--no-walk=unsorted")
	if err != nil {
		return err
	}
	d.lost = slices.Sorted(maps.Keys(lost))
	if d.base == "" || len(lost) == 0 {
		return nil
	}
	var below []string
	deepest := -1
	err = r.log(ctx, []string{d.base}, func(c commit) error {
		if m, ok := recognise(c.message, len(c.parents)); ok && lost[m.number] {
			deepest = len(below)
		}
		below = append(below, c.sha)
		return nil
	}, "--first-parent")
	if err != nil || deepest < 0 {
		return err
	}
	d.line = append(d.line, below[:deepest+1]...)
	d.base = ""
	if deepest+1 < len(below) {
		d.base = below[deepest+1]
	}
	return nil
}

// absent tells which of the old states' objects the repository has no more: somebody rewrote it and collected the garbage.
func (r *repository) absent(ctx context.Context, olds []state) (map[string]bool, error) {
	ids := map[string]bool{}
	for _, s := range olds {
		if s.Tip != "" && s.Tip != r.tip {
			ids[s.Tip] = true
		}
		for _, id := range s.Tags {
			ids[id] = true
		}
	}
	missing := map[string]bool{}
	if len(ids) == 0 {
		return missing, nil
	}
	err := r.lines(ctx, slices.Sorted(maps.Keys(ids)), func(line string) error {
		if id, gone := strings.CutSuffix(line, " missing"); gone {
			missing[id] = true
		}
		return nil
	}, "cat-file", "--batch-check=%(objecttype)", "--buffer")
	if err != nil {
		return nil, fmt.Errorf("look for what was collected before in %s: %w", r.name, err)
	}
	return missing, nil
}
