#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "node/pool.h"
#include "node/pool_wire.h"
#include "tests/support/patience.h"

#define CHILDREN 3u
#define TASKS 8u

enum operation { REVERSE = 1, DIE = 2, REFUSE = 3 };

struct scene {
	struct loop *loop;
	struct pool *pool;
	char endpoints[2][100];
	pid_t children[CHILDREN]; /* workers; 0: none */
	unsigned deaths;
	unsigned answers;
	unsigned stop_at_answers;
	enum err err;
	char body[100];
	/* a worker played by the test itself */
	struct socket *worker;
	uint64_t tasks[TASKS];
	char bodies[TASKS + 1]; /* the first byte of each */
	size_t task_count;
	size_t together; /* jobs of the last message */
	size_t stop_at_tasks;
};

static void on_patience_over(void *context)
{
	(void)context;
	fail_msg("what had to come did not come");
}

static void on_answer(void *context, enum err err, struct bytes body)
{
	struct scene *scene = context;

	scene->err = err;
	assert_true(body.len < sizeof(scene->body));
	memset(scene->body, 0, sizeof(scene->body));
	if (body.len > 0)
		memcpy(scene->body, body.at, body.len);
	if (++scene->answers == scene->stop_at_answers)
		loop_stop(scene->loop);
}

static void open_pool(struct scene *scene)
{
	assert_int_equal(pool_open(scene->loop, scene->endpoints[0], 1000, &scene->pool), OK);
}

static void open_scene(struct scene *scene)
{
	*scene = (struct scene){0};
	for (int i = 0; i < 2; i++)
		(void)snprintf(scene->endpoints[i], sizeof(scene->endpoints[i]),
			       "ipc:///tmp/sampan-test-pool-%d-%d", (int)getpid(), i);
	assert_int_equal(loop_new(&scene->loop), OK);
	assert_int_equal(loop_every(scene->loop, PATIENCE_MS, on_patience_over, NULL), OK);
	open_pool(scene);
}

static void close_scene(struct scene *scene)
{
	for (size_t i = 0; i < CHILDREN; i++) {
		if (scene->children[i] == 0)
			continue;
		kill(scene->children[i], SIGKILL);
		waitpid(scene->children[i], NULL, 0);
	}
	pool_close(scene->pool);
	loop_free(scene->loop);
}

static void submit(struct scene *scene, enum operation operation, const char *body)
{
	assert_int_equal(pool_submit(scene->pool, (uint16_t)operation, bytes_of_text(body),
				     on_answer, scene),
			 OK);
}

static void run_until_answers(struct scene *scene, unsigned count)
{
	scene->stop_at_answers = count;
	if (scene->answers < count)
		assert_int_equal(loop_run(scene->loop), OK);
	assert_int_equal(scene->answers, count);
	assert_int_equal(pool_busy(scene->pool), 0);
}

/* ---- Real workers, in processes of their own ---- */

static enum err work(void *context, uint16_t operation, struct bytes body, struct buffer *answer)
{
	(void)context;
	if (operation == DIE)
		_exit(1);
	for (size_t i = body.len; i > 0; i--)
		buffer_put_byte(answer, body.at[i - 1]);
	return operation == REFUSE ? ERR_FORMAT : OK;
}

static pid_t start_worker(struct scene *scene, size_t i)
{
	struct loop *loop;
	char name[20];
	pid_t child = fork();

	assert_true(child >= 0);
	if (child > 0)
		return child;
	(void)snprintf(name, sizeof(name), "worker-%zu", i);
	if (loop_new(&loop) != OK ||
	    pool_serve(loop, scene->endpoints[0], name, work, NULL) != OK ||
	    pool_serve(loop, scene->endpoints[1], name, work, NULL) != OK)
		_exit(2);
	(void)loop_run(loop);
	loop_free(loop);
	_exit(0);
}

