package files

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/klauspost/compress/gzip"

	"github.com/weirhq/weir/warehouse"
)

// kept is a stager that keeps the rows, each written as canonical NDJSON.
type kept struct {
	mu   sync.Mutex
	rows []string
}

func (k *kept) Stage(_ context.Context, b *warehouse.Batch) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.rows = append(k.rows, written(b)...)
	return nil
}

// written shows the rows of a batch.
func written(b *warehouse.Batch) []string {
	var rows []string
	for row := range b.Rows() {
		line, _ := appendNDJSON(nil, b, row)
		rows = append(rows, strings.TrimSuffix(string(line), "\n"))
	}
	return rows
}

// reading is one run over files, without a warehouse.
type reading struct {
	rows    []string
	result  ImportResult
	rejects string
	err     error
}

// readFiles runs the intake over files given by name and text, in order, with one worker: the rows come in the order of
// the file. With rejects, bad rows do not refuse the run.
func readFiles(tb testing.TB, rejects bool, l limits, namesAndTexts ...string) reading {
	tb.Helper()
	return readFilesBy(tb, 1, rejects, l, namesAndTexts...)
}

func readFilesBy(tb testing.TB, workers int, rejects bool, l limits, namesAndTexts ...string) reading {
	tb.Helper()
	dir := tb.TempDir()
	var paths []string
	for i := 0; i < len(namesAndTexts); i += 2 {
		path := filepath.Join(dir, namesAndTexts[i])
		if err := os.WriteFile(path, []byte(namesAndTexts[i+1]), 0o666); err != nil {
			tb.Fatal(err)
		}
		paths = append(paths, path)
	}
	sources, _, err := discover(paths)
	if err != nil {
		tb.Fatal(err)
	}
	var (
		stage kept
		out   bytes.Buffer
		to    io.Writer
	)
	if rejects {
		to = &out
	}
	in := newIntake(&stage, to, func(Progress) {})
	in.limits = l
	in.workers = workers
	result, err := in.run(tb.Context(), sources)
	return reading{stage.rows, result, strings.ReplaceAll(out.String(), dir+string(filepath.Separator), ""), withoutDir(err, dir)}
}

// withoutDir takes the test's directory out of the faults' file names.
func withoutDir(err error, dir string) error {
	var refused *Refused
	if errors.As(err, &refused) {
		for _, e := range refused.Errors {
			e.File = strings.TrimPrefix(e.File, dir+string(filepath.Separator))
		}
	}
	return err
}

func zipped(tb testing.TB, text string) string {
	tb.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		tb.Fatal(err)
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.String()
}

