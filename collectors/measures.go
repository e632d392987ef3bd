package collectors

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Measures are the runner's figures for Prometheus: of every source its requests, what is left of its budget, how long
// ago it last succeeded, its records and its runs.
func (r *Runner) Measures() prometheus.Collector { return measures{r} }

type measures struct{ runner *Runner }

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("weir_source_"+name, help, append([]string{"source"}, labels...), nil)
}

var (
	requestsOf  = describe("requests_total", "Requests to the vendor by HTTP status; status 0 is a request without a whole answer.", "status")
	remainingOf = describe("budget_remaining", "Requests that the vendor still allows until its limit resets.")
	limitOf     = describe("budget_limit", "Requests that the vendor allows in a period.")
	waitingOf   = describe("waiting_seconds", "How long the source will still wait before its next request.")
	lagOf       = describe("lag_seconds", "Time since the source was last collected successfully.")
	recordsOf   = describe("records_total", "Records written, by kind.", "kind")
	durationOf  = describe("run_duration_seconds", "How long the latest finished run took.")
	failuresOf  = describe("failures", "Runs that failed in a row.")
	problemsOf  = describe("problems", "Parts of the source that the latest run could not collect.")
	runningOf   = describe("running", "1 while the source is being collected.")
)

// Describe implements prometheus.Collector.
func (m measures) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{requestsOf, remainingOf, limitOf, waitingOf, lagOf, recordsOf, durationOf, failuresOf, problemsOf, runningOf} {
		to <- d
	}
}

// Collect implements prometheus.Collector. What is not known has no sample.
func (m measures) Collect(to chan<- prometheus.Metric) {
	now := m.runner.clock.Now()
	for _, s := range m.runner.States() {
		gauge := func(d *prometheus.Desc, value float64) {
			to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, s.Source)
		}
		count := func(d *prometheus.Desc, value int64, label string) {
			to <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(value), s.Source, label)
		}
		for status, n := range s.Traffic.ByStatus {
			count(requestsOf, n, strconv.Itoa(status))
		}
		for kind, n := range s.Total {
			count(recordsOf, n, kind)
		}
		if s.Traffic.Limit > 0 {
			gauge(remainingOf, float64(s.Traffic.Remaining))
			gauge(limitOf, float64(s.Traffic.Limit))
		}
		if wait := s.Traffic.WaitingUntil.Sub(now); !s.Traffic.WaitingUntil.IsZero() && wait > 0 {
			gauge(waitingOf, wait.Seconds())
		}
		if !s.LastSuccess.IsZero() {
			gauge(lagOf, max(now.Sub(s.LastSuccess), time.Duration(0)).Seconds())
		}
		if took := s.LastFinish.Sub(s.LastStart); !s.Running && took >= 0 && !s.LastFinish.IsZero() {
			gauge(durationOf, took.Seconds())
		}
		gauge(failuresOf, float64(s.Failures))
		gauge(problemsOf, float64(len(s.Problems)))
		running := 0.0
		if s.Running {
			running = 1
		}
		gauge(runningOf, running)
	}
}
