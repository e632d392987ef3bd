package metrics

import _ "embed" // for the statements

//go:embed rework_rate.sql
var reworkRateSQL string

// reworkRate is the share of production deployments that only repair.
func reworkRate() Metric {
	return Metric{
		ID: "rework_rate", Title: "Deployment rework rate",
		Shape: ShapeRatio, Direction: LowerIsBetter, Subject: Deployments,
	}.withSQL(reworkRateSQL)
}
