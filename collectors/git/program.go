package git

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// program calls git on one repository. There is never a shell in between, and nothing that a repository's author can
// choose (a name of a branch or a tag, a message) is ever an argument: revisions go in as object ids by standard input.
type program struct {
	where []string // the options that say which repository
}

// settled are options before every command: whatever the user's configuration says, the output is what is parsed here,
// no program of the repository's choice is run, and collecting garbage does not lose what the cursor points to.
var settled = []string{
	"--no-pager", "-c", "log.showSignature=false", "-c", "core.quotePath=false", "-c", "core.fsmonitor=false",
	"-c", "protocol.ext.allow=never", "-c", "gc.pruneExpire=never",
	// A server that sends less than 1 kB/s for a minute is gone.
	"-c", "http.lowSpeedLimit=1000", "-c", "http.lowSpeedTime=60",
}

// environment is the process's own without what would point git to another repository (a hook that calls Weir has that),
// never asking for a password, and speaking English, because some messages are recognised.
func environment() []string {
	env := slices.DeleteFunc(os.Environ(), func(pair string) bool {
		name, _, _ := strings.Cut(pair, "=")
		switch name {
		case "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE",
			"GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_GRAFT_FILE", "GIT_SHALLOW_FILE", "GIT_PREFIX", "LANGUAGE", "LC_ALL":
			return true
		}
		return false
	})
	return append(env, "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0", "GIT_NO_REPLACE_OBJECTS=1", "LC_ALL=C")
}

// failure is git's own complaint.
type failure struct {
	command string // "fetch"
	stderr  string // without passwords
	cause   error
}

func (f *failure) Error() string {
	if f.stderr == "" {
		return fmt.Sprintf("git %s: %v", f.command, f.cause)
	}
	return fmt.Sprintf("git %s: %s", f.command, f.stderr)
}

func (f *failure) Unwrap() error { return f.cause }

// errEnough is what a consumer returns that has read all it wants; git is then stopped and nothing has failed.
var errEnough = errors.New("enough was read")

// stream runs git, feeds it the lines and hands its output to consume while it comes.
func (p program) stream(asked context.Context, lines []string, consume func(*bufio.Reader) error, args ...string) error {
	ctx, stop := context.WithCancel(asked)
	defer stop()
	cmd := exec.CommandContext(ctx, "git", slices.Concat(settled, p.where, args)...)
	cmd.Env = environment()
	// A child of git that outlives it (a transport) must not hold the pipes for ever.
	cmd.WaitDelay = 5 * time.Second
	if lines != nil {
		cmd.Stdin = strings.NewReader(strings.Join(lines, "\n") + "\n")
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("run git %s: %w", args[0], err)
	}
	if err := cmd.Start(); err != nil {
		if errors.Is(err, exec.ErrNotFound) {
			return errors.New("the program git was not found: install git, or add its folder to PATH")
		}
		return fmt.Errorf("run git %s: %w", args[0], err)
	}
	read := consume(bufio.NewReaderSize(out, 1<<16))
	if read != nil && !errors.Is(read, errLog) { // output that breaks off is best explained by git itself
		stop()
	}
	// Wait must not close the pipe under a consumer, and git must not block on a full one: drain what was left.
	_, _ = io.Copy(io.Discard, out)
	err = cmd.Wait()
	said := complaint(stderr.String())
	switch {
	case errors.Is(read, errEnough):
		return nil
	case asked.Err() != nil:
		return fmt.Errorf("git %s was stopped: %w", args[0], context.Cause(asked))
	case read != nil && (said == "" || !errors.Is(read, errLog)):
		return read
	case err != nil:
		return &failure{args[0], said, err}
	}
	return read
}

// output is all that git prints.
func (p program) output(ctx context.Context, args ...string) (string, error) {
	var text []byte
	err := p.stream(ctx, nil, func(r *bufio.Reader) (err error) {
		text, err = io.ReadAll(r)
		return err
	}, args...)
	return strings.TrimRight(string(text), "\n"), err
}

// ask is output for questions whose answer may be no: then it is "".
func (p program) ask(ctx context.Context, args ...string) (string, error) {
	text, err := p.output(ctx, args...)
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 1 {
		return "", nil
	}
	return text, err
}

// lines calls each for every line of git's output; an error of each ends it.
func (p program) lines(ctx context.Context, input []string, each func(string) error, args ...string) error {
	return p.stream(ctx, input, func(r *bufio.Reader) error {
		for {
			line, err := r.ReadString('\n')
			if line = strings.TrimSuffix(line, "\n"); line != "" {
				if err := each(line); err != nil {
					return err
				}
			}
			if err == io.EOF {
				return nil
			}
			if err != nil {
				return err
			}
		}
	}, args...)
}

// complaint is what a person needs of git's standard error: its fatal and error lines, else the last line.
func complaint(stderr string) string {
	var kept []string
	lines := strings.Split(strings.TrimSpace(withoutPassword(stderr)), "\n")
	for _, line := range lines {
		line = strings.TrimSpace(line)
		for _, mark := range []string{"fatal: ", "error: ", "remote: ERROR"} {
			if strings.HasPrefix(line, mark) {
				kept = append(kept, strings.TrimPrefix(strings.TrimPrefix(line, "fatal: "), "error: "))
				break
			}
		}
	}
	if kept == nil {
		kept = lines[len(lines)-1:]
	}
	return strings.ToValidUTF8(strings.Join(kept, "; "), "\uFFFD")
}
