package webhook

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func newJournal(t *testing.T, dir string, size int64, position uint64) *journal {
	t.Helper()
	j, err := openJournal(dir, size, position)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := j.close(); err != nil {
			t.Error(err)
		}
	})
	return j
}

func (j *journal) mustAppend(t *testing.T, bodies ...string) {
	t.Helper()
	var list []entry
	for _, b := range bodies {
		list = append(list, entry{At: monday, Event: "e", Body: []byte(b)})
	}
	if err := j.append(list); err != nil {
		t.Fatal(err)
	}
}

// bodies are what the journal holds after a number, with the numbers.
func (j *journal) bodies(t *testing.T, after uint64) (list []string, damages int) {
	t.Helper()
	err := j.read(after, func(e entry) bool {
		list = append(list, fmt.Sprintf("%d:%s", e.Sequence, e.Body))
		return true
	}, func(damage) { damages++ })
	if err != nil {
		t.Fatal(err)
	}
	return list, damages
}

func wantBodies(t *testing.T, j *journal, after uint64, want string) {
	t.Helper()
	got, damages := j.bodies(t, after)
	if strings.Join(got, " ") != want || damages != 0 {
		t.Errorf("after %d: got %v and %d damages, want %s", after, got, damages, want)
	}
}

func TestJournal(t *testing.T) {
	dir := t.TempDir()
	j := newJournal(t, dir, 200, 0) // two entries a segment
	wantBodies(t, j, 0, "")
	j.mustAppend(t, "a")
	j.mustAppend(t, "b", "c\n")
	j.mustAppend(t, "d")
	wantBodies(t, j, 0, "1:a 2:b 3:c\n 4:d")
	wantBodies(t, j, 3, "4:d")
	next := newJournal(t, dir, 200, 0) // another process continues, in a segment of its own
	next.mustAppend(t, "e")
	wantBodies(t, next, 2, "3:c\n 4:d 5:e")
	if list, _ := segments(dir); len(list) != 3 {
		t.Errorf("segments %v", list)
	}
	if err := next.drop(4); err != nil {
		t.Fatal(err)
	}
	if list, _ := segments(dir); len(list) != 1 {
		t.Errorf("after 4 are written there are the segments %v", list)
	}
	wantBodies(t, next, 4, "5:e")
	if err := next.drop(5); err != nil {
		t.Fatal(err)
	}
	if list, _ := segments(dir); len(list) != 0 {
		t.Errorf("when nothing waits there are the segments %v", list)
	}
	next.mustAppend(t, "f")
	wantBodies(t, next, 5, "6:f")
	if err := next.close(); err != nil {
		t.Fatal(err)
	}
	if err := next.append([]entry{{}}); err == nil {
		t.Error("a closed journal took an entry")
	}
	// A process that finds everything written, and no segments, counts on.
	later := newJournal(t, dir, 200, 6)
	if err := later.drop(6); err != nil {
		t.Fatal(err)
	}
	if list, _ := segments(dir); len(list) != 0 {
		t.Errorf("segments %v", list)
	}
	later.mustAppend(t, "g")
	wantBodies(t, newJournal(t, dir, 200, 6), 6, "7:g")
}

// TestTorn: wherever a crash cuts what was being written, what was acknowledged before is there, and the journal goes on.
func TestTorn(t *testing.T) {
	dir := t.TempDir()
	j := newJournal(t, dir, 1<<20, 0)
	j.mustAppend(t, "one")
	j.mustAppend(t, "two")
	path := filepath.Join(dir, fmt.Sprintf(segmentPattern, 1))
	acknowledged, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	j.mustAppend(t, "three", "four")
	all, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for cut := len(acknowledged); cut <= len(all); cut++ {
		for _, filled := range []bool{false, true} { // some file systems leave zeros where data was to be
			text := bytes.Clone(all[:cut])
			if filled {
				text = append(text, make([]byte, len(all)-cut)...)
			}
			again := t.TempDir()
			if err := os.WriteFile(filepath.Join(again, filepath.Base(path)), text, 0o600); err != nil {
				t.Fatal(err)
			}
			r := newJournal(t, again, 1<<20, 0)
			got, damages := r.bodies(t, 0)
			if len(got) < 2 || got[0] != "1:one" || got[1] != "2:two" || damages > 0 {
				t.Fatalf("cut at %d: %v, %d damages", cut, got, damages)
			}
			n := len(got)
			r.mustAppend(t, "five")
			if got, _ := r.bodies(t, 0); len(got) != n+1 || got[n] != fmt.Sprintf("%d:five", n+1) {
				t.Fatalf("cut at %d, and gone on: %v", cut, got)
			}
			if got, _ := newJournal(t, again, 1<<20, 0).bodies(t, 1); len(got) != n || got[n-1] != fmt.Sprintf("%d:five", n+1) {
				t.Fatalf("cut at %d, and opened again: %v", cut, got)
			}
		}
	}
}

