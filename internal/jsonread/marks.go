package jsonread

// Marks tell what stands in a value that a reader may have to look at closely. A mark that is not set is sure; one that is
// set may be set for nothing.
type Marks uint8

// The marks.
const (
	// UnicodeEscapes: a string holds an escape of the form \u0000.
	UnicodeEscapes Marks = 1 << iota
	// BeyondASCII: a string holds bytes that are not ASCII, which may be broken UTF-8.
	BeyondASCII
	// LineBreaks: a line ends between two tokens.
	LineBreaks
	// OddNumbers: a number has an exponent, or more characters than plainNumber.
	OddNumbers
)

// plainNumber is the length up to which a number without an exponent fits 64 bits, with its sign and its point.
const plainNumber = 18
