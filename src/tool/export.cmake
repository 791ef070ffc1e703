# SPDX-License-Identifier: MIT
# export.cmake - the output formats of the command, with the libraries that some of them take; a
# format whose library is not there says so when it is asked for.

pkg_check_modules(jansson IMPORTED_TARGET jansson)
pkg_check_modules(pprof IMPORTED_TARGET libprotobuf-c zlib)
find_program(PROTOC_C protoc-c)

target_sources(leakscan_command PRIVATE src/tool/cmd_export.c src/tool/export.c
	src/tool/export_folded.c src/tool/export_junit.c src/tool/export_openmetrics.c)

if(jansson_FOUND)
	target_sources(leakscan_command PRIVATE src/tool/export_document.c src/tool/export_html.c
		src/tool/export_json.c src/tool/export_sarif.c)
	target_link_libraries(leakscan_command PRIVATE PkgConfig::jansson)
	# The page is assembled into the command; the compiler does not see what it depends on.
	set(html ${PROJECT_SOURCE_DIR}/src/tool/html)
	set(assets ${html}/view.html ${html}/view.css ${html}/model.js ${html}/flame.js
		${html}/table.js ${html}/detail.js ${html}/held.js ${html}/chart.js ${html}/main.js)
	set_source_files_properties(src/tool/export_html.c PROPERTIES OBJECT_DEPENDS "${assets}"
		COMPILE_DEFINITIONS LEAKSCAN_HTML="${html}")
else()
	target_sources(leakscan_command PRIVATE src/tool/export_no_jansson.c)
endif()

if(pprof_FOUND AND PROTOC_C)
	set(generated ${PROJECT_BINARY_DIR}/generated)
	file(MAKE_DIRECTORY ${generated})
	add_custom_command(OUTPUT ${generated}/profile.pb-c.c ${generated}/profile.pb-c.h
		COMMAND ${PROTOC_C} --c_out=${generated} --proto_path=${PROJECT_SOURCE_DIR}/src/tool
			profile.proto
		DEPENDS ${PROJECT_SOURCE_DIR}/src/tool/profile.proto VERBATIM)
	target_sources(leakscan_command PRIVATE src/tool/export_pprof.c ${generated}/profile.pb-c.c)
	set_source_files_properties(${generated}/profile.pb-c.c PROPERTIES COMPILE_OPTIONS -w)
	target_include_directories(leakscan_command SYSTEM PRIVATE ${generated})
	target_link_libraries(leakscan_command PRIVATE PkgConfig::pprof)
else()
	target_sources(leakscan_command PRIVATE src/tool/export_no_pprof.c)
endif()