func TestReadsGoodFiles(t *testing.T) {
	const d1 = `{"service":"checkout","environment":"live","id":"1","finished_at":"2026-03-02T10:00:00Z","result":"success"}`
	for _, c := range []struct {
		name, file, text string
		want             []string
	}{
		{"any order of columns", "deployments.csv", "id,finished_at,environment,service\n1,2026-03-02T10:00:00Z,live,checkout\n", []string{d1}},
		{"byte order mark and CR LF", "deployments.csv", "\uFEFFid,finished_at,environment,service\r\n1,2026-03-02 10:00:00,live,checkout\r\n", []string{d1}},
		{"no line feed at the end", "deployments.csv", "id,finished_at,environment,service\n1,2026-03-02T12:00:00+02:00,live,checkout", []string{d1}},
		{"quoted header and values", "deployments.csv", "\"id\",finished_at,environment,service\n\"1\",\"2026-03-02T10:00:00Z\",\"live\",\"checkout\"\n", []string{d1}},
		{"blank lines", "deployments.csv", "\nid,finished_at,environment,service\n\n1,2026-03-02T10:00:00Z,live,checkout\n\r\n", []string{d1}},
		{"header alone", "deployments.csv", "id,finished_at,environment,service", nil},
		{"gzip", "deployments.csv.gz", zipped(t, "id,finished_at,environment,service\n1,2026-03-02T10:00:00Z,live,checkout\n"), []string{d1}},
		{"gzip in two parts", "deployments.ndjson.gz", zipped(t, d1+"\n") + zipped(t, d1+"\n"), []string{d1, d1}},
		{"failed without a time", "deployments.csv", "id,result,environment,service\n1,failure,live,checkout\n",
			[]string{`{"service":"checkout","environment":"live","id":"1","result":"failure"}`}},
		{"list in CSV", "incidents.csv", "id,started_at,services\ni1,2026-03-02T10:00:00Z,a b\n",
			[]string{`{"id":"i1","services":["a","b"],"started_at":"2026-03-02T10:00:00Z"}`}},
		{"quotes, commas and line breaks", "incidents.csv", "id,title,started_at\ni1,\"a \"\"b\"\",\r\nc\n\",2026-03-02T10:00:00Z\n",
			[]string{`{"id":"i1","title":"a \"b\",\r\nc\n","started_at":"2026-03-02T10:00:00Z"}`}},
		{"a default in a key", "builds.csv", "pipeline,id,result,attempt\np,1,success,\n", []string{`{"pipeline":"p","id":"1","attempt":1,"result":"success"}`}},
		{"an absent default in a key", "builds.ndjson", `{"pipeline":"p","id":"1","result":"success"}`, []string{`{"pipeline":"p","id":"1","attempt":1,"result":"success"}`}},
		{"NDJSON, with white space and blank lines", "deployments.ndjson",
			"\uFEFF\n \t\r\n { \"id\" : \"1\" ,\t\"service\":\"checkout\", \"environment\":\"live\",\"finished_at\":\"2026-03-02 10:00:00.0\" } \r\n", []string{d1}},
		{"NDJSON nulls", "deployments.ndjson", `{"service":"checkout","environment":"live","id":"1","finished_at":"2026-03-02T10:00:00Z","result":null,"sha":null}`, []string{d1}},
		{"NDJSON escapes", "tickets.ndjson", `{"key":"\u0041\ud83d\ude00\n\/","labels":["good first issue",""],"created_at":"2026-03-02T10:00:00Z","estimate":-1.5e1}`,
			[]string{"{\"key\":\"A😀\\n/\",\"created_at\":\"2026-03-02T10:00:00Z\",\"labels\":[\"good first issue\",\"\"],\"estimate\":-15}"}},
		{"an escaped key", "incidents.ndjson", `{"\u0069d":"1","started_at":"2026-03-02T10:00:00Z"}`, []string{`{"id":"1","started_at":"2026-03-02T10:00:00Z"}`}},
		{"an empty NDJSON file", "tickets.ndjson", "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := readFiles(t, false, defaultLimits, c.file, c.text)
			if got.err != nil || !slices.Equal(got.rows, c.want) {
				t.Errorf("got %q, %v\nwant %q", got.rows, got.err, c.want)
			}
		})
	}
}

