package reports

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/openstack-eris/eris/kpi"
)

// WriteJSON writes run.json; its schema is schema/run.schema.json.
func WriteJSON(w io.Writer, result *kpi.Result) error {
	return indented(w, result)
}

// indented writes JSON that people can read, too.
func indented(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	return nil
}
