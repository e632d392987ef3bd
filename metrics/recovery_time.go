package metrics

import _ "embed" // for the statements

//go:embed recovery_time.sql
var recoveryTimeSQL string

// recoveryTime is how long a failed deployment does harm.
func recoveryTime() Metric {
	return Metric{
		ID: "recovery_time", Title: "Failed-deployment recovery time",
		Shape: ShapeDuration, Direction: LowerIsBetter, Subject: Deployments,
	}.withSQL(recoveryTimeSQL)
}
