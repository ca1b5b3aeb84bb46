package jira

import "context"

// Field is an issue field, GET /rest/api/{v}/field.
type Field struct {
	// ID is the name in `fields`, "summary" or "customfield_10020".
	ID string
	// Name is in the account's language, UntranslatedName in the site's.
	Name, UntranslatedName string
	// Custom says that it is not one of Jira's own.
	Custom bool
	// Type, Items, System and CustomType are the members of its `schema`, "" when absent.
	Type, Items, System, CustomType string
}

// Fields lists the fields the account may see.
func (c *Client) Fields(ctx context.Context) ([]Field, error) { return nil, ctx.Err() }
