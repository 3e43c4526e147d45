/*
 * bench_door - signed declarations over HTTPS into a whole node, against the pipeline that an
 * integrator would build (naive.h).
 *
 * Ours: Viet Nam's node of the demo, with everything on. A client keeps a few TLS connections and
 * posts export declarations of 13 KB, each signed (ECDSA P-256) by a key whose certificate an
 * authority issued. For each the node reads, verifies, checks against XSD and rules, commits, signs
 * the checkpoint and answers with the receipt; then registers it, translates it to the ACDD, records
 * and signs that. The partner's node does not run, so nothing is sent. CPU time is that of all
 * processes of the node until all is signed; the client's is not in it.
 *
 * The rival does for the same documents: verify, check against the XSD, translate, sign, commit; in
 * one process, called directly: it has no TLS, no HTTP, no rules, no receipt, no report. Its
 * stylesheet is made from our map (tests/test_xslt.c proves that it gives the same). Rounds
 * alternate.
 *
 * Then 100 documents a second, at fixed times whether the last was answered or not: how long an
 * answer takes, from the time when it was due to be sent. tail.h says what
 * of it is the machine's.
 */
#include <dirent.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>

#include "messages/signature_seat.h"
#include "messages/signature_write.h"
#include "node/command.h"
#include "node/command_set.h"
#include "node/file.h"
#include "node/town.h"
#include "sampan/clock.h"
#include "sampan/http_client.h"
#include "sampan/limit.h"
#include "tests/bench/measure.h"
#include "tests/bench/naive.h"
#include "tests/bench/tail.h"
#include "tests/support/xslt_of_map.h"

#define SAMPLE "vn/dai-ly-hai-phong/05-export-20-lines.xml"
#define REFERENCE "DLHP-2026-003317"
#define PARTY "dai-ly-hai-phong"
#define TAX_CODE "0200456781"
#define CONNECTIONS 64u
#define FEW_CONNECTIONS 16u
#define ROUNDS 5u
#define ROUND_DOCUMENTS 600u
#define QUICK_DOCUMENTS 300u
#define WARM_DOCUMENTS 128u
#define QUICK_SECONDS 8u
#define PATIENCE_MS 60000u
#define LINE_BYTES 8192u

static struct town *running;

struct scene {
	struct measure_options options;
	char folder[MEASURE_PATH_BYTES / 2];
	char program[MEASURE_PATH_BYTES];
	struct arena *arena; /* for the whole run */
	struct town town;
	struct bytes sample;
	struct token *token;
	char *authorization;
	char *url;
	struct http_client *client;
	struct naive naive;
	struct xslt_of_map made;
	const char *parameters[32];
	unsigned lodged;   /* documents made so far */
	unsigned answered; /* of them, with 202 */
	unsigned under_way;
	unsigned connections;
};

/* ---- Programs that prepare it ---- */

