package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/collectors/git"
	"github.com/weirhq/weir/metrics"
)

// gitFlags are what `weir git` may be told about the repositories.
type gitFlags struct {
	metrics.Window
	git.Configuration
	serve  bool
	listen string
}

func (p *program) gitCommand() *cobra.Command {
	var flags gitFlags
	cmd := &cobra.Command{
		Use:   "git PATH...",
		Short: "Analyse clones or URLs of git repositories and show their keys",
		Long: `Git reads repositories, with no configuration, and shows their keys: commits, pull requests as merge and squash commits
name them, and deployments from the tags that look like releases. A path or a URL may be given.

What was read is forgotten afterwards, unless --data-dir or --config says where it is kept.`,
		Example: `  weir git .
  weir git . --serve    # the same on the dashboard
  weir git --tags '^deploy-' ../shop https://git.example.org/shop/checkout.git`,
		Args: arguments("the path or the URL of a repository", 1, -1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := flags.Check(); err != nil {
				return err
			}
			if flags.listen != "" && !flags.serve {
				return usagef("--listen: nothing is served; add --serve")
			}
			return p.analyse(cmd.Context(), args, flags)
		},
	}
	addWindow(cmd, &flags.Window, "a year before --to")
	f := cmd.Flags()
	f.StringVar(&flags.Tags, "tags", "", "regular `EXPRESSION`: which tags are deployments to production (default: those that look like a version)")
	f.StringVar(&flags.Branch, "branch", "", "the mainline (default: the remote's default branch, else the one that is checked out)")
	f.BoolVar(&flags.serve, "serve", false, "serve the dashboard afterwards, until Ctrl-C")
	addListen(cmd, &flags.listen)
	f.StringVar(&flags.Service, "service", "", "what the tags deploy (default: the repository's name)")
	return cmd
}

