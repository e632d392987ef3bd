package embedded

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"github.com/ebitengine/purego"
)

// LibraryVariable names the environment variable that says where the engine's library is.
const LibraryVariable = "WEIR_ENGINE"

// ErrNoLibrary is returned when the engine's library is not where it is looked for.
var ErrNoLibrary = errors.New("the ClickHouse engine library is missing")

// library holds the engine's C functions. Pointers of the engine travel as uintptr: they are never Go memory.
type library struct {
	connect   func(argc int32, argv **byte) uintptr
	closeConn func(conn uintptr)

	query       func(conn uintptr, query *byte, queryLen uintptr, format *byte, formatLen uintptr, names **byte, nameLens *uintptr, values **byte, valueLens *uintptr, n uintptr) uintptr
	streamQuery func(conn uintptr, query *byte, queryLen uintptr, format *byte, formatLen uintptr, names **byte, nameLens *uintptr, values **byte, valueLens *uintptr, n uintptr) uintptr
	streamFetch func(conn, result uintptr) uintptr

	streamCancel  func(conn, result uintptr)
	resultBuffer  func(result uintptr) uintptr
	resultLength  func(result uintptr) uintptr
	resultError   func(result uintptr) string
	resultDestroy func(result uintptr)

	insert        func(conn uintptr, query *byte, queryLen uintptr, format *byte, formatLen uintptr) uintptr
	insertAppend  func(stream uintptr, data *byte, size uintptr) int32
	insertDone    func(stream uintptr) uintptr
	insertCancel  func(stream uintptr)
	insertError   func(stream uintptr) string
	insertDestroy func(stream uintptr)

	signalHandlers func(enabled int32)
}

// loaded is the one library of this process: the dynamic loader knows no second copy, so neither do we.
var loaded struct {
	sync.Mutex
	path string
	lib  *library
}

func loadLibrary(path string) (*library, error) {
	loaded.Lock()
	defer loaded.Unlock()
	if loaded.lib != nil {
		return loaded.lib, nil
	}
	path, err := FindLibrary(path)
	if err != nil {
		return nil, err
	}
	handle, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		return nil, fmt.Errorf("the ClickHouse engine library %s cannot be loaded (is it whole, and made for %s/%s?): %w", path, runtime.GOOS, runtime.GOARCH, err)
	}
	lib := &library{}
	for name, f := range map[string]any{
		"chdb_connect":                     &lib.connect,
		"chdb_close_conn":                  &lib.closeConn,
		"chdb_query_with_params_n":         &lib.query,
		"chdb_stream_query_with_params_n":  &lib.streamQuery,
		"chdb_stream_fetch_result":         &lib.streamFetch,
		"chdb_stream_cancel_query":         &lib.streamCancel,
		"chdb_result_buffer":               &lib.resultBuffer,
		"chdb_result_length":               &lib.resultLength,
		"chdb_result_error":                &lib.resultError,
		"chdb_destroy_query_result":        &lib.resultDestroy,
		"chdb_stream_insert_n":             &lib.insert,
		"chdb_stream_append":               &lib.insertAppend,
		"chdb_stream_done":                 &lib.insertDone,
		"chdb_stream_cancel_insert":        &lib.insertCancel,
		"chdb_stream_insert_error":         &lib.insertError,
		"chdb_destroy_insert_stream":       &lib.insertDestroy,
		"chdb_set_signal_handlers_enabled": &lib.signalHandlers,
	} {
		symbol, err := purego.Dlsym(handle, name)
		if err != nil {
			return nil, fmt.Errorf("the ClickHouse engine library %s is too old or not the right one: it has no %s (run `make engine` for the version that fits)", path, name)
		}
		purego.RegisterFunc(f, symbol)
	}
	lib.signalHandlers(0) // Go keeps its signals: Ctrl-C must reach us, and SIGSEGV must give a Go trace.
	loaded.path, loaded.lib = path, lib
	return lib, nil
}

// FindLibrary says where the engine's library is: at path when one is given, else where WEIR_ENGINE says, else beside
// the running binary, else where `make engine` puts it in a checkout.
func FindLibrary(path string) (string, error) {
	if path == "" {
		path = os.Getenv(LibraryVariable)
	}
	if path != "" {
		if _, err := os.Stat(path); err != nil {
			return "", fmt.Errorf("%w: %s does not exist; set %s to the file libchdb.so, or run `make engine`", ErrNoLibrary, path, LibraryVariable)
		}
		return path, nil
	}
	var looked []string
	for _, dir := range libraryDirectories() {
		file := filepath.Join(dir, libraryName())
		if _, err := os.Stat(file); err == nil {
			return file, nil
		}
		looked = append(looked, file)
	}
	return "", fmt.Errorf("%w; looked for %s. Run `make engine` in the checkout, set %s to the file, or use a ClickHouse server (warehouse.url)", ErrNoLibrary, strings.Join(looked, ", "), LibraryVariable)
}

func libraryName() string {
	return "libchdb.so" // also on macOS: the package keeps the name
}

func libraryDirectories() []string {
	arch := map[string]string{"amd64": "x64", "arm64": "arm64"}[runtime.GOARCH]
	suffix := ""
	if runtime.GOOS == "linux" {
		suffix = "-gnu"
	}
	fetched := filepath.Join("warehouse", "embedded", "node_modules", "@chdb", "lib-"+runtime.GOOS+"-"+arch+suffix)
	var dirs []string
	if exe, err := os.Executable(); err == nil {
		if file, err := filepath.EvalSymlinks(exe); err == nil {
			exe = file
		}
		dir := filepath.Dir(exe)
		dirs = append(dirs, dir, filepath.Join(dir, "..", "lib", "weir"), filepath.Join(dir, "..", fetched))
	}
	if root := checkoutRoot(); root != "" {
		dirs = append(dirs, filepath.Join(root, fetched))
	}
	return dirs
}

// checkoutRoot finds the checkout that the working directory lies in, so that `go test` and `go run` find the engine.
func checkoutRoot() string {
	dir, err := os.Getwd()
	for err == nil {
		if _, statErr := os.Stat(filepath.Join(dir, "warehouse", "embedded", "package-lock.json")); statErr == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			break
		}
		dir = parent
	}
	return ""
}
