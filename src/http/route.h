/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a path to a route, and from texts to checked parameters. Pure:
 * nothing here reads or sends.
 */
#ifndef GX_HTTP_ROUTE_H
#define GX_HTTP_ROUTE_H

#include "http/http.h"
#include "http/uri.h"

struct route_found {
	const struct http_route *route; /* NULL: none */
	struct span path;		/* without a ".json" that chose */
	bool is_json_asked;		/* by that ending */
	unsigned methods;		/* 1 << method, of all that match */
	struct span values[HTTP_PARAMS_MAX];
};

/*
 * The first route that matches, in the table's order. A path that ends in
 * ".json" is first tried with routes whose pattern says so, then without
 * the ending with those that offer JSON. route is NULL when no route has
 * the path (methods 0) or none has the method (methods says which are).
 */
void route_find(const struct http_route *routes, size_t count, struct span path,
    enum http_method method, struct route_found *out);

/*
 * Fills values, numbers and query of the request from the found values and
 * the pairs of the query. The pair "lang" is known everywhere; other pairs
 * that are not declared are passed over, and leave no trace in query. Two
 * of the same name are refused. query_out: the memory of request->query.
 * ERR_INPUT, with the name of the first parameter that is wrong and what it
 * should be; the others are read, and the values hold what was given.
 */
enum err_code route_read_params(struct http_request *request,
    const struct route_found *found, const struct uri *uri,
    struct buf *query_out, struct err *err);

#endif
