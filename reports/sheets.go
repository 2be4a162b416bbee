package reports

// Sheet is a part of a timeline as it stands on one sheet of paper, with the axis below it.
type Sheet struct {
	From, Part string // of the drawing, and how high it is
	Height     string // with the axis
	Axis       string // how far that is from its place in the drawing
}

// How much of a timeline goes on a sheet of A4 in landscape, in units of the drawing that is as wide
// as the sheet. One that is a little higher is made smaller, since one picture tells more than two.
const (
	sheetFirst = 690.0 // with the heading
	sheetMost  = 765.0
	sheetWhole = 900.0 // of the whole, made smaller
	axisHeight = 14.0
	gapBelow   = 8.0 // of what is below a block nothing is drawn, so that nothing of the next one is seen
)

// sheets breaks a drawing between blocks, which are given by where they end; none where it fits on
// one sheet.
func sheets(ends []float64) []Sheet {
	last := ends[len(ends)-1]
	if last+axisHeight <= sheetWhole {
		return nil
	}
	var all []Sheet
	from, room := 0.0, sheetFirst
	cut := func(to float64) {
		all = append(all, Sheet{From: px(from), Part: px(to - from - gapBelow), Height: px(to - from + axisHeight), Axis: px(to - from - last)})
		from, room = to, sheetMost
	}
	for i, end := range ends {
		if i > 0 && ends[i-1] > from && end-from+axisHeight > room {
			cut(ends[i-1])
		}
	}
	cut(last)
	return all
}
