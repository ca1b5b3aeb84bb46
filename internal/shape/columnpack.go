package shape

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"fmt"
	"io"
	"slices"
	"strings"
)

// customPrefix is what the ids of custom fields begin with.
const customPrefix = "customfield_"

// maxUnpacked bounds what a packed text may grow to: thousands of names.
const maxUnpacked = 4 << 20

// Pack writes the names of the first columns of custom fields, for a state: which name a field had once is known nowhere
// else. It is a line each with the number of the custom field and the name, deflated, in base64; 300 fields take about
// 3 KB. Other columns are named the same at any time and are left out.
func (n ColumnNames) Pack() string {
	lines := make([]string, 0, len(n))
	for source, name := range n {
		if number, custom := strings.CutPrefix(source.Field, customPrefix); custom && source.Part == "" {
			lines = append(lines, number+" "+name+"\n")
		}
	}
	if len(lines) == 0 {
		return ""
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
		panic("shape: deflate in memory: " + err.Error())
	}
	return base64.RawStdEncoding.EncodeToString(packed.Bytes())
}

// UnpackColumnNames reads what Pack wrote; with an error it returns no names.
func UnpackColumnNames(packed string) (ColumnNames, error) {
	names := ColumnNames{}
	if packed == "" {
		return names, nil
	}
	deflated, err := base64.RawStdEncoding.DecodeString(packed)
	if err != nil {
		return names, fmt.Errorf("decode the names of columns: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(deflated)), maxUnpacked))
	if err != nil {
		return names, fmt.Errorf("inflate the names of columns: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		number, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if !ok {
			return ColumnNames{}, fmt.Errorf("read the names of columns: a line is %q", line)
		}
		names[ColumnSource{Field: customPrefix + number}] = name
	}
	return names, nil
}
