package jira

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/weirhq/weir/warehouse"
)

// remoteKind is the kind of a ticket's link to a pull request or commit.
const remoteKind = "remote"

// remoteLink is a link to something outside of Jira, as people or the integrations of code hosts make them.
type remoteLink struct {
	ID     text `json:"id"`
	Object struct {
		URL text `json:"url"`
	} `json:"object"`
}

// ofCode is the address of a pull request or a commit. Pages, other issues and the like are not kept.
var ofCode = regexp.MustCompile(`^https?://.+/(?:(?:pulls?|pull-requests|merge_requests)/[0-9]+|commits?/[0-9A-Fa-f]{40})(?:/.*)?$`)

// remoteLinks are the issue's links to pull requests and commits, each address once.
func remoteLinks(i Issue, log []change, updated time.Time) []warehouse.TicketLink {
	var list []warehouse.TicketLink
	for _, raw := range i.Remote {
		l := decode[remoteLink](raw)
		address, _, _ := strings.Cut(string(l.Object.URL), "#")
		address, _, _ = strings.Cut(address, "?")
		if !ofCode.MatchString(address) {
			continue
		}
		one := warehouse.TicketLink{Ticket: string(i.Key), Kind: remoteKind, Target: address, Provenance: warehouse.Provenance{UpdatedAt: updated}}
		for _, c := range log { // by time: the first that names it
			if c.isRemoteLink() && c.To == l.ID && c.To != "" {
				one.Since, one.UpdatedAt = c.at, c.at
				break
			}
		}
		list = append(list, one)
	}
	slices.SortStableFunc(list, func(a, b warehouse.TicketLink) int { return strings.Compare(a.Target, b.Target) })
	return slices.CompactFunc(list, func(a, b warehouse.TicketLink) bool { return a.Target == b.Target })
}

// hasRemoteLinks tells whether the issue's history says that it has, or had, remote links. Jira tells it of every one.
func hasRemoteLinks(i Issue) bool {
	return slices.ContainsFunc(i.Changelog.Histories, func(raw json.RawMessage) bool {
		return slices.ContainsFunc(decode[history](raw).Items, func(it item) bool { return change{item: it}.isRemoteLink() })
	})
}

// remoteAtOnce is how many issues' remote links are asked for at the same time.
const remoteAtOnce = 4

// readRemoteLinks asks for the remote links of those issues that have any: Jira does not send them with an issue. Where
// the account may not read them, they stay unknown.
func (p *progress) readRemoteLinks(ctx context.Context, issues []Issue) error {
	if wanted := p.collector.configuration.RemoteLinks; wanted != nil && !*wanted {
		return nil
	}
	asked, ctx := errgroup.WithContext(ctx)
	asked.SetLimit(remoteAtOnce)
	for n := range issues {
		i := &issues[n]
		if !hasRemoteLinks(*i) {
			continue
		}
		asked.Go(func() error {
			if p.withoutRemote.Load() {
				return nil
			}
			links := []json.RawMessage{}
			err := p.collector.client.get(ctx, p.site.api()+"issue/"+url.PathEscape(string(i.Key))+"/remotelink", nil, &links)
			switch {
			case refused(err, http.StatusForbidden): // to link issues is switched off, or the token lacks a scope
				if p.withoutRemote.CompareAndSwap(false, true) {
					p.run.Log.Warn("remote links cannot be read: those that are known stay", "reason", err)
				}
				return nil
			case refused(err, http.StatusNotFound): // the issue has just disappeared
				return nil
			}
			if err == nil {
				i.Remote = links
			}
			return err
		})
	}
	return asked.Wait()
}
