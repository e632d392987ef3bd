package github

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/weirhq/weir/warehouse"
)

// teamsEvery is how often the members of teams are read: GitHub cannot say that they have not changed, and they change
// seldom.
const teamsEvery = 24 * time.Hour

type teamNode struct {
	CombinedSlug string     `json:"combinedSlug"`
	Slug         string     `json:"slug"`
	Members      connection `json:"members"`
}

// teams reads the members of the configured teams.
func (s *source) teams(ctx context.Context) error {
	if len(s.configuration.Teams) == 0 || !s.run.Reconcile && s.run.Begun.Sub(s.state.TeamsAt) < teamsEvery {
		return nil
	}
	wanted := map[string][]string{} // by organisation
	for _, name := range s.configuration.Teams {
		org, slug, _ := strings.Cut(name, "/")
		wanted[org] = append(wanted[org], slug)
	}
	var found warehouse.Records
	left := map[string]bool{} // organisations of which nothing is known now, by their names in lower case
	for org, slugs := range wanted {
		members, err := s.teamsOf(ctx, org, slugs)
		if refused(err) {
			left[strings.ToLower(org)] = true
			s.run.Log.Warn("the teams of an organisation are left out; the credentials need to read its members", "organisation", org, "reason", err)
			continue
		}
		if err != nil {
			return err
		}
		found.Memberships = append(found.Memberships, members...)
	}
	known, err := s.run.Known(ctx, "memberships", nil)
	if err != nil {
		return fmt.Errorf("look up the members that are known: %w", err)
	}
	now := map[string]bool{}
	for _, m := range found.Memberships {
		now[m.Group+"\n"+m.Account] = true
	}
	var gone warehouse.Records
	for _, m := range known.Memberships {
		org, _, _ := strings.Cut(m.Group, "/")
		if !now[m.Group+"\n"+m.Account] && !left[strings.ToLower(org)] {
			gone.Memberships = append(gone.Memberships, m)
		}
	}
	if err := s.run.Write(ctx, found); err != nil {
		return err
	}
	if err := s.run.Delete(ctx, gone); err != nil {
		return err
	}
	s.state.TeamsAt = s.run.Begun.Truncate(time.Second)
	return nil
}

func (s *source) teamsOf(ctx context.Context, org string, slugs []string) ([]warehouse.Membership, error) {
	var list []warehouse.Membership
	after := ""
	for {
		var data struct {
			Org *struct {
				Teams connection `json:"teams"`
			} `json:"organization"` //nolint:misspell // GitHub's word
		}
		reasons, err := s.vendor.ask(ctx, "teams", variables{"org": org, "query": nil, "after": optional(after)}, &data)
		if err != nil {
			return nil, err
		}
		if data.Org == nil {
			return nil, &refusal{http.StatusNotFound, "GitHub knows no organisation " + org}
		}
		if len(reasons) > 0 {
			return nil, &refusal{http.StatusForbidden, "of some teams or members GitHub tells nothing: " + reasons[0].Message}
		}
		for _, t := range decode[teamNode](data.Org.Teams.Nodes, s.aside) {
			if !wantedTeam(slugs, t.Slug) {
				continue
			}
			members, err := s.membersOf(ctx, org, t)
			if err != nil {
				return nil, err
			}
			list = append(list, members...)
		}
		if after = next(data.Org.Teams); after == "" {
			return list, nil
		}
	}
}

func wantedTeam(slugs []string, slug string) bool {
	for _, s := range slugs {
		if globbed(s, slug) {
			return true
		}
	}
	return false
}

func (s *source) membersOf(ctx context.Context, org string, t *teamNode) ([]warehouse.Membership, error) {
	var list []warehouse.Membership
	page := t.Members
	for {
		for _, m := range decode[actor](page.Nodes, s.aside) {
			if m.Login != "" {
				list = append(list, warehouse.Membership{Group: t.CombinedSlug, Account: m.Login})
			}
		}
		after := next(page)
		if after == "" {
			return list, nil
		}
		var data struct {
			Org *struct {
				Team *teamNode `json:"team"`
			} `json:"organization"` //nolint:misspell // GitHub's word
		}
		if _, err := s.vendor.ask(ctx, "members", variables{"org": org, "slug": t.Slug, "after": after}, &data); err != nil {
			return nil, err
		}
		if data.Org == nil || data.Org.Team == nil {
			return list, nil
		}
		page = data.Org.Team.Members
	}
}
