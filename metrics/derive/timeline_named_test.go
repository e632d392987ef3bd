package derive_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/weirhq/weir/warehouse"
	"github.com/weirhq/weir/warehouse/warehousetest"
)

// remote links a ticket to an address.
func (s *story) remote(ticket, address string) {
	s.TicketLinks = append(s.TicketLinks, warehouse.TicketLink{Ticket: ticket, Kind: "remote", Target: address})
}

// tied are the changes of each ticket, with the rule that ties them.
const tied = `SELECT concat(item, ' ', arrayStringConcat(arrayMap(l -> concat(l.change, ' ', l.rule), links), ', ')) AS text FROM stream_items WHERE kind = 'ticket' AND notEmpty(links) ORDER BY item`

func TestChangesBelongToTheTicketsThatTheyName(t *testing.T) {
	ctx := t.Context()
	sha := func(c string) string { return strings.Repeat(c, 40) }
	var s story
	for _, key := range []string{"PA-11", "PA-12", "PA-13", "PA-21", "PA-22", "PA-31", "PA-32", "PA-33", "PA-41", "PA-42", "PA-43", "org/a#90", "org/a#91", "org/b#92"} {
		s.ticket(key, "02 09:00", "In Progress").Project = "PA"
	}

	// By the branch, the title or a commit: the plainest is told.
	s.change(1, "PA-11 Pay later", "02 10:00", "02 11:00", "02 14:00", "M1").HeadBranch = "feature/pa-11-and-pa-12"
	s.commit("M1", "02 14:00", "").Message = "PA-11 and PA-13"

	// By the description, merged or open.
	s.change(2, "PA-21 Pay later", "02 10:00", "02 11:00", "02 14:00", "M2").TicketKeys = []string{"PA-21", "PA-22"}
	s.change(3, "Pay even later", "02 10:00", "02 11:00", "", "").TicketKeys = []string{"PA-22"}

	// By a remote link to a pull request, merged or open, wherever it leads in it. Other repositories and issues are none.
	s.change(4, "PA-31 Pay later", "02 10:00", "02 11:00", "02 14:00", "M4")
	s.change(5, "Pay even later", "02 10:00", "02 11:00", "", "").URL = "https://gitlab.example/under/org/a/-/merge_requests/5"
	s.remote("PA-31", "https://git.example/org/a/pull/4")
	s.remote("PA-32", "https://git.example/Org/a/pull/4/files#diff")
	s.remote("PA-32", "https://gitlab.example/under/org/a/merge_requests/5/diffs")
	s.remote("PA-33", "https://git.example/org/other-a/pull/4")
	s.remote("PA-33", "https://git.example/group/org/a/pull/4")
	s.remote("PA-33", "https://git.example/org/a/-/issues/4")

	// By a remote link to a commit: of the mainline, of a pull request (of which no commit is recorded), or of one that is open.
	s.commit(sha("a"), "02 14:00", "M1").Mainline = true
	s.pull(6, "02 16:00", "02 17:00", sha("e"), sha("c")).Repo = "org/c"
	s.pull(7, "02 16:00", "", "", sha("d"))
	s.remote("PA-41", "https://git.example/org/a/-/commit/"+sha("a"))
	s.remote("PA-42", "https://git.example/-/commits/"+strings.ToUpper(sha("c")))
	s.remote("PA-43", "https://git.example/org/a/commit/"+sha("d"))

	// By closing a code host's issue, in the title or a commit. A number alone names nothing.
	s.change(8, "Pay later, fixes #90", "02 10:00", "02 11:00", "02 14:00", "M8")
	s.change(9, "See #90", "02 10:00", "02 11:00", "02 15:00", "M9")
	s.change(10, "Closes: #91", "02 10:00", "02 11:00", "", "")
	s.commit("M8", "02 18:00", sha("a")).Message = "Pay later (#1)\n\n> Fixes #91\n<!-- fixes #91 -->\n`fixes #91`\n```\nfixes #91\n```\nResolves #89, org/b#92 and see org/a#91"
	s.commit("M9", "02 19:00", "M8").Message = "Bump a library\n\nPA-13, fixes #91"
	s.Commits[len(s.Commits)-1].Author = "bumper[bot]"

	byText := []string{"PA-11 org/a#1 branch", "PA-12 org/a#1 branch", "PA-13 org/a#1 commit", "PA-21 org/a#2 title", "PA-31 org/a#4 title",
		"org/a#90 org/a#8 title", "org/a#91 org/a#10 title", "org/b#92 org/a#8 commit"}
	byRest := []string{"PA-22 org/a#2 body, org/a#3 body", "PA-32 org/a#4 remote_link, org/a#5 remote_link",
		"PA-41 org/a@" + sha("a") + " remote_link", "PA-42 org/c#6 remote_link", "PA-43 org/a#7 remote_link"}
	all := slices.Sorted(slices.Values(slices.Concat(byText, byRest)))

	// Descriptions and links become known after everything else, and are gone again.
	plain, described := s.Records, warehouse.Records{}
	plain.TicketLinks, plain.PullRequests = nil, slices.Clone(s.PullRequests)
	for i := range plain.PullRequests {
		if plain.PullRequests[i].TicketKeys != nil {
			described.PullRequests = append(described.PullRequests, s.PullRequests[i])
			plain.PullRequests[i].TicketKeys = nil
		}
	}
	links := warehouse.Records{TicketLinks: s.TicketLinks}
	w := warehousetest.Open(t)
	d := newDeriver(w)
	for _, step := range []struct {
		what        string
		write, gone warehouse.Records
		want        []string
	}{
		{what: "without descriptions and links", write: plain, want: byText},
		{what: "with both", write: warehouse.Records{PullRequests: described.PullRequests, TicketLinks: s.TicketLinks}, want: all},
		{what: "without them again", write: warehouse.Records{PullRequests: plain.PullRequests}, gone: links, want: byText},
	} {
		if err := w.Write(ctx, step.write); err != nil {
			t.Fatal(err)
		}
		if err := w.Delete(ctx, step.gone); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Update(ctx); err != nil {
			t.Fatal(err)
		}
		if got, want := answers(t, w, tied, 0, nil), strings.Join(step.want, "\n"); got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", step.what, got, want)
		}
		updated := dump(t, w)
		if _, err := d.Rebuild(ctx); err != nil {
			t.Fatal(err)
		}
		compare(t, step.what, updated, dump(t, w))
	}
}
