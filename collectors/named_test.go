package collectors_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/weirhq/weir/collectors"
)

func TestTicketsNamed(t *testing.T) {
	for text, want := range map[string]string{
		"": "",
		"Does what PAY-12 asks for, see [PAY-7](https://jira.example/browse/PAY-7) and PAY-12.": "PAY-12 PAY-7",
		"As in pay-12 or PAY-x12, PAY12":                         "",
		"Ticket: <!-- such as ABC-1 --> PAY-1\n<!--\nABC-2\n-->": "PAY-1",
		"<!-- PAY-1 that nobody closed":                          "",
		"```\nPAY-1\n```\nPAY-2 `PAY-3`\n~~~\nPAY-4":             "PAY-2",
		"> What about PAY-1?\n\nThat is PAY-2 > PAY-3":           "PAY-2 PAY-3",
		"Fixes #12": "shop/till#12",
		"closes: #12, #13 and shop/checkout#7, and #14. #15": "shop/checkout#7 shop/till#12 shop/till#13 shop/till#14",
		"Resolving shop/checkout#7\nand #8":                  "shop/checkout#7 shop/till#8",
		"fix a/b/c#7":                                        "a/b/c#7",
		"Text with ``` in a line PAY-1\nPAY-2":               "PAY-1 PAY-2",
		"Costs ~~~5 minutes. PAY-1":                          "PAY-1",
		"``PAY-5 ` PAY-6`` PAY-7":                            "PAY-7",
		"````\n```\nPAY-1\n```\nPAY-2\n````\nPAY-3":          "PAY-3",
		"```\nPAY-1": "",
		"See #12, it prefixes #13 and fixes the rest of #14": "",
		"Fixes #12abc": "",
	} {
		if got := strings.Join(collectors.TicketsNamed(text, "shop/till"), " "); got != want {
			t.Errorf("%q names %q, want %q", text, got, want)
		}
	}
	if got := collectors.TicketsNamed("PAY-2 PAY-1 PAY-2", "shop/till"); !slices.Equal(got, []string{"PAY-1", "PAY-2"}) {
		t.Errorf("got %v", got)
	}
}
