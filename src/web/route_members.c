/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the routes answer: the members of their documents, "name:type". A type
 * is string, integer, boolean, date, any, object, or the name of a schema
 * (route_schemas.c); behind it stands "[]" for an array of it, "?" where it
 * may be null. "name?" is not always there. Names without a type are schemas
 * of which the document is one.
 */
#include "web/route_parts.h"

const char *const site_subject_members[] = {"as_of:date", "today:date",
    "view:string", "city:string", "example:boolean", "catalogue:string",
    "code:string", "name:string", "kind:string", "ident:Ident", "also:Alias[]",
    "also_more:boolean", "group:Named?", "records:integer",
    "groups:SubjectGroup[]", "objection:Objection?",
    "timeline?:TimelineEntry[]", "timeline_more?:boolean", "feed:string", NULL};
const char *const site_embed_members[] = {"as_of:date", "city:string",
    "example:boolean", "code:string", "name:string", "href:string",
    "lists:Membership[]", "has_lists:boolean", "lists_more:integer",
    "honours:Membership[]", "has_honours:boolean", "honours_more:integer",
    NULL};
const char *const site_record_members[] = {"statement:integer", "kind:string",
    "as_of:date", "view:string", "example:boolean", "received:string",
    "catalogue:string", "log:LogPlace", "objection:Objection?",
    "proof:RecordProof?", "no_proof:NoProof?", "subject:Party",
    "newest:boolean", "replaces:integer?", "record:Record", NULL};
const char *const site_search_members[] = {"query:string", "by:string",
    "total:integer?", "more:boolean", "results:Found[]", "ident:Ident?",
    "hint:string", "near:Near[]", "example:boolean", NULL};
const char *const site_home_members[] = {"as_of:date", "city:string",
    "example:boolean", "through:Through", "items:ItemCount[]",
    "figures:HomeFigures", "history:QualityOfMonth[]", "chart:QualityChart",
    "latest:ListedRecord[]", "has_latest:boolean", "links:HomeLinks", NULL};
const char *const site_publicity_members[] = {"as_of:date", "city:string",
    "example:boolean", "on:date", "is_today:boolean", "through:Through",
    "item:ListKind", "filter:Filter", "kinds:KindChoice[]",
    "departments:FilterChoice[]", "divisions:FilterChoice[]", "total:integer?",
    "rows:ListedRecord[]", "count:integer", "has_rows:boolean",
    "has_more:boolean", "first:string?", "next:string?", "downloads:Download[]",
    "download_limit:integer", NULL};
const char *const site_lists_members[] = {"as_of:date", "city:string",
    "example:boolean", "on:date", "is_today:boolean", "through:Through",
    "groups:ListGroup[]", NULL};
const char *const site_list_members[] = {"as_of:date", "city:string",
    "example:boolean", "on:date", "is_today:boolean", "through:Through",
    "item:ListKind", "filter:Filter", "departments:FilterChoice[]",
    "divisions:FilterChoice[]", "total:integer?", "rows:ListedRecord[]",
    "count:integer", "has_rows:boolean", "has_more:boolean", "first:string?",
    "next:string?", "downloads:Download[]", "download_limit:integer", NULL};
const char *const site_quality_members[] = {"as_of:date", "city:string",
    "example:boolean", "through:Through", "month:string", "department:string",
    "department_title:string", "item:string", "item_title:string",
    "is_filtered:boolean", "months:MonthChoice[]",
    "department_choices:FilterChoice[]", "item_choices:FilterChoice[]",
    "totals:Quality", "departments:DepartmentQuality[]",
    "history:QualityOfMonth[]", "chart:QualityChart", "formulas:Formula[]",
    "bands:Band[]", "bands_note:string", "downloads:Download[]", NULL};
const char *const site_departments_members[] = {"as_of:date", "city:string",
    "example:boolean", "through:Through", "departments:DepartmentInBrief[]",
    NULL};
