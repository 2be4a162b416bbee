package operator

import (
	"errors"
	"fmt"
	"path"
	"strings"
)

const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._@+-"

// interpreter reads the first line of a script as the kernel does: `#!`, a
// program, at most one word for it. With env it is the program that env looks
// for, and with env -S all words of that.
func interpreter(text string) ([]string, error) {
	line, _, _ := strings.Cut(text, "\n")
	rest, ok := strings.CutPrefix(line, "#!")
	words := strings.Fields(rest)
	if !ok || len(words) == 0 {
		return nil, errors.New("its first line names no interpreter, such as #!/bin/sh")
	}
	if strings.HasSuffix(line, "\r") {
		return nil, errors.New("its lines end as on Windows, and the node would look for an interpreter of that name")
	}
	if strings.Trim(strings.Join(words, ""), plain) != "" || !path.IsAbs(words[0]) {
		return nil, fmt.Errorf("the interpreter %q is no absolute path with plain words behind it", strings.TrimSpace(rest))
	}
	most := 2
	if path.Base(words[0]) == "env" {
		words = words[1:]
		if len(words) > 0 && words[0] == "-S" {
			words, most = words[1:], len(words)
		} else {
			most = 1
		}
		if len(words) == 0 || strings.HasPrefix(words[0], "-") {
			return nil, fmt.Errorf("%q names no program", strings.TrimSpace(line))
		}
	}
	if len(words) > most {
		return nil, fmt.Errorf("the kernel hands all behind the program of %q on as one word: #!/usr/bin/env -S takes several", strings.TrimSpace(line))
	}
	return words, nil
}

// shell tells that a script is one for sh without any option.
func (o own) shell() bool { return len(o.interpreter) == 1 && path.Base(o.interpreter[0]) == "sh" }
