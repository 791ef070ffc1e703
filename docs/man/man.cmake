# SPDX-License-Identifier: MIT
# man.cmake - the manual pages: made of what the command, the library and the headers say themselves,
# when they are built.  Without a shell and awk, or where what was built does not run, there are none.

find_program(AWK awk)
find_program(SH sh)

if(AWK AND SH AND NOT CMAKE_CROSSCOMPILING)
	set(man ${PROJECT_SOURCE_DIR}/docs/man)
	set(pages ${PROJECT_BINARY_DIR}/man)
	add_custom_command(OUTPUT ${pages}/made
		COMMAND ${SH} ${man}/generate.sh $<TARGET_FILE:leakscan_command> $<TARGET_FILE:leakscan>
			${PROJECT_VERSION} ${pages}
		COMMAND ${CMAKE_COMMAND} -E touch ${pages}/made
		DEPENDS leakscan_command leakscan ${man}/generate.sh ${man}/roff.awk ${man}/command.awk
			${man}/options.awk ${man}/header.awk ${man}/leakscan.man ${man}/leakscan-run.man
			${man}/leakscan-report.man ${man}/leakscan-diff.man ${man}/leakscan-export.man
			${man}/leakscan-scan.man ${man}/libleakscan.man
			${PROJECT_SOURCE_DIR}/include/leakscan.h
			${PROJECT_SOURCE_DIR}/include/leakscan_mem_map.h
		COMMENT "Writing the manual pages" VERBATIM)
	add_custom_target(man ALL DEPENDS ${pages}/made)
	install(DIRECTORY ${pages}/man1 ${pages}/man3 ${pages}/man7 TYPE MAN)
else()
	message(STATUS "No manual pages: they need awk, and a command that runs here")
endif()
