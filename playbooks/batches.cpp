#include "playbooks/batches.hpp"

#include <algorithm>

namespace routeproof::playbooks {

std::vector<std::vector<std::string>> batches_of(const std::vector<std::string>& routers,
                                                 const std::vector<Wave>& serial) {
    std::vector<std::vector<std::string>> batches;
    std::size_t wave = 0;
    for (std::size_t at = 0; at < routers.size();) {
        std::size_t size = routers.size();
        if (!serial.empty()) {
            const Wave& now = serial[std::min(wave++, serial.size() - 1)];
            size = now.percent ? routers.size() * now.number / 100 : now.number;
        }
        const auto end = std::min(at + std::max<std::size_t>(size, 1), routers.size());
        batches.emplace_back(routers.begin() + static_cast<std::ptrdiff_t>(at),
                             routers.begin() + static_cast<std::ptrdiff_t>(end));
        at = end;
    }
    return batches;
}

}  // namespace routeproof::playbooks
