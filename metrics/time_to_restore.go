package metrics

import _ "embed" // for the statements

//go:embed time_to_restore.sql
var timeToRestoreSQL string

// timeToRestore is how long an incident lasts.
func timeToRestore() Metric {
	return Metric{
		ID: "time_to_restore", Title: "Time to restore",
		Shape: ShapeDuration, Direction: LowerIsBetter, Subject: Incidents,
	}.withSQL(timeToRestoreSQL)
}
