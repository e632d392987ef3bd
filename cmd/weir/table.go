package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"golang.org/x/term"
)

// grid is a plain table: texts to the left, numbers to the right.
type grid struct {
	columns []column
	rows    [][]string
}

type column struct {
	name   string
	number bool // right-aligned
	long   bool // gives up its width first where the terminal is too narrow
}

// narrowest is how many characters a long column keeps at least.
const narrowest = 16

func (g *grid) add(cells ...string) { g.rows = append(g.rows, cells) }

// draw writes the table to w, without colour, cut to the width where w is a terminal.
func (g *grid) draw(w io.Writer) { fmt.Fprintln(w, g.render(terminalWidth(w))) }

// render is the table as text, its long columns cut so that a line fits into the width; 0 is a width without end.
func (g *grid) render(width int) string {
	t := table.NewWriter()
	style := table.Style{Name: "weir", Box: table.StyleBoxDefault, Format: table.FormatOptions{Header: text.FormatDefault}}
	style.Box.PaddingLeft, style.Box.PaddingRight = "", "  "
	style.Box.MiddleHorizontal, style.Box.MiddleSeparator = "-", "-"
	style.Options.SeparateHeader = true
	t.SetStyle(style)
	t.SuppressTrailingSpaces()

	header := make(table.Row, len(g.columns))
	configs := make([]table.ColumnConfig, len(g.columns))
	for i, c := range g.columns {
		header[i] = c.name
		configs[i] = table.ColumnConfig{Number: i + 1, WidthMaxEnforcer: snip}
		if c.number {
			configs[i].Align, configs[i].AlignHeader = text.AlignRight, text.AlignRight
		}
		if c.long && width > 0 {
			configs[i].WidthMax = max(narrowest, g.widthOf(i)-max(0, g.width()-width))
		}
	}
	t.SetColumnConfigs(configs)
	t.AppendHeader(header)
	for _, cells := range g.rows {
		row := make(table.Row, len(cells))
		for i, cell := range cells {
			row[i] = cell
		}
		t.AppendRow(row)
	}
	return t.Render()
}

// width is how wide the table wants to be: every column with the two spaces after it.
func (g *grid) width() int {
	sum := 0
	for i := range g.columns {
		sum += g.widthOf(i) + 2
	}
	return sum
}

func (g *grid) widthOf(i int) int {
	widest := displayWidth(g.columns[i].name)
	for _, cells := range g.rows {
		widest = max(widest, displayWidth(cells[i]))
	}
	return widest
}

// displayWidth is how many places a text takes on a terminal.
func displayWidth(s string) int { return text.StringWidthWithoutEscSequences(s) }

// snip cuts a text to a width and says so.
func snip(s string, width int) string { return text.Snip(s, width, "…") }

// oneLine keeps a title of several lines, or with control characters, from breaking the table.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }), " ")
}

// terminalWidth is how many characters fit on a line of the terminal; 0 when w is none.
func terminalWidth(w io.Writer) int {
	if o, ok := w.(*output); ok {
		w = o.to
	}
	f, ok := w.(*os.File)
	if !ok {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return width
}
