package logged

import (
	"fmt"
	"path"
	"strings"

	"github.com/openstack-eris/eris/collectors"
	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/inventory"
)

const (
	mostSearched = 64 << 20 // bytes of a node's files in which ids are looked for
	mostAround   = 16 << 20 // bytes of a file around one fault
)

// piece is what is read of one file or journal.
type piece struct {
	source string // as the record names it
	// path, of a file, with its bytes from on; else the journal behind a cursor until a
	// second of the node's clock, of those units, or where there are none of all.
	path         string
	from, length int64
	cursor       string
	until        int64
	units        []string
	around       *record.Around // nil: request ids are looked for
}

// pieces are all that is to be read of a node, and what cannot be, in words.
func (b *Book) pieces(node string, ids bool, faults []record.Around, end *mark) (all []piece, silent []string) {
	services := b.Cloud.ServicesOn(node)
	begun := b.begun[node]
	if ids {
		room := int64(mostSearched)
		for _, f := range end.files {
			p, lost := grown(f, begun, end, end)
			silent = append(silent, lost...)
			if over := p.length - room; over > 0 {
				silent = append(silent, fmt.Sprintf("%s: the first %d bytes of the run are not searched: %d MiB of a node are the most", f.path, over, mostSearched>>20))
				p.from, p.length = p.from+over, room
			}
			if room -= p.length; p.length > 0 {
				all = append(all, p)
			}
		}
		switch of := units(services); {
		case len(of) == 0:
		case begun.cursor != "":
			all = append(all, piece{source: "journal", cursor: begun.cursor, until: end.now, units: of})
		default:
			silent = append(silent, noCursor("", begun.unread, end)...)
		}
	}
	for i := range faults {
		around, lost := b.aroundOf(node, &faults[i], end)
		all, silent = append(all, around...), append(silent, lost...)
	}
	if end.more > 0 {
		silent = append(silent, fmt.Sprintf("%d log files beyond the first %d", end.more, mostFiles))
	}
	return all, append(silent, b.bare(services, end)...)
}

// noCursor says why a journal is not looked into, if there is one.
func noCursor(around string, unread bool, end *mark) []string {
	switch {
	case unread:
		return []string{"journal" + around + ": where it ended before is not known"}
	case end.unread || end.cursor != "":
		return []string{"journal" + around + ": it was empty before, and is not searched"}
	}
	return nil
}

// aroundOf is what came to the logs of a struck service around a fault; of a node that was
// struck whole, to its journal.
func (b *Book) aroundOf(node string, a *record.Around, end *mark) (all []piece, silent []string) {
	from, to := b.around(node, *a, end)
	if late := end.asked - a.To - after; a.To > 0 && to == end && late > lateMost {
		silent = append(silent, fmt.Sprintf("how long its logs were after the undo of %s is not known: what is shown goes to the run's end", a.Fault))
	}
	var of []string
	if s := b.Cloud.ServiceByName(a.Target.Service); s != nil {
		of = units([]*inventory.Service{s})
		for _, f := range ofService(s, end.files) {
			p, lost := grown(f, from.files, to, end)
			silent = append(silent, lost...)
			if p.length > mostAround {
				silent = append(silent, fmt.Sprintf("%s around %s: %d bytes beyond the first %d MiB", f.path, a.Fault, p.length-mostAround, mostAround>>20))
				p.length = mostAround
			}
			if p.around = a; p.length > 0 {
				all = append(all, p)
			}
		}
	}
	switch source := strings.TrimSpace("journal " + strings.Join(of, " ")); {
	case len(of) == 0 && a.Target.Service != "":
	case from.journal.cursor != "":
		all = append(all, piece{source: source, cursor: from.journal.cursor, until: to.now, units: of, around: a})
	default:
		silent = append(silent, noCursor(" around "+a.Fault, from.files.unread || from.journal.unread, end)...)
	}
	return all, silent
}

// ofService are the files of one service: those with its name, or where there are none all of
// its project's.
func ofService(s *inventory.Service, files []file) []file {
	var named, beside []file
	for _, f := range files {
		switch {
		case !fits(collectors.LogFiles([]*inventory.Service{s}), f.path):
			if strings.Contains(path.Base(f.path), s.Name) { // of those that were named beside
				named = append(named, f)
			}
		case strings.HasPrefix(path.Base(f.path), s.Name):
			named = append(named, f)
		default:
			beside = append(beside, f)
		}
	}
	if len(named) > 0 {
		return named
	}
	return beside
}

// fits tells whether a file is one of those that the patterns name.
func fits(globs []string, name string) bool {
	for _, glob := range globs {
		if ok, err := path.Match(glob, name); err == nil && ok {
			return true
		}
	}
	return false
}

// bare names the services that have neither a file nor a journal there.
func (b *Book) bare(services []*inventory.Service, end *mark) []string {
	var names []string
	for _, s := range services {
		if (end.cursor != "" || end.unread) && s.Runtime.Kind == inventory.Unit || len(ofService(s, end.files)) > 0 {
			continue
		}
		names = append(names, s.Name)
	}
	if len(names) == 0 {
		return nil
	}
	return []string{"no log file and no journal of " + strings.Join(names, ", ")}
}
