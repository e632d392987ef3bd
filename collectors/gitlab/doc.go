// Package gitlab collects from GitLab, gitlab.com or one's own: merge requests with their commits, approvals and the
// events in their notes; commits of the default branch; pipelines with their jobs and queue times; deployments with
// environments and approvals; issues as tickets or incidents. What GitLab pushes is mapped by the same rules (Webhook).
//
// Each list of a project is read newest first by the moment of the last change, in pages whose limits are moments and not
// positions, so that items which move while they are read are missed nowhere; then, run by run, what has changed since.
// A quiet sync is one request for each list of a project, conditional (ETag, 304) where GitLab had said one.
//
// A finished pipeline that GitLab no longer has stays known: projects can be told to throw old pipelines away, which
// unmakes nothing. Merge requests, deployments and issues that were deleted disappear with the next reconcile.
package gitlab
