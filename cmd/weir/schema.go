package main

import (
	_ "embed" // for the schema
	"fmt"

	"github.com/spf13/cobra"
)

// schemaJSON is generated from the configuration's types and their comments; a test keeps it so.
//
//go:embed schema.json
var schemaJSON string

func (p *program) schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON schema of the configuration, for editors",
		Long: `Schema prints the JSON schema of weir.yaml. Editors complete and check with it, for instance through this first line:

  # yaml-language-server: $schema=weir.schema.json`,
		Example: "  weir schema > weir.schema.json",
		Args:    arguments("nothing", 0, 0),
		RunE: func(*cobra.Command, []string) error {
			fmt.Fprint(p.stdout, schemaJSON)
			return nil
		},
	}
}
