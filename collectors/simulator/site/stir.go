package site

import (
	"math/rand/v2"
	"time"
)

// Touch is somebody who touches a pull request without changing what Weir reads of it: it becomes the one that was updated
// last. It tells whether there is such a pull request.
func (s *Site) Touch(repo string, number int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.store.repo[repo]
	if r == nil || r.numbered[number] == nil {
		return false
	}
	p := r.numbered[number]
	p.poked = s.store.until.Truncate(time.Second)
	p.settle()
	r.settle()
	return true
}

// stir lets something happen after an answer, so that the pages of a list move: one pull request of each repository and
// one ticket of each project are touched.
func (s *Site) stir(seed uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	random := rand.New(rand.NewPCG(seed, 2))
	now := s.store.until.Truncate(time.Second)
	for _, r := range s.store.repos {
		if len(r.created) > 0 {
			p := r.created[random.IntN(len(r.created))]
			p.poked = now
			p.settle()
			r.settle()
		}
	}
	for _, p := range s.store.projects {
		if len(p.tickets) > 0 {
			t := p.tickets[random.IntN(len(p.tickets))]
			t.poked = now
			t.settle(s.store)
			p.settle()
		}
	}
}
