package metrics

import _ "embed" // for the statements

//go:embed flow_efficiency.sql
var flowEfficiencySQL string

// flowEfficiency is how much of the flow time is work.
func flowEfficiency() Metric {
	return Metric{
		ID: "flow_efficiency", Title: "Flow efficiency",
		Shape: ShapeShare, Direction: HigherIsBetter, Subject: Items,
	}.withSQL(flowEfficiencySQL)
}
