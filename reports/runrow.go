package reports

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"
)

// runRow is a run of a set on a page.
type runRow struct {
	Mark                        Mark
	Page, Run, Started, Summary string // Page leads to its report; empty: there is none
}

// runTable is a table of them.
type runTable struct {
	Label string
	Rows  []runRow
}

// runTable has the runs of a set, for a page in a folder.
func (s *Set) runTable(label, folder string) runTable {
	var rows []runRow
	for n, run := range s.Runs {
		r := &run.Analysis.Result
		row := runRow{Mark: MarkOf(r.Verdict), Run: r.Run, Started: r.Started.UTC().Format("2006-01-02 15:04:05"), Summary: r.Summary}
		if folder != "" && n < len(s.Dirs) {
			row.Page = leadsTo(folder, filepath.Join(s.Dirs[n], "report.html"))
		}
		rows = append(rows, row)
	}
	return runTable{label, rows}
}

// leadsTo is the address of a file for a page in a folder; empty where there is no such
// file, or no way.
func leadsTo(folder, file string) string {
	if info, err := os.Stat(file); err != nil || !info.Mode().IsRegular() {
		return ""
	}
	var at [2]string
	for n, path := range []string{folder, filepath.Dir(file)} { // latest is a link
		whole, err := filepath.Abs(path)
		if err == nil {
			whole, err = filepath.EvalSymlinks(whole)
		}
		if err != nil {
			return ""
		}
		at[n] = whole
	}
	way, err := filepath.Rel(at[0], filepath.Join(at[1], filepath.Base(file)))
	if err != nil {
		return ""
	}
	return "./" + escaped(filepath.ToSlash(way))
}

// escaped is a path as it stands in an address.
func escaped(path string) string {
	var b strings.Builder
	for _, c := range []byte(path) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("/-._~", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// counted is a number of things.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// upperFirst begins a sentence.
func upperFirst(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}
