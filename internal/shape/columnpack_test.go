package shape

import (
	"encoding/base64"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPackedNamesAreThoseOfCustomFields(t *testing.T) {
	t.Parallel()
	names := ColumnNames{
		{Field: "customfield_10042"}:             "story points, by name",
		{Field: "customfield_7"}:                 "team",
		{Field: "customfield_7", Part: "userId"}: "team_id",
		{Field: "summary"}:                       "summary",
	}
	kept, err := UnpackColumnNames(names.Pack())
	require.NoError(t, err)
	require.Equal(t, ColumnNames{{Field: "customfield_10042"}: "story points, by name", {Field: "customfield_7"}: "team"}, kept)
	require.Empty(t, ColumnNames{{Field: "summary"}: "summary"}.Pack())
}

func TestNamesThatWereNotPackedByUs(t *testing.T) {
	t.Parallel()
	deflatedNothing := base64.RawStdEncoding.EncodeToString([]byte{0x03, 0x00})
	for packed, want := range map[string]string{
		"%%": "decode the names", "AAAA": "inflate the names", "": "", deflatedNothing: "",
		base64.RawStdEncoding.EncodeToString([]byte("\x4b\x4c\x02\x00")): `a line is "ab"`,
	} {
		names, err := UnpackColumnNames(packed)
		require.Empty(t, names)
		if want == "" {
			require.NoError(t, err)
		} else {
			require.ErrorContains(t, err, want)
		}
	}
}

// FuzzUnpackColumnNames reads anything, and what it reads it writes again.
func FuzzUnpackColumnNames(f *testing.F) {
	f.Add(ColumnNames{{Field: "customfield_10042"}: "story_points", {Field: "customfield_1"}: "x"}.Pack())
	f.Add("")
	f.Add("AAAA")
	f.Fuzz(func(t *testing.T, packed string) {
		names, err := UnpackColumnNames(packed)
		if err != nil {
			require.Empty(t, names)
			return
		}
		again, err := UnpackColumnNames(names.Pack())
		require.NoError(t, err)
		require.Equal(t, names, again)
	})
}
