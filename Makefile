# Sampan. `make help` lists what can be made.

BUILD ?= build
CC := gcc
PREFIX ?= /usr/local

LIBRARIES := libxml-2.0 libxslt openssl libzmq lmdb libcurl jansson libcyaml libseccomp libzstd libqrencode
# Only their headers: the library is the user's own, loaded when asked for.
HEADERS := p11-kit-1

# Library headers come through -isystem: our warnings are for our code.
# Asked once, and only by what needs them: `make help` works without the libraries.
LIBRARY_CFLAGS = $(eval LIBRARY_CFLAGS := $$(patsubst -I%,-isystem %,$$(shell \
	pkg-config --cflags $(LIBRARIES) $(HEADERS))) -isystem $(LLHTTP)/include)$(LIBRARY_CFLAGS)
LIBRARY_LIBS = $(eval LIBRARY_LIBS := $$(shell pkg-config --libs $(LIBRARIES)))$(LIBRARY_LIBS)

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wundef -Wvla -Wformat=2 -Wmissing-prototypes \
	-Wstrict-prototypes -Wwrite-strings -Wpointer-arith -Wcast-align=strict -Wconversion \
	-Wsign-conversion -Wnull-dereference -Wimplicit-fallthrough=5 -Wlogical-op \
	-Wduplicated-cond -Wswitch-enum -fno-common -Werror
HARDENING := -fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIE
OPTIMISE := -O2 -D_FORTIFY_SOURCE=3
SANITIZE :=
CFLAGS = -std=c17 -D_GNU_SOURCE -g $(OPTIMISE) $(WARNINGS) $(HARDENING) $(SANITIZE) \
	-ffile-prefix-map=$(CURDIR)=. -I. -Iinclude -MMD -MP
LDFLAGS = -pie -Wl,-z,relro,-z,now $(SANITIZE)