func TestNamesFileLineAndField(t *testing.T) {
	const good = `{"service":"checkout","environment":"live","id":"1","finished_at":"2026-03-02T10:00:00Z"}` + "\n"
	for _, c := range []struct {
		name, file, text string
		line             int
		field, reason    string
	}{
		{"unknown column", "commits.csv", "repo,sha,authored\n", 1, "authored", `unknown column "authored": did you mean authored_at?`},
		{"column of another case", "commits.csv", "repo,sha,AuthoredAt\n", 1, "AuthoredAt", "did you mean authored_at?"},
		{"hopeless column", "signals.csv", "product,name,at,value,zzzzzzzz\n", 1, "zzzzzzzz", "signals have product, name, at, value"},
		{"semicolons", "signals.csv", "product;name;at;value\n", 1, "product;name;at;value", "separated by commas"},
		{"column twice", "signals.csv", "product,name,at,value,at\n", 1, "at", "twice"},
		{"required column missing", "signals.csv", "product,name,at\n", 1, "value", "header does not name it"},
		{"empty CSV file", "signals.csv", "", 0, "", "first line must name the columns"},
		{"too few values", "signals.csv", "product,name,at,value\na,b\n", 2, "", "has 2 values, but the header 4 columns"},
		{"line after a quoted line break", "signals.csv", "product,name,at,value\n\"a\n\n\",b,2026-03-02T10:00:00Z,1\na,b,2026-03-02T10:00:00Z,x\n", 5, "value", `"x" is not a number`},
		{"stray quote", "signals.csv", "product,name,at,value\na\"b,b,2026-03-02T10:00:00Z,1\n", 2, "", "double those inside"},
		{"text after a quote", "signals.csv", "product,name,at,value\n\"a\"b,b,2026-03-02T10:00:00Z,1\n", 2, "", "closing quote"},
		{"quote never closed", "signals.csv", "product,name,at,value\n\"a,b,2026-03-02T10:00:00Z,1\n", 2, "", "never closed"},
		{"required value empty", "signals.csv", "product,name,at,value\n,b,2026-03-02T10:00:00Z,1\n", 2, "product", "is required, but it is empty"},
		{"number too large", "signals.csv", "product,name,at,value\na,b,2026-03-02T10:00:00Z,1e999\n", 2, "value", "too large"},
		{"number not finite", "signals.csv", "product,name,at,value\na,b,2026-03-02T10:00:00Z,NaN\n", 2, "value", "not a number"},
		{"hexadecimal", "signals.csv", "product,name,at,value\na,b,2026-03-02T10:00:00Z,0x1p4\n", 2, "value", "not a number"},
		{"not whole", "pull_requests.csv", "repo,number,created_at\na,1.0,2026-03-02T10:00:00Z\n", 2, "number", "not a whole number"},
		{"whole, too large", "pull_requests.csv", "repo,number,created_at\na,9223372036854775808,2026-03-02T10:00:00Z\n", 2, "number", "too large"},
		{"boolean", "pull_requests.csv", "repo,number,created_at,draft\na,1,2026-03-02T10:00:00Z,yes\n", 2, "draft", "true or false"},
		{"time", "pull_requests.csv", "repo,number,created_at\na,1,02/03/2026\n", 2, "created_at", "is not a time"},
		{"value not allowed", "builds.csv", "pipeline,id,result\np,1,succes\n", 2, "result", "one of success, failure, cancelled, skipped, running; did you mean success?"},
		{"list with two spaces", "incidents.csv", "id,started_at,services\ni1,2026-03-02T10:00:00Z,a  b\n", 2, "services", "single spaces"},
		{"not UTF-8", "incidents.csv", "id,started_at,title\ni1,2026-03-02T10:00:00Z,caf\xe9\n", 2, "title", "UTF-8"},
		{"list not UTF-8", "incidents.ndjson", `{"id":"1","started_at":"2026-03-02T10:00:00Z","services":["` + "\xe9" + `"]}`, 1, "services", "UTF-8"},
		{"success without a time", "deployments.csv", "id,service,environment,result\n1,a,live,success\n", 2, "finished_at", "success"},
		{"default success without a time", "deployments.ndjson", good + `{"service":"a","environment":"live","id":"1"}`, 2, "finished_at", "the default"},
		{"missing key", "deployments.ndjson", good + `{"service":"a","environment":"live"}`, 2, "id", "required"},
		{"null key", "deployments.ndjson", good + `{"service":null}`, 2, "service", "null"},
		{"unknown key", "deployments.ndjson", good + "\n" + `{"service":"a","env":"live"}`, 3, "env", "did you mean environment?"},
		{"duplicate key", "deployments.ndjson", `{"service":"a","service":"a"}`, 1, "service", "twice"},
		{"number for text", "deployments.ndjson", `{"id":1}`, 1, "id", "is a number, but must be text"},
		{"text for a number", "pull_requests.ndjson", `{"number":"1"}`, 1, "number", "is text, but must be a whole number"},
		{"text for a list", "incidents.ndjson", `{"services":"a b"}`, 1, "services", "must be an array of text"},
		{"numbers in a list", "incidents.ndjson", `{"services":["a",1]}`, 1, "services", "a number in it"},
		{"text for a boolean", "pull_requests.ndjson", `{"draft":"true"}`, 1, "draft", "must be true or false"},
		{"array", "deployments.ndjson", good + "[" + good + "]", 2, "", "one JSON object, but this one is an array"},
		{"pretty printed", "deployments.ndjson", "{\n  \"id\": \"1\"\n}\n", 1, "", "must stand on one line"},
		{"two on a line", "deployments.ndjson", strings.TrimSpace(good) + good, 1, "", "line of its own"},
		{"lone surrogate", "deployments.ndjson", `{"id":"\ud800"}`, 1, "id", "escape"},
		{"raw control character", "deployments.ndjson", "{\"id\":\"a\tb\"}", 1, "id", "control character"},
		{"trailing comma", "deployments.ndjson", `{"id":"1",}`, 1, "", "a key in double quotes"},
		{"gzip cut short", "signals.csv.gz", zipped(t, "product,name,at,value\na,b,2026-03-02T10:00:00Z,1\n")[:50], 2, "", "cut short"},
		{"not gzip", "signals.csv.gz", "product,name,at,value\n", 1, "", "not gzip"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := readFiles(t, false, defaultLimits, c.file, c.text)
			var e *Error
			if !errors.As(got.err, &e) {
				t.Fatalf("got error %v", got.err)
			}
			if e.File != c.file || e.Line != c.line || e.Field != c.field || !strings.Contains(e.Reason, c.reason) {
				t.Errorf("got  %#v\nwant line %d, field %q, reason with %q", *e, c.line, c.field, c.reason)
			}
			if !strings.Contains(got.err.Error(), c.file) || !strings.Contains(got.err.Error(), "nothing was imported") {
				t.Errorf("the sentence is %q", got.err)
			}
		})
	}
}