static void run(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void run(const char *format, ...)
{
	char line[LINE_BYTES];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	if (system(line) != 0)
		measure_fail("failed: %s", line);
}

/* An authority with its list of what it revoked, and a signer that it issued a certificate to. */
static void make_signer(const struct scene *scene)
{
	run("cd %s && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem "
	    "-subj '/CN=Bench CA' -days 30 -addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null",
	    scene->folder);
	run("cd %s && openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout signer.key -out signer.csr "
	    "-subj '/CN=Bench signer/UID=MST:" TAX_CODE "' 2>/dev/null && chmod 600 signer.key",
	    scene->folder);
	run("cd %s && printf 'keyUsage=critical,digitalSignature\\n' >signer.ext && openssl x509 -req -in signer.csr "
	    "-CA ca.pem -CAkey ca.key -CAcreateserial -days 29 -extfile signer.ext -out signer.pem 2>/dev/null",
	    scene->folder);
	run("cd %s && touch index.txt && printf '[ca]\\ndefault_ca=a\\n[a]\\ndatabase=index.txt\\ndefault_md=sha256\\n' >ca.cnf && "
	    "openssl ca -gencrl -config ca.cnf -cert ca.pem -keyfile ca.key -crldays 29 -out ca.crl 2>/dev/null",
	    scene->folder);
	run("cd %s && mkdir -p vn/trust && cp ca.pem vn/trust/bench.pem && cp ca.crl vn/trust/bench.crl",
	    scene->folder);
}

static void read_line(const char *path, struct arena *arena, char **ret_line)
{
	struct bytes bytes;

	if (file_read(path, LINE_BYTES, arena, &bytes) != OK)
		measure_fail("%s cannot be read", path);
	*ret_line = arena_text(arena, bytes_trimmed(bytes));
	if (*ret_line == NULL)
		measure_fail("no memory");
}

static const char *path_of(const struct scene *scene, const char *name)
{
	const char *path = arena_format(scene->arena, "%s/%s", scene->folder, name);

	if (path == NULL)
		measure_fail("no memory");
	return path;
}

/* One caller makes all requests: the usual limit per caller is not what is measured. */
static void lift_rate(const struct scene *scene)
{
	run("sed -i 's/^https:$/https:\\n  requests_per_second: 100000\\n  requests_burst: 100000/' %s/vn/node.yaml && "
	    "grep -q requests_burst %s/vn/node.yaml",
	    scene->folder, scene->folder);
}

static void open_client(struct scene *scene)
{
	struct http_client_options options = {.max_kept = CONNECTIONS};
	char *token;

	run("%s user token bench --party " PARTY " --config %s/vn/node.yaml >%s/token",
	    scene->program, scene->folder, scene->folder);
	read_line(path_of(scene, "token"), scene->arena, &token);
	read_line(path_of(scene, "vn/" TOWN_URL), scene->arena, &scene->url);
	scene->authorization = arena_format(scene->arena, "Authorization: Bearer %s", token);
	scene->url = arena_format(scene->arena, "%s/v1/messages", scene->url);
	if (scene->authorization == NULL || scene->url == NULL ||
	    file_read(path_of(scene, "vn/keys/door.crt"), 65536, scene->arena, &options.ca) != OK ||
	    http_client_open(&options, &scene->client) != OK)
		measure_fail("no client for the door");
}

static void stop_node(void)
{
	if (running != NULL)
		town_stop(&running->nodes[0], SIGKILL);
}

static void start(struct scene *scene)
{
	(void)snprintf(scene->program, sizeof(scene->program), "%s/../../sampan",
		       scene->options.folder);
	/* sockets need a short path, commits a real disk */
	(void)snprintf(scene->folder, sizeof(scene->folder), "%s", "/var/tmp/sampan-bench-XXXXXX");
	scene->arena = arena_new((size_t)1 << 30);
	running = &scene->town;
	if (scene->arena == NULL || access(scene->program, X_OK) != 0)
		measure_fail("%s is not built", scene->program);
	if (atexit(stop_node) != 0 || mkdtemp(scene->folder) == NULL ||
	    town_make(&scene->town, scene->folder, scene->program) != OK)
		measure_fail("the nodes cannot be made in %s", scene->folder);
	make_signer(scene);
	lift_rate(scene);
	if (town_start(&scene->town.nodes[0], scene->program) != OK)
		measure_fail("the node does not start: see %s", scene->folder);
	open_client(scene);
}

/* ---- Documents ---- */

static struct bytes with_reference(const struct scene *scene, const char *reference,
				   struct buffer *to)
{
	const uint8_t *at = scene->sample.at, *end = at + scene->sample.len, *found;

	while ((found = memmem(at, (size_t)(end - at), REFERENCE, strlen(REFERENCE))) != NULL) {
		buffer_put(to, bytes_of(at, (size_t)(found - at)));
		buffer_put_text(to, reference);
		at = found + strlen(REFERENCE);
	}
	buffer_put(to, bytes_of(at, (size_t)(end - at)));
	return buffer_bytes(to);
}

/* As `sampan sign` does it: the last child of the root's, or where VNSW wants it. */
static struct bytes signed_of(struct scene *scene, struct bytes plain, struct arena *arena)
{
	struct document *document = NULL;
	struct findings findings;
	struct signature_seat seat;
	struct buffer signature, whole;
	struct bytes made;

	findings_init(&findings, arena);
	buffer_init(&signature, SIGNATURE_WRITE_BYTES);
	buffer_init(&whole, LIMIT_DOCUMENT_BYTES);
	if (document_read(plain, LIMIT_DOCUMENT_BYTES, &findings, &document) != OK ||
	    document == NULL || signature_seat_make(document, false, arena, &seat) != OK ||
	    signature_write_with(scene->token, &seat.digest, NULL, &signature) != OK)
		measure_fail("the document cannot be signed");
	buffer_put(&whole, seat.before);
	buffer_put(&whole, buffer_bytes(&signature));
	buffer_put(&whole, seat.after);
	made = buffer_bytes(&whole);
	made.at = arena_copy(scene->arena, made);
	if (buffer_error(&whole) != OK || made.at == NULL)
		measure_fail("no memory");
	document_free(document);
	buffer_clear(&signature);
	buffer_clear(&whole);
	return made;
}

/* A new one, that lives as long as the run. */
static struct bytes next_document(struct scene *scene)
{
	struct arena *arena = arena_new(LIMIT_DOCUMENT_ARENA_BYTES);
	struct buffer buffer;
	struct bytes made;
	char reference[64];

	if (arena == NULL)
		measure_fail("no memory");
	(void)snprintf(reference, sizeof(reference), "DLHP-2026-%06u", 100000 + scene->lodged++);
	buffer_init(&buffer, LIMIT_DOCUMENT_BYTES);
	made = signed_of(scene, with_reference(scene, reference, &buffer), arena);
	buffer_clear(&buffer);
	arena_free(arena);
	return made;
}

static struct bytes *next_documents(struct scene *scene, unsigned count)
{
	struct bytes *documents = calloc(count, sizeof(*documents));

	if (documents == NULL)
		measure_fail("no memory");
	for (unsigned i = 0; i < count; i++)
		documents[i] = next_document(scene);
	return documents;
}

/* ---- The client ---- */

struct request {
	struct scene *scene;
	double due_us;
	double *ret_us; /* from due to answered; NULL: not asked */
};

static void on_answer(void *context, enum err err, const struct http_client_answer *answer,
		      const char *why)
{
	struct request *request = context;

	if (err != OK)
		measure_fail("the door does not answer: %s", why);
	if (answer->status != 202)
		measure_fail("the door answers %u: %.*s", answer->status,
			     (int)(answer->body.len > 600 ? 600 : answer->body.len),
			     (const char *)answer->body.at);
	if (request->ret_us != NULL)
		*request->ret_us = measure_clock_us(CLOCK_MONOTONIC) - request->due_us;
	request->scene->under_way--;
	request->scene->answered++;
	free(request);
}

static void post(struct scene *scene, struct bytes document, double due_us, double *ret_us)
{
	const char *const headers[] = {scene->authorization, "Content-Type: application/xml", NULL};
	const struct http_client_request request = {.method = "POST",
						    .url = scene->url,
						    .headers = headers,
						    .body = document,
						    .max_answer_bytes = 1024 * 1024,
						    .connect_ms = PATIENCE_MS,
						    .total_ms = PATIENCE_MS,
						    .may = HTTP_MAY_PRIVATE};
	struct request *context = calloc(1, sizeof(*context));

	if (context == NULL)
		measure_fail("no memory");
	*context = (struct request){.scene = scene, .due_us = due_us, .ret_us = ret_us};
	scene->under_way++;
	if (http_client_send(scene->client, &request, on_answer, context) != OK)
		measure_fail("the client cannot send");
}

static void work(const struct scene *scene, int wait_ms)
{
	struct pollfd poll_fd = {.fd = http_client_fd(scene->client), .events = POLLIN};

	(void)poll(&poll_fd, 1, wait_ms);
	http_client_work(scene->client);
}

/* All of them, a few at a time. */
static void post_all(struct scene *scene, const struct bytes *documents, unsigned count)
{
	unsigned sent = 0;

	while (sent < count || scene->under_way > 0) {
		while (sent < count && scene->under_way < scene->connections)
			post(scene, documents[sent++], 0, NULL);
		work(scene, 100);
	}
}

/* At fixed times. */
static void post_paced(struct scene *scene, const struct bytes *documents, unsigned count,
		       double *ret_us)
{
	double began_us = measure_clock_us(CLOCK_MONOTONIC);
	unsigned sent = 0;

	while (sent < count || scene->under_way > 0) {
		double now_us = measure_clock_us(CLOCK_MONOTONIC);
		double due_us = began_us + 1e6 / TAIL_PER_SECOND * sent;

		if (sent < count && due_us <= now_us) {
			post(scene, documents[sent], due_us, &ret_us[sent]);
			sent++;
			continue;
		}
		work(scene, sent == count ? 100 : (int)((due_us - now_us) / 1000));
	}
}

/* ---- The node ---- */

/* proc(5): pid (comm) state ppid ...; utime and stime are the 14th and 15th. */
static bool read_stat(const char *pid, const char *role, long *ret_parent, double *ret_seconds)
{
	char path[300], text[1024], name[32] = "";
	unsigned long user, kernel;
	const char *after;
	bool is_read = false;
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	if ((file = fopen(path, "r")) == NULL)
		return false;
	if (fgets(text, sizeof(text), file) != NULL && (after = strrchr(text, ')')) != NULL &&
	    sscanf(text, "%*d (%31[^)]", name) == 1 &&
	    (role == NULL || strstr(name, role) != NULL) &&
	    sscanf(after + 1, " %*c %ld %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", ret_parent,
		   &user, &kernel) == 3) {
		*ret_seconds = (double)(user + kernel) / (double)sysconf(_SC_CLK_TCK);
		is_read = true;
	}
	(void)fclose(file);
	return is_read;
}

/* Of one role (its processes have its name), or of all (NULL). */
static double cpu_seconds_of(const struct scene *scene, const char *role)
{
	long supervisor = scene->town.nodes[0].supervisor;
	DIR *proc = opendir("/proc");
	const struct dirent *entry;
	double sum = 0;

	while (proc != NULL && (entry = readdir(proc)) != NULL) {
		long pid = strtol(entry->d_name, NULL, 10), parent;
		double seconds;

		if (pid != 0 && read_stat(entry->d_name, role, &parent, &seconds) &&
		    (pid == supervisor || parent == supervisor))
			sum += seconds;
	}
	if (proc != NULL)
		(void)closedir(proc);
	return sum;
}

static double cpu_seconds(const struct scene *scene)
{
	return cpu_seconds_of(scene, NULL);
}

/* Until what was lodged is translated and signed: only the sending waits, for the partner. */
static void wait_until_signed(const struct scene *scene)
{
	const struct timespec pause = {.tv_nsec = 20 * 1000 * 1000};
	uint64_t records = 0, moved_ms = clock_monotonic_ms();

	for (;;) {
		struct town_counts counts;

		if (town_count(&scene->town.nodes[0], &counts) != OK || counts.held > 0)
			measure_fail("the node does not answer or holds: see %s", scene->folder);
		if (counts.signed_outputs >= scene->answered)
			return;
		if (counts.records != records)
			moved_ms = clock_monotonic_ms();
		records = counts.records;
		if (clock_monotonic_ms() - moved_ms > PATIENCE_MS)
			measure_fail("nothing moves any more: see %s", scene->folder);
		(void)nanosleep(&pause, NULL);
	}
}

/* ---- The rival ---- */

static xmlSchema *load_xsd(struct arena *arena)
{
	const char *path = arena_format(arena, "%s/xsd/vn-export.xsd", command_schemas_folder());
	xmlSchemaParserCtxt *parser = path == NULL ? NULL : xmlSchemaNewParserCtxt(path);
	xmlSchema *xsd = parser == NULL ? NULL : xmlSchemaParse(parser);

	xmlSchemaFreeParserCtxt(parser);
	if (xsd == NULL)
		measure_fail("the XSD cannot be read");
	return xsd;
}

/* What the node's registry and desk supply to the ACDD, as parameters of the stylesheet. */
static void set_parameters(struct scene *scene)
{
	static const char *const supplied[][2] = {
		{"event.number", "'307000000010'"},
		{"event.port", "'THLCH'"},
		{"registry.agent.name", "'Dai ly Hai quan Hai Phong'"},
		{"registry.port", "'THLCH'"},
		{"route.origin", "'VN'"}};

	for (size_t i = 0; i < sizeof(supplied) / sizeof(supplied[0]); i++) {
		scene->parameters[2 * i] = supplied[i][0];
		scene->parameters[2 * i + 1] = supplied[i][1];
	}
}

static void open_rival(struct scene *scene)
{
	struct schema_set *set = NULL;
	xmlDoc *stylesheet;

	if (command_set_load(&set) != 0)
		measure_fail("the schema set cannot be loaded");
	xslt_of_map(schema_set_map(set, schema_set_find(set, "vn.export"),
				   schema_set_find(set, "asw.acdd")),
		    command_schemas_folder(), scene->arena, &scene->made);
	stylesheet = xmlReadMemory((const char *)scene->made.text.at, (int)scene->made.text.len,
				   NULL, NULL, XML_PARSE_NONET);
	set_parameters(scene);
	scene->naive = (struct naive){.xsd = load_xsd(scene->arena),
				      .stylesheet = xsltParseStylesheetDoc(stylesheet),
				      .parameters = scene->parameters,
				      .key_path = path_of(scene, "signer.key"),
				      .certificate_path = path_of(scene, "signer.pem")};
	if (scene->naive.stylesheet == NULL || scene->naive.stylesheet->errors > 0)
		measure_fail("the stylesheet cannot be compiled");
	naive_open(&scene->naive, path_of(scene, "rival"), path_of(scene, "ca.pem"));
	schema_set_free(set);
}

/* ---- The run ---- */

static const char *const roles[] = {"gate", "worker", "ledger", "seal", "courier", "clerk"};
#define ROLES (sizeof(roles) / sizeof(roles[0]))

struct outcome {
	struct measure ours[ROUNDS], rival[ROUNDS];
	double role_us[ROLES]; /* per document, over all rounds */
	struct measure few;    /* ours, over few connections */
	struct tail tail;
};

static struct measure run_ours(struct scene *scene, const struct bytes *documents, unsigned count,
			       unsigned connections)
{
	double wall = measure_clock_us(CLOCK_MONOTONIC), cpu = cpu_seconds(scene);

	scene->connections = connections;
	post_all(scene, documents, count);
	wait_until_signed(scene);
	wall = measure_clock_us(CLOCK_MONOTONIC) - wall;
	return (struct measure){(cpu_seconds(scene) - cpu) * 1e6 / count, wall / count};
}

static struct measure run_rival(struct scene *scene, const struct bytes *documents, unsigned count)
{
	double wall = measure_clock_us(CLOCK_MONOTONIC);
	double cpu = measure_clock_us(CLOCK_PROCESS_CPUTIME_ID);

	for (unsigned i = 0; i < count; i++)
		naive_run(&scene->naive, documents[i]);
	wall = measure_clock_us(CLOCK_MONOTONIC) - wall;
	cpu = measure_clock_us(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	return (struct measure){cpu / count, wall / count};
}

static unsigned compare_both(struct scene *scene, struct outcome *outcome)
{
	unsigned count = scene->options.is_once    ? 10
			 : scene->options.is_quick ? QUICK_DOCUMENTS
						   : ROUND_DOCUMENTS;
	unsigned rounds = scene->options.is_once ? 1 : scene->options.is_quick ? 3 : ROUNDS;
	struct bytes *documents = next_documents(scene, WARM_DOCUMENTS);

	(void)run_ours(scene, documents, WARM_DOCUMENTS, CONNECTIONS);
	(void)run_rival(scene, documents, WARM_DOCUMENTS);
	free(documents);
	for (size_t i = 0; i < ROLES; i++)
		outcome->role_us[i] = -cpu_seconds_of(scene, roles[i]);
	for (unsigned i = 0; i < rounds; i++) {
		documents = next_documents(scene, count);
		outcome->ours[i] = run_ours(scene, documents, count, CONNECTIONS);
		outcome->rival[i] = run_rival(scene, documents, count);
		free(documents);
	}
	for (size_t i = 0; i < ROLES; i++)
		outcome->role_us[i] = (outcome->role_us[i] + cpu_seconds_of(scene, roles[i])) *
				      1e6 / (rounds * count);
	documents = next_documents(scene, count);
	outcome->few = run_ours(scene, documents, count, FEW_CONNECTIONS);
	free(documents);
	return rounds;
}

static void pace(struct scene *scene, struct tail *tail)
{
	unsigned seconds = scene->options.is_once    ? 1
			   : scene->options.is_quick ? QUICK_SECONDS
						     : TAIL_SECONDS;
	struct bytes *documents;

	tail->count = TAIL_PER_SECOND * seconds;
	documents = next_documents(scene, tail->count);
	tail_begin(tail);
	post_paced(scene, documents, tail->count, tail->latencies_us);
	tail_end(tail);
	tail_pace_disk(tail, path_of(scene, "disk"), scene->options.is_once);
	free(documents);
}

static json_t *roles_json(const struct outcome *outcome)
{
	json_t *json = json_object();

	for (size_t i = 0; i < ROLES; i++)
		(void)json_object_set_new(json, roles[i],
					  json_real(measure_round(outcome->role_us[i])));
	return json;
}

static void print(const struct scene *scene, const struct measure_result *result,
		  struct outcome *outcome)
{
	if (scene->options.as_json) {
		measure_print_json(json_pack(
			"{s:s, s:{s:f}, s:o, s:f, s:f, s:f, s:f, s:o, s:o}", "bench", "door",
			"ratio", "naive", measure_round(result->cpu.median), "naive",
			measure_json(result), "documentsPerCpuSecond",
			measure_round(1e6 / result->ours.cpu_us), "naivePerCpuSecond",
			measure_round(1e6 / result->rival.cpu_us), "cpuSecondsPer1000",
			measure_round(result->ours.cpu_us / 1000), "cpuSecondsPer1000Over16",
			measure_round(outcome->few.cpu_us / 1000), "cpuUsByRole",
			roles_json(outcome), "paced", tail_json(&outcome->tail)));
		return;
	}
	printf("door: documents per CPU second, all roles: %.0f; naive pipeline: %.0f; ratio %.2f (%.2f to %.2f)\n",
	       1e6 / result->ours.cpu_us, 1e6 / result->rival.cpu_us, result->cpu.median,
	       result->cpu.lowest, result->cpu.highest);
	printf("      CPU us per document:");
	for (size_t i = 0; i < ROLES; i++)
		printf(" %s %.0f", roles[i], outcome->role_us[i]);
	printf("\n      wall, us per document: ours %.0f over %u connections, naive %.0f one after the other\n",
	       result->ours.wall_us, CONNECTIONS, result->rival.wall_us);
	printf("      over %u connections: CPU us per document %.0f\n", FEW_CONNECTIONS,
	       outcome->few.cpu_us);
	tail_print(&outcome->tail);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *where)
{
	(void)status;
	(void)type;
	(void)where;
	return remove(path);
}

/* --alone=3000: only ours with so many, for a profiler. */
static unsigned take_alone(int *argc, char **argv)
{
	static const char flag[] = "--alone=";
	unsigned count = 0;

	if (*argc == 2 && strncmp(argv[1], flag, sizeof(flag) - 1) == 0) {
		count = (unsigned)atoi(argv[1] + sizeof(flag) - 1);
		*argc = 1;
	}
	return count;
}

static void run_alone(struct scene *scene, unsigned count)
{
	struct bytes *documents = next_documents(scene, count);
	double before[ROLES];

	for (size_t i = 0; i < ROLES; i++)
		before[i] = cpu_seconds_of(scene, roles[i]);
	printf("node %ld\n", (long)scene->town.nodes[0].supervisor);
	(void)fflush(stdout);
	printf("CPU us per document, all: %.0f;",
	       run_ours(scene, documents, count, CONNECTIONS).cpu_us);
	for (size_t i = 0; i < ROLES; i++)
		printf(" %s %.0f", roles[i],
		       (cpu_seconds_of(scene, roles[i]) - before[i]) * 1e6 / count);
	(void)putchar('\n');
	free(documents);
}

static void end(struct scene *scene)
{
	http_client_close(scene->client);
	town_close(&scene->town);
	naive_close(&scene->naive);
	token_close(scene->token);
	(void)nftw(scene->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

int main(int argc, char **argv)
{
	static struct scene scene;
	static struct outcome outcome;
	struct measure_result result;
	unsigned rounds, alone = take_alone(&argc, argv);

	measure_begin(argc, argv, &scene.options);
	start(&scene);
	if (file_read(arena_format(scene.arena, "%s/samples/" SAMPLE, command_schemas_folder()),
		      LIMIT_DOCUMENT_BYTES, scene.arena, &scene.sample) != OK ||
	    token_open_file(path_of(&scene, "signer.key"), path_of(&scene, "signer.pem"),
			    (struct bytes){0}, false, &scene.token) != OK)
		measure_fail("sample or key cannot be read");
	open_rival(&scene);
	if (alone > 0) {
		run_alone(&scene, alone);
		end(&scene);
		return EX_OK;
	}
	rounds = compare_both(&scene, &outcome);
	pace(&scene, &outcome.tail);
	result = measure_result_of(outcome.ours, outcome.rival, rounds);
	print(&scene, &result, &outcome);
	end(&scene);
	return EX_OK;
}
