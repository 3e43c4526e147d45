#include "tests/support/version_2.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const steps[] = {
	"cp -r schemas/* $to",
	"sed 's/acdd:1/acdd:2/; s/version=\"1\"/version=\"2\"/; s/asw-acdd.xsd/asw-acdd-2.xsd/'"
	" $to/kinds/asw.acdd.xml >$to/kinds/asw.acdd.2.xml",
	"sed 's/acdd:1/acdd:2/; /name=\"Agent\" type=\"Agent\"/i "
	"<xs:element name=\"DeclarationOfficeID\" type=\"t:Id17\"/>'"
	" $to/xsd/asw-acdd.xsd >$to/xsd/asw-acdd-2.xsd",
	"sed 's,to=\"asw.acdd/1\",to=\"asw.acdd/2\",; s,<drop from=\"CustomsOffice\".*,"
	"<value from=\"CustomsOffice\" to=\"DeclarationOfficeID\"/>,'"
	" $to/maps/vn.export~asw.acdd.xml >$to/maps/vn.export~asw.acdd.2.xml",
	"sed 's,from=\"asw.acdd/1\",from=\"asw.acdd/2\",' $to/maps/asw.acdd~th.advance-export.xml"
	" >$to/maps/asw.acdd.2~th.advance-export.xml",
};

void version_2_make(const char *folder)
{
	char line[1024];

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		(void)snprintf(line, sizeof(line), "set -e; to=%s; %s", folder, steps[i]);
		if (system(line) != 0)
			abort();
	}
}
