package main

import (
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"time"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"
)

// program is what every command needs from the outside.
type program struct {
	stdout, stderr io.Writer
	now            func() time.Time
	options        options
}

// options are the flags of every command.
type options struct {
	dataDir      string
	dataDirGiven bool // on the command line
	configFile   string
	server       string // a running server to work through; empty: none
	logLevel     choice
}

func (p *program) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "weir",
		Short: "Weir measures the flow of software from an idea to a customer",
		Long: `Weir measures the flow of software from an idea to a customer: how often it is delivered, how long that takes and
where the time goes, how often it breaks and how fast that is mended.

Try it on a clone of yours:  weir git PATH
Or on a simulated company:   weir demo`,
		Args:              cobra.ArbitraryArgs, // so that an unknown command reaches unknownCommand
		RunE:              unknownCommand,
		SilenceErrors:     true,
		SilenceUsage:      true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return p.prepare(cmd) },
	}
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	root.SetFlagErrorFunc(explainFlag)
	root.CompletionOptions.SetDefaultShellCompDirective(cobra.ShellCompDirectiveDefault)

	flags := root.PersistentFlags()
	flags.StringVar(&p.options.dataDir, "data-dir", defaultDataDir("weir"), "directory of the embedded engine's data; created if it is missing")
	flags.StringVar(&p.options.configFile, "config", "", "configuration file (default: weir.yaml in the data directory, else in the working directory)")
	flags.StringVar(&p.options.server, "server", "", "`address` of a running server to work through, such as http://127.0.0.1:8080, instead of a data directory")
	p.options.logLevel = choice{value: "warn", values: []string{"debug", "info", "warn", "error"}}
	flags.Var(&p.options.logLevel, "log-level", "how much is told on standard error")
	_ = root.RegisterFlagCompletionFunc("log-level", cobra.FixedCompletions(p.options.logLevel.values, cobra.ShellCompDirectiveNoFileComp))

	root.AddCommand(
		p.importCommand(), p.exportCommand(),
		p.queryCommand(), p.itemsCommand(), p.metricsCommand(),
		p.streamCommand(), p.whatIfCommand(), p.streamsCommand(), p.streamItemsCommand(),
		p.handoffsCommand(), p.itemCommand(), p.flowCommand(), p.forecastCommand(),
		p.gitCommand(), p.initCommand(), p.schemaCommand(), p.checkCommand(), p.syncCommand(), p.replayCommand(), p.deriveCommand(),
		p.serveCommand(), p.demoCommand(), p.versionCommand(),
	)
	return root
}

// prepare looks at the flags of every command before any of them runs.
func (p *program) prepare(cmd *cobra.Command) error {
	p.options.dataDirGiven = cmd.Flags().Changed("data-dir")
	if p.options.dataDir == "" {
		return usagef("--data-dir: the name of a directory is missing")
	}
	if p.options.server != "" {
		if !worksThroughServer[cmd.Name()] {
			return usagef("%s works on the data itself; leave out --server, and run it where the data are", cmd.CommandPath())
		}
		if p.options.dataDirGiven || p.options.configFile != "" {
			return usagef("--server works through a running server, which has data and a configuration of its own; leave out --data-dir and --config")
		}
	}
	return nil
}

// worksThroughServer are the commands that need no data directory of their own.
var worksThroughServer = map[string]bool{"import": true, "sync": true, "query": true, "items": true, "metrics": true, "stream": true, "whatif": true, "streams": true, "stream-items": true, "handoffs": true, "item": true, "flow": true, "forecast": true, "version": true, "help": true}

// defaultDataDir is a directory of the user's own data, ~/.local/share/weir on Linux.
func defaultDataDir(name string) string { return filepath.Join(xdg.DataHome, name) }

// log writes to standard error what the level asks for.
func (p *program) log() *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(p.options.logLevel.value)); err != nil {
		level = slog.LevelWarn
	}
	return slog.New(slog.NewTextHandler(p.stderr, &slog.HandlerOptions{Level: level}))
}

// tell writes a line to standard error: what happened, as opposed to the result.
func (p *program) tell(format string, args ...any) { fmt.Fprintf(p.stderr, format+"\n", args...) }

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
