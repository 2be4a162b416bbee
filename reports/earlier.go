package reports

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
)

// firstFile is what the first run.json of a record is kept as, once another one takes
// its place that says something else.
const firstFile = "report.first.json"

// Earlier is what was said of a run when it had ended, by the version of Eris that ran
// it; nil where nothing was, or not as this version reads it.
func Earlier(dir string) (*kpi.Result, error) {
	for _, name := range []string{firstFile, "run.json"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read what was said of the run: %w", err)
		}
		var r kpi.Result
		if err := json.Unmarshal(text, &r); err != nil {
			return nil, fmt.Errorf("read what was said of the run: %s: %w", name, err)
		}
		if r.Schema != kpi.Schema {
			return nil, nil
		}
		return &r, nil
	}
	return nil, nil
}

// KeepFirst keeps a run's run.json, which is about to be written anew, unless an earlier
// one is kept already, and says where.
func KeepFirst(dir string) (string, error) {
	kept := filepath.Join(dir, firstFile)
	if _, err := os.Stat(kept); err == nil {
		return kept, nil
	}
	text, err := os.ReadFile(filepath.Join(dir, "run.json"))
	if err != nil {
		return "", fmt.Errorf("keep what was said of the run: %w", err)
	}
	return kept, record.WriteFile(kept, text)
}
