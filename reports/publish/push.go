package publish

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
)

// Pushed is what became of the objects of a store.
type Pushed struct {
	Sent    []string // stored, in the order in which it was done
	Same    []string // were there as they are to be
	Deleted []string // were of an earlier site
	Kept    []string // are of an earlier site, and were to be kept
	Earlier bool     // an index of an earlier site was there
	Failed  string   // the page with which it ended, that may be stored or not
}

// NewIndex tells whether the index in the store is that of the site.
func (d Pushed) NewIndex() bool {
	return slices.Contains(d.Sent, indexFile) || slices.Contains(d.Same, indexFile)
}

// Push sends a site from its folder to a store. A reader who comes in between finds an
// index of which every report is there: reports are sent first, the index last, and what
// an earlier site had and this one does not is deleted after that. What no Push has put
// into the store is never replaced and never deleted; where it has the name of a page the
// error is a *TakenError, and nothing was sent. After any other error done says what was
// sent till then, and the site can be pushed again. With keep nothing is deleted: what of
// an earlier site may be of a record that cannot be read stays. tell hears of each object
// that is sent or deleted, before it is; it may be nil.
func Push(ctx context.Context, to Store, site fs.FS, keep bool, tell func(what, name string)) (done Pushed, err error) {
	if tell == nil {
		tell = func(string, string) {}
	}
	p := &push{to: to, site: site, keep: keep, tell: tell, claimed: claimOf(rand.Text()), want: map[string]string{}, there: map[string]string{}}
	for _, step := range []func(context.Context) error{p.gather, p.look, p.claim, p.reports, p.index, p.tidy} {
		if err := step(ctx); err != nil {
			return p.done, fmt.Errorf("push site: %w", err)
		}
	}
	return p.done, nil
}

// push is one going on.
type push struct {
	to      Store
	site    fs.FS
	keep    bool
	tell    func(what, name string)
	claimed []byte            // the claim of this one
	want    map[string]string // MD5s of the site's pages
	there   map[string]string // MD5s of what is in the store by those names and the claim's, of those that are there
	done    Pushed
}

// pages are the site's, in order.
func (p *push) pages() []string { return slices.Sorted(maps.Keys(p.want)) }

// gather reads the site.
func (p *push) gather(context.Context) error {
	err := fs.WalkDir(p.site, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			return nil
		case !entry.Type().IsRegular() || !isPage(name):
			return fmt.Errorf("%s is no page of a site", name)
		}
		data, err := fs.ReadFile(p.site, name)
		p.want[name] = sumOf(data)
		return err
	})
	if err == nil && p.want[indexFile] == "" {
		err = errors.New("there is no " + indexFile)
	}
	return wrap("read", "site", err)
}

// look sees what is in the store, and changes nothing.
func (p *push) look(ctx context.Context) error {
	var taken []string
	for _, name := range append(p.pages(), claimFile) {
		sum, own, err := p.to.Look(ctx, name)
		switch {
		case err != nil:
			return wrap("look at", name, err)
		case sum != "" && !own:
			taken = append(taken, name)
		case sum != "":
			p.there[name] = sum
		}
	}
	if len(taken) > 0 {
		return &TakenError{taken}
	}
	p.done.Earlier = p.there[indexFile] != ""
	return nil
}

// claim says in the store that this publish has begun there.
func (p *push) claim(ctx context.Context) error {
	taken, err := p.to.Write(ctx, claimFile, claimType, p.claimed, p.there[claimFile] == "")
	if taken {
		err = ErrOther
	}
	return wrap("write", claimFile, err)
}

// held tells whether no other publish has begun there since.
func (p *push) held(ctx context.Context) error {
	sum, _, err := p.to.Look(ctx, claimFile)
	if err == nil && sum != sumOf(p.claimed) {
		err = ErrOther
	}
	return wrap("look at", claimFile, err)
}

// reports sends all pages but the index.
func (p *push) reports(ctx context.Context) error {
	for _, name := range p.pages() {
		if name == indexFile {
			continue
		}
		if err := p.send(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

func (p *push) index(ctx context.Context) error {
	if err := p.held(ctx); err != nil {
		return err
	}
	return p.send(ctx, indexFile)
}

// send stores a page, unless it is there as it is to be.
func (p *push) send(ctx context.Context, name string) error {
	if p.there[name] != "" { // an earlier publish may have deleted it since, or somebody else replaced it
		sum, own, err := p.to.Look(ctx, name)
		switch {
		case err != nil:
			return wrap("look at", name, err)
		case sum != "" && !own:
			return wrap("send", name, errors.New("somebody else has put something there just now"))
		case sum == p.want[name]:
			p.done.Same = append(p.done.Same, name)
			return nil
		}
		p.there[name] = sum
	}
	data, err := fs.ReadFile(p.site, name)
	if err == nil && sumOf(data) != p.want[name] {
		err = fmt.Errorf("%s has changed since it was looked at", name)
	}
	if err != nil {
		return wrap("read", "site", err)
	}
	p.tell("send", name)
	taken, err := p.to.Write(ctx, name, pageType, data, p.there[name] == "")
	switch {
	case taken:
		return wrap("send", name, errors.New("somebody else has put something there just now"))
	case err != nil:
		p.done.Failed = name
		return wrap("send", name, err)
	}
	p.done.Sent = append(p.done.Sent, name)
	return nil
}

// tidy deletes what is of earlier sites alone, or names it where it is to be kept.
func (p *push) tidy(ctx context.Context) error {
	names, err := p.to.List(ctx, runsDir)
	if err != nil {
		return wrap("list", runsDir, err)
	}
	for _, name := range names {
		if p.want[name] != "" || !isPage(name) {
			continue
		}
		sum, own, err := p.to.Look(ctx, name)
		switch {
		case err != nil:
			return wrap("look at", name, err)
		case sum == "" || !own:
			continue
		}
		if p.keep {
			p.done.Kept = append(p.done.Kept, name)
			continue
		}
		if err := p.held(ctx); err != nil { // it may be of another's site by now
			return err
		}
		p.tell("delete", name)
		if err := p.to.Delete(ctx, name); err != nil {
			return wrap("delete", name, err)
		}
		p.done.Deleted = append(p.done.Deleted, name)
	}
	return p.held(ctx)
}

func wrap(what, name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s %s: %w", what, name, err)
}
