/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the routes answer: the members of their documents, "name:type" of the
 * top level, "?" behind the type where it may be null.
 */
#include "web/route_parts.h"

const char *const site_subject_members[] = {"as_of:date", "today:date",
    "view:string", "city:string", "example:boolean", "catalogue:string",
    "code:string", "name:string", "kind:string", "ident:object", "also:array",
    "records:integer", "groups:array", "objection:object?", "timeline:array",
    "timeline_more:boolean", "feed:string", NULL};
const char *const site_embed_members[] = {"as_of:date", "city:string",
    "example:boolean", "code:string", "name:string", "href:string",
    "lists:array", "has_lists:boolean", "lists_more:integer", "honours:array",
    "has_honours:boolean", "honours_more:integer", NULL};
const char *const site_record_members[] = {"statement:integer", "kind:string",
    "as_of:date", "view:string", "example:boolean", "received:string",
    "catalogue:string", "log:object", "objection:object?", "proof:object?",
    "no_proof:object?", NULL};
const char *const site_search_members[] = {"query:string", "by:string",
    "total:integer?", "more:boolean", "results:array", "ident:object?",
    "near:array", "example:boolean", NULL};
const char *const site_home_members[] = {"as_of:date", "city:string",
    "example:boolean", "through:object", "items:array", "figures:object",
    "history:array", "chart:object", "latest:array", "has_latest:boolean",
    "links:object", NULL};
const char *const site_publicity_members[] = {"as_of:date", "city:string",
    "example:boolean", "on:date", "is_today:boolean", "through:object",
    "item:object", "filter:object", "kinds:array", "departments:array",
    "divisions:array", "total:integer?", "rows:array", "count:integer",
    "has_rows:boolean", "has_more:boolean", "first:string?", "next:string?",
    "downloads:array", "download_limit:integer", NULL};
const char *const site_lists_members[] = {"as_of:date", "city:string",
    "example:boolean", "on:date", "is_today:boolean", "through:object",
    "groups:array", NULL};
const char *const site_list_members[] = {"as_of:date", "city:string",
    "example:boolean", "on:date", "is_today:boolean", "through:object",
    "item:object", "filter:object", "departments:array", "divisions:array",
    "total:integer?", "rows:array", "count:integer", "has_rows:boolean",
    "has_more:boolean", "first:string?", "next:string?", "downloads:array",
    "download_limit:integer", NULL};
const char *const site_quality_members[] = {"as_of:date", "city:string",
    "example:boolean", "through:object", "department:string", "item:string",
    "month:string", "months:array", "totals:object", "departments:array",
    "history:array", "chart:object", "formulas:array", "bands:array",
    "bands_note:string", "downloads:array", NULL};
const char *const site_departments_members[] = {"as_of:date", "city:string",
    "example:boolean", "through:object", "departments:array", NULL};
const char *const site_department_members[] = {"as_of:date", "city:string",
    "example:boolean", "through:object", "department:object", "items:array",
    "measures:object", "history:array", "chart:object", "latest:array",
    "has_latest:boolean", "cases:object", "feed:string", "quality_href:string",
    "report_error:object", NULL};
const char *const site_open_data_members[] = {"as_of:date", "city:string",
    "example:boolean", "through:object", "sets:array", "dictionary:string",
    "changes:string", "catalogue:string", NULL};
const char *const site_dictionary_members[] = {"as_of:date", "city:string",
    "example:boolean", "catalogue:string", "sets:array", NULL};
const char *const site_changes_members[] = {"as_of:date", "city:string",
    "example:boolean", "through:object", "changes:array", "feed:string",
    "since:integer", "end:integer", "count:integer", "next_since:integer",
    "has_more:boolean", "next:string?", "marked:array?", NULL};
const char *const site_log_members[] = {"as_of:date", "city:string",
    "example:boolean", "origin:string", "size:integer", "root:string",
    "root_hex:string", "signed_at:string", "checkpoint:string", "key:string",
    "uses_key:string?", "months:array", "chart:object", "links:object",
    "tools:array", NULL};
const char *const site_catalogue_members[] = {"as_of:date", "city:string",
    "example:boolean", "on:date", "is_today:boolean", "digest:string",
    "groups:array", "regimes:array", "limits:array", "has_retentions:boolean",
    "retentions:array", "cases:array", "lists:array", "measures:array",
    "matters:array", "tables:array", "departments_count:integer", NULL};
