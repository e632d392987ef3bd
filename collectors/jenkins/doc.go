// Package jenkins collects the builds of a Jenkins server: freestyle jobs, pipelines and the branches of multibranch
// projects, in folders however deep; their stages where wanted; and, by configured rules, the deployments that they were.
//
// A sync in which nothing happened is one request: the tree of all jobs with the number of each one's last build. New
// builds of a job are one request more, and stages one for each build, since Jenkins tells them no other way.
//
// Jenkins throws old builds away (its log rotation), and multibranch projects throw a branch's job away once the branch is
// merged. None of that unmakes what happened: what was collected stays. Only a build that was still running when Jenkins
// forgot it is deleted, because nobody will ever know how it ended.
//
// The requests are made without bndr/gojenkins: it sends them without their context, so that they cannot be cancelled,
// takes every status and every broken answer for a success, and its types leave out what queue times and causes need.
package jenkins
