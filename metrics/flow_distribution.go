package metrics

import _ "embed" // for the statements

//go:embed flow_distribution.sql
var flowDistributionSQL string

// flowDistribution is what the items that get done are for.
func flowDistribution() Metric {
	return Metric{
		ID: "flow_distribution", Title: "Flow distribution",
		Shape: ShapeRatio, Direction: NeitherIsBetter, Subject: Items, Classed: true,
	}.withSQL(flowDistributionSQL)
}

// itemClasses are what items are for, in the order in which they are told; the last one is of items of which it is not known.
var itemClasses = []string{"feature", "defect", "risk", "debt", ""}
