package publish

import "embed"

//go:embed page
var files embed.FS

func text(name string) string {
	content, err := files.ReadFile(name)
	if err != nil {
		panic(err) // embedded: cannot be absent
	}
	return string(content)
}
