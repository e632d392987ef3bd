package metrics

import (
	"context"
	_ "embed" // for the statements
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

//go:embed services.sql
var servicesSQL string

//go:embed teams.sql
var teamsSQL string

// Directory is what figures can be cut and filtered by.
type Directory struct {
	Services     []ServiceEntry
	Teams        []TeamEntry
	Products     []ProductEntry
	Environments []EnvironmentEntry
}

// ServiceEntry is something that is deployed.
type ServiceEntry struct {
	Name         string            `json:"name"`
	Team         *string           `json:"team"` // nil: no team is known to own it
	Products     []string          `json:"products"`
	Repos        []string          `json:"repos"`
	Environments []EnvironmentName `json:"environments"` // that it was deployed to
}

// EnvironmentName is an environment of a service.
type EnvironmentName struct {
	Name string `json:"name"`
	Kind string `json:"kind"` // production, staging, testing, development
}

// TeamEntry is a group of people; who they are is nobody's business here.
type TeamEntry struct {
	Name     string   `json:"name"`
	Role     string   `json:"role"`   // development, test, operations …; empty: not configured
	People   *int     `json:"people"` // how many belong to it; nil: nobody is known to
	Services []string `json:"services"`
}

// ProductEntry is a group of services.
type ProductEntry struct {
	Name     string   `json:"name"`
	Services []string `json:"services"`
}

// EnvironmentEntry is an environment that something was deployed to. The same name may be of different kinds.
type EnvironmentEntry struct {
	Name     string   `json:"name"`
	Kind     string   `json:"kind"`
	Services []string `json:"services"`
}

// Directory lists the services, teams, products and environments, each sorted by name.
func (r *Reader) Directory(ctx context.Context) (Directory, error) {
	var services []struct {
		Service      string   `ch:"service"`
		Team         string   `ch:"team"`
		Products     []string `ch:"products"`
		Repos        []string `ch:"repos"`
		Environments [][]any  `ch:"environments"`
	}
	var teams []struct {
		Team   string `ch:"team"`
		Role   string `ch:"role"`
		People uint64 `ch:"people"`
	}
	together, both := errgroup.WithContext(ctx)
	together.Go(func() error { return r.w.Select(both, &services, servicesSQL, nil) })
	together.Go(func() error {
		return r.w.Select(both, &teams, teamsSQL, nil)
	})
	if err := together.Wait(); err != nil {
		return Directory{}, fmt.Errorf("list services, teams, products and environments: %w", err)
	}
	d := Directory{Services: []ServiceEntry{}, Teams: []TeamEntry{}, Products: []ProductEntry{}, Environments: []EnvironmentEntry{}}
	for _, t := range teams {
		entry := TeamEntry{Name: t.Team, Role: t.Role, Services: []string{}}
		if people := int(t.People); people > 0 {
			entry.People = &people
		}
		d.Teams = append(d.Teams, entry)
	}
	for _, s := range services {
		entry := ServiceEntry{Name: s.Service, Team: known(s.Team), Products: s.Products, Repos: s.Repos, Environments: []EnvironmentName{}}
		for _, pair := range s.Environments {
			name, _ := pair[0].(string)
			kind, _ := pair[1].(string)
			entry.Environments = append(entry.Environments, EnvironmentName{name, kind})
		}
		d.add(entry)
	}
	return d, nil
}

// add lists a service, and names it in its groups.
func (d *Directory) add(s ServiceEntry) {
	d.Services = append(d.Services, s)
	if s.Team != nil {
		i, found := slices.BinarySearchFunc(d.Teams, *s.Team, func(t TeamEntry, name string) int { return strings.Compare(t.Name, name) })
		if !found {
			d.Teams = slices.Insert(d.Teams, i, TeamEntry{Name: *s.Team})
		}
		d.Teams[i].Services = append(d.Teams[i].Services, s.Name)
	}
	for _, product := range s.Products {
		i, found := slices.BinarySearchFunc(d.Products, product, func(p ProductEntry, name string) int { return strings.Compare(p.Name, name) })
		if !found {
			d.Products = slices.Insert(d.Products, i, ProductEntry{Name: product})
		}
		d.Products[i].Services = append(d.Products[i].Services, s.Name)
	}
	for _, e := range s.Environments {
		i, found := slices.BinarySearchFunc(d.Environments, e, func(at EnvironmentEntry, e EnvironmentName) int {
			return strings.Compare(at.Name+"\x00"+at.Kind, e.Name+"\x00"+e.Kind)
		})
		if !found {
			d.Environments = slices.Insert(d.Environments, i, EnvironmentEntry{Name: e.Name, Kind: e.Kind})
		}
		d.Environments[i].Services = append(d.Environments[i].Services, s.Name)
	}
}

// Known is the first and the last moment of which anything is known: changes merged, deployments finished, incidents
// started. Both are nil where nothing is.
func (r *Reader) Known(ctx context.Context) (firstAt, lastAt *time.Time, err error) {
	var found []struct {
		N     uint64    `ch:"n"`
		First time.Time `ch:"first"`
		Last  time.Time `ch:"last"`
	}
	const sql = `SELECT sum(c) AS n, min(a) AS first, max(b) AS last FROM
	(
	    SELECT count() AS c, min(assumeNotNull(finished_at)) AS a, max(assumeNotNull(finished_at)) AS b FROM deployment_facts WHERE finished_at IS NOT NULL
	    UNION ALL SELECT count(), min(merged_at), max(merged_at) FROM changes
	    UNION ALL SELECT count(), min(started_at), max(started_at) FROM incident_facts
	) WHERE c > 0`
	if err := r.w.Select(ctx, &found, sql, nil); err != nil {
		return nil, nil, fmt.Errorf("find the first and the last moment that is known: %w", err)
	}
	if len(found) == 0 || found[0].N == 0 {
		return nil, nil, nil
	}
	return utc(&found[0].First), utc(&found[0].Last), nil
}
