package simulator

import "time"

// business tells what the products brought in: orders and sign-ups of every whole day that ended after since and not
// after until, as known at its end. They grow slowly, follow the week, and rise before Christmas.
func (w *World) business(since, until time.Time) *Chapter {
	chapter := &Chapter{}
	from := w.configuration.From
	start := from.Truncate(day)
	if start.Before(from) {
		start = start.Add(day)
	}
	if since.After(start) {
		start = since.Truncate(day)
	}
	for i, p := range w.Products {
		for at := start; !at.Add(day).After(until); at = at.Add(day) {
			c := newChance(w.configuration.Seed, "business/"+p.Name, at.Unix())
			orders := int64([]int{5200, 1900, 3100}[i%3])
			orders = orders * (1000 + w.elapsed(at)/4) / 1000
			orders = orders * []int64{118, 96, 94, 95, 98, 104, 112}[at.Weekday()] / 100
			if _, month, d := at.Date(); month == time.December && d < 24 {
				orders = orders * 135 / 100
			}
			orders = orders * int64(940+c.below(121)) / 1000
			signUps := orders * int64(60+c.below(15)) / 1000
			chapter.Signals = append(chapter.Signals,
				Signal{p.Name, "orders", at, float64(orders)}, Signal{p.Name, "sign-ups", at, float64(signUps)})
		}
	}
	return chapter
}
