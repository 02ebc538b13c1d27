/* SPDX-License-Identifier: Apache-2.0 */
/* The lists that the table of routes is made of (routes.c). */
#ifndef GX_WEB_ROUTE_PARTS_H
#define GX_WEB_ROUTE_PARTS_H

#include "http/http.h"

/* ---- parameters: until one without a name (route_params.c) ---- */

extern const struct http_param site_subject_params[];
extern const struct http_param site_embed_params[];
extern const struct http_param site_record_params[];
extern const struct http_param site_search_params[];
extern const struct http_param site_suggest_params[];
extern const struct http_param site_tile_params[];
extern const struct http_param site_publicity_params[];
extern const struct http_param site_publicity_rows_params[];
extern const struct http_param site_list_params[];
extern const struct http_param site_list_rows_params[];
extern const struct http_param site_set_params[];
extern const struct http_param site_department_params[];
extern const struct http_param site_subject_feed_params[];
extern const struct http_param site_quality_params[];
extern const struct http_param site_changes_params[];
extern const struct http_param site_day_params[];
extern const struct http_param site_catalogue_item_params[];
extern const struct http_param site_proof_params[];
extern const struct http_param site_asset_params[];
extern const struct http_param site_language_params[];
extern const struct http_param site_back_params[];
extern const struct http_param site_oidc_params[];
extern const struct http_param site_check_params[];
extern const struct http_param site_check_page_params[];
extern const struct http_param site_checks_params[];
extern const struct http_param site_notices_params[];
extern const struct http_param site_notices_page_params[];
extern const struct http_param site_uses_params[];
extern const struct http_param site_use_params[];
extern const struct http_param site_audit_params[];
extern const struct http_param site_audit_uses_params[];
extern const struct http_param site_finding_params[];
extern const struct http_param site_desk_records_params[];
extern const struct http_param site_desk_new_params[];
extern const struct http_param site_desk_amend_params[];
extern const struct http_param site_desk_record_params[];
extern const struct http_param site_desk_doubtful_params[];
extern const struct http_param site_desk_doubtful_row_params[];
extern const struct http_param site_desk_quality_params[];
extern const struct http_param site_reviews_params[];
extern const struct http_param site_review_params[];
extern const struct http_param site_cases_params[];
extern const struct http_param site_case_params[];
extern const struct http_param site_case_move_params[];
extern const struct http_param site_objection_params[];
extern const struct http_param site_submit_params[];
extern const struct http_param site_submissions_params[];
extern const struct http_param site_submission_params[];

/* ---- parts of documents, by name (route_schemas.c) ---- */

struct site_schema {
	const char *name; /* "Basis" */
	const char *const *members;
};
extern const struct site_schema site_schemas[];
extern const size_t site_schemas_count;

/* ---- documents: until NULL (route_members.c) ---- */

extern const char *const site_subject_members[];
extern const char *const site_embed_members[];
extern const char *const site_record_members[];
extern const char *const site_search_members[];
extern const char *const site_home_members[];
extern const char *const site_publicity_members[];
extern const char *const site_lists_members[];
extern const char *const site_list_members[];
extern const char *const site_quality_members[];
extern const char *const site_departments_members[];
extern const char *const site_department_members[];
extern const char *const site_open_data_members[];
extern const char *const site_dictionary_members[];
extern const char *const site_changes_members[];
extern const char *const site_log_members[];
extern const char *const site_catalogue_members[];
extern const char *const site_table_measures_members[];
extern const char *const site_table_matters_members[];
extern const char *const site_catalogue_item_members[];
extern const char *const site_prose_members[];
extern const char *const site_healthz_members[];
extern const char *const site_openapi_members[];
extern const char *const site_feedback_members[];
extern const char *const site_check_members[];
extern const char *const site_check_made_members[];
extern const char *const site_notices_members[];
extern const char *const site_account_members[];
extern const char *const site_session_members[];
extern const char *const site_uses_members[];
extern const char *const site_audit_members[];
extern const char *const site_audit_uses_members[];
extern const char *const site_desk_records_members[];
extern const char *const site_desk_form_members[];
extern const char *const site_desk_record_members[];
extern const char *const site_desk_doubtful_members[];
extern const char *const site_desk_doubtful_row_members[];
extern const char *const site_desk_quality_members[];
extern const char *const site_check_row_members[];
extern const char *const site_desk_withdraw_members[];
extern const char *const site_submissions_members[];
extern const char *const site_submission_members[];
extern const char *const site_reviews_members[];
extern const char *const site_review_members[];
extern const char *const site_cases_members[];
extern const char *const site_case_members[];
extern const char *const site_objection_members[];

#endif
