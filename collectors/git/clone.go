package git

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// openURL brings the clone of a URL up to date, making it first where there is none, and opens it.
func openURL(ctx context.Context, c Configuration) (*repository, error) {
	shown := withoutPassword(c.URL)
	dir, err := filepath.Abs(filepath.Join(c.CacheDir, cloneFolder(c)))
	if err != nil {
		return nil, fmt.Errorf("find the cache directory %s: %w", c.CacheDir, err)
	}
	r := &repository{program: program{where: []string{"--git-dir", dir}}, name: c.nameByURL()}
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		if err := clone(ctx, c, dir); err != nil {
			return nil, fmt.Errorf("clone %s: %w; check the address, the network and the permission to read it", shown, err)
		}
	} else if err != nil {
		return nil, fmt.Errorf("look for the clone of %s: %w", shown, err)
	} else if err := r.update(ctx); err != nil {
		return nil, fmt.Errorf("fetch what is new at %s: %w", shown, err)
	}
	if err := r.findMainline(ctx, c.Branch); err != nil {
		return nil, err
	}
	return r, r.findShallow(ctx)
}

var notPlain = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// cloneFolder is where a URL's clone is: readable, and different for different URLs. A clone with files' contents is
// another one than a clone without.
func cloneFolder(c Configuration) string {
	name := strings.Trim(notPlain.ReplaceAllString(withoutPassword(c.URL), "-"), "-.")
	if _, after, ok := strings.Cut(name, "-"); ok && strings.Contains(c.URL, "://") {
		name = after
	}
	if len(name) > 80 {
		name = name[len(name)-80:]
	}
	if c.LineCounts {
		name += "-whole"
	}
	return name + "-" + digest([]string{c.URL})[:12] + ".git"
}

func digest(parts []string) string {
	if len(parts) == 0 {
		return ""
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\n")))
	return hex.EncodeToString(sum[:16])
}

// clone makes the clone beside its place and moves it there, so that one which was interrupted is not taken for whole.
func clone(ctx context.Context, c Configuration, dir string) error {
	// The folder may hold private history, and a URL with a token in it.
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		return err
	}
	beside, err := os.MkdirTemp(filepath.Dir(dir), "new-*.git")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(beside) }() // what is left of it harms nothing
	args := []string{"clone", "--bare", "--quiet"}
	if !c.LineCounts {
		args = append(args, "--filter=blob:none")
	}
	if _, err := (program{}).output(ctx, append(args, "--", c.URL, beside)...); err != nil {
		return err
	}
	return os.Rename(beside, dir)
}

// update fetches every branch and tag as they are now, and follows the remote where its default branch was changed.
func (r *repository) update(ctx context.Context) error {
	_, err := r.output(ctx, "fetch", "--quiet", "--prune", "--force", "--no-tags", "--no-write-fetch-head", "origin",
		"+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
	if err != nil {
		return err
	}
	answer, err := r.output(ctx, "ls-remote", "--symref", "origin", "HEAD")
	if err != nil {
		return err
	}
	first, _, _ := strings.Cut(answer, "\n")
	target, isRef := strings.CutPrefix(first, "ref: ")
	target, _, _ = strings.Cut(target, "\t")
	if !isRef || !strings.HasPrefix(target, "refs/heads/") {
		return nil // an empty remote, or one with a detached HEAD
	}
	_, err = r.output(ctx, "symbolic-ref", "HEAD", target)
	return err
}
