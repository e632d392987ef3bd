// Package git collects the history of a repository, a local one or one at a URL, through the git program: commits, pull
// requests as far as commits betray them, and deployments from tags.
//
// Git knows no vendor, so this collector knows less than a vendor's. Of a pull request it knows only the moment of the
// merge; that moment therefore also stands for its creation and its last update. All the time before the merge is then
// coding, instead of a pickup and a review that were made up, and a source that knows the pull request better always
// wins, because it knows later updates.
//
// The first run reads everything; later ones read what the refs in the cursor cannot reach. Whatever happened between two
// runs (force-pushes, moved tags, deleted branches), the records end as a first run would have made them.
package git