// TestDamage: a line that has changed on the disk is told of, and costs no other.
func TestDamage(t *testing.T) {
	dir := t.TempDir()
	j := newJournal(t, dir, 1<<20, 0)
	j.mustAppend(t, "one", "two", "three")
	path := filepath.Join(dir, fmt.Sprintf(segmentPattern, 1))
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text[bytes.IndexByte(text, '\n')+30] ^= 1
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, damages := j.bodies(t, 0); strings.Join(got, " ") != "1:one 3:three" || damages != 1 {
		t.Errorf("got %v, %d damages", got, damages)
	}
	j.mustAppend(t, "four")
	if got, damages := j.bodies(t, 3); len(got) != 1 || damages != 0 {
		t.Errorf("it is told of again: %v, %d damages", got, damages)
	}
}

// TestDiskFails: a write that fails is told to everybody who waits for it, and the next one starts clean.
func TestDiskFails(t *testing.T) {
	j := newJournal(t, t.TempDir(), 1<<20, 0)
	j.mustAppend(t, "one")
	if err := j.file.Close(); err != nil { // what follows cannot be written
		t.Fatal(err)
	}
	if err := j.append([]entry{{Body: []byte("lost")}}); err == nil {
		t.Fatal("nobody was told")
	}
	j.mustAppend(t, "two")
	wantBodies(t, j, 0, "1:one 3:two")
}

// TestManyAtOnce: what many send at the same time is all there, once, and shares the disk's syncs.
func TestManyAtOnce(t *testing.T) {
	j := newJournal(t, t.TempDir(), 4<<10, 0)
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() {
			for k := range 25 {
				if err := j.append([]entry{{Event: "e", Body: fmt.Appendf(nil, "%d-%d", i, k)}}); err != nil {
					t.Error(err)
				}
				if k%10 == 0 {
					if err := j.drop(0); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	all.Wait()
	seen := map[string]bool{}
	var last uint64
	err := j.read(0, func(e entry) bool {
		if e.Sequence != last+1 || seen[string(e.Body)] {
			t.Errorf("%d %s after %d", e.Sequence, e.Body, last)
		}
		last, seen[string(e.Body)] = e.Sequence, true
		return true
	}, func(damage) { t.Error("damage") })
	if err != nil || len(seen) != 1000 {
		t.Errorf("%d entries, %v", len(seen), err)
	}
}

// FuzzJournal: whatever stands in a file, reading does not fail, and gives only what was written whole.
func FuzzJournal(f *testing.F) {
	one := entry{Sequence: 1, At: monday, Event: "e", Body: []byte("{}")}.appendLine(nil)
	f.Add(one)
	f.Add(one[:len(one)-1])
	f.Add(append(append([]byte("broken\n"), one...), 0, 0, 0))
	f.Add([]byte("00000000 1 {}\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		tail := entry{Sequence: 99, Body: []byte("tail")}.appendLine(nil)
		found := false
		err := scan(bytes.NewReader(append(append(bytes.Clone(text), '\n'), tail...)), "x", func(e entry) bool {
			found = e.Sequence == 99 && string(e.Body) == "tail"
			return true
		}, func(damage) {})
		if err != nil || !found {
			t.Errorf("the entry behind it is lost: %v", err)
		}
	})
}

func BenchmarkJournal(b *testing.B) {
	j, err := openJournal(b.TempDir(), segmentSize, 0)
	if err != nil {
		b.Fatal(err)
	}
	body := make([]byte, 8<<10)
	for i := range body {
		body[i] = byte(rand.IntN(256))
	}
	b.SetParallelism(32)
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			if err := j.append([]entry{{Event: "e", Body: body}}); err != nil {
				b.Error(err)
			}
		}
	})
}
