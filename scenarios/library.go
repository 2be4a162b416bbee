package scenarios

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"

	"github.com/openstack-eris/eris/document"
)

//go:embed library/*.yaml
var library embed.FS

// Entry is a scenario of the embedded library.
type Entry struct {
	Name        string
	Description string
	Source      []byte
}

// Library lists the embedded scenarios by name.
func Library() ([]Entry, error) {
	files, err := fs.Glob(library, "library/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("list library: %w", err)
	}
	var entries []Entry
	for _, file := range files {
		source, err := library.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read library: %w", err)
		}
		e := Entry{Name: strings.TrimSuffix(path.Base(file), ".yaml"), Source: source}
		if doc, _ := document.Parse(file, source); doc != nil {
			if n := doc.Root.Get("description"); n != nil {
				e.Description = n.Text
			}
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// Open finds a scenario: a file where there is one of that name, or an entry
// of the library. It returns the name that stands in messages, and the text.
func Open(name string) (string, []byte, error) {
	if strings.ContainsAny(name, "/.") {
		source, err := os.ReadFile(name)
		if err != nil {
			return name, nil, fmt.Errorf("read scenario: %w", err)
		}
		return name, source, nil
	}
	entries, err := Library()
	if err != nil {
		return name, nil, err
	}
	var known []string
	for _, e := range entries {
		if e.Name == name {
			return "library/" + name + ".yaml", e.Source, nil
		}
		known = append(known, e.Name)
	}
	if source, err := os.ReadFile(name); err == nil {
		return name, source, nil
	}
	return name, nil, fmt.Errorf("no scenario %q in the library, nor a file of that name; %s", name, document.Suggest(name, known))
}
