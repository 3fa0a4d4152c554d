// Whether an earlier life of the speaker ended without leaving, on this boot of the machine: then
// its peers may still keep its routes, and the first OPENs say that it restarts (RFC 4724 4.1). A
// file that is written at the start and removed by whoever leaves.
#pragma once

#include <filesystem>
#include <string>

namespace routeproof::agent {

class RestartMarker {
public:
    /// `folder` empty: nothing is kept and nobody has restarted.
    explicit RestartMarker(const std::filesystem::path& folder);

    bool found() const { return found_; }
    /// Leaves the mark; gives why it cannot, or nothing.
    std::string set() const;
    void remove() const;

private:
    std::filesystem::path file_;
    std::string boot_;
    bool found_ = false;
};

}  // namespace routeproof::agent
