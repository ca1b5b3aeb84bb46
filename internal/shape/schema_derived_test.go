package shape

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A schema is immutable: the same one is used for discovery, for a run with columns and for one without.
func TestADerivedSchemaLeavesTheOther(t *testing.T) {
	t.Parallel()
	fields := []Field{{ID: "customfield_1", Name: "Points", Custom: true, Type: "number"}, {ID: "summary", Name: "Summary", Type: "string"}}
	for name, derive := range map[string]func(s *Schema) *Schema{
		"fields":  func(s *Schema) *Schema { return s.WithFields(fields) },
		"columns": func(s *Schema) *Schema { return s.WithColumns(fields, s.NameColumns(fields, nil)) },
		"both": func(s *Schema) *Schema {
			with := s.WithFields(fields)
			return with.WithColumns(fields, with.NameColumns(fields, nil))
		},
		"one column less": func(s *Schema) *Schema { return s.Without("key") },
		"one field less":  func(s *Schema) *Schema { return s.WithFields(fields).Without("fields", "customfield_1") },
		"the keys only":   func(s *Schema) *Schema { return s.Select(func(path ...string) bool { return path[0] == "id" }) },
		"a column more":   func(s *Schema) *Schema { return s.AddColumn("site", []byte(`{"type":"string"}`)) },
		"another key":     func(s *Schema) *Schema { return s.AddColumn("key", []byte(`{"type":"integer"}`)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := load(t, "issues", Options{})
			before, columns := string(s.JSON()), s.Columns()
			made := derive(s)
			require.NotEqual(t, before, string(made.JSON()))
			require.Equal(t, before, string(s.JSON()))
			require.Equal(t, columns, s.Columns())
			once := string(made.JSON())
			derive(made)
			require.Equal(t, once, string(made.JSON()))
		})
	}
}
