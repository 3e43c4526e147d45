#include "node/ledger_fit.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "node/epoch.h"
#include "node/reopen.h"
#include "node/restore.h"
#include "node/seal.h"
#include "sampan/disk.h"

#define SAID_BYTES 1024u

struct looking {
	const struct config *config;
	struct arena *arena;
	const char *folder; /* of the ledger */
	struct ledger_fit fit;
};

static enum err unfit(struct looking *looking, const char *en, const char *vi)
{
	if (en == NULL || vi == NULL)
		return ERR_MEMORY;
	looking->fit = (struct ledger_fit){.is_fit = false, .en = en, .vi = vi};
	return OK;
}

/* What an operator types, in the order in which it is needed. */
static const char *way_on(const struct looking *looking, const char *first)
{
	const char *known;
	bool has_key = epoch_load_key(looking->config->directory, looking->arena, &known) == OK;

	return arena_format(looking->arena,
			    "%s`sampan node reopen --operator-key KEYFILE --config %s`",
			    has_key ? "" : first, looking->config->path);
}

static const char first_a_key_en[] =
	"`sampan node operator KEYFILE`, the new card to every partner, ";
static const char first_a_key_vi[] =
	"`sampan node operator KEYFILE`, gửi thẻ mới cho mọi đối tác, rồi ";

static enum err unfit_older(struct looking *looking, const char *what_en, const char *what_vi)
{
	const char *how_en = way_on(looking, first_a_key_en);
	const char *how_vi = way_on(looking, first_a_key_vi);

	if (what_en == NULL || what_vi == NULL || how_en == NULL || how_vi == NULL)
		return ERR_MEMORY;
	return unfit(
		looking,
		arena_format(looking->arena,
			     "%s. Put the newest copy that there is in its place, and let the "
			     "node go on with it: %s",
			     what_en, how_en),
		arena_format(looking->arena,
			     "%s. Hãy đặt bản sao mới nhất hiện có vào đó rồi cho nút tiếp tục: "
			     "%s",
			     what_vi, how_vi));
}

static enum err unfit_damaged(struct looking *looking)
{
	const char *how_en = way_on(looking, first_a_key_en);
	const char *how_vi = way_on(looking, first_a_key_vi);

	if (how_en == NULL || how_vi == NULL)
		return ERR_MEMORY;
	return unfit(looking,
		     arena_format(looking->arena,
				  "page damage in %s; `sampan ledger verify` says where. Keep seal/ and "
				  "keys/, put the newest backup or the follower's copy in its place, and "
				  "let the node go on with it: %s",
				  looking->folder, how_en),
		     arena_format(looking->arena,
				  "trang dữ liệu trong %s bị hỏng; `sampan ledger verify` cho biết ở "
				  "đâu. Hãy giữ seal/ và keys/, đặt bản sao lưu mới nhất hoặc bản của "
				  "máy theo sau vào đó rồi cho nút tiếp tục: %s",
				  looking->folder, how_vi));
}

/* ---- What may be wrong ---- */

static enum err look_for_copy(struct looking *looking, struct ledger *ledger)
{
	struct segment_place place;
	const char *how_en, *how_vi;
	enum err err = restore_place(ledger, &place);

	if (err != OK)
		return err == ERR_MISSING ? OK : err;
	if (!place.mark.is_cut)
		return unfit(
			looking,
			"the ledger is a copy that was not made to its end: go on with `sampan "
			"ledger restore`",
			"sổ cái là bản sao chưa hoàn tất: hãy chạy tiếp `sampan ledger restore`");
	how_en = way_on(looking, first_a_key_en);
	how_vi = way_on(looking, first_a_key_vi);
	if (how_en == NULL || how_vi == NULL)
		return ERR_MEMORY;
	return unfit(
		looking,
		arena_format(looking->arena,
			     "the ledger is a restored copy, and no node runs on one. To let "
			     "this node go on with it: %s",
			     how_en),
		arena_format(looking->arena,
			     "sổ cái là bản sao được khôi phục, nút không chạy trên bản sao. Để "
			     "nút tiếp tục với nó: %s",
			     how_vi));
}

/* In the seal's memory of that epoch. 0: nothing, or it cannot be read. */
static uint64_t signed_size(const struct looking *looking, const char *origin, uint64_t epoch)
{
	const struct seal_note *last;
	struct seal_memory *memory = arena_alloc(looking->arena, sizeof(*memory));
	uint64_t size = 0;

	if (memory == NULL)
		return 0;
	memset(memory, 0, sizeof(*memory));
	if (reopen_open_memory(looking->config, origin, epoch, looking->arena, memory) == OK &&
	    (last = seal_memory_last(memory)) != NULL)
		size = last->checkpoint.size;
	seal_memory_close(memory);
	return size;
}

static enum err open_ledger(const struct looking *looking, struct ledger **ret_ledger)
{
	struct engine *engine;
	enum err err = engine_lmdb_open(looking->folder, 0, true, &engine);

	return err != OK ? err : ledger_open(engine, NULL, true, ret_ledger);
}

static enum err tree_size(const struct looking *looking, uint64_t *ret_size)
{
	struct ledger *ledger = NULL;
	struct hash root;
	enum err err = open_ledger(looking, &ledger);

	if (err == OK)
		err = ledger_tree(ledger, ret_size, &root);
	ledger_close(ledger);
	return err;
}

