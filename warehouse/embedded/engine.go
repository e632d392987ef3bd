// Package embedded is the ClickHouse engine inside this process: the library libchdb behind an http.RoundTripper, so that
// clickhouse-go speaks to it as it would to a server's HTTP interface. No port, no server, no second dialect.
//
// The library holds one data directory a process, and one process a data directory. Every connection of the driver gets a
// connection of the engine: two of them run queries in parallel, one runs them one after the other.
package embedded

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"unsafe"
)

// ErrInUse is returned when another process has the data directory open.
var ErrInUse = errors.New("the data directory is in use")

// Engine is an open data directory.
type Engine struct {
	lib  *library
	dir  string
	lock *os.File

	mu     sync.Mutex
	anchor connection // keeps the engine's server alive between the driver's connections
	closed bool
}

// Open opens the engine on a data directory and creates it if it is missing. libraryPath may be empty: see FindLibrary.
func Open(dir, libraryPath string) (*Engine, error) {
	lib, err := loadLibrary(libraryPath)
	if err != nil {
		return nil, err
	}
	dir, err = filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("data directory %q: %w", dir, err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("the data directory %s cannot be created; choose another one with --data-dir: %w", dir, reason(err))
	}
	lock, err := lockDirectory(dir)
	if err != nil {
		return nil, err
	}
	e := &Engine{lib: lib, dir: dir, lock: lock}
	e.anchor, err = e.connect()
	if err != nil {
		_ = lock.Close()
		return nil, err
	}
	return e, nil
}

// Close closes the engine. Connections of the driver must be closed before.
func (e *Engine) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil
	}
	e.closed = true
	e.lib.closeConn(e.anchor.handle)
	if err := e.lock.Truncate(0); err != nil {
		_ = e.lock.Close()
		return err
	}
	return e.lock.Close()
}

// connection is a connection of the engine: queries take the session that the handle points to, closing takes the handle.
type connection struct{ handle, session uintptr }

// connect opens one more connection to the engine of this process.
func (e *Engine) connect() (connection, error) {
	// Without the second argument the engine logs to a terminal that it finds, such as "<Fatal> ThreadStatus …" as the
	// process ends: lines that no user of weir can act on. What a query does wrong arrives as its error all the same.
	args := []string{"weir", "--path=" + filepath.Join(e.dir, "clickhouse"), "--logger.console=false"}
	argv := make([]*byte, len(args))
	for i, arg := range args {
		argv[i] = &append([]byte(arg), 0)[0]
	}
	handle := e.lib.connect(int32(len(argv)), &argv[0])
	runtime.KeepAlive(argv)
	if handle == 0 {
		return connection{}, fmt.Errorf("the ClickHouse engine cannot open %s: the directory may be damaged, unwritable, on a full disk, or open in another process or under another path in this one", e.dir)
	}
	return connection{handle: handle, session: **(**uintptr)(unsafe.Pointer(&handle))}, nil
}

// lockDirectory makes sure that no other process works in dir, and says which one does.
func lockDirectory(dir string) (*os.File, error) {
	name := filepath.Join(dir, "lock")
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("the data directory %s is not writable; choose another one with --data-dir: %w", dir, reason(err))
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		text, _ := os.ReadFile(name)
		_ = f.Close()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("the data directory %s cannot be locked: %w", dir, err)
		}
		return nil, fmt.Errorf("%w: %s", ErrInUse, describeHolder(dir, string(text)))
	}
	if err = f.Truncate(0); err == nil {
		_, err = f.WriteAt([]byte(holder()), 0)
	}
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("the data directory %s is not writable (is the disk full?): %w", dir, reason(err))
	}
	return f, nil
}

// describeHolder says who has a directory, from what its lock file says: a line with the process and its command, and, when
// it answers over HTTP, a line with its address.
func describeHolder(dir, text string) string {
	holder, address, _ := strings.Cut(strings.TrimSpace(text), "\n")
	pid, command, _ := strings.Cut(holder, " ")
	if pid == "" {
		pid, command = "unknown", "another weir"
	}
	if address != "" {
		return fmt.Sprintf("%s is open in process %s (%s), which answers at %s; ask it with --server %s, or stop it first", dir, pid, command, address, address)
	}
	return fmt.Sprintf("%s is open in process %s (%s); stop it first, or choose another directory with --data-dir", dir, pid, command)
}

// Announce tells whoever finds the directory in use where its holder answers.
func (e *Engine) Announce(address string) error {
	if _, err := e.lock.WriteAt([]byte(holder()+address+"\n"), 0); err != nil {
		return fmt.Errorf("write the address into the lock file of %s: %w", e.dir, reason(err))
	}
	return nil
}

// holder is this process, as the lock file names it.
func holder() string { return strconv.Itoa(os.Getpid()) + " " + strings.Join(os.Args, " ") + "\n" }

// reason strips the path that the caller's sentence already names.
func reason(err error) error {
	if pathErr := (*fs.PathError)(nil); errors.As(err, &pathErr) {
		return pathErr.Err
	}
	return err
}

// bytesAt copies memory of the engine.
func bytesAt(address, size uintptr) []byte {
	if address == 0 || size == 0 {
		return nil
	}
	// The address is memory of the engine, not of Go: reinterpreting the variable that holds it keeps vet's
	// "possible misuse of unsafe.Pointer" check meaningful everywhere else.
	data := *(**byte)(unsafe.Pointer(&address))
	return append([]byte(nil), unsafe.Slice(data, size)...)
}
