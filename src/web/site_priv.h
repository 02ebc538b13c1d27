/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the site: the context of a worker, and what handlers share. */
#ifndef GX_WEB_SITE_PRIV_H
#define GX_WEB_SITE_PRIV_H

#include <pthread.h>
#include <stdatomic.h>

#include "api/record.h"
#include "oidc/client.h"
#include "registry/block_cache.h"
#include "registry/names_index.h"
#include "registry/view.h"
#include "web/render.h"
#include "web/runner.h"
#include "web/site.h"
#include "web/staff.h"

struct roster;
struct tally;

struct site {
	char *data;
	struct home_options home_options;
	struct home watched; /* the watching thread's; without a catalogue */
	/* The present catalogue, and all that there ever were: what began
	 * with one may go on with it. Under lock. */
	_Atomic(const struct catalog *) catalogue;
	struct catalog **catalogues;
	size_t catalogues_count;
	char *city;
	char *name[LANG_COUNT]; /* of the site, as the city calls it */
	char *origin;		/* "https://host"; NULL: not known */
	char *local_origin;	/* where it is served */
	char *framers;		/* sites that may show /embed in a frame */
	struct web_renderer *renderer;
	struct staff *staff;	 /* NULL: nobody can sign in */
	struct tally *tally;	 /* of refusals that are counted */
	struct runner *runner;	 /* NULL: nothing can be sent in */
	struct uploads *uploads; /* NULL: no files can */
	/* The identity provider that one can sign in by; NULL: none. */
	struct oidc *oidc;
	char *provider_name[LANG_COUNT];
	struct http_app app;
	_Atomic(struct http_server *) server;
	_Atomic uint64_t version; /* bumped by the watching thread */
	_Atomic uint64_t proof_failures;
	pthread_t watcher;
	bool is_watching;
	pthread_t follower;
	struct names_index *names;   /* kept up by the follower */
	struct roster *roster;	     /* the same; NULL: none */
	struct block_cache *records; /* NULL: none */
	bool is_following;
	pthread_t teller, messenger; /* of notices (teller.h) */
	bool is_telling, is_sending;
	pthread_mutex_t lock; /* of is_ending */
	pthread_cond_t ended;
	bool is_ending;
	atomic_bool is_ending_soon; /* the same for calls under way */
};

/* What http calls the worker. */
struct site_worker {
	struct site *site;
	struct home home;     /* its catalogue is the site's */
	struct store *office; /* for reading; NULL: there is none */
	struct ledger *uses;  /* with it */
	struct check_words *words;
	/* Of what is taken in one go (site_worker_rest): the stamp of the
	 * office, the view that checks are answered in, and the traces that go
	 * to the desk together. */
	bool has_stamp, has_view;
	int64_t stamp;
	struct view_source view;
	struct desk_ask *first_ask, **last_ask;
};

/* A file that is finished before its first byte can be sent: written under a
 * name of its own with this ending, which is gone when it is sent. *fd_out is
 * the caller's. */
typedef enum err_code site_write(void *ctx, const char *path, struct err *err);
enum err_code site_make_file(const char *ending, site_write *write, void *ctx,
    int *fd_out, struct err *err);
/* Lends the present catalogue to a home, which must be closed with
 * site_close_home then. */
void site_use_catalogue(struct site *site, struct home *home);
void site_close_home(struct home *home);
/* Sleeps; true when the site ends. */
bool site_wait_for_end(struct site *site, int ms);
/* Starts site->follower (follower.c). It ends when the site does. */
enum err_code site_start_follower(struct site *site, struct err *err);

/* The public's view of today, or of the parameter "as_of". */
struct reading site_reading(
    const struct site_worker *worker, const struct http_request *request);
/* What the routes' "as_of" parameter is. */
#define SITE_AS_OF                                                             \
	{                                                                      \
		.name = "as_of", .in = HTTP_IN_QUERY, .type = HTTP_DATE,       \
		.summary = N_("the day asked about; what is not public "       \
			      "today is not shown for any day"),               \
	}
#define N_(text) text

/* The page of a template with a document, whatever was asked for. */
enum err_code site_render(struct site_worker *worker,
    const struct http_request *request, const struct http_response *response,
    const char *template_name, struct span document, struct buf *out,
    struct err *err);
