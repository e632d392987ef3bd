package api

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"
)

func TestCompressed(t *testing.T) {
	a := newAsked(t, deployed("1", today.AddDate(0, 0, -3)))
	for _, path := range []string{"/api/v1/metrics/lead_time?to=2026-03-18&every=day", "/assets/x-1.js", "/api/v1/openapi.json"} {
		plain, small := a.get(path), a.get(path, "Accept-Encoding", "gzip")
		if small.Header().Get("Content-Encoding") != "gzip" || small.Body.Len() >= plain.Body.Len()/2 {
			t.Errorf("%s: %d bytes as %q, plain %d", path, small.Body.Len(), small.Header().Get("Content-Encoding"), plain.Body.Len())
		}
	}
}

// A server that is told to stop finishes what it began.
func TestStopsAfterTheAnswersUnderWay(t *testing.T) {
	a := newAsked(t, deployed("1", today.AddDate(0, 0, -3)))
	begun, goOn := make(chan struct{}), make(chan struct{})
	a.cfg.Reading = func() func() {
		close(begun)
		<-goOn
		return func() {}
	}
	ctx, stop := context.WithCancel(context.Background())
	listener, err := Listen(ctx, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx, listener) }()
	address := "http://" + listener.Addr().String()
	answer := make(chan string, 1)
	go func() {
		answer <- fetch(address + "/api/v1/metrics/deployment_frequency?from=2026-03-01&to=2026-03-18")
	}()
	<-begun
	stop()
	// New connections are refused before the answer is finished.
	for deadline := time.Now().Add(10 * time.Second); ; {
		c, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			break
		}
		_ = c.Close()
		if time.Now().After(deadline) {
			t.Fatal("the server still takes connections")
		}
		time.Sleep(5 * time.Millisecond)
	}
	close(goOn)
	if got := <-answer; !strings.Contains(got, `"n":1,`) {
		t.Errorf("the answer under way was %s", got)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestListenSaysWhatToDo(t *testing.T) {
	taken, err := Listen(context.Background(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() })
	if _, err := Listen(context.Background(), taken.Addr().String()); err == nil || !strings.Contains(err.Error(), "--listen") || !strings.Contains(err.Error(), "in use") {
		t.Errorf("got %v", err)
	}
}
