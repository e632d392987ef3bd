package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/weirhq/weir/metrics"
)

// usageError is a mistake in how the command was called, not in what it did.
type usageError struct{ error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

func isUsage(err error) bool {
	var own usageError
	var asked *metrics.UsageError
	return errors.As(err, &own) || errors.As(err, &asked)
}

// sentence is how a failure is told. A question that cannot be answered names a parameter, which is a flag here.
func sentence(err error) string {
	var asked *metrics.UsageError
	switch {
	case !errors.As(err, &asked):
		return err.Error()
	case asked.Parameter == "metric":
		return asked.Reason
	}
	return "--" + asked.Parameter + ": " + asked.Reason
}

// explainFlag turns the flag parser's words into a sentence, with the flag that was probably meant.
func explainFlag(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() == "":
		name := unknown.GetSpecifiedName()
		var known []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
		if best := metrics.Nearest(name, known); best != "" {
			return usagef("%s has no flag --%s; did you mean --%s?", cmd.CommandPath(), name, best)
		}
		return usagef("%s has no flag --%s; `%s --help` lists its flags", cmd.CommandPath(), name, cmd.CommandPath())
	case errors.As(err, &invalid):
		return usagef("--%s: %w", invalid.GetFlag().Name, invalid.Unwrap())
	}
	return usageError{err}
}

// unknownCommand is what the root runs when its first argument is no command.
func unknownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return cmd.Help()
	}
	var known []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			known = append(known, c.Name())
		}
	}
	if best := metrics.Nearest(args[0], known); best != "" {
		return usagef("there is no command %q; did you mean `%s %s`?", args[0], cmd.CommandPath(), best)
	}
	return usagef("there is no command %q; `%s --help` lists the commands", args[0], cmd.CommandPath())
}

// arguments checks how many there are; name says what they are.
func arguments(name string, atLeast, atMost int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < atLeast:
			return usagef("%s needs %s: %s", cmd.CommandPath(), name, cmd.UseLine())
		case atMost == 0 && len(args) > 0:
			return usagef("%s takes no argument, but got %q", cmd.CommandPath(), args[0])
		case atMost >= 0 && len(args) > atMost:
			return usagef("%s takes %s, but got %d arguments", cmd.CommandPath(), name, len(args))
		}
		return nil
	}
}

// choice is a flag that knows its values.
type choice struct {
	value  string
	values []string
}

func (c *choice) String() string { return c.value }
func (c *choice) Type() string   { return strings.Join(c.values, "|") }
func (c *choice) Set(value string) error {
	for _, v := range c.values {
		if v == value {
			c.value = v
			return nil
		}
	}
	if best := metrics.Nearest(value, c.values); best != "" {
		return fmt.Errorf("%q is none of %s; did you mean %s?", value, strings.Join(c.values, ", "), best)
	}
	return fmt.Errorf("%q is none of %s", value, strings.Join(c.values, ", "))
}

// addChoice adds a flag with fixed values to a command, completed by the shell.
func addChoice(cmd *cobra.Command, c *choice, name, usage string) {
	cmd.Flags().Var(c, name, usage)
	// It fails only where the flag does not exist, and the line above made it.
	_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(c.values, cobra.ShellCompDirectiveNoFileComp))
}
