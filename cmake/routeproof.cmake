# Dependencies, flags and the two functions by which every folder declares itself.

find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(pugixml REQUIRED)
find_package(spdlog REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(libssh REQUIRED IMPORTED_TARGET libssh>=0.10.6)
pkg_check_modules(libmnl REQUIRED IMPORTED_TARGET libmnl)

option(ROUTEPROOF_WERROR "Treat warnings as errors" OFF)

add_library(rp_flags INTERFACE)
target_include_directories(rp_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_definitions(rp_flags INTERFACE ROUTEPROOF_VERSION="${PROJECT_VERSION}")
target_compile_options(rp_flags INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow
                       $<$<BOOL:${ROUTEPROOF_WERROR}>:-Werror>)

# Asio and Beast are compiled once, here; everybody else sees declarations only.
add_library(rp_asio STATIC cmake/asio.cpp)
target_link_libraries(rp_asio PUBLIC Boost::headers Threads::Threads)
target_compile_features(rp_asio PUBLIC cxx_std_20)
target_compile_definitions(rp_asio PUBLIC BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
                           BOOST_BEAST_SEPARATE_COMPILATION)

# The same for TLS, for the few who need it.
add_library(rp_asio_ssl STATIC cmake/asio_ssl.cpp)
target_link_libraries(rp_asio_ssl PUBLIC rp_asio OpenSSL::SSL)

# rp_library(NAME SOURCES … LINKS …): one static library per folder.
function(rp_library name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
    add_library(${name} STATIC ${ARG_SOURCES})
    target_link_libraries(${name} PUBLIC rp_flags ${ARG_LINKS} PRIVATE ${ARG_PRIVATE_LINKS})
endfunction()

# rp_test(NAME LABEL unit|component|interop [PART] SOURCES … LINKS …): one GoogleTest program; PART
# (peering, drivers) is a label too, for those who work on that part.
function(rp_test name)
    cmake_parse_arguments(ARG "" "" "LABEL;SOURCES;LINKS" ${ARGN})
    add_executable(${name} ${ARG_SOURCES})
    target_link_libraries(${name} PRIVATE rp_flags ${ARG_LINKS} GTest::gmock GTest::gtest_main)
    target_compile_definitions(${name} PRIVATE
                               ROUTEPROOF_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data")
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABEL}" TIMEOUT 600)
endfunction()
