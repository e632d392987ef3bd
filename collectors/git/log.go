package git

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// commit is what git's log tells of one commit.
type commit struct {
	sha        string
	parents    []string
	author     string
	email      string
	authoredAt time.Time
	committed  time.Time
	message    string
}

// logFormat has seven fields, and -z ends each commit with a zero byte like the fields: git objects hold no zero bytes in
// names, and it cuts a message at one, so every seventh zero byte ends a commit whatever a message contains.
const logFormat = "--format=%H%x00%P%x00%an%x00%ae%x00%at%x00%ct%x00%B"

// log reads the commits that the given ones reach, the newest first, or with --no-walk=unsorted just the given ones.
func (p program) log(ctx context.Context, ids []string, each func(commit) error, options ...string) error {
	if len(ids) == 0 {
		return nil // git would take that to mean HEAD
	}
	args := append([]string{"log", "-z", "--no-patch", "--no-color", "--no-decorate", "--encoding=UTF-8", logFormat, "--stdin"}, options...)
	return p.stream(ctx, ids, func(r *bufio.Reader) error { return readLog(r, each) }, args...)
}

var errLog = errors.New("git's log is not in the form that was asked for")

// readLog parses what logFormat made.
func readLog(r *bufio.Reader, each func(commit) error) error {
	var fields [7]string
	for {
		for i := range fields {
			field, err := r.ReadString(0)
			if err == io.EOF && i == 0 && field == "" {
				return nil
			}
			if err == io.EOF {
				return fmt.Errorf("%w: it ends inside a commit", errLog)
			}
			if err != nil {
				return fmt.Errorf("read git's log: %w", err)
			}
			fields[i] = field[:len(field)-1]
		}
		c, err := parseCommit(fields)
		if err != nil {
			return err
		}
		if err := each(c); err != nil {
			return err
		}
	}
}

func parseCommit(f [7]string) (commit, error) {
	c := commit{
		sha: f[0], parents: strings.Fields(f[1]), author: readable(f[2]), email: readable(f[3]),
		// Git ends a message with a line feed that nobody wrote.
		message: strings.TrimRight(readable(f[6]), "\n"),
	}
	if !isObjectID(c.sha) {
		return commit{}, fmt.Errorf("%w: %.60q stands where a commit's id should", errLog, c.sha)
	}
	for _, p := range c.parents {
		if !isObjectID(p) {
			return commit{}, fmt.Errorf("%w: %.60q stands where a parent's id should", errLog, p)
		}
	}
	var authored, committed bool
	c.authoredAt, authored = moment(f[4])
	c.committed, committed = moment(f[5])
	if !committed {
		c.committed = c.authoredAt
	}
	if !authored {
		c.authoredAt = c.committed
	}
	return c, nil
}

// readable makes valid UTF-8 of a text whose encoding was wrong or not declared.
func readable(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

func isObjectID(s string) bool {
	if len(s) != 40 && len(s) != 64 {
		return false
	}
	for i := range len(s) {
		if (s[i] < '0' || s[i] > '9') && (s[i] < 'a' || s[i] > 'f') {
			return false
		}
	}
	return true
}

// The warehouse keeps times from 1900 to 2299, and git writes seconds since 1970. Dates outside of that come from broken
// tools; they are moved to the nearer end, so that the commit itself, which the graph needs, is not lost.
const (
	firstSecond = 0
	lastSecond  = 10413791999 // 2299-12-31T23:59:59Z
)

// moment is a time as git's log gives it. An unreadable one is 1970 and false.
func moment(seconds string) (time.Time, bool) {
	n, err := strconv.ParseInt(seconds, 10, 64)
	if errors.Is(err, strconv.ErrRange) {
		err = nil // n is then the nearest number there is
	}
	if err != nil {
		return time.Unix(firstSecond, 0).UTC(), false
	}
	return time.Unix(min(max(n, firstSecond), lastSecond), 0).UTC(), true
}
