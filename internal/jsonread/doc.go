// Package jsonread reads JSON as it arrives: it looks at each byte once, refuses what RFC 8259 refuses, and hands values
// over as they stand, numbers with all their digits.
//
// It is made for the bodies of Jira, in which one odd character must not cost the page: broken UTF-8, escapes of lone
// surrogates and duplicate names are let through, for whoever takes the values to judge. Marks tell on the way what a value
// holds that may need a closer look, so that nobody has to look for it again.
//
// A Decoder has the methods of jsontext.Decoder that this program needs and agrees with it on what is JSON, which a fuzz
// test holds it to; it takes a third of the time. What it returns lies in its window on the input: a value is valid until
// the next call.
package jsonread
