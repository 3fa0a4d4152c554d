#include "drivers/junos/change_requests.hpp"

#include "drivers/netconf/xml.hpp"

namespace routeproof::junos {
namespace {

constexpr std::string_view kCandidate = "<target><candidate/></target>";

std::string commit_with(const std::string& inside, std::string_view log) {
    return "<commit-configuration>" + inside + "<log>" + netconf::escape(log) +
           "</log></commit-configuration>";
}

}  // namespace

std::string lock_candidate() {
    return "<lock>" + std::string(kCandidate) + "</lock>";
}

std::string unlock_candidate() {
    return "<unlock>" + std::string(kCandidate) + "</unlock>";
}

std::string discard_changes() {
    return "<discard-changes/>";
}

std::string load_set(std::string_view commands) {
    return R"(<load-configuration action="set" format="text"><configuration-set>)" +
           netconf::escape(commands) + "</configuration-set></load-configuration>";
}

std::string load_text(std::string_view text) {
    return R"(<load-configuration action="merge" format="text"><configuration-text>)" +
           netconf::escape(text) + "</configuration-text></load-configuration>";
}

std::string load_rollback(unsigned back) {
    return R"(<load-configuration rollback=")" + std::to_string(back) + "\"/>";
}

std::string compare(unsigned back) {
    return R"(<get-configuration compare="rollback" rollback=")" + std::to_string(back) +
           R"(" format="text"/>)";
}

std::string commit_check() {
    return "<commit-configuration><check/></commit-configuration>";
}

std::string commit_confirmed(long minutes, std::string_view log) {
    return commit_with(
        "<confirmed/><confirm-timeout>" + std::to_string(minutes) + "</confirm-timeout>", log);
}

std::string commit(std::string_view log) {
    return commit_with("", log);
}

std::string commit_history() {
    return "<get-commit-information/>";
}

std::string commit_revision() {
    return "<get-commit-revision-information/>";
}

std::string system_uptime() {
    return "<get-system-uptime-information/>";
}

}  // namespace routeproof::junos
