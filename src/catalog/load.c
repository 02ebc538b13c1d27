/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a directory, or from bytes kept in an archive, to a catalogue.
 *
 *   files -> sources (path, bytes) -> sort by path -> digest
 *     1. every file parsed            (CAT-00x)
 *     2. every list read, extended    (CAT-01x .. CAT-05x)
 *     3. the whole judged             (the rest)
 *
 * A pass runs only when the one before found no error: what a half-read
 * file seems to lack would only hide what is really wrong.
 *
 * The two entries meet in build(), which sees nothing but sources, so that
 * a replay from the archive cannot differ from the load that was archived.
 * Bytes are copied into the catalogue's arena: what was digested is what
 * was read. Only files named *.yaml count; a file named *.yml is refused,
 * because a person would think that it counts. Names that begin with a dot
 * are skipped.
 */
#include "catalog/cat_priv.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/tr.h"

enum {
	FOLDER_DEPTH_MAX = 4,
	PATH_BYTES_MAX = 512,
	ALL_BYTES_MAX = 64 * 1024 * 1024 /* of all files together */
};

/* Sources while they are gathered. */
struct gather {
	struct arena *arena;
	struct cat_source *list; /* owned, CAT_FILES_MAX places */
	size_t count;
	size_t bytes_count; /* of all files so far */
	const char *root;
	struct cat_issues *issues;
	struct err *err;
};

/* ---- from disk ---- */

static bool has_suffix(const char *s, const char *suffix)
{
	size_t n = strlen(s);
	size_t m = strlen(suffix);

	return n > m && strcmp(s + n - m, suffix) == 0;
}

/* Reads up to max + 1 bytes, so that a longer file is seen as longer. */
static enum err_code read_all(
    struct gather *g, int fd, const char *path, struct span *bytes_out)
{
	struct buf b = BUF_INIT(CAT_FILE_BYTES_MAX + 65536);
	enum err_code code = ERR_NONE;
	ssize_t n = 1;

	while (n > 0 && b.n <= CAT_FILE_BYTES_MAX) {
		char *to = buf_reserve(&b, 16384);

		ASSERT(to);
		n = read(fd, to, 16384);
		if (n > 0)
			b.n += (size_t)n;
		else if (n < 0 && errno == EINTR)
			n = 1;
	}
	if (n < 0)
		code = err_set_errno(g->err, "could not read \"%s\"", path);
	else
		*bytes_out = (struct span){arena_dup(g->arena, b.p, b.n), b.n};
	buf_release(&b);
	return code;
}

static enum err_code gather_file(struct gather *g, const char *path)
{
	char full[PATH_MAX];
	enum err_code code;
	struct span bytes;
	int fd;

	if (g->count == CAT_FILES_MAX)
		return err_set(g->err, ERR_INPUT,
		    "the catalogue has more than %d files", CAT_FILES_MAX);
	snprintf(full, sizeof(full), "%s/%s", g->root, path);
	fd = open(full, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return err_set_errno(g->err, "could not open \"%s\"", full);
	code = read_all(g, fd, full, &bytes);
	close(fd);
	if (code != ERR_NONE)
		return code;
	g->bytes_count += bytes.n;
	if (g->bytes_count > ALL_BYTES_MAX)
		return err_set(g->err, ERR_INPUT,
		    "the catalogue's files have more than %d bytes together",
		    ALL_BYTES_MAX);
	g->list[g->count++] =
	    (struct cat_source){arena_strdup(g->arena, path), bytes};
	return ERR_NONE;
}

static enum err_code gather_folder(
    struct gather *g, const char *path, int depth);

static enum err_code gather_entry(
    struct gather *g, const char *folder, const char *name, int depth)
{
	struct cat_where where = {0};
	char path[PATH_BYTES_MAX];
	char full[PATH_MAX];
	struct stat st;
	int n = snprintf(path, sizeof(path), "%s/%s", folder, name);

