package metrics

import _ "embed" // for the statements

//go:embed lead_time.sql
var leadTimeSQL string

// leadTime is how long a change takes from its first commit into production, and where that time went.
func leadTime() Metric {
	return Metric{
		ID: "lead_time", Title: "Lead time for changes",
		Shape: ShapeDuration, Direction: LowerIsBetter, Subject: Deliveries,
		Staged: true,
	}.withSQL(leadTimeSQL)
}
