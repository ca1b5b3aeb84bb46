package jirasim

import (
	"slices"
	"strings"
)

// jqlQuery is a parsed query. A nil where has no restriction.
type jqlQuery struct {
	where *jqlNode
	order []jqlSort
}

// jqlSort is one field of ORDER BY.
type jqlSort struct {
	field      string
	descending bool
	ordered    bool // ASC or DESC was written
}

// jqlNode is a clause, or a combination of nodes.
type jqlNode struct {
	op       string // "and", "or", "not", or "" for a clause
	kids     []*jqlNode
	field    token
	operator string // =, !=, <, <=, >, >=, ~, !~, in, not in, is, is not
	operand  jqlOperand
}

// jqlOperand is the right-hand side of a clause: one value or function, or a list.
type jqlOperand struct {
	values []jqlValue
	list   bool
}

// jqlValue is a literal, EMPTY, or a function with its arguments.
type jqlValue struct {
	text     string
	kind     tokenKind
	empty    bool
	function bool
	args     []string
}

// maxJQLDepth bounds nesting, so that a hostile query cannot exhaust the stack.
const maxJQLDepth = 200

// maxOrderFields is how many fields may sort a search on Cloud, as measured there on 2026-10-02.
const maxOrderFields = 7

// jqlParser walks the tokens.
type jqlParser struct {
	tokens []token
	pos    int
	depth  int
}

// parseJQL reads a query, or returns a *jqlError with Jira's words.
func parseJQL(src string) (*jqlQuery, error) {
	tokens, err := lexJQL(src)
	if err != nil {
		return nil, err
	}
	p := &jqlParser{tokens: tokens}
	query := &jqlQuery{}
	if !p.peek().is("order") && p.peek().kind != tokenEnd {
		if query.where, err = p.or(); err != nil {
			return nil, err
		}
	}
	if p.peek().is("order") {
		if query.order, err = p.orderBy(); err != nil {
			return nil, err
		}
	}
	if t := p.peek(); t.kind != tokenEnd {
		return nil, syntaxErrorf("Expecting either 'OR' or 'AND' but got '%s'. %s", t.text, t.where())
	}
	if len(query.order) > maxOrderFields {
		return nil, jqlErrorf("JQL can be ordered by at most %d fields.", maxOrderFields)
	}
	return query, nil
}

func (p *jqlParser) peek() token { return p.tokens[p.pos] }

// take returns the token and steps over it; the end token stays.
func (p *jqlParser) take() token {
	t := p.tokens[p.pos]
	if t.kind != tokenEnd {
		p.pos++
	}
	return t
}

// or reads clauses joined by OR.
func (p *jqlParser) or() (*jqlNode, error) {
	return p.joined("or", []string{"or"}, []string{"||", "|"}, p.and)
}

// and reads clauses joined by AND, which binds more tightly.
func (p *jqlParser) and() (*jqlNode, error) {
	return p.joined("and", []string{"and"}, []string{"&&", "&"}, p.not)
}

// joined reads kids as long as a joining word or mark follows.
func (p *jqlParser) joined(op string, words, marks []string, kid func() (*jqlNode, error)) (*jqlNode, error) {
	first, err := kid()
	if err != nil {
		return nil, err
	}
	kids := []*jqlNode{first}
	for {
		t := p.peek()
		joins := slices.ContainsFunc(words, t.is) || slices.ContainsFunc(marks, t.mark)
		if !joins {
			break
		}
		p.take()
		next, err := kid()
		if err != nil {
			return nil, err
		}
		kids = append(kids, next)
	}
	if len(kids) == 1 {
		return first, nil
	}
	return &jqlNode{op: op, kids: kids}, nil
}

// not reads a clause, a group in parentheses, or the negation of either.
func (p *jqlParser) not() (*jqlNode, error) {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxJQLDepth {
		return nil, syntaxErrorf("the query is nested too deeply. %s", p.peek().where())
	}
	switch t := p.peek(); {
	case t.is("not") || t.mark("!"):
		p.take()
		kid, err := p.not()
		if err != nil {
			return nil, err
		}
		return &jqlNode{op: "not", kids: []*jqlNode{kid}}, nil
	case t.mark("("):
		p.take()
		kid, err := p.or()
		if err != nil {
			return nil, err
		}
		return kid, p.closing()
	default:
		return p.clause()
	}
}

// closing takes the parenthesis that ends a group or a list.
func (p *jqlParser) closing() error {
	t := p.take()
	switch {
	case t.mark(")"):
		return nil
	case t.kind == tokenEnd:
		return syntaxErrorf("Expecting ')' before the end of the query.")
	default:
		return syntaxErrorf("Expecting ')' but got '%s'. %s", t.text, t.where())
	}
}

// clause reads field, operator and operand.
func (p *jqlParser) clause() (*jqlNode, error) {
	field, err := p.field()
	if err != nil {
		return nil, err
	}
	operator, err := p.operator()
	if err != nil {
		return nil, err
	}
	operand, err := p.operand(operator)
	if err != nil {
		return nil, err
	}
	return &jqlNode{field: field, operator: operator, operand: operand}, nil
}

