package supervise

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestOnlyATargetThatOwesASignOfLifeHangs(t *testing.T) {
	t.Parallel()
	const patience = time.Minute
	cases := map[string]struct {
		do   func(p *pulse)
		hung bool
	}{
		"nothing to read":               {do: func(*pulse) {}},
		"something to read":             {do: (*pulse).offer, hung: true},
		"read":                          {do: func(p *pulse) { p.offer(); p.taken() }},
		"all read and not ended":        {do: func(p *pulse) { p.offer(); p.taken(); p.complete() }, hung: true},
		"something to read, and a word": {do: func(p *pulse) { p.offer(); time.Sleep(patience / 2); p.beat() }, hung: true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := newPulse()
				hung := p.watch(patience)
				began := time.Now()
				c.do(p)
				silent := time.Now()
				select {
				case <-hung:
					require.True(t, c.hung)
					require.Equal(t, patience, time.Since(silent), "counted from the last sign of life")
				case <-time.After(10 * patience):
					require.False(t, c.hung, "silent since %s", time.Since(began))
				}
				p.stop()
			})
		})
	}
}

// closing is a pipe's end that notes that it was closed.
type closing struct {
	bytes.Buffer
	failing error
	closed  bool
}

func (c *closing) Write(b []byte) (int, error) {
	if c.failing != nil {
		return 0, c.failing
	}
	return c.Buffer.Write(b)
}

func (c *closing) Close() error {
	c.closed = true
	return nil
}

func TestPumpCarriesEverythingAndClosesBehindIt(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("a line of the tap\n", 100_000)
	target, p := &closing{}, newPulse()
	end := pump(target, strings.NewReader(text), p)
	require.NoError(t, end.err)
	require.Equal(t, text, target.String())
	require.EqualValues(t, len(text), end.bytes)
	require.True(t, target.closed)
	require.True(t, p.completed())
}

func TestPumpTellsWhoIsGone(t *testing.T) {
	t.Parallel()
	target, p := &closing{failing: io.ErrClosedPipe}, newPulse()
	require.ErrorIs(t, pump(target, strings.NewReader("x"), p).err, errTargetGone)
	require.True(t, target.closed)
	require.False(t, p.completed())

	broken := io.MultiReader(strings.NewReader("x"), &failing{})
	end := pump(&closing{}, broken, p)
	require.ErrorContains(t, end.err, "read what the tap prints")
	require.NotErrorIs(t, end.err, errTargetGone)
	require.EqualValues(t, 1, end.bytes)
}

type failing struct{}

func (*failing) Read([]byte) (int, error) { return 0, errors.New("broken") }

func TestEachLine(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", maxLineBytes)
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"none":              {text: ""},
		"one without end":   {text: "a", want: []string{"a"}},
		"empty ones":        {text: "\n\na\n", want: []string{"", "", "a"}},
		"of Windows":        {text: "a\r\nb\r\n", want: []string{"a", "b"}},
		"as long as may be": {text: long + "\nb\n", want: []string{long, "b"}},
		"too long":          {text: long + "yyy\nb\n", want: []string{long, "b"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			eachLine(strings.NewReader(c.text), func(line []byte) { got = append(got, string(line)) })
			require.Equal(t, c.want, got)
		})
	}
}
