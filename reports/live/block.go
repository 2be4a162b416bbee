package live

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
)

// redraw is how often the block is drawn: often enough to feel live, rarely
// enough to cost nothing.
const redraw = 300 * time.Millisecond

// The size that is used until the terminal has told its own.
const (
	widthUnknown  = 100
	heightUnknown = 40
)

// quiet is an environment in which the library asks the terminal nothing: who
// takes no input would leave the terminal's answers to the operator's shell.
func quiet() []string { return []string{"TERM=xterm-256color", "SSH_TTY=none"} }

// Block redraws the run in place on a terminal until ctx ends; the last frame
// stays. It takes no input and handles no signal. Colour: see Colour.
func Block(ctx context.Context, out io.Writer, colour bool, snapshot func() Snapshot) error {
	m := &model{snapshot: snapshot, colour: colour, width: widthUnknown, histories: newHistories()}
	program := tea.NewProgram(m, tea.WithOutput(out), tea.WithInput(nil), tea.WithoutSignalHandler(), tea.WithFPS(10),
		tea.WithWindowSize(widthUnknown, heightUnknown), tea.WithEnvironment(quiet()))
	stop := context.AfterFunc(ctx, func() { program.Send(finish{}) })
	defer stop()
	if _, err := program.Run(); err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("draw the run: %w", err)
	}
	return nil
}

// finish asks for the last frame.
type finish struct{}

// beat asks for the next.
type beat struct{}

type model struct {
	snapshot  func() Snapshot
	colour    bool
	width     int // in columns
	height    int // in rows; 0: not known
	now       Snapshot
	histories *histories
}

// Init draws the first frame.
func (m *model) Init() tea.Cmd {
	m.look()
	return next()
}

func next() tea.Cmd { return tea.Tick(redraw, func(time.Time) tea.Msg { return beat{} }) }

func (m *model) look() {
	m.now = m.snapshot()
	m.histories.note(m.now)
}

// Update takes the beats and the terminal's size.
func (m *model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
	case beat:
		m.look()
		return m, next()
	case finish:
		m.look()
		m.now.Notice = "" // there is nothing left to interrupt
		return m, tea.Quit
	}
	return m, nil
}

// View is the block.
func (m *model) View() tea.View {
	return tea.NewView(draw(m.now, m.histories, m.width, m.height, m.colour))
}

// draw is the block as text. It ends with an empty line, since the library
// erases the one that the cursor is left on.
func draw(s Snapshot, h *histories, width, height int, colour bool) string {
	var rows []string
	for _, l := range fit(s, h, width, height) {
		rows = append(rows, l.render(width, colour))
	}
	return strings.Join(rows, "\n") + "\n"
}
