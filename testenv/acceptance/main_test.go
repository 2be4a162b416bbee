//go:build !lab

package acceptance

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		unbuild()
		os.Exit(code)
	}))
}