/*
 * The end of a handler whose document is in response->body: leaves it there
 * when JSON was asked for, else renders the page of the template.
 */
enum err_code site_show(struct site_worker *worker,
    const struct http_request *request, struct http_response *response,
    const char *template_name, struct err *err);

/* The answer is a file to be kept, under the name that fmt makes and this
 * ending; of example data the name says so. */
void site_name_file(const struct site_worker *worker,
    struct http_response *response, const char *ending, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* A field of the form that was sent; "" when there is none. */
struct span site_field(const struct http_request *request, const char *name);
/* Where to go back to, for a Location: the path if it is one of this site,
 * else `otherwise`. out: with room for a header. */
void site_put_back(struct span back, const char *otherwise, struct buf *out);

/* Sends the browser there (303), to /account when it is nowhere. */
void site_go_to(struct http_response *response, struct span back);

/* Starts site->oidc when the configuration names a provider (oidc_open.c).
 * Without one, or without its secret, one signs in by password alone, which
 * is told on stderr. */
struct site_config;
void site_open_oidc(struct site *site, const struct site_config *config);

/* Every route, in the order of matching (routes.c). */
extern const struct http_route site_routes[];
extern const size_t site_routes_count;

/* Handlers, by file. */
/* page_subject.c */
http_handler site_subject, site_embed, site_search, site_suggest;
/* page_record.c */
http_handler site_record, site_record_proof;
/* page_lists.c */
http_handler site_publicity, site_publicity_csv, site_publicity_json,
    site_publicity_xlsx, site_lists, site_list, site_list_csv, site_list_json,
    site_list_xlsx, site_open_data, site_dictionary, site_set_csv,
    site_set_jsonl;
/* page_city.c */
http_handler site_home, site_quality, site_quality_csv, site_departments,
    site_department, site_subject_feed, site_department_feed, site_changes,
    site_log, site_catalogue, site_catalogue_item, site_template_csv,
    site_template_xlsx, site_table_memoranda, site_table_kinds,
    site_table_matters, site_prose;
/* page_check.c */
http_handler site_check, site_check_page, site_check_form;
/* page_check_list.c */
http_handler site_check_list_page, site_check_list_form;
/* page_check_made.c */
http_handler site_check_made, site_check_proof, site_check_feedback,
    site_check_decide;
/* page_cases.c */
http_handler site_cases, site_case;
/* page_cases_write.c */
http_handler site_objection_form, site_objection_file, site_case_move;
/* page_notices.c */
http_handler site_notices, site_notices_page;
/* page_log.c */
http_handler site_log_checkpoint, site_log_key, site_log_uses_key,
    site_log_tile;
/* page_account.c */
http_handler site_start, site_session, site_sign_in_page, site_sign_in,
    site_code_page, site_code, site_enrol_page, site_enrol, site_password_page,
    site_password, site_account, site_end_sessions, site_sign_out;
/* page_oidc.c */
http_handler site_oidc_start, site_oidc_callback, site_oidc_done;
/* page_submissions.c */
http_handler site_submit_file, site_submissions, site_submission,
    site_rejects_csv, site_rejects_xlsx, site_desk_upload;
/* page_uses.c */
http_handler site_uses, site_question_use;
/* page_audit.c */
http_handler site_audit, site_audit_uses, site_answer_use, site_take_finding;
/* page_desk.c */
http_handler site_desk_records, site_desk_record, site_desk_doubtful,
    site_desk_doubtful_row, site_desk_quality, site_check_row;
/* page_desk_form.c */
http_handler site_desk_new, site_desk_enter, site_desk_amend, site_desk_correct;
/* page_desk_write.c */
http_handler site_desk_withdraw, site_desk_take_back, site_desk_reinstate;
http_handler site_desk_decide;
/* page_reviews.c */
http_handler site_reviews, site_review, site_review_file, site_review_decide,
    site_review_take_back, site_review_carry_out;
/* page_self.c */
http_handler site_healthz, site_metrics, site_robots, site_language, site_asset,
    site_emblem;
/* openapi.c */
http_handler site_openapi;

#endif
