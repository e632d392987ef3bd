package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/weirhq/weir/metrics"
)

// Client asks a running server what a metrics.Reader answers from the warehouse.
type Client struct {
	root string
	http *http.Client

	Location *time.Location // the server's reporting time zone
	Now      time.Time      // its time when it was reached
}

// Dial finds a server at an address such as http://127.0.0.1:8080.
func Dial(ctx context.Context, address string) (*Client, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, &metrics.UsageError{Parameter: "server", Reason: fmt.Sprintf("%q is not an address such as http://127.0.0.1:8080", address)}
	}
	c := &Client{root: strings.TrimSuffix(address, "/") + root, http: &http.Client{Timeout: clientWait}}
	var st status
	if err := c.get(ctx, "/status", nil, &st); err != nil {
		return nil, err
	}
	if c.Location, err = time.LoadLocation(st.Timezone); err != nil {
		return nil, fmt.Errorf("the server at %s reports in the time zone %q, which is not known here: %w", address, st.Timezone, err)
	}
	c.Now = st.Now
	return c, nil
}

// clientWait is more than a server lets a question wait.
const clientWait = 2 * time.Minute

// Sources says how the server's sources are doing.
func (c *Client) Sources(ctx context.Context) ([]Source, error) {
	var b sourcesBody
	err := c.get(ctx, "/sources", nil, &b)
	return b.Sources, err
}

// Sync lets the server collect a source now, and does not wait for it.
func (c *Client) Sync(ctx context.Context, source string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.root+"/sources/"+url.PathEscape(source)+"/sync", nil)
	if err != nil {
		return fmt.Errorf("ask to collect %q: %w", source, err)
	}
	return c.do(c.http, request, nil)
}

// Query computes a metric's figures.
func (c *Client) Query(ctx context.Context, q metrics.Query) (a metrics.Answer, err error) {
	if err := c.get(ctx, "/metrics/"+url.PathEscape(q.Metric), values(q), &a); err != nil {
		return a, err
	}
	for i := range a.Rows {
		a.Rows[i].By = q.By
		if !a.Rows[i].Bucket.IsZero() {
			a.Rows[i].Bucket = a.Rows[i].Bucket.In(c.Location)
		}
	}
	return a, nil
}

// Items lists the items behind a metric's figures, asking for as many pages as it takes.
func (c *Client) Items(ctx context.Context, q metrics.ItemsQuery) (all metrics.ItemsAnswer, err error) {
	left, found := q.Limit, []metrics.Item{}
	for {
		q.Limit = min(left, maxItems)
		page, err := c.items(ctx, q)
		if err != nil {
			return page, err
		}
		found = append(found, page.Items...)
		all, all.Items = page, found
		if left -= q.Limit; left <= 0 || all.Next == nil {
			return all, nil
		}
		q.After = *all.Next
	}
}

func (c *Client) items(ctx context.Context, q metrics.ItemsQuery) (a metrics.ItemsAnswer, err error) {
	asked := values(q.Query)
	if q.Limit != 0 {
		asked.Set("limit", strconv.Itoa(q.Limit))
	}
	if q.After != "" {
		asked.Set("after", q.After)
	}
	if q.Numerator {
		asked.Set("numerator", "true")
	}
	if q.Excluded {
		asked.Set("excluded", "true")
	}
	return a, c.get(ctx, "/metrics/"+url.PathEscape(q.Metric)+"/items", asked, &a)
}

// Import sends record files and says what was written. With rejects, bad rows are left out and given back.
func (c *Client) Import(ctx context.Context, paths []string, rejects bool) (done Imported, err error) {
	reader, writer := io.Pipe()
	form := multipart.NewWriter(writer)
	go func() { writer.CloseWithError(sendFiles(form, paths)) }()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.root+"/import?rejects="+strconv.FormatBool(rejects), reader)
	if err != nil {
		return done, fmt.Errorf("ask the server at %s: %w", c.root, err)
	}
	request.Header.Set("Content-Type", form.FormDataContentType())
	// However long it takes: the files may be large.
	return done, c.do(&http.Client{}, request, &done)
}

func sendFiles(form *multipart.Writer, paths []string) error {
	for _, path := range paths {
		part, err := form.CreateFormFile(path, filepath.Base(path))
		if err != nil {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return fmt.Errorf("read the file: %w", err)
		}
		_, err = io.Copy(part, f)
		if err := errors.Join(err, f.Close()); err != nil {
			return fmt.Errorf("send %s: %w", path, err)
		}
	}
	return form.Close()
}

// values are a question's parameters.
func values(q metrics.Query) url.Values {
	v := url.Values{
		"from": {q.From.Format(time.RFC3339Nano)}, "to": {q.To.Format(time.RFC3339Nano)},
		"service": q.Services, "repo": q.Repos, "team": q.Teams, "product": q.Products, "environment": q.Environments,
	}
	for name, value := range map[string]string{"every": string(q.Every), "by": string(q.By), "clock": q.Clock, "stream": q.Stream} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return v
}

func (c *Client) get(ctx context.Context, path string, query url.Values, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.root+path+"?"+query.Encode(), nil)
	if err != nil {
		return fmt.Errorf("ask the server at %s: %w", c.root, err)
	}
	return c.do(c.http, request, into)
}

func (c *Client) do(with *http.Client, request *http.Request, into any) (err error) {
	response, err := with.Do(request)
	if err != nil {
		var failed *url.Error
		if errors.As(err, &failed) {
			err = failed.Err // without the whole address, which the sentence names
		}
		return fmt.Errorf("no server answers at %s: %w; start one with `weir serve`", c.root, err)
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return fmt.Errorf("read the answer of %s: %w", c.root, err)
	}
	switch {
	case response.StatusCode == http.StatusAccepted && into == nil:
		return nil
	case response.StatusCode != http.StatusOK:
		return refusal(c.root, response, text)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%s answered something that is no answer of Weir: %w", c.root, err)
	}
	return nil
}

// refusal is the server's problem as the error that the warehouse would have given.
func refusal(root string, response *http.Response, text []byte) error {
	var p huma.ErrorModel
	if json.Unmarshal(text, &p) != nil || p.Detail == "" {
		return fmt.Errorf("%s answered with status %s; is it a server of Weir?", root, response.Status)
	}
	if response.StatusCode == http.StatusUnprocessableEntity { // the caller's own files are wrong
		return errors.New(p.Detail)
	}
	if len(p.Errors) == 1 {
		place, parameter, _ := strings.Cut(p.Errors[0].Location, ".")
		switch place {
		case "path":
			return &metrics.UsageError{Parameter: "metric", Reason: p.Errors[0].Message}
		case "query":
			return &metrics.UsageError{Parameter: parameter, Reason: p.Errors[0].Message}
		}
	}
	return fmt.Errorf("the server at %s: %s", root, p.Detail)
}
