package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// schemaURL names the schema to the compiler; nothing is fetched from it.
const schemaURL = "tap-jira-config.json"

// Schema is the JSON Schema (draft 2020-12) of the config in its canonical form: aliases resolved, values typed. Beside
// the standard keywords it says "secret": true and lists "aliases".
func Schema() []byte {
	data, err := json.MarshalIndent(schemaOf(table()), "", "  ")
	if err != nil {
		panic(fmt.Sprintf("the table of settings is broken: %v", err))
	}
	return data
}

// properties keeps the order of the table, which a map would lose.
type properties struct {
	names []string
	byKey map[string]any
}

// set keeps the order in which members came: people read the schema top down.
func (p *properties) set(name string, value any) {
	if p.byKey == nil {
		p.byKey = map[string]any{}
	}
	if _, there := p.byKey[name]; !there {
		p.names = append(p.names, name)
	}
	p.byKey[name] = value
}

// MarshalJSON writes the properties in their order.
func (p *properties) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	out.WriteByte('{')
	for i, name := range p.names {
		if i > 0 {
			out.WriteByte(',')
		}
		value, err := json.Marshal(p.byKey[name])
		if err != nil {
			return nil, fmt.Errorf("encode %s: %w", name, err)
		}
		fmt.Fprintf(&out, "%q:%s", name, value)
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

// objectSchema is the schema of an object, the whole config or one inside it.
type objectSchema struct {
	Schema      string      `json:"$schema,omitempty"`
	Title       string      `json:"title,omitempty"`
	Type        any         `json:"type"`
	Description string      `json:"description,omitempty"`
	Properties  *properties `json:"properties"`
}

// settingSchema is the schema of one value.
type settingSchema struct {
	Type        []string       `json:"type"`
	Description string         `json:"description"`
	Default     any            `json:"default,omitempty"`
	Enum        []any          `json:"enum,omitempty"`
	Format      string         `json:"format,omitempty"`
	Minimum     *float64       `json:"minimum,omitempty"`
	Maximum     *float64       `json:"maximum,omitempty"`
	Pattern     string         `json:"pattern,omitempty"`
	Items       *settingMember `json:"items,omitempty"`
	Secret      bool           `json:"secret,omitempty"`
	Aliases     []string       `json:"aliases,omitempty"`
}

type settingMember struct {
	Type    string `json:"type"`
	Pattern string `json:"pattern,omitempty"`
}

// schemaOf makes the JSON Schema of the table; a dot in a setting's name is an object inside.
func schemaOf(settings []setting) *objectSchema {
	root := &objectSchema{
		Schema: "https://json-schema.org/draft/2020-12/schema", Title: "Config of tap-jira", Type: "object", Properties: &properties{},
	}
	for i := range settings {
		place := root.Properties
		parts := strings.Split(settings[i].name, ".")
		for _, part := range parts[:len(parts)-1] {
			inner, ok := place.byKey[part].(*objectSchema)
			if !ok {
				inner = &objectSchema{
					Type: []string{"object", "null"}, Description: "As in MeltanoLabs' tap", Properties: &properties{},
				}
				place.set(part, inner)
			}
			place = inner.Properties
		}
		place.set(parts[len(parts)-1], settings[i].schema())
	}
	return root
}

// schema is the part of the config's schema for one setting.
func (s *setting) schema() settingSchema {
	out := settingSchema{
		Type: []string{s.jsonType(), "null"}, Description: s.description(), Default: s.def,
		Secret: s.kind == kindSecret, Aliases: s.aliases,
	}
	switch s.kind {
	case kindDate:
		out.Format = "date-time"
	case kindList:
		out.Items = &settingMember{Type: "string", Pattern: s.pattern}
	case kindInteger, kindNumber, kindSeconds:
		if s.bounded() {
			out.Minimum, out.Maximum = &s.min, &s.max
		}
	default:
		out.Pattern = s.pattern
	}
	for _, c := range s.choices {
		out.Enum = append(out.Enum, c)
	}
	if out.Enum != nil {
		out.Enum = append(out.Enum, nil) // null means not given, as for every key
	}
	return out
}

// jsonType is how the schema calls the kind of a setting. Values may come as text all the same.
func (s *setting) jsonType() string {
	switch s.kind {
	case kindBoolean:
		return "boolean"
	case kindInteger:
		return "integer"
	case kindNumber, kindSeconds:
		return "number"
	case kindList:
		return "array"
	case kindObject:
		return "object"
	}
	return "string"
}

// description is about, and what is refused for now.
func (s *setting) description() string {
	if s.later == "" || s.kind == kindObject || s.name == "flattening_enabled" {
		return s.about
	}
	return s.about + " (in a later release)"
}

// violations checks canonical values, by setting name, against the schema and returns the names of those that break it.
func violations(values map[string]any) (map[string]bool, error) {
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat = true // otherwise "format" is only a remark
	if err := compiler.AddResource(schemaURL, bytes.NewReader(Schema())); err != nil {
		return nil, fmt.Errorf("read the schema of the config: %w", err)
	}
	schema, err := compiler.Compile(schemaURL)
	if err != nil {
		return nil, fmt.Errorf("compile the schema of the config: %w", err)
	}
	broken := map[string]bool{}
	err = schema.Validate(nest(values))
	if invalid, ok := errors.AsType[*jsonschema.ValidationError](err); ok {
		collect(invalid, values, broken)
		return broken, nil
	}
	return broken, err
}

// nest puts dotted names into objects.
func nest(values map[string]any) map[string]any {
	root := map[string]any{}
	for name, value := range values {
		place := root
		parts := strings.Split(name, ".")
		for _, part := range parts[:len(parts)-1] {
			inner, ok := place[part].(map[string]any)
			if !ok {
				inner = map[string]any{}
				place[part] = inner
			}
			place = inner
		}
		place[parts[len(parts)-1]] = value
	}
	return root
}

// collect walks to the innermost causes, whose locations name the settings.
func collect(invalid *jsonschema.ValidationError, values map[string]any, broken map[string]bool) {
	for _, cause := range invalid.Causes {
		collect(cause, values, broken)
	}
	at := strings.ReplaceAll(strings.TrimPrefix(invalid.InstanceLocation, "/"), "/", ".")
	for name := range values {
		if at == name || strings.HasPrefix(at, name+".") {
			broken[name] = true
		}
	}
}
