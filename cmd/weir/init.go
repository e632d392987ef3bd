package main

import (
	"bytes"
	_ "embed" // for the template
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"slices"
	"strings"
	"text/template"

	"github.com/charmbracelet/huh"
	"github.com/spf13/cobra"
)

//go:embed init.yaml.tmpl
var initTemplate string

// start is what a first configuration is made of.
type start struct {
	GitHub       []string // organisations and repositories
	GitHubURL    string   // of an Enterprise Server
	Jira         string   // the site's address
	JiraEmail    string
	JiraProjects []string
	Jenkins      string
	JenkinsUser  string
	GitLab       []string // groups and projects
	GitLabURL    string
	PagerDuty    bool
}

// Empty tells whether nothing is to be collected.
func (s start) Empty() bool {
	return len(s.GitHub) == 0 && s.Jira == "" && s.Jenkins == "" && len(s.GitLab) == 0 && !s.PagerDuty
}

func (p *program) initCommand() *cobra.Command {
	var s start
	var file string
	var force bool
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Write a first configuration, with comments",
		Long: `Init writes a weir.yaml to begin with: from flags, or from a few questions when it is called without any on a terminal.
What is not used stands in it as a comment. Tokens are not asked for: the file names the environment variables that have
them.`,
		Example: `  weir init
  weir init --github acme --jira https://acme.atlassian.net --jira-project PAY --jenkins https://ci.example.org
  weir check`,
		Args: arguments("nothing", 0, 0),
		RunE: func(*cobra.Command, []string) error {
			if _, err := os.Stat(file); err == nil && !force {
				return fmt.Errorf("%s exists already; choose another name with --file, or replace it with --force", file)
			} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("look whether %s exists: %w", file, pathReason(err))
			}
			if s.Empty() && terminalWidth(p.stderr) > 0 {
				if err := s.ask(); err != nil {
					return err
				}
			}
			if err := s.validate(); err != nil {
				return err
			}
			text, err := s.yaml()
			if err != nil {
				return err
			}
			if err := os.WriteFile(file, text, 0o600); err != nil {
				return fmt.Errorf("write %s: %w", file, pathReason(err))
			}
			s.tellNext(p.stderr, file)
			return nil
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&file, "file", configurationName, "the file to write")
	flags.BoolVar(&force, "force", false, "replace the file if it exists")
	flags.StringSliceVar(&s.GitHub, "github", nil, "organisations (acme) or repositories (acme/shop, acme/pay-*) on GitHub")
	flags.StringVar(&s.GitHubURL, "github-url", "", "the address of a GitHub Enterprise Server")
	flags.StringVar(&s.Jira, "jira", "", "the address of a Jira site")
	flags.StringVar(&s.JiraEmail, "jira-email", "you@example.org", "the e-mail address that Jira's API token belongs to")
	flags.StringSliceVar(&s.JiraProjects, "jira-project", nil, "keys of Jira projects (default: all that may be read)")
	flags.StringVar(&s.Jenkins, "jenkins", "", "the address of a Jenkins")
	flags.StringVar(&s.JenkinsUser, "jenkins-user", "you", "the user whose API token it is")
	flags.StringSliceVar(&s.GitLab, "gitlab", nil, "groups or projects on GitLab")
	flags.StringVar(&s.GitLabURL, "gitlab-url", "", "the address of a GitLab of your own")
	flags.BoolVar(&s.PagerDuty, "pagerduty", false, "incidents from PagerDuty")
	return cmd
}

