package singer

import (
	"encoding/json"
	"slices"
)

// schemaNode is what a catalog's schema says of one column beyond its type: legacy catalogs keep the choice there.
type schemaNode struct {
	properties map[string]*schemaNode
	items      *schemaNode
	selected   looseBool
	inclusion  string
	open       bool // additionalProperties: it has members beyond those that it lists
}

// UnmarshalJSON takes any JSON for a schema: `true`, or a list of schemas, says nothing that matters here.
func (n *schemaNode) UnmarshalJSON(raw []byte) error {
	if len(raw) == 0 || raw[0] != '{' {
		return nil
	}
	byName, err := object(raw)
	if err != nil {
		return err
	}
	if properties := byName[breadcrumbObject]; isObject(properties) {
		if err := json.Unmarshal(properties, &n.properties); err != nil {
			return err
		}
	}
	if items := byName[breadcrumbArray]; isObject(items) {
		if err := json.Unmarshal(items, &n.items); err != nil {
			return err
		}
	}
	if inclusion, ok := asText(byName[metaInclusion]); ok {
		n.inclusion = inclusion
	}
	n.open = string(byName["additionalProperties"]) == "true"
	if selected := byName[metaSelected]; !isNull(selected) {
		return n.selected.UnmarshalJSON(selected)
	}
	return nil
}

// at finds the node of a column, looking through arrays at their items. Without one it returns an empty node.
func (n *schemaNode) at(path []string) (node *schemaNode, found bool) {
	for _, name := range path {
		for n != nil && n.properties == nil && n.items != nil {
			n = n.items
		}
		if n == nil || n.properties[name] == nil {
			return new(schemaNode), false
		}
		n = n.properties[name]
	}
	return n, n != nil
}

// propertyPaths lists the properties of a JSON Schema below prefix in the order of eachProperty.
func propertyPaths(schema json.RawMessage, prefix []string) [][]string {
	var paths [][]string
	eachProperty(schema, prefix, func(path []string, _ json.RawMessage) { paths = append(paths, path) })
	return paths
}

// eachProperty visits the properties of a JSON Schema below prefix in their order, each before those nested in it. The items
// of arrays are not entered: an array is one column.
func eachProperty(schema json.RawMessage, prefix []string, visit func(path []string, property json.RawMessage)) {
	top, err := object(schema)
	if err != nil {
		return
	}
	properties, err := members(top[breadcrumbObject])
	if err != nil {
		return
	}
	for _, property := range properties {
		path := append(slices.Clip(prefix), property.name)
		visit(path, property.value)
		eachProperty(property.value, path, visit)
	}
}

// isObject says whether a member is a JSON object.
func isObject(raw json.RawMessage) bool { return len(raw) > 0 && raw[0] == '{' }

// asText reads a member that is a string.
func asText(raw json.RawMessage) (text string, ok bool) {
	ok = len(raw) > 0 && raw[0] == '"' && json.Unmarshal(raw, &text) == nil
	return text, ok
}
