#include "agent/app/restart_marker.hpp"

#include <fstream>

namespace routeproof::agent {
namespace {

std::string first_line(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::string line;
    std::getline(in, line);
    return line;
}

}  // namespace

RestartMarker::RestartMarker(const std::filesystem::path& folder)
    : file_(folder.empty() ? folder : folder / "running"),
      boot_(first_line("/proc/sys/kernel/random/boot_id")) {
    found_ = !file_.empty() && !boot_.empty() && first_line(file_) == boot_;
}

std::string RestartMarker::set() const {
    if (file_.empty()) {
        return {};
    }
    std::error_code failed;
    std::filesystem::create_directories(file_.parent_path(), failed);
    std::ofstream out(file_);
    out << boot_ << '\n' << std::flush;
    return out ? std::string()
               : file_.string() + " cannot be written; look at --state's permissions";
}

void RestartMarker::remove() const {
    std::error_code gone_already;
    if (!file_.empty()) {
        std::filesystem::remove(file_, gone_already);
    }
}

}  // namespace routeproof::agent
