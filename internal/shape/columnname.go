package shape

import (
	"strings"

	"github.com/mozillazg/go-unidecode"
)

// maxName is how long the name of a column may be, in bytes: PostgreSQL cuts what is longer than 63, and targets for it and for
// SQLite abbreviate from 63 on.
const maxName = 62

// columnName makes the name of a column of what people called a field: "Story Points" is story_points. Letters of any
// script are written in Latin ones, everything else parts words. It is "" for a name in which nothing can be read.
func columnName(name string) string {
	latin := strings.ReplaceAll(strings.ToLower(unidecode.Unidecode(name)), "'", "")
	column := strings.Join(strings.FieldsFunc(latin, isGap), "_")
	if column != "" && column[0] <= '9' {
		return "field_" + column // a name begins with a letter
	}
	return column
}

// isGap is true for what parts words in the name of a column.
func isGap(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }

// cut shortens a name to at most size bytes, which are letters, digits and underscores.
func cut(name string, size int) string {
	if len(name) <= size {
		return name
	}
	return strings.TrimRight(name[:size], "_")
}

// isColumnName is true for a name that every target takes: letters, digits and underscores, no digit first, 62 bytes at
// most, and not one of those that targets add themselves.
func isColumnName(name string) bool {
	if name == "" || len(name) > maxName || name[0]-'0' <= 9 || strings.HasPrefix(strings.ToLower(name), "_sdc") {
		return false
	}
	return !strings.ContainsFunc(name, func(r rune) bool { return r != '_' && (r < 'A' || r > 'Z') && isGap(r) })
}

// column is the name that the field's column has when nothing stands in its way. System fields go by their ids, because
// their names change with the version and the language of Jira; custom fields by the name in the site's own language.
func (f Field) column() string {
	if !f.Custom {
		if name, known := systemColumns()[f.ID]; known {
			return name
		}
		return columnName(snake(f.ID))
	}
	if f.UntranslatedName != "" {
		return columnName(f.UntranslatedName)
	}
	return columnName(f.Name)
}

// systemColumns are the names of those system fields whose ids people would not look for.
func systemColumns() map[string]string {
	return map[string]string{
		"issuetype": "issue_type", "duedate": "due_date", "resolutiondate": "resolution_date", "timespent": "time_spent",
		"timeestimate": "time_estimate", "timeoriginalestimate": "time_original_estimate", "timetracking": "time_tracking",
		"aggregatetimespent": "aggregate_time_spent", "aggregatetimeestimate": "aggregate_time_estimate",
		"aggregatetimeoriginalestimate": "aggregate_time_original_estimate", "aggregateprogress": "aggregate_progress",
		"statuscategorychangedate": "status_category_changed", "workratio": "work_ratio", "versions": "affects_versions",
		"issuelinks": "issue_links", "issuerestriction": "issue_restriction", "attachment": "attachments",
		"security": "security_level", "watches": "watchers", "archiveddate": "archived_date", "archivedby": "archived_by",
	}
}

// snake parts the words of an id in camel case: fixVersions is fix_Versions.
func snake(id string) string {
	var parted strings.Builder
	for i, r := range id {
		if i > 0 && r >= 'A' && r <= 'Z' {
			parted.WriteByte('_')
		}
		parted.WriteRune(r)
	}
	return parted.String()
}

// number is what tells the field from others of its name: 10042 of customfield_10042.
func (f Field) number() string {
	return strings.Map(func(r rune) rune {
		if isGap(r) {
			return -1
		}
		return r
	}, strings.ToLower(f.ID[strings.LastIndexByte(f.ID, '_')+1:]))
}
