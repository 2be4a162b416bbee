package command

import (
	"errors"
	"fmt"
	"time"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// namesMost bounds how many operations a program may have: a report has a row for
// each.
const namesMost = 2000

// step is a test, or an action, of which a program tells.
type step struct {
	name         string
	began, ended time.Time
	wrong        string // empty: it passed
}

func (s step) outcome() loadgen.Outcome {
	if s.wrong == "" {
		return loadgen.Outcome{}
	}
	return loadgen.Outcome{Class: record.WrongResult, Err: errors.New(s.wrong)}
}

// exitOnly is the form of results in which there are none.
const exitOnly = "exit"

// formats read what a program tells, by the word of the argument results. began is
// when the program was started.
func formats() map[string]func(text []byte, began time.Time) ([]step, error) {
	return map[string]func([]byte, time.Time) ([]step, error){
		exitOnly:  nil,
		"junit":   readJUnit,
		"rally":   readRally,
		"subunit": readSubunit,
	}
}

// seconds is a time that is told in seconds.
func seconds(s float64) (time.Duration, error) {
	if !(s >= 0 && s < 9e9) { // nor NaN, nor beyond what time.Duration holds
		return 0, fmt.Errorf("%g is no time in seconds", s)
	}
	return time.Duration(s * float64(time.Second)), nil
}

// blur is how far a time may be off that was told as a fraction of seconds.
const blur = 10 * time.Millisecond

// believable refuses what is told of a time in which the program did not run, such as
// by a file that was there before, and of more tests than a report has room for.
func believable(steps []step, began, ended time.Time) error {
	names := map[string]bool{}
	for _, s := range steps {
		if s.began.Before(began.Add(-blur)) || s.ended.After(ended.Add(blur)) {
			return fmt.Errorf("its results tell of %s from %s to %s, and it ran from %s to %s", s.name,
				s.began.Format(time.RFC3339Nano), s.ended.Format(time.RFC3339Nano), began.Format(time.RFC3339Nano), ended.Format(time.RFC3339Nano))
		}
		if names[s.name] = true; len(names) > namesMost {
			return fmt.Errorf("its results tell of more than %d tests", namesMost)
		}
	}
	return nil
}
