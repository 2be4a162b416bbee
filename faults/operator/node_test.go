package operator_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/openstack-eris/eris/collectors/record"
	"github.com/openstack-eris/eris/faults"
	"github.com/openstack-eris/eris/faults/faulttest"
)

// What a script is given, and where it runs, before arming and after.
func TestWhatAScriptIsGiven(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "memcached")
	const tell = `#!/bin/sh
for word in "$ERIS_STEP" "$ERIS_ID" "$ERIS_NODE" "$ERIS_ADDRESS" "$ERIS_SERVICE" "$ERIS_UNIT" "$ERIS_TOUCHED" "$ERIS_CONTROLLER" "$#" "$2" "$PWD" "$(cat | wc -c)"; do
	echo "$word" >>/root/$ERIS_STEP
done
echo "$ERIS_STEP" >>"/root/all"
`
	run := load(t, map[string]string{
		"preflight": tell, "prepare": tell + "echo kept >note\n", "inject": tell, "observe": tell + "cat note\n", "undo": tell, "verify": tell,
	}, "a b", "it's \"$HOME\"")
	once := bed.LongRun("run-given", "ann@desk") // what the steps of another attempt were given would be in the way
	i := once.Struck(t, run)
	require.Equal(t, "kept", i.Targets()[0].Effect)
	id := i.Targets()[0].Target.ID
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	for step, want := range map[string]string{
		"preflight": "no", "prepare": "no", "inject": "yes", "observe": "yes", "undo": "yes",
	} {
		said := strings.Split(bed.Shell(t, "head -n 12 /root/%s", step), "\n")
		folder := said[10]
		require.Equal(t, []string{step, id, struck, bed.Node.Listen, "memcached", bed.Service.Runtime.Name, want}, said[:7])
		require.Equal(t, []string{"2", `it's "$HOME"`, folder, "0"}, said[8:])
		if step == "preflight" {
			require.Regexp(t, "^/run/eris/"+id+`\..+`, folder, "before arming it has a folder for itself")
		} else {
			require.Equal(t, "/run/eris/"+id, folder)
			require.NotEmpty(t, said[7], "from where it was armed")
		}
	}
	require.Empty(t, bed.Shell(t, "ls /run/eris | grep %s", id), "nothing is left of any step")
	bed.Clean(t)
}

// The reasons of the operator's scripts are told, and of a probe one line.
func TestReasonsAreTold(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "")
	require.Contains(t, bed.Refusal(t, load(t, map[string]string{"preflight": "#!/bin/sh\necho no disk\necho no time\nexit 1\n"})), "no disk\n  ctl-3: no time")
	require.Contains(t, bed.Refusal(t, load(t, map[string]string{"preflight": "#!/bin/sh\nexit 1\n"})), "preflight failed without a reason")
	require.Contains(t, bed.Refusal(t, load(t, map[string]string{"verify": "#!/bin/sh\necho it burns\nexit 1\n"})), "not healthy before the start: it burns")
	require.Contains(t, bed.Refusal(t, load(t, map[string]string{"verify": "#!/bin/sh\nexit 3\n"})), "the script verify failed and gave no reason")
	require.Contains(t, bed.Refusal(t, load(t, map[string]string{"fingerprint": "#!/bin/sh\nexit 3\n"})), "the fingerprint could not be taken")
	tooled := load(t, nil)
	tooled.Tools = []string{"no-such-tool"}
	require.Contains(t, bed.Refusal(t, tooled), "no-such-tool is not installed")

	i := bed.LongRun("run-inject", "ann@desk").Armed(t, load(t, map[string]string{"inject": "#!/bin/sh\necho the cable is stuck\nexit 1\n"}))
	require.ErrorContains(t, i.Fire(t.Context(), faulttest.Admit), "inject failed half way: the cable is stuck")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))

	lines := load(t, map[string]string{"observe": "#!/bin/sh\nprintf '\\033[31m3 of 4\\nstate undone\\n'\n"})
	i = bed.LongRun("run-lines", "ann@desk").Struck(t, lines)
	require.Equal(t, "[31m3 of 4", i.Targets()[0].Effect, "one line, and nothing that steers a terminal")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	bed.Clean(t)
}

// An observation that says nothing is none.
func TestAnEffectIsSaid(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "")
	i := bed.LongRun("run-mute", "ann@desk").Armed(t, load(t, map[string]string{"observe": "#!/bin/sh\nexit 0\n"}))
	soon, done := context.WithTimeout(t.Context(), 10*time.Second)
	defer done()
	require.Error(t, i.Fire(soon, faulttest.Admit))
	require.Equal(t, record.Unknown, i.State())
	require.Contains(t, bed.Shell(t, "cat /run/eris/*/log"), " injected engine", "it was made, and nothing was seen of it")
	require.NoError(t, i.Undo(t.Context(), "engine", ""))
	bed.Clean(t)
}

// What nothing takes back is not told as undone, by whomever it ends.
func TestWhatIsIrreversibleIsNeverToldAsUndone(t *testing.T) {
	t.Parallel()
	bed, _ := simBed(t, "")
	staysIrreversible(t, bed)
}

// staysIrreversible ends faults that nothing takes back in every way.
func staysIrreversible(t *testing.T, bed faulttest.Bed) {
	t.Helper()
	for _, change := range []map[string]string{{"undo": "", "verify": ""}, {"undo": ""}, {"verify": ""}} {
		fault := load(t, change)
		run := bed.LongRun("run-engine", "ann@desk")
		i := run.Struck(t, fault)
		require.NoError(t, i.Undo(t.Context(), "engine", ""))
		require.Equal(t, record.Unknown, i.State())
		require.Contains(t, i.Targets()[0].Reason, "irreversible: it has no script")
		bed.Clean(t)

		run = bed.LongRun("run-healed", "ann@desk")
		i = run.Struck(t, fault)
		healed := faults.Heal(t.Context(), bed.Runner, []string{struck}, 20*time.Second)[0]
		require.Empty(t, healed.Undone)
		require.Len(t, healed.ForGood, 1)
		require.Contains(t, healed.ForGood[0], i.Targets()[0].Target.ID+" it has no script")
		require.True(t, healed.OK(), "nothing of Eris is left")
		told := faults.Afterwards(t.Context(), run.Journal.Events(), bed.Runner, nil)
		require.Len(t, told, 1)
		require.Equal(t, record.Unknown, told[0].State)
		require.Contains(t, told[0].String(), "irreversible, and what became of it is not known: it has no script")
		require.NoError(t, i.Undo(t.Context(), "engine", ""))
		require.Equal(t, record.Unknown, i.State())
		bed.Clean(t)
	}
	run := bed.LongRun("run-unfired", "ann@desk")
	i := run.Armed(t, load(t, map[string]string{"undo": ""}))
	require.NoError(t, i.Undo(t.Context(), "engine", "not wanted"))
	require.Equal(t, record.Skipped, i.State(), "what was never made needs no taking back")
}