// ask puts the questions on a terminal.
func (s *start) ask() error {
	var tools []string
	var github, jira, projects, jenkins, gitlab string
	uses := func(tool string) func() bool { return func() bool { return !slices.Contains(tools, tool) } }
	form := huh.NewForm(
		huh.NewGroup(huh.NewMultiSelect[string]().Title("Which tools do you use?").Options(huh.NewOptions("GitHub", "GitLab", "Jira", "Jenkins", "PagerDuty")...).Value(&tools)),
		huh.NewGroup(huh.NewInput().Title("GitHub: organisations or repositories, separated by spaces").Placeholder("acme acme-labs/tool").Value(&github)).WithHideFunc(uses("GitHub")),
		huh.NewGroup(huh.NewInput().Title("GitLab: groups or projects, separated by spaces").Placeholder("acme acme/shop").Value(&gitlab)).WithHideFunc(uses("GitLab")),
		huh.NewGroup(
			huh.NewInput().Title("Jira: the site's address").Placeholder("https://acme.atlassian.net").Value(&jira),
			huh.NewInput().Title("Jira: keys of projects, separated by spaces; empty: all").Placeholder("PAY SHOP").Value(&projects),
		).WithHideFunc(uses("Jira")),
		huh.NewGroup(huh.NewInput().Title("Jenkins: its address").Placeholder("https://ci.example.org").Value(&jenkins)).WithHideFunc(uses("Jenkins")),
	)
	if err := form.Run(); err != nil {
		if errors.Is(err, huh.ErrUserAborted) {
			return errors.New("nothing was written")
		}
		return fmt.Errorf("ask on the terminal: %w; the same can be said with flags, see `weir init --help`", err)
	}
	s.GitHub, s.GitLab, s.JiraProjects = strings.Fields(github), strings.Fields(gitlab), strings.Fields(projects)
	s.Jira, s.Jenkins, s.PagerDuty = strings.TrimSpace(jira), strings.TrimSpace(jenkins), slices.Contains(tools, "PagerDuty")
	return nil
}

func (s start) validate() error {
	for _, a := range []struct{ flag, address string }{{"github-url", s.GitHubURL}, {"jira", s.Jira}, {"jenkins", s.Jenkins}, {"gitlab-url", s.GitLabURL}} {
		if a.address == "" {
			continue
		}
		if u, err := url.Parse(a.address); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			return usagef("--%s: %q is not an address such as https://example.org", a.flag, a.address)
		}
	}
	for _, a := range []struct {
		flag, needs string
		alone       bool
	}{
		{"github-url", "github", s.GitHubURL != "" && len(s.GitHub) == 0}, {"gitlab-url", "gitlab", s.GitLabURL != "" && len(s.GitLab) == 0},
		{"jira-project", "jira", len(s.JiraProjects) > 0 && s.Jira == ""},
	} {
		if a.alone {
			return usagef("--%s: it says more about --%s, which is missing", a.flag, a.needs)
		}
	}
	for _, name := range slices.Concat(s.GitHub, s.GitLab) {
		if strings.Contains(name, "://") {
			return usagef("%q is an address; give the name only, such as acme or acme/shop", name)
		}
	}
	for _, name := range slices.Concat(s.GitHub, s.GitLab, s.JiraProjects) {
		if name == "" || strings.ContainsAny(name, " \t\"'{}[]#,\\\n") {
			return usagef("%q is not the name of an organisation, a repository, a group or a project", name)
		}
	}
	return nil
}

// yaml writes the configuration. Whatever the answers were, it can be read: a test holds that.
func (s start) yaml() ([]byte, error) {
	with := func(slash bool) func([]string) string {
		return func(names []string) string {
			var chosen []string
			for _, name := range names {
				if strings.Contains(name, "/") == slash {
					chosen = append(chosen, fmt.Sprintf("%q", name))
				}
			}
			return strings.Join(chosen, ", ")
		}
	}
	t, err := template.New("init").Funcs(template.FuncMap{"owners": with(false), "inside": with(true), "quote": func(names []string) string {
		quoted := make([]string, len(names))
		for i, name := range names {
			quoted[i] = fmt.Sprintf("%q", name)
		}
		return strings.Join(quoted, ", ")
	}}).Parse(initTemplate)
	if err != nil {
		return nil, fmt.Errorf("read the template of the configuration: %w", err)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, s); err != nil {
		return nil, fmt.Errorf("write the configuration: %w", err)
	}
	return b.Bytes(), nil
}

// tellNext says what is to be done with the file.
func (s start) tellNext(w io.Writer, file string) {
	fmt.Fprintf(w, "wrote %s\n", file)
	var needed []string
	for _, one := range []struct {
		used bool
		env  string
	}{
		{len(s.GitHub) > 0, "GITHUB_TOKEN"}, {len(s.GitLab) > 0, "GITLAB_TOKEN"}, {s.Jira != "", "JIRA_TOKEN"},
		{s.Jenkins != "", "JENKINS_TOKEN"}, {s.PagerDuty, "PAGERDUTY_TOKEN"},
	} {
		if one.used {
			needed = append(needed, one.env)
		}
	}
	if len(needed) > 0 {
		fmt.Fprintf(w, "It expects the tokens in the environment: %s\n", strings.Join(needed, ", "))
	}
	fmt.Fprintf(w, "Next: weir check --config %[1]s; weir sync --config %[1]s; weir serve --config %[1]s\n", file)
}
