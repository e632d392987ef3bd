package jenkins

import "encoding/json"

// What Jenkins answers, as far as it was asked for. Times and durations are milliseconds.

// listedJob is a job or a folder in the tree of all.
type listedJob struct {
	Class     string      `json:"_class"`
	Name      string      `json:"name"`
	FullName  string      `json:"fullName"`
	Color     string      `json:"color"`
	LastBuild *numbered   `json:"lastBuild"`
	Jobs      []listedJob `json:"jobs"`
}

type numbered struct {
	Number int64 `json:"number"`
}

type build struct {
	Class     string   `json:"_class"`
	Number    int64    `json:"number"`
	URL       string   `json:"url"`
	Timestamp int64    `json:"timestamp"` // when it left the queue
	Duration  int64    `json:"duration"`  // 0 while it runs
	Building  bool     `json:"building"`
	Result    string   `json:"result"`
	Actions   []action `json:"actions"`
}

// action is one of the many things that plugins attach to a build; each has a few of these fields.
type action struct {
	Class             string      `json:"_class"`
	Causes            []cause     `json:"causes"`
	LastBuiltRevision *revision   `json:"lastBuiltRevision"`
	RemoteURLs        []string    `json:"remoteUrls"`
	Parameters        []parameter `json:"parameters"`
	QueuingDuration   *int64      `json:"queuingDurationMillis"` // the metrics plugin's
}

type cause struct {
	Class            string `json:"_class"`
	ShortDescription string `json:"shortDescription"`
	UserID           string `json:"userId"`
	UserName         string `json:"userName"`
	UpstreamProject  string `json:"upstreamProject"`
}

type revision struct {
	SHA1   string `json:"SHA1"`
	Branch []struct {
		Name string `json:"name"`
	} `json:"branch"`
}

type parameter struct {
	Name  string          `json:"name"`
	Value json.RawMessage `json:"value"` // a text, a number or a truth
}

// buildFields are what is asked of a build. estimatedDuration and the change set would make Jenkins read more files.
const buildFields = "_class,number,url,timestamp,duration,building,result," +
	"actions[_class,lastBuiltRevision[SHA1,branch[name]],remoteUrls,causes[_class,shortDescription,userId,userName,upstreamProject,upstreamBuild],parameters[name,value],queuingDurationMillis]"

// workflow is one run as the workflow API describes it.
type workflow struct {
	ID     string  `json:"id"`
	Stages []stage `json:"stages"`
}

type stage struct {
	Name          string      `json:"name"`
	Status        string      `json:"status"`
	Start         int64       `json:"startTimeMillis"`
	Duration      int64       `json:"durationMillis"`
	PauseDuration int64       `json:"pauseDurationMillis"` // waiting for input
	Error         *stageError `json:"error"`
}

type stageError struct {
	Type string `json:"type"`
}
