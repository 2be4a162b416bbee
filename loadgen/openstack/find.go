package openstack

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/gophercloud/gophercloud/v2/pagination"

	"github.com/openstack-eris/eris/loadgen"
)

// Every lists all pages of something that a workload needs before it starts.
func Every[T any](ctx context.Context, pager pagination.Pager, extract func(pagination.Page) ([]T, error)) ([]T, error) {
	pages, err := pager.AllPages(ctx)
	if err != nil {
		return nil, &loadgen.OpenError{Outcome: Outcome(err, nil)}
	}
	return extract(pages)
}

// Choose returns the id of the thing that is wanted by name or id, of the only one
// whose name fits where it is wanted by a /PATTERN/, or of the first when nothing is;
// kind is what messages call it.
func Choose[T any](kind, wanted string, all []T, names func(T) (id, name string)) (string, error) {
	return ChooseOwn(kind, wanted, nil, all, names)
}

// ChooseOwn is Choose among what is one's own, and where none of that would do, among all
// others: what is made for somebody wins over what the cloud calls the same.
func ChooseOwn[T any](kind, wanted string, own, others []T, names func(T) (id, name string)) (string, error) {
	fits, err := fitting(wanted)
	if err != nil {
		return "", fmt.Errorf("find %s: %w", kind, err)
	}
	for _, all := range [][]T{own, others} {
		var found, called []string
		for _, each := range all {
			id, name := names(each)
			switch {
			case wanted == "" || wanted == id || wanted == name:
				return id, nil
			case fits(name):
				found, called = append(found, id), append(called, name)
			}
		}
		switch {
		case len(found) == 1:
			return found[0], nil
		case len(found) > 1:
			return "", fmt.Errorf("find %s: %s fits several: %s", kind, wanted, strings.Join(called, ", "))
		}
	}
	switch {
	case between(wanted):
		return "", fmt.Errorf("find %s: the cloud has none whose name fits %s", kind, wanted)
	case wanted == "":
		return "", fmt.Errorf("find %s: the cloud has none that would do", kind)
	}
	return "", fmt.Errorf("find %s: the cloud has none with the name or id %q", kind, wanted)
}

// CheckChoice says what is wrong with what is wanted, before anybody is asked for it;
// key is the argument.
func CheckChoice(key, wanted string) error {
	if _, err := fitting(wanted); err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	return nil
}

// fitting tells whether a name fits the regular expression that is wanted; where none
// is, none does.
func fitting(wanted string) (func(name string) bool, error) {
	if !between(wanted) {
		return func(string) bool { return false }, nil
	}
	pattern, err := regexp.Compile(wanted[1 : len(wanted)-1])
	if err != nil {
		return nil, fmt.Errorf("%s is no pattern: %w", wanted, err)
	}
	return pattern.MatchString, nil
}

// between tells that a text stands between two slashes.
func between(text string) bool {
	return len(text) > 2 && strings.HasPrefix(text, "/") && strings.HasSuffix(text, "/")
}
