package files

import (
	"fmt"
	"strings"
)

// maxReported is how many bad rows one run names. More would scroll the first ones, the useful ones, off the screen.
const maxReported = 10

// Error is one fault in one place of a file.
type Error struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`  // 1 for the first line; 0 when the fault is of the file as a whole
	Field  string `json:"field,omitempty"` // the column or key; empty when the row as a whole is broken
	Reason string `json:"reason"`
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Line > 0 {
		fmt.Fprintf(&b, " line %d", e.Line)
	}
	if e.Field != "" {
		fmt.Fprintf(&b, ", %s", e.Field)
	}
	b.WriteString(": ")
	b.WriteString(e.Reason)
	return b.String()
}

// Refused is a run that wrote nothing because rows or files are bad. Errors has the first of them in the order of the
// files; errors.As finds the first *Error.
type Refused struct {
	Errors []*Error
	More   bool // reading stopped at the last of Errors; there may be others after it
}

func (r *Refused) Error() string {
	if len(r.Errors) == 1 && !r.More {
		return "nothing was imported: " + r.Errors[0].Error()
	}
	var b strings.Builder
	if r.More {
		fmt.Fprintf(&b, "nothing was imported; the first %d faults are:", len(r.Errors))
	} else {
		fmt.Fprintf(&b, "nothing was imported, because of %d faults:", len(r.Errors))
	}
	for _, e := range r.Errors {
		b.WriteString("\n  ")
		b.WriteString(e.Error())
	}
	return b.String()
}

// Unwrap gives the faults to errors.As and errors.Is.
func (r *Refused) Unwrap() []error {
	errs := make([]error, len(r.Errors))
	for i, e := range r.Errors {
		errs[i] = e
	}
	return errs
}

// quoted shows a value of a file inside a sentence, shortened: a whole commit message would hide the sentence.
func quoted(v string) string {
	const longest = 60 // bytes
	if len(v) > longest {
		return fmt.Sprintf("%q…", strings.ToValidUTF8(v[:longest], ""))
	}
	return fmt.Sprintf("%q", v)
}
