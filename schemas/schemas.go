// Package schemas holds the JSON Schema of every stream, one file each, named after the stream.
//
// The files are plain JSON Schema of the record as the tap writes it, with two additions of our own that are taken out
// before a SCHEMA message is written: `examples` holds one record as Jira Cloud sends it, and `x-jira` marks values that
// need a hand on the way (see package shape). The package knows nothing of Jira's endpoints or of Singer.
package schemas

import (
	"embed"
	"io/fs"
)

//go:embed *.json
var files embed.FS

// FS returns the schema files, read-only; "issues.json" is the schema of the stream "issues".
func FS() fs.FS { return files }
