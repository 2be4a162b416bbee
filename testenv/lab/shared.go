package lab

import (
	"errors"
	"io/fs"
	"strings"
	"text/template"
)

// template reads the template of one of the role's files: what the role says itself,
// a file in its folder, or one that several roles use, named shared/NAME.
func (r *Role) template(f File) ([]byte, error) {
	if f.Content != "" {
		if f.Template != "" {
			return nil, errors.New("want a template or a content, not both")
		}
		return []byte(f.Content), nil
	}
	if shared, ok := strings.CutPrefix(f.Template, "shared/"); ok {
		return fs.ReadFile(r.shared, shared)
	}
	return fs.ReadFile(r.files, f.Template)
}

// pieces adds the named pieces that any template may call: every define in
// roles/shared/*.tmpl.
func (r *Role) pieces(t *template.Template) (*template.Template, error) {
	files, err := fs.Glob(r.shared, "*.tmpl")
	if err != nil || len(files) == 0 {
		return t, err
	}
	return t.ParseFS(r.shared, files...)
}
