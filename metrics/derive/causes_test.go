package derive_test

import (
	"testing"

	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// An incident that names its cause ties services to each other: what happens to one may free or blame a deployment of
// another. Each history comes in steps; deriving after each step must end in the facts of a rebuild.
func TestCausesAcrossServices(t *testing.T) {
	deployed := func(service, id, finished, repo, sha string) warehouse.Deployment {
		return warehouse.Deployment{Service: service, Environment: "production", ID: id, Repo: repo, SHA: sha, FinishedAt: clock(finished)}
	}
	failed := func(d warehouse.Deployment) warehouse.Deployment {
		d.Result = "failure"
		return d
	}
	type step func(*warehouse.Warehouse) error
	put := func(r warehouse.Records) step {
		return func(w *warehouse.Warehouse) error { return w.Write(t.Context(), r) }
	}
	gone := func(r warehouse.Records) step {
		return func(w *warehouse.Warehouse) error { return w.Delete(t.Context(), r) }
	}
	deployments := func(d ...warehouse.Deployment) warehouse.Records { return warehouse.Records{Deployments: d} }

	// Line A, B, C of one repository, and an incident on the fifth at noon that blames what its caller says.
	history := func(blame func(*warehouse.Incident), d ...warehouse.Deployment) warehouse.Records {
		s := &story{}
		s.commit("A", "02 09:00", "")
		s.commit("B", "03 09:00", "A")
		s.commit("C", "04 09:00", "B")
		s.Deployments = append(s.Deployments, d...)
		blame(s.incident("I1", "05 12:00", "05 13:00"))
		return s.Records
	}
	blameCommit := func(sha string, services ...string) func(*warehouse.Incident) {
		return func(i *warehouse.Incident) { i.CausedBySHA, i.Services = sha, services }
	}
	for name, steps := range map[string][]step{
		"a new service resolves the link of another's incident": {
			put(history(blameCommit("C", "x"), deployed("x", "x1", "05 10:00", "org/x", ""))),
			put(deployments(deployed("new", "n1", "02 11:00", "org/a", "A"), deployed("new", "n2", "05 11:00", "org/a", "C"))),
		},
		"the deployment that was blamed is deleted, another of the same id is left": {
			put(history(func(i *warehouse.Incident) { i.CausedByDeployment = "42" }, deployed("a", "42", "05 10:00", "org/a", "A"), deployed("c", "42", "05 11:00", "org/c", ""))),
			gone(deployments(deployed("a", "42", "05 10:00", "org/a", "A"))),
		},
		"the delivery that was blamed turns out to have failed": {
			put(history(blameCommit("B"), deployed("a", "a1", "02 10:00", "org/a", "A"), deployed("c", "c1", "02 10:00", "org/a", "A"),
				deployed("a", "a2", "05 10:00", "org/a", "B"), deployed("c", "c2", "05 11:00", "org/a", "B"))),
			put(deployments(failed(deployed("a", "a2", "05 10:00", "org/a", "B")))),
		},
		"the blamed repository moves away": {
			put(history(blameCommit("C", "b"), deployed("b", "b1", "03 12:00", "org/a", "B"), deployed("b", "b2", "05 10:00", "org/a", "C"))),
			put(deployments(deployed("b", "b2", "05 10:00", "org/z", "C"))),
			put(deployments(deployed("b", "b1", "03 12:00", "org/z", ""))),
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := warehousetest.Open(t)
			d := newDeriver(w)
			for _, do := range steps {
				if err := do(w); err != nil {
					t.Fatal(err)
				}
				if _, err := d.Update(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			updated := dump(t, w)
			if _, err := d.Rebuild(t.Context()); err != nil {
				t.Fatal(err)
			}
			compare(t, "update against rebuild", updated, dump(t, w))
		})
	}
}
