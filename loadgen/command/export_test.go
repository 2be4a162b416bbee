package command

import "time"

// Read is what is read of results of a form: a line for each test, with how long it
// took and what was wrong.
func Read(form string, text []byte, began time.Time) (lines []string, first time.Time, err error) {
	steps, err := formats()[form](text, began)
	for i, s := range steps {
		if i == 0 {
			first = s.began
		}
		line := s.name + " " + s.ended.Sub(s.began).String()
		if s.wrong != "" {
			line += " " + s.wrong
		}
		lines = append(lines, line)
	}
	return lines, first, err
}

// Packet is how long the first packet of a text is.
func Packet(text []byte) (test string, size int, err error) {
	p, size, err := readPacket(text)
	return p.test, size, err
}
