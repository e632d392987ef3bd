package simulator

import "time"

// agenda holds what is going to happen, soonest first; of things at the same moment, the one that was entered first.
// (A heap written out, because container/heap boxes every element and this is the simulator's busiest place.)
type agenda struct {
	entries []entry
	entered uint64
}

type entry struct {
	at    int64 // milliseconds since 1970
	order uint64
	do    func(at time.Time)
}

func (a entry) before(b entry) bool { return a.at < b.at || a.at == b.at && a.order < b.order }

func (a *agenda) enter(at time.Time, do func(at time.Time)) {
	a.entered++
	a.entries = append(a.entries, entry{at.UnixMilli(), a.entered, do})
	e := a.entries
	for i := len(e) - 1; i > 0; {
		above := (i - 1) / 2
		if !e[i].before(e[above]) {
			return
		}
		e[i], e[above] = e[above], e[i]
		i = above
	}
}

// next takes out what happens first, if that is before a moment (in milliseconds since 1970).
func (a *agenda) next(until int64) (entry, bool) {
	e := a.entries
	if len(e) == 0 || e[0].at >= until {
		return entry{}, false
	}
	first, last := e[0], len(e)-1
	e[0] = e[last]
	e[last] = entry{}
	e = e[:last]
	a.entries = e
	for i := 0; ; {
		least := 2*i + 1
		if least >= last {
			break
		}
		if right := least + 1; right < last && e[right].before(e[least]) {
			least = right
		}
		if !e[least].before(e[i]) {
			break
		}
		e[i], e[least] = e[least], e[i]
		i = least
	}
	return first, true
}
