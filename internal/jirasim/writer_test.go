package jirasim

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func FuzzAppendEscaped(f *testing.F) {
	for _, seed := range []string{"", "plain", "\"\\\n\r\t\x00\x1f\x7f", "🚀\u2028<>&", strings.Repeat("ä", 99)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, v string) {
		if !utf8.ValidString(v) {
			t.Skip("Jira's own text is valid")
		}
		var back string
		require.NoError(t, json.Unmarshal(append(appendEscaped([]byte{'"'}, v), '"'), &back))
		require.Equal(t, v, back)
	})
}

func TestNumbersAsJavaWritesThem(t *testing.T) {
	t.Parallel()
	cloud, server := testSite(t, SiteOptions{}), testSite(t, SiteOptions{Deployment: DataCenter})
	for _, c := range []struct {
		s    *Site
		v    float64
		want string
	}{
		{s: cloud, v: 3, want: "3.0"},
		{s: cloud, v: 0.5, want: "0.5"},
		{s: cloud, v: -2.25, want: "-2.25"},
		{s: cloud, v: 10_000_000, want: "10000000.0"},
		{s: server, v: 10_000_000, want: "1.0E7"},
		{s: server, v: 12_500_000, want: "1.25E7"},
		{s: server, v: 9_999_999, want: "9999999.0"},
	} {
		w := c.s.writer(nil, renderOptions{})
		w.float("", c.v)
		require.Equal(t, c.want, string(w.b))
		require.True(t, json.Valid(w.b))
	}
}

func TestSpentText(t *testing.T) {
	t.Parallel()
	for seconds, want := range map[int]string{0: "0m", 60: "1m", 3600: "1h", 12_000: "3h 20m", 8 * 3600: "1d", 83_100: "2d 7h 5m"} {
		require.Equal(t, want, spentText(seconds))
	}
}

func TestShortenKeepsCharactersWhole(t *testing.T) {
	t.Parallel()
	require.Equal(t, "abc", shorten("abc", 9))
	require.Equal(t, "a", shorten("aäb", 2))
	require.Empty(t, shorten("🚀", 3))
}
