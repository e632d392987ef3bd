package derive_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir/metrics/derive"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// workingTime is the statement that 0007_calendars.sql tells its readers to use, of the rows of `asked`.
const workingTime = `SELECT concat(toString(i.n), ' ', ifNull(toString(
		e.before_ms + dateDiff('millisecond', e.start_at, least(i.until, e.end_at))
		- s.before_ms - dateDiff('millisecond', s.start_at, least(i.start_at, s.end_at))), 'unknown')) AS text
	FROM (SELECT *, ifNull(end_at, toDateTime64(0, 3, 'UTC')) AS until FROM asked) AS i
	LEFT JOIN org_team_calendars AS c ON c.team = if(i.team IN (SELECT team FROM org_team_calendars), i.team, '')
	ASOF LEFT JOIN working_spans AS s ON c.calendar = s.calendar AND i.start_at >= s.start_at
	ASOF LEFT JOIN working_spans AS e ON c.calendar = e.calendar AND i.until >= e.start_at
	ORDER BY i.n`

// ask makes the table `asked`: the team, the start and the end of each row, in UTC.
func ask(t *testing.T, w *warehouse.Warehouse, rows [][3]string) {
	t.Helper()
	for _, sql := range []string{"DROP TABLE IF EXISTS asked",
		"CREATE TABLE asked (n UInt32, team LowCardinality(String), start_at DateTime64(3, 'UTC'), end_at Nullable(DateTime64(3, 'UTC'))) ENGINE = Memory"} {
		if err := w.Exec(t.Context(), sql, nil); err != nil {
			t.Fatal(err)
		}
	}
	var values []string
	for i, r := range rows {
		values = append(values, fmt.Sprintf("(%d, '%s', '%s', nullIf('%s', ''))", i, r[0], r[1], r[2]))
	}
	if err := w.Exec(t.Context(), "INSERT INTO asked VALUES "+strings.Join(values, ", "), nil); err != nil {
		t.Fatal(err)
	}
}

func texts(t *testing.T, w *warehouse.Warehouse, sql string) []string {
	t.Helper()
	var rows []struct {
		Text string `ch:"text"`
	}
	if err := w.Select(t.Context(), &rows, sql, nil); err != nil {
		t.Fatalf("%v\n%s", err, sql)
	}
	list := make([]string, len(rows))
	for i, r := range rows {
		list[i] = r.Text
	}
	return list
}

// offices are teams that work in Berlin (by default), in Tokyo, in shifts around the clock and at night.
var offices = derive.Organisation{
	Calendar: "berlin",
	Calendars: []derive.Calendar{
		{Name: "berlin", Timezone: "Europe/Berlin", Hours: map[string]string{"mon-fri": "09:00-17:00", "Sat": "09:00-12:00"}, Holidays: []string{"2026-12-25", "05-01"}},
		{Name: "tokyo", Timezone: "Asia/Tokyo", Hours: map[string]string{"mon-fri": "9:00-12:00, 13:00-18:00"}},
		{Name: "always", Hours: map[string]string{"mon-sun": "00:00-24:00"}},
		{Name: "night", Timezone: "Europe/Berlin", Hours: map[string]string{"sun-sat": "22:00-06:00"}, Holidays: []string{"2026-12-25"}},
		{Name: "odd", Timezone: "Europe/Berlin", Hours: map[string]string{"sunday": "02:10-02:50"}},
	},
	Teams: []derive.Team{
		{Name: "payments"}, {Name: "search", Calendar: "tokyo"}, {Name: "operations", Calendar: "always"}, {Name: "watch", Calendar: "night"}, {Name: "odd", Calendar: "odd"},
	},
	Services: []derive.Service{{Name: "a", Team: "payments"}, {Name: "b", Team: "search"}, {Name: "c", Team: "operations"}},
}

