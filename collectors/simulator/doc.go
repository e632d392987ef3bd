// Package simulator is a company that does not exist: Millrace, which sells, takes orders and delivers parcels. It is
// what `weir demo` collects from when nobody has data of their own at hand, and what tests and benchmarks use where they
// need much history, or history whose truth is known.
//
// # The company
//
// Millrace has three products (shop, marketplace, fulfilment), thirty services and twelve teams: seven development
// teams and a platform team, each with services of their own, and four that others wait for: quality (tests),
// operations (approvals), security (reviews) and dba (changes of databases). It works Monday to Friday in UTC, seldom in
// the evening or at the weekend, and little around new year.
//
// Payments, sellers and logistics build with Jenkins, the others with GitHub Actions. Code and deployments are at GitHub,
// tickets in Jira, incidents in PagerDuty.
//
// Most services have one repository of their own name. Three share the monorepo millrace/selling, search has a second
// repository for its front end, and ledger is deployed from release branches with cherry-picks. Repositories merge by
// merge commit, by squashing or by rebasing. Five services run in two production regions.
//
// # What happens
//
// Work comes up as tickets (and now and then without one). A ticket waits in the backlog, is developed, waits for the
// DBA group if a database has to change, becomes one or several pull requests, is reviewed in rounds, merged, tested,
// sometimes sent back, and done. Every merge is built; builds queue, fail and are tried again. Trains of deployments take
// the newest artefact (one change or a batch) through testing and staging to production, waiting for an approval where
// the team needs one. Some deployments fail to run; some break something. Then there is an incident that names the
// deployment, or the commit, or neither, or nobody writes one down; and a rollback, a hotfix, a revert, or patience.
// Some incidents have nothing to do with a deployment. What is going on when somebody looks is open.
//
// # The story
//
// World.Story names what a good measurement has to find: a reorganisation at the start of month 10 after which reviews
// are picked up in half the time; a team whose approvals take days instead of an hour; a service whose deployments break
// far more often than others; and a queue in front of the DBA group that grows month by month.
//
// # How it goes on
//
// The story lies between From and To of the Configuration; the company works on after it in the same way. The world can
// be looked at at any moment (Configuration.Seen), and looking later never changes what was: the records of a moment are
// those of a later one with what happened in between hidden. Live is the collector of a demo that goes on: each run
// writes what is new or has changed since the last, up to its clock's now; Clock is a clock that runs faster.
//
// # How it is made
//
// The world (history.go names its things) is told in Chapters; records.go projects them onto Weir's records, as they are
// known at a moment. Package site serves the same history through the APIs of GitHub, Jira, Jenkins and PagerDuty, and
// what the real collectors make of those equals the records told here. So everything happens at whole seconds, and ids
// are as those vendors make them.
//
//	configuration.go  the window, the story, the organisation as Weir's configuration
//	people.go repos.go            who and what there is
//	chance.go calendar.go agenda.go  random numbers, working time, what happens next
//	team.go           one team's history from beginning to end
//	changes.go review.go graph.go    pull requests and commits
//	pipeline.go trains.go            builds, release branches, deployments
//	incidents.go tickets.go business.go
//	company.go unsettled.go          all teams going on, and what of the past can still change
//	names.go          what vendors call their things
//	feed.go           what is new, for the vendors' APIs
//	live.go clock.go  a collector that follows the company without any vendor
//
// Everything is a pure function of the Configuration: the same seed, window and scale give the same records, byte for
// byte, on every machine. There is no clock and no shared random stream: each piece of work, build and train draws from
// a stream seeded by its own name, and teams do not share state.
package simulator
