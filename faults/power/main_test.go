//go:build !lab

package power_test

import (
	"flag"
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	beforeTests()
	if err := flag.Set("test.parallel", "12"); err != nil { // nearly all of a test is waiting
		panic(err)
	}
	os.Exit(m.Run())
}
