package lab

import (
	"io/fs"
	"strings"
	"text/template"
)

// template reads a template of the role: a file in its folder, or one that
// several roles use, named shared/NAME.
func (r *Role) template(name string) ([]byte, error) {
	if shared, ok := strings.CutPrefix(name, "shared/"); ok {
		return fs.ReadFile(r.shared, shared)
	}
	return fs.ReadFile(r.files, name)
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