func TestWorkingTime(t *testing.T) {
	w := warehousetest.Open(t)
	if err := newDeriver(w).Apply(t.Context(), offices); err != nil {
		t.Fatal(err)
	}
	const unknown = -1
	tests := []struct {
		name, team, from, to string // UTC
		want                 time.Duration
	}{
		// Berlin is an hour ahead of UTC, from 29 March to 25 October two.
		{"within a day: 10:00 to 12:30", "payments", "2026-03-03 09:00", "2026-03-03 11:30", 150 * time.Minute},
		{"over a night: Tue 16:00 to Wed 10:00 = 1 + 1 h", "payments", "2026-03-03 15:00", "2026-03-04 09:00", 2 * time.Hour},
		{"over a weekend: Fri 16:00 to Mon 10:00 = 1 + 3 (Sat) + 1 h", "payments", "2026-03-06 15:00", "2026-03-09 09:00", 5 * time.Hour},
		{"outside the hours: Sat 13:00 to Sun 20:00", "payments", "2026-03-07 12:00", "2026-03-08 19:00", 0},
		{"Sat 17:00 to Mon 09:00, when summer time begins", "payments", "2026-03-28 16:00", "2026-03-30 07:00", 0},
		{"Fri 16:00 to Mon 10:00, when summer time begins: 1 + 3 (Sat) + 1 h; one hour less passes", "payments", "2026-03-27 15:00", "2026-03-30 08:00", 5 * time.Hour},
		{"Fri 16:00 to Mon 10:00, when it ends: 1 + 3 (Sat) + 1 h", "payments", "2026-10-23 14:00", "2026-10-26 09:00", 5 * time.Hour},
		{"over Christmas: Thu 24th 12:00 to Mon 28th 10:00 = 5 + 0 (Fri, a holiday) + 3 (Sat) + 1 h", "payments", "2026-12-24 11:00", "2026-12-28 09:00", 9 * time.Hour},
		{"the holiday is one of 2026 only: in 2025, Thu 25th was worked: 5 + 8 + 8 + 3 + 1 h", "payments", "2025-12-24 11:00", "2025-12-29 09:00", 25 * time.Hour},
		{"May Day comes every year: Thu 30 April 16:00 to Sat 10:00 = 1 + 0 + 1 h", "payments", "2026-04-30 14:00", "2026-05-02 08:00", 2 * time.Hour},
		{"May Day 2027 is a Saturday: Fri 16:00 to Mon 10:00 = 1 + 0 + 1 h", "payments", "2027-04-30 14:00", "2027-05-03 08:00", 2 * time.Hour},
		{"a week: 5 × 8 + 3 h", "payments", "2026-03-02 00:00", "2026-03-09 00:00", 43 * time.Hour},
		{"no time at all", "payments", "2026-03-03 09:00", "2026-03-03 09:00", 0},
		{"a millisecond of the first hour", "payments", "2026-03-03 07:59:59.999", "2026-03-03 08:00:00.001", time.Millisecond},
		{"whoever has no team works by the default", "", "2026-03-06 15:00", "2026-03-09 09:00", 5 * time.Hour},
		{"and so does a team that nobody configured", "strangers", "2026-03-06 15:00", "2026-03-09 09:00", 5 * time.Hour},
		// Tokyo is nine hours ahead.
		{"lunch: 11:00 to 14:00 = 1 + 1 h", "search", "2026-03-03 02:00", "2026-03-03 05:00", 2 * time.Hour},
		{"the same time as in Berlin: Fri 15:00 UTC is midnight in Tokyo, Mon 09:00 UTC is 18:00 there: 8 h of Monday", "search", "2026-03-06 15:00", "2026-03-09 09:00", 8 * time.Hour},
		{"around the clock it is the time that passes: 66 h", "operations", "2026-03-06 15:00", "2026-03-09 09:00", 66 * time.Hour},
		{"for a century and a bit: 2000 to 2100 are 36,890 days", "operations", "2000-01-01 00:00", "2100-12-31 23:59:59.999", 36890*24*time.Hour - time.Millisecond},
		// Nights are 8 h, the one in which summer time begins 7 h, the one in which it ends 9 h.
		{"the night to 29 March", "watch", "2026-03-28 12:00", "2026-03-29 12:00", 7 * time.Hour},
		{"the night to 25 October", "watch", "2026-10-24 12:00", "2026-10-25 12:00", 9 * time.Hour},
		{"two nights: Fri 12:00 to Sun 12:00", "watch", "2026-03-06 11:00", "2026-03-08 11:00", 16 * time.Hour},
		{"from midnight to 23:00: 6 + 1 h", "watch", "2026-03-06 23:00", "2026-03-07 22:00", 7 * time.Hour},
		// A night belongs to the day on which it begins: that to Christmas Day is worked, that from it is not.
		{"24th 12:00 to 26th 12:00", "watch", "2026-12-24 11:00", "2026-12-26 11:00", 8 * time.Hour},
		{"02:10 to 02:50 on a Sunday", "odd", "2026-03-22 00:00", "2026-03-22 12:00", 40 * time.Minute},
		{"which the clocks leave out on 29 March", "odd", "2026-03-29 00:00", "2026-03-29 12:00", 0},
		{"and show twice on 25 October: it is worked once", "odd", "2026-10-25 00:00", "2026-10-25 12:00", 40 * time.Minute},
		{"what began before 2000 is unknown", "payments", "1999-12-31 23:59", "2026-03-09 09:00", unknown},
		{"and what ended after 2100", "payments", "2026-03-09 09:00", "2101-01-01 00:00", unknown},
		{"and what has not ended", "payments", "2026-03-09 09:00", "", unknown},
		{"nobody in the first week of 2000 before it began: Sat 1 January is worked in Berlin from 09:00 to 12:00", "payments", "2000-01-01 00:00", "2000-01-01 09:00", time.Hour},
	}
	var rows [][3]string
	var want []string
	for i, test := range tests {
		rows = append(rows, [3]string{test.team, test.from, test.to})
		text := fmt.Sprint(test.want.Milliseconds())
		if test.want == unknown {
			text = "unknown"
		}
		want = append(want, fmt.Sprint(i, " ", text))
	}
	ask(t, w, rows)
	got := texts(t, w, workingTime)
	for i, test := range tests {
		if got[i] != want[i] {
			t.Errorf("%s: got %s, want %s", test.name, got[i], want[i])
		}
	}
	// Without calendars nothing is known; a calendar alone is everybody's.
	if err := newDeriver(w).Apply(t.Context(), derive.Organisation{}); err != nil {
		t.Fatal(err)
	}
	if got := texts(t, w, workingTime); !strings.HasSuffix(got[0], " unknown") || len(got) != len(tests) {
		t.Errorf("without calendars: %q", got)
	}
	if err := newDeriver(w).Apply(t.Context(), derive.Organisation{Timezone: "Europe/Berlin", Calendars: []derive.Calendar{{Name: "only", Hours: map[string]string{"tue": "09:00-11:00"}}}}); err != nil {
		t.Fatal(err)
	}
	if got := texts(t, w, workingTime); got[0] != "0 3600000" { // 10:00 to 12:30 on a Tuesday in the zone of reports: until 11:00
		t.Errorf("the only calendar: %q", got[0])
	}
}

