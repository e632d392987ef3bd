package site

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/weirhq/weir/collectors/simulator"
	"github.com/weirhq/weir/warehouse"
)

// store is what the site knows of the world at a moment, indexed for serving.
type store struct {
	world *simulator.World
	feed  *simulator.Feed
	until time.Time // what happened before is known

	people  []*person
	account map[string]*person // by login, by e-mail address

	repos    []*repo
	repo     map[string]*repo // by full name, lower case
	jobs     []*job
	job      map[string]*job // by full name
	projects []*project
	ticket   map[string]*ticket
	pager    pager
	gone     map[string]bool // what was removed, by vendor and id; see Site.Remove
	signals  []warehouse.Signal
}

// person is somebody with an account.
type person struct {
	*simulator.Person
	id   int64
	team *simulator.Team // nil: a bot
}

func newStore(w *simulator.World) *store {
	s := &store{world: w, feed: w.Feed(), account: map[string]*person{}, repo: map[string]*repo{}, job: map[string]*job{}, ticket: map[string]*ticket{}, gone: map[string]bool{}}
	enter := func(p *simulator.Person, t *simulator.Team) {
		one := &person{Person: p, id: int64(1001 + len(s.people)), team: t}
		s.people = append(s.people, one)
		s.account[p.Login], s.account[p.Email] = one, one
	}
	for i, t := range w.Teams {
		for _, p := range t.Members {
			enter(p, t)
		}
		s.projects = append(s.projects, &project{id: int64(10001 + i), team: t})
	}
	for _, p := range simulator.Bots() {
		enter(p, nil)
	}
	for _, r := range w.Repos {
		one := newRepo(r)
		s.repos = append(s.repos, one)
		s.repo[strings.ToLower(r.Name)] = one
		if r.Team.Jenkins {
			j := &job{name: r.Pipeline(), folder: r.Team.Name, repo: one, builds: map[int64]*build{}}
			s.jobs = append(s.jobs, j)
			s.job[j.name] = j
		}
	}
	s.pager.found(w)
	return s
}

// learn takes in what happened up to a moment.
func (s *store) learn(now time.Time) error {
	if !now.After(s.until) {
		return nil
	}
	changed := changes{pulls: map[*pull]bool{}, repos: map[*repo]bool{}, tickets: map[*ticket]bool{}, jobs: map[*job]bool{}}
	err := s.feed.Until(now, func(r warehouse.Records) error {
		s.take(r, &changed)
		return nil
	})
	if err != nil {
		return err
	}
	s.until = now
	s.settle(&changed)
	return nil
}

// changes are what one step of learning touched, and what has to be put in order after it.
type changes struct {
	pulls     map[*pull]bool
	repos     map[*repo]bool
	tickets   map[*ticket]bool
	jobs      map[*job]bool
	incidents bool
}

func (s *store) take(r warehouse.Records, changed *changes) {
	for _, k := range r.Commits {
		repo := s.repo[k.Repo]
		repo.takeCommit(k)
		changed.repos[repo] = true
	}
	for _, p := range r.PullRequests {
		repo := s.repo[p.Repo]
		changed.pulls[repo.takePull(p)] = true
		changed.repos[repo] = true
	}
	for _, e := range r.Reviews {
		p := s.repo[e.Repo].pull(e.PullRequest)
		p.takeReview(e)
		changed.pulls[p] = true
	}
	for _, d := range r.Deployments {
		if s.gone["deployment "+d.ID] {
			continue
		}
		repo := s.repo[d.Repo]
		repo.takeDeployment(d)
		changed.repos[repo] = true
	}
	for _, b := range r.Builds {
		if s.gone["build "+b.Pipeline+"#"+b.ID] {
			continue
		}
		if j := s.job[b.Pipeline]; j != nil {
			j.take(b)
			changed.jobs[j] = true
			continue
		}
		repo := s.repo[b.Repo]
		repo.takeBuild(b)
		changed.repos[repo] = true
	}
	for _, b := range r.BuildStages {
		if s.gone["build "+b.Pipeline+"#"+b.BuildID] {
			continue
		}
		if j := s.job[b.Pipeline]; j != nil {
			j.takeStage(b)
			continue
		}
		if repo := s.repo[strings.TrimSuffix(b.Pipeline, "/"+simulator.BuildWorkflow)]; repo != nil {
			repo.takeStage(b)
		}
	}
	s.takeTickets(r, changed)
	for _, i := range r.Incidents {
		s.pager.take(i)
		changed.incidents = true
	}
	s.signals = append(s.signals, r.Signals...)
}

// settle puts the lists in order after a step.
func (s *store) settle(changed *changes) {
	for p := range changed.pulls {
		p.settle()
		changed.repos[p.repo] = true
	}
	for r := range changed.repos {
		r.settle()
	}
	for t := range changed.tickets {
		t.settle(s)
	}
	if len(changed.tickets) > 0 {
		for _, p := range s.projects {
			p.settle()
		}
	}
	for j := range changed.jobs {
		j.settle()
	}
	if changed.incidents {
		s.pager.settle()
	}
	slices.SortStableFunc(s.signals, func(a, b warehouse.Signal) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Product, b.Product), cmp.Compare(a.Name, b.Name))
	})
}
