// Package api is the room of what is asked over HTTP: routes, their OpenAPI document, errors, and the pages of the
// dashboard. What the numbers mean is in package metrics; every answer here is what `weir query` and `weir items` answer to
// the same parameters, byte for byte.
//
//	server.go     what a server needs, listening, and stopping without losing an answer
//	routes.go     the operations; OpenAPI is generated from them (openapi.json is kept beside and compared by a test)
//	parameters.go the parameters that questions share, and what is wrong with them
//	bodies.go     what answers look like, as schemas
//	remember.go   answers are kept until the data change: ETag, 304, one computation for many who ask the same
//	sources.go    how the collectors are doing, and sync now
//	pushed.go     what vendors and scripts push, handed on to whoever takes it
//	problems.go   every failure as problem+json
//	others.go     what pages of other sites may not do
//	import.go     records that are sent
//	observe.go    logs, request ids, figures for Prometheus
//	pages.go      the dashboard's files
//	client.go     the other end: what `weir query --server URL` works through
package api
