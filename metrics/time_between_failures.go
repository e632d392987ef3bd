package metrics

import _ "embed" // for the statements

//go:embed time_between_failures.sql
var timeBetweenFailuresSQL string

// timeBetweenFailures is how long a service stays free of incidents.
func timeBetweenFailures() Metric {
	return Metric{
		ID: "time_between_failures", Title: "Time between failures",
		Shape: ShapeDuration, Direction: HigherIsBetter, Subject: Incidents,
	}.withSQL(timeBetweenFailuresSQL)
}
