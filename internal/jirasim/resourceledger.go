package jirasim

import "strings"

// resourceLedger are the streams of the resources that the deployment has: what an administrator finds by reading them
// for every place.
func (j *Jira) resourceLedger() []ledgerStream {
	var streams []ledgerStream
	for k := range j.resources {
		r := &j.resources[k]
		l := r.on(j.opt.Deployment)
		if l.path == "" || r.hidden {
			continue
		}
		columns := r.keyColumns(j.opt.Deployment)
		streams = append(streams, ledgerStream{
			name: r.stream, columns: columnNames(columns), apps: len(r.apps) > 0,
			keys: func(_ *Site, yield func(string) bool) { j.resourceKeys(r, l, columns, yield) },
		})
	}
	return streams
}

// columnNames are the names in front of the paths.
func columnNames(columns []string) []string {
	names := make([]string, len(columns))
	for i, column := range columns {
		names[i], _, _ = strings.Cut(column, "=")
	}
	return names
}

// resourceKeys goes through the records of every place. What several places list is told once.
func (j *Jira) resourceKeys(r *resource, l *listing, columns []string, yield func(string) bool) {
	told := map[string]bool{}
	j.places(r, l, func(c cell) bool {
		if l.check != nil && l.check(c) != nil {
			return true
		}
		for k := range c.count() {
			key := c.at(k).key(columns)
			if !told[key] && !yield(key) {
				return false
			}
			told[key] = true
		}
		return true
	})
}

// moreLedger are the streams beyond the core that the examples name.
func (j *Jira) moreLedger() []ledgerStream {
	var told []ledgerStream
	for _, streams := range [][]ledgerStream{j.agileLedger(), j.partLedger(), j.resourceLedger()} {
		for _, stream := range streams {
			if _, there := j.examples[stream.name]; there {
				told = append(told, stream)
			}
		}
	}
	return told
}

// knownResources are the resources that the examples tell of.
func (j *Jira) knownResources() []resource {
	var known []resource
	for _, r := range allResources() {
		if _, there := j.examples[r.stream]; there || r.cloud.record != "" && len(j.examples) > 0 {
			known = append(known, r)
		}
	}
	return known
}
