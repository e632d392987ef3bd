package github

import (
	"cmp"
	"time"

	"github.com/weirhq/weir/warehouse"
)

// commitNode is a commit as the queries ask for it.
type commitNode struct {
	ID            string     `json:"id"`
	OID           string     `json:"oid"`
	URL           string     `json:"url"`
	Message       string     `json:"message"`
	AuthoredDate  *time.Time `json:"authoredDate"`
	CommittedDate *time.Time `json:"committedDate"`
	Additions     *int       `json:"additions"`
	Deletions     *int       `json:"deletions"`
	ChangedFiles  *int       `json:"changedFilesIfAvailable"`
	Author        *struct {
		Name  string `json:"name"`
		Email string `json:"email"`
		User  *actor `json:"user"`
	} `json:"author"`
	Parents struct {
		Nodes []*struct {
			OID string `json:"oid"`
		} `json:"nodes"`
	} `json:"parents"`
}

// author is the login where GitHub knows whose commit it is, else what git says.
func (c *commitNode) author() (name, email string) {
	if c.Author == nil {
		return "", ""
	}
	return cmp.Or(c.Author.User.name(), c.Author.Name), c.Author.Email
}

// record maps a commit. Whether it is on the mainline only the branch can tell.
func (c *commitNode) record(repo string) (warehouse.Commit, error) {
	authored, committed := moment(c.AuthoredDate), moment(c.CommittedDate)
	if c.OID == "" {
		return warehouse.Commit{}, badItem("a commit", errNoID)
	}
	if authored.IsZero() {
		authored = committed
	}
	if authored.IsZero() {
		return warehouse.Commit{}, badItem("commit "+c.OID, errNoTime)
	}
	r := warehouse.Commit{
		Repo: repo, SHA: c.OID, AuthoredAt: authored, CommittedAt: committed, Message: c.Message,
		Provenance: warehouse.Provenance{UpdatedAt: committed, URL: c.URL},
	}
	r.Author, r.AuthorEmail = c.author()
	for _, p := range c.Parents.Nodes {
		if p != nil && p.OID != "" {
			r.Parents = append(r.Parents, p.OID)
		}
	}
	if c.Additions != nil {
		r.Additions = number(*c.Additions)
	}
	if c.Deletions != nil {
		r.Deletions = number(*c.Deletions)
	}
	if c.ChangedFiles != nil {
		r.FilesChanged = number(*c.ChangedFiles)
	}
	return r, nil
}
