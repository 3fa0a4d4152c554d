// Facts as JSON for golden files.
#pragma once

#include "drivers/facts.hpp"
#include "drivers/failure.hpp"
#include "drivers/saved/read.hpp"

#include <nlohmann/json.hpp>

namespace routeproof::drivers {

nlohmann::ordered_json to_golden(const DeviceFacts& facts);
nlohmann::ordered_json to_golden(const std::vector<BgpSession>& sessions);
nlohmann::ordered_json to_golden(const RouteTable& table);
nlohmann::ordered_json to_golden(const ForwardingTable& table);
nlohmann::ordered_json to_golden(const SavedReply& reply);

template <class T>
nlohmann::ordered_json to_golden(const Answer<T>& answer) {
    if (!answer) {
        return {
            {"failure", std::string(to_string(answer.error().stage)) + ": " + answer.error().what}};
    }
    return to_golden(*answer);
}

}  // namespace routeproof::drivers
