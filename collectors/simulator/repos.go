package simulator

import (
	"slices"
	"strconv"
)

// MergeMethod is how a repository brings a pull request onto its mainline.
type MergeMethod int

// The three methods: a merge commit, one new commit for all, or each commit made anew.
const (
	Merge MergeMethod = iota
	Squash
	Rebase
)

// Product is a group of services that customers know by one name.
type Product struct {
	Name     string
	Services []*Service
}

// Service is a thing that is deployed.
type Service struct {
	Name        string
	Team        *Team
	Repos       []*Repo
	Production  []string // the names of its production environments: one, or one a region
	departures  int      // trains of deployments per 100 working days, for each of its repositories, at scale 1
	breaks      int      // thousandths of its production deployments that break something
	failedRuns  int      // thousandths of its deployments that fail to run
	partnership *Service // another service that shares some of its incidents
}

// Repo is a repository with its mainline.
type Repo struct {
	ID       int64 // from 1
	Name     string
	Team     *Team
	Method   MergeMethod
	Services []*Service // more than one: a monorepo
	Releases bool       // production is deployed from release branches with cherry-picks
	weight   int        // its share of the team's work
}

const organisation = "millrace/"

// BuildWorkflow is the name of the workflow with which GitHub Actions builds.
const BuildWorkflow = "build"

// ShortName is the repository's name without its owner.
func (r *Repo) ShortName() string { return r.Name[len(organisation):] }

// Pipeline is what builds the repository: a job in the folder of its team in Jenkins, or a workflow.
func (r *Repo) Pipeline() string {
	if r.Team.Jenkins {
		return r.Team.Name + "/" + r.ShortName()
	}
	return r.Name + "/" + BuildWorkflow
}

// buildID is the id of a repository's n-th build. GitHub's ids are different over all repositories, Jenkins counts from
// 1 in every job.
func (r *Repo) buildID(n int64) string {
	if r.Team.Jenkins {
		return strconv.FormatInt(n, 10)
	}
	return strconv.FormatInt(r.ID*10_000_000+n, 10)
}

// foundServices lays out services, repositories and products.
func (w *World) foundServices() {
	const global = true
	rows := []struct {
		name, team, product string
		method              MergeMethod
		weight, departures  int
		regions             bool
	}{
		{"checkout", "checkout", "shop", Squash, 14, 60, global},
		{"cart", "checkout", "shop", Squash, 9, 40, false},
		{"pricing", "checkout", "shop", Squash, 10, 75, false},
		{"promotions", "checkout", "shop", Rebase, 5, 20, false},
		{"payments", "payments", "shop", Merge, 13, 40, global},
		{"refunds", "payments", "shop", Merge, 6, 20, false},
		{"ledger", "payments", "shop", Merge, 10, 12, false},
		{"fraud-check", "payments", "shop", Squash, 6, 25, false},
		{"catalogue", "catalogue", "shop", Squash, 12, 85, global},
		{"product-images", "catalogue", "shop", Squash, 5, 25, false},
		{"ratings", "catalogue", "shop", Squash, 6, 40, false},
		{"stock", "catalogue", "fulfilment", Merge, 10, 55, false},
		{"search", "search", "shop", Squash, 12, 70, global},
		{"recommendations", "search", "shop", Squash, 9, 55, false},
		{"search-index", "search", "shop", Rebase, 6, 25, false},
		{"seller-portal", "sellers", "marketplace", Merge, 24, 40, false},
		{"onboarding", "sellers", "marketplace", Merge, 0, 22, false},
		{"commissions", "sellers", "marketplace", Merge, 0, 20, false},
		{"payouts", "sellers", "marketplace", Squash, 8, 25, false},
		{"accounts", "accounts", "marketplace", Squash, 11, 40, false},
		{"sign-in", "accounts", "marketplace", Squash, 9, 30, false},
		{"notifications", "accounts", "marketplace", Rebase, 7, 35, false},
		{"parcels", "logistics", "fulfilment", Merge, 11, 35, false},
		{"routing", "logistics", "fulfilment", Merge, 8, 25, false},
		{"tracking", "logistics", "fulfilment", Squash, 8, 45, false},
		{"returns", "logistics", "fulfilment", Squash, 6, 25, false},
		{"gateway", "platform", "shop", Squash, 9, 35, global},
		{"feature-flags", "platform", "shop", Squash, 7, 50, false},
		{"audit-log", "platform", "marketplace", Squash, 5, 20, false},
		{"scheduler", "platform", "fulfilment", Rebase, 6, 25, false},
	}
	for _, r := range rows {
		s := &Service{Name: r.name, Team: w.team(r.team), Production: []string{"production"},
			departures: r.departures, breaks: 55, failedRuns: 20}
		if r.regions {
			s.Production = []string{"production-eu", "production-us"}
		}
		if r.name == w.Story.FlakyService {
			s.breaks, s.failedRuns = 400, 140
		}
		w.Services = append(w.Services, s)
		w.addRepo(s, r.method, r.weight)
		w.addToProduct(s, r.product)
	}
	for i, s := range w.Services {
		s.partnership = w.Services[(i+1)%len(w.Services)]
	}
}

// addRepo gives a service its repository, most often one of its own name. The exceptions: three services live in one
// monorepo, one service has a second repository for its front end, and one is released from branches.
func (w *World) addRepo(s *Service, method MergeMethod, weight int) {
	name := s.Name
	switch s.Name {
	case "seller-portal", "onboarding", "commissions":
		name = "selling"
	}
	w.ownRepo(s, name, method, weight).Releases = s.Name == "ledger"
	if s.Name == "search" {
		w.ownRepo(s, "search-frontend", Merge, weight/2)
	}
}

func (w *World) ownRepo(s *Service, name string, method MergeMethod, weight int) *Repo {
	name = organisation + name
	at := slices.IndexFunc(w.Repos, func(r *Repo) bool { return r.Name == name })
	if at < 0 {
		at = len(w.Repos)
		w.Repos = append(w.Repos, &Repo{ID: int64(at + 1), Name: name, Team: s.Team, Method: method, weight: weight})
	}
	r := w.Repos[at]
	r.Services = append(r.Services, s)
	s.Repos = append(s.Repos, r)
	return r
}

func (w *World) addToProduct(s *Service, name string) {
	at := slices.IndexFunc(w.Products, func(p *Product) bool { return p.Name == name })
	if at < 0 {
		at = len(w.Products)
		w.Products = append(w.Products, &Product{Name: name})
	}
	w.Products[at].Services = append(w.Products[at].Services, s)
}
