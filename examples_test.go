package eris_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/inventory"
)

// Every inventory that a page shows in full can be loaded.
func TestExamplesLoad(t *testing.T) {
	shown := 0
	for page, text := range markdown(t, os.DirFS(".")) {
		for _, example := range examples(text) {
			if strings.Contains(example, "\nnodes:") {
				shown++
				_, err := inventory.Read(page, []byte(example))
				require.NoError(t, err, page)
			}
		}
	}
	require.NotZero(t, shown)
}

// examples are a page's code blocks of whole documents.
func examples(text string) []string {
	block := regexp.MustCompile("(?ms)^```yaml\n((?:#[^\n]*\n)*version: eris/v1\n.*?)^```")
	var found []string
	for _, m := range block.FindAllStringSubmatch(text, -1) {
		found = append(found, m[1])
	}
	return found
}

func TestExamplesAreFound(t *testing.T) {
	page := "```yaml\n# a comment\nversion: eris/v1\nname: x\n```\n\n```yaml\nname: part\n```\n```yaml\nversion: eris/v1\n```\n"
	require.Equal(t, []string{"# a comment\nversion: eris/v1\nname: x\n", "version: eris/v1\n"}, examples(page))
}
