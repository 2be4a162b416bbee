package reports

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi"
)

// specMost bounds the scenario's text on a page, bytes.
const specMost = 16 << 10

// SpecText is the scenario as it was run, without what is secret.
type SpecText struct {
	Text  string
	Lines int    // of all of it
	Left  string // what is left out of Text; empty: nothing
	Wrong string // why it may not be what was run; empty: it is
}

// specText is the scenario of a run; nil where the record has none, as of an imported
// result.
func specText(a *kpi.Analysis) *SpecText {
	source := a.Inputs.Scenario
	if len(source) == 0 {
		return nil
	}
	lines := record.Lines(source)
	spec := &SpecText{Lines: len(lines)}
	size := 0
	for n, line := range lines {
		if size += len(line) + 1; size > specMost {
			spec.Left = fmt.Sprintf("%d of its %d lines are left out here; scenario.yaml in the run's folder has them", len(lines)-n, len(lines))
			lines = lines[:n]
			break
		}
	}
	spec.Text = strings.Join(lines, "\n")
	if sum := sha256.Sum256(source); hex.EncodeToString(sum[:]) != a.Result.Scenario.SHA256 {
		spec.Wrong = "Its sha256 is " + hex.EncodeToString(sum[:]) + ", and not that of what was run: the file was changed."
	}
	return spec
}

// sums are the hashes that a plan has of what it was made from.
func sums(plan []byte) []Fact {
	if len(plan) == 0 {
		return nil
	}
	sum := sha256.Sum256(plan)
	facts := []Fact{{"plan.json sha256", hex.EncodeToString(sum[:])}}
	var p struct {
		CloudSHA string `json:"cloud_sha256"`
		Faults   []struct {
			Name  string            `json:"name"`
			Files map[string]string `json:"files"`
		} `json:"faults"`
		Tenants []struct {
			Images []struct {
				Name string `json:"name"`
				Sum  string `json:"sha256"`
			} `json:"images"`
		} `json:"tenants"`
	}
	if err := json.Unmarshal(plan, &p); err != nil {
		return append(facts, Fact{"plan.json", "not read: " + err.Error()})
	}
	if p.CloudSHA != "" {
		facts = append(facts, Fact{"inventory sha256", p.CloudSHA})
	}
	for _, t := range p.Tenants {
		for _, i := range t.Images {
			if i.Sum != "" {
				facts = append(facts, Fact{"image " + i.Name + " sha256", i.Sum})
			}
		}
	}
	for _, f := range p.Faults {
		for _, file := range slices.Sorted(maps.Keys(f.Files)) {
			facts = append(facts, Fact{f.Name + " " + file + " sha256", f.Files[file]})
		}
	}
	return facts
}