/* As the supervisor does: who died is started again. */
static void restart_dead(void *context)
{
	struct scene *scene = context;

	for (size_t i = 0; i < CHILDREN; i++) {
		if (scene->children[i] == 0 || waitpid(scene->children[i], NULL, WNOHANG) == 0)
			continue;
		scene->deaths++;
		scene->children[i] = start_worker(scene, i);
	}
}

static void start_workers(struct scene *scene, size_t count)
{
	for (size_t i = 0; i < count; i++)
		scene->children[i] = start_worker(scene, i);
	assert_int_equal(loop_every(scene->loop, 10, restart_dead, scene), OK);
}

static void a_job_is_done_and_answered(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene);
	start_workers(&scene, 1);
	submit(&scene, REVERSE, "sampan");
	assert_int_equal(pool_busy(scene.pool), 1);
	run_until_answers(&scene, 1);
	assert_int_equal(scene.err, OK);
	assert_string_equal(scene.body, "napmas");
	close_scene(&scene);
}

static void an_error_of_the_worker_comes_with_its_body(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene);
	start_workers(&scene, 1);
	submit(&scene, REFUSE, "abc");
	run_until_answers(&scene, 1);
	assert_int_equal(scene.err, ERR_FORMAT);
	assert_string_equal(scene.body, "cba");
	close_scene(&scene);
}

static void many_jobs_are_shared_among_the_workers(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene);
	start_workers(&scene, CHILDREN);
	for (int i = 0; i < 100; i++)
		submit(&scene, REVERSE, "ab");
	run_until_answers(&scene, 100);
	close_scene(&scene);
}

static void a_job_that_kills_workers_is_corrupt_and_the_others_are_done(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene);
	start_workers(&scene, 1);
	submit(&scene, DIE, "");
	run_until_answers(&scene, 1);
	assert_int_equal(scene.err, ERR_CORRUPT);
	assert_true(scene.deaths >= 1 && scene.deaths <= 3);
	submit(&scene, REVERSE, "ok");
	run_until_answers(&scene, 2);
	assert_int_equal(scene.err, OK);
	assert_string_equal(scene.body, "ko");
	close_scene(&scene);
}

static void a_pool_that_was_restarted_learns_its_workers(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene);
	start_workers(&scene, 2);
	submit(&scene, REVERSE, "one");
	run_until_answers(&scene, 1);
	pool_close(scene.pool);
	open_pool(&scene);
	submit(&scene, REVERSE, "two");
	run_until_answers(&scene, 2);
	assert_string_equal(scene.body, "owt");
	close_scene(&scene);
}

static void a_worker_serves_two_pools(void **state)
{
	struct pool *second;
	struct scene scene;

	(void)state;
	open_scene(&scene);
	start_workers(&scene, 1);
	assert_int_equal(pool_open(scene.loop, scene.endpoints[1], 1000, &second), OK);
	for (int i = 0; i < 10; i++) {
		submit(&scene, REVERSE, "first");
		assert_int_equal(
			pool_submit(second, REVERSE, bytes_of_text("second"), on_answer, &scene),
			OK);
	}
	run_until_answers(&scene, 20);
	assert_int_equal(pool_busy(second), 0);
	pool_close(second);
	close_scene(&scene);
}

/* ---- A worker played word by word ---- */

static void on_task(void *context, struct socket *socket, const struct socket_message *message)
{
	struct scene *scene = context;

	(void)socket;
	assert_true(message->count >= 3);
	scene->together = message->count - 2;
	assert_int_equal(message->parts[1].len, 2 * scene->together);
	for (size_t i = 0; i < scene->together; i++) {
		assert_true(scene->task_count < TASKS);
		if (message->parts[2 + i].len > 0)
			scene->bodies[scene->task_count] = (char)message->parts[2 + i].at[0];
		scene->tasks[scene->task_count++] = bytes_get_u64(message->parts[0].at) + i;
	}
	if (scene->task_count == scene->stop_at_tasks)
		loop_stop(scene->loop);
}

