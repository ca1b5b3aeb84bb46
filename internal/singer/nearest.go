package singer

import "strings"

// Nearest returns the name of names that a person most likely meant by name, for "did you mean", or "" when none is near. Case
// and the difference between a dash and an underscore count as nothing; of equally near names the first one wins.
func Nearest(name string, names []string) string {
	wanted := fold(name)
	best, least := "", 1+min(3, max(1, len(wanted)/3)) // short names bear few slips before they are other names
	for _, candidate := range names {
		if d := distance(wanted, fold(candidate), least); d < least {
			best, least = candidate, d
		}
	}
	return best
}

// fold removes the differences that people do not see.
func fold(name string) []rune {
	return []rune(strings.ReplaceAll(strings.ToLower(strings.TrimSpace(name)), "-", "_"))
}

// distance counts the insertions, deletions, replacements and swaps of neighbours that turn a into b (optimal string
// alignment). It gives up with limit when the lengths alone differ by that much.
func distance(a, b []rune, limit int) int {
	if max(len(a)-len(b), len(b)-len(a)) >= limit {
		return limit
	}
	older, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range a {
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], older[j-1]+1)
			}
		}
		older, last, row = last, row, older
	}
	return last[len(b)]
}
