package metrics

import _ "embed" // for the statements

//go:embed deployment_frequency.sql
var deploymentFrequencySQL string

// deploymentFrequency is how often a service is deployed to production with success.
func deploymentFrequency() Metric {
	return Metric{
		ID: "deployment_frequency", Title: "Deployment frequency",
		Shape: ShapeRate, Direction: HigherIsBetter, Subject: Deployments,
	}.withSQL(deploymentFrequencySQL)
}
