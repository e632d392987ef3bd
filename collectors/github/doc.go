// Package github collects from GitHub, the cloud or an Enterprise Server: commits of the default branch and of release
// branches, pull requests with their commits and reviews, Actions runs and jobs, deployments with their statuses, and
// where they are wanted releases and tags as deployments, issues as tickets or incidents, and the members of teams.
//
// What comes in great numbers is asked for by GraphQL, a hundred items with all that belongs to them in one request;
// what GraphQL does not know (attempts of runs, the exact difference of two commits, "has anything changed?") by REST.
// The queries are in the folder queries, one operation a file.
//
//	configuration.go              what may be configured
//	vendor.go graphql.go          one request: REST with ETags, GraphQL with its errors
//	collector.go repositories.go  which repositories there are
//	repository.go cursor.go       one repository: its lists, step by step
//	commits.go history.go graph.go     branches: whole, by windows of time, and by what is new
//	pulls.go actions.go approvals.go deployments.go issues.go releases.go teams.go   the lists
//	actions_vanished.go renaming.go     what is not there any more, or has another name
//	mapping.go map_*.go           from GitHub's words to records: functions of the payload alone
//	webhook.go                    the same for what GitHub pushes
//	check.go                      what the credentials may read
//
// Every list begins a sync with one conditional request. Where GitHub answers 304, nothing else of the list is asked.
package github
