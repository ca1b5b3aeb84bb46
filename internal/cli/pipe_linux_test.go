package cli

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAWidePipeHoldsAPage(t *testing.T) {
	t.Parallel()
	r, w, err := os.Pipe()
	require.NoError(t, err)
	defer func() { require.NoError(t, r.Close()) }()
	widen(w)
	n, err := w.Write(make([]byte, pipeBytes/2)) // blocks for ever where it does not fit
	require.NoError(t, err)
	require.Equal(t, pipeBytes/2, n)
	require.NoError(t, w.Close())
}

func TestWhatIsNoPipeStaysAsItIs(t *testing.T) {
	t.Parallel()
	file, err := os.CreateTemp(t.TempDir(), "")
	require.NoError(t, err)
	widen(file)
	_, err = file.WriteString("x")
	require.NoError(t, err)
	require.NoError(t, file.Close())
	widen(file) // nor does a closed one matter
}
