package reports_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/openstack-eris/eris/kpi"
	"github.com/openstack-eris/eris/reports"
)

// inTheOpen gives the texts of a page that are not folded away, nor beside what is seen, each
// with the element that it is in; and all texts together.
func inTheOpen(t *testing.T, page string) (texts [][2]string, all string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	require.NoError(t, err)
	var b strings.Builder
	var walk func(n *html.Node, hidden bool)
	walk = func(n *html.Node, hidden bool) {
		hidden = hidden || n.Type == html.ElementNode && slices.Contains([]string{"head", "script", "style", "title", "desc", "details"}, n.Data)
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
			if !hidden {
				texts = append(texts, [2]string{n.Parent.Data, n.Data})
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, hidden)
		}
	}
	walk(root, false)
	return texts, b.String()
}

// However long what others have written is, wherever it stands, it pushes nothing away; the
// whole of it is on the page.
func TestALongTextIsFoldedInEveryPlaceOfThePages(t *testing.T) {
	for what, text := range map[string]string{"one word": strings.Repeat("x", 10_000), "many words": strings.Repeat("long words ", 900) + "the end", "wide words": strings.Repeat("wide 界面 words ", 580)} {
		rec := everywhere(text)
		a := kpi.Compute(rec, kpi.Settings{})
		run := &reports.Run{Record: rec, Analysis: a}
		set := &reports.Set{Name: text, Dirs: []string{"a", "b"}, Runs: []*reports.Run{run, run}}
		pages := map[string]func(b *bytes.Buffer) error{
			"run": func(b *bytes.Buffer) error { return reports.WriteHTML(b, a) },
			"set": func(b *bytes.Buffer) error { return set.WriteHTML(b, "") },
			"comparison": func(b *bytes.Buffer) error {
				c, err := reports.Compare(set, set, true)
				require.NoError(t, err)
				return c.WriteHTML(b, "")
			},
		}
		for name, write := range pages {
			var b bytes.Buffer
			require.NoError(t, write(&b))
			texts, all := inTheOpen(t, b.String())
			for _, one := range texts {
				require.LessOrEqual(t, utf8.RuneCountInString(one[1]), 650, "%s, %s: a text in a %s", name, what, one[0])
				for word := range strings.FieldsSeq(one[1]) {
					require.LessOrEqual(t, utf8.RuneCountInString(word), 120, "%s, %s: a word in a %s", name, what, one[0])
				}
			}
			require.Contains(t, all, text, "%s, %s: the whole", name, what)
			require.LessOrEqual(t, b.Len(), 150<<10, "%s, %s", name, what)
		}
	}
}
