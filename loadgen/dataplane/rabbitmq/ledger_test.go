package rabbitmq

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What came and was confirmed takes no memory, and is known all the same when it comes
// again; a gap goes over what was never confirmed, and ends where something came.
func TestTheLedgerKeepsWhatIsNotSound(t *testing.T) {
	l := newLedger()
	const many = 10 * pageSize
	for range many {
		l.next()
	}
	missing := map[uint64]bool{7: true, 9: true, 5 * pageSize: true, 5*pageSize + 1: true, 6*pageSize - 1: true, 6 * pageSize: true}
	for n := uint64(1); n <= many; n++ {
		switch {
		case n > 5*pageSize && n < 6*pageSize && !missing[n], n == 8:
			l.tell(n, forgotten)
		case missing[n]:
			l.tell(n, confirmed)
		default:
			require.True(t, l.take(n))
			l.tell(n, confirmed)
		}
	}
	gaps, work := l.missing()
	require.Equal(t, []gap{{5 * pageSize, 6 * pageSize, 4}, {7, 9, 2}}, gaps)
	require.Equal(t, many-pageSize+2, work)
	require.Equal(t, "4 of the messages 20480 to 24576", gaps[0].String())
	require.Len(t, l.pages, 4, "the first, the sixth, the seventh, and the one that has only begun")

	require.True(t, l.take(2*pageSize), "it was let go")
	require.False(t, l.take(0))
	require.False(t, l.take(many+1))
	require.True(t, l.take(8), "never confirmed")
	doubled, overtaken, unconfirmed := l.news()
	require.Equal(t, []int{1, 1, 1}, []int{doubled, overtaken, unconfirmed})
}
