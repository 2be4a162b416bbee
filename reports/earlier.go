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
// it; nil where nothing was, or nothing that this version can read: the record is the
// truth, and a report of it can be made without.
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
		if json.Unmarshal(text, &r) == nil && r.Schema == kpi.Schema {
			return &r, nil
		}
	}
	return nil, nil
}

// Changes says what a result says that an earlier one of the same record did not, a line
// each: its verdict, those of its objectives, and the values of KPIs, as people read
// them. What only one of them has is no change, since functions come and go; neither is
// an interval by itself.
func Changes(before, now *kpi.Result) []string {
	now = written(now)
	var list []string
	note := func(what, was, is string) {
		if was != is {
			list = append(list, fmt.Sprintf("%s was %s, and is %s", what, was, is))
		}
	}
	note("the verdict", string(before.Verdict), string(now.Verdict))
	for _, o := range now.Objectives {
		for _, old := range before.Objectives {
			if old.Expression == o.Expression {
				note(o.Expression, string(old.Verdict), string(o.Verdict))
			}
		}
	}
	for _, k := range now.KPIs {
		for _, old := range before.KPIs {
			if old.Name == k.Name && old.Scope == k.Scope {
				note(k.Name+" of "+k.Scope, figure(old), figure(k))
			}
		}
	}
	return list
}

// written is a result as it is read from its own JSON, which does not have all that it is made of:
// what is told of both is told by the same.
func written(r *kpi.Result) *kpi.Result {
	text, err := json.Marshal(r)
	if err != nil {
		return r // it is told when it is to be written
	}
	var read kpi.Result
	if err := json.Unmarshal(text, &read); err != nil {
		return r
	}
	return &read
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
