// Command weir measures the flow of software from an idea to a customer: it reads commits, pull requests, builds,
// deployments, incidents and tickets into ClickHouse and answers how often, how fast and how safely software is delivered.
//
// This package reads configuration, wires the other packages together, handles signals and draws tables; one file a
// command. What the numbers mean is in package metrics.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // reporting time zones must also work where the system has no zone files, such as in a small container
)

// Exit statuses that scripts rely on.
const (
	exitFailure = 1 // with one sentence on standard error
	exitUsage   = 2 // unknown command, flag, metric or value
	exitRejects = 3 // the import wrote the good rows and put the bad ones aside
	exitSignal  = 128
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// run is the whole program: results go to stdout, everything else to stderr.
func run(args []string, stdout, stderr io.Writer) int {
	ctx, stop := withSignals(context.Background())
	defer stop()
	results := &output{to: stdout}
	p := &program{stdout: results, stderr: stderr, now: time.Now}
	root := p.rootCommand()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil && results.failure != nil {
		err = fmt.Errorf("the result could not be written: %w", results.failure)
	}
	if err == nil {
		return 0
	}
	var interrupted signalError
	if errors.As(context.Cause(ctx), &interrupted) {
		fmt.Fprintf(stderr, "weir: stopped by the signal %q; running the same command again continues\n", interrupted.signal)
		return exitSignal + int(interrupted.signal)
	}
	fmt.Fprintf(stderr, "weir: %s\n", sentence(err))
	return exitStatus(err)
}

// output remembers the first failure to write, so that it is looked at once, at the end, and not at every line.
type output struct {
	to      io.Writer
	failure error
}

func (o *output) Write(text []byte) (int, error) {
	if o.failure != nil {
		return 0, o.failure
	}
	n, err := o.to.Write(text)
	o.failure = err
	return n, err
}

// exitStatus says how a failure is told to the calling script.
func exitStatus(err error) int {
	var rejects rejectsError
	switch {
	case errors.As(err, &rejects):
		return exitRejects
	case isUsage(err):
		return exitUsage
	}
	return exitFailure
}

// signalError is why the context ended when the user or the system asked the program to stop.
type signalError struct{ signal syscall.Signal }

func (e signalError) Error() string { return "received " + e.signal.String() }

// withSignals ends the context at the first SIGINT or SIGTERM, so that commands can end cleanly; the second one kills.
func withSignals(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(parent)
	received := make(chan os.Signal, 1)
	signal.Notify(received, syscall.SIGINT, syscall.SIGTERM)
	go func() {
		select {
		case s := <-received:
			signal.Stop(received)
			if number, ok := s.(syscall.Signal); ok {
				cancel(signalError{number})
			}
		case <-ctx.Done():
		}
	}()
	return ctx, func() {
		signal.Stop(received)
		cancel(context.Canceled)
	}
}