static void open_worker(struct scene *scene)
{
	struct socket_options options = {.kind = SOCKET_CLIENT,
					 .endpoint = scene->endpoints[0],
					 .identity = "played",
					 .max_message_bytes = 1000,
					 .queue_bytes = 1000,
					 .queue_messages = 10};

	assert_int_equal(loop_open_socket(scene->loop, &options, on_task, scene, &scene->worker),
			 OK);
}

static void say(struct scene *scene, uint8_t word, uint64_t incarnation, uint64_t task)
{
	uint8_t incarnation_bytes[8] = {0}, task_bytes[8] = {0}, err[2] = {0};
	struct bytes parts[] = {bytes_of(&word, 1), bytes_of(incarnation_bytes, 8),
				bytes_of(task_bytes, 8), bytes_of(err, 2), bytes_of_text("done")};

	bytes_put_u64(incarnation_bytes, incarnation);
	bytes_put_u64(task_bytes, task);
	assert_int_equal(socket_send(scene->worker, parts, word == 3 ? 5 : 3), OK);
}

static void run_until_tasks(struct scene *scene, size_t count)
{
	scene->stop_at_tasks = count;
	if (scene->task_count < count)
		assert_int_equal(loop_run(scene->loop), OK);
	assert_int_equal(scene->task_count, count);
}

/* A worker that is played by the test is ready and was given the first of so many jobs. */
static void open_played(struct scene *scene, size_t jobs, size_t given)
{
	open_scene(scene);
	open_worker(scene);
	for (size_t i = 0; i < jobs; i++)
		submit(scene, REVERSE, "x");
	say(scene, 1, 7, 0);
	run_until_tasks(scene, given);
}

static void an_idle_worker_that_says_ready_again_is_no_crash(void **state)
{
	struct scene scene;

	(void)state;
	open_played(&scene, 1, 1);
	say(&scene, 1, 7, 0); /* was under way when the task was sent */
	say(&scene, 3, 7, scene.tasks[0]);
	run_until_answers(&scene, 1);
	assert_int_equal(scene.err, OK);
	assert_string_equal(scene.body, "done");
	close_scene(&scene);
}

static void a_worker_started_anew_after_it_began_died_of_the_job(void **state)
{
	struct scene scene;

	(void)state;
	open_played(&scene, 1, 1);
	loop_close_socket(scene.loop, scene.worker);
	open_worker(&scene);
	say(&scene, 1, 8, 0);
	run_until_answers(&scene, 1);
	assert_int_equal(scene.err, ERR_CORRUPT);
	close_scene(&scene);
}

static void a_death_before_the_beginning_counts_only_the_third_time(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene);
	open_worker(&scene);
	submit(&scene, REVERSE, "x");
	for (unsigned i = 0; i < 3; i++) {
		say(&scene, 1, 7 + i, 0);
		run_until_tasks(&scene, 1 + i);
	}
	assert_int_equal(scene.answers, 0);
	say(&scene, 1, 10, 0);
	run_until_answers(&scene, 1);
	assert_int_equal(scene.err, ERR_CORRUPT);
	close_scene(&scene);
}

static void an_answer_that_was_lost_makes_the_job_go_out_again(void **state)
{
	struct scene scene;

	(void)state;
	open_played(&scene, 1, 1);
	say(&scene, 1, 7,
	    scene.tasks[0]); /* idle after the task: it was done, but no answer came */
	run_until_tasks(&scene, 2);
	say(&scene, 3, 7, scene.tasks[0]); /* the old answer is not taken for the new one */
	say(&scene, 3, 7, scene.tasks[1]);
	run_until_answers(&scene, 1);
	assert_int_equal(scene.err, OK);
	close_scene(&scene);
}

