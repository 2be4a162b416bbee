package faulttest

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHalfOfAStepIsHalfOfWhatItDoes(t *testing.T) {
	const early = "trap 'wait' EXIT\n"
	for name, c := range map[string][2]string{
		"an even number":                {"one\ntwo\nthree\nfour\n", early + "one\ntwo\nwait\nthree\nfour\n"},
		"functions and options are not": {"f() {\n\tx\n}\nset -eu\na=1\none\ntwo\n", early + "f() {\n\tx\n}\nset -eu\na=1\none\nwait\ntwo\n"},
		"an odd number":                 {"one\nif two; then\n\tx\nfi\nthree\n", early + "one\nif two; then\n\tx\nfi\nwait\nthree\n"},
		"a document is not cut in two":  {"cat <<END\none\nEND\ntwo\n", early + "cat <<END\none\nEND\nwait\ntwo\n"},
		"one alone is done":             {"one", early + "one\nwait\n"},
		"nothing has nothing before it": {"", early + "\nwait\n"},
		"two on a line are two":         {"one; two\n", early + "one; wait\ntwo\n"},
	} {
		got, err := half(c[0], "wait\n")
		require.NoError(t, err, name)
		require.Equal(t, c[1], got, name)
	}
	_, err := half("if", "wait\n")
	require.Error(t, err)
}
