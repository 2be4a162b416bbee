package reports

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/openstack-eris/eris/kpi"
)

// WriteJSON writes run.json; its schema is schema/run.schema.json.
func WriteJSON(w io.Writer, result *kpi.Result) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(result); err != nil {
		return fmt.Errorf("write run.json: %w", err)
	}
	return nil
}
