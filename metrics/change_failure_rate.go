package metrics

import _ "embed" // for the statements

//go:embed change_failure_rate.sql
var changeFailureRateSQL string

// changeFailureRate is the share of production deployments that failed.
func changeFailureRate() Metric {
	return Metric{
		ID: "change_failure_rate", Title: "Change failure rate",
		Shape: ShapeRatio, Direction: LowerIsBetter, Subject: Deployments,
	}.withSQL(changeFailureRateSQL)
}
