#ifndef TOLLGATE_CSQLITE_H
#define TOLLGATE_CSQLITE_H

#include <sqlite3.h>

/* SQLITE_TRANSIENT is a cast function pointer, which Swift does not import. */
static inline int tollgate_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, int length) {
    return sqlite3_bind_blob(statement, index, length == 0 ? "" : bytes, length, SQLITE_TRANSIENT);
}

static inline int tollgate_bind_text(sqlite3_stmt *statement, int index, const char *bytes, int length) {
    return sqlite3_bind_text(statement, index, length == 0 ? "" : bytes, length, SQLITE_TRANSIENT);
}

#endif
