package reports_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/kpi/example"
	"github.com/openstack-eris/eris/reports"
)

// What a page begins with, the policy first, is written down once, and each page begins so.
func TestAllPagesBeginAlike(t *testing.T) {
	files, err := filepath.Glob("page/*.html")
	require.NoError(t, err)
	begins := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		begins += strings.Count(string(text), "<!doctype") + strings.Count(string(text), "Content-Security-Policy") + strings.Count(string(text), `class="badge`)
	}
	require.Equal(t, 3, begins, "of each one")
	a, b := beforeAndAfter()
	c, err := reports.Compare(a, b, false)
	require.NoError(t, err)
	for what, text := range map[string]string{
		"run": page(t, example.Passing()), "comparison": htmlOf(t, func(to *bytes.Buffer) error { return c.WriteHTML(to, "") }),
		"set": htmlOf(t, func(to *bytes.Buffer) error { return b.WriteHTML(to, "") }),
	} {
		require.Regexp(t, `(?s)^<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="default-src [^"]+">.*<title>(pass|fail|unknown|worse|better|same|cannot tell): [^<]+</title>\n<style>[^<]+</style>\n</head>\n<body>\n<main>\n<header>\n<h1><span class="badge`, text, what)
	}
}
