package api

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// observe counts and logs every request, with the id that the answer carries in X-Request-Id.
func (s *Server) observe() echo.MiddlewareFunc {
	requests := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "weir_http_requests_total", Help: "Requests by route, method and status.",
	}, []string{"route", "method", "status"})
	durations := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "weir_http_request_duration_seconds", Help: "From the first byte of a request to the last of its answer.",
		Buckets: []float64{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30},
	}, []string{"route"})
	s.registry.MustRegister(requests, durations, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			start := time.Now()
			ctx := context.WithValue(c.Request().Context(), requestKey{}, requestID(c))
			c.SetRequest(c.Request().WithContext(ctx))
			if err := next(c); err != nil {
				c.Error(err) // written here, so that its status is known below
				s.logFailure(ctx, c.Request().URL.Path, err)
			}
			took := time.Since(start)
			route := c.Path() // the pattern: names and dates would make a series each
			if route == "" {
				route = "none"
			}
			requests.WithLabelValues(route, knownMethod(c.Request().Method), strconv.Itoa(c.Response().Status)).Inc()
			durations.WithLabelValues(route).Observe(took.Seconds())
			s.cfg.Log.LogAttrs(c.Request().Context(), slog.LevelInfo, "answered",
				slog.String("method", c.Request().Method), slog.String("path", c.Request().URL.Path), slog.String("query", c.Request().URL.RawQuery),
				slog.Int("status", c.Response().Status), slog.Int64("bytes", c.Response().Size), slog.Duration("took", took),
				slog.String("request", requestID(c)))
			return nil
		}
	}
}

// knownMethod is a request's method, or "other": what somebody made up must not become a series.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}

func requestID(c echo.Context) string { return c.Response().Header().Get(echo.HeaderXRequestID) }

// requestKey is where a request's context has the request's id.
type requestKey struct{}

// logFailure tells the operator what the client cannot mend.
func (s *Server) logFailure(ctx context.Context, path string, err error) {
	if s.problem(err).Status >= http.StatusInternalServerError && ctx.Err() == nil {
		s.cfg.Log.ErrorContext(ctx, "a request failed", "path", path, "error", err, "request", ctx.Value(requestKey{}))
	}
}

func (s *Server) recovered(c echo.Context, err error, stack []byte) error {
	s.cfg.Log.ErrorContext(c.Request().Context(), "a request made the program panic", "path", c.Request().URL.Path, "error", err, "stack", string(stack), "request", requestID(c))
	return fmt.Errorf("something is wrong in Weir itself; the log has it under the request %s", requestID(c))
}

// operations are the routes for whoever runs Weir.
func (s *Server) operations() {
	s.echo.GET("/metrics", echo.WrapHandler(promhttp.HandlerFor(s.registry, promhttp.HandlerOpts{Registry: s.registry, DisableCompression: true /* the server compresses */})))
	looked := []string{http.MethodGet, http.MethodHead}
	s.echo.Match(looked, "/healthz", func(c echo.Context) error { return c.String(200, "ok\n") })
	s.echo.Match(looked, "/readyz", func(c echo.Context) error {
		ctx, cancel := context.WithTimeout(c.Request().Context(), 5*time.Second)
		defer cancel()
		if s.cfg.Ready != nil {
			if err := s.cfg.Ready(ctx); err != nil {
				return newProblem(503, err.Error())
			}
		}
		return c.String(200, "ready\n")
	})
}
