package git

// Finding describes what the last run saw, so that a result, an empty one above all, can be explained.
type Finding struct {
	Repo         string // the records' name
	Service      string
	Environment  string
	Branch       string // the mainline, "" when it could not be told
	Tip          string // its newest commit, "" when the repository has none yet
	Shallow      bool   // the history is cut off: `git fetch --unshallow` completes it
	Forgotten    bool   // the repository was rewritten and does not know what was collected before, so old records may remain
	Unchanged    bool   // nothing was new
	Commits      int    // read and written by this run
	PullRequests int    // likewise
	Deployments  int    // likewise

	Tags              int      // all tags that are deployments, new or not
	TagExamples       []string // a few of their names
	TagsUnmatched     int      // tags that the pattern does not match
	UnmatchedExamples []string // a few of their names
	TagsElsewhere     int      // tags with a matching name that point to no commit
}

const examples = 5

func (f *Finding) matched(name string) {
	f.Tags++
	if len(f.TagExamples) < examples {
		f.TagExamples = append(f.TagExamples, name)
	}
}

func (f *Finding) unmatched(name string) {
	f.TagsUnmatched++
	if len(f.UnmatchedExamples) < examples {
		f.UnmatchedExamples = append(f.UnmatchedExamples, name)
	}
}
