package derive

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"
)

// Organisation is what the configuration adds to the records: what no vendor knows.
type Organisation struct {
	Timezone     string            `yaml:"timezone"` // of reports; default UTC
	Teams        []Team            `yaml:"teams"`
	Services     []Service         `yaml:"services"`
	Products     []Product         `yaml:"products"`
	Environments map[string]string `yaml:"environments"` // name: kind, for every service
	People       People            `yaml:"people"`
	Failures     Failures          `yaml:"failures"`
	Calendars    []Calendar        `yaml:"calendars"`
	Calendar     string            `yaml:"calendar"` // the one of whoever has none of his own; needless where there is only one
	Streams      []Stream          `yaml:"streams"`
	Groups       Groups            `yaml:"groups"`
}

// Team is a group of people; figures are of groups only.
type Team struct {
	Name    string   `yaml:"name"`
	Role    string   `yaml:"role"` // development, test, operations, security, platform, business …
	Members []string `yaml:"members"`
	Groups  []string `yaml:"groups"` // vendors' groups whose members belong to it, such as acme/payments

	Calendar string `yaml:"calendar"` // by which it works; default: the organisation's
}

// Groups says which groups are too small to be shown.
type Groups struct {
	Smallest int `yaml:"smallest"` // people; default 3. Smaller teams are shown together, as "other"
}

// smallestGroup is how many people a group has at least that figures show.
const smallestGroup = 3

func (g Groups) smallest() int {
	if g.Smallest == 0 {
		return smallestGroup
	}
	return g.Smallest
}

// Service is something that is deployed.
type Service struct {
	Name         string              `yaml:"name"`
	Repos        []string            `yaml:"repos"`
	Paths        map[string][]string `yaml:"paths"` // repo: globs, of a repository that several services share
	Team         string              `yaml:"team"`
	Environments map[string]string   `yaml:"environments"` // name: kind
}

// Product is a group of services.
type Product struct {
	Name     string   `yaml:"name"`
	Services []string `yaml:"services"`
}

// People joins accounts and names bots.
type People struct {
	Aliases [][]string `yaml:"aliases"` // each list: the accounts of one person
	Bots    []string   `yaml:"bots"`
	// BotCommits says whether a bot's commit may be the first of a change: count (the default, so that a dependency
	// update is delivered like any other change) or ignore.
	BotCommits string `yaml:"bot_commits"`
}

// Failures says when a deployment counts as failed.
type Failures struct {
	Window string          `yaml:"window"` // default 24h
	Rules  map[string]bool `yaml:"rules"`
}

// failureRules are the rules and whether they are on when nothing is configured.
var failureRules = map[string]bool{"linked": true, "rolled_back": true, "fixed_forward": true, "attributed": true, "failed_run": false}

var environmentKinds = []string{"production", "staging", "testing", "development"}

const defaultWindow = 24 * time.Hour

func (f Failures) window() (time.Duration, error) {
	if f.Window == "" {
		return defaultWindow, nil
	}
	d, err := time.ParseDuration(f.Window)
	if err != nil || d <= 0 {
		return 0, fmt.Errorf("failures.window: %q is not a duration such as 24h or 90m", f.Window)
	}
	return d, nil
}

// rules lists the rules that are switched on, in a fixed order.
func (f Failures) rules() []string {
	var on []string
	for rule, enabled := range failureRules {
		if set, ok := f.Rules[rule]; ok {
			enabled = set
		}
		if enabled {
			on = append(on, rule)
		}
	}
	sort.Strings(on)
	return on
}

// Validate says what is wrong with the organisation, all of it.
func (o Organisation) Validate() error {
	var errs []error
	add := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if _, err := time.LoadLocation(o.Timezone); err != nil || o.Timezone == "Local" {
		add("timezone: %q is not a time zone such as UTC or Europe/Berlin", o.Timezone)
	}
	teams, services := map[string]bool{}, map[string]bool{}
	for i, t := range o.Teams {
		if t.Name == "" || teams[t.Name] {
			add("teams[%d]: the name %q is empty or used twice", i, t.Name)
		}
		teams[t.Name] = true
	}
	for i, s := range o.Services {
		if s.Name == "" || services[s.Name] {
			add("services[%d]: the name %q is empty or used twice", i, s.Name)
		}
		services[s.Name] = true
		if s.Team != "" && !teams[s.Team] {
			add("services[%d] (%s): there is no team %q", i, s.Name, s.Team)
		}
		errs = append(errs, validKinds(fmt.Sprintf("services[%d] (%s).environments", i, s.Name), s.Environments)...)
	}
	for i, p := range o.Products {
		if p.Name == "" {
			add("products[%d]: the name is empty", i)
		}
		for _, s := range p.Services {
			if !services[s] {
				add("products[%d] (%s): there is no service %q", i, p.Name, s)
			}
		}
	}
	errs = append(errs, validKinds("environments", o.Environments)...)
	errs = append(errs, o.validateCalendars()...)
	errs = append(errs, o.validateStreams()...)
	if _, err := o.Failures.window(); err != nil {
		errs = append(errs, err)
	}
	if !slices.Contains([]string{"", "count", "ignore"}, o.People.BotCommits) {
		add("people.bot_commits: %q is neither count nor ignore", o.People.BotCommits)
	}
	for rule := range o.Failures.Rules {
		if _, known := failureRules[rule]; !known {
			add("failures.rules: there is no rule %q; the rules are attributed, failed_run, fixed_forward, linked, rolled_back", rule)
		}
	}
	return errors.Join(errs...)
}

