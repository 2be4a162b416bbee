package ssh

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/loadgen"
)

// A program that measures goes on for a while, and must not outlive its load. The shell
// on the instance ends it when the session ends, in whatever way: what the session says
// then is an end of file. Where nothing is said any more, since the network is cut,
// timeout (coreutils) ends it. One that does not heed SIGTERM is killed 2 s later. The
// shell itself says nothing from then on: who has gone reads nothing, and a shell that
// speaks to nobody dies of it (SIGPIPE) with its work half done.
const guard = `cd %s || exit
exec 3<&0
timeout -k 2 %d %s </dev/null 3<&- &
p=$!
exec >/dev/null 2>&1
{ cat <&3; kill $p; } &
w=$!
wait $p
c=$?
%s
kill $w
exit $c`

// program is something that measures on an instance.
type program struct {
	name  string   // the operation's
	argv  []string // what is run
	in    string   // the folder where it is run, which has to be there
	after []string // and afterwards in any case; none: nothing
	lasts time.Duration
}

// command is what the instance's shell is given.
func (p program) command(limit time.Duration) string {
	after := ":"
	if len(p.after) > 0 {
		after = quote(p.after)
	}
	script := fmt.Sprintf(guard, quote([]string{p.in}), int64(math.Ceil(limit.Seconds())), quote(p.argv), after)
	return "exec sh -c " + quote([]string{script}) // whatever shell the user has
}

// quote makes one line of words, of which the shell makes the same words.
func quote(words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	return strings.Join(quoted, " ")
}

// spare is how long a program may take beside what it was told to, where its load says
// nothing of it.
const spare = 30 * time.Second

// run has a program measure, and understand what it says: with when it was started, and
// how long it took. A code that is not 0 is told with the last of what it said.
func (w *way) run(ctx context.Context, rec loadgen.Recorder, p program, understand func(said []byte, began time.Time, took time.Duration) error) loadgen.Outcome {
	return w.visit(ctx, rec, func(client *ssh.Client) loadgen.Outcome {
		return step(ctx, rec, p.name, func() error {
			limit := p.lasts + spare
			if end, bounded := ctx.Deadline(); bounded {
				limit = max(time.Until(end), time.Second) // 0 would be none
			}
			session, err := client.NewSession()
			if err != nil {
				return err
			}
			if _, err := session.StdinPipe(); err != nil { // left open, which is how the guard knows
				return err
			}
			said, errs := loadgen.Capped{Most: mostSaid}, loadgen.Capped{Most: mostSaid}
			session.Stdout, session.Stderr = &said, &errs
			began := time.Now()
			err = session.Run(p.command(limit))
			took := time.Since(began)
			exit, is := errors.AsType[*ssh.ExitError](err)
			switch {
			case err != nil && !is:
				return err
			case said.Over():
				return wrong("%s said more than %d MiB", p.argv[0], mostSaid>>20)
			case is:
				ended := wrong("%s ended with code %d%s", p.argv[0], exit.ExitStatus(), lastWords(errs.Bytes()))
				if len(said.Bytes()) == 0 {
					return ended
				}
				if err := understand(said.Bytes(), began, took); err != nil { // it may say itself why
					return wrong("%w; %w", err, ended)
				}
				return ended
			}
			return understand(said.Bytes(), began, took)
		})
	})
}

// mostSaid bounds what a program may say, bytes.
const mostSaid = 16 << 20

// lastWords are the last line of what was said, if anything was.
func lastWords(text []byte) string {
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if last := strings.TrimSpace(lines[len(lines)-1]); last != "" {
		return ": " + last
	}
	return ""
}

// stretch tells an operation in which a program measured something, from an offset to
// another of when it was started, and when that ended. An error says that it did not run then.
func stretch(rec loadgen.Recorder, name string, began time.Time, took time.Duration, from, to float64, err error) (ended time.Time, wrongly error) {
	seconds := func(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
	if from < 0 && from > -blur.Seconds() {
		from = 0
	}
	if !(from >= 0 && to >= from) || seconds(to) > took+blur || to > 1e6 {
		return ended, wrong("it tells of what was from %gs to %gs, and ran for %s", from, to, took)
	}
	o := loadgen.Outcome{}
	if err != nil {
		o = loadgen.Outcome{Class: record.WrongResult, Err: err}
	}
	ended = began.Add(min(seconds(to), took))
	loadgen.Told(rec, name, began.Add(seconds(from)), ended, o)
	return ended, nil
}

// figure hands over what a program has measured.
func (w *way) figure(f loadgen.Figure) {
	if w.env.Figure != nil {
		w.env.Figure(f)
	}
}

// blur is by how much the clocks of two machines may differ over a stretch.
const blur = 10 * time.Millisecond
