#ifndef TOLLGATE_CHIREDIS_H
#define TOLLGATE_CHIREDIS_H
#include <hiredis/async.h>
#include <hiredis/hiredis.h>
#endif
