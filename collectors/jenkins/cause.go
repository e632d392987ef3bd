package jenkins

import (
	"cmp"
	"strings"
)

// triggers are the classes of causes by what they mean, most telling first: a person who replays a build that a push had
// started has started it.
var triggers = []struct {
	trigger string
	classes []string // parts of the names of classes
}{
	{"manual", []string{"UserIdCause", "UserCause", "ReplayCause", "RestartDeclarativePipelineCause"}},
	{"pull_request", []string{"GhprbCause", "GitHubPRCause", "PullRequest"}},
	{"upstream", []string{"UpstreamCause", "BuildUpstreamCause"}},
	{"schedule", []string{"TimerTriggerCause"}},
	{"push", []string{"SCMTriggerCause", "PushCause", "BranchEventCause", "BranchIndexingCause", "GitLabWebHookCause", "BitbucketPush"}},
	{"api", []string{"RemoteCause", "GenericCause"}},
}

// trigger says what started the build, "" when nobody says.
func trigger(b build) string {
	found, best := "", len(triggers)
	for _, a := range b.Actions {
		for _, c := range a.Causes {
			t, rank := c.trigger()
			if rank < best || found == "" {
				found, best = t, rank
			}
		}
	}
	return found
}

// trigger is the word for a cause and how telling it is; less is more.
func (c cause) trigger() (word string, rank int) {
	if strings.Contains(c.Class, "ExceededTimeout") || strings.Contains(c.Class, "Interruption") {
		return "", len(triggers) // not why it began, but why it ended
	}
	class := c.Class[strings.LastIndexAny(c.Class, ".$")+1:]
	for i, t := range triggers {
		for _, part := range t.classes {
			if strings.Contains(class, part) {
				// Multibranch projects say of pull requests and of pushes alike that a branch had an event.
				if t.trigger == "push" && strings.HasPrefix(c.ShortDescription, "Pull request") {
					return "pull_request", i
				}
				return t.trigger, i
			}
		}
	}
	return strings.ToLower(strings.TrimSuffix(class, "Cause")), len(triggers)
}

// starter is the person who started the build, if one did.
func starter(b build) (name string, person bool) {
	for _, a := range b.Actions {
		for _, c := range a.Causes {
			if word, _ := c.trigger(); word != "manual" {
				continue
			}
			person = true
			if user := cmp.Or(c.UserID, c.UserName); name == "" && user != "" {
				name = user
			}
		}
	}
	return name, person
}