static void jobs_that_wait_go_out_together_and_are_answered_one_by_one(void **state)
{
	struct scene scene;

	(void)state;
	open_played(&scene, 3, 3);
	assert_int_equal(scene.together, 3);
	say(&scene, 3, 7, scene.tasks[1]); /* out of order: not taken */
	for (size_t i = 0; i < 3; i++)
		say(&scene, 3, 7, scene.tasks[i]);
	run_until_answers(&scene, 3);
	assert_int_equal(scene.err, OK);
	close_scene(&scene);
}

static void more_than_goes_together_waits_for_the_next_message(void **state)
{
	struct scene scene;

	(void)state;
	open_played(&scene, POOL_TOGETHER + 1, POOL_TOGETHER);
	assert_int_equal(scene.together, POOL_TOGETHER);
	for (size_t i = 0; i < POOL_TOGETHER; i++)
		say(&scene, 3, 7, scene.tasks[i]);
	run_until_tasks(&scene, POOL_TOGETHER + 1);
	assert_int_equal(scene.together, 1);
	say(&scene, 3, 7, scene.tasks[POOL_TOGETHER]);
	run_until_answers(&scene, POOL_TOGETHER + 1);
	close_scene(&scene);
}

/* Nobody knows which of several it was: each is given alone, and only the one that kills again is
 * corrupt. */
static void after_a_death_over_several_each_is_given_alone(void **state)
{
	struct scene scene;

	(void)state;
	open_played(&scene, 3, 3);
	say(&scene, 3, 7, scene.tasks[0]);
	socket_flush(loop_context(scene.loop));
	loop_close_socket(scene.loop, scene.worker);
	open_worker(&scene);
	say(&scene, 1, 8, 0);
	run_until_tasks(&scene, 4);
	assert_int_equal(scene.together, 1);
	assert_int_equal(scene.answers, 1);
	loop_close_socket(scene.loop, scene.worker);
	open_worker(&scene);
	say(&scene, 1, 9, 0);
	run_until_tasks(&scene, 5);
	assert_int_equal(scene.together, 1);
	assert_int_equal(scene.answers, 2);
	assert_int_equal(scene.err, ERR_CORRUPT);
	say(&scene, 3, 9, scene.tasks[4]);
	run_until_answers(&scene, 3);
	assert_int_equal(scene.err, OK);
	close_scene(&scene);
}

static void several_that_were_lost_with_a_connection_go_out_again(void **state)
{
	struct scene scene;

	(void)state;
	open_played(&scene, 2, 2);
	say(&scene, 1, 7, scene.tasks[1]); /* idle after the last, and no answer came */
	run_until_tasks(&scene, 4);
	assert_int_equal(scene.together, 2);
	say(&scene, 3, 7, scene.tasks[2]);
	say(&scene, 3, 7, scene.tasks[3]);
	run_until_answers(&scene, 2);
	close_scene(&scene);
}

static void a_job_for_a_worker_that_vanished_is_done_when_it_is_back(void **state)
{
	struct scene scene;

	(void)state;
	open_played(&scene, 1, 1);
	say(&scene, 3, 7, scene.tasks[0]);
	run_until_answers(&scene, 1);
	loop_close_socket(scene.loop, scene.worker);
	submit(&scene, REVERSE,
	       "y"); /* to a worker of which the pool may not know yet that it is gone */
	open_worker(&scene);
	say(&scene, 1, 8, 0);
	run_until_tasks(&scene, 2);
	say(&scene, 3, 8, scene.tasks[1]);
	run_until_answers(&scene, 2);
	assert_int_equal(scene.err, OK);
	close_scene(&scene);
}

static void what_waits_is_bounded_but_one_job_always_finds_room(void **state)
{
	static uint8_t body[2000];
	struct scene scene;

	(void)state;
	open_scene(&scene);
	assert_int_equal(pool_submit(scene.pool, REVERSE, bytes_of(body, 2000), on_answer, &scene),
			 OK);
	assert_int_equal(pool_submit(scene.pool, REVERSE, bytes_of(body, 1), on_answer, &scene),
			 ERR_FULL);
	pool_close(scene.pool);
	open_pool(&scene);
	assert_int_equal(pool_submit(scene.pool, REVERSE, bytes_of(body, 600), on_answer, &scene),
			 OK);
	assert_int_equal(pool_submit(scene.pool, REVERSE, bytes_of(body, 600), on_answer, &scene),
			 ERR_FULL);
	assert_int_equal(pool_submit(scene.pool, REVERSE, bytes_of(body, 400), on_answer, &scene),
			 OK);
	close_scene(&scene);
	assert_int_equal(scene.answers, 0);
}

