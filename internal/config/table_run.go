package config

// paceSettings say how fast to read.
func paceSettings() []setting {
	return []setting{
		{
			name: "concurrency", kind: kindInteger, def: 8, min: 1, max: 100, about: "Requests in flight at most",
			field: func(c *Config) any { return &c.Concurrency },
		},
		{
			name: "requests_per_second", kind: kindNumber, def: 0, min: 0, max: 1000, about: "Requests a second at most; 0 sets no limit",
			field: func(c *Config) any { return &c.RequestsPerSecond },
		},
		{
			// 5,000 is the most that any endpoint gives (Cloud's search/jql with ids only).
			name: "page_size", kind: kindInteger, min: 1, max: 5000, aliases: []string{"page_size.issues"},
			about: "Records asked for in a page at most; each endpoint's best unless given. Lists of ids alone, which are short, are not limited by it",
			field: func(c *Config) any { return &c.PageSize },
		},
		{
			name: "lookback", kind: kindDuration, def: "30m", min: 0, max: 30 * 24 * 3600,
			about: "How far an incremental run reads back over the last one, because Jira's search index lags: 30m, 2h, or seconds as a number",
			field: func(c *Config) any { return &c.Lookback },
		},
		{
			name: "request_timeout", kind: kindSeconds, def: 300, min: 0.001, max: 24 * 3600,
			about: "Seconds that a request may take without progress; 0 means the default",
			field: func(c *Config) any { return &c.RequestTimeout },
		},
		{
			name: "user_agent", kind: kindText, about: "User-Agent header of each request",
			pattern: `^[\x20-\x7e]+$`, expect: "printable ASCII on one line",
			field: func(c *Config) any { return &c.UserAgent },
		},
	}
}

// deleteSettings are about what is gone from Jira.
func deleteSettings() []setting {
	return []setting{
		{
			name: "detect_deletes", kind: kindBoolean, def: false,
			about: "Print a tombstone, a record of nothing but its key, when and why, for issues, comments and worklogs that are gone; needs census_dir",
			field: func(c *Config) any { return &c.DetectDeletes },
		},
		{
			name: "census_dir", kind: kindPath,
			about: "Folder in which the ids are kept that were printed, to be kept as long as the state; one for each state",
			field: func(c *Config) any { return &c.CensusDir },
		},
		{
			name: "max_vanished_share", kind: kindNumber, def: 0.2, min: 0, max: 1,
			about: "Print no tombstones for a project when more than this share of its issues, and at least 20, vanished at once; 1 believes all",
			field: func(c *Config) any { return &c.MaxVanishedShare },
		},
		{
			name: "sweep", kind: kindNumber, def: 7, min: 0, max: 3650,
			about: "Days after which streams are read whole whose changes Jira does not date; 0 never does",
			field: func(c *Config) any { return &c.Sweep },
		},
	}
}

// scheduleSettings are about run.
func scheduleSettings() []setting {
	return []setting{
		{
			name: "replication_frequency", kind: kindDuration, def: "30m", min: 1, max: 366 * 24 * 3600,
			about: "How often a bare run --every reads",
			field: func(c *Config) any { return &c.ReplicationFrequency },
		},
	}
}

// networkSettings are about TLS and proxies.
func networkSettings() []setting {
	return []setting{
		{
			name: "ca_file", kind: kindPath, about: "PEM file of certificate authorities to trust beside the system's",
			field: func(c *Config) any { return &c.CAFile },
		},
		{
			name: "client_cert_file", kind: kindPath,
			about: "PEM file of a client certificate, for servers that ask for one; the certificates that lead to its authority may follow in it",
			field: func(c *Config) any { return &c.ClientCertFile },
		},
		{
			name: "client_key_file", kind: kindPath, about: "PEM file of the client certificate's private key; client_cert_file may hold it too",
			field: func(c *Config) any { return &c.ClientKeyFile },
		},
		{
			name: "proxy_url", kind: kindSecret,
			about: "Proxy to go through: http://host:port, https:// or socks5://, with user:password@ where it asks for them; " +
				"HTTPS_PROXY works too, and NO_PROXY names hosts that are reached without it",
			field: func(c *Config) any { return &c.ProxyURL },
		},
	}
}

// otherTapsSettings belong to taps built with the Meltano SDK. What would change the output is refused, the rest has no
// meaning without it.
func otherTapsSettings() []setting {
	const mapper = "tap-jira leaves that to Meltano's mapper (meltano-map-transform), put it between tap and target and remove "
	return []setting{
		{name: "stream_maps", kind: kindObject, about: "Not supported; Meltano's mapper does it", later: mapper + "stream_maps"},
		{
			name: "flattening_enabled", kind: kindBoolean, def: false, about: "Not supported; Meltano's mapper does it",
			later: mapper + "flattening_enabled",
		},
		{
			name: "batch_config", kind: kindObject, about: "Not supported; records come one by one",
			later: "tap-jira prints records and no batch files (Meltano's mapper, meltano-map-transform, takes no BATCH messages either), remove batch_config",
		},
		{name: "stream_map_config", kind: kindObject, about: "Belongs to stream_maps; without effect", unused: true},
		{name: "faker_config", kind: kindObject, about: "Belongs to stream_maps; without effect", unused: true},
		{name: "flattening_max_depth", kind: kindInteger, about: "Belongs to flattening_enabled; without effect", unused: true},
		{name: "flattening_separator", kind: kindText, about: "Belongs to flattening_enabled; without effect", unused: true},
		{name: "flattening_max_key_length", kind: kindInteger, about: "Belongs to flattening_enabled; without effect", unused: true},
	}
}
