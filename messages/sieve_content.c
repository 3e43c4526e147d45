#include "messages/sieve_table.h"

/*
 * Predictive: which way to go is told by the next child alone. Where a content model is not
 * deterministic this may miss a way, but what it accepts is always in the model, since every step
 * is one that the model allows.
 */

static bool begins(const struct sieve_particle *particle, uint32_t head)
{
	return head != SIEVE_END && (particle->beginnings[head / 64] >> head % 64 & 1) != 0;
}

static bool fits(const struct sieve_particle *particle, struct sieve_stream *stream);

static bool fits_choice(const struct sieve_particle *choice, struct sieve_stream *stream)
{
	for (size_t i = 0; i < choice->child_count; i++) {
		if (begins(&choice->children[i], stream->head))
			return fits(&choice->children[i], stream);
	}
	return false;
}

static bool fits_once(const struct sieve_particle *particle, struct sieve_stream *stream)
{
	if (particle->group == SIEVE_GROUP_ELEMENT) {
		stream->head = stream->next(stream);
		return true;
	}
	if (particle->group == SIEVE_GROUP_CHOICE)
		return fits_choice(particle, stream);
	for (size_t i = 0; i < particle->child_count; i++) {
		if (!fits(&particle->children[i], stream))
			return false;
	}
	return true;
}

/* Each round reads at least the child that it begins with. */
static bool fits(const struct sieve_particle *particle, struct sieve_stream *stream)
{
	uint32_t count = 0;

	while (count < particle->max && begins(particle, stream->head)) {
		if (!fits_once(particle, stream))
			return false;
		count++;
	}
	return count >= particle->min || (count == 0 && particle->may_be_empty);
}

bool sieve_content_fits(struct sieve_stream *stream)
{
	stream->head = stream->next(stream);
	return fits(stream->type->model, stream) && stream->head == SIEVE_END;
}