const char *const site_table_measures_members[] = {"as_of:date", "city:string",
    "example:boolean", "on:date", "is_today:boolean", "digest:string",
    "href:string", "title:string", "tables:array", "groups:array", NULL};
const char *const site_table_matters_members[] = {"as_of:date", "city:string",
    "example:boolean", "on:date", "is_today:boolean", "digest:string",
    "href:string", "title:string", "tables:array", "matters:array", NULL};
const char *const site_catalogue_item_members[] = {"as_of:date", "city:string",
    "example:boolean", "on:date", "is_today:boolean", "digest:string",
    "item:object", "bases:array", "fields:array", "rules:array",
    "classes:array", "default_class:object?", "regime:object?", "periods:array",
    "is_graded:boolean", "regimes:array", "limits:array", "departments:array",
    NULL};
const char *const site_prose_members[] = {"as_of:date", "city:string",
    "example:boolean", "credit_office:object?", "objection:object?",
    "departments:array", "html:string", NULL};
const char *const site_healthz_members[] = {
    "status:string", "version:string", "log_size:integer", NULL};
const char *const site_openapi_members[] = {
    "openapi:string", "info:object", "paths:object", "components:object", NULL};
const char *const site_feedback_members[] = {
    "check:string", "decision:string", "closed:boolean", "use:integer", NULL};
const char *const site_notices_members[] = {"department:object",
    "notices:array", "count:integer", "next:integer", "has_more:boolean", NULL};
const char *const site_check_members[] = {"id:string", "asked_at:string",
    "on:date", "city:string", "matter:object", "purpose:string", "case:string",
    "department:object", "catalogue:string", "subject:object",
    "applies:boolean", "is_easier:boolean", "entries:array", "notice:string",
    NULL};
const char *const site_check_made_members[] = {"number:integer", "at:string",
    "act:object", "outcome:object", "is_refused:boolean", "department:object?",
    "matter:object?", "purpose:string", "purpose_title:string", "case:string",
    "reference:string", "id:string", "subject:object?", "answer:string",
    "evidence:string", "decisions:array", "has_decisions:boolean",
    "decide:object?", "problem:string", NULL};
const char *const site_account_members[] = {"login:string", "name:string",
    "has_code:boolean", "roles:array", "has_roles:boolean", "may_check:boolean",
    "may_manage:boolean", "may_see_uses:boolean", "may_audit:boolean",
    "may_submit:boolean", "may_see_records:boolean", "may_resolve:boolean",
    "may_see_quality:boolean", "sessions:array", "has_others:boolean", NULL};
const char *const site_uses_members[] = {"organisation:object",
    "organisations:array", "has_several:boolean", "note:string", "kept:object?",
    "uses:array", "has_uses:boolean", "count:integer", "has_more:boolean",
    "first:string?", "next:string?", NULL};
const char *const site_audit_members[] = {"from:date", "to:date",
    "has_findings:boolean", "findings:array", "cases:array", "questions:array",
    "has_questions:boolean", "has_flows:boolean", "flows:array",
    "decisions:array", "has_decisions:boolean", "readers_count:integer",
    "readers:array", "rules:array", NULL};
const char *const site_audit_uses_members[] = {"filter:object", "uses:array",
    "has_uses:boolean", "count:integer", "looked_through:integer",
    "has_more:boolean", "first:string?", "next:string?", NULL};
const char *const site_desk_records_members[] = {"as_of:date", "city:string",
    "example:boolean", "through:object", "department:object",
    "departments:array", "has_several:boolean", "second_person:object",
    "item:string", "query:string", "items:array", "by:string",
    "is_by_document:boolean", "is_cut:boolean", "looked:integer", "rows:array",
    "count:integer", "has_rows:boolean", "has_more:boolean", "next:string?",
    NULL};
const char *const site_desk_form_members[] = {"as_of:date", "city:string",
    "example:boolean", "department:object", "item:object", "is_new:boolean",
    "needs_second:boolean", "record:integer?", "sections:array", "others:array",
    "check:object?", NULL};
const char *const site_desk_record_members[] = {"department:object",
    "can_amend:boolean", "is_newest:boolean", "newest:integer",
    "is_ended:boolean", "statement:object", NULL};
