package metrics

import _ "embed" // for the statements

//go:embed flow_load.sql
var flowLoadSQL string

// flowLoad is how many items are under way.
func flowLoad() Metric {
	return Metric{
		ID: "flow_load", Title: "Flow load",
		Shape: ShapeLevel, Direction: LowerIsBetter, Subject: Items, AtEnd: true,
	}.withSQL(flowLoadSQL)
}
