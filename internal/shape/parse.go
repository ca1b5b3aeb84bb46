package shape

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

// parseFile reads a stream's schema file: the tree of its columns, and its examples.
func parseFile(text []byte) (*node, []json.RawMessage, error) {
	root, err := parse(text)
	if err != nil {
		return nil, nil, err
	}
	var file struct {
		Examples []json.RawMessage `json:"examples"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, nil, fmt.Errorf("read examples: %w", err)
	}
	return root, file.Examples, nil
}

// parse reads the few keywords that our schemas use. Order is kept: it is the order of the columns.
func parse(text []byte) (*node, error) {
	return parseNode(jsontext.NewDecoder(bytes.NewReader(text)))
}

func parseNode(dec *jsontext.Decoder) (*node, error) {
	n := &node{}
	err := eachMember(dec, func(name string) error { return n.parseKeyword(dec, name) })
	if err != nil {
		return nil, err
	}
	switch n.typ {
	case typeString, typeInteger, typeNumber, typeBoolean, typeObject, typeArray:
		return n, nil
	}
	return nil, fmt.Errorf("type at %s is %q", dec.StackPointer(), n.typ)
}

func (n *node) parseKeyword(dec *jsontext.Decoder, name string) error {
	var err error
	switch name {
	case "type":
		n.typ, err = parseType(dec)
	case "format":
		n.format, err = parseString(dec)
	case "title":
		n.title, err = parseString(dec)
	case "x-jira":
		n.mark, err = parseString(dec)
	case "properties":
		err = eachMember(dec, func(name string) error {
			child, err := parseNode(dec)
			n.members = append(n.members, member{name: name, node: child})
			return err
		})
	case "items":
		n.items, err = parseNode(dec)
	case "examples":
		err = dec.SkipValue()
	default:
		return fmt.Errorf("keyword %q at %s is not one that every target takes", name, dec.StackPointer())
	}
	return err
}

// parseType reads `["null", X]`; the bare X is only for the root of a file.
func parseType(dec *jsontext.Decoder) (string, error) {
	var one string
	var many []string
	v, err := dec.ReadValue()
	if err != nil {
		return "", err
	}
	if json.Unmarshal(v, &one) == nil && dec.StackDepth() == 1 {
		return one, nil
	}
	if json.Unmarshal(v, &many) == nil && len(many) == 2 && many[0] == "null" {
		return many[1], nil
	}
	return "", fmt.Errorf("type at %s is %s, want [\"null\", X]", dec.StackPointer(), v)
}

func parseString(dec *jsontext.Decoder) (string, error) {
	token, err := dec.ReadToken()
	if err != nil {
		return "", err
	}
	if token.Kind() != '"' {
		return "", fmt.Errorf("value at %s is not a string", dec.StackPointer())
	}
	return token.String(), nil
}

// eachMember calls read with the name of each member of the object that comes next; read takes the value.
func eachMember(dec *jsontext.Decoder, read func(name string) error) error {
	if token, err := dec.ReadToken(); err != nil {
		return err
	} else if token.Kind() != '{' {
		return fmt.Errorf("value at %s is not an object", dec.StackPointer())
	}
	for dec.PeekKind() != '}' {
		name, err := parseString(dec)
		if err != nil {
			return err
		}
		if err := read(name); err != nil {
			return err
		}
	}
	_, err := dec.ReadToken()
	return err
}
