package openstack

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// Everything that a load makes bears "eris-RUN-LOAD-PART": the run's id, the
// load's name, and the number of an iteration or the word of what all of them
// share. Where the service keeps metadata, the run's id stands there too.
const (
	prefix = "eris-"
	// shared ends the names of what the iterations of a session share; behind it stands the
	// number of the session's part, where the load has parts.
	shared = "shared"
	// Nova names the image of a shelved server so, and leaves it to nobody where the
	// server is deleted before it is made.
	shelved = "-shelved"
	runKey  = "eris_run" // of the metadata
)

// Tag is that of everything that a run makes, for services that have tags.
func Tag(run string) string { return prefix + run }

// Name is that of the nth thing that a run makes for a part of its scenario.
func Name(run, part string, n int) string {
	return ofLoad{run: run, load: part}.Search() + strconv.Itoa(n)
}

// Metadata is that of everything that a run makes, for services that have it.
func Metadata(run string) map[string]string { return map[string]string{runKey: run} }

// Owner tells whether a run made a thing, by its name. Its metadata, where they
// say a run, have to say the same.
type Owner interface {
	// Search begins the names of all that it made, and maybe of others.
	Search() string
	// Made tells it by the name; run is what the metadata say, if anything.
	Made(name, run string) bool
}

// ofLoad is what one load of a run made, or a part of it: the others are still at work with
// theirs.
type ofLoad struct {
	run, load string
	part      loadgen.Part
}

// OfLoad is what a load of a run made, in all of its parts.
func OfLoad(run, load string) Owner { return ofLoad{run: run, load: load} }

func (l ofLoad) Search() string { return prefix + l.run + "-" + l.load + "-" }

// shared is the name of what the iterations of the session share.
func (l ofLoad) shared() string {
	if l.part.Whole() {
		return l.Search() + shared
	}
	return l.Search() + shared + strconv.Itoa(l.part.Nth)
}

// Made wants the name to go on with a part: the prefix alone would do for the
// load "boots-2" of what is beside the load "boots".
func (l ofLoad) Made(name, run string) bool {
	rest, begins := strings.CutPrefix(name, l.Search())
	return begins && l.has(strings.TrimSuffix(rest, shelved)) && (run == "" || run == l.run)
}

// has tells whether the session has made what is named so: the number of an iteration, or
// what they share.
func (l ofLoad) has(rest string) bool {
	if l.Search()+rest == l.shared() {
		return true
	}
	if rest == "" || strings.Trim(rest, "0123456789") != "" {
		return false
	}
	n, err := strconv.ParseInt(rest, 10, 64)
	return l.part.Whole() || err == nil && l.part.Has(n)
}

// OfRun is what the loads of one run made.
type OfRun string

// Search begins all of its names.
func (r OfRun) Search() string { return prefix + string(r) + "-" }

// Made wants a load and a part behind the run's id.
func (r OfRun) Made(name, run string) bool {
	rest, begins := strings.CutPrefix(name, r.Search())
	return begins && loadAndPart().MatchString(rest) && (run == "" || run == string(r))
}

func loadAndPart() *regexp.Regexp {
	return regexp.MustCompile(`^[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?-(?:[0-9]+|` + shared + `[0-9]*)(?:` + shelved + `)?$`)
}

// OfAnyRun is what the loads of all runs made but those.
type OfAnyRun struct {
	But []string
	// Before leaves out the runs that began then or later, by their ids: of them
	// nobody has asked whether they go on. When it is zero there is no such time.
	Before time.Time
	Young  func(run string) // told of what Before left out; may be nil
}

// Search begins all of their names.
func (OfAnyRun) Search() string { return prefix }

// Made wants the whole shape: an id of a run, a load and a part.
func (o OfAnyRun) Made(name, run string) bool {
	for _, other := range o.But {
		if run == other || strings.HasPrefix(name, prefix+other+"-") {
			return false
		}
	}
	rest, begins := strings.CutPrefix(name, prefix)
	for at := range rest {
		if began, is := record.Began(rest[:at]); begins && rest[at] == '-' && is && OfRun(rest[:at]).Made(name, run) {
			return o.old(rest[:at], began)
		}
	}
	return false
}

func (o OfAnyRun) old(run string, began time.Time) bool {
	old := o.Before.IsZero() || began.Before(o.Before)
	if !old && o.Young != nil {
		o.Young(run)
	}
	return old
}
