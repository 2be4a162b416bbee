package lab

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"
)

// stamp says what a lab is: from when its making begins, so that it is made
// anew as what it was to be, and as complete when it has ended.
type stamp struct {
	Profile string    `json:"profile"`
	Image   string    `json:"image"`
	Made    time.Time `json:"made"`
	Making  bool      `json:"making,omitempty"` // it was cut off, or is still being made
}

// ErrNotUp says that there is no complete lab of that name.
var ErrNotUp = errors.New("no such lab is up; make it with `eris lab up`")

// readStamp gives ErrNotUp for a lab that is not complete, with what it was to
// be where that is known.
func readStamp(p paths) (stamp, error) {
	s, err := readStampFile(p.stamp)
	if err == nil && s.Making {
		err = ErrNotUp
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
	if err != nil {
		return s, fmt.Errorf("read the lab's stamp: %w", err)
	}
	return s, nil
}

func writeStamp(p paths, s stamp) error {
	text, err := json.Marshal(s)
	if err == nil {
		err = os.WriteFile(p.stamp+".new", text, 0o600)
	}
	if err == nil {
		err = os.Rename(p.stamp+".new", p.stamp)
	}
	if err != nil {
		return fmt.Errorf("write the lab's stamp: %w", err)
	}
	return nil
}
