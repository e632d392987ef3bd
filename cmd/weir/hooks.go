package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/collectors/github"
	"github.com/weirhq/weir/collectors/gitlab"
	"github.com/weirhq/weir/collectors/jira"
	"github.com/weirhq/weir/collectors/webhook"
)

// hooksFolder is where what was pushed waits within the data directory.
const hooksFolder = "hooks"

// pushed is what takes what is pushed, while a server runs.
type pushed struct{ hooks []*webhook.Hook }

// pushed makes the configured hooks, and the one that takes records from this machine.
func (c configuration) pushed(dataDir string, log *slog.Logger) (pushed, error) {
	var p pushed
	all, err := webhook.Complete(c.Hooks)
	if err != nil {
		return p, fmt.Errorf("%s: %w", c.file, err)
	}
	for _, h := range all {
		mapper, err := c.mapper(h)
		if err != nil {
			return p, fmt.Errorf("%s: the hook %q: %w", c.file, h.Name, err)
		}
		hook, err := webhook.New(h, webhook.Options{Dir: filepath.Join(dataDir, hooksFolder), Mapper: mapper, Log: log.With("source", h.Name)})
		if err != nil {
			return p, fmt.Errorf("%s: the hook %q: %w", c.file, h.Name, err)
		}
		p.hooks = append(p.hooks, hook)
	}
	return p, nil
}

// mapper is what understands a hook's vendor: by the rules of the source that polls it, where there is one.
func (c configuration) mapper(h webhook.Configuration) (webhook.Mapper, error) {
	var polled SourceConfiguration
	if h.Source != "" {
		var err error
		if polled, err = c.sourceNamed(h.Source); err != nil {
			return nil, err
		}
	}
	switch h.Vendor() {
	case webhook.GitHub:
		return github.NewWebhook(orZero(polled.GitHub))
	case webhook.GitLab:
		return gitlab.NewWebhook(orZero(polled.GitLab))
	case webhook.Jira:
		return jira.NewWebhook(orZero(polled.Jira))
	}
	return nil, nil //nolint:nilnil // the others are understood by the hook itself
}

// orZero is what a pointer points to, or nothing of it.
func orZero[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// hookSchedule is how often a hook is looked at although nothing arrived: for what arrived before a restart.
const hookSchedule = "@every 5m"

// sources are the hooks as sources: the runner writes what they took.
func (p pushed) sources() []collectors.Source {
	list := make([]collectors.Source, len(p.hooks))
	for i, h := range p.hooks {
		list[i] = collectors.Source{Name: h.Name(), Kind: "pushed", Schedule: hookSchedule, Collector: h}
	}
	return list
}

func (p pushed) handler() http.Handler { return webhook.Handler(p.hooks) }

// follow writes what arrives soon after it does, until ctx is done.
func (p pushed) follow(ctx context.Context, runner *collectors.Runner) {
	webhook.Follow(ctx, p.hooks, func(ctx context.Context, source string) error {
		return runner.Collect(ctx, collectors.Order{Sources: []string{source}})
	})
}

func (p pushed) close() (err error) {
	for _, h := range p.hooks {
		if closeErr := h.Close(); closeErr != nil && err == nil {
			err = fmt.Errorf("close the hook %q: %w", h.Name(), closeErr)
		}
	}
	return err
}

// quiet tells of the hook for this machine's own records that nothing ever came: then nobody need see it.
func (p pushed) quiet(name string) bool {
	for _, h := range p.hooks {
		if h.Name() == name && name == webhook.Local().Name {
			s := h.Stats()
			return s.Received == 0 && s.Waiting == 0 && s.Written == 0
		}
	}
	return false
}

var (
	receivedOf = prometheus.NewDesc("weir_hook_events_total", "Events of a hook: received and refused since the server started, written and rejected since its journal was begun.", []string{"hook", "what"}, nil)
	waitingAt  = prometheus.NewDesc("weir_hook_waiting", "Events that are on the disk and not yet in the warehouse.", []string{"hook"}, nil)
)

// Describe implements prometheus.Collector.
func (p pushed) Describe(to chan<- *prometheus.Desc) {
	to <- receivedOf
	to <- waitingAt
}

// Collect implements prometheus.Collector.
func (p pushed) Collect(to chan<- prometheus.Metric) {
	for _, h := range p.hooks {
		s := h.Stats()
		for what, n := range map[string]uint64{"received": s.Received, "refused": s.Refused, "written": s.Written, "rejected": s.Rejected} {
			to <- prometheus.MustNewConstMetric(receivedOf, prometheus.CounterValue, float64(n), s.Hook, what)
		}
		to <- prometheus.MustNewConstMetric(waitingAt, prometheus.GaugeValue, float64(s.Waiting), s.Hook)
	}
}
