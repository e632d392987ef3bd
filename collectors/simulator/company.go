package simulator

import (
	"time"

	"github.com/weirhq/weir/warehouse"
)

// company is the world at work. It can be asked again and again what has happened since it was last asked; it goes on
// from where it was, and remembers only what can still change.
type company struct {
	world *World
	teams []*memory
	told  time.Time // what settled before is forgotten
}

// memory is a team's history together with those of its things that were told and can still change.
type memory struct {
	*teamHistory
	kept []*Chapter // each at most about as heavy as a chapter
}

func newCompany(w *World) *company {
	c := &company{world: w}
	for _, t := range w.Teams {
		c.teams = append(c.teams, &memory{teamHistory: newTeamHistory(w, t)})
	}
	return c
}

// tell tells the records that are new or have changed in [v.since, v.until), as they are known at v.until, in bundles of
// a bounded size; v.since is not before c.told. After an error the company must not be asked again.
func (c *company) tell(v view, yield func(warehouse.Records) error) error {
	if !c.world.configuration.From.Before(v.until) {
		return nil
	}
	for _, m := range c.teams {
		if err := m.tell(v, yield); err != nil {
			return err
		}
	}
	c.told = v.until
	return yield(v.records(c.world.business(v.since, v.until)))
}

func (m *memory) tell(v view, yield func(warehouse.Records) error) error {
	show := func(c *Chapter) error {
		m.keep(c.unsettled(v.until))
		return yield(v.records(c))
	}
	before := m.kept
	m.kept = nil
	for _, c := range before {
		if err := show(c); err != nil {
			return err
		}
	}
	if err := m.work(v.until, show); err != nil {
		return err
	}
	if err := show(m.turn()); err != nil {
		return err
	}
	unfinished := &Chapter{}
	m.tellUnfinished(unfinished)
	return yield(v.records(unfinished))
}

// keep remembers what may still change, in few chapters.
func (m *memory) keep(c *Chapter) {
	if c.weight == 0 {
		return
	}
	if n := len(m.kept); n > 0 && m.kept[n-1].weight+c.weight <= chapterWeight {
		m.kept[n-1].add(c)
		return
	}
	m.kept = append(m.kept, c)
}
