package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/labstack/echo/v4"

	"github.com/weirhq/weir/metrics"
)

// parameterError is a parameter that cannot be understood.
type parameterError struct{ name, value, text string }

func (e *parameterError) Error() string { return e.text }

// errBusy is told when too many ask at once.
var errBusy = errors.New("too much is asked at the moment; ask again in some seconds")

// problem turns any failure into what RFC 9457 calls a problem: one sentence in detail, and for each parameter that is
// wrong where it stands and what is right.
func (s *Server) problem(err error) *huma.ErrorModel {
	var model *huma.ErrorModel
	var usage *metrics.UsageError
	var parameter *parameterError
	var http4 *echo.HTTPError
	switch {
	case errors.As(err, &model):
		return model
	case errors.As(err, &usage) && usage.Parameter == "metric":
		return newProblem(http.StatusNotFound, usage.Reason, &huma.ErrorDetail{Message: usage.Reason, Location: "path.id"})
	case errors.As(err, &usage):
		return newProblem(http.StatusBadRequest, usage.Error(), &huma.ErrorDetail{Message: usage.Reason, Location: "query." + usage.Parameter})
	case errors.As(err, &parameter):
		return newProblem(http.StatusBadRequest, parameter.text, &huma.ErrorDetail{Message: parameter.text, Location: "query." + parameter.name, Value: parameter.value})
	case errors.Is(err, errBusy):
		return newProblem(http.StatusServiceUnavailable, err.Error())
	case errors.As(err, &http4):
		return newProblem(http4.Code, fmt.Sprint(http4.Message))
	case errors.Is(err, context.Canceled):
		// The client has gone, or the server is stopping: nobody may read it, but the log tells it from a failure.
		return newProblem(http.StatusServiceUnavailable, "the request was given up before it was answered")
	default:
		return newProblem(http.StatusInternalServerError, err.Error())
	}
}

func newProblem(status int, detail string, errs ...*huma.ErrorDetail) *huma.ErrorModel {
	return &huma.ErrorModel{Status: status, Title: http.StatusText(status), Detail: detail, Errors: errs}
}

// writeProblem is echo's handler of errors: for what no operation answers, such as a path that does not exist.
func (s *Server) writeProblem(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	p := s.problem(err)
	if p.Status == http.StatusNotFound && isAPI(c.Request().URL.Path) && len(p.Errors) == 0 {
		p.Detail = fmt.Sprintf("there is nothing at %s; /api/docs lists what there is", c.Request().URL.Path)
	}
	if p.Status == http.StatusMethodNotAllowed {
		p.Detail = fmt.Sprintf("%s cannot be asked with %s; it takes %s", c.Request().URL.Path, c.Request().Method, c.Response().Header().Get(echo.HeaderAllow))
	}
	if p.Status == http.StatusServiceUnavailable {
		c.Response().Header().Set(echo.HeaderRetryAfter, "5")
	}
	text, marshalErr := json.Marshal(p)
	if marshalErr != nil {
		text = []byte(`{"status":500}`)
	}
	c.Response().Header().Del("ETag")
	c.Response().Header().Set(echo.HeaderCacheControl, "no-store")
	if writeErr := c.Blob(p.Status, "application/problem+json", text); writeErr != nil {
		s.cfg.Log.DebugContext(c.Request().Context(), "a problem was not read", "error", writeErr)
	}
}

func isAPI(path string) bool { return path == "/api" || strings.HasPrefix(path, "/api/") }