# main.c is the program's; everything else is in one archive that program and tests link.
SOURCES := $(filter-out node/main.c,$(wildcard messages/*.c node/*.c adapters/*.c))
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o)

# The HTTP parser is shipped as C sources only (Debian: node-llhttp). They are compiled as they lie there, strict, into the
# same archive; warnings are for our code.
LLHTTP := /usr/share
LLHTTP_SOURCES := $(wildcard $(LLHTTP)/llhttp/*.c)
LLHTTP_FLAGS := -w -DLLHTTP_STRICT_MODE=1 -isystem $(LLHTTP)/include -isystem $(LLHTTP)/include/llhttp
OBJECTS += $(LLHTTP_SOURCES:$(LLHTTP)/llhttp/%.c=$(BUILD)/llhttp/%.o)
TEST_SOURCES := $(wildcard tests/test_*.c tests/*/test_*.c)
TEST_SUPPORT := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/support/*.c))
TESTS := $(TEST_SOURCES:%.c=$(BUILD)/%)

.PHONY: all
all: $(BUILD)/sampan

.PHONY: help
help:
	@echo 'make              build build/sampan'
	@echo 'make demo         install what is missing, build, run two nodes that exchange documents'
	@echo 'make check        install what is missing, build, run all tests'
	@echo 'make check-asan   the tests with AddressSanitizer and UndefinedBehaviorSanitizer'
	@echo 'make check-browser  the pages for people in chromium; screenshots in build/browser'
	@echo 'make check-foreign  the proofs of a ledger, judged by packages from npm that are not ours'
	@echo 'make check-valgrind  the unit tests under valgrind'
	@echo 'make analyze      clang-tidy and cppcheck'
	@echo 'make losses       count anew what every map carries and drops (docs/losses.md)'
	@echo 'make fuzz         fuzz what parses, FUZZ_SECONDS=60 each'
	@echo 'make coverage     which lines the tests reach'
	@echo 'make bench        measure, as ratios in one run'
	@echo 'make soak         the tests of faults, long: power cuts, kills, damage (about an hour)'
	@echo 'make format       clang-format'
	@echo 'make install      DESTDIR= PREFIX=/usr/local'
	@echo 'make clean'

.PHONY: demo
demo:
	@.ci/need build
	@$(MAKE) --no-print-directory -j$$(nproc) all
	@$(BUILD)/sampan demo $(DEMO)

$(BUILD)/libsampan.a: $(OBJECTS)
	@rm -f $@ && ar rcs $@ $^

$(BUILD)/sampan: $(BUILD)/node/main.o $(BUILD)/libsampan.a
	@echo "  link  $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LIBRARY_LIBS)

$(BUILD)/%.o: %.c | $(BUILD)/.libraries
	@mkdir -p $(@D)
	@echo "  cc    $<"
	@$(CC) $(CFLAGS) $(LIBRARY_CFLAGS) -c -o $@ $<

$(BUILD)/llhttp/%.o: $(LLHTTP)/llhttp/%.c | $(BUILD)/.libraries
	@mkdir -p $(@D)
	@echo "  cc    $<"
	@$(CC) $(filter-out $(WARNINGS),$(CFLAGS)) $(LLHTTP_FLAGS) -c -o $@ $<

$(BUILD)/tests/%: $(BUILD)/tests/%.o $(TEST_SUPPORT) $(BUILD)/libsampan.a
	@echo "  link  $@"
	@$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LIBRARY_LIBS) -lcmocka -lyaml $(TEST_LIBS)

# These stand in for the C library's writing: only the tests that cut power or kill at each step link them.
CRASH_SUPPORT := $(patsubst %,$(BUILD)/tests/crash/%.o,disk run_limit scene tail_least)
$(patsubst %,$(BUILD)/tests/crash/test_%,power steps flips clock): $(CRASH_SUPPORT)

# The second executor of maps; the product does not link it.
XSLT_LIBS = $(shell pkg-config --libs libxslt)
$(BUILD)/tests/test_xslt: TEST_LIBS = $(XSLT_LIBS)
# It runs this benchmark once.
$(BUILD)/tests/test_cmd_bench: | $(BUILD)/tests/bench/bench_translate

.PRECIOUS: $(BUILD)/%.o

# A missing library is one clear line, not a compiler error.
$(BUILD)/.libraries:
	@mkdir -p $(BUILD)
	@command -v pkg-config >/dev/null || { echo "pkg-config is missing: run .ci/need build" >&2; exit 1; }
	@for library in $(LIBRARIES) $(HEADERS); do pkg-config --exists $$library || \
		{ echo "the library $$library is missing: run .ci/need build" >&2; exit 1; }; done
	@[ -e $(LLHTTP)/llhttp/llhttp.c ] || { echo "llhttp is missing: run .ci/need build" >&2; exit 1; }
	@touch $@

# ---- Tests ----

.PHONY: tests
tests: $(BUILD)/sampan $(TESTS)

.PHONY: check
check:
	@.ci/need build check
	@$(MAKE) --no-print-directory -j$$(nproc) tests
	@BUILD=$(BUILD) tests/run tests/check_dependencies.sh tests/check_sizes.sh tests/foreign/run $(TESTS)

# The same tests of faults as in make check, with more of everything: docs/faults.md.
SOAKS := $(filter $(BUILD)/tests/crash/%,$(TESTS))

.PHONY: soak
soak:
	@.ci/need build check
	@$(MAKE) --no-print-directory -j$$(nproc) $(BUILD)/sampan $(SOAKS)
	@BUILD=$(BUILD) tests/soak $(SOAK)
	@$(if $(SOAK),,$(MAKE) --no-print-directory soak-growth)

# A ledger of 10 million documents beside one of 10 thousand: docs/benchmarks.md, ledger. An hour or more, and 30 GB.
.PHONY: soak-growth
soak-growth:
	@.ci/need build bench
	@$(MAKE) --no-print-directory -j$$(nproc) $(BUILD)/tests/bench/bench_ledger
	@$(BUILD)/tests/bench/bench_ledger --soak

ASAN := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

.PHONY: check-asan
check-asan:
	@.ci/need build check
	@SAMPAN_KILLS=$${SAMPAN_KILLS:-15} $(MAKE) --no-print-directory check BUILD=build-asan \
		OPTIMISE=-O1 SANITIZE="$(ASAN)"

# Pages as people use them. Installs chromium and node; their libraries come from npm, pinned by hash.
.PHONY: check-browser
check-browser:
	@.ci/need build browser
	@$(MAKE) --no-print-directory -j$$(nproc) all
	@BUILD=$(BUILD) tests/browser/run

# Proofs, checkpoints and cosignatures of the demo's ledgers under implementations of others, from npm, pinned by hash.
.PHONY: check-foreign
check-foreign:
	@.ci/need build foreign
	@$(MAKE) --no-print-directory -j$$(nproc) all
	@BUILD=$(BUILD) SAMPAN_FOREIGN=fetch tests/run tests/foreign/run

# Not under valgrind: roles in their sandbox (seccomp kills a process for valgrind's own system calls),
# roles that are exec'ed (valgrind would be left behind), servers whose memory is measured or whom programs
# talk to by the clock, and whole nodes (tests/*/).
NOT_UNDER_VALGRIND := sandbox supervisor worker http_many http_curl worker_signature
UNIT_TESTS := $(filter-out $(NOT_UNDER_VALGRIND:%=$(BUILD)/tests/test_%),$(filter $(BUILD)/tests/test_%,$(TESTS)))

