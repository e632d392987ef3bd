package metrics

import "time"

// Forecast is what a Monte Carlo simulation says: each trial draws every coming day from the days of the history.
type Forecast struct {
	Stream  string           `json:"stream"`
	History ForecastHistory  `json:"history"`
	Trials  int              `json:"trials"`
	Seed    int64            `json:"seed"`
	Items   *int             `json:"items"`
	By      *string          `json:"by"`
	When    []ForecastDate   `json:"when"`     // for the items; none: not asked, or too little history
	HowMany []ForecastNumber `json:"how_many"` // by the date; none: not asked, or too little history
	// Chance is the part of the trials in which the items are done by the date; nil unless both are asked.
	Chance   *float64         `json:"chance"`
	BackTest ForecastBackTest `json:"back_test"`
	Notes    []string         `json:"notes"`
}

// ForecastHistory is what the trials draw from: whole days up to the one before now, those without anything done too.
type ForecastHistory struct {
	From   time.Time `json:"from"`
	To     time.Time `json:"to"`
	Days   int       `json:"days"`
	N      int64     `json:"n"`       // items done
	PerDay []int64   `json:"per_day"` // the first day first
}

// ForecastDate is the day by whose end the items are done in that part of the trials.
type ForecastDate struct {
	Confidence float64 `json:"confidence"`
	At         *string `json:"at"` // nil: more than ten years ahead
}

// ForecastNumber is how many items are done by the date in that part of the trials, or more.
type ForecastNumber struct {
	Confidence float64 `json:"confidence"`
	N          int64   `json:"n"`
}

// ForecastBackTest says how forecasts of how many items are done within four weeks, made from only what was known by then,
// compare with what happened.
type ForecastBackTest struct {
	Made int            `json:"made"` // forecasts, a week apart
	Held []ForecastHeld `json:"held"` // for each confidence; none where none could be made
}

// ForecastHeld is how many of the forecasts held: at least as many items were done as they said.
type ForecastHeld struct {
	Confidence float64 `json:"confidence"`
	N          int     `json:"n"`
	Held       int     `json:"held"`
}