// field reads a field's name; cf[10020] is the custom field with that number.
func (p *jqlParser) field() (token, error) {
	t := p.take()
	switch {
	case t.kind == tokenEnd:
		return t, syntaxErrorf("Expecting a field name at the end of the query.")
	case t.is("cf") && p.peek().mark("["):
		return p.customField(t)
	case t.kind == tokenWord && isReservedWord(t.text):
		return t, reservedError(t)
	case t.kind == tokenMark:
		return t, syntaxErrorf("Expecting a field name but got '%s'. You must surround '%s' in quotation marks to use it as a field name. %s", t.text, t.text, t.where())
	}
	return t, nil
}

// customField reads the rest of cf[NUMBER].
func (p *jqlParser) customField(t token) (token, error) {
	p.take()
	number, end := p.take(), p.take()
	if number.kind != tokenNumber || !end.mark("]") {
		return t, syntaxErrorf("Expecting a custom field number in 'cf[]' but got '%s'. %s", number.text, number.where())
	}
	t.text = "customfield_" + number.text
	return t, nil
}

// operator reads the operator in its lower-case form.
func (p *jqlParser) operator() (string, error) {
	t := p.take()
	switch {
	case t.kind == tokenMark && slices.Contains([]string{"=", "!=", "<", "<=", ">", ">=", "~", "!~"}, t.text):
		return t.text, nil
	case t.is("in"):
		return "in", nil
	case t.is("not") && p.peek().is("in"):
		p.take()
		return "not in", nil
	case t.is("is") && p.peek().is("not"):
		p.take()
		return "is not", nil
	case t.is("is"):
		return "is", nil
	case t.kind == tokenEnd:
		return "", syntaxErrorf("Expecting operator before the end of the query. The valid operators are '=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'.")
	default:
		return "", syntaxErrorf("Expecting operator but got '%s'. The valid operators are '=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'. %s", t.text, t.where())
	}
}

// operand reads a value, a function or a list; IN wants a list and nothing else does.
func (p *jqlParser) operand(operator string) (jqlOperand, error) {
	if !p.peek().mark("(") {
		value, err := p.value()
		return jqlOperand{values: []jqlValue{value}}, err
	}
	open := p.take()
	operand := jqlOperand{list: true}
	for {
		value, err := p.value()
		if err != nil {
			return operand, err
		}
		operand.values = append(operand.values, value)
		if !p.peek().mark(",") {
			break
		}
		p.take()
	}
	if err := p.closing(); err != nil {
		return operand, err
	}
	if operator != "in" && operator != "not in" {
		return operand, jqlErrorf("Operator '%s' does not support the list value '%s' %s", operator, listText(operand.values), open.where())
	}
	return operand, nil
}

// value reads a literal, EMPTY or a function.
func (p *jqlParser) value() (jqlValue, error) {
	t := p.take()
	switch {
	case t.kind == tokenEnd:
		return jqlValue{}, syntaxErrorf("Expecting either a value, list or function before the end of the query.")
	case t.kind == tokenMark:
		return jqlValue{}, syntaxErrorf("Expecting either a value, list or function but got '%s'. You must surround '%s' in quotation marks to use it as a value. %s", t.text, t.text, t.where())
	case t.is("empty") || t.is("null"):
		return jqlValue{text: t.text, empty: true}, nil
	case p.peek().mark("("):
		return p.function(t)
	case t.kind == tokenWord && isReservedWord(t.text):
		return jqlValue{}, reservedError(t)
	}
	return jqlValue{text: t.text, kind: t.kind}, nil
}

// function reads a function's arguments.
func (p *jqlParser) function(name token) (jqlValue, error) {
	p.take()
	value := jqlValue{text: name.text, function: true}
	for !p.peek().mark(")") {
		if len(value.args) > 0 {
			if t := p.take(); !t.mark(",") {
				return value, syntaxErrorf("Expecting ')' or ',' but got '%s'. %s", t.text, t.where())
			}
		}
		t := p.take()
		if t.kind == tokenEnd || t.kind == tokenMark {
			return value, syntaxErrorf("Expecting a function argument but got '%s'. %s", t.text, t.where())
		}
		value.args = append(value.args, t.text)
	}
	p.take()
	return value, nil
}

// orderBy reads ORDER BY and its fields.
func (p *jqlParser) orderBy() ([]jqlSort, error) {
	p.take()
	if t := p.take(); !t.is("by") {
		return nil, syntaxErrorf("Expecting 'by' but got '%s'. %s", t.text, t.where())
	}
	var order []jqlSort
	for {
		field, err := p.field()
		if err != nil {
			return nil, err
		}
		term := jqlSort{field: field.text}
		if t := p.peek(); t.is("asc") || t.is("desc") {
			p.take()
			term.descending, term.ordered = t.is("desc"), true
		}
		order = append(order, term)
		if !p.peek().mark(",") {
			break
		}
		p.take()
	}
	if t := p.peek(); t.kind != tokenEnd {
		return nil, syntaxErrorf("Expecting ',' but got '%s'. %s", t.text, t.where())
	}
	return order, nil
}

// reservedError is Jira's answer to a bare reserved word.
func reservedError(t token) error {
	return syntaxErrorf("'%s' is a reserved JQL word. You must surround it in quotation marks to use it in a query. %s", t.text, t.where())
}

// listText shows a list as it was written.
func listText(values []jqlValue) string {
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = value.text
	}
	return "(" + strings.Join(texts, ", ") + ")"
}
