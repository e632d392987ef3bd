package metrics

import _ "embed" // for the statements

//go:embed flow_time.sql
var flowTimeSQL string

// flowTime is how long an item takes from the stream's first stage until it is done.
func flowTime() Metric {
	return Metric{
		ID: "flow_time", Title: "Flow time",
		Shape: ShapeDuration, Direction: LowerIsBetter, Subject: Items,
	}.withSQL(flowTimeSQL)
}