.PHONY: check-valgrind
check-valgrind:
	@.ci/need build check valgrind
	@$(MAKE) --no-print-directory tests
	@BUILD=$(BUILD) TEST_WRAPPER=tests/valgrind tests/run $(UNIT_TESTS)

TIDY := $(patsubst %.c,$(BUILD)/%.tidy,$(SOURCES) node/main.c)

.PHONY: analyze
analyze:
	@.ci/need build analyze
	@echo '  cppcheck'
	@cppcheck --quiet -j 2 --error-exitcode=1 --std=c11 --enable=style,warning,performance,portability \
		--inline-suppr --suppressions-list=.ci/cppcheck.suppressions --library=.ci/cppcheck.cfg \
		-I. -Iinclude messages node adapters
	@$(MAKE) --no-print-directory -j 2 -k $(TIDY)

# Behind the object, so that a changed header is a reason to look again. What it says on stderr is
# how much it left out, except when it fails.
$(BUILD)/%.tidy: %.c $(BUILD)/%.o .clang-tidy
	@echo "  tidy  $<"
	@clang-tidy --quiet $< -- -std=c17 -D_GNU_SOURCE -I. -Iinclude $(LIBRARY_CFLAGS) 2>$@.err || \
		{ cat $@.err; exit 1; }
	@touch $@

# Counted over the corpus, which is not everywhere: the page is kept.
.PHONY: losses
losses: $(BUILD)/tests/prop/test_losses
	@SAMPAN_WRITE=1 $<

FUZZ_SECONDS ?= 60
FUZZERS := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))

