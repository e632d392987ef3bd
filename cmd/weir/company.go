package main

import (
	"bytes"
	"context"
	_ "embed" // for the demo's configuration
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"text/template"
	"time"

	"github.com/weirhq/weir/collectors/simulator"
	"github.com/weirhq/weir/collectors/simulator/site"
)

//go:embed demo.yaml.tmpl
var demoTemplate string

// company is the simulated company at work: its tools answer at an address of this machine.
type company struct {
	mark  demoMark
	clock demoClock
	fleet fleet // what collects it
}

// companyState is under which name the warehouse keeps what time it is in the company.
const companyState = "demo_clock"

// withCompany lets the company work, and its tools answer, while something is done.
func (p *program) withCompany(ctx context.Context, s *session, mark demoMark, speed float64, do func(*company) error) error {
	clock, err := p.companyClock(ctx, s, mark, speed)
	if err != nil {
		return err
	}
	// The company lives in this process, so there is much that the garbage collector looks at and little that it finds.
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	c := &company{mark: mark, clock: clock}
	world := simulator.New(mark.configuration())
	tools := site.New(world, clock, site.Options{Limit: companyLimit, Step: companyStep(speed)})
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("let the simulated company's tools answer on this machine: %w", err)
	}
	server := &http.Server{Handler: tools, ReadHeaderTimeout: time.Minute}
	var answering sync.WaitGroup
	answering.Go(func() { _ = server.Serve(listener) }) // ends when it is closed
	defer func() {
		_ = server.Close()
		answering.Wait()
	}()
	if c.fleet, err = p.companyFleet(s, "http://"+listener.Addr().String(), speed); err != nil {
		return err
	}
	c.fleet.options.Now = clock.Now
	signals := filepath.Join(p.options.dataDir, signalsFolder)
	if err := tools.WriteSignals(signals); err != nil {
		return err
	}
	working, stop := context.WithCancel(ctx)
	answering.Go(func() {
		c.keepTime(working, s, speed, func() error { return tools.WriteSignals(signals) })
	})
	err = do(c)
	stop()
	if saveErr := c.saveTime(context.WithoutCancel(ctx), s, clock.Now()); err == nil {
		err = saveErr
	}
	return err
}

// companyStep is how much of the company's time passes before its tools look what is new: at most twice a second of ours.
func companyStep(speed float64) time.Duration {
	return time.Duration(speed * float64(500*time.Millisecond))
}

// companyLimit is enough for the whole history at once: the demo is not there to show how to wait.
const companyLimit = 1_000_000

// companyFleet makes the collectors of the company's tools, by a configuration like anybody's.
func (p *program) companyFleet(s *session, address string, speed float64) (fleet, error) {
	token := filepath.Join(p.options.dataDir, "demo-token")
	if err := os.WriteFile(token, []byte("the simulated tools take any\n"), 0o600); err != nil {
		return fleet{}, fmt.Errorf("write the demo's token: %w", pathReason(err))
	}
	text, err := demoSources(address, token, filepath.Join(p.options.dataDir, signalsFolder))
	if err != nil {
		return fleet{}, err
	}
	var c configuration
	if err := c.parse("demo.yaml", text); err != nil {
		return fleet{}, err
	}
	f, err := c.fleet(p.surroundings(s), s.log)
	if err != nil {
		return f, err
	}
	for i := range f.sources {
		f.sources[i].Schedule, f.sources[i].Jitter = "", 0
		if speed > 0 {
			f.sources[i].Schedule = demoPause(speed)
		}
	}
	return f, nil
}

// demoSources configures the company's sources.
func demoSources(address, token, signals string) ([]byte, error) {
	var text bytes.Buffer
	t, err := template.New("demo").Parse(demoTemplate)
	if err == nil {
		err = t.Execute(&text, map[string]string{"Address": address, "Token": token, "Signals": signals})
	}
	if err != nil {
		return nil, fmt.Errorf("configure the demo's sources: %w", err)
	}
	return text.Bytes(), nil
}

// signalsFolder is where the company's business figures come as files.
const signalsFolder = "signals"

// companyClock is the company's clock. It has worked until now; where its time ran ahead of ours, it goes on from there.
func (p *program) companyClock(ctx context.Context, s *session, mark demoMark, speed float64) (demoClock, error) {
	clock := demoClock{Start: mark.To, RealStart: p.now(), Speed: speed, System: p.now}
	saved, err := s.warehouse.State(ctx, companyState)
	if err != nil {
		return clock, err
	}
	if saved == "" {
		p.tell("making a simulated company, and collecting its tools …")
	} else if clock.Start, err = time.Parse(time.RFC3339Nano, saved); err != nil {
		return clock, fmt.Errorf("read what time it is in the simulated company: %w", err)
	}
	if speed > 0 && clock.Start.Before(clock.RealStart) {
		clock.Start = clock.RealStart
	}
	return clock, nil
}

// demoClock is the company's clock, which may stand still.
type demoClock simulator.Clock

// Now is the company's time.
func (c demoClock) Now() time.Time {
	if c.Speed == 0 {
		return c.Start
	}
	return simulator.Clock(c).Now()
}

// keepTimePause is how often the company's time is written down.
const keepTimePause = 5 * time.Second

// keepTime writes down what time it will be when it is written down again: whoever is killed in between goes on no
// earlier than where the collected records end.
func (c *company) keepTime(ctx context.Context, s *session, speed float64, also func() error) {
	for {
		ahead := time.Duration(float64(2*keepTimePause) * speed)
		if err := errors.Join(c.saveTime(ctx, s, c.clock.Now().Add(ahead)), also()); err != nil && ctx.Err() == nil {
			s.log.Warn("the simulated company's time, or its figures, could not be kept", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(keepTimePause):
		}
	}
}

func (c *company) saveTime(ctx context.Context, s *session, at time.Time) error {
	return s.warehouse.SaveState(ctx, companyState, at.UTC().Truncate(time.Millisecond).Format(time.RFC3339Nano))
}

// errOldDemo is told of a demo that was made before its tools could be asked.
var errOldDemo = errors.New("this demo was made by an earlier version of Weir; --reset makes it anew")
