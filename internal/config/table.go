package config

import "slices"

// table lists every setting, in the order in which --about, the schema and lists of problems show them. A new key is one
// literal here and one field of Config.
func table() []setting {
	return slices.Concat(accessSettings(), oauth1Settings(), tokenSettings(), scopeSettings(), shapeSettings(),
		paceSettings(), deleteSettings(), scheduleSettings(), networkSettings(), otherTapsSettings())
}

// accessSettings say where the site is and who asks.
func accessSettings() []setting {
	return []setting{
		{
			name: "base_url", kind: kindAddress, aliases: []string{"domain"},
			about: "Address of the Jira site, with its context path if it has one: https://acme.atlassian.net or https://host/jira; " +
				"a bare host means https, http is refused",
			expect: "an https address such as https://acme.atlassian.net or https://host/jira",
			field:  func(c *Config) any { return &c.BaseURL },
		},
		{
			name: "auth", kind: kindText, def: "auto", aliases: []string{"auth.flow"},
			choices:  []string{"auto", "basic", "pat", "oauth1", "oauth2"},
			synonyms: map[string]string{"password": "basic", "oauth": "oauth2"},
			about:    "How to sign in; auto goes by which keys are set",
			field:    func(c *Config) any { return &c.Auth },
		},
		{
			name: "username", kind: kindText, aliases: []string{"email", "auth.username"}, personal: true,
			about: "User name on Data Center, e-mail address on Cloud",
			// A colon would end the name in a Basic header (RFC 7617).
			pattern: `^[^:\x00-\x1f\x7f]+$`, expect: "a user name or e-mail address without a colon",
			field: func(c *Config) any { return &c.Username },
		},
		{
			name: "password", kind: kindSecret, aliases: []string{"api_token", "auth.password"},
			about: "Password on Data Center, API token on Cloud",
			field: func(c *Config) any { return &c.Password },
		},
	}
}

// oauth1Settings are for Jira's application links.
func oauth1Settings() []setting {
	return []setting{
		{
			name: "oauth1_consumer_key", kind: kindText,
			about:   "OAuth 1.0a: the consumer key of Jira's application link",
			pattern: `^[^\x00-\x1f\x7f]+$`, expect: "the consumer key as it stands in the application link",
			field: func(c *Config) any { return &c.OAuth1ConsumerKey },
		},
		{
			name: "oauth1_private_key", kind: kindSecret,
			about: "OAuth 1.0a: the private key whose public half stands in the application link, as PEM text",
			field: func(c *Config) any { return &c.OAuth1PrivateKey },
		},
		{
			name: "oauth1_private_key_file", kind: kindPath,
			about: "OAuth 1.0a: file that holds the private key, instead of oauth1_private_key",
		},
		{
			name: "oauth1_access_token", kind: kindSecret,
			about: "OAuth 1.0a: access token; not needed after auth login oauth1, which keeps it in credentials_file",
			field: func(c *Config) any { return &c.OAuth1AccessToken },
		},
		{
			name: "oauth1_access_token_secret", kind: kindSecret, about: "OAuth 1.0a: the access token's secret",
			field: func(c *Config) any { return &c.OAuth1AccessTokenSecret },
		},
		{
			name: "oauth1_session_handle", kind: kindSecret,
			about: "OAuth 1.0a: session handle, with which an expired access token is renewed",
			field: func(c *Config) any { return &c.OAuth1SessionHandle },
		},
		{
			name: "credentials_file", kind: kindPath,
			about: "File where obtained and renewed tokens are kept; beside the config file unless given, in memory without one",
			field: func(c *Config) any { return &c.CredentialsFile },
		},
	}
}

// tokenSettings are for tokens: of a person, of an OAuth 2.0 app, and of a service account.
func tokenSettings() []setting {
	return []setting{
		{
			name: "personal_access_token", kind: kindSecret, about: "Personal access token of Data Center 8.14 or later",
			field: func(c *Config) any { return &c.PersonalAccessToken },
		},
		{
			name: "oauth_client_id", kind: kindText, about: "OAuth 2.0: client id of the app or of the incoming link",
			pattern: `^[\x21-\x7e]+$`, expect: "the client id as Atlassian or Jira shows it",
			field: func(c *Config) any { return &c.OAuthClientID },
		},
		{
			name: "oauth_client_secret", kind: kindSecret, about: "OAuth 2.0: client secret",
			field: func(c *Config) any { return &c.OAuthClientSecret },
		},
		{
			name: "refresh_token", kind: kindSecret,
			about: "OAuth 2.0: refresh token; not needed after auth login oauth2, and client credentials are used without one",
			field: func(c *Config) any { return &c.RefreshToken },
		},
		{
			name: "access_token", kind: kindSecret, aliases: []string{"auth.access_token"},
			about: "OAuth 2.0: access token; alone it works until it expires, mostly for an hour",
			field: func(c *Config) any { return &c.AccessToken },
		},
		{
			name: "cloud_id", kind: kindText,
			about:   "Cloud: the site's id at Atlassian, for OAuth 2.0 and scoped tokens; found by itself where base_url is given, and enough without it",
			pattern: `^[0-9A-Za-z-]+$`, expect: "the id that https://acme.atlassian.net/_edge/tenant_info shows",
			field: func(c *Config) any { return &c.CloudID },
		},
		{
			name: "oauth_redirect_uri", kind: kindText,
			about:   "OAuth 2.0: redirect address as it is registered with the app; auth login oauth2 listens there when it is on loopback",
			def:     DefaultRedirectURI,
			pattern: `^https?://[^\s#]+$`, expect: "the redirect address that is registered, such as " + DefaultRedirectURI,
			field: func(c *Config) any { return &c.OAuthRedirectURI },
		},
	}
}

