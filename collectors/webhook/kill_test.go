package webhook

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/weirhq/weir/collectors"
	"github.com/weirhq/weir/warehouse"
)

// childVariable makes the test program the process that is killed: it accepts and writes without end, and says what it accepted.
const childVariable = "WEIR_TEST_KILLED_IN"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childVariable); dir != "" {
		if err := acceptWithoutEnd(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

var killed = Configuration{Name: "events", CDEvents: &Access{}}

// run is one event of a run that is queued, started and finished.
func runEvent(id string, step int) entry {
	kinds := []string{"queued", "started", "finished"}
	return entry{Event: kinds[step], At: monday, Body: []byte(cd("pipelinerun."+kinds[step]+".0.3.0", step, id, `{"pipelineName":"p"}`, ""))}
}

func acceptWithoutEnd(dir string) error {
	ctx := context.Background()
	w, err := warehouse.Open(ctx, warehouse.Configuration{DataDir: filepath.Join(dir, "data")})
	if err != nil {
		return err
	}
	h, err := New(killed, Options{Dir: dir})
	if err != nil {
		return err
	}
	h.segment = 4 << 10
	runner, err := collectors.New(w, []collectors.Source{{Name: "events", Collector: h}}, collectors.Options{})
	if err != nil {
		return err
	}
	var out sync.Mutex
	for sender := range 3 {
		go func() {
			for n := 0; ; n++ {
				id := fmt.Sprintf("%d-%d-%d", os.Getpid(), sender, n)
				for _, step := range rand.Perm(3) {
					if err := h.accept([]entry{runEvent(id, step)}); err != nil {
						fmt.Fprintln(os.Stderr, err)
						os.Exit(1)
					}
				}
				out.Lock()
				fmt.Println(id) // acknowledged
				out.Unlock()
				time.Sleep(5 * time.Millisecond)
			}
		}()
	}
	for {
		if err := runner.Collect(ctx, collectors.Order{}); err != nil {
			return err
		}
	}
}

// TestKill: what was acknowledged before kill -9 at a random moment is in the warehouse in the end, whole, and once.
func TestKill(t *testing.T) {
	dir := t.TempDir()
	acknowledged := map[string]bool{}
	for range 5 {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), childVariable+"="+dir)
		child.Stderr = os.Stderr
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(time.Second+rand.N(1500*time.Millisecond), func() {
			if err := child.Process.Kill(); err != nil {
				t.Error(err)
			}
		})
		lines := bufio.NewReader(out)
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				break // what follows the last line feed was cut off
			}
			acknowledged[strings.TrimSpace(line)] = true
		}
		_ = child.Wait() // killed
	}
	w, err := warehouse.Open(context.Background(), warehouse.Configuration{DataDir: filepath.Join(dir, "data")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	s := openSite(t, dir, w, killed)
	if _, _, err := s.hooks["events"].open(); err != nil {
		t.Fatal(err)
	}
	waiting := int(s.hooks["events"].Stats().Waiting)
	s.collect()
	r, err := w.Known(context.Background(), warehouse.Scope{Table: "builds"})
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, b := range r.Builds {
		if acknowledged[b.ID] && (!b.QueuedAt.Equal(at(0)) || !b.StartedAt.Equal(at(1)) || !b.FinishedAt.Equal(at(2)) || b.Result != "success") {
			t.Errorf("not whole: %+v", b)
		}
		if found[b.ID] {
			t.Errorf("twice: %s", b.ID)
		}
		found[b.ID] = true
	}
	for id := range acknowledged {
		if !found[id] {
			t.Errorf("lost: %s", id)
		}
	}
	if len(acknowledged) < 50 {
		t.Errorf("only %d runs were acknowledged", len(acknowledged))
	}
	t.Logf("%d runs acknowledged, %d events waited at the last kill", len(acknowledged), waiting)
	if st := s.hooks["events"].Stats(); st.Rejected != 0 || st.Waiting != 0 {
		t.Errorf("stats %+v", st)
	}
}
