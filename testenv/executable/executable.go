// Package executable writes programs that tests start.
package executable

import (
	"os"
	"syscall"
	"testing"
)

// Write makes an executable file of a text, such as a shell script. While it is open
// for writing no program is started from here: one that inherited it would keep the
// kernel from starting this one ("text file busy", https://go.dev/issue/22315).
func Write(t testing.TB, path, text string) {
	t.Helper()
	syscall.ForkLock.RLock()
	err := os.WriteFile(path, []byte(text), 0o755)
	syscall.ForkLock.RUnlock()
	if err != nil {
		t.Fatalf("write program: %v", err)
	}
}
