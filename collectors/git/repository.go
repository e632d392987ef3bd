package git

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// repository is what a run finds out before it reads any history.
type repository struct {
	program
	name     string // of the records
	branch   string // the mainline's short name, "" when HEAD is detached and no branch can be told to be the mainline
	tip      string // the mainline's newest commit, "" while there is none
	shallow  string // the commits at which a shallow clone was cut off, "" when the history is whole
	checkout bool   // somebody works in it, so HEAD is what they look at at the moment
}

// openFolder opens the repository at a path of this machine.
func openFolder(ctx context.Context, c Configuration) (*repository, error) {
	r, err := findFolder(ctx, c)
	if err != nil {
		return nil, err
	}
	if err := r.findMainline(ctx, c.Branch); err != nil {
		return nil, err
	}
	return r, r.findShallow(ctx)
}

// findFolder finds the repository at a path of this machine and its name.
func findFolder(ctx context.Context, c Configuration) (*repository, error) {
	folder, err := filepath.Abs(c.Path)
	if err != nil {
		return nil, fmt.Errorf("find %s: %w", c.Path, err)
	}
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("%s is not a folder that can be read: give the path of a git repository", c.Path)
	}
	inside := program{where: []string{"-C", folder}}
	dir, err := inside.output(ctx, "rev-parse", "--absolute-git-dir")
	if err != nil {
		var said *failure
		if errors.As(err, &said) && strings.Contains(said.stderr, "not a git repository") {
			return nil, fmt.Errorf("%s is not a git repository", c.Path)
		}
		return nil, fmt.Errorf("open the repository %s: %w", c.Path, err)
	}
	prefix, err := inside.ask(ctx, "rev-parse", "--show-prefix")
	if err != nil {
		return nil, fmt.Errorf("open the repository %s: %w", c.Path, err)
	}
	if prefix != "" {
		top := strings.TrimSuffix(filepath.ToSlash(folder), "/"+strings.TrimSuffix(prefix, "/"))
		return nil, fmt.Errorf("%s is only a folder inside a git repository; give the repository itself, %s", c.Path, top)
	}
	bare, err := inside.output(ctx, "rev-parse", "--is-bare-repository")
	if err != nil {
		return nil, fmt.Errorf("open the repository %s: %w", c.Path, err)
	}
	r := &repository{program: program{where: []string{"--git-dir", dir}}, name: c.Repo, checkout: bare != "true"}
	origin, err := r.ask(ctx, "config", "--get", "remote.origin.url")
	if err != nil {
		return nil, fmt.Errorf("read the settings of %s: %w", c.Path, err)
	}
	if r.name == "" {
		r.name = nameOfURL(origin)
	}
	if r.name == "" {
		r.name = nameOfFolder(folder)
	}
	return r, nil
}

// usual are the names of a mainline, where nothing else tells it.
var usual = []string{"main", "master", "trunk"}

// findMainline decides which branch is the mainline. Where somebody works, what the remote has goes before a local branch
// of the same name: commits that were not pushed are not on the mainline yet. A bare repository is itself what others push
// to or mirror into, so its own branches go before remote ones that an earlier life left behind.
func (r *repository) findMainline(ctx context.Context, configured string) error {
	branches, err := r.branches(ctx)
	if err != nil {
		return err
	}
	pickFrom := func(place string) func(name string) bool {
		return func(name string) bool {
			tip, ok := branches[place+name]
			if ok {
				r.branch, r.tip = name, tip
			}
			return ok
		}
	}
	remotely, locally := pickFrom("refs/remotes/origin/"), pickFrom("refs/heads/")
	pick := func(names ...string) bool {
		if !r.checkout {
			return slices.ContainsFunc(names, locally) || slices.ContainsFunc(names, remotely)
		}
		return slices.ContainsFunc(names, func(name string) bool { return remotely(name) || locally(name) })
	}
	if configured != "" {
		if !pick(configured) {
			return fmt.Errorf("%s has no branch %q; it has: %s", r.name, configured, listed(branches))
		}
		return nil
	}
	head, err := r.ask(ctx, "symbolic-ref", "--quiet", "HEAD")
	if err != nil {
		return fmt.Errorf("find the default branch of %s: %w", r.name, err)
	}
	remote, err := r.ask(ctx, "symbolic-ref", "--quiet", "refs/remotes/origin/HEAD")
	if err != nil {
		return fmt.Errorf("find the default branch of %s: %w", r.name, err)
	}
	remote = strings.TrimPrefix(remote, "refs/remotes/origin/")
	head = strings.TrimPrefix(head, "refs/heads/")
	candidates := slices.Concat([]string{remote}, usual, []string{head})
	if !r.checkout {
		// Nobody works in a bare repository: its HEAD is the default branch that somebody chose.
		candidates = slices.Concat([]string{head, remote}, usual)
	}
	if pick(candidates...) {
		return nil
	}
	if head == "" {
		// Detached, as build machines check out: the commit itself is all there is to follow.
		r.tip, err = r.ask(ctx, "rev-parse", "--quiet", "--verify", "HEAD^{commit}")
		if err != nil {
			return fmt.Errorf("find the commit that is checked out in %s: %w", r.name, err)
		}
		return nil
	}
	if len(branches) > 0 {
		return fmt.Errorf("it is not clear which branch of %s is the mainline (%s has no commits); name one of: %s", r.name, head, listed(branches))
	}
	r.branch = head
	return nil
}

// branches maps the local and origin's branches to their newest commits.
func (r *repository) branches(ctx context.Context) (map[string]string, error) {
	branches := map[string]string{}
	err := r.lines(ctx, nil, func(line string) error {
		id, ref, _ := strings.Cut(line, " ")
		branches[ref] = id
		return nil
	}, "for-each-ref", "--format=%(objectname) %(refname)", "refs/heads", "refs/remotes/origin")
	if err != nil {
		return nil, fmt.Errorf("list the branches of %s: %w", r.name, err)
	}
	delete(branches, "refs/remotes/origin/HEAD")
	return branches, nil
}

func listed(branches map[string]string) string {
	var names []string
	for ref := range branches {
		names = append(names, strings.TrimPrefix(strings.TrimPrefix(ref, "refs/heads/"), "refs/remotes/origin/"))
	}
	slices.Sort(names)
	names = slices.Compact(names)
	if len(names) == 0 {
		return "none yet"
	}
	if len(names) > 20 {
		names = append(names[:20], "…")
	}
	return strings.Join(names, ", ")
}

// findShallow reads where a shallow clone was cut: when somebody deepens it, old commits appear below known ones.
func (r *repository) findShallow(ctx context.Context) error {
	file, err := r.output(ctx, "rev-parse", "--path-format=absolute", "--git-path", "shallow")
	if err != nil {
		return fmt.Errorf("open the repository of %s: %w", r.name, err)
	}
	cut, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read where the history of %s was cut off: %w", r.name, err)
	}
	ids := strings.Fields(string(cut))
	slices.Sort(ids)
	r.shallow = digest(ids)
	return nil
}
