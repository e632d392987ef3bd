// Package promotion turns builds into deployments by rules that are configured: CI systems rarely say which of their runs
// put something into an environment, but the names of their jobs, stages and parameters do.
//
// The rules are the same for every CI system. A collector hands each build over as a Candidate, with its stages and
// parameters, and gets the deployments that it was.
package promotion
