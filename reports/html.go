package reports

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"regexp"

	"github.com/openstack-eris/eris/kpi"
)

//go:embed page
var pageFiles embed.FS

// WriteHTML writes the report of a run as a page.
func WriteHTML(w io.Writer, a *kpi.Analysis) error { return NewView(a).WriteHTML(w) }

// WriteHTML writes the report as one page that needs nothing but itself: no
// network, and no script for what matters. Its content security policy lets in
// its own style and script, by their hashes, and nothing else.
func (v *View) WriteHTML(w io.Writer) error {
	tmpl, err := template.New("page.html").ParseFS(pageFiles, "page/*")
	if err != nil {
		return fmt.Errorf("parse page: %w", err)
	}
	page := struct {
		*View
		Policy string
	}{View: v}
	var draft bytes.Buffer
	if err := tmpl.Execute(&draft, page); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	if page.Policy, err = Policy(draft.Bytes()); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	if err := tmpl.Execute(w, page); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	return nil
}

// Style is the style sheet of a page; that of other pages begins with it.
func Style() string {
	text, err := pageFiles.ReadFile("page/style.css")
	if err != nil {
		panic(err) // embedded: cannot be absent
	}
	return string(text)
}

// Policy is the content security policy of a page with one style and one script: these
// and nothing else, by their hashes as they stand in the page, after the template engine
// had its way with them.
func Policy(page []byte) (string, error) {
	var hashes []string
	for _, pattern := range []string{`(?s)<style>(.*?)</style>`, `(?s)<script>(.*?)</script>`} {
		found := regexp.MustCompile(pattern).FindAllSubmatch(page, -1)
		if len(found) != 1 {
			return "", fmt.Errorf("the page has %d matches of %s instead of one", len(found), pattern)
		}
		sum := sha256.Sum256(found[0][1])
		hashes = append(hashes, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
	}
	return "default-src 'none'; style-src " + hashes[0] + "; script-src " + hashes[1] + "; base-uri 'none'; form-action 'none'", nil
}
