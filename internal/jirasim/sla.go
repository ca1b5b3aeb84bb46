package jirasim

import "time"

// slaCycle is one run of a service level's clock, in epoch milliseconds and milliseconds.
type slaCycle struct {
	start, goal, elapsed int64
	// ongoing cycles have no end yet; paused ones do not count on.
	ongoing, paused bool
}

// slaCycles are the cycles of a service level of issue i, oldest first: up to three that are completed, as a request that
// is opened again starts another, and at most one that goes on. There may be none: the clock has not started.
func (s *Site) slaCycles(snap *snapshot, f *field, i int) []slaCycle {
	r := s.rng(domCycle, f.customID, i)
	const hour = 3_600_000
	goal, at := int64(1+r.intn(48))*hour, s.createdAt(snap, i)
	completed := r.intn(4)
	cycles := make([]slaCycle, 0, completed+1)
	for range completed {
		c := slaCycle{start: at, goal: goal, elapsed: int64(r.intn(int(2 * goal)))}
		cycles = append(cycles, c)
		at += c.elapsed + int64(1+r.intn(72))*hour
	}
	if r.oneIn(2) {
		paused := r.oneIn(4)
		c := slaCycle{start: at, goal: goal, elapsed: max(0, s.slaClock()-at), ongoing: true, paused: paused}
		if paused {
			c.elapsed /= 2
		}
		cycles = append(cycles, c)
	}
	return cycles
}

// slaFields are the service levels that issue i has.
func (s *Site) slaFields(snap *snapshot, i int) []*field {
	project := s.keyOf(snap, i).project
	var found []*field
	for k := range s.fields {
		f := &s.fields[k]
		if f.kind != valueSLA || f.projects&(1<<project) == 0 {
			continue
		}
		if r := s.rng(domField, f.customID, i); r.intn(100) < f.fill {
			found = append(found, f)
		}
	}
	return found
}

// slaClock is the time that running service levels are measured at.
func (s *Site) slaClock() int64 {
	if s.opt.TickingSLA {
		return s.opt.Now().UnixMilli()
	}
	return max(s.end, s.opt.Now().UTC().Truncate(24*time.Hour).UnixMilli())
}

// sla writes a service level with its cycles.
func (w *writer) sla(key string, f *field, i int) {
	w.open(key)
	w.str("id", itoa(f.customID))
	w.str("name", f.name)
	w.open("_links")
	w.text("self", w.base, "/rest/servicedeskapi/request/", utoa(w.s.issueID(i)), "/sla/", itoa(f.customID))
	w.close()
	cycles := w.s.slaCycles(w.snap, f, i)
	w.list("completedCycles")
	for _, c := range cycles {
		if c.ongoing {
			continue
		}
		w.open("")
		w.cycle(c)
		w.close()
	}
	w.end()
	if n := len(cycles); n > 0 && cycles[n-1].ongoing {
		w.open("ongoingCycle")
		w.cycle(cycles[n-1])
		w.close()
	}
	w.close()
}

// cycle writes the members of a cycle; what remains is negative after a breach. One that goes on knows no end, and is
// paused or not, within the hours of its calendar or not.
func (w *writer) cycle(c slaCycle) {
	w.serviceDate("startTime", c.start)
	if !c.ongoing {
		w.serviceDate("stopTime", c.start+c.elapsed)
	}
	w.serviceDate("breachTime", c.start+c.goal)
	w.boolean("breached", c.elapsed > c.goal)
	if c.ongoing {
		w.boolean("paused", c.paused)
		w.boolean("withinCalendarHours", !c.paused)
	}
	w.duration("goalDuration", c.goal)
	w.duration("elapsedTime", c.elapsed)
	w.duration("remainingTime", c.goal-c.elapsed)
}

// duration writes milliseconds and their friendly form.
func (w *writer) duration(key string, ms int64) {
	w.open(key)
	w.num("millis", ms)
	w.text("friendly", itoa(int(ms/3_600_000)), "h ", itoa(int(max(ms, -ms)/60_000%60)), "m")
	w.close()
}

// slaKeys are the cycles of all service levels of the issues that search shows.
func (s *Site) slaKeys(yield func(string) bool) {
	snap := s.live.Load()
	for i := range s.visibleIssues(snap) {
		for _, f := range s.slaFields(snap, i) {
			for k := range s.slaCycles(snap, f, i) {
				if !yield(utoa(s.issueID(i)) + "/" + f.id + "/" + itoa(k+1)) {
					return
				}
			}
		}
	}
}

// slaRecord is a service level as the portal tells it: what the issue holds in its field.
func (c cell) slaRecord() any {
	snap := c.j.site.live.Load()
	w := c.j.site.writer(nil, renderOptions{API: 2, Zone: c.j.zone})
	w.sla("", c.j.site.slaFields(snap, c.place)[c.k], c.place)
	var record map[string]any
	mustRead(w.b, &record)
	if _, goesOn := record["ongoingCycle"]; !goesOn {
		record["ongoingCycle"] = nil // not the example's
	}
	return record
}