// However a time is divided, its parts add up, and none is negative or more than what passes: so a longer time is never less.
func TestWorkingTimeAddsUp(t *testing.T) {
	w := warehousetest.Open(t)
	if err := newDeriver(w).Apply(t.Context(), offices); err != nil {
		t.Fatal(err)
	}
	chance := rand.New(rand.NewPCG(8, 13))
	var rows [][3]string
	var passed []int64
	for i := range 400 {
		var at [3]time.Time
		for j := range at { // half of them within days, half within decades
			at[j] = clock("01 00:00").Add(time.Duration(chance.Int64N([]int64{4e8, 7e11}[i%2])) * time.Millisecond)
		}
		slices.SortFunc(at[:], time.Time.Compare)
		for _, part := range [][2]int{{0, 1}, {1, 2}, {0, 2}} {
			from, to := at[part[0]], at[part[1]]
			rows = append(rows, [3]string{offices.Teams[i%len(offices.Teams)].Name, from.Format("2006-01-02 15:04:05.000"), to.Format("2006-01-02 15:04:05.000")})
			passed = append(passed, to.Sub(from).Milliseconds())
		}
	}
	ask(t, w, rows)
	worked := make([]int64, len(rows))
	for i, text := range texts(t, w, workingTime) {
		var n int
		if _, err := fmt.Sscan(text, &n, &worked[i]); err != nil || n != i {
			t.Fatalf("%q: %v", text, err)
		}
		if worked[i] < 0 || worked[i] > passed[i] {
			t.Errorf("%v: %d ms of %d ms", rows[i], worked[i], passed[i])
		}
	}
	var sum int64
	for i := 0; i < len(rows); i += 3 {
		if worked[i]+worked[i+1] != worked[i+2] {
			t.Errorf("%v: %d and %d ms, together %d ms", rows[i:i+3], worked[i], worked[i+1], worked[i+2])
		}
		sum += worked[i]
	}
	if sum == 0 {
		t.Error("nothing was worked")
	}
}

