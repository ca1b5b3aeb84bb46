package derive

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestMayReveal(t *testing.T) {
	t.Parallel()
	const then, before = `"2026-03-01T10:00:00.000+0200"`, `"2026-03-01T09:59:59.999+0200"`
	since := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		created, item string
		want          bool
	}{
		"a move on Cloud":                   {then, `{"field":"project","fieldtype":"jira","fieldId":"project","from":"1","to":"2"}`, true},
		"a move on Data Center":             {then, `{"field":"Key","fieldtype":"jira","fromString":"A-1","toString":"B-2"}`, true},
		"a key by its id":                   {then, `{"field":"Schlüssel","fieldtype":"jira","fieldId":"issuekey"}`, true},
		"a level":                           {then, `{"field":"security","fieldtype":"jira","from":"10","to":null}`, true},
		"a level by its id":                 {then, `{"field":"Security Level","fieldtype":"jira","fieldId":"security"}`, true},
		"behind another item":               {then, `{"field":"status","fieldId":"status"},{"field":"project","fieldtype":"jira"}`, true},
		"milliseconds":                      {"1772352000000", `{"field":"project","fieldtype":"jira"}`, true},
		"milliseconds before":               {"1772351999999", `{"field":"project","fieldtype":"jira"}`, false},
		"seconds":                           {"1772352000", `{"field":"project","fieldtype":"jira"}`, true},
		"no date":                           {"null", `{"field":"project","fieldtype":"jira"}`, true},
		"before":                            {before, `{"field":"project","fieldtype":"jira"}`, false},
		"another field":                     {then, `{"field":"status","fieldtype":"jira","fieldId":"status"}`, false},
		"a custom field of that name":       {then, `{"field":"Security","fieldtype":"custom","fieldId":"customfield_10010"}`, false},
		"an old custom field of that name":  {then, `{"field":"project","fieldtype":"custom"}`, false},
		"a field of that name with another": {then, `{"field":"project","fieldtype":"jira","fieldId":"resolution"}`, false},
		"nothing":                           {then, ``, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, MayReveal([]byte(`{"id":"7","created":`+c.created+`,"items":[`+c.item+`]}`), since))
		})
	}
	require.True(t, MayReveal([]byte(`{"items":5}`), since), "nobody knows")
}
