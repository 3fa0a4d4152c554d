#include "agent/control/refusal.hpp"

#include <nlohmann/json.hpp>

namespace routeproof::control {

using Json = nlohmann::ordered_json;

std::string error_body(std::string_view sentence) {
    return Json({{"error", sentence}}).dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

http::Reply refuse(unsigned status, std::string_view sentence) {
    return {status, error_body(sentence)};
}

}  // namespace routeproof::control
