package simulator

import (
	"strings"
	"time"
)

// Roles of teams, as Weir's configuration names them.
const (
	Development = "development"
	Testing     = "test"
	Operations  = "operations"
	Security    = "security"
	Platform    = "platform"
)

// Person is an account holder: a member of a team, or a bot.
type Person struct {
	Login string
	Name  string
	Email string
	Bot   bool
}

// Team is a group of people with a tracker project of its own.
type Team struct {
	Name    string
	Role    string
	Project string // the prefix of its tickets' keys
	Members []*Person
	Jenkins bool // it builds with Jenkins; the others with GitHub Actions

	// approval is the median working time until a production deployment is approved; zero: no approval is asked for.
	approval time.Duration
	// pace is the mean working time between two new pieces of work at scale 1.
	pace time.Duration
}

// except is a member other than somebody.
func (t *Team) except(c *chance, somebody *Person) *Person {
	p := pick(c, t.Members)
	if p != somebody {
		return p
	}
	for i, m := range t.Members {
		if m == p {
			return t.Members[(i+1)%len(t.Members)]
		}
	}
	return p
}

// The bots: one keeps dependencies up to date, one comments on style, one deploys.
func dependencyBot() *Person { return bot("bumpwright[bot]") }
func styleBot() *Person      { return bot("lintwright[bot]") }
func deployBot() *Person     { return bot("shipwright[bot]") }

func bot(login string) *Person {
	return &Person{Login: login, Name: login, Email: strings.TrimSuffix(login, "[bot]") + "@bots.millrace.example", Bot: true}
}

func foundTeams() []*Team {
	const hour, cab = 50 * time.Minute, 2*workday + 4*time.Hour
	minutes := func(n int) time.Duration { return time.Duration(n) * time.Minute }
	rows := []struct {
		name, role, project string
		members             int
		approval, pace      time.Duration
	}{
		{"checkout", Development, "CHK", 8, hour, minutes(85)},
		{"payments", Development, "PAY", 8, cab, minutes(92)},
		{"catalogue", Development, "CAT", 8, 0, minutes(90)},
		{"search", Development, "SRC", 7, 0, minutes(94)},
		{"sellers", Development, "SEL", 8, hour, minutes(92)},
		{"accounts", Development, "ACC", 7, hour, minutes(100)},
		{"logistics", Development, "LOG", 8, hour, minutes(94)},
		{"platform", Platform, "PLT", 6, 0, minutes(108)},
		{"quality", Testing, "QA", 7, 0, minutes(330)},
		{"operations", Operations, "OPS", 6, 0, minutes(240)},
		{"security", Security, "SEC", 4, 0, minutes(420)},
		{"dba", Operations, "DBA", 3, 0, minutes(400)},
	}
	teams := make([]*Team, len(rows))
	hired := 0
	for i, r := range rows {
		teams[i] = &Team{Name: r.name, Role: r.role, Project: r.project, approval: r.approval, pace: r.pace}
		teams[i].Jenkins = r.name == "payments" || r.name == "sellers" || r.name == "logistics"
		for range r.members {
			teams[i].Members = append(teams[i].Members, person(hired))
			hired++
		}
	}
	return teams
}

// person invents the n-th member of the company. The names are of plants and animals and belong to nobody.
func person(n int) *Person {
	first := [...]string{"Alder", "Aspen", "Birch", "Bracken", "Cedar", "Clover", "Fern", "Hazel", "Heather", "Juniper",
		"Larch", "Laurel", "Linden", "Maple", "Moss", "Rowan", "Sage", "Sorrel", "Thistle", "Willow"}
	second := [...]string{"Badger", "Bittern", "Curlew", "Dipper", "Dunlin", "Egret", "Grebe", "Heron", "Kestrel", "Lapwing",
		"Linnet", "Marten", "Osprey", "Otter", "Petrel", "Pipit", "Plover", "Puffin", "Redstart", "Siskin",
		"Stoat", "Teal", "Wigeon", "Wren"}
	// 61 and 24 have no common factor, so no pair comes twice among the first 480 people.
	f, s := first[n%20], second[(n%20*3+n/20*61)%24]
	return &Person{
		Login: strings.ToLower(f + "-" + s),
		Name:  f + " " + s,
		Email: strings.ToLower(f+"."+s) + "@millrace.example",
	}
}

// team is the one of that name.
func (w *World) team(name string) *Team {
	for _, t := range w.Teams {
		if t.Name == name {
			return t
		}
	}
	return nil
}
