// Counts every operator new of the test program.
#pragma once

namespace routeproof::bfd::test {

/// How many there were so far. Only differences matter: GoogleTest allocates too.
long allocations();

}  // namespace routeproof::bfd::test