func validKinds(where string, kinds map[string]string) (errs []error) {
	for name, kind := range kinds {
		if !slices.Contains(environmentKinds, kind) {
			errs = append(errs, fmt.Errorf("%s.%s: %q is not a kind of environment; the kinds are %s", where, name, kind, strings.Join(environmentKinds, ", ")))
		}
	}
	return errs
}

const organisationState = "organisation"

// unsettledState is not empty while the organisation's tables and its saved text may disagree.
const unsettledState = "organisation_unsettled"

// Apply stores the organisation. If it differs from the stored one, everything will be derived again.
func (d *Deriver) Apply(ctx context.Context, o Organisation) error {
	if err := o.Validate(); err != nil {
		return err
	}
	text, err := json.Marshal(o)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	stored, err := d.w.State(ctx, organisationState)
	if err != nil {
		return err
	}
	unsettled, err := d.w.State(ctx, unsettledState)
	if err != nil || stored == string(text) && unsettled == "" {
		return err
	}
	s, err := d.newStage(ctx)
	if err != nil {
		return err
	}
	defer s.drop(ctx)
	if err := s.fillOrganisation(ctx, o); err != nil {
		return fmt.Errorf("store the organisation: %w", err)
	}
	for _, step := range []func() error{
		func() error { return d.w.SaveState(ctx, unsettledState, "true") },
		func() error { return d.w.SaveState(ctx, progressState, "") }, // derive everything again
		func() error { return s.publish(ctx) },
		func() error { return d.w.SaveState(ctx, organisationState, string(text)) },
		func() error { return d.w.SaveState(ctx, unsettledState, "") },
	} {
		if err := step(); err != nil {
			return fmt.Errorf("store the organisation: %w", err)
		}
	}
	return nil
}

// Organisation reads the stored organisation; the zero one if none was ever applied.
func (d *Deriver) Organisation(ctx context.Context) (o Organisation, err error) {
	text, err := d.w.State(ctx, organisationState)
	if err != nil || text == "" {
		return o, err
	}
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return o, fmt.Errorf("read the stored organisation: %w", err)
	}
	return o, nil
}

// Location is the reporting time zone.
func (d *Deriver) Location(ctx context.Context) (*time.Location, error) {
	o, err := d.Organisation(ctx)
	if err != nil {
		return nil, err
	}
	return time.LoadLocation(o.Timezone)
}

func (s *stage) fillOrganisation(ctx context.Context, o Organisation) error {
	products := map[string][]string{}
	for _, p := range o.Products {
		for _, s := range p.Services {
			products[s] = append(products[s], p.Name)
		}
	}
	var services, repos, environments, teams, accounts rows
	for _, service := range o.Services {
		services.add(service.Name, service.Team, products[service.Name])
		for _, repo := range service.Repos {
			repos.add(service.Name, repo)
		}
		for name, kind := range service.Environments {
			environments.add(service.Name, name, kind)
		}
	}
	for name, kind := range o.Environments {
		environments.add("", name, kind)
	}
	for _, t := range o.Teams {
		teams.add(t.Name, t.Role, append([]string{}, t.Members...), append([]string{}, t.Groups...))
	}
	for account, person := range o.People.accounts() {
		accounts.add(account, person.name, person.bot)
	}
	for _, t := range []struct {
		name string
		rows rows
	}{{"org_services", services}, {"org_repos", repos}, {"org_environments", environments}, {"org_teams", teams}, {"org_accounts", accounts}} {
		if err := s.add(ctx, []string{t.name}, false); err != nil {
			return err
		}
		if err := s.d.w.Replace(ctx, s.name(t.name), t.rows); err != nil {
			return err
		}
	}
	return s.fillCalendars(ctx, o)
}

type rows [][]any

func (r *rows) add(values ...any) { *r = append(*r, values) }

type person struct {
	name string
	bot  bool
}

// accounts says whose each named account is. Accounts compare in lower case; one that is not named is a person of its own.
func (p People) accounts() map[string]person {
	accounts := map[string]person{}
	for _, list := range p.Aliases {
		for _, account := range list {
			accounts[strings.ToLower(account)] = person{name: strings.ToLower(list[0])}
		}
	}
	for _, account := range p.Bots {
		account = strings.ToLower(account)
		name := account
		if known, ok := accounts[account]; ok {
			name = known.name
		}
		accounts[account] = person{name: name, bot: true}
	}
	return accounts
}
