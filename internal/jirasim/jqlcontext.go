package jirasim

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
)

// jqlContext is what a query is understood in: the site, the account that asks, and its clock and zone.
type jqlContext struct {
	site          *Site
	names         *jqlNames
	deployment    Deployment
	now           time.Time
	zone          *time.Location
	me            int  // the user who asks
	anonymous     bool // sees no project and no issue
	textDatesOnly bool
	lenient       bool // Data Center's validateQuery=false: values that do not exist match nothing
}

// jqlPlan is a query made ready: the ranges of both dates, what else must hold, and the order.
type jqlPlan struct {
	created, updated dateRange
	pinned           []int     // indexes of the only issues that may be found; nil means any
	rest             predicate // nil when the others say everything
	restKey          string    // the same text means the same rest; "" for none
	volatile         bool      // rest moves with the clock, or with who asks, and may not be kept
	bounded          bool
	order            []sortTerm
	warnings         []string
}

// predicate decides about one issue.
type predicate func(m *issueMeta) bool

// jqlCompiler carries what a compilation finds.
type jqlCompiler struct {
	*jqlContext
	problems []string
	warnings []string
	volatile bool
}

// compile makes a query ready, or returns a *jqlError with all that is wrong with it.
func (c *jqlContext) compile(query *jqlQuery) (*jqlPlan, error) {
	compiler := &jqlCompiler{jqlContext: c}
	plan := &jqlPlan{created: allTime(), updated: allTime(), bounded: query.where != nil}
	var rest []predicate
	var key []string
	for _, node := range conjuncts(query.where) {
		field, span, ok := compiler.dateConjunct(node)
		pinned, pins := compiler.pinConjunct(node)
		switch {
		case pins:
			plan.pin(pinned)
		case ok && field == "created":
			plan.created = plan.created.intersect(span)
		case ok:
			plan.updated = plan.updated.intersect(span)
		default:
			rest = append(rest, compiler.node(node, false))
			key = append(key, node.String())
		}
	}
	order, err := c.sortTerms(query.order)
	compiler.note(err)
	if len(compiler.problems) > 0 {
		return nil, &jqlError{messages: compiler.problems}
	}
	plan.order, plan.warnings, plan.volatile = order, compiler.warnings, compiler.volatile
	if len(rest) > 0 {
		plan.rest, plan.restKey = allOf(rest), strings.Join(key, "\x00")
	}
	return plan, nil
}

// conjuncts are the nodes that must all hold.
func conjuncts(node *jqlNode) []*jqlNode {
	if node == nil {
		return nil
	}
	if node.op != "and" {
		return []*jqlNode{node}
	}
	var nodes []*jqlNode
	for _, kid := range node.kids {
		nodes = append(nodes, conjuncts(kid)...)
	}
	return nodes
}

// dateConjunct reads a clause that is one range of created or updated; such clauses choose from an ordering instead of
// being asked of every issue. Anything that is wrong with it is left to the general path, which reports it.
func (c *jqlCompiler) dateConjunct(node *jqlNode) (field string, span dateRange, ok bool) {
	if node.op != "" || !slices.Contains([]string{"=", "<", "<=", ">", ">="}, node.operator) {
		return "", span, false
	}
	field = canonicalField(node.field.text)
	if field != "created" && field != "updated" {
		return "", span, false
	}
	date, err := c.dateValue(node.field.text, node.operand.values[0])
	if err != nil {
		return "", span, false
	}
	return field, spanOf(node.operator, date), true
}

// pinConjunct reads a clause that names issues by id or key: they are looked up instead of being looked for.
func (c *jqlCompiler) pinConjunct(node *jqlNode) (indexes []int, ok bool) {
	if node.op != "" || canonicalField(node.field.text) != "issuekey" {
		return nil, false
	}
	if node.operator != "=" && (node.operator != "in" || !node.operand.list) {
		return nil, false
	}
	if slices.ContainsFunc(node.operand.values, func(v jqlValue) bool { return v.empty || v.function }) {
		return nil, false
	}
	indexes = []int{}
	for _, value := range node.operand.values {
		if m, there := c.issue(node.field.text, value); there {
			indexes = append(indexes, m.Index)
		}
	}
	slices.Sort(indexes)
	return slices.Compact(indexes), true
}

// pin keeps what is in both sets of issues.
func (p *jqlPlan) pin(indexes []int) {
	if p.pinned != nil {
		indexes = slices.DeleteFunc(indexes, func(index int) bool { return !slices.Contains(p.pinned, index) })
	}
	p.pinned = indexes
}

