/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Slot numbers travel as single bytes: `posted` from child to parent,
 * `freed` back. A pipe's end of file is how each learns that the other is
 * gone.
 */
#include "intake/slots.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/check.h"
#include "base/mem.h"

enum { HEAD_BYTES = sizeof(struct slot_head) };

_Static_assert(SLOT_BYTES > SLOT_ROW_BYTES_MAX + 4096, "a row fits a slot");

struct slots {
	char *memory; /* SLOT_COUNT * SLOT_BYTES, shared */
	int posted[2];
	int freed[2];
	int current; /* child: slot being filled, -1 = none */
	struct slot_head head;
};

enum err_code slots_new(struct slots **out, struct err *err)
{
	struct slots *s = mem_zalloc(1, sizeof(*s));
	unsigned i;

	s->current = -1;
	s->posted[0] = s->posted[1] = s->freed[0] = s->freed[1] = -1;
	s->memory = mmap(NULL, (size_t)SLOT_COUNT * SLOT_BYTES,
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (s->memory == MAP_FAILED) {
		s->memory = NULL;
		slots_free(&s);
		return err_set_errno(err, "could not get shared memory");
	}
	if (pipe2(s->posted, O_CLOEXEC) != 0 ||
	    pipe2(s->freed, O_CLOEXEC) != 0) {
		enum err_code rc = err_set_errno(err, "could not make a pipe");

		slots_free(&s);
		return rc;
	}
	for (i = 0; i < SLOT_COUNT; i++)
		if (write(s->freed[1], &(unsigned char){(unsigned char)i}, 1) !=
		    1) {
			slots_free(&s);
			return err_set_errno(err, "could not make a pipe");
		}
	*out = s;
	return 0;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void slots_free(struct slots **slots)
{
	struct slots *s = *slots;

	if (!s)
		return;
	close_fd(&s->posted[0]);
	close_fd(&s->posted[1]);
	close_fd(&s->freed[0]);
	close_fd(&s->freed[1]);
	if (s->memory)
		munmap(s->memory, (size_t)SLOT_COUNT * SLOT_BYTES);
	free(s);
	*slots = NULL;
}

void slots_be_child(struct slots *slots)
{
	close_fd(&slots->posted[0]);
	close_fd(&slots->freed[1]);
}

void slots_be_parent(struct slots *slots)
{
	close_fd(&slots->posted[1]);
	close_fd(&slots->freed[0]);
}

void slots_child_fds(const struct slots *slots, int fds_out[2])
{
	fds_out[0] = slots->posted[1];
	fds_out[1] = slots->freed[0];
}

/* One byte from a pipe; 0 at its end, -1 on failure. */
static ssize_t read_byte(int fd, unsigned char *out)
{
	ssize_t n;

	do
		n = read(fd, out, 1);
	while (n < 0 && errno == EINTR);
	return n;
}

static bool write_byte(int fd, unsigned char byte)
{
	ssize_t n;

	do
		n = write(fd, &byte, 1);
	while (n < 0 && errno == EINTR);
	return n == 1;
}

static char *slot_memory(const struct slots *s, int slot)
{
	return s->memory + (size_t)slot * SLOT_BYTES;
}

/* Makes a slot current; waits until the parent has one to give. */
static enum err_code take_free(struct slots *s, struct err *err)
{
	unsigned char slot = 0;

	if (s->current >= 0)
		return 0;
	if (read_byte(s->freed[0], &slot) != 1 || slot >= SLOT_COUNT)
		return err_set(err, ERR_IO, "the main process is gone");
	s->current = slot;
	s->head.rows = s->head.bytes = 0;
	return 0;
}

static enum err_code post(
    struct slots *s, enum slot_end end, int code, struct err *err)
{
	unsigned char slot = (unsigned char)s->current;

	s->head.end = end;
	s->head.code = code;
	memcpy(slot_memory(s, s->current), &s->head, HEAD_BYTES);
	s->current = -1;
	s->head.natural = 0;
	if (!write_byte(s->posted[1], slot))
		return err_set(err, ERR_IO, "the main process is gone");
	return 0;
}

static char *append(char *to, struct span text)
{
	if (text.n)
		memcpy(to, text.p, text.n);
	return to + text.n;
}

static size_t row_bytes(const struct checked_row *row)
{
	return sizeof(struct slot_row) + row->name.n + row->code_text.n +
	    row->fields.n + row->closed.n + row->findings.n + row->cells.n;
}

static void write_row(char *to, const struct checked_row *row)
{
	struct slot_row r = {
	    .number = row->number,
	    .key_hash = row->key_hash,
	    .content_hash = row->content_hash,
	    .corrects = row->corrects,
	    .decided_on = row->decided_on,
	    .valid_to = row->valid_to,
	    .public_until = row->public_until,
	    .name_bytes = (uint32_t)row->name.n,
	    .code_text_bytes = (uint32_t)row->code_text.n,
	    .fields_bytes = (uint32_t)row->fields.n,
	    .closed_bytes = (uint32_t)row->closed.n,
	    .findings_bytes = (uint32_t)row->findings.n,
	    .cells_bytes = (uint32_t)row->cells.n,
	    .outcome = (uint8_t)row->outcome,
	    .doubt = (uint8_t)row->doubt,
	    .class_ = (uint8_t)row->class_,
	    .is_late = row->is_late,
	};

	memcpy(r.code, row->code, sizeof(row->code));
	memcpy(to, &r, sizeof(r));
	to = append(to + sizeof(r), row->name);
	to = append(to, row->code_text);
	to = append(to, row->fields);
	to = append(to, row->closed);
	to = append(to, row->findings);
	append(to, row->cells);
}

enum err_code slots_put_row(
    struct slots *s, const struct checked_row *row, struct err *err)
{
	size_t n = row_bytes(row);
	enum err_code rc;

	if (row->outcome == ROW_NATURAL) {
		s->head.natural++;
		return 0;
	}
	ASSERT(n <= SLOT_ROW_BYTES_MAX);
	if (s->current >= 0 && HEAD_BYTES + s->head.bytes + n > SLOT_BYTES) {
		rc = post(s, SLOT_MORE, 0, err);
		if (rc)
			return rc;
	}
	rc = take_free(s, err);
	if (rc)
		return rc;
	write_row(slot_memory(s, s->current) + HEAD_BYTES + s->head.bytes, row);
	s->head.bytes += (uint32_t)n;
	s->head.rows++;
	return s->head.bytes < SLOT_POST_BYTES ? ERR_NONE
					       : post(s, SLOT_MORE, 0, err);
}

enum err_code slots_put_text(struct slots *s, struct span text, struct err *err)
{
	enum err_code rc = 0;

	ASSERT(text.n <= SLOT_ROW_BYTES_MAX);
	if (s->current >= 0) /* a slot holds either rows or a text */
		rc = post(s, SLOT_MORE, 0, err);
	if (!rc)
		rc = take_free(s, err);
	if (rc)
		return rc;
	append(slot_memory(s, s->current) + HEAD_BYTES, text);
	s->head.bytes = (uint32_t)text.n;
	return post(s, SLOT_MORE, 0, err);
}

void slots_set_position(struct slots *slots, uint64_t position)
{
	slots->head.position = position;
}

enum err_code slots_finish(
    struct slots *s, const struct err *failure, struct err *err)
{
	enum err_code rc;

	if (failure && s->current >= 0) {
		rc = post(s, SLOT_MORE, 0, err);
		if (rc)
			return rc;
	}
	rc = take_free(s, err);
	if (rc)
		return rc;
	if (!failure)
		return post(s, SLOT_LAST, 0, err);
	memcpy(
	    slot_memory(s, s->current) + HEAD_BYTES, failure, sizeof(*failure));
	s->head.bytes = sizeof(*failure);
	return post(s, SLOT_FAILED, failure->code, err);
}

void slot_view_init(struct slot_view *view)
{
	memset(view, 0, sizeof(*view));
	view->bytes = mem_alloc(SLOT_BYTES);
}

void slot_view_release(struct slot_view *view)
{
	free(view->bytes);
	view->bytes = NULL;
}

enum err_code slots_nonsense(struct err *err)
{
	return err_set(
	    err, ERR_CORRUPT, "the reading process sent what makes no sense");
}

/* The child's own error, with its texts closed by NULs of ours. */
static enum err_code take_failure(struct slot_view *view, struct err *err)
{
	struct err told;

	if (view->head.bytes != sizeof(told) || view->head.code >= 0 ||
	    view->head.code < ERR_UNCERTAIN)
		return slots_nonsense(err);
	memcpy(&told, view->bytes, sizeof(told));
	told.message[ERR_TEXT_MAX - 1] = '\0';
	told.detail[ERR_TEXT_MAX - 1] = '\0';
	told.hint[ERR_TEXT_MAX - 1] = '\0';
	told.code = (enum err_code)view->head.code;
	told.file = NULL;
	told.line = 0;
	if (err)
		*err = told;
	return told.code;
}

enum err_code slots_take(
    struct slots *s, struct slot_view *view, struct err *err)
{
	unsigned char slot = 0;
	const char *from;

	if (read_byte(s->posted[0], &slot) != 1) {
		err_set(err, ERR_SYSTEM, "the reading process ended early");
		err_hint(err,
		    "The file may be made to break programs; keep "
		    "it for inspection.");
		return ERR_SYSTEM;
	}
	if (slot >= SLOT_COUNT)
		return slots_nonsense(err);
	from = slot_memory(s, slot);
	memcpy(&view->head, from, HEAD_BYTES);
	if (view->head.bytes > SLOT_BYTES - HEAD_BYTES)
		return slots_nonsense(err);
	memcpy(view->bytes, from + HEAD_BYTES, view->head.bytes);
	view->at = 0;
	/* A child that is done does not wait for its slots. */
	if (!write_byte(s->freed[1], slot) && errno != EPIPE)
		return err_set_errno(err, "could not write to a pipe");
	if (view->head.end == SLOT_FAILED)
		return take_failure(view, err);
	return view->head.end <= SLOT_LAST ? ERR_NONE : slots_nonsense(err);
}

struct span slot_text(const struct slot_view *view)
{
	return (struct span){
	    view->bytes, view->head.rows ? 0 : view->head.bytes};
}

static struct span cut(struct slot_view *view, uint32_t n)
{
	struct span s = {view->bytes + view->at, n};

	view->at += n;
	return s;
}

static bool is_sane(const struct slot_row *r)
{
	if (r->outcome >= ROW_OUTCOME_COUNT || r->doubt >= DOUBT_COUNT ||
	    r->class_ >= CAT_CLASS_COUNT || r->is_late > 1)
		return false;
	return r->outcome != ROW_RECORD ||
	    ident_check_uscc((struct span){r->code, IDENT_USCC_CHARS}).state ==
	    IDENT_VALID;
}

int slot_next(
    struct slot_view *view, struct checked_row *row_out, struct err *err)
{
	uint64_t left = view->head.bytes - view->at;
	struct slot_row r;

	if (view->head.rows == 0)
		return 0;
	if (left < sizeof(r))
		return slots_nonsense(err);
	memcpy(&r, view->bytes + view->at, sizeof(r));
	left -= sizeof(r);
	if ((uint64_t)r.name_bytes + r.code_text_bytes + r.fields_bytes +
		    r.closed_bytes + r.findings_bytes + r.cells_bytes >
		left ||
	    !is_sane(&r))
		return slots_nonsense(err);
	view->at += (uint32_t)sizeof(r);
	view->head.rows--;
	memset(row_out, 0, sizeof(*row_out));
	row_out->number = r.number;
	row_out->outcome = (enum row_outcome)r.outcome;
	row_out->doubt = (enum doubt)r.doubt;
	row_out->is_late = r.is_late != 0;
	memcpy(row_out->code, r.code, IDENT_USCC_CHARS);
	row_out->name = cut(view, r.name_bytes);
	row_out->code_text = cut(view, r.code_text_bytes);
	row_out->fields = cut(view, r.fields_bytes);
	row_out->closed = cut(view, r.closed_bytes);
	row_out->findings = cut(view, r.findings_bytes);
	row_out->cells = cut(view, r.cells_bytes);
	row_out->key_hash = r.key_hash;
	row_out->content_hash = r.content_hash;
	row_out->corrects = r.corrects;
	row_out->class_ = (enum cat_class)r.class_;
	row_out->decided_on = r.decided_on;
	row_out->valid_to = r.valid_to;
	row_out->public_until = r.public_until;
	return 1;
}
