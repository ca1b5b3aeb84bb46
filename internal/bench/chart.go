package main

import (
	"fmt"
	"slices"
	"strings"
)

// The size of a chart in characters.
const (
	chartWidth  = 80
	chartHeight = 8
)

// chart draws samples over time: each column is the largest of its share.
func chart(samples []float64) string {
	if len(samples) == 0 {
		return "    (no samples)\n"
	}
	columns := make([]float64, 0, chartWidth)
	width := min(chartWidth, len(samples))
	for i := range width {
		columns = append(columns, slices.Max(samples[i*len(samples)/width:(i+1)*len(samples)/width]))
	}
	top := slices.Max(columns)
	var t strings.Builder
	for row := chartHeight; row > 0; row-- {
		level := top * float64(row) / chartHeight
		fmt.Fprintf(&t, "    %6.0f |", level)
		for _, value := range columns {
			if value > level-top/chartHeight/2 {
				t.WriteByte('#')
			} else {
				t.WriteByte(' ')
			}
		}
		t.WriteByte('\n')
	}
	return t.String()
}
