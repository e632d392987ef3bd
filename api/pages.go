package api

import (
	"errors"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/labstack/echo/v4"
)

// pageNames are the paths of the dashboard's pages: the same file, which shows the page of the address.
var pageNames = []string{"/", "/value-stream", "/handoffs", "/flow", "/item", "/sources"}

const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Weir</title>
<p>This program was built without its dashboard. Build it with <code>make build</code>; the API is at <a href="/api/v1/metrics">/api/v1/metrics</a>.</p></html>
`

// pages serves the dashboard's files. Their names carry a hash of what is in them, so they are kept for good; the page
// itself is asked for each time.
func (s *Server) pages() {
	page := func(status int, name string) echo.HandlerFunc {
		return func(c echo.Context) error {
			c.Response().Header().Set(echo.HeaderCacheControl, "no-cache")
			text, err := s.file(name)
			if errors.Is(err, fs.ErrNotExist) {
				return c.HTML(http.StatusNotFound, notBuilt)
			}
			if err != nil {
				return err
			}
			return c.HTMLBlob(status, text)
		}
	}
	looked := []string{http.MethodGet, http.MethodHead}
	for _, name := range pageNames {
		s.echo.Match(looked, name, page(http.StatusOK, "index.html"))
	}
	s.echo.Match(looked, "/api/docs", page(http.StatusOK, "api.html"))
	s.echo.Match(looked, "/*", func(c echo.Context) error {
		name := strings.TrimPrefix(path.Clean("/"+c.Request().URL.Path), "/")
		if isAPI("/" + name) {
			return echo.ErrNotFound
		}
		if info, err := fs.Stat(s.files(), name); err == nil && !info.IsDir() {
			if strings.HasPrefix(name, "assets/") {
				c.Response().Header().Set(echo.HeaderCacheControl, "public, max-age=31536000, immutable")
			}
			http.ServeFileFS(c.Response(), c.Request(), s.files(), name)
			return nil
		}
		if strings.Contains(c.Request().Header.Get(echo.HeaderAccept), "text/html") {
			return page(http.StatusNotFound, "index.html")(c) // the page says that there is none
		}
		return echo.ErrNotFound
	})
}

func (s *Server) file(name string) ([]byte, error) { return fs.ReadFile(s.files(), name) }

func (s *Server) files() fs.FS {
	if s.cfg.Pages == nil {
		return noFiles{}
	}
	return s.cfg.Pages
}

// noFiles is a dashboard that was not built.
type noFiles struct{}

func (noFiles) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}
