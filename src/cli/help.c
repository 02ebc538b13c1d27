/* SPDX-License-Identifier: Apache-2.0 */
/* Everything here is a walk over cli_commands. */
#include "cli/help.h"

#include <string.h>

#include "base/tr.h"

enum { NAME_COLUMNS = 20, OPTION_COLUMNS = 26 };

static void pad(FILE *out, const char *text, size_t columns)
{
	size_t width = cli_width(text);

	fputs(text, out);
	do
		fputc(' ', out);
	while (++width < columns);
}

static bool begins_with(const char *name, const char *first)
{
	size_t n = strlen(first);

	return strncmp(name, first, n) == 0 && (!name[n] || name[n] == ' ');
}

void help_overview(FILE *out, const char *first)
{
	size_t i;

	fprintf(out, "%s\n\n%s gongxin %s\n\n%s\n",
	    tr("gongxin: the public credit information platform of a city"),
	    tr("usage:"), tr("COMMAND [OPTION...] [ARGUMENT...]"),
	    tr("commands:"));
	for (i = 0; i < cli_commands_count; i++) {
		if (first && !begins_with(cli_commands[i]->name, first))
			continue;
		fputs("  ", out);
		pad(out, cli_commands[i]->name, NAME_COLUMNS);
		fprintf(out, "%s\n", tr(cli_commands[i]->summary));
	}
	fprintf(out, "\n%s\n%s\n",
	    tr("\"gongxin COMMAND --help\" explains one. All take --json "
	       "(answer as JSON) and --lang zh|en."),
	    tr("exit codes: 0 done, 1 done with refusals, 2 not done"));
}

static void option_line(FILE *out, const char *name, const char *value,
    const char *help, bool is_required)
{
	char left[64];

	snprintf(left, sizeof(left), "--%s%s%s", name, value ? " " : "",
	    value ? value : "");
	fputs("  ", out);
	pad(out, left, OPTION_COLUMNS);
	fprintf(out, "%s%s\n", tr(help), is_required ? tr(" (required)") : "");
}

void help_command(FILE *out, const struct cli_cmd *cmd)
{
	const struct cli_option *o;

	fprintf(out, "%s\n\n%s gongxin %s", tr(cmd->summary), tr("usage:"),
	    cmd->name);
	for (o = cmd->options; o && o->name; o++)
		fprintf(out, o->is_required ? " --%s%s%s" : " [--%s%s%s]",
		    o->name, o->value ? " " : "", o->value ? o->value : "");
	fprintf(out, "%s%s\n\n%s\n", cmd->args[0] ? " " : "", cmd->args,
	    tr("options:"));
	for (o = cmd->options; o && o->name; o++)
		option_line(out, o->name, o->value, o->help, o->is_required);
	option_line(out, "json", NULL, N_("answer as JSON"), false);
	option_line(out, "lang", "zh|en", N_("language of the answer"), false);
	if (cmd->details && cmd->details[0])
		fprintf(out, "\n%s\n", tr(cmd->details));
}

void help_completion(FILE *out)
{
	const struct cli_option *o;
	size_t i;

	fputs("# bash completion of gongxin; made by \"gongxin completion\"\n"
	      "_gongxin()\n{\n"
	      "\tlocal cur=${COMP_WORDS[COMP_CWORD]} line words=\n"
	      "\tline=${COMP_WORDS[*]:1:COMP_CWORD-1}\n"
	      "\tcase $line in\n",
	    out);
	for (i = 0; i < cli_commands_count; i++) {
		fprintf(out, "\t\"%s\"*) words=\"", cli_commands[i]->name);
		for (o = cli_commands[i]->options; o && o->name; o++)
			fprintf(out, "--%s ", o->name);
		fputs("--json --lang --help\" ;;\n", out);
	}
	fputs("\t*) words=\"", out);
	for (i = 0; i < cli_commands_count; i++)
		fprintf(out, "%s ", cli_commands[i]->name);
	fputs("\" ;;\n\tesac\n"
	      "\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
	      "\t[[ $cur == --* ]] || COMPREPLY+=($(compgen -f -- "
	      "\"$cur\"))\n}\n"
	      "complete -o filenames -F _gongxin gongxin\n",
	    out);
}

/* Text for troff: a backslash, and a dot or quote at the start of a line,
 * mean something there. */
static void troff(FILE *out, const char *text)
{
	bool is_line_start = true;

	for (; *text; text++) {
		if (is_line_start && (*text == '.' || *text == '\''))
			fputs("\\&", out);
		if (*text == '\\')
			fputs("\\\\", out);
		else if (*text == '-')
			fputs("\\-", out);
		else
			fputc(*text, out);
		is_line_start = *text == '\n';
	}
}

static void troff_command(FILE *out, const struct cli_cmd *cmd)
{
	const struct cli_option *o;

	fputs(".SS \"gongxin ", out);
	troff(out, cmd->name);
	fprintf(out, " %s\"\n", cmd->args);
	troff(out, tr(cmd->summary));
	fputs("\n", out);
	for (o = cmd->options; o && o->name; o++) {
		fputs(".TP\n.B ", out);
		troff(out, "--");
		troff(out, o->name);
		if (o->value)
			fprintf(out, " %s", o->value);
		fputs("\n", out);
		troff(out, tr(o->help));
		fputs("\n", out);
	}
	if (cmd->details && cmd->details[0]) {
		fputs(".PP\n", out);
		troff(out, tr(cmd->details));
		fputs("\n", out);
	}
}

void help_manual(FILE *out)
{
	size_t i;

	fputs(".TH GONGXIN 1\n.SH NAME\n", out);
	troff(out,
	    tr("gongxin - the public credit information platform of a "
	       "city"));
	fputs("\n.SH SYNOPSIS\n.B gongxin\n", out);
	troff(out, tr("COMMAND [OPTION...] [ARGUMENT...]"));
	fputs("\n.SH COMMANDS\n", out);
	for (i = 0; i < cli_commands_count; i++)
		troff_command(out, cli_commands[i]);
	fputs(".SH \"EXIT STATUS\"\n", out);
	troff(out, tr("exit codes: 0 done, 1 done with refusals, 2 not done"));
	fputs("\n", out);
}
