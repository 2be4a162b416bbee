package reports

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"
)

// What others have written may be as long as they like, and stands where a name is expected.
// A page shows its beginning, and the whole where it pushes nothing away: folded, at the end.
const (
	longText  = 520      // characters from which a text is long: the record keeps 500 of what was said
	shownText = 300      // that are shown of it
	longWord  = 120      // likewise of a word, which a narrow column breaks into many lines
	shownWord = 60       // likewise
	wholeText = 16 << 10 // bytes of a text that are there as a whole
	wholeMost = 44 << 10 // of all of them
)

// LongText is one of which the page shows the beginning.
type LongText struct{ Name, Length, Text string }

// Long collects the long texts of a page. The zero value has none.
type Long struct {
	All  []LongText
	size int
}

// Fold puts in the place of each long text that a pointer leads to its beginning, and the name
// under which the whole is at the end of the page. What is no text to be read stays: places and
// names of parts of the page, what is searched in, and what is folded or drawn anyway.
func (l *Long) Fold(pointer any) { l.fold(reflect.ValueOf(pointer)) }

func (l *Long) fold(v reflect.Value) {
	switch v.Interface().(type) {
	case *Timeline:
		l.drawn(v.Interface().(*Timeline))
		return
	case *SpecText, []LogRow:
		return
	}
	switch v.Kind() { // the others hold no text
	case reflect.String:
		if v.CanSet() {
			v.SetString(l.Text(v.String()))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			l.fold(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && !slices.Contains([]string{"Link", "Anchor", "ID", "Page", "Words", "Line"}, f.Name) {
				l.fold(v.Field(i))
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			l.fold(v.Index(i))
		}
	}
}

// drawn folds what a picture says beside itself, and cuts what stands in it.
func (l *Long) drawn(t *Timeline) {
	if t == nil {
		return
	}
	l.Fold(&t.Notes)
	l.Fold(&t.Table)
	t.Title, t.Desc = clip(t.Title, shownText), clip(t.Desc, wholeText)
	for n := range t.Lanes {
		t.Lanes[n].Said = clip(t.Lanes[n].Said, shownText)
	}
	for n := range t.Panels {
		t.Panels[n].Whole = clip(t.Panels[n].Whole, shownText)
	}
}

// Text is a text as the page shows it.
func (l *Long) Text(text string) string {
	short := text
	if utf8.RuneCountInString(text) > longText {
		short = clip(text, shownText)
	}
	if len(short) > longWord {
		words := strings.Split(short, " ")
		for n, word := range words {
			if utf8.RuneCountInString(word) > longWord {
				words[n] = clip(word, shownWord)
			}
		}
		short = strings.Join(words, " ")
	}
	if short == text {
		return text
	}
	return short + " [" + l.name(text) + "]"
}

// name is that of a long text. Of so many that they would make the page long the last are left out.
func (l *Long) name(text string) string {
	whole := text
	if len(whole) > wholeText {
		whole = strings.ToValidUTF8(whole[:wholeText], "") + "…"
	}
	for _, known := range l.All {
		if known.Text == whole {
			return known.Name
		}
	}
	if l.size += len(whole); l.size > wholeMost {
		return "more in run.json"
	}
	one := LongText{fmt.Sprintf("text %d", len(l.All)+1), fmt.Sprintf("%d characters", utf8.RuneCountInString(text)), whole}
	l.All = append(l.All, one)
	return one.Name
}

// clip is the beginning of a text of more than so many characters.
func clip(text string, most int) string {
	n := 0
	for at := range text {
		if n == most {
			return text[:at] + "…"
		}
		n++
	}
	return text
}
