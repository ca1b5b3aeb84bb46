package jira

import "context"

// Field is an issue field, GET /rest/api/{v}/field.
type Field struct {
	// ID is the name in `fields`, "summary" or "customfield_10020".
	ID string
	// Name is in the account's language, UntranslatedName in the site's; neither is
	// unique.
	Name, UntranslatedName string
	// Custom says that it is not one of Jira's own.
	Custom bool
	// Type, Items, System and CustomType are the members type, items, system and
	// custom of its `schema`, "" when absent.
	Type, Items, System, CustomType string
}

// Fields lists the fields the account may see, in Jira's order.
func (c *Client) Fields(ctx context.Context) ([]Field, error) {
	var answer []struct {
		ID               string `json:"id"`
		Name             string `json:"name"`
		UntranslatedName string `json:"untranslatedName"`
		Custom           bool   `json:"custom"`
		Schema           struct {
			Type   string `json:"type"`
			Items  string `json:"items"`
			System string `json:"system"`
			Custom string `json:"custom"`
		} `json:"schema"`
	}
	if err := c.ask(ctx, Request{Path: "/rest/api/{v}/field"}, &answer); err != nil {
		return nil, err
	}
	fields := make([]Field, 0, len(answer))
	for _, f := range answer {
		fields = append(fields, Field{
			ID: f.ID, Name: f.Name, UntranslatedName: f.UntranslatedName, Custom: f.Custom,
			Type: f.Schema.Type, Items: f.Schema.Items, System: f.Schema.System, CustomType: f.Schema.Custom,
		})
	}
	return fields, nil
}