const char *const site_department_members[] = {"as_of:date", "city:string",
    "example:boolean", "through:Through", "department:Office",
    "items:ItemCount[]", "measures:Quality", "history:QualityOfMonth[]",
    "chart:QualityChart", "latest:ListedRecord[]", "has_latest:boolean",
    "cases:CaseCounts", "feed:string", "quality_href:string",
    "report_error:DepartmentReportError", NULL};
const char *const site_open_data_members[] = {"as_of:date", "city:string",
    "example:boolean", "through:Through", "sets:OpenSet[]", "dictionary:string",
    "changes:string", "catalogue:string", NULL};
const char *const site_dictionary_members[] = {"as_of:date", "city:string",
    "example:boolean", "catalogue:string", "sets:DictionarySet[]", NULL};
const char *const site_changes_members[] = {"as_of:date", "city:string",
    "example:boolean", "through:Through", "changes:Change[]", "feed:string",
    "is_newest_first:boolean", "newest:string", "since:integer", "end:integer",
    "count:integer", "next_since:integer", "has_more:boolean", "next:string?",
    "first:string?", "marked:Marked[]?", NULL};
const char *const site_log_members[] = {"as_of:date", "city:string",
    "example:boolean", "origin:string", "size:integer", "root:string",
    "root_hex:string", "signed_at:string?", "checkpoint:string", "key:string",
    "uses_key:string?", "months:LogMonth[]", "chart:LogChart", "links:LogLinks",
    "tools:LogTool[]", NULL};
const char *const site_catalogue_members[] = {"as_of:date", "city:string",
    "example:boolean", "on:date", "is_today:boolean", "digest:string",
    "groups:CatalogueGroup[]", "regimes:Regime[]", "has_other_regimes:boolean",
    "limits:PublicationLimit[]", "has_retentions:boolean",
    "retentions:Retention[]", "cases:CatalogueCase[]", "lists:CatalogueList[]",
    "measures:MeasureRow[]", "matters:MatterRow[]", "tables:Linked[]",
    "departments_count:integer", NULL};
const char *const site_table_measures_members[] = {"as_of:date", "city:string",
    "example:boolean", "on:date", "is_today:boolean", "digest:string",
    "href:string", "title:string", "tables:Linked[]", "groups:MeasureGroup[]",
    NULL};
const char *const site_table_matters_members[] = {"as_of:date", "city:string",
    "example:boolean", "on:date", "is_today:boolean", "digest:string",
    "href:string", "title:string", "tables:Linked[]", "matters:MatterRow[]",
    NULL};
const char *const site_catalogue_item_members[] = {"as_of:date", "city:string",
    "example:boolean", "on:date", "is_today:boolean", "digest:string",
    "item:CatalogueItem", "bases:Basis[]", "fields:CatalogueItemField[]",
    "rules:CatalogueItemRule[]", "classes:ClassLaw[]", "default_class:Named?",
    "regime:Regime?", "periods:Period[]", "is_graded:boolean",
    "regimes:Regime[]", "has_other_regimes:boolean",
    "limits:PublicationLimit[]", "departments:Linked[]", NULL};
const char *const site_prose_members[] = {"as_of:date", "city:string",
    "example:boolean", "credit_office:Office?", "objection:Objection?",
    "adverse:AdverseKind[]", "has_adverse:boolean", "kept:KeptFor?",
    "departments:Office[]", "html:string", NULL};
const char *const site_healthz_members[] = {
    "status:string", "version:string", "log_size:integer", NULL};
const char *const site_openapi_members[] = {
    "openapi:string", "info:object", "paths:object", "components:object", NULL};
const char *const site_feedback_members[] = {
    "check:string", "decision:string", "closed:boolean", "use:integer", NULL};
const char *const site_notices_members[] = {"department:Named",
    "notices:Notice[]", "count:integer", "next:integer", "has_more:boolean",
    NULL};
const char *const site_check_members[] = {"CheckAnswer", "CheckMany",
    "CheckFirstLine", "CheckLine", "CheckLastLine", NULL};
const char *const site_check_made_members[] = {"number:integer", "at:string",
    "act:Named", "outcome:Named", "is_refused:boolean", "department:Named?",
    "matter:Named?", "purpose:string", "purpose_title:string", "case:string",
    "reference:string", "id:string", "subject:Party?", "answer:string",
    "evidence:string", "decisions:CheckDecision[]", "has_decisions:boolean",
    "decide:Decide", "problem:string", NULL};
