//go:build lab

package collectors_test

import (
	"os"
	"testing"

	"github.com/openstack-eris/eris/testenv/lab/labtest"
)

func TestMain(m *testing.M) { os.Exit(labtest.Main(m)) }
