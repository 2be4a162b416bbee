package reports

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"reflect"
	"regexp"
	"strings"

	"github.com/openstack-eris/eris/collectors/record"
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
	eachText(reflect.ValueOf(v), record.Straight) // the page's own words stay as they are
	var long Long
	long.Fold(v)
	return writePage(w, "page.html", top{Mark: v.Verdict, Title: v.Title, Long: long.All}, func(t top) any {
		return struct {
			*View
			Top top
		}{v, t}
	})
}

// top is what each page begins with: what came of it and of what it is. More stands behind
// the title in that of the window.
type top struct {
	Policy, Title, More string
	Mark                Mark
	Long                []LongText
}

// writePage writes one of the pages, of which the policy is made when all else is there.
func writePage(w io.Writer, name string, begins top, with func(top) any) error {
	tmpl, err := template.New(name).Funcs(template.FuncMap{"tied": tied, "wraps": wraps}).ParseFS(pageFiles, "page/*")
	if err != nil {
		return fmt.Errorf("parse page: %w", err)
	}
	var draft bytes.Buffer
	if err := tmpl.Execute(&draft, with(begins)); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	policy, err := Policy(draft.Bytes())
	if err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	begins.Policy = policy
	var page bytes.Buffer
	if err := tmpl.Execute(&page, with(begins)); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	if _, err := w.Write(bytes.ToValidUTF8(page.Bytes(), []byte("\ufffd"))); err != nil { // texts of others may be anything
		return fmt.Errorf("write page: %w", err)
	}
	return nil
}

var numberWithUnit = regexp.MustCompile(`(\d) (ms|s|%|B|[KMGT]iB)($|[^\pL])`)

// tied keeps each number of a text on one line with its unit.
func tied(text string) string { return numberWithUnit.ReplaceAllString(text, "$1\u00a0$2$3") }

// Style is the style sheet of a page; that of other pages begins with it.
func Style() string {
	text, err := pageFiles.ReadFile("page/style.css")
	if err != nil {
		panic(err) // embedded: cannot be absent
	}
	return string(text)
}

// Policy is the content security policy of a page with one style and at most one script:
// these and nothing else, by their hashes as they stand in the page, after the template
// engine had its way with them.
func Policy(page []byte) (string, error) {
	policy := []string{"default-src 'none'"}
	for _, of := range []struct {
		directive, pattern string
		least              int
	}{{"style-src", `(?s)<style>(.*?)</style>`, 1}, {"script-src", `(?s)<script>(.*?)</script>`, 0}} {
		found := regexp.MustCompile(of.pattern).FindAllSubmatch(page, -1)
		if len(found) < of.least || len(found) > 1 {
			return "", fmt.Errorf("the page has %d matches of %s instead of one", len(found), of.pattern)
		}
		for _, one := range found {
			sum := sha256.Sum256(one[1])
			policy = append(policy, of.directive+" 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
		}
	}
	return strings.Join(append(policy, "base-uri 'none'", "form-action 'none'"), "; "), nil
}