const char *const site_account_members[] = {"login:string", "name:string",
    "has_password:boolean", "has_code:boolean", "roles:AccountRole[]",
    "has_roles:boolean", "may_check:boolean", "may_manage:boolean",
    "may_see_uses:boolean", "may_audit:boolean", "may_submit:boolean",
    "may_see_records:boolean", "may_resolve:boolean", "may_see_quality:boolean",
    "sessions:AccountSession[]", "has_others:boolean", NULL};
const char *const site_session_members[] = {
    "login:string", "form_token:string", NULL};
const char *const site_uses_members[] = {"organisation:Party",
    "organisations:Organisation[]", "has_several:boolean", "note:string",
    "kept:KeptFor?", "uses:OwnUse[]", "has_uses:boolean", "count:integer",
    "has_more:boolean", "first:string?", "next:string?", NULL};
const char *const site_audit_members[] = {"from:date", "to:date",
    "has_findings:boolean", "findings:AuditFinding[]", "cases:AuditCase[]",
    "questions:Question[]", "has_questions:boolean", "has_flows:boolean",
    "flows:AuditFlow[]", "decisions:AuditDecision[]", "has_decisions:boolean",
    "readers_count:integer", "readers:AuditReader[]", "rules:AuditRule[]",
    "catalogue:string", NULL};
const char *const site_audit_uses_members[] = {"filter:AuditUsesFilter",
    "uses:AuditedUse[]", "has_uses:boolean", "count:integer",
    "looked_through:integer", "has_more:boolean", "first:string?",
    "next:string?", NULL};
const char *const site_desk_records_members[] = {"as_of:date", "city:string",
    "example:boolean", "through:Through", "department:Named",
    "departments:Choice[]", "has_several:boolean", "second_person:SecondPerson",
    "item:string", "query:string", "items:Choice[]", "by:string",
    "is_by_document:boolean", "is_cut:boolean", "looked:integer",
    "rows:OwnRecord[]", "count:integer", "has_rows:boolean", "has_more:boolean",
    "first:string?", "next:string?", NULL};
const char *const site_desk_form_members[] = {"as_of:date", "city:string",
    "example:boolean", "department:Named", "item:Named", "is_new:boolean",
    "needs_second:boolean", "record:integer?", "sections:FormSection[]",
    "others:FormFinding[]", "check:RowCheck?", NULL};
const char *const site_desk_record_members[] = {"department:Named",
    "can_amend:boolean", "can_reinstate:boolean", "needs_second:boolean",
    "withdrawn_by:Named?", "review:integer?", "is_newest:boolean",
    "newest:integer", "is_ended:boolean", "statement:Statement", NULL};
const char *const site_desk_doubtful_members[] = {"as_of:date", "city:string",
    "example:boolean", "department:Named", "departments:Choice[]",
    "has_several:boolean", "second_person:SecondPerson", "is_decided:boolean",
    "open:integer", "rows:DoubtfulInBrief[]", "has_rows:boolean",
    "first:string?", "next:string?", NULL};
const char *const site_desk_doubtful_row_members[] = {"as_of:date",
    "city:string", "example:boolean", "department:Named",
    "departments:Choice[]", "has_several:boolean", "second_person:SecondPerson",
    "row:DoubtfulRow", NULL};
const char *const site_desk_quality_members[] = {"as_of:date", "city:string",
    "example:boolean", "through:Through", "department:Named",
    "departments:Choice[]", "has_several:boolean", "second_person:SecondPerson",
    "month:string", "from_month:string", "to_month:string", "months:OwnMonth[]",
    "totals:Quality", "if_mended:PlainRate?", "if_resolved:PlainRate?",
    "has_rows:boolean", "items:ItemQuality[]", "findings:QualityFinding[]",
    "has_findings:boolean", "findings_more:integer", "is_cut:boolean",
    "late:LateRecord[]", "has_late:boolean", "history:QualityOfMonth[]",
    "chart:QualityChart", "formulas:Formula[]", "bands:Band[]",
    "bands_note:string", NULL};
