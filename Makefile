# SPDX-License-Identifier: Apache-2.0
# The commands a person types. Meson and Ninja do the building; everything
# else is a script under tools/ that says what it does.

BUILD = build
MESON = meson
NINJA = ninja

.PHONY: all install setup run test browser bench lighthouse fuzz soak units \
	lint format coverage clean help

all: $(BUILD)/build.ninja
	$(NINJA) -C $(BUILD)

$(BUILD)/build.ninja:
	$(MESON) setup $(BUILD)

# Program, catalogue, manual page and systemd units under meson's prefix
# (/usr/local when nothing else was said), below DESTDIR if that is set.
install: all
	$(MESON) install -C $(BUILD) --no-rebuild

# Installs what is missing, builds, loads the example city, serves its site.
run:
	tools/setup.sh run
	$(MAKE) all
	tools/run-example.sh

test:
	tools/setup.sh test
	tools/test.py

bench:
	tools/setup.sh bench
	$(MAKE) all
	bench/run.py $(BENCH_FLAGS)
	bench/web.py $(WEB_FLAGS)
	bench/check.py $(CHECK_FLAGS)
	bench/many.py $(MANY_FLAGS)
	tools/lighthouse.py $(LIGHTHOUSE_FLAGS)

# A visitor with a real browser; pictures go to build/screenshots.
browser:
	tools/setup.sh test
	$(MAKE) all
	GX_SCREENSHOTS=$(CURDIR)/build/screenshots tools/test.py browser

# The four scores of the public pages.
lighthouse:
	tools/setup.sh test
	$(MAKE) all
	tools/lighthouse.py $(LIGHTHOUSE_FLAGS)

# FUZZ_SECONDS each (60 when not said).
fuzz:
	tools/setup.sh test
	tools/fuzz.py

# Kills, restarts and verifies for SOAK_SECONDS (600 when not said); the long
# scenarios with the sanitizers.
soak:
	tools/setup.sh test
	$(MAKE) all
	tools/soak.py
	tools/test.py builds sanitized
	$(MAKE) units

# The systemd units under a real systemd, in a virtual machine.
units:
	tools/setup.sh units
	$(MAKE) all
	tools/units.py

lint:
	tools/setup.sh test
	tools/lint.py

format:
	clang-format-14 -i $$(tools/sources.py c)

coverage:
	tools/setup.sh test
	tools/coverage.sh

# Leaves data directories (run/, data-*/) alone.
clean:
	rm -rf build build-* fuzz/crashes fuzz/found bench/out

help:
	@echo 'make            build build/gongxin'
	@echo 'make install    program, catalogue and systemd units (DESTDIR)'
	@echo 'make run        install what is missing, build, serve the example city'
	@echo 'make test       install what is missing, build, run every test'
	@echo 'make browser    a visitor with a real browser over an example city'
	@echo 'make bench      measure against PostgreSQL, DuckDB and nginx'
	@echo 'make lighthouse scores of the public pages'
	@echo 'make fuzz       every fuzz target for FUZZ_SECONDS (60)'
	@echo 'make soak       kill and restart for SOAK_SECONDS (600)'
	@echo 'make units      the systemd units, in a virtual machine'
	@echo 'make lint       clang-tidy and cppcheck'
	@echo 'make format     clang-format over all C files'
	@echo 'make coverage   which lines and branches the tests reach'
	@echo 'make clean      remove what was built'
