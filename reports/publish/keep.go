package publish

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// keep takes the pages of runs of an earlier site over into a folder that has none by
// their names, and gives what is in them.
func keep(folder string, earlier fs.FS) (kept map[string][]byte, err error) {
	if earlier == nil {
		return nil, nil
	}
	names, err := fs.Glob(earlier, runsDir+"*.html")
	if err != nil {
		return nil, fmt.Errorf("keep pages: %w", err)
	}
	kept = map[string][]byte{}
	for _, name := range names {
		to := filepath.Join(folder, filepath.FromSlash(name))
		if _, err := os.Lstat(to); !isPage(name) || !errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if info, err := fs.Stat(earlier, name); err == nil && !info.Mode().IsRegular() {
			continue // it is no page of a site
		}
		page, err := fs.ReadFile(earlier, name)
		if err == nil {
			err = os.WriteFile(to, page, 0o644)
		}
		if err != nil {
			return nil, fmt.Errorf("keep page %s: %w", name, err)
		}
		kept[name] = page
	}
	return kept, nil
}
