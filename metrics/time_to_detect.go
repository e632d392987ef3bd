package metrics

import _ "embed" // for the statements

//go:embed time_to_detect.sql
var timeToDetectSQL string

// timeToDetect is how long an incident goes unnoticed.
func timeToDetect() Metric {
	return Metric{
		ID: "time_to_detect", Title: "Time to detect",
		Shape: ShapeDuration, Direction: LowerIsBetter, Subject: Incidents,
	}.withSQL(timeToDetectSQL)
}
