package tap

import (
	"slices"
	"strings"

	"tap-jira/internal/jira"
	"tap-jira/internal/shape"
	"tap-jira/internal/singer"
	"tap-jira/internal/stream"
)

// tellDrift names what differs between the catalog that came in and the site:
// chosen columns that are gone, documents that are read as text, and fields that
// are new and therefore left out.
func (r *run) tellDrift() error {
	if r.options.Catalog == nil {
		return nil
	}
	for _, t := range r.tables {
		entry := r.options.Catalog.Entry(t.stream.Name)
		offered, err := r.baseSchema(t.stream)
		if err != nil {
			return err
		}
		if gone := goneColumns(offered, entry); len(gone) > 0 {
			r.log.Warn("the catalog chooses columns that do not exist", "stream", t.stream.Name, "columns", strings.Join(gone, ", "))
		}
		if documents := r.documents(offered, entry); len(documents) > 0 {
			r.log.Warn("columns are objects in the catalog and texts in the output; where they are what people format, rich_text: adf reads objects",
				"stream", t.stream.Name, "columns", strings.Join(documents, ", "))
		}
		if fresh := r.newFields(t, entry); len(fresh) > 0 {
			r.log.Warn("fields that the catalog lacks are left out; run discovery again to choose them", "stream", t.stream.Name, "fields", strings.Join(fresh, ", "))
		}
	}
	return nil
}

// documents lists the chosen columns that are objects in the catalog and texts here,
// which rich_text can change on Cloud alone.
func (r *run) documents(offered *shape.Schema, entry *singer.Entry) []string {
	if r.site.Deployment != jira.Cloud {
		return nil
	}
	return entry.Objects(offered.JSON())
}

// goneColumns lists the chosen columns, and fields of issues, that the tap does
// not have on this site. What hangs on a column that is gone is gone with it.
func goneColumns(offered *shape.Schema, entry *singer.Entry) []string {
	var gone []string
	columns, fields := offered.Columns(), offered.Members(shape.RawFields)
	for _, path := range entry.Paths() {
		known := len(path) > 1 || slices.Contains(columns, path[0])
		if len(path) == 2 && path[0] == shape.RawFields {
			known = len(fields) == 0 || slices.Contains(fields, path[1])
		}
		if !known && entry.Selects(path...) {
			gone = append(gone, strings.Join(path, "."))
		}
	}
	return gone
}

// newFields lists the site's fields of issues that the catalog does not know.
func (r *run) newFields(t *table, entry *singer.Entry) []string {
	if t.stream.Part != stream.Issue {
		return nil
	}
	var fresh []string
	for _, f := range r.fields {
		if f.Custom && r.fieldUnknown(entry, f.ID) {
			fresh = append(fresh, f.ID+" ("+f.Name+")")
		}
	}
	return fresh
}
