package published

const (
	// gapMost is how many in a row may be otherwise within a cluster.
	gapMost = 6
	// widthLeast is how far a cluster's last has to be from its first.
	widthLeast = 3
)

// cluster is a stretch of a series, by the indexes of its first and its last.
type cluster struct{ first, last int }

// clusters groups what is marked. Two peculiarities are kept since they were published
// with: a cluster cannot begin at index 0, and one that the series ends with has to have
// the least width, whatever width is asked of the others.
func clusters(marked []bool, width int) []cluster {
	var found []cluster
	c := cluster{}
	for i, is := range marked {
		switch {
		case is && c.first == 0:
			c = cluster{i, i}
		case is:
			c.last = i
		case c.last != 0 && i-c.last > gapMost:
			if c.last-c.first >= width {
				found = append(found, c)
			}
			c = cluster{}
		}
	}
	if c.last != 0 && c.last-c.first >= widthLeast {
		found = append(found, c)
	}
	return found
}
