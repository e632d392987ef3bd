package metrics

import "time"

// Benchmark is what one edition of DORA's report published for a metric: a row of levels, shown as it stands. Rows are
// never averaged over metrics into one grade, and another edition is added only by somebody who has read it.
type Benchmark struct {
	Edition int
	Source  string
	URL     string
	// Statistic says which of a metric's figures is compared: the value of a rate or ratio, the median of a duration.
	// The reports ask people for a range; a median is what comes nearest to "how long does it take".
	Statistic string
	Note      string // what the report asked otherwise than Weir measures; may be empty
	Levels    []Level
}

// Level is one group of the report. Its band holds From and To themselves; nil is open. Where both are the same, the report
// published a point, not a band.
type Level struct {
	Name     string // elite, high, medium, low
	Text     string
	From, To *float64 // in the metric's unit
}

// NoBenchmark says of an edition why it is not among the benchmarks.
type NoBenchmark struct {
	Edition int
	Text    string
}

// WithoutBenchmark are the editions that somebody may look for in vain.
func WithoutBenchmark() []NoBenchmark {
	return []NoBenchmark{{2025, "The 2025 report, State of AI-assisted Software Development, publishes no levels for these metrics. Choose an earlier edition to see its levels."}}
}

// band is a level's text and its two ends, in days for durations.
type band struct {
	text     string
	from, to float64 // to < 0: open
}

const open = -1

// The bands that the editions use, in days (durations) or per day (frequencies). A month is a twelfth of a year.
const month = 365.25 / 12

var (
	onDemand         = band{"on demand, several times a day", 1, open}
	dailyToWeekly    = band{"between once a day and once a week", 1.0 / 7, 1}
	weeklyToMonthly  = band{"between once a week and once a month", 1 / month, 1.0 / 7}
	monthlyToHalf    = band{"between once a month and once every six months", 1 / (6 * month), 1 / month}
	rarerThanHalf    = band{"less often than once every six months", 0, 1 / (6 * month)}
	withinHour       = band{"less than an hour", 0, 1.0 / 24}
	withinDay        = band{"less than a day", 0, 1}
	hourToDay        = band{"less than a day", 1.0 / 24, 1} // where a better level has less than an hour
	dayToWeek        = band{"between a day and a week", 1, 7}
	weekToMonth      = band{"between a week and a month", 7, month}
	monthToHalfYear  = band{"between a month and six months", month, 6 * month}
	overHalfYear     = band{"more than six months", 6 * month, open}
	upTo15           = band{"0–15 %", 0, 0.15}
	from16to30       = band{"16–30 %", 0.16, 0.30}
	from46to60       = band{"46–60 %", 0.46, 0.60}
	levelNames       = []string{"elite", "high", "medium", "low"}
	benchmarkSources = map[int][2]string{
		2024: {"Accelerate State of DevOps Report 2024, DORA", "https://dora.dev/research/2024/dora-report/"},
		2021: {"Accelerate State of DevOps Report 2021, DORA", "https://dora.dev/research/2021/dora-report/"},
		2019: {"Accelerate State of DevOps Report 2019, DORA", "https://dora.dev/research/2019/dora-report/"},
	}
)

func point(share float64, text string) band { return band{text, share, share} }

// benchmark is one edition's row of a metric; the bands are those of levelNames.
func benchmark(edition int, m Metric, note string, bands ...band) Benchmark {
	b := Benchmark{Edition: edition, Source: benchmarkSources[edition][0], URL: benchmarkSources[edition][1], Statistic: "value", Note: note}
	scale := 1.0
	if m.Shape == ShapeDuration {
		b.Statistic, scale = "median", (24 * time.Hour).Seconds()
	}
	for i, band := range bands {
		l := Level{Name: levelNames[i], Text: band.text}
		from := band.from * scale
		l.From = &from
		if band.to != open {
			to := band.to * scale
			l.To = &to
		}
		b.Levels = append(b.Levels, l)
	}
	return b
}

// Benchmarks are the published rows for a metric, the latest edition first; none where no edition has any.
func (m Metric) Benchmarks() []Benchmark {
	const (
		committed = "The report asks how long it takes from code committed to running in production; Weir starts at the first commit of a change."
		restored  = "This edition asks for the time to restore service, not for the recovery from a failed deployment."
		points    = "This edition gives each level one figure, not a band, and its high level fails more often than its medium one."
	)
	switch m.ID {
	case "deployment_frequency":
		return []Benchmark{
			benchmark(2024, m, "", onDemand, dailyToWeekly, weeklyToMonthly, monthlyToHalf),
			benchmark(2021, m, "", onDemand, weeklyToMonthly, monthlyToHalf, rarerThanHalf),
			benchmark(2019, m, "", onDemand, dailyToWeekly, weeklyToMonthly, monthlyToHalf),
		}
	case "lead_time":
		return []Benchmark{
			benchmark(2024, m, committed, withinDay, dayToWeek, weekToMonth, monthToHalfYear),
			benchmark(2021, m, committed, withinHour, dayToWeek, monthToHalfYear, overHalfYear),
			benchmark(2019, m, committed, withinDay, dayToWeek, weekToMonth, monthToHalfYear),
		}
	case "change_failure_rate":
		return []Benchmark{
			benchmark(2024, m, points, point(0.05, "5 %"), point(0.20, "20 %"), point(0.10, "10 %"), point(0.40, "40 %")),
			benchmark(2021, m, "", upTo15, from16to30, from16to30, from16to30),
			benchmark(2019, m, "", upTo15, upTo15, upTo15, from46to60),
		}
	case "recovery_time":
		return []Benchmark{
			benchmark(2024, m, "", withinHour, hourToDay, hourToDay, weekToMonth),
			benchmark(2021, m, restored, withinHour, hourToDay, dayToWeek, overHalfYear),
			benchmark(2019, m, restored, withinHour, hourToDay, hourToDay, weekToMonth),
		}
	case "time_to_restore":
		return []Benchmark{
			benchmark(2021, m, "", withinHour, hourToDay, dayToWeek, overHalfYear),
			benchmark(2019, m, "", withinHour, hourToDay, hourToDay, weekToMonth),
		}
	}
	return nil
}
