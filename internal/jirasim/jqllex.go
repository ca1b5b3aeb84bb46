package jirasim

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// tokenKind tells the tokens of JQL apart.
type tokenKind int

const (
	tokenEnd    tokenKind = iota
	tokenWord             // unquoted text
	tokenQuoted           // text in quotes
	tokenNumber           // an unquoted whole number, which Jira reads as a number and not as text
	tokenMark             // punctuation or an operator
)

// token is one piece of a query; line and char count from 1 as in Jira's messages.
type token struct {
	kind       tokenKind
	text       string
	line, char int
}

// is reports whether the token is the keyword, which has no meaning inside quotes. Keywords know no case.
func (t token) is(keyword string) bool {
	return t.kind == tokenWord && strings.EqualFold(t.text, keyword)
}

// mark reports whether the token is that punctuation.
func (t token) mark(text string) bool { return t.kind == tokenMark && t.text == text }

// where is the end of every syntax message.
func (t token) where() string { return fmt.Sprintf("(line %d, character %d)", t.line, t.char) }

// jqlError is a query that Jira answers with a 400; the text is Jira's.
type jqlError struct{ messages []string }

// Error joins the messages.
func (e *jqlError) Error() string { return strings.Join(e.messages, "; ") }

// jqlErrorf makes a jqlError with one message.
func jqlErrorf(format string, args ...any) error {
	return &jqlError{messages: []string{fmt.Sprintf(format, args...)}}
}

// syntaxErrorf makes the message of a query that cannot be parsed.
func syntaxErrorf(format string, args ...any) error {
	return jqlErrorf("Error in the JQL Query: "+format, args...)
}

// jqlLexer cuts a query into tokens.
type jqlLexer struct {
	src        string
	pos        int
	line, char int
}

// lexJQL cuts the whole query, or says at which character it cannot be cut.
func lexJQL(src string) ([]token, error) {
	if !utf8.ValidString(src) {
		return nil, syntaxErrorf("the query is not valid text.")
	}
	lexer := jqlLexer{src: src, line: 1, char: 1}
	var tokens []token
	for {
		next, err := lexer.next()
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, next)
		if next.kind == tokenEnd {
			return tokens, nil
		}
	}
}

// peek returns the rune at the position, 0 at the end.
func (l *jqlLexer) peek() rune {
	if l.pos >= len(l.src) {
		return 0
	}
	r, _ := utf8.DecodeRuneInString(l.src[l.pos:])
	return r
}

// advance steps over one rune and keeps count of lines and characters.
func (l *jqlLexer) advance() rune {
	r, size := utf8.DecodeRuneInString(l.src[l.pos:])
	l.pos += size
	l.char++
	if r == '\n' {
		l.line, l.char = l.line+1, 1
	}
	return r
}

// next returns the next token.
func (l *jqlLexer) next() (token, error) {
	for l.pos < len(l.src) && unicode.IsSpace(l.peek()) {
		l.advance()
	}
	t := token{line: l.line, char: l.char}
	if l.pos >= len(l.src) {
		return t, nil
	}
	switch r := l.peek(); {
	case r == '"' || r == '\'':
		return l.quoted(t)
	case strings.ContainsRune(jqlMarks, r):
		return l.punctuation(t), nil
	default:
		return l.word(t)
	}
}

// jqlMarks start punctuation or an operator; jqlReserved are refused outside quotes.
const (
	jqlMarks    = "()[],=!<>~&|"
	jqlReserved = "{}*/%+^$#@?;"
)

// punctuation reads the longest mark.
func (l *jqlLexer) punctuation(t token) token {
	t.kind = tokenMark
	t.text = string(l.advance())
	pair := t.text + string(l.peek())
	switch pair {
	case "!=", "!~", "<=", ">=", "&&", "||":
		l.advance()
		t.text = pair
	}
	return t
}

// quoted reads text in single or double quotes, with its escapes undone.
func (l *jqlLexer) quoted(t token) (token, error) {
	t.kind = tokenQuoted
	quote := l.advance()
	var text strings.Builder
	for l.pos < len(l.src) {
		switch r := l.advance(); r {
		case quote:
			t.text = text.String()
			return t, nil
		case '\\':
			if err := l.escape(&text); err != nil {
				return t, err
			}
		default:
			text.WriteRune(r)
		}
	}
	return t, syntaxErrorf("The quoted string '%s' has not been completed. %s", text.String(), t.where())
}

// word reads unquoted text up to a space, a quote or a mark.
func (l *jqlLexer) word(t token) (token, error) {
	var text strings.Builder
	for l.pos < len(l.src) {
		r := l.peek()
		if unicode.IsSpace(r) || r == '"' || r == '\'' || strings.ContainsRune(jqlMarks, r) {
			break
		}
		if strings.ContainsRune(jqlReserved, r) {
			at := token{line: l.line, char: l.char}
			return t, syntaxErrorf("The character '%c' is a reserved JQL character. You must enclose it in quotes or use the escape '\\u%04x' instead. %s", r, r, at.where())
		}
		if r < ' ' {
			at := token{line: l.line, char: l.char}
			return t, syntaxErrorf("The character '\\u%04x' must be escaped. %s", r, at.where())
		}
		l.advance()
		if r != '\\' {
			text.WriteRune(r)
			continue
		}
		if err := l.escape(&text); err != nil {
			return t, err
		}
	}
	t.kind, t.text = tokenWord, text.String()
	if isWholeNumber(t.text) {
		t.kind = tokenNumber
	}
	return t, nil
}

// escape reads what follows a backslash.
func (l *jqlLexer) escape(text *strings.Builder) error {
	at := token{line: l.line, char: l.char - 1}
	if l.pos >= len(l.src) {
		return syntaxErrorf("'\\' is an illegal JQL escape sequence. The valid escape sequences are \\', \\\", \\t, \\n, \\r, \\\\, '\\ ' and \\uXXXX. %s", at.where())
	}
	switch r := l.advance(); r {
	case 't':
		text.WriteByte('\t')
	case 'n':
		text.WriteByte('\n')
	case 'r':
		text.WriteByte('\r')
	case '\\', '"', '\'', ' ':
		text.WriteRune(r)
	case 'u':
		return l.hexEscape(text, at)
	default:
		return syntaxErrorf("'\\%c' is an illegal JQL escape sequence. The valid escape sequences are \\', \\\", \\t, \\n, \\r, \\\\, '\\ ' and \\uXXXX. %s", r, at.where())
	}
	return nil
}

// hexEscape reads the four digits of \uXXXX.
func (l *jqlLexer) hexEscape(text *strings.Builder, at token) error {
	const digits = 4
	if l.pos+digits <= len(l.src) {
		if code, err := strconv.ParseUint(l.src[l.pos:l.pos+digits], 16, 16); err == nil {
			for range digits {
				l.advance()
			}
			text.WriteRune(rune(code))
			return nil
		}
	}
	return syntaxErrorf("'\\u' is an illegal JQL escape sequence. The valid escape sequences are \\', \\\", \\t, \\n, \\r, \\\\, '\\ ' and \\uXXXX. %s", at.where())
}

// isWholeNumber reports whether text is digits with an optional minus, within 64 bits.
func isWholeNumber(text string) bool {
	if strings.HasPrefix(text, "+") {
		return false
	}
	_, err := strconv.ParseInt(text, 10, 64)
	return err == nil
}
