// What all checks share: how a finding begins and how it becomes each verdict.
#pragma once

#include "verifier/collect/view.hpp"
#include "verifier/expect/expectation.hpp"
#include "verifier/finding.hpp"

#include <string>

namespace routeproof::verifier {

Finding about(CheckId check, const ExpectedRoute& route, std::string expected);

Finding ok(Finding finding, const std::string& actual);
Finding warn(Finding finding, Code code, const std::string& actual);
Finding fail(Finding finding, Code code, const std::string& actual);
/// Unknown, with the stage and the error that kept us from looking.
Finding unknown(Finding finding, const drivers::Failure& failure);
/// Unknown: the router answered, but without the table that would decide.
Finding table_not_seen(Finding finding);

/// "stage: what".
std::string describe(const drivers::Failure& failure);

/// If the router's routes cannot be judged, makes the finding unknown and returns true.
bool is_unseen(const RouterView* view, Finding& finding);

/// The paths of an expected route whose attributes are judged: on a leaf those that the host itself
/// sent, elsewhere the selected ones; accepted ones only, but any that is there before none.
std::vector<const drivers::Route*> judged_paths(const RouterView& view, const ExpectedRoute& route);

/// No path to judge: a mismatch, unless the host drains and the route may be gone.
Finding absent(Finding finding, const ExpectedRoute& route);

/// "64900 65000 65100", or "empty path".
std::string describe(const net::AsPath& path);

}  // namespace routeproof::verifier
