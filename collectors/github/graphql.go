package github

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	gh "github.com/google/go-github/v60/github"

	"github.com/weirhq/weir/collectors/access"
)

//go:embed queries/*.graphql
var queryFiles embed.FS

// graphError is one of the errors that GraphQL reports with HTTP status 200, beside what it could answer.
type graphError struct {
	Type    string `json:"type"`
	Message string `json:"message"`
	Path    []any  `json:"path"`
}

// errTooMuch is why a smaller page is worth a try: the answer did not come in time, or would have been too large.
var errTooMuch = errors.New("GitHub could not answer in time")

// variables are a query's.
type variables map[string]any

// ask sends a query and reads its data. Where GraphQL answers in part, what is missing is null in the data and its reasons
// are returned for the log.
func (v *vendor) ask(ctx context.Context, query string, vars variables, into any) ([]graphError, error) {
	for try := 1; ; try++ {
		reasons, limited, err := v.askOnce(ctx, query, vars, into)
		if !limited {
			return reasons, err
		}
		if try == 10 {
			return nil, fmt.Errorf("GitHub keeps refusing the query %s: %w", query, err)
		}
		// The answer's headers say when the budget resets, and package access waits for that before the next request;
		// the pause is for answers without them.
		if err := sleep(ctx, v.pause); err != nil {
			return nil, err
		}
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (v *vendor) askOnce(ctx context.Context, query string, vars variables, into any) (reasons []graphError, limited bool, err error) {
	req, err := v.client.NewRequest(http.MethodPost, v.graphql.String(), map[string]any{"query": v.queries[query], "variables": vars})
	if err != nil {
		return nil, false, fmt.Errorf("prepare a query for GitHub: %w", err)
	}
	var answer struct {
		Data   json.RawMessage `json:"data"`
		Errors []graphError    `json:"errors"`
	}
	if _, err := v.client.Do(ctx, req, &answer); err != nil {
		return nil, false, tooMuch(ctx, explain("the query "+query, err), err)
	}
	nothing := isNull(answer.Data)
	for _, e := range answer.Errors {
		failure := fmt.Errorf("ask GitHub (the query %s): %s", query, e.Message)
		switch {
		case e.Type == "RATE_LIMITED":
			return nil, true, failure
		case e.Type == "RESOURCE_LIMITS_EXCEEDED", e.Type == "" && strings.HasPrefix(e.Message, "Something went wrong"):
			return nil, false, errors.Join(failure, errTooMuch)
		case e.Type == "NOT_FOUND" && whole(e.Path):
			return nil, false, fmt.Errorf("ask GitHub (the query %s): %w", query, &refusal{http.StatusNotFound, e.Message})
		case (e.Type == "FORBIDDEN" || e.Type == "INSUFFICIENT_SCOPES") && (nothing || whole(e.Path)):
			return nil, false, fmt.Errorf("ask GitHub (the query %s): %w", query, &refusal{http.StatusForbidden, e.Message})
		case nothing:
			return nil, false, failure
		}
	}
	if nothing {
		return nil, false, fmt.Errorf("ask GitHub (the query %s): the answer has no data", query)
	}
	if err := json.Unmarshal(answer.Data, into); err != nil {
		return nil, false, fmt.Errorf("understand GitHub's answer to the query %s: %w", query, err)
	}
	return answer.Errors, false, nil
}

// whole tells whether an error's path is the thing asked for, or a list of it, and not one item of a list.
func whole(path []any) bool {
	if len(path) == 0 || len(path) > 2 {
		return false
	}
	_, isIndex := path[len(path)-1].(float64)
	return !isIndex && path[0] != "nodes" && path[0] != "node"
}

// tooMuch marks errors of the kind that a smaller page may avoid.
func tooMuch(ctx context.Context, explained, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var said *gh.ErrorResponse
	if errors.As(err, &said) && said.Response != nil && said.Response.StatusCode < 500 {
		return explained
	}
	return errors.Join(explained, errTooMuch)
}

// portion is how many items a query asks for: fewer when GitHub does not manage, more again when it does.
type portion struct{ now, most, least, good int }

func newPortion(start, most int) *portion {
	return &portion{now: min(start, most), most: most, least: min(5, most)}
}

// asking runs a query with as many items as GitHub manages to give. Large portions are tried twice only, the smallest as
// often as any request.
func (p *portion) asking(ctx context.Context, ask func(ctx context.Context, n int) error) error {
	for {
		patience := ctx
		if p.now > p.least {
			patience = access.WithTries(ctx, 2)
		}
		err := ask(patience, p.now)
		if err == nil {
			if p.good++; p.good >= 3 {
				p.now, p.good = min(p.now*2, p.most), 0
			}
			return nil
		}
		if !errors.Is(err, errTooMuch) || p.now <= p.least {
			return err
		}
		p.now, p.good = max(p.now/2, p.least), 0
	}
}
