# SPDX-License-Identifier: MIT
# watch.cmake - the live table of the command, with ncurses for wide characters; without that it says so

target_sources(leakscan_command PRIVATE src/tool/cmd_watch.c)
pkg_check_modules(ncursesw IMPORTED_TARGET ncursesw)

if(ncursesw_FOUND)
	target_sources(leakscan_command PRIVATE src/tool/watch_text.c src/tool/watch_view.c)
	target_link_libraries(leakscan_command PRIVATE PkgConfig::ncursesw)
else()
	target_sources(leakscan_command PRIVATE src/tool/watch_view_none.c)
endif()