	if (name[0] == '.')
		return ERR_NONE;
	if (n < 0 || (size_t)n >= sizeof(path))
		return err_set(g->err, ERR_INPUT,
		    "a path under \"%s\" is longer than %d bytes", g->root,
		    PATH_BYTES_MAX);
	snprintf(full, sizeof(full), "%s/%s", g->root, path);
	if (stat(full, &st) != 0)
		return err_set_errno(g->err, "could not open \"%s\"", full);
	if (S_ISDIR(st.st_mode))
		return gather_folder(g, path, depth + 1);
	if (!S_ISREG(st.st_mode))
		return ERR_NONE;
	if (has_suffix(name, ".yaml"))
		return gather_file(g, path);
	if (has_suffix(name, ".yml")) {
		where.file = path;
		where.line = 1;
		cat_issue(g->issues, LINT_PACK, where, "%s",
		    tr("the file is not read; its name must end in .yaml"));
	}
	return ERR_NONE;
}

static enum err_code gather_folder(
    struct gather *g, const char *path, int depth)
{
	enum err_code code = ERR_NONE;
	char full[PATH_MAX];
	struct dirent *entry;
	DIR *dir;

	if (depth > FOLDER_DEPTH_MAX)
		return err_set(g->err, ERR_INPUT,
		    "folders under \"%s\" are nested deeper than %d", g->root,
		    FOLDER_DEPTH_MAX);
	snprintf(full, sizeof(full), "%s/%s", g->root, path);
	dir = opendir(full);
	if (!dir)
		return err_set_errno(g->err, "could not open \"%s\"", full);
	while (code == ERR_NONE && (entry = readdir(dir)))
		code = gather_entry(g, path, entry->d_name, depth);
	closedir(dir);
	return code;
}

/* ---- sources ---- */

static int compare_source(const void *a, const void *b)
{
	return strcmp(((const struct cat_source *)a)->path,
	    ((const struct cat_source *)b)->path);
}

static bool is_under(const char *path, const char *layer, const char *id)
{
	size_t n = strlen(layer);
	size_t m = strlen(id);

	if (strncmp(path, layer, n) != 0 || path[n] != '/')
		return false;
	path += n + 1;
	return m == 0 || (strncmp(path, id, m) == 0 && path[m] == '/');
}

/* An id that may stand in a path. */
static bool is_folder_name(const char *id)
{
	size_t n = strlen(id);

	return n > 0 && n <= CAT_ID_CHARS && id[0] != '-' &&
	    strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == n;
}

/* What the city's pack says under a key, before anything is judged; "" when
 * it says nothing or cannot be read, which the passes will tell. */
static const char *find_in_pack(struct arena *arena,
    const struct cat_source *sources, size_t count, const char *city_id,
    const char *key)
{
	struct cat_issues unheard;
	const char *found = "";
	size_t i;

	cat_issues_init(&unheard);
	for (i = 0; i < count && !found[0]; i++) {
		struct cat_where where = {sources[i].path, 0, CAT_CITY};
		const struct cat_node *n;

		if (!is_under(sources[i].path, "city", city_id))
			continue;
		n = cat_yaml_parse(arena, sources[i].bytes, where, &unheard);
		n = n ? cat_node_get(n, "pack") : NULL;
		n = n ? cat_node_get(n, key) : NULL;
		if (n && n->kind == NODE_SCALAR)
			found = n->text.p;
	}
	cat_issues_release(&unheard);
	return found;
}

static const char *find_province(struct arena *arena,
    const struct cat_source *sources, size_t count, const char *city_id)
{
	const char *found =
	    find_in_pack(arena, sources, count, city_id, "province");

	return is_folder_name(found) ? found : "";
}

bool catalog_sources_are_example(
    const struct cat_source *sources, size_t count, const char *city_id)
{
	struct arena *arena = arena_new();
	bool is_example =
	    strcmp(find_in_pack(arena, sources, count, city_id, "example"),
		"true") == 0;

	arena_free(&arena);
	return is_example;
}

static int layer_of(
    const char *path, const char *province_id, const char *city_id)
{
	if (is_under(path, "national", ""))
		return CAT_NATIONAL;
	if (province_id[0] && is_under(path, "province", province_id))
		return CAT_PROVINCE;
	return is_under(path, "city", city_id) ? CAT_CITY : -1;
}

static void digest_sources(struct catalog *c)
{
	struct sha256_stream *s = sha256_stream_new();
	struct buf head = BUF_INIT(PATH_MAX + 64);
	struct buf hex = BUF_INIT(2 * SHA256_BYTES);
	size_t i;

	for (i = 0; i < c->sources_count; i++) {
		const struct cat_source *source = &c->sources[i];

		buf_reset(&head);
		buf_addf(&head, "%s\n%zu\n", source->path, source->bytes.n);
		ASSERT(!head.is_full);
		sha256_stream_add(s, head.p, head.n);
		sha256_stream_add(s, source->bytes.p, source->bytes.n);
	}
	sha256_stream_finish(&s, c->digest);
	buf_add_hex(&hex, c->digest, SHA256_BYTES);
	memcpy(c->digest_hex, buf_str(&hex), sizeof(c->digest_hex));
	buf_release(&head);
	buf_release(&hex);
}

/* Copies the sources of the layers used, in order of path. */
static void keep_sources(struct catalog *c, const struct cat_source *sources,
    size_t count, const char *province_id, const char *city_id)
{
	size_t i;

	c->sources = arena_zalloc(c->arena, count, sizeof(*c->sources));
	for (i = 0; i < count; i++) {
		const struct cat_source *from = &sources[i];
		struct cat_source *to = &c->sources[c->sources_count];

		if (layer_of(from->path, province_id, city_id) < 0)
			continue;
		to->path = arena_strdup(c->arena, from->path);
		to->bytes = (struct span){
		    arena_dup(c->arena, from->bytes.p, from->bytes.n),
		    from->bytes.n};
		c->sources_count++;
	}
	if (c->sources_count)
		qsort(c->sources, c->sources_count, sizeof(*c->sources),
		    compare_source);
	digest_sources(c);
}

/* ---- the passes ---- */

/* Parses all files, national layer first. */
static struct cat_file *parse_files(struct catalog *c, const char *province_id,
    const char *city_id, struct cat_issues *issues)
{
	struct cat_file *files =
	    arena_zalloc(c->arena, c->sources_count, sizeof(*files));
	size_t done = 0;
	size_t i;
	int layer;

	for (layer = 0; layer < CAT_LAYER_COUNT; layer++)
		for (i = 0; i < c->sources_count; i++) {
			const struct cat_source *source = &c->sources[i];
			struct cat_file *file = &files[done];

			if (layer_of(source->path, province_id, city_id) !=
			    layer)
				continue;
			file->where = (struct cat_where){
			    source->path, 0, (enum cat_layer)layer};
			file->root = cat_yaml_parse(
			    c->arena, source->bytes, file->where, issues);
			done++;
		}
	return files;
}

static void check_packs(struct cat_reader *r, const char *province_id,
    bool has_province_files, const char *city_id)
{
	struct cat_where where = r->pack_where;

	if (r->packs_count[CAT_CITY] == 0) {
		where.file = arena_printf(r->arena, "city/%s", city_id);
		where.line = 1;
		where.layer = CAT_CITY;
		cat_issue(r->issues, LINT_PACK, where, "%s",
		    tr("no file of the city holds its pack"));
	} else if (province_id[0] && !has_province_files) {
		cat_issue(r->issues, LINT_PACK, where,
		    tr("the province \"%s\" has no files"), province_id);
	}
}

static bool has_layer(
    const struct cat_file *files, size_t count, enum cat_layer layer)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (files[i].where.layer == layer)
			return true;
	return false;
}

