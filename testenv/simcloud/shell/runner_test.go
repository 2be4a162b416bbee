package shell

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"
	"mvdan.cc/sh/v3/interp"

	"github.com/openstack-eris/eris/testenv/simcloud/memfs"
)

// TestNoHandlerOfTheInterpreterIsItsDefault looks into the interpreter: its
// default handlers are those that reach the host.
func TestNoHandlerOfTheInterpreterIsItsDefault(t *testing.T) {
	s := &Shell{FS: memfs.New()}
	ours, err := s.runner(s.complete(&Proc{Args: []string{"sh"}}), nil)
	require.NoError(t, err)
	defaults, err := interp.New()
	require.NoError(t, err)
	defaults.Reset()
	handlers := 0
	value, other := reflect.ValueOf(ours).Elem(), reflect.ValueOf(defaults).Elem()
	for i := range value.NumField() {
		name, field := value.Type().Field(i).Name, value.Field(i)
		if field.Kind() != reflect.Func {
			continue
		}
		handlers++
		require.False(t, field.IsNil(), name)
		require.NotEqual(t, other.Field(i).Pointer(), field.Pointer(), name)
	}
	require.Equal(t, 6, handlers, "the interpreter has a handler that this package does not know")
	require.Equal(t, "/\x00", value.FieldByName("tempDir").String(), "a FIFO could be made on the host")
	require.Equal(t, "/", ours.Dir)
}