// analyse keeps the records where the flags say, else in a directory that it removes.
func (p *program) analyse(ctx context.Context, repositories []string, flags gitFlags) (err error) {
	if p.options.dataDirGiven || p.options.configFile != "" {
		return p.withSession(ctx, func(s *session) error {
			return p.analyseIn(ctx, s, filepath.Join(p.options.dataDir, clonesFolder), repositories, flags)
		})
	}
	dir, err := os.MkdirTemp("", "weir-git-")
	if err != nil {
		return fmt.Errorf("make a directory for the analysis: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	var c configuration
	c.Warehouse.DataDir = dir
	return p.openSession(ctx, c, p.log(), func(s *session) error {
		return p.analyseIn(ctx, s, filepath.Join(dir, clonesFolder), repositories, flags)
	})
}

// gitKeys are the keys that a repository can tell of: git knows no incidents.
var gitKeys = []string{"deployment_frequency", "lead_time", "change_failure_rate", "recovery_time", "rework_rate"}

func (p *program) analyseIn(ctx context.Context, s *session, clones string, repositories []string, flags gitFlags) error {
	var sources []collectors.Source
	var gits []*git.Collector
	for _, r := range repositories {
		c := flags.Configuration
		name := r
		if isURL(r) {
			c.URL, c.CacheDir = r, clones
		} else {
			absolute, err := filepath.Abs(r)
			if err != nil {
				return fmt.Errorf("find %s: %w", r, err)
			}
			c.Path, name = absolute, absolute
		}
		collector, err := git.New(c)
		if err != nil {
			return usageError{err}
		}
		gits = append(gits, collector)
		sources = append(sources, collectors.Source{Name: name, Collector: collector})
	}
	if err := refuseSameNames(ctx, repositories, gits); err != nil {
		return err
	}
	if err := p.collect(ctx, s, fleet{sources: sources}, collectors.Order{}); err != nil {
		return err
	}
	if err := s.update(ctx); err != nil {
		return err
	}
	question := keysQuestion{Window: flags.Window, keys: gitKeys, every: metrics.EveryQuarter}
	for _, g := range gits {
		found := g.Finding()
		if s.configuration.Warehouse.DataDir == p.options.dataDir { // there may be other repositories in it
			question.filter.Repos = append(question.filter.Repos, found.Repo)
		}
		fmt.Fprintln(p.stdout, describeFinding(found))
	}
	shown, err := p.showKeys(ctx, s, question)
	if err != nil || !flags.serve {
		return err
	}
	p.tell("")
	page := url.Values{"every": {string(metrics.EveryMonth)}, "from": {cmp.Or(question.From, keysFrom)}}
	if question.To != "" {
		page.Set("to", question.To)
	} else if shown.To.Before(s.now().AddDate(0, 0, -1)) { // an old repository is shown as it was
		page.Set("from", shown.From.Format(time.DateOnly))
		page.Set("to", shown.To.Format(time.DateOnly))
	}
	if len(question.filter.Repos) > 0 { // among others
		for _, g := range gits {
			page.Add("service", g.Finding().Service)
		}
	}
	return p.serve(ctx, s, serving{listen: flags.listen, anyPort: true, noImport: "this server shows what `weir git` read, and forgets it; records are imported into a `weir serve`", page: "/?" + page.Encode()})
}

// refuseSameNames finds repositories whose records would be taken for those of another one: a deployment is known by its
// service and its tag, so equal tags of two repositories would be one deployment.
func refuseSameNames(ctx context.Context, given []string, gits []*git.Collector) error {
	repos, services := map[string]string{}, map[string]string{}
	for i, g := range gits {
		repo, service, err := g.Names(ctx)
		if err != nil {
			continue // the collection tells it
		}
		if other, taken := repos[repo]; taken {
			return usagef("%s and %s would both be the repository %s; analyse them one at a time, without --data-dir", other, given[i], repo)
		}
		if other, taken := services[service]; taken {
			return usagef("the tags of %s and of %s would both deploy the service %s; analyse them one at a time, each with a --service of its own", other, given[i], service)
		}
		repos[repo], services[service] = given[i], given[i]
	}
	return nil
}

// isURL tells a URL, or git's short form host:path of one, from a folder. A folder that exists is a folder.
func isURL(repository string) bool {
	if _, err := os.Stat(repository); err == nil {
		return false
	}
	if strings.Contains(repository, "://") {
		return true
	}
	host, _, short := strings.Cut(repository, ":")
	return short && len(host) > 1 && !strings.ContainsAny(host, `/\`)
}

// describeFinding says what was seen in a repository, and why there is no deployment where there is none.
func describeFinding(f git.Finding) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: ", f.Repo)
	if f.Tip == "" {
		return b.String() + "the repository has no commit yet"
	}
	if f.Unchanged {
		b.WriteString("nothing new since the last time; ")
	} else {
		fmt.Fprintf(&b, "%d commits, %d pull requests; ", f.Commits, f.PullRequests)
	}
	fmt.Fprintf(&b, "mainline %s; ", f.Branch)
	switch {
	case f.Tags > 0:
		fmt.Fprintf(&b, "%d tags taken as deployments of %s to %s (such as %s)", f.Tags, f.Service, f.Environment, strings.Join(f.TagExamples, ", "))
	case f.TagsUnmatched > 0:
		fmt.Fprintf(&b, "no deployment is known, because none of the %d tags matches; these were seen: %s. Say with --tags which of them are deployments",
			f.TagsUnmatched, strings.Join(f.UnmatchedExamples, ", "))
	default:
		b.WriteString("no deployment is known, because there is no tag; import deployments to see more than the commits (`weir import --help`)")
	}
	if f.Tags > 0 && f.TagsUnmatched > 0 {
		fmt.Fprintf(&b, "; %d other tags (such as %s)", f.TagsUnmatched, strings.Join(f.UnmatchedExamples, ", "))
	}
	return b.String()
}
