package git

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/warehouse"
)

// writing is one run's way from commits to records.
type writing struct {
	run        *collectors.Run
	repository *repository
	settings   settings
	pattern    *tagPattern
	found      *Finding

	batch warehouse.Records
	bytes int // of messages in batch
}

// A batch is written when it has this many commits or this much text: every write costs the warehouse some 50 ms however
// small it is, and a batch is held in memory.
const (
	commitsPerBatch = 20_000
	bytesPerBatch   = 32 << 20
)

func (w *writing) commit(ctx context.Context, c commit, mainline bool) error {
	w.batch.Commits = append(w.batch.Commits, warehouse.Commit{
		Repo: w.repository.name, SHA: c.sha, Parents: c.parents, Author: c.author, AuthorEmail: c.email,
		AuthoredAt: c.authoredAt, CommittedAt: c.committed, Message: c.message, Mainline: mainline,
	})
	w.bytes += len(c.message)
	if len(w.batch.Commits) < commitsPerBatch && w.bytes < bytesPerBatch {
		return nil
	}
	return w.flush(ctx)
}

func (w *writing) flush(ctx context.Context) error {
	if w.settings.LineCounts {
		if err := w.repository.countLines(ctx, w.batch.Commits); err != nil {
			return err
		}
	}
	if err := w.run.Write(ctx, w.batch); err != nil {
		return err
	}
	w.found.Commits += len(w.batch.Commits)
	w.found.PullRequests += len(w.batch.PullRequests)
	w.found.Deployments += len(w.batch.Deployments)
	w.batch, w.bytes = warehouse.Records{}, 0
	return nil
}

// deleteCommits deletes those of a span.
func (w *writing) deleteCommits(ctx context.Context, repo string, s span) error {
	ids, err := w.repository.commits(ctx, s)
	if err != nil {
		return fmt.Errorf("find the commits of %s that are no more: %w", repo, err)
	}
	for some := range slices.Chunk(ids, commitsPerBatch) {
		var gone warehouse.Records
		for _, id := range some {
			gone.Commits = append(gone.Commits, warehouse.Commit{Repo: repo, SHA: id})
		}
		if err := w.run.Delete(ctx, gone); err != nil {
			return err
		}
	}
	return nil
}

// erase deletes everything that was collected with other settings, as far as the repository still knows what that was.
func (w *writing) erase(ctx context.Context, old cursor) error {
	absent, err := w.repository.absent(ctx, old.States)
	if err != nil {
		return err
	}
	w.forgotten(absent)
	pattern, err := newTagPattern(old.Settings.TagPattern)
	if err != nil {
		return fmt.Errorf("understand the cursor: %w", err)
	}
	var starts, tips []string
	names, numbers := map[string]bool{}, map[int64]bool{}
	for _, s := range old.States {
		if s.Tip != "" && !absent[s.Tip] {
			tips = append(tips, s.Tip)
		}
		for name, id := range s.Tags {
			names[name] = true
			if !absent[id] {
				starts = append(starts, id)
			}
		}
	}
	err = w.repository.log(ctx, tips, func(c commit) error {
		if m, ok := recognise(c.message, len(c.parents)); ok {
			numbers[m.number] = true
		}
		return nil
	}, "--first-parent")
	if err != nil {
		return fmt.Errorf("find the pull requests of %s collected before: %w", old.Settings.Repo, err)
	}
	var gone warehouse.Records
	for n := range numbers {
		gone.PullRequests = append(gone.PullRequests, warehouse.PullRequest{Repo: old.Settings.Repo, Number: n})
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		gone.Deployments = append(gone.Deployments, old.Settings.deployment(pattern, tag{name: name}))
	}
	if err := w.run.Delete(ctx, gone); err != nil {
		return err
	}
	return w.deleteCommits(ctx, old.Settings.Repo, span{starts: append(starts, tips...)})
}

// counted is git's summary of one commit, such as " 3 files changed, 10 insertions(+), 2 deletions(-)".
var counted = regexp.MustCompile(`^ (\d+) files? changed(?:, (\d+) insertions?\(\+\))?(?:, (\d+) deletions?\(-\))?$`)

// countLines fills in the numbers of lines and files. A merge has none: what it merged is counted where it was written.
func (r *repository) countLines(ctx context.Context, commits []warehouse.Commit) error {
	if len(commits) == 0 {
		return nil
	}
	position := make(map[string]int, len(commits))
	var ids []string
	for i, c := range commits {
		position[c.SHA] = i
		ids = append(ids, c.SHA)
		if len(c.Parents) < 2 {
			commits[i].Additions, commits[i].Deletions, commits[i].FilesChanged = new(int64), new(int64), new(int64)
		}
	}
	err := r.stream(ctx, ids, func(out *bufio.Reader) error { return readCounts(out, commits, position) },
		"diff-tree", "--stdin", "--root", "-r", "--shortstat", "--no-ext-diff", "--no-textconv", "--no-renames")
	if err != nil {
		return fmt.Errorf("count the lines that the commits of %s changed: %w", r.name, err)
	}
	return nil
}

func readCounts(out *bufio.Reader, commits []warehouse.Commit, position map[string]int) error {
	current := -1
	for {
		line, err := out.ReadString('\n')
		if line = strings.TrimSuffix(line, "\n"); isObjectID(line) {
			at, ok := position[line]
			if !ok {
				return errors.New("git counted a commit that it was not asked about")
			}
			current = at
		} else if m := counted.FindStringSubmatch(line); m != nil && current >= 0 {
			c := &commits[current]
			c.FilesChanged, c.Additions, c.Deletions = number(m[1]), number(m[2]), number(m[3])
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// number reads digits; none at all is 0, which git leaves out.
func number(digits string) *int64 {
	n, _ := strconv.ParseInt(digits, 10, 64)
	return &n
}
