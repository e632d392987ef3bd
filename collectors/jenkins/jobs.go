package jenkins

import (
	"context"
	"errors"
	"slices"
	"strings"
)

// job is a leaf of the tree: what has builds.
type job struct {
	name     string // its full name
	last     int64  // the number of its last build, 0 when there is none
	pipeline bool   // it may have stages
}

// depth is how many levels of folders are asked for at once. Folders in folders in a multibranch project are three.
const depth = 5

// jobFields asks for jobs with the number of each one's last build, and those in them.
func jobFields() string {
	fields := "_class,name,fullName,color,lastBuild[number]"
	tree := fields
	for range depth - 1 {
		tree = fields + ",jobs[" + tree + "]"
	}
	return "jobs[" + tree + "]"
}

// jobs lists all jobs that are wanted, by their full names, and counts the folders.
func (c *Collector) jobs(ctx context.Context) (found []job, folders int, err error) {
	waiting := []string{""}
	for len(waiting) > 0 {
		folder := waiting[0]
		waiting = waiting[1:]
		var answer listedJob
		err := c.client.get(ctx, pathOf(folder)+"/api/json", tree(jobFields()), &answer)
		if errors.Is(err, errGone) && folder != "" {
			continue // it has just been deleted
		}
		if err != nil {
			return nil, 0, err
		}
		l := listing{wants: c.configuration.wants}
		l.add(folder, answer.Jobs, 1)
		found, waiting, folders = append(found, l.jobs...), append(waiting, l.deeper...), folders+l.folders
	}
	slices.SortFunc(found, func(a, b job) int { return strings.Compare(a.name, b.name) })
	return slices.CompactFunc(found, func(a, b job) bool { return a.name == b.name }), folders, nil
}

// listing is what one answer told.
type listing struct {
	wants   func(string) bool
	jobs    []job
	deeper  []string // folders whose contents were not in the answer
	folders int
}

func (l *listing) add(folder string, listed []listedJob, level int) {
	for _, j := range listed {
		name := j.FullName
		if name == "" && j.Name != "" {
			name = strings.TrimPrefix(folder+"/"+j.Name, "/")
		}
		switch {
		case name == "":
		case j.isFolder():
			l.folders++
			if level < depth {
				l.add(name, j.Jobs, level+1)
			} else {
				l.deeper = append(l.deeper, name)
			}
		case l.wants(name):
			one := job{name: name, pipeline: strings.HasSuffix(j.Class, ".WorkflowJob")}
			if j.LastBuild != nil {
				one.last = j.LastBuild.Number
			}
			l.jobs = append(l.jobs, one)
		}
	}
}

// isFolder: folders have no builds, and a ball of no colour stands beside them. There are many kinds of them: folders,
// organisations, multibranch projects, those of plugins.
func (j listedJob) isFolder() bool {
	class := j.Class[strings.LastIndexByte(j.Class, '.')+1:]
	return len(j.Jobs) > 0 || j.Color == "" && j.LastBuild == nil &&
		(strings.Contains(class, "Folder") || strings.Contains(class, "MultiBranch"))
}
