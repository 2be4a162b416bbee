package publish

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/kpi/coverage"
)

// releaseNames are OpenStack's releases from Mitaka on, each with the series that its packages and
// images are called by since 2023 (https://releases.openstack.org).
func releaseNames() []string {
	return []string{
		"Mitaka", "Newton", "Ocata", "Pike", "Queens", "Rocky", "Stein", "Train", "Ussuri", "Victoria", "Wallaby", "Xena", "Yoga", "Zed",
		"2023.1 Antelope", "2023.2 Bobcat", "2024.1 Caracal", "2024.2 Dalmatian", "2025.1 Epoxy", "2025.2 Flamingo",
	}
}

// inMitaka is the major version that a project had in Mitaka, the first of releaseNames. Each
// has gone up by one with every release since. Of other projects it is 0.
func inMitaka(project string) int {
	return map[string]int{"nova": 13, "keystone": 9, "neutron": 8}[project]
}

var (
	major = regexp.MustCompile(`^(?:\d+:)?(\d+)\.`)                                    // of a package's version, behind its epoch
	tag   = regexp.MustCompile(`:(?:master-|stable-)?(\d{4}\.[12]|[a-z]+)(?:[-@ ]|$)`) // of an image
)

// releases are those of OpenStack that a cloud ran by the versions of its packages and the
// tags of its images, in the order in which they came out; more than one while it is
// upgraded. Of a version that is of no release that is known it is the project and the version.
func releases(t *record.Tested) []string {
	if t == nil {
		return nil
	}
	var all []string
	names := releaseNames()
	for _, f := range t.Facts {
		project, _, _ := strings.Cut(strings.TrimPrefix(f.Name, "openstack-"), "-")
		first := inMitaka(project)
		if first == 0 {
			continue
		}
		switch f.Kind { //nolint:exhaustive // the others have no version
		case record.TestedPackage:
			if found := major.FindStringSubmatch(f.Value); found != nil {
				all = append(all, releaseOf(project, first, found[1]))
			}
		case record.TestedImage:
			if found := tag.FindStringSubmatch(f.Value); found != nil {
				if at := slices.IndexFunc(names, func(name string) bool {
					return strings.EqualFold(name, found[1]) || strings.HasPrefix(name, found[1]+" ")
				}); at >= 0 {
					all = append(all, names[at])
				}
			}
		}
	}
	slices.SortFunc(all, func(a, b string) int {
		return cmp.Or(cmp.Compare(slices.Index(names, a), slices.Index(names, b)), strings.Compare(a, b))
	})
	return slices.Compact(all)
}

func releaseOf(project string, first int, version string) string {
	names := releaseNames()
	if n, err := strconv.Atoi(version); err == nil && n >= first && n-first < len(names) {
		return names[n-first]
	}
	return project + " " + version
}

// architecture is how many nodes of each role a run was on.
func architecture(t *record.Tested) string {
	if t == nil {
		return ""
	}
	var roles []string
	for _, f := range t.Facts {
		if f.Kind == record.TestedRole {
			roles = append(roles, fmt.Sprintf("%d × %s", len(f.Nodes), f.Name))
		}
	}
	return strings.Join(roles, ", ")
}

// tested says in short what a run was on: its nodes' roles, their systems, and the release.
func tested(run coverage.Run) string {
	t := run.Result.Tested
	if t == nil {
		return ""
	}
	parts := []string{architecture(t)}
	var systems []string
	for _, f := range t.Facts {
		if f.Kind == record.TestedOS {
			systems = append(systems, f.Value)
		}
	}
	parts = append(parts, strings.Join(systems, ", "))
	if all := releases(t); len(all) > 0 {
		parts = append(parts, "OpenStack "+strings.Join(all, ", "))
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "; ")
}