/* Who lodges much and large documents on many connections waits for who lodges one. */
static void jobs_of_one_owner_do_not_starve_those_of_others(void **state)
{
	static const struct {
		const char *owner, *body;
	} jobs[] = {{"a", "a"}, {"a", "a"}, {"a", "a"}, {"b", "b"}, {"c", "c"}};
	struct scene scene;

	(void)state;
	open_scene(&scene);
	open_worker(&scene);
	for (size_t i = 0; i < sizeof(jobs) / sizeof(jobs[0]); i++)
		assert_int_equal(pool_submit_for(scene.pool,
						 &(struct pool_job){jobs[i].owner, REVERSE,
								    bytes_of_text(jobs[i].body)},
						 on_answer, &scene),
				 OK);
	say(&scene, 1, 7, 0);
	run_until_tasks(&scene, 5);
	for (size_t i = 0; i < 5; i++)
		say(&scene, 3, 7, scene.tasks[i]);
	run_until_answers(&scene, 5);
	assert_string_equal(scene.bodies, "abcaa");
	close_scene(&scene);
}

static void close_pool(void *context, enum err err, struct bytes body)
{
	struct scene *scene = context;

	(void)err;
	(void)body;
	pool_close(scene->pool);
	scene->pool = NULL;
	loop_stop(scene->loop);
}

static void a_callback_may_close_its_pool(void **state)
{
	struct scene scene;

	(void)state;
	open_scene(&scene);
	open_worker(&scene);
	assert_int_equal(pool_submit(scene.pool, REVERSE, bytes_of_text("a"), close_pool, &scene),
			 OK);
	submit(&scene, REVERSE, "b");
	say(&scene, 1, 7, 0);
	run_until_tasks(&scene, 2);
	say(&scene, 3, 7, scene.tasks[0]);
	assert_int_equal(loop_run(scene.loop), OK);
	assert_int_equal(scene.answers, 0);
	close_scene(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_job_is_done_and_answered),
		cmocka_unit_test(an_error_of_the_worker_comes_with_its_body),
		cmocka_unit_test(many_jobs_are_shared_among_the_workers),
		cmocka_unit_test(a_job_that_kills_workers_is_corrupt_and_the_others_are_done),
		cmocka_unit_test(a_pool_that_was_restarted_learns_its_workers),
		cmocka_unit_test(a_worker_serves_two_pools),
		cmocka_unit_test(an_idle_worker_that_says_ready_again_is_no_crash),
		cmocka_unit_test(a_worker_started_anew_after_it_began_died_of_the_job),
		cmocka_unit_test(a_death_before_the_beginning_counts_only_the_third_time),
		cmocka_unit_test(an_answer_that_was_lost_makes_the_job_go_out_again),
		cmocka_unit_test(jobs_that_wait_go_out_together_and_are_answered_one_by_one),
		cmocka_unit_test(more_than_goes_together_waits_for_the_next_message),
		cmocka_unit_test(after_a_death_over_several_each_is_given_alone),
		cmocka_unit_test(several_that_were_lost_with_a_connection_go_out_again),
		cmocka_unit_test(a_job_for_a_worker_that_vanished_is_done_when_it_is_back),
		cmocka_unit_test(what_waits_is_bounded_but_one_job_always_finds_room),
		cmocka_unit_test(jobs_of_one_owner_do_not_starve_those_of_others),
		cmocka_unit_test(a_callback_may_close_its_pool),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
