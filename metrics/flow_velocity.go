package metrics

import _ "embed" // for the statements

//go:embed flow_velocity.sql
var flowVelocitySQL string

// flowVelocity is how many items get done.
func flowVelocity() Metric {
	return Metric{
		ID: "flow_velocity", Title: "Flow velocity",
		Shape: ShapeRate, Direction: HigherIsBetter, Subject: Items,
	}.withSQL(flowVelocitySQL)
}
