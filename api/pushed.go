package api

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/labstack/echo/v4"

	"github.com/weirhq/weir/warehouse"
)

type accepted struct {
	Accepted int `json:"accepted" doc:"How many events or records are on the disk now; they will be in the figures within seconds."`
}

// pushedRoutes takes what vendors and scripts push. What they mean is not this room's business.
func (s *Server) pushedRoutes() {
	kinds := make([]any, 0, len(warehouse.Tables()))
	for _, t := range warehouse.Tables() {
		kinds = append(kinds, t.Name)
	}
	text := func(description string, enum ...any) *huma.Param {
		return &huma.Param{In: "path", Required: true, Description: description, Schema: &huma.Schema{Type: huma.TypeString, Enum: enum}}
	}
	for _, p := range []struct {
		path, name, id, summary, description string
		parameter                            *huma.Param
	}{
		{"/hooks", "name", "take-delivery", "Take a webhook's delivery", "For GitHub, GitLab and Jira: what they send to the hook of this name, verified by its secret.", text("The configured hook.")},
		{"/events", "", "take-events", "Take CDEvents", "CloudEvents over HTTP, binary, structured or batched, with an event of CDEvents in each.", nil},
		{"/records", "kind", "take-records", "Take records", "One JSON object, an array of them, or NDJSON lines, with the fields of the import. Either all are accepted or none.", text("The kind of records, as the import names its files.", kinds...)},
	} {
		path, route := root+p.path, root+p.path
		operation := &huma.Operation{
			OperationID: p.id, Method: http.MethodPost, Summary: p.summary, Tags: []string{"Records"},
			Description: p.description + " Accepted is what is on the disk: it is not lost when the store is away.",
			RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {}}},
			Responses: map[string]*huma.Response{
				"202":     {Description: "It is on the disk", Content: map[string]*huma.MediaType{"application/json": {Schema: schemaOf[accepted](s.api.OpenAPI().Components.Schemas)}}},
				"default": {Description: "Why it was not accepted", Content: map[string]*huma.MediaType{"application/problem+json": {Schema: schemaOf[huma.ErrorModel](s.api.OpenAPI().Components.Schemas)}}},
			},
		}
		if p.parameter != nil {
			p.parameter.Name = p.name
			operation.Parameters = []*huma.Param{p.parameter}
			path, route = path+"/{"+p.name+"}", route+"/:"+p.name
		}
		operation.Path = path
		s.api.OpenAPI().AddOperation(operation)
		s.known[route] = operation
		s.echo.POST(route, s.takePushed)
	}
}

func (s *Server) takePushed(c echo.Context) error {
	if s.cfg.Pushed == nil {
		return newProblem(http.StatusForbidden, "this server takes nothing that is pushed")
	}
	s.cfg.Pushed.ServeHTTP(c.Response(), c.Request())
	return nil
}
