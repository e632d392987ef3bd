// Package ui holds the dashboard as it was built: what a browser loads, embedded in the binary so that one file is the
// whole product. `npm run build` in this folder fills dist; without it the binary still builds, and serves no pages.
package ui

import (
	"embed"
	"io/fs"
)

// all: takes .gitkeep too, without which an unbuilt dist would have nothing to embed and fail to compile.
//
//go:embed all:dist
var dist embed.FS

// Files is the built dashboard: index.html, api.html and assets/ with hashes in their names. It is empty but for
// .gitkeep where the dashboard was not built.
func Files() fs.FS {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // only for an invalid path, and this one is a constant
	}
	return files
}
