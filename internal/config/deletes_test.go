package config_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDetectDeletes(t *testing.T) {
	t.Parallel()
	c, warnings, err := load(t, good(map[string]any{"detect_deletes": "true", "census_dir": "census", "max_vanished_share": "0.5"}))
	require.NoError(t, err)
	require.Empty(t, warnings)
	require.True(t, c.DetectDeletes)
	require.Equal(t, filepath.Join("conf", "census"), c.CensusDir, "beside the config file")
	require.InEpsilon(t, 0.5, c.MaxVanishedShare, 0)
}

func TestDetectDeletesNeedsAFolder(t *testing.T) {
	t.Parallel()
	_, _, err := load(t, good(map[string]any{"detect_deletes": true}))
	list := problems(t, err)
	require.Len(t, list, 1)
	require.Equal(t, "detect_deletes (jira.json) needs census_dir: give a folder that is kept between runs, as the state is", list[0].String())
	c, _, err := load(t, good(nil))
	require.NoError(t, err)
	require.False(t, c.DetectDeletes)
	require.InEpsilon(t, 0.2, c.MaxVanishedShare, 0)
}
