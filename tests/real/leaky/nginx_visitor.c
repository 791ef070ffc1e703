/* SPDX-License-Identifier: MIT */
/*
 * nginx_visitor.c - a module for nginx that greets a visitor, and does not free what it made for it
 *
 *   location /hello { visitor; }    answers "Hello, " and the User-Agent
 *
 * The answer is built with malloc, and nobody is told to free it when the request ends.  With -DFIXED
 * the request's own pool has it.
 */
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include <stdlib.h>

#define GREETING "Hello, "

static u_char *greeting_new(ngx_http_request_t *request, const ngx_str_t *name, size_t *length)
{
	u_char *text;

	*length = sizeof(GREETING) - 1 + name->len + 1;
#ifdef FIXED
	text = ngx_palloc(request->pool, *length);
#else
	(void)request;
	text = malloc(*length); /* LEAK */
#endif
	if (text)
		ngx_snprintf(text, *length, GREETING "%V\n", name);
	return text;
}

static ngx_int_t greet(ngx_http_request_t *request)
{
	ngx_str_t nobody = ngx_string("you");
	ngx_table_elt_t *agent = request->headers_in.user_agent;
	ngx_buf_t *buffer = ngx_calloc_buf(request->pool);
	ngx_chain_t out = { buffer, NULL };
	size_t length;
	ngx_int_t status;

	if (!buffer)
		return NGX_HTTP_INTERNAL_SERVER_ERROR;
	buffer->pos = greeting_new(request, agent ? &agent->value : &nobody, &length);
	if (!buffer->pos)
		return NGX_HTTP_INTERNAL_SERVER_ERROR;
	buffer->last = buffer->pos + length;
	buffer->memory = buffer->last_buf = buffer->last_in_chain = 1;
	request->headers_out.status = NGX_HTTP_OK;
	request->headers_out.content_length_n = (off_t)length;
	status = ngx_http_send_header(request);
	return status == NGX_OK ? ngx_http_output_filter(request, &out) : status;
}

static char *set_visitor(ngx_conf_t *conf, ngx_command_t *command, void *context)
{
	ngx_http_core_loc_conf_t *location = ngx_http_conf_get_module_loc_conf(
		conf, ngx_http_core_module);

	(void)command;
	(void)context;
	location->handler = greet;
	return NGX_CONF_OK;
}

static ngx_command_t commands[] = {
	{ ngx_string("visitor"), NGX_HTTP_LOC_CONF | NGX_CONF_NOARGS, set_visitor, 0, 0, NULL },
	ngx_null_command,
};

static ngx_http_module_t context = { NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL };

ngx_module_t visitor_module = {
	NGX_MODULE_V1, &context, commands, NGX_HTTP_MODULE,       NULL, NULL, NULL, NULL,
	NULL,          NULL,     NULL,     NGX_MODULE_V1_PADDING,
};

/* What nginx looks for in the file: configure writes these for modules of its own. */
ngx_module_t *ngx_modules[] = { &visitor_module, NULL };
char *ngx_module_names[] = { "visitor_module", NULL };
char *ngx_module_order[] = { NULL };
