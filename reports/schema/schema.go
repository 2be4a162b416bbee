// Package schema holds the JSON Schema of run.json, for tests and for programs
// that read results. It is made from kpi.Result by this package's test; see
// run.schema.json.
package schema

import _ "embed"

//go:embed run.schema.json
var run []byte

// Run is the schema of run.json (draft 2020-12).
func Run() []byte { return append([]byte(nil), run...) }
