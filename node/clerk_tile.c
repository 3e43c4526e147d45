#include "node/clerk_tile.h"

#include "node/checkpoint.h"
#include "node/cosigned.h"
#include "node/tile.h"

enum err clerk_tile_checkpoint(const struct turn *turn, struct bytes question, struct buffer *to)
{
	struct bytes note;
	enum err err = cosigned_newest(turn->ledger, turn->arena, &note);

	(void)question;
	if (err != OK)
		return err == ERR_MISSING ? ERR_UNAVAILABLE : err;
	buffer_put(to, note);
	return buffer_error(to);
}

/* A tile beyond what is signed would show a root that nobody stands for. */
enum err clerk_tile_serve(const struct turn *turn, struct bytes question, struct buffer *to)
{
	struct checkpoint checkpoint;
	struct tile tile;
	struct bytes note;
	enum err err;

	if (!tile_parse(question, &tile))
		return ERR_MISSING;
	if ((err = ledger_checkpoint_last(turn->ledger, turn->arena, &note)) != OK ||
	    (err = checkpoint_parse(note, &checkpoint)) != OK)
		return err;
	return tile_is_in(&tile, checkpoint.size) ? tile_put(&tile, turn->ledger, to) : ERR_MISSING;
}
