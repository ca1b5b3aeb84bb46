package stream

// userStreams are the people of the site.
func userStreams() []Stream {
	return []Stream{
		{
			Name:           "users",
			Documented:     platform("users"),
			Keys:           []string{"accountId"},
			DataCenterKeys: []string{"key"},
			Source:         UserDirectory,
			Standard:       true,
			Permission:     "Browse users and groups",
		},
	}
}
