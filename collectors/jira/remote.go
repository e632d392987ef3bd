package jira

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
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

// remoteAtOnce is how many issues' remote links are asked for at the same time, and refusedOften after how many refusals,
// and no answer, a run asks no more.
const (
	remoteAtOnce = 4
	refusedOften = 3
)

// remoteAccess is what a run learns about whether it may read remote links.
type remoteAccess struct{ given, refused atomic.Int64 }

func (a *remoteAccess) hopeless() bool {
	return a.given.Load() == 0 && a.refused.Load() >= refusedOften
}

// remoteLinksOf asks for an issue's remote links. It is refused where linking is switched off (403), the token lacks the
// scope for it (401, though the search with the same token was answered), or the issue has just disappeared.
func (p *progress) remoteLinksOf(ctx context.Context, key string) (links []json.RawMessage, refusal error, err error) {
	links = []json.RawMessage{}
	err = p.collector.client.get(ctx, p.site.api()+"issue/"+url.PathEscape(key)+"/remotelink", nil, &links)
	if refused(err, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound) {
		return nil, err, nil
	}
	return links, nil, err
}

func (c Configuration) wantsRemoteLinks() bool { return c.RemoteLinks == nil || *c.RemoteLinks }

// readRemoteLinks asks for the remote links of those issues that have any: Jira does not send them with an issue. Where
// they may not be read they stay as they are known, and the cursor remembers an issue to try again with.
func (p *progress) readRemoteLinks(ctx context.Context, issues []Issue) error {
	if !p.collector.configuration.wantsRemoteLinks() {
		return nil
	}
	var mu sync.Mutex
	asked, ctx := errgroup.WithContext(ctx)
	asked.SetLimit(remoteAtOnce)
	for n := range issues {
		i := &issues[n]
		if !hasRemoteLinks(*i) {
			continue
		}
		asked.Go(func() error {
			refusal := errors.New("they were refused before")
			if !p.remote.hopeless() {
				var err error
				if i.Remote, refusal, err = p.remoteLinksOf(ctx, string(i.Key)); err != nil {
					return err
				}
			}
			if refusal == nil {
				p.remote.given.Add(1)
				return nil
			}
			if p.remote.refused.Add(1) == 1 {
				p.run.Log.Warn("remote links cannot be read; those that are known stay, and the others are read once it is allowed", "issue", i.Key, "reason", refusal)
			}
			mu.Lock()
			defer mu.Unlock()
			if p.cursor.Refused == "" {
				p.cursor.Refused = string(i.Key)
			}
			return nil
		})
	}
	return asked.Wait()
}

// tryRemoteLinks begins anew when remote links that were refused to an earlier run may be read now: the issues that have
// them need not change again by themselves.
func (p *progress) tryRemoteLinks(ctx context.Context) error {
	if p.cursor.Refused == "" || !p.collector.configuration.wantsRemoteLinks() {
		return nil
	}
	if _, refusal, err := p.remoteLinksOf(ctx, p.cursor.Refused); err != nil || refusal != nil && !refused(refusal, http.StatusNotFound) {
		return err
	}
	p.run.Log.Info("remote links can be read now; everything is collected again")
	p.cursor = cursor{Form: form, By: p.cursor.By, Since: p.cursor.Since, Recheck: true}
	return p.save(ctx)
}