func TestCalendarMistakes(t *testing.T) {
	hours := map[string]string{"mon-fri": "09:00-17:00"}
	one := func(c derive.Calendar) derive.Organisation {
		if c.Hours == nil {
			c.Hours = hours
		}
		c.Name = "berlin"
		return derive.Organisation{Calendars: []derive.Calendar{c}}
	}
	says := func(hours string) derive.Organisation {
		return one(derive.Calendar{Hours: map[string]string{"mon": hours}})
	}
	for _, test := range []struct {
		name         string
		organisation derive.Organisation
		want         string
	}{
		{"nothing", derive.Organisation{}, ""},
		{"nights that meet", one(derive.Calendar{Hours: map[string]string{"mon-sun": "18:00-06:00, 06:00-12:00"}}), ""},
		{"a leap day", one(derive.Calendar{Holidays: []string{"02-29", "2028-02-29"}}), ""},
		{"days of several kinds", one(derive.Calendar{Hours: map[string]string{"Fri - Mon, Wednesday": "00:00-24:00"}}), ""},
		{"zone", one(derive.Calendar{Timezone: "Europe/Berlim"}), `calendars[0] (berlin).timezone: "Europe/Berlim" is not a time zone such as UTC or Europe/Berlin`},
		{"the machine's zone", one(derive.Calendar{Timezone: "Local"}), `"Local" is not a time zone`},
		{"no hours", one(derive.Calendar{Hours: map[string]string{}}), `calendars[0] (berlin).hours: there are none; write for instance mon-fri: "09:00-17:00"`},
		{"day", one(derive.Calendar{Hours: map[string]string{"mo-fri": "09:00-17:00"}}), `calendars[0] (berlin).hours: "mo" is not a day of the week; the days are mon, tue, wed, thu, fri, sat, sun, and ranges such as mon-fri`},
		{"day twice", one(derive.Calendar{Hours: map[string]string{"mon-fri": "09:00-17:00", "wed": "09:00-12:00"}}), `calendars[0] (berlin).hours.wed: the hours of wed are said twice`},
		{"span", says("9-17"), `calendars[0] (berlin).hours.mon: "9-17" is not a span of time such as 09:00-17:00, or several such as 09:00-12:00, 13:00-17:00`},
		{"half a span", says("09:00-12:00, 13:00"), `"13:00" is not a span of time`},
		{"no span", says(""), `"" is not a span of time`},
		{"late time", says("09:00-25:00"), `"09:00-25:00" is not a span of time`},
		{"from the end of the day", says("24:00-06:00"), `"24:00-06:00" is not a span of time`},
		{"no time", says("09:00-09:00"), `"09:00-09:00" begins when it ends; the whole day is 00:00-24:00`},
		{"overlap", says("13:00-17:00, 09:00-13:30"), `calendars[0] (berlin).hours: mon 09:00-13:30 overlaps with mon 13:00-17:00`},
		{"overlap of days", one(derive.Calendar{Hours: map[string]string{"mon": "22:00-06:00", "tue": "05:00-12:00"}}), `hours: mon 22:00-06:00 overlaps with tue 05:00-12:00`},
		{"overlap of weeks", one(derive.Calendar{Hours: map[string]string{"sat": "22:00-06:00", "sun": "05:00-12:00"}}), `hours: sat 22:00-06:00 overlaps with sun 05:00-12:00`},
		{"holiday", one(derive.Calendar{Holidays: []string{"25.12.2026"}}), `calendars[0] (berlin).holidays: "25.12.2026" is not a day such as 2026-12-25, or 12-25 for every year`},
		{"no such day", one(derive.Calendar{Holidays: []string{"2026-02-29"}}), `"2026-02-29" is not a day`},
		{"name", derive.Organisation{Calendars: []derive.Calendar{{Hours: hours}}}, `calendars[0]: the name "" is empty or used twice`},
		{"name twice", derive.Organisation{Calendar: "a", Calendars: []derive.Calendar{{Name: "a", Hours: hours}, {Name: "a", Hours: hours}}}, `calendars[1]: the name "a" is empty or used twice`},
		{"no default", derive.Organisation{Calendars: []derive.Calendar{{Name: "a", Hours: hours}, {Name: "b", Hours: hours}}}, "calendar: say by which of the calendars those work who have none of their own, such as calendar: a"},
		{"default", derive.Organisation{Calendar: "c", Calendars: []derive.Calendar{{Name: "a", Hours: hours}, {Name: "b", Hours: hours}}}, `calendar: there is no calendar "c"; the calendars are a, b`},
		{"team", derive.Organisation{Calendars: []derive.Calendar{{Name: "a", Hours: hours}}, Teams: []derive.Team{{Name: "t", Calendar: "A"}}}, `teams[0] (t).calendar: there is no calendar "A"; the calendars are a`},
		{"none", derive.Organisation{Teams: []derive.Team{{Name: "t", Calendar: "oslo"}}},
			`teams[0] (t).calendar: there is no calendar "oslo"; none is configured: write calendars: [{name: oslo, timezone: Europe/Berlin, hours: {mon-fri: "09:00-17:00"}}]`},
	} {
		got := ""
		if err := test.organisation.Validate(); err != nil {
			got = err.Error()
		}
		if test.want == "" && got != "" || !strings.Contains(got, test.want) || strings.Count(got, "\n") > 0 {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}

// Facts have their working time by the calendar of their team.
func TestWorkingFacts(t *testing.T) {
	w := warehousetest.Open(t)
	d := newDeriver(w)
	if err := d.Apply(t.Context(), offices); err != nil {
		t.Fatal(err)
	}
	tell := func(service, repo string) (s story) {
		s.commit("A", "02 09:00", "")
		s.commit("x", "05 15:00", "A") // a Thursday: 16:00 in Berlin, the next midnight in Tokyo
		s.commit("B", "09 09:00", "A x")
		p := s.pull(7, "06 09:00", "09 09:00", "B", "x")                                                                                               // Friday 10:00 in Berlin, 18:00 in Tokyo; merged Monday at the same time
		p.ReadyAt = clock("06 15:00")                                                                                                                  // 16:00; midnight
		s.Reviews = append(s.Reviews, warehouse.Review{Repo: "org/a", PullRequest: 7, ID: "1", Kind: "approved", Actor: "bea", At: clock("07 09:00")}) // Saturday 10:00; 18:00
		s.deploy("d0", "02 10:00", "A")
		s.deploy("d1", "10 09:00", "B").StartedAt = clock("10 08:30") // Tuesday 10:00, from 09:30; 18:00, from 17:30
		s.incident("one "+service, "10 15:00", "11 09:00")            // Tuesday 16:00 to Wednesday 10:00; midnight to 18:00
		i := s.incident("two "+service, "13 15:00", "16 09:00")       // Friday 16:00 to Monday 10:00
		i.DetectedAt, i.AcknowledgedAt = clock("13 16:30"), clock("16 08:30")
		for i := range s.Commits {
			s.Commits[i].Repo = repo
		}
		for i := range s.PullRequests {
			s.PullRequests[i].Repo, s.Reviews[i].Repo = repo, repo
		}
		for i := range s.Deployments {
			s.Deployments[i].Service, s.Deployments[i].Repo = service, repo
		}
		for i := range s.Incidents {
			s.Incidents[i].Services = []string{service}
		}
		return s
	}
	for _, s := range []story{tell("a", "org/a"), tell("b", "org/b"), tell("stray", "org/s")} {
		if err := w.Write(t.Context(), s.Records); err != nil {
			t.Fatal(err)
		}
	}
	both := story{}
	for id, services := range map[string][]string{"payments and search": {"a", "b"}, "nobody": {}, "search and a stray": {"b", "stray"}, "search and operations": {"b", "c"}} {
		both.incident(id, "20 15:00", "23 09:00").Services = services // Friday 16:00 to Monday 10:00; midnight to 18:00
	}
	if err := w.Write(t.Context(), both.Records); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Update(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, query string
		want        []string
	}{
		{"deliveries, in minutes", `SELECT concat(service, ' lead ', toString(lead_working_ms / 60000), ' = ', arrayStringConcat(arrayMap(x -> ifNull(toString(x / 60000), '-'),
			[coding_working_ms, pickup_working_ms, review_working_ms, merge_wait_working_ms, build_queue_working_ms, approval_working_ms, deploy_wait_working_ms, deploy_working_ms]), ' '), '; ', toString(lead_ms / 60000)) AS text
			FROM deliveries WHERE environment = '' AND change LIKE '%#7' ORDER BY service`, []string{
			// Berlin: coding Thu 16:00 to Fri 16:00 = 60 + 420; pickup to Sat 10:00 = 60 + 60; merge_wait to Mon 10:00 = 120 + 60;
			// deploy_wait to Tue 09:30 = 420 + 30; deploy 30. There is no review: the first one approved. Elapsed: 4 days 18 h.
			"a lead 1260 = 480 120 - 180 - - 450 30; 6840",
			// Tokyo: coding Fri 00:00 to Sat 00:00 = 480; pickup to Sat 18:00 = 0, which is a stage without working time;
			// merge_wait to Mon 18:00 = 480; deploy_wait to Tue 17:30 = 450; deploy 30.
			"b lead 1440 = 480 0 - 480 - - 450 30; 6840",
			// Nobody owns it: the default calendar.
			"stray lead 1260 = 480 120 - 180 - - 450 30; 6840"}},
		{"recoveries, in hours", `SELECT concat(service, ' ', toString(recovery_working_ms / 3600000), ' of ', toString(recovery_ms / 3600000)) AS text FROM deployment_facts WHERE failed ORDER BY text`, []string{
			// d1 finished on Tuesday at 09:00 UTC; the incident of that day ended on Wednesday at 09:00 UTC.
			"a 8 of 24",     // Berlin: 10:00 to 17:00, and an hour
			"b 8 of 24",     // Tokyo: 18:00 to 18:00
			"stray 8 of 24", // Berlin
		}},
		{"incidents, in hours", `SELECT concat(id, ' restored ', toString(restore_working_ms / 3600000), ' detected ', ifNull(toString(detect_working_ms / 3600000), '-'), ' taken on ',
			ifNull(toString(acknowledge_working_ms / 3600000), '-')) AS text FROM incident_facts ORDER BY id`, []string{
			"nobody restored 5 detected - taken on -", // Fri 16:00 to Mon 10:00 in Berlin: 1 + 3 (Sat) + 1
			"one a restored 2 detected - taken on -",  // 16:00 to 17:00, 09:00 to 10:00
			"one b restored 8 detected - taken on -",  // a whole day in Tokyo
			"one stray restored 2 detected - taken on -",
			"payments and search restored 5 detected - taken on -",   // of two calendars: the default one
			"search and a stray restored 8 detected - taken on -",    // the only team there is works in Tokyo: Monday
			"search and operations restored 5 detected - taken on -", // neither Tokyo's calendar nor that around the clock
			"two a restored 5 detected 1 taken on 3.5",               // Fri 16:00 to 17:30 = 1; to Mon 09:30 = 3 (Sat) + 0.5
			"two b restored 8 detected 0 taken on 7.5",               // Sat 00:00 to 01:30; to Mon 17:30 = 3 + 4.5
			"two stray restored 5 detected 1 taken on 3.5"}},
		{"quiet times, in hours", `SELECT concat(service, ' ', previous, ' to ', next, ' ', toString(working_ms / 3600000)) AS text FROM incident_gaps WHERE next LIKE 'two %' ORDER BY text`, []string{
			"a one a to two a 22", // Wed 10:00 to Fri 16:00 = 7 + 8 + 7
			"b one b to two b 16", // Wed 18:00 to Sat 00:00 = 0 + 8 + 8
			"stray one stray to two stray 22"}},
	} {
		if got := texts(t, w, test.query); !slices.Equal(got, test.want) {
			t.Errorf("%s:\n got %s\nwant %s", test.name, strings.Join(got, "\n     "), strings.Join(test.want, "\n     "))
		}
	}
}

// Whatever happens: working time is no longer than the time that passes, it adds up over the stages, and deriving after each
// of several syncs gives what a rebuild gives.
func TestWorkingFactsOfHistories(t *testing.T) {
	ctx := context.Background()
	w := warehousetest.Open(t)
	d := newDeriver(w)
	chance := rand.New(rand.NewPCG(3, 5))
	parts := scatter(history(t, 31, 0.1), 4, chance)
	services := map[string]bool{}
	for _, p := range parts {
		for _, deployment := range p.Deployments {
			services[deployment.Service] = true
		}
	}
	o := offices
	o.Services = nil
	for i, service := range slices.Sorted(func(yield func(string) bool) {
		for s := range services {
			if !yield(s) {
				return
			}
		}
	}) {
		if team := (i % (len(o.Teams) + 1)) - 1; team >= 0 { // each team has some, and some have none
			o.Services = append(o.Services, derive.Service{Name: service, Team: o.Teams[team].Name})
		}
	}
	if err := d.Apply(ctx, o); err != nil {
		t.Fatal(err)
	}
	for _, part := range parts {
		if err := w.Write(ctx, part); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Update(ctx); err != nil {
			t.Fatal(err)
		}
	}
	got := dump(t, w)
	if _, err := d.Rebuild(ctx); err != nil {
		t.Fatal(err)
	}
	compare(t, "updates", got, dump(t, w))
	for _, test := range []struct {
		name     string
		n, teams uint64 // at least
		sql      string
	}{
		{"deliveries", 100, 5, `SELECT count() AS n, uniqExact(team) AS teams, countIf(NOT (
				lead_working_ms BETWEEN 0 AND lead_ms
				AND lead_working_ms = ifNull(coding_working_ms, 0) + ifNull(pickup_working_ms, 0) + ifNull(review_working_ms, 0) + ifNull(merge_wait_working_ms, 0)
					+ ifNull(build_queue_working_ms, 0) + ifNull(build_working_ms, 0) + ifNull(approval_working_ms, 0) + ifNull(deploy_wait_working_ms, 0) + ifNull(deploy_working_ms, 0)
				AND arrayAll((w, e) -> isNull(w) = isNull(e) AND (isNull(e) OR w BETWEEN 0 AND e),
					[coding_working_ms, pickup_working_ms, review_working_ms, merge_wait_working_ms, build_queue_working_ms, build_working_ms, approval_working_ms, deploy_wait_working_ms, deploy_working_ms],
					[coding_ms, pickup_ms, review_ms, merge_wait_ms, build_queue_ms, build_ms, approval_ms, deploy_wait_ms, deploy_ms])
				AND (team != 'operations' OR lead_working_ms = lead_ms))) AS broken
			FROM deliveries WHERE status = 'delivered'`},
		{"recoveries", 5, 3, `SELECT count() AS n, uniqExact(team) AS teams, countIf(NOT (recovery_working_ms BETWEEN 0 AND recovery_ms AND (team != 'operations' OR recovery_working_ms = recovery_ms))) AS broken
			FROM deployment_facts WHERE recovery = 'restored'`},
		{"incidents", 5, 3, `SELECT count() AS n, uniqExact(teams) AS teams, countIf(NOT (restore_working_ms BETWEEN 0 AND dateDiff('millisecond', started_at, resolved_at)
				AND ifNull(detect_working_ms BETWEEN 0 AND dateDiff('millisecond', started_at, detected_at), isNull(detected_at))
				AND ifNull(acknowledge_working_ms BETWEEN 0 AND dateDiff('millisecond', detected_at, acknowledged_at), isNull(detected_at) OR isNull(acknowledged_at)))) AS broken
			FROM incident_facts WHERE resolved_at >= started_at`},
		{"quiet times", 2, 1, "SELECT count() AS n, uniqExact(team) AS teams, countIf(NOT (working_ms BETWEEN 0 AND dateDiff('millisecond', started_at, finished_at))) AS broken FROM incident_gaps"},
	} {
		var counts []struct {
			N      uint64 `ch:"n"`
			Teams  uint64 `ch:"teams"`
			Broken uint64 `ch:"broken"`
		}
		if err := w.Select(ctx, &counts, test.sql, nil); err != nil {
			t.Fatal(err)
		}
		if c := counts[0]; c.N < test.n || c.Teams < test.teams || c.Broken > 0 {
			t.Errorf("%s: %d of %d, of %d teams, are wrong", test.name, c.Broken, c.N, c.Teams)
		}
	}
}

func TestCalendarLines(t *testing.T) {
	got := offices.CalendarLines()
	want := []string{
		"calendar berlin: 43 h a week by the clocks of Europe/Berlin; holidays: 2; teams: payments; the default", // 5 × 8 + 3 h
		"calendar tokyo: 40 h a week by the clocks of Asia/Tokyo; holidays: 0; teams: search",
		"calendar always: 168 h a week by the clocks of UTC; holidays: 0; teams: operations",
		"calendar night: 56 h a week by the clocks of Europe/Berlin; holidays: 1; teams: watch",
		"calendar odd: 0.6667 h a week by the clocks of Europe/Berlin; holidays: 0; teams: odd",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}
