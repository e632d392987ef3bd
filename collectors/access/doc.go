// Package access is the way of every request from a collector to a vendor. Collectors speak through a plain http.Client;
// what keeps that reliable and polite stands here, once for all of them:
//
//   - a bounded number of requests to a host at the same time;
//   - the budget of a credential, shared by the sources that use it: the first half of what a limit allows may be spent
//     at once, the rest is spread until the limit resets;
//   - limits, Retry-After and GitHub's secondary limits are waited for, however long they last;
//   - what passes by itself (5xx, broken and late connections, truncated bodies, bodies that are no JSON although they
//     say so) is tried again, after a pause that doubles; a collector sees whole answers only;
//   - every answer is counted, and can be kept.
//
// A request that reaches this package must be safe to repeat: collectors only read. Authentication stands before it, as
// each vendor's client brings its own.
package access