const char *const site_desk_doubtful_members[] = {"as_of:date", "city:string",
    "example:boolean", "department:object", "departments:array",
    "has_several:boolean", "second_person:object", "is_decided:boolean",
    "open:integer", "rows:array", "has_rows:boolean", "next:string?", NULL};
const char *const site_desk_doubtful_row_members[] = {"as_of:date",
    "city:string", "example:boolean", "department:object", "departments:array",
    "has_several:boolean", "second_person:object", "row:object", NULL};
const char *const site_desk_quality_members[] = {"as_of:date", "city:string",
    "example:boolean", "through:object", "department:object",
    "departments:array", "has_several:boolean", "second_person:object",
    "month:string", "from_month:string", "to_month:string", "months:array",
    "totals:object", "if_mended:object?", "if_resolved:object?",
    "has_rows:boolean", "items:array", "findings:array", "has_findings:boolean",
    "findings_more:integer", "is_cut:boolean", "late:array", "has_late:boolean",
    "history:array", "chart:object", "formulas:array", "bands:array",
    "bands_note:string", NULL};
const char *const site_check_row_members[] = {"item:object", "unknown:array",
    "outcome:string", "is_good:boolean", "summary:string", "doubt:string",
    "findings:array", "class:object?", "due:date?", "late:boolean?",
    "publication:object?", NULL};
const char *const site_desk_withdraw_members[] = {"as_of:date", "city:string",
    "example:boolean", "record:integer", "item:object", "needs_second:boolean",
    "has_causes:boolean", "causes:array", "takes_other:boolean",
    "other_prefix:string", "cause:string", "other:string", "text:string",
    "text_max:integer", "since:string", "clock:object?", "due:date?",
    "is_late:boolean", "is_ready:boolean", "problem:string", "reason:string",
    "statement:object", NULL};
const char *const site_submissions_members[] = {"department:object",
    "departments:array", "has_several:boolean", "second_person:object",
    "items:array", "submissions:array", "has_submissions:boolean",
    "count:integer", "next:integer?", NULL};
const char *const site_submission_members[] = {"id:integer", "state:object",
    "has_ended:boolean", "is_moving:boolean", "is_taken_in:boolean",
    "received:string?", "by:string", "item:object", "department:object",
    "file:object", "error:object?", "review:object?", "changed_nothing:boolean",
    "has_no_data:boolean", "has_doubtful:boolean", "report:object?",
    "rows:array", "has_rows:boolean", "has_more_rows:boolean",
    "rejects:object?", NULL};
const char *const site_reviews_members[] = {"as_of:date", "city:string",
    "example:boolean", "department:object", "departments:array",
    "has_several:boolean", "second_person:object", "is_decided:boolean",
    "waiting:integer", "acts:array", "has_acts:boolean", "rows:array",
    "has_rows:boolean", "next:integer?", NULL};
const char *const site_review_members[] = {"as_of:date", "city:string",
    "example:boolean", "department:object", "review:object", "file:object?",
    "submission:string?", "words:array", "is_own:boolean",
    "is_looked_through:boolean", "can_decide:boolean", "can_take_back:boolean",
    "can_carry_out:boolean", "rehearsal:object?", "fields:array",
    "has_fields:boolean", "is_correction:boolean", "statement:object?",
    "doubtful:object?", NULL};
const char *const site_cases_members[] = {"viewer:object", "is_office:boolean",
    "is_organisation:boolean", "viewers:array", "has_several:boolean",
    "is_first:boolean", "list:object", NULL};
const char *const site_case_members[] = {"as:string", "is_office:boolean",
    "is_organisation:boolean", "text_max:integer", "letter_max:integer",
    "tried:object?", "desk:object?", "statement:object?", "case:object", NULL};
const char *const site_objection_members[] = {"as_of:date", "city:string",
    "example:boolean", "as:string", "side:string", "kind:object", "bases:array",
    "record:integer", "item:object", "subject:object", "source:object",
    "can_file:boolean", "is_in_force:boolean", "is_replaced:boolean",
    "newest:integer", "is_ended:boolean", "open_case:integer?",
    "is_marked:boolean", "clocks:array", "has_clocks:boolean",
    "needs_letter:boolean", "text_max:integer", "letter_max:integer",
    "text:string", "letter:string", "problem:object?", "statement:object?",
    NULL};
