package github

import (
	"errors"
	"fmt"
	"path"
	"strings"
	"time"
)

// actor is an account as GraphQL names it.
type actor struct {
	Type  string `json:"__typename"`
	Login string `json:"login"`
}

// name is the account's login. GraphQL gives bots by their bare name, REST and the commits themselves with a suffix; the
// records always have the suffix, since that is how bots are recognised everywhere.
func (a *actor) name() string {
	if a == nil {
		return "" // a deleted account
	}
	if a.Type == "Bot" && a.Login != "" && !strings.HasSuffix(a.Login, botSuffix) {
		return a.Login + botSuffix
	}
	return a.Login
}

func (a *actor) bot() bool { return strings.HasSuffix(a.name(), botSuffix) }

const botSuffix = "[bot]"

// errNoID and errNoTime are why an item is set aside: without them a record cannot stand.
var (
	errNoID   = errors.New("it has no id")
	errNoTime = errors.New("it does not say when it was made")
)

// nameOf is the last part of a repository's name: what its deployments are deployments of, unless something says more.
func nameOf(repo string) string { return path.Base(repo) }

// moment is a time that may be missing.
func moment(t *time.Time) time.Time {
	if t == nil || t.Year() < 1970 {
		return time.Time{} // GitHub writes 0001-01-01 for some times that have not come yet
	}
	return t.UTC()
}

// latest is the last of some moments; unknown ones do not count.
func latest(times ...time.Time) time.Time {
	var last time.Time
	for _, t := range times {
		if t.After(last) {
			last = t
		}
	}
	return last
}

func number(n int) *int64 {
	v := int64(n)
	return &v
}

// badItem is an item that was set aside.
func badItem(what string, err error) error { return fmt.Errorf("%s: %w", what, err) }
