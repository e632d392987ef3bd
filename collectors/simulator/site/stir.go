package site

import (
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/weirhq/weir/warehouse"
)

// Touch is somebody who touches a pull request without changing what Weir reads of it: it becomes the one that was updated
// last. It tells whether there is such a pull request.
func (s *Site) Touch(repo string, number int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.store.repo[strings.ToLower(repo)]
	if r == nil || r.numbered[number] == nil {
		return false
	}
	r.numbered[number].touch(s.store.until)
	r.settle()
	return true
}

func (p *pull) touch(now time.Time) {
	p.poked = now.Truncate(time.Second)
	p.settle()
}

// Remove takes something out of a vendor's hands for ever: a "ticket" (by key; links to it go, too), a "deployment" (by
// id) or a "build" (by pipeline#id). It tells whether it was there.
func (s *Site) Remove(kind, id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.store.remove(kind, id)
}

func (s *store) remove(kind, id string) bool {
	if s.gone[kind+" "+id] {
		return false
	}
	there := false
	switch kind {
	case "ticket":
		there = s.removeTicket(id)
	case "deployment":
		for _, r := range s.repos {
			before := len(r.deployments)
			r.deployments = slices.DeleteFunc(r.deployments, func(d *deployment) bool {
				if d.ID == id {
					delete(r.deployment, d.id)
				}
				return d.ID == id
			})
			there = there || len(r.deployments) < before
		}
	case "build":
		there = s.removeBuild(id)
	}
	if there {
		s.gone[kind+" "+id] = true
	}
	return there
}

func (s *store) removeTicket(key string) bool {
	t := s.ticket[key]
	if t == nil {
		return false
	}
	delete(s.ticket, key)
	is := func(k *ticket) bool { return k == t }
	t.project.tickets = slices.DeleteFunc(t.project.tickets, is)
	t.project.updated = slices.DeleteFunc(t.project.updated, is)
	for _, l := range t.links {
		other := s.ticket[l.Target]
		if other == nil {
			continue
		}
		other.links = slices.DeleteFunc(other.links, func(l warehouse.TicketLink) bool { return l.Target == key })
		other.poked = s.until.Truncate(time.Second)
		other.settle(s)
	}
	t.project.settle()
	return true
}

func (s *store) removeBuild(name string) (there bool) {
	pipeline, id, _ := strings.Cut(name, "#")
	if j := s.job[pipeline]; j != nil {
		j.newest = slices.DeleteFunc(j.newest, func(b *build) bool {
			if b.ID == id {
				delete(j.builds, b.number())
				there = true
			}
			return b.ID == id
		})
		return there
	}
	for _, r := range s.repos {
		if r.Pipeline() != pipeline {
			continue
		}
		r.runs = slices.DeleteFunc(r.runs, func(w *run) bool {
			if decimal(w.id) == id {
				delete(r.run, w.id)
				there = true
			}
			return decimal(w.id) == id
		})
	}
	return there
}

// stir lets something happen after an answer, so that the pages of a list move: one pull request of each repository and
// one ticket of each project are touched; if it is wanted, time goes on, and something is removed.
func (s *Site) stir(seed uint64, f Faults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ahead += f.Step
	random, now := rand.New(rand.NewPCG(seed, 2)), s.store.until
	for _, r := range s.store.repos {
		if len(r.created) > 0 {
			r.created[random.IntN(len(r.created))].touch(now)
			r.settle()
		}
	}
	for _, p := range s.store.projects {
		if len(p.tickets) > 0 {
			t := p.tickets[random.IntN(len(p.tickets))]
			t.poked = now.Truncate(time.Second)
			t.settle(s.store)
			p.settle()
		}
	}
	if f.Remove {
		s.store.lose(random)
	}
}

// lose removes a ticket that nothing hangs on, a deployment, a run and a build of Jenkins.
func (s *store) lose(random *rand.Rand) {
	if p := s.projects[random.IntN(len(s.projects))]; len(p.tickets) > 0 {
		if t := p.tickets[random.IntN(len(p.tickets))]; t.Type != "Epic" {
			s.remove("ticket", t.Key)
		}
	}
	if r := s.repos[random.IntN(len(s.repos))]; len(r.deployments) > 0 {
		s.remove("deployment", r.deployments[random.IntN(len(r.deployments))].ID)
	}
	if r := s.repos[random.IntN(len(s.repos))]; len(r.runs) > 0 {
		s.remove("build", r.Pipeline()+"#"+decimal(r.runs[random.IntN(len(r.runs))].id))
	}
	if j := s.jobs[random.IntN(len(s.jobs))]; len(j.newest) > 0 {
		s.remove("build", j.name+"#"+j.newest[random.IntN(len(j.newest))].ID)
	}
}
