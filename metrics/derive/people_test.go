package derive_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/weirhq/weir/metrics"
	"github.com/weirhq/weir/metrics/derive"
	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// TestPeople: accounts of one person are joined by alias and by the e-mail addresses of commits, bots are known by their
// names and by configuration, and teams have the members of the vendors' groups.
func TestPeople(t *testing.T) {
	ctx := context.Background()
	w := warehousetest.Open(t)
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	commit := func(sha, author, email string) warehouse.Commit {
		return warehouse.Commit{Repo: "r", SHA: sha, Author: author, AuthorEmail: email, AuthoredAt: at}
	}
	err := w.Write(ctx, warehouse.Records{
		Commits: []warehouse.Commit{
			commit("a", "Fern", "fern@example.org"), commit("b", "fern", "FERN@home.example"), commit("c", "moss", "moss@example.org"), commit("d", "bump[bot]", "bump@bots.example"),
		},
		Memberships: []warehouse.Membership{
			{Group: "acme/payments", Account: "fern"}, {Group: "acme/payments", Account: "sage"}, {Group: "acme/payments", Account: "bump[bot]"},
			{Group: "acme/payments", Account: "deployer"}, {Group: "acme/other", Account: "larch"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	err = derive.New(w, slog.New(slog.DiscardHandler)).Apply(ctx, derive.Organisation{
		Teams: []derive.Team{
			{Name: "payments", Members: []string{"fern@home.example", "rowan@example.org"}, Groups: []string{"acme/payments"}},
			{Name: "empty"},
		},
		People: derive.People{Aliases: [][]string{{"moss", "rowan@example.org"}}, Bots: []string{"deployer"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct {
		Account string `ch:"account"`
		Person  string `ch:"person"`
		Bot     bool   `ch:"bot"`
	}
	if err := w.Select(ctx, &rows, "SELECT account, person, bot FROM accounts ORDER BY account", nil); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range rows {
		text := r.Account + "=" + r.Person
		if r.Bot {
			text += "!"
		}
		got = append(got, text)
	}
	want := "bump@bots.example=bump[bot]! bump[bot]=bump[bot]! deployer=deployer! fern=fern fern@example.org=fern fern@home.example=fern larch=larch " +
		"moss=moss moss@example.org=moss rowan@example.org=moss sage=sage"
	if strings.Join(got, " ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, " "), want)
	}
	d, err := metrics.NewReader(w, metrics.ReaderConfiguration{}).Directory(ctx)
	if err != nil || len(d.Teams) != 2 {
		t.Fatal(d.Teams, err)
	}
	// fern twice, moss by an alias, and sage; neither of the bots.
	if d.Teams[0].People != nil || d.Teams[1].People == nil || *d.Teams[1].People != 3 {
		t.Errorf("people: %v and %v", d.Teams[0].People, fmt.Sprint(*d.Teams[1].People))
	}
}
