package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"github.com/weirhq/weir/metrics"
)

type teamsBody struct {
	Teams []metrics.TeamEntry `json:"teams"`
}

type servicesBody struct {
	Services []metrics.ServiceEntry `json:"services"`
}

type productsBody struct {
	Products []metrics.ProductEntry `json:"products"`
}

type environmentsBody struct {
	Environments []metrics.EnvironmentEntry `json:"environments"`
}

// directoryRoutes list what figures can be cut and filtered by.
func (s *Server) directoryRoutes() {
	list := func(what, summary string) huma.Operation {
		return huma.Operation{OperationID: "list-" + what, Path: "/" + what, Summary: summary, Tags: []string{"Organisation"}, Metadata: remembered}
	}
	get(s, list("teams", "The teams, with their services"), func(ctx context.Context, _ *struct{}) (teamsBody, error) {
		d, err := s.cfg.Reader.Directory(ctx)
		return teamsBody{d.Teams}, err
	})
	get(s, list("services", "The services, with their team, products, repositories and environments"), func(ctx context.Context, _ *struct{}) (servicesBody, error) {
		d, err := s.cfg.Reader.Directory(ctx)
		return servicesBody{d.Services}, err
	})
	get(s, list("products", "The products, with their services"), func(ctx context.Context, _ *struct{}) (productsBody, error) {
		d, err := s.cfg.Reader.Directory(ctx)
		return productsBody{d.Products}, err
	})
	get(s, list("environments", "The environments that something was deployed to"), func(ctx context.Context, _ *struct{}) (environmentsBody, error) {
		d, err := s.cfg.Reader.Directory(ctx)
		return environmentsBody{d.Environments}, err
	})
}
