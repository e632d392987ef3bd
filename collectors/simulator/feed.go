package simulator

import (
	"time"

	"github.com/weirhq/weir/warehouse"
)

// Feed tells what the company does, from its beginning on, to whoever asks again and again: each time the records that
// are new or have changed since the time before. It is what stands behind the simulated vendors.
type Feed struct {
	company *company
	told    time.Time
}

// Feed begins anew with every call.
func (w *World) Feed() *Feed { return &Feed{company: newCompany(w)} }

// Until tells the records as they are known at a moment, in bundles of a bounded size. Nothing is told when the moment is
// not later than the last. After an error of yield the feed must not be used again.
func (f *Feed) Until(t time.Time, yield func(warehouse.Records) error) error {
	v := view{world: f.company.world, since: f.told, until: t.UTC().Truncate(time.Millisecond)}
	if !v.since.Before(v.until) {
		return nil
	}
	f.told = v.until
	return f.company.tell(v, yield)
}

// Begins is the first moment of the history.
func (w *World) Begins() time.Time { return w.configuration.From }

// Bots are the accounts of programs.
func Bots() []*Person { return []*Person{dependencyBot(), styleBot(), deployBot()} }

// Organisation is the owner of all repositories.
func Organisation() string { return organisation[:len(organisation)-1] }
