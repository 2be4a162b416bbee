package scenarios

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/openstack-eris/eris/document"
)

// Count is how many of the members that fit a fault strikes. The zero Count
// is one.
type Count struct {
	text  string
	fixed int     // above 0 for a number
	share float64 // above 0 for a percentage
}

// UnmarshalText reads a number, a percentage, or max, minority, majority, all.
func (c *Count) UnmarshalText(text []byte) error {
	word := string(text)
	read := Count{text: word}
	switch word {
	case "max", "minority", "majority", "all":
		*c = read
		return nil
	}
	if strings.HasSuffix(word, "%") {
		var p document.Percent
		if p.UnmarshalText(text) != nil || p <= 0 || p > 1 {
			return fmt.Errorf("wants a share above 0%% and up to 100%%, not %q", word)
		}
		read.share = float64(p)
		*c = read
		return nil
	}
	n, err := strconv.Atoi(word)
	switch {
	case err != nil:
		if near := document.Nearest(word, []string{"max", "minority", "majority", "all"}); near != "" {
			return fmt.Errorf("wants a number, max, 50%%, minority, majority or all, not %q; did you mean %s?", word, near)
		}
		return fmt.Errorf("wants a number, max, 50%%, minority, majority or all, not %q", word)
	case n <= 0:
		return errors.New("wants at least 1")
	}
	read.fixed = n
	*c = read
	return nil
}

// DocumentType is the word for a count in descriptions.
func (*Count) DocumentType() string { return "number, max, share, minority, majority or all" }

// String is the count as it was written.
func (c Count) String() string {
	if c.text == "" {
		return "1"
	}
	return c.text
}

// Max tells that the budget decides.
func (c Count) Max() bool { return c.text == "max" }

// Of is the number for that many candidates, other than for max. A share is
// rounded down, but never to nothing; a minority of one or two is none.
func (c Count) Of(candidates int) int {
	switch {
	case c.text == "all" || c.text == "max":
		return candidates
	case c.text == "minority":
		return max(0, (candidates-1)/2)
	case c.text == "majority":
		return candidates/2 + 1
	case c.share > 0:
		return max(1, int(math.Floor(c.share*float64(candidates)+1e-9)))
	case c.fixed > 0:
		return c.fixed
	}
	return 1
}