FUZZ_OBJECTS := $(patsubst %.c,$(BUILD)/fuzz/objects/%.o,$(SOURCES) $(wildcard tests/support/*.c))
FUZZ_SANITIZE := address,undefined -fno-sanitize-recover=undefined
FUZZ_CFLAGS = -std=c17 -D_GNU_SOURCE -g -O1 -I. -Iinclude -MMD -MP $(LIBRARY_CFLAGS)

$(BUILD)/fuzz/objects/%.o: %.c | $(BUILD)/.libraries
	@mkdir -p $(@D)
	@echo "  clang $<"
	@clang $(FUZZ_CFLAGS) -fsanitize=fuzzer-no-link,$(FUZZ_SANITIZE) -c -o $@ $<

FUZZ_OBJECTS += $(LLHTTP_SOURCES:$(LLHTTP)/llhttp/%.c=$(BUILD)/fuzz/objects/llhttp/%.o)

$(BUILD)/fuzz/objects/llhttp/%.o: $(LLHTTP)/llhttp/%.c | $(BUILD)/.libraries
	@mkdir -p $(@D)
	@echo "  clang $<"
	@clang $(FUZZ_CFLAGS) $(LLHTTP_FLAGS) -fsanitize=fuzzer-no-link,$(FUZZ_SANITIZE) -c -o $@ $<

# One archive for all, so that the linker takes what a target needs.
$(BUILD)/fuzz/libsampan.a: $(FUZZ_OBJECTS)
	@rm -f $@ && ar rcs $@ $^

$(BUILD)/fuzz/fuzz_%: tests/fuzz/fuzz_%.c $(BUILD)/fuzz/libsampan.a
	@echo "  fuzz  $@"
	@clang $(FUZZ_CFLAGS) -fsanitize=fuzzer,$(FUZZ_SANITIZE) -o $@ $(filter %.c %.a,$^) $(LIBRARY_LIBS) -lcmocka

.PHONY: fuzz
fuzz:
	@.ci/need build check fuzz
	@$(MAKE) --no-print-directory -j 2 $(FUZZERS)
	@tests/fuzz/run $(FUZZ_SECONDS) $(FUZZERS)

.PHONY: coverage
coverage:
	@.ci/need build check coverage
	@$(MAKE) --no-print-directory check BUILD=build-coverage OPTIMISE=-O0 SANITIZE=--coverage
	@gcovr --root . --object-directory build-coverage --exclude tests/ --print-summary --sort-percentage

BENCHES := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/bench/bench_*.c))

BENCH_SUPPORT := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/support/xslt_*.c))

$(BUILD)/tests/bench/%: $(BUILD)/tests/bench/%.o $(BENCH_SUPPORT) $(BUILD)/libsampan.a
	@echo "  link  $@"
	@$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LIBRARY_LIBS) $(XSLT_LIBS)

# The ledger's rivals take part where their client libraries are.
LEDGER_RIVALS := $(foreach rival,RABBIT=librabbitmq POSTGRES=libpq,$(if $(shell pkg-config --exists $(lastword $(subst =, ,$(rival))) && echo yes),$(rival)))
LEDGER_RIVAL_PACKAGES := $(foreach rival,$(LEDGER_RIVALS),$(lastword $(subst =, ,$(rival))))
LEDGER_PARTS := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/bench/queue_*.c tests/bench/ledger_*.c))
$(LEDGER_PARTS): CFLAGS += $(foreach rival,$(LEDGER_RIVALS),-DBENCH_HAS_$(firstword $(subst =, ,$(rival)))) \
	$(if $(LEDGER_RIVALS),$(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(LEDGER_RIVAL_PACKAGES))))
$(BUILD)/tests/bench/bench_ledger: $(LEDGER_PARTS)
$(BUILD)/tests/bench/bench_ledger: XSLT_LIBS += $(if $(LEDGER_RIVALS),$(shell pkg-config --libs $(LEDGER_RIVAL_PACKAGES)))

# The pipeline of the door's rival.
XMLSEC_CFLAGS = $(patsubst -I%,-isystem %,$(shell pkg-config --cflags xmlsec1-openssl))
XMLSEC_LIBS = $(shell pkg-config --libs xmlsec1-openssl)
$(BUILD)/tests/bench/bench_door.o: CFLAGS += $(XMLSEC_CFLAGS)
$(BUILD)/tests/bench/bench_door: XSLT_LIBS += $(XMLSEC_LIBS)

.PHONY: bench
bench:
	@.ci/need build bench
	@$(MAKE) --no-print-directory $(BUILD)/sampan $(BENCHES)
	@for bench in $(BENCHES); do $$bench $(BENCH) || exit 1; done

.PHONY: format
format:
	@.ci/need format
	clang-format -i $(wildcard include/sampan/*.h messages/*.[ch] node/*.[ch] adapters/*.[ch] tests/*.c tests/*/*.[ch])

# ---- Installing ----

.PHONY: install
install: all
	install -D -m 755 $(BUILD)/sampan $(DESTDIR)$(PREFIX)/bin/sampan
	find schemas -type f | while read -r file; do \
		install -D -m 644 "$$file" "$(DESTDIR)$(PREFIX)/share/sampan/$$file"; done
	for file in README.md CHANGELOG.md docs/*.md; do \
		install -D -m 644 "$$file" "$(DESTDIR)$(PREFIX)/share/doc/sampan/$$file"; done

.PHONY: clean
clean:
	rm -rf build build-asan build-coverage

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