static void run_passes(struct catalog *c, const char *province_id,
    const char *city_id, bool is_judged, struct cat_issues *issues)
{
	struct cat_reader r = {.arena = c->arena,
	    .issues = issues,
	    .catalog = c,
	    .pack_id = city_id};
	const struct cat_file *files =
	    parse_files(c, province_id, city_id, issues);

	c->city_id = c->city_title = c->province_id = c->division = "";
	if (issues->errors)
		return;
	cat_pack_read(&r, files, c->sources_count);
	check_packs(&r, province_id,
	    has_layer(files, c->sources_count, CAT_PROVINCE), city_id);
	if (!issues->errors && is_judged)
		cat_lint_all(c, issues);
}

static enum err_code build(const struct cat_source *sources, size_t count,
    const char *city_id, bool is_judged, struct cat_issues *issues,
    struct catalog **catalog_out, struct err *err)
{
	struct arena *arena = arena_new();
	struct catalog *c = arena_zalloc(arena, 1, sizeof(*c));
	const char *province_id;

	c->arena = arena;
	province_id = find_province(arena, sources, count, city_id);
	keep_sources(c, sources, count, province_id, city_id);
	run_passes(c, province_id, city_id, is_judged, issues);
	cat_issues_sort(issues);
	if (issues->errors) {
		catalog_free(&c);
		return err_set(err, ERR_INPUT, "errors in the catalogue: %zu",
		    issues->errors);
	}
	*catalog_out = c;
	return ERR_NONE;
}

