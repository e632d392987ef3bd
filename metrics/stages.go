package metrics

// stage is one step of a lead time: whether somebody works in it, and what it is spent on or waits for.
type stage struct {
	name   string
	class  string // active, waiting
	reason string
}

// stageOrder is the order of the work, and of the columns in lead_time.sql.
var stageOrder = []stage{
	{"coding", "active", "working"},
	{"pickup", "waiting", "review"},
	{"review", "active", "review"},
	{"merge_wait", "waiting", "merge"},
	{"build_queue", "waiting", "ci queue"},
	{"build", "active", "ci run"},
	{"approval", "waiting", "approval"},
	{"deploy_wait", "waiting", "deploy window"},
	{"deploy", "active", "deploy"},
}

func stageNamed(name string) stage {
	for _, s := range stageOrder {
		if s.name == name {
			return s
		}
	}
	return stage{name: name}
}
