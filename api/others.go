package api

import (
	"net"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// refuseOthers keeps pages of other sites, open in the browser of somebody who can reach this server, from using it: from
// writing, from making it compute, and from reading under a name of theirs that leads here (DNS rebinding). A link to the
// API from elsewhere still works.
func (s *Server) refuseOthers() echo.MiddlewareFunc {
	protection := http.NewCrossOriginProtection()
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r := c.Request()
			switch {
			case s.local.Load() && !isLocal(r.Host):
				return newProblem(http.StatusForbidden, "this server answers to this machine only, not under the name "+r.Host+"; a proxy has to send Host: localhost")
			case protection.Check(r) != nil:
				return newProblem(http.StatusForbidden, "a page of another site may not write here")
			case isAPI(r.URL.Path) && r.Header.Get("Sec-Fetch-Site") == "cross-site" && r.Header.Get("Sec-Fetch-Mode") != "navigate":
				return newProblem(http.StatusForbidden, "a page of another site may not ask here")
			}
			return next(c)
		}
	}
}

// isLocal says whether a Host header names this machine.
func isLocal(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	name = strings.Trim(name, "[]")
	ip := net.ParseIP(name)
	return strings.EqualFold(name, "localhost") || ip != nil && ip.IsLoopback()
}