static enum err_code check_city(const char *city_id, struct err *err)
{
	if (is_folder_name(city_id))
		return ERR_NONE;
	return err_set(err, ERR_NOT_FOUND, "there is no city \"%s\"", city_id);
}

static enum err_code load_sources(const struct cat_source *sources,
    size_t sources_count, const char *city_id, bool is_judged,
    struct cat_issues *issues, struct catalog **catalog_out, struct err *err)
{
	enum err_code code = check_city(city_id, err);
	size_t i;

	if (code != ERR_NONE)
		return code;
	if (sources_count > CAT_FILES_MAX)
		return err_set(err, ERR_INPUT,
		    "the catalogue has more than %d files", CAT_FILES_MAX);
	for (i = 0; i < sources_count; i++)
		if (strlen(sources[i].path) >= PATH_BYTES_MAX)
			return err_set(err, ERR_INPUT,
			    "a path of the catalogue is longer than %d bytes",
			    PATH_BYTES_MAX);
	for (i = 0; i < sources_count; i++)
		if (is_under(sources[i].path, "city", city_id))
			return build(sources, sources_count, city_id, is_judged,
			    issues, catalog_out, err);
	return err_set(err, ERR_NOT_FOUND, "there is no city \"%s\"", city_id);
}

enum err_code catalog_load_sources(const struct cat_source *sources,
    size_t sources_count, const char *city_id, struct cat_issues *issues,
    struct catalog **catalog_out, struct err *err)
{
	return load_sources(
	    sources, sources_count, city_id, true, issues, catalog_out, err);
}

enum err_code catalog_replay_sources(const struct cat_source *sources,
    size_t sources_count, const char *city_id, struct cat_issues *issues,
    struct catalog **catalog_out, struct err *err)
{
	return load_sources(
	    sources, sources_count, city_id, false, issues, catalog_out, err);
}

static bool is_folder(const char *root, const char *path)
{
	char full[PATH_MAX];
	struct stat st;

	snprintf(full, sizeof(full), "%s/%s", root, path);
	return stat(full, &st) == 0 && S_ISDIR(st.st_mode);
}

/* City first: its pack says which province. */
static enum err_code gather_layers(struct gather *g, const char *city_id)
{
	char path[PATH_BYTES_MAX];
	const char *province_id;
	enum err_code code;

	snprintf(path, sizeof(path), "city/%s", city_id);
	if (!is_folder(g->root, path))
		return err_set(g->err, ERR_NOT_FOUND,
		    "there is no city \"%s\" under \"%s\"", city_id, g->root);
	code = gather_folder(g, path, 0);
	if (code == ERR_NONE && is_folder(g->root, "national"))
		code = gather_folder(g, "national", 0);
	if (code != ERR_NONE)
		return code;
	province_id = find_province(g->arena, g->list, g->count, city_id);
	snprintf(path, sizeof(path), "province/%s", province_id);
	if (province_id[0] && is_folder(g->root, path))
		code = gather_folder(g, path, 0);
	return code;
}

enum err_code catalog_load(const char *root, const char *city_id,
    struct cat_issues *issues, struct catalog **catalog_out, struct err *err)
{
	struct gather g = {.root = root, .issues = issues, .err = err};
	enum err_code code = check_city(city_id, err);

	if (code != ERR_NONE)
		return code;
	if (strlen(root) > PATH_MAX - PATH_BYTES_MAX - 2 ||
	    !is_folder(root, ".")) {
		err_set(err, ERR_NOT_FOUND,
		    "there is no catalogue in \"%.400s\"", root);
		err_hint(err,
		    "Look how the path is written; what was lost from a data "
		    "directory is restored from its backup.");
		return ERR_NOT_FOUND;
	}
	g.arena = arena_new();
	g.list = mem_zalloc(CAT_FILES_MAX, sizeof(*g.list));
	code = gather_layers(&g, city_id);
	if (code == ERR_NONE)
		code = build(
		    g.list, g.count, city_id, true, issues, catalog_out, err);
	free(g.list);
	arena_free(&g.arena);
	return code;
}

void catalog_free(struct catalog **catalog)
{
	struct arena *arena;

	if (!*catalog)
		return;
	/* The catalogue itself lives in its arena. */
	arena = (*catalog)->arena;
	*catalog = NULL;
	arena_free(&arena);
}
