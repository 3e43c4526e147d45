# Sampan. `make help` lists what can be made.

BUILD ?= build
CC := gcc
PREFIX ?= /usr/local

LIBRARIES := libxml-2.0 openssl libzmq lmdb libcurl jansson libcyaml libseccomp
PACKAGES_LIBRARIES := libxml2-dev libssl-dev libzmq3-dev liblmdb-dev libcurl4-openssl-dev libjansson-dev \
	libcyaml-dev libseccomp-dev

# Library headers come through -isystem: our warnings are for our code.
LIBRARY_CFLAGS = $(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(LIBRARIES)))
LIBRARY_LIBS = $(shell pkg-config --libs $(LIBRARIES))

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
TEST_SOURCES := $(wildcard tests/test_*.c tests/*/test_*.c)
TEST_SUPPORT := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/support/*.c))
TESTS := $(TEST_SOURCES:%.c=$(BUILD)/%)

.PHONY: all
all: $(BUILD)/sampan

$(BUILD)/libsampan.a: $(OBJECTS)
	@rm -f $@ && ar rcs $@ $^

$(BUILD)/sampan: $(BUILD)/node/main.o $(BUILD)/libsampan.a
	@echo "  link  $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LIBRARY_LIBS)

$(BUILD)/%.o: %.c | $(BUILD)/.libraries
	@mkdir -p $(@D)
	@echo "  cc    $<"
	@$(CC) $(CFLAGS) $(LIBRARY_CFLAGS) -c -o $@ $<

$(BUILD)/tests/%: $(BUILD)/tests/%.o $(TEST_SUPPORT) $(BUILD)/libsampan.a
	@echo "  link  $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LIBRARY_LIBS) -lcmocka

.PRECIOUS: $(BUILD)/%.o

# A missing library is one clear line, not a compiler error.
$(BUILD)/.libraries:
	@mkdir -p $(BUILD)
	@command -v pkg-config >/dev/null || { echo "pkg-config is missing: run .ci/need build" >&2; exit 1; }
	@for library in $(LIBRARIES); do pkg-config --exists $$library || \
		{ echo "the library $$library is missing: run .ci/need build" >&2; exit 1; }; done
	@touch $@

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
