package lab

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"
)

// stamp is written last: a lab that has none was cut off while it was made.
type stamp struct {
	Profile string    `json:"profile"`
	Image   string    `json:"image"`
	Made    time.Time `json:"made"`
}

// ErrNotUp says that there is no complete lab of that name.
var ErrNotUp = errors.New("no such lab is up; make it with `eris lab up`")

func readStamp(p paths) (stamp, error) { return readStampFile(p.stamp) }

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
