//go:build lab

package acceptance

import (
	"os"
	"testing"

	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

func TestMain(m *testing.M) {
	code := labtest.Main(m)
	unbuild()
	os.Exit(code)
}
