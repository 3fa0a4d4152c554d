// The operations by which Junos is changed: the XML below <rpc>.
#pragma once

#include <string>
#include <string_view>

namespace routeproof::junos {

std::string lock_candidate();
std::string unlock_candidate();
std::string discard_changes();
std::string load_set(std::string_view commands);
std::string load_text(std::string_view text);
/// Makes the candidate what was in force `back` commits ago.
std::string load_rollback(unsigned back);
/// The candidate against what was in force `back` commits ago; 0: against what is.
std::string compare(unsigned back);
/// Never while a confirmed commit is pending: Junos takes the check as its confirmation.
std::string commit_check();
/// `minutes`: in <commit-configuration> the timer counts minutes, in RFC 6241's <commit> seconds.
std::string commit_confirmed(long minutes, std::string_view log);
std::string commit(std::string_view log);
std::string commit_history();
std::string commit_revision();
std::string system_uptime();

}  // namespace routeproof::junos
