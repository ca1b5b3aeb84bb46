package jirasim

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseJQLShapes(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		`project = ALPHA`:                         `project = [1falsefalse"ALPHA"""]`,
		`key = 5 or key = 6 and key = 7`:          `or(issuekey = [3falsefalse"5"""],and(issuekey = [3falsefalse"6"""],issuekey = [3falsefalse"7"""]))`,
		`(id = 5 || id = 6) && NOT id = 7`:        `and(or(issuekey = [3falsefalse"5"""],issuekey = [3falsefalse"6"""]),not(issuekey = [3falsefalse"7"""]))`,
		`! (id = 5)`:                              `not(issuekey = [3falsefalse"5"""])`,
		`status NOT IN ("To Do", Done)`:           `status not in [2falsefalse"To Do""",1falsefalse"Done"""]`,
		`assignee is not EMPTY`:                   `assignee is not [0falsetrue"EMPTY"""]`,
		`assignee IS null`:                        `assignee is [0falsetrue"null"""]`,
		`created >= -7d`:                          `created >= [1falsefalse"-7d"""]`,
		`updatedDate<1732877091000`:               `updated < [3falsefalse"1732877091000"""]`,
		`created > startOfDay("-1d")`:             `created > [0truefalse"startOfDay""-1d"]`,
		`cf[10020] = "a \"b\" \u0041\n"`:          `customfield_10020 = [2falsefalse"a \"b\" A\n"""]`,
		`summary !~ 'it''s'`:                      "",
		`assignee = 557058:ab-cd`:                 `assignee = [1falsefalse"557058:ab-cd"""]`,
		`labels = a\ b`:                           `labels = [1falsefalse"a b"""]`,
		"created > 1\n  AND\tid = 2 order by key": `and(created > [3falsefalse"1"""],issuekey = [3falsefalse"2"""])`,
	} {
		parsed, err := parseJQL(query)
		if want == "" {
			require.Error(t, err, query)
			continue
		}
		require.NoError(t, err, query)
		require.Equal(t, want, parsed.where.String(), query)
	}
}

func TestParseJQLOrder(t *testing.T) {
	t.Parallel()
	parsed, err := parseJQL(`ORDER BY created ASC, key desc, cf[1], "Sta tus"`)
	require.NoError(t, err)
	require.Nil(t, parsed.where)
	require.Equal(t, []jqlSort{
		{field: "created", ordered: true}, {field: "key", descending: true, ordered: true}, {field: "customfield_1"}, {field: "Sta tus"},
	}, parsed.order)
}

func TestParseJQLRefusals(t *testing.T) {
	t.Parallel()
	const operators = "The valid operators are '=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'."
	for query, want := range map[string]string{
		`project`:                       "Error in the JQL Query: Expecting operator before the end of the query. " + operators,
		`project ALPHA`:                 "Error in the JQL Query: Expecting operator but got 'ALPHA'. " + operators + " (line 1, character 9)",
		`project =`:                     "Error in the JQL Query: Expecting either a value, list or function before the end of the query.",
		`project = A B`:                 "Error in the JQL Query: Expecting either 'OR' or 'AND' but got 'B'. (line 1, character 13)",
		`project = "A`:                  "Error in the JQL Query: The quoted string 'A' has not been completed. (line 1, character 11)",
		`(project = A`:                  "Error in the JQL Query: Expecting ')' before the end of the query.",
		`project = a@b`:                 `Error in the JQL Query: The character '@' is a reserved JQL character. You must enclose it in quotes or use the escape '\u0040' instead. (line 1, character 12)`,
		`created > 2020/01/01`:          `Error in the JQL Query: The character '/' is a reserved JQL character. You must enclose it in quotes or use the escape '\u002f' instead. (line 1, character 15)`,
		`project = select`:              "Error in the JQL Query: 'select' is a reserved JQL word. You must surround it in quotation marks to use it in a query. (line 1, character 11)",
		`project in (A,`:                "Error in the JQL Query: Expecting either a value, list or function before the end of the query.",
		`project = A and`:               "Error in the JQL Query: Expecting a field name at the end of the query.",
		`project = A order created`:     "Error in the JQL Query: Expecting 'by' but got 'created'. (line 1, character 19)",
		`order by created asc key`:      "Error in the JQL Query: Expecting ',' but got 'key'. (line 1, character 22)",
		`) = 1`:                         "Error in the JQL Query: Expecting a field name but got ')'. You must surround ')' in quotation marks to use it as a field name. (line 1, character 1)",
		`order by a,b,c,d,e,f,g,h`:      "JQL can be ordered by at most 7 fields.",
		`summary ~ "\x"`:                `Error in the JQL Query: '\x' is an illegal JQL escape sequence. The valid escape sequences are \', \", \t, \n, \r, \\, '\ ' and \uXXXX. (line 1, character 12)`,
		`cf[x] = 1`:                     "Error in the JQL Query: Expecting a custom field number in 'cf[]' but got 'x'. (line 1, character 4)",
		strings.Repeat("(", 300) + "id": "Error in the JQL Query: the query is nested too deeply. (line 1, character 201)",
	} {
		_, err := parseJQL(query)
		require.EqualError(t, err, want, query)
	}
}

// Whatever is thrown at it, the parser answers with a query or a message, and what it understood has one form.
func FuzzParseJQL(f *testing.F) {
	for _, seed := range []string{
		`project = A AND (created >= -7d OR updated < "2024-01-01 10:00") ORDER BY key ASC`, `id in (1,2,3)`, `cf[1] is EMPTY`,
		`summary ~ "a\u00e9" && !(status was Done)`, `"quoted field" not in (membersOf("x", 1), null)`, "\\", `a='`, "\x00", "a\nb",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		parsed, err := parseJQL(query)
		if err != nil {
			var problem *jqlError
			require.ErrorAs(t, err, &problem)
			require.NotEmpty(t, problem.messages)
			return
		}
		again, err := parseJQL(query)
		require.NoError(t, err)
		if parsed.where != nil {
			require.Equal(t, parsed.where.String(), again.where.String())
		}
	})
}
