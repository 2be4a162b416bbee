package reports

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
)

// WriteJSON writes run.json; its schema is schema/run.schema.json.
func WriteJSON(w io.Writer, result *kpi.Result) error {
	return indented(w, result)
}

// indented writes JSON that people can read, too: what would turn the direction of writing
// is there as an escape.
func indented(w io.Writer, v any) error {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	if _, err := w.Write(unturned(text.Bytes())); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	return nil
}

// unturned is JSON with escapes in the place of what turns the direction of writing.
func unturned(text []byte) []byte {
	var out []byte
	for _, r := range string(text) {
		if record.Turns(r) {
			out = fmt.Appendf(out, `\u%04x`, r)
			continue
		}
		out = utf8.AppendRune(out, r)
	}
	return out
}
