#include "set_folder.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static const char *const folders[] = {"catalogue", "kinds", "lists", "maps", "xsd"};

static const struct {
	const char *from;
	const char *to;
} files[] = {
	{"schemas/catalogue/findings.xml", "catalogue/findings.xml"},
	{"schemas/xsd/kind.xsd", "xsd/kind.xsd"},
	{"schemas/xsd/map.xsd", "xsd/map.xsd"},
	{"schemas/xsd/xml.xsd", "xsd/xml.xsd"},
	{"tests/data/translate/kinds/test.a.xml", "kinds/test.a.xml"},
	{"tests/data/translate/kinds/test.b.xml", "kinds/test.b.xml"},
	{"tests/data/translate/lists/modes.tsv", "lists/modes.tsv"},
	{"tests/data/translate/lists/units.tsv", "lists/units.tsv"},
	{"tests/data/translate/xsd/a.xsd", "xsd/a.xsd"},
	{"tests/data/translate/xsd/b.xsd", "xsd/b.xsd"},
	{"tests/data/translate/xsd/b-document.xsd", "xsd/b-document.xsd"},
};

static FILE *open_in(const char *folder, const char *name)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "wb");
	if (file == NULL)
		abort();
	return file;
}

static void copy(const char *from, const char *folder, const char *to)
{
	FILE *in = fopen(from, "rb"), *out = open_in(folder, to);
	char bytes[4096];
	size_t len;

	if (in == NULL)
		abort();
	while ((len = fread(bytes, 1, sizeof(bytes), in)) > 0)
		fwrite(bytes, 1, len, out);
	fclose(in);
	fclose(out);
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
	(void)status;
	(void)kind;
	(void)place;
	return remove(path);
}

enum err set_folder_load(const char *attributes, const char *rules, struct findings *findings,
			 struct schema_set **ret_set)
{
	char folder[] = "/tmp/sampan-set-XXXXXX", path[512];
	FILE *map;
	enum err err;

	if (mkdtemp(folder) == NULL)
		abort();
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, folders[i]);
		mkdir(path, 0700);
	}
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		copy(files[i].from, folder, files[i].to);
	map = open_in(folder, "maps/test.a~test.b.xml");
	fprintf(map,
		"<map xmlns=\"urn:sampan:map:1\" from=\"test.a/1\" to=\"test.b/1\" "
		"%s>\n%s\n</map>\n",
		attributes, rules);
	fclose(map);
	err = schema_set_load(folder, findings, ret_set);
	nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return err;
}