// scopeSettings limit what is read.
func scopeSettings() []setting {
	return []setting{
		{
			name: "start_date", kind: kindDate,
			about: "Read what changed since: RFC 3339 or a date; one year before the first run unless given",
			field: func(c *Config) any { return &c.StartDate },
		},
		{
			name: "end_date", kind: kindDate, about: "Read what changed before: RFC 3339 or a date (its first moment, UTC)",
			field: func(c *Config) any { return &c.EndDate },
		},
		{
			name: "streams", kind: kindList,
			about: "Patterns of what to read, as for select: issues.*, !issues.fields.customfield_*, worklogs; the standard set unless given",
			field: func(c *Config) any { return &c.Streams },
		},
		{
			name: "projects", kind: kindList, upper: true, about: "Read only these projects' issues: project keys or ids",
			// Jira's default rule for keys, and numeric ids; project names would have to be looked up first.
			pattern: `^([A-Z][A-Z0-9_]*|[0-9]+)$`, expect: "project keys (what stands before the dash in ABC-123) or ids",
			field: func(c *Config) any { return &c.Projects },
		},
		{
			name: "jql", kind: kindText, aliases: []string{"stream_options.issues.jql"},
			about: "Read only the issues that this JQL finds; without ORDER BY",
			field: func(c *Config) any { return &c.JQL },
		},
		{
			name: "groups", kind: kindList, about: "Read only the users in these groups",
			field: func(c *Config) any { return &c.Groups },
		},
		{
			name: "stream_options.issues.fields", kind: kindList,
			about: "Ids of the issue fields to read, as in MeltanoLabs' tap; all unless given",
			field: func(c *Config) any { return &c.SelectedIssueFields },
		},
		{
			name: "include_audit_logs", kind: kindBoolean, def: false,
			about: "Read the audit log (audit_records, Cloud) beside the standard set, where neither streams nor a catalog chooses",
			field: func(c *Config) any { return &c.IncludeAuditLogs },
		},
	}
}

// shapeSettings say what the output looks like.
func shapeSettings() []setting {
	return []setting{
		{
			name: "integration_name", kind: kindText,
			about: `Put this name, normalised, before every stream name, so that targets make it the schema: "Stitch JIRA" gives stitch_jira-issues`,
			field: func(c *Config) any { return &c.IntegrationName },
		},
		{
			name: "issue_fields", kind: kindText, def: "nested", choices: []string{"nested", "columns"},
			about: "nested leaves an issue's fields inside the column fields; columns gives each selected field a column of its own",
			field: func(c *Config) any { return &c.IssueFields },
		},
		{
			name: "rich_text", kind: kindText, def: "text", choices: []string{"text", "adf"},
			about: "text reads descriptions and comments as wiki text, adf as Atlassian's documents (Cloud)",
			field: func(c *Config) any { return &c.RichText },
		},
		{
			name: "site_column", kind: kindText, about: "Name of a column, added to every record, that says which site it is from",
			pattern: `^[A-Za-z_][A-Za-z0-9_]{0,62}$`, expect: "a column name: letters, digits and _, at most 63, no digit first",
			field: func(c *Config) any { return &c.SiteColumn },
		},
		{
			name: "activate_version", kind: kindBoolean, def: false, aliases: []string{"emit_activate_version_messages"},
			about: "Send ACTIVATE_VERSION after a complete pass, so that targets drop what is gone; not for tables with a column version",
			field: func(c *Config) any { return &c.ActivateVersion },
		},
		{
			name: "validate_records", kind: kindText, def: "off", choices: []string{"off", "sample", "all"},
			about: "Check records against their schema before they are written: none, some of them, or all",
			field: func(c *Config) any { return &c.ValidateRecords },
		},
		{
			name: "on_forbidden", kind: kindText, def: "fail", choices: []string{"fail", "skip"},
			about: "When the account may not read a selected stream: fail reads the others and exits with 5, skip names it and exits with 0",
			field: func(c *Config) any { return &c.OnForbidden },
		},
	}
}