// node compiles a node; negate pushes a NOT down to the clauses, where Jira applies it to the operator.
func (c *jqlCompiler) node(node *jqlNode, negate bool) predicate {
	switch node.op {
	case "":
		operator := node.operator
		if negate {
			operator = negated(operator)
		}
		return c.clause(node, operator)
	case "not":
		return c.node(node.kids[0], !negate)
	}
	kids := make([]predicate, len(node.kids))
	for i, kid := range node.kids {
		kids[i] = c.node(kid, negate)
	}
	if (node.op == "and") != negate {
		return allOf(kids)
	}
	return anyOf(kids)
}

// clause compiles a clause, and notes what is wrong with it.
func (c *jqlCompiler) clause(node *jqlNode, operator string) predicate {
	name := node.field.text
	field, ok := jqlFields(canonicalField(name))
	if !ok {
		c.note(unknownField(name))
		return nothing
	}
	if !slices.Contains(field.operators, node.operator) {
		c.note(jqlErrorf("The operator '%s' is not supported by the '%s' field.", node.operator, name))
		return nothing
	}
	isEmpty := operator == "is" || operator == "is not"
	if isEmpty && !node.operand.values[0].empty {
		c.note(jqlErrorf("The operator '%s' only supports the values 'EMPTY' and 'NULL' for the field '%s'.", node.operator, name))
		return nothing
	}
	if !isEmpty && (operator == "in" || operator == "not in") && !node.operand.list && !node.operand.values[0].function {
		c.note(jqlErrorf("Operator '%s' does not support the non-list value '%s' for field '%s'.", node.operator, node.operand.values[0].text, name))
		return nothing
	}
	return field.compile(c, clauseInput{name: name, operator: operator, values: node.operand.values})
}

// clauseInput is what a field needs to compile a clause.
type clauseInput struct {
	name     string // as written, for messages
	operator string
	values   []jqlValue
}

// note keeps the messages of a *jqlError. It takes nil.
func (c *jqlCompiler) note(err error) {
	if err == nil {
		return
	}
	if problem, ok := errors.AsType[*jqlError](err); ok {
		c.problems = append(c.problems, problem.messages...)
		return
	}
	c.problems = append(c.problems, err.Error())
}

// missing notes a value that does not exist: an error, or a warning where the query is not validated.
func (c *jqlCompiler) missing(field, text string) {
	message := "The value '" + text + "' does not exist for the field '" + field + "'."
	if isWholeNumber(text) {
		message = "A value with ID '" + text + "' does not exist for the field '" + field + "'."
	}
	c.absent(message)
}

// absent notes the message as an error, or as a warning where the query is not validated.
func (c *jqlCompiler) absent(message string) {
	if c.lenient {
		c.warnings = append(c.warnings, message)
		return
	}
	c.problems = append(c.problems, message)
}

// dateValue reads a date operand, function or literal.
func (c *jqlCompiler) dateValue(field string, value jqlValue) (jqlDate, error) {
	if !value.function {
		return c.parseJQLDate(field, value)
	}
	date, ok, err := c.dateFunction(value)
	if !ok {
		return date, unknownFunction(value)
	}
	return date, err
}

// negated is the operator that NOT makes of another.
func negated(operator string) string {
	pairs := []string{"=", "!=", "<", ">=", ">", "<=", "~", "!~", "in", "not in", "is", "is not"}
	at := slices.Index(pairs, operator)
	return pairs[at^1]
}

func nothing(*issueMeta) bool    { return false }
func everything(*issueMeta) bool { return true }

// allOf holds when every predicate holds.
func allOf(kids []predicate) predicate {
	if len(kids) == 1 {
		return kids[0]
	}
	return func(m *issueMeta) bool {
		for _, kid := range kids {
			if !kid(m) {
				return false
			}
		}
		return true
	}
}

// anyOf holds when one predicate holds.
func anyOf(kids []predicate) predicate {
	return func(m *issueMeta) bool {
		for _, kid := range kids {
			if kid(m) {
				return true
			}
		}
		return false
	}
}

// unknownField and unknownFunction are Jira's answers to names that it does not know.
func unknownField(name string) error {
	return jqlErrorf("Field '%s' does not exist or you do not have permission to view it.", name)
}

func unknownFunction(value jqlValue) error {
	return jqlErrorf("Unable to find JQL function '%s(%s)'.", value.text, strings.Join(value.args, ", "))
}

// String writes the node in one unambiguous form, so that equal texts are equal queries.
func (n *jqlNode) String() string {
	if n.op != "" {
		kids := make([]string, len(n.kids))
		for i, kid := range n.kids {
			kids[i] = kid.String()
		}
		return n.op + "(" + strings.Join(kids, ",") + ")"
	}
	values := make([]string, len(n.operand.values))
	for i, v := range n.operand.values {
		values[i] = strconv.Itoa(int(v.kind)) + strconv.FormatBool(v.function) + strconv.FormatBool(v.empty) + strconv.Quote(v.text) + strconv.Quote(strings.Join(v.args, "\x00"))
	}
	return canonicalField(n.field.text) + " " + n.operator + " [" + strings.Join(values, ",") + "]"
}
