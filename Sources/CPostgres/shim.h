#pragma once
#include <libpq-fe.h>
#include <stddef.h>

/* Swift does not import character macros. */
static inline const char *tollgate_result_sqlstate(const PGresult *result) { return PQresultErrorField(result, PG_DIAG_SQLSTATE); }
static inline const char *tollgate_result_message(const PGresult *result) { return PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY); }
static inline const char *tollgate_result_constraint(const PGresult *result) { return PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME); }
static inline const char *tollgate_result_position(const PGresult *result) { return PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION); }

/* Notices would land on stderr between our log lines; they say nothing we act on. */
static inline void tollgate_ignore_notice(void *context, const PGresult *result) { (void)context; (void)result; }
static inline void tollgate_silence_notices(PGconn *connection) { PQsetNoticeReceiver(connection, tollgate_ignore_notice, NULL); }
