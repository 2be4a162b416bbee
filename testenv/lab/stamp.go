package lab

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// stamp says what a lab is: from when its making begins, so that it is made
// anew as what it was to be, and as set up from when it can be looked at and waited for,
// however well it gets.
type stamp struct {
	Profile string    `json:"profile"`
	Image   string    `json:"image"`
	From    string    `json:"definitions,omitempty"` // folder of the user's own profiles and roles
	Roles   string    `json:"roles"`                 // fingerprint of all that it was made of; see outdated
	Made    time.Time `json:"made"`
	Making  bool      `json:"making,omitempty"` // it is not set up yet, or was cut off before
	Unkept  bool      `json:"unkept,omitempty"` // it is set up, and there is no snapshot of it yet
}

// ErrNotUp says that there is no complete lab of that name.
var ErrNotUp = errors.New("no such lab is up; make it with `eris lab up`")

// errMaking is ErrNotUp of a lab of which there is half.
var errMaking error = half{}

type half struct{}

func (half) Error() string {
	return "it is being made by another eris, or its making was cut off; `eris lab up` waits for the one and makes the other anew"
}

func (half) Is(target error) bool { return target == ErrNotUp }

// stampOf is the stamp of a lab that is made now.
func stampOf(o Options, profile *Profile, image string) stamp {
	return stamp{Profile: profile.Name, Image: image, From: o.Definitions, Roles: profile.fingerprint(o), Made: time.Now().UTC()}
}

// ErrOutdated says that a lab is up that is not what would be made now. It is
// left as it is.
var ErrOutdated = errors.New("it stays as it is until `eris lab up --fresh` makes it anew or `eris lab down` takes it away")

// outdated tells why a lab is not what would be made of the profile and roles as
// they are now; empty when it is.
func (s stamp) outdated(o Options, profile *Profile) string {
	switch s.Roles {
	case profile.fingerprint(o):
		return ""
	case "":
		return "it was made by an older eris and does not say of which roles"
	}
	return "its profile or roles have changed since it was made"
}

// load reads what the lab is of, by the definitions of the options or else its own.
func (s stamp) load(o Options) (*Profile, error) {
	if o.Definitions == "" {
		o.Definitions = s.From
	}
	profile, err := o.load(s.Profile)
	if err != nil && s.From != "" {
		err = fmt.Errorf("lab %s was made with the definitions in %s, and what there is now cannot be used (--definitions names another folder, and `eris lab down` needs none): %w", o.Name, s.From, err)
	}
	return profile, err
}

// readStamp gives ErrNotUp for a lab that is not complete, with what it was to
// be where that is known, and ErrTaken where the lab that is up is another.
func readStamp(p paths) (stamp, error) {
	if err := p.taken(); err != nil {
		return stamp{}, err
	}
	s, err := readStampFile(p.stamp)
	if err == nil && s.Making {
		err = fmt.Errorf("lab %s: %w", filepath.Base(p.dir), errMaking)
	}
	return s, err
}

func readStampFile(file string) (stamp, error) {
	var s stamp
	text, err := os.ReadFile(file)
	if os.IsNotExist(err) {
		return s, ErrNotUp
	}
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	if errors.Is(err, fs.ErrPermission) {
		if notRoot := needRoot(); notRoot != nil {
			return s, notRoot
		}
	}
	if err != nil {
		return s, fmt.Errorf("read the lab's stamp: %w", err)
	}
	return s, nil
}

// newStamp is the stamp while it is written.
func newStamp(p paths) string { return p.stamp + ".new" }

// writeStamp replaces the stamp. It is on disk before it has its name: after a
// power loss of this machine a folder without a stamp would be nobody's.
func writeStamp(p paths, s stamp) error {
	text, err := json.Marshal(s)
	var f *os.File
	if err == nil {
		f, err = os.OpenFile(newStamp(p), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	}
	if err == nil {
		_, err = f.Write(text)
		err = errors.Join(err, f.Sync(), f.Close())
	}
	if err == nil {
		err = os.Rename(newStamp(p), p.stamp)
	}
	if err != nil {
		return fmt.Errorf("write the lab's stamp: %w", err)
	}
	return nil
}
