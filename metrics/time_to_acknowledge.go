package metrics

import _ "embed" // for the statements

//go:embed time_to_acknowledge.sql
var timeToAcknowledgeSQL string

// timeToAcknowledge is how long a noticed incident waits for somebody.
func timeToAcknowledge() Metric {
	return Metric{
		ID: "time_to_acknowledge", Title: "Time to acknowledge",
		Shape: ShapeDuration, Direction: LowerIsBetter, Subject: Incidents,
	}.withSQL(timeToAcknowledgeSQL)
}