/* The seal first: a node that runs writes before it signs. */
static enum err look_for_older(struct looking *looking, const char *origin, uint64_t epoch)
{
	struct arena *arena = looking->arena;
	uint64_t newest, known = signed_size(looking, origin, epoch), size = 0;
	enum err err = epoch_newest(looking->config->directory, arena, &newest);

	if (err == OK && newest > epoch)
		return unfit_older(
			looking,
			arena_format(arena,
				     "the ledger is of epoch %" PRIu64
				     ", and the seal has an operator's word for epoch %" PRIu64,
				     epoch, newest),
			arena_format(arena,
				     "sổ cái thuộc thời kỳ %" PRIu64
				     ", còn vai giữ khóa đã có lời người vận hành cho thời kỳ "
				     "%" PRIu64,
				     epoch, newest));
	if (err != OK || (err = tree_size(looking, &size)) != OK || size >= known)
		return err;
	return unfit_older(
		looking,
		arena_format(arena,
			     "the ledger is older than what the seal has signed: it holds %" PRIu64
			     " records of this epoch, %" PRIu64 " were signed",
			     size, known),
		arena_format(arena,
			     "sổ cái cũ hơn những gì đã ký: trong thời kỳ này có %" PRIu64
			     " bản ghi, đã ký %" PRIu64,
			     size, known));
}

static enum err look_for_room(struct looking *looking)
{
	const char *store = arena_format(looking->arena, "%s/data.mdb", looking->folder);
	uint64_t bytes = 0, wanted = looking->config->map_bytes;

	if (store == NULL)
		return ERR_MEMORY;
	if (disk_get_use(store, &bytes) != OK || bytes <= wanted)
		return OK;
	return unfit(looking,
		     arena_format(looking->arena,
				  "limits.map_bytes is %" PRIu64 ", but the ledger takes %" PRIu64
				  " bytes already: say more in node.yaml; it never becomes smaller",
				  wanted, bytes),
		     arena_format(looking->arena,
				  "limits.map_bytes là %" PRIu64 " nhưng sổ cái đã chiếm %" PRIu64
				  " byte: hãy ghi số lớn hơn trong node.yaml; sổ cái không nhỏ lại",
				  wanted, bytes));
}

static enum err look_for_none(struct looking *looking)
{
	const char *last = epoch_last_path(looking->config->directory, 1, looking->arena);
	uint64_t bytes = 0;

	if (last == NULL)
		return ERR_MEMORY;
	if (disk_get_use(last, &bytes) != OK || bytes == 0)
		return OK;
	return unfit_older(looking, "the ledger is gone, and the seal has signed one",
			   "không còn sổ cái, mà vai giữ khóa đã ký một sổ cái");
}

static enum err look(struct looking *looking)
{
	char origin[CHECKPOINT_ORIGIN_BYTES] = "";
	struct ledger *ledger = NULL;
	uint64_t epoch = 0;
	enum err err = open_ledger(looking, &ledger);

	if (err == OK && (err = look_for_copy(looking, ledger)) == OK) {
		(void)strncpy(origin, ledger_origin(ledger), sizeof(origin) - 1);
		epoch = ledger_epoch(ledger);
	}
	ledger_close(ledger);
	if (err == ERR_MISSING)
		return look_for_none(looking);
	if (err == ERR_CORRUPT)
		return unfit_damaged(looking);
	if (err == OK && looking->fit.is_fit)
		err = look_for_older(looking, origin, epoch);
	return err == OK && looking->fit.is_fit ? look_for_room(looking) : err;
}

/* ---- In a process that may die of it ---- */

/* The store's library follows damaged pages where there is no memory. */
struct said {
	enum err err;
	bool is_fit;
	char en[SAID_BYTES], vi[SAID_BYTES];
};

static void say(struct looking *looking, struct said *said)
{
	said->err = look(looking);
	said->is_fit = looking->fit.is_fit;
	(void)snprintf(said->en, sizeof(said->en), "%s", looking->fit.en);
	(void)snprintf(said->vi, sizeof(said->vi), "%s", looking->fit.vi);
}

static enum err look_apart(struct looking *looking, struct said *said)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		(void)signal(SIGSEGV, SIG_DFL);
		(void)signal(SIGBUS, SIG_DFL);
		say(looking, said);
		_exit(0);
	}
	if (child < 0)
		return ERR_MEMORY;
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFSIGNALED(status))
		return unfit_damaged(looking);
	if (said->err == OK && !said->is_fit)
		return unfit(looking, arena_text(looking->arena, bytes_of_text(said->en)),
			     arena_text(looking->arena, bytes_of_text(said->vi)));
	return said->err == ERR_MEMORY ? ERR_MEMORY : OK;
}

enum err ledger_fit_look(const struct config *config, struct arena *arena,
			 struct ledger_fit *ret_fit)
{
	struct looking looking = {.config = config,
				  .arena = arena,
				  .folder = arena_format(arena, "%s/ledger", config->directory),
				  .fit = {.is_fit = true, .en = "", .vi = ""}};
	struct said *said = mmap(NULL, sizeof(*said), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	enum err err = ERR_MEMORY;

	if (said == MAP_FAILED)
		return err;
	if (looking.folder != NULL)
		err = look_apart(&looking, said);
	(void)munmap(said, sizeof(*said));
	if (err == OK)
		*ret_fit = looking.fit;
	return err;
}