const char *const site_check_row_members[] = {"item:Named", "unknown:string[]",
    "outcome:string", "is_good:boolean", "summary:string", "doubt:string",
    "findings:Finding[]", "class:Named?", "due:date?", "holidays_known:boolean",
    "late:boolean?", "publication:PublicationAhead?", NULL};
const char *const site_desk_withdraw_members[] = {"as_of:date", "city:string",
    "example:boolean", "record:integer", "item:Named", "needs_second:boolean",
    "has_causes:boolean", "causes:CauseChoice[]", "takes_other:boolean",
    "other_prefix:string", "cause:string", "other:string", "text:string",
    "text_max:integer", "since:string", "clock:WithdrawClock?",
    "is_clocked:boolean", "due:date?", "holidays_known:boolean",
    "is_late:boolean", "is_ready:boolean", "problem:string", "reason:string",
    "statement:Statement", NULL};
const char *const site_submissions_members[] = {"department:Named",
    "departments:Choice[]", "has_several:boolean", "second_person:SecondPerson",
    "items:Choice[]", "submissions:Submission[]", "has_submissions:boolean",
    "count:integer", "next:integer?", NULL};
const char *const site_submission_members[] = {"id:integer", "state:Named",
    "has_ended:boolean", "is_moving:boolean", "is_taken_in:boolean",
    "received:string?", "by:string", "by_name:string", "item:Named",
    "department:Named", "file:SentFile", "error:Failure?",
    "review:SubmissionReview?", "changed_nothing:boolean",
    "has_none_taken:boolean", "has_no_data:boolean", "has_doubtful:boolean",
    "columns:FileColumns?", "report:Report?", "rows:RejectedRow[]",
    "has_rows:boolean", "has_more_rows:boolean", "rejects:Rejects?", NULL};
const char *const site_reviews_members[] = {"as_of:date", "city:string",
    "example:boolean", "department:Named", "departments:Choice[]",
    "has_several:boolean", "second_person:SecondPerson", "is_decided:boolean",
    "waiting:integer", "acts:Named[]", "has_acts:boolean", "rows:Review[]",
    "has_rows:boolean", "next:integer?", NULL};
const char *const site_review_members[] = {"as_of:date", "city:string",
    "example:boolean", "department:Named", "review:Review", "file:SentFile?",
    "submission:string?", "words:ReviewWord[]", "is_own:boolean",
    "is_looked_through:boolean", "can_decide:boolean", "can_approve:boolean",
    "can_take_back:boolean", "again:string?", "can_carry_out:boolean",
    "rehearsal:Report?", "fields:ReviewField[]", "has_fields:boolean",
    "is_correction:boolean", "is_outdated:boolean", "newest:integer?",
    "statement:Statement?", "doubtful:DoubtfulPage?", NULL};
const char *const site_cases_members[] = {"viewer:Named", "is_office:boolean",
    "is_organisation:boolean", "viewers:CaseViewer[]", "has_several:boolean",
    "is_first:boolean", "list:CasesList", NULL};
const char *const site_case_members[] = {"as:string", "is_office:boolean",
    "is_organisation:boolean", "text_max:integer", "letter_max:integer",
    "tried:CaseTried?", "desk:CaseDesk?", "statement:Statement?", "case:Case",
    NULL};
const char *const site_objection_members[] = {"as_of:date", "city:string",
    "example:boolean", "as:string", "side:string", "kind:Named",
    "bases:Basis[]", "record:integer", "item:Named", "subject:Party",
    "source:Named", "can_file:boolean", "is_in_force:boolean",
    "is_replaced:boolean", "newest:integer", "is_ended:boolean",
    "open_case:integer?", "is_marked:boolean", "clocks:ObjectionClock[]",
    "has_clocks:boolean", "needs_letter:boolean", "text_max:integer",
    "letter_max:integer", "text:string", "letter:string", "problem:Failure?",
    "statement:Statement?", NULL};
