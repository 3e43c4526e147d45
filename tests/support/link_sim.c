#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "tests/support/link_sim.h"

/* splitmix64 (Steele, Lea, Flood 2014): small, and the same everywhere */
uint64_t link_sim_draw(struct sim *sim)
{
	uint64_t x = sim->random += 0x9E3779B97F4A7C15u;

	x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
	x = (x ^ x >> 27) * 0x94D049BB133111EBu;
	return x ^ x >> 31;
}

bool link_sim_chance(struct sim *sim, unsigned per_cent)
{
	return link_sim_draw(sim) % 100 < per_cent && !sim->is_healed;
}

void link_sim_violate(struct sim *sim, const char *what)
{
	if (sim->violation == NULL)
		sim->violation = what;
}

/* ---- Events ---- */

void link_sim_put(struct sim *sim, uint64_t in_ms, struct sim_event event, struct bytes bytes)
{
	if (sim->event_count == LINK_SIM_EVENTS)
		return; /* a queue that is full drops, as real ones do */
	event.at_ms = sim->now_ms + in_ms;
	event.order = sim->order++;
	event.len = bytes.len;
	event.bytes = malloc(bytes.len + 1);
	assert_non_null(event.bytes);
	if (bytes.len > 0)
		memcpy(event.bytes, bytes.at, bytes.len);
	sim->events[sim->event_count++] = event;
}

void link_sim_put_plain(struct sim *sim, uint64_t in_ms, enum sim_kind kind)
{
	link_sim_put(sim, in_ms, (struct sim_event){.kind = kind}, bytes_of_text(""));
}

struct sim_event link_sim_take(struct sim *sim)
{
	size_t first = 0;
	struct sim_event event;

	for (size_t i = 1; i < sim->event_count; i++) {
		const struct sim_event *a = &sim->events[i], *b = &sim->events[first];

		if (a->at_ms < b->at_ms || (a->at_ms == b->at_ms && a->order < b->order))
			first = i;
	}
	event = sim->events[first];
	sim->events[first] = sim->events[--sim->event_count];
	return event;
}

uint64_t link_sim_delay(struct sim *sim)
{
	return 1 + link_sim_draw(sim) % (sim->is_healed ? 5 : sim->faults.delay_ms);
}

/* ---- The network ---- */

void link_sim_carry(struct sim *sim, enum sim_kind to, struct bytes bytes)
{
	unsigned copies = link_sim_chance(sim, sim->faults.twice) ? 2 : 1;

	if (sim->is_cut || link_sim_chance(sim, sim->faults.drop))
		return;
	for (unsigned i = 0; i < copies; i++) {
		link_sim_put(sim,
			     link_sim_delay(sim) +
				     (i > 0 ? link_sim_draw(sim) % sim->faults.late_ms : 0),
			     (struct sim_event){.kind = to}, bytes);
		if (bytes.len > 0 && link_sim_chance(sim, sim->faults.damage)) {
			struct sim_event *last = &sim->events[sim->event_count - 1];
			uint64_t where = link_sim_draw(sim);

			last->bytes[where % last->len] ^= (uint8_t)(1u << (where >> 32) % 8);
			if (link_sim_chance(sim, 20))
				last->len = link_sim_draw(sim) % last->len;
		}
	}
}
