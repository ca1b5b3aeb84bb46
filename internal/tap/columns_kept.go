package tap

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"tap-jira/internal/shape"
)

// columnsMember is the member of a state that holds the names of columns, packed:
// which name a field had once is known nowhere else. 300 custom fields take about
// 3 KB, and as many as there may be columns 14.
const columnsMember = "issue_columns"

// customPrefix is what the ids of custom fields begin with.
const customPrefix = "customfield_"

// maxUnpacked bounds what a packed text may grow to: thousands of names.
const maxUnpacked = 4 << 20

// packColumns writes the names of the fields' first columns: a line each with
// the number of the custom field and the name, deflated, in base64.
func packColumns(names shape.ColumnNames) string {
	if len(names) == 0 {
		return ""
	}
	lines := make([]string, 0, len(names))
	for source := range maps.Keys(names) {
		lines = append(lines, strings.TrimPrefix(source.Field, customPrefix)+" "+names[source]+"\n")
	}
	slices.Sort(lines)
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestCompression)
	if err == nil {
		_, err = io.WriteString(w, strings.Join(lines, ""))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic("tap: deflate in memory: " + err.Error())
	}
	return base64.RawStdEncoding.EncodeToString(packed.Bytes())
}

// unpackColumns reads what packColumns wrote; with an error it returns no names.
func unpackColumns(packed string) (shape.ColumnNames, error) {
	names := shape.ColumnNames{}
	if packed == "" {
		return names, nil
	}
	deflated, err := base64.RawStdEncoding.DecodeString(packed)
	if err != nil {
		return names, fmt.Errorf("decode %s: %w", columnsMember, err)
	}
	text, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(deflated)), maxUnpacked))
	if err != nil {
		return names, fmt.Errorf("inflate %s: %w", columnsMember, err)
	}
	for line := range strings.Lines(string(text)) {
		number, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if !ok {
			return shape.ColumnNames{}, fmt.Errorf("read %s: a line is %q", columnsMember, line)
		}
		names[shape.ColumnSource{Field: customPrefix + number}] = name
	}
	return names, nil
}
