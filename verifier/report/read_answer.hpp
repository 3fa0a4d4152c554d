// An answer of the agent's local API, read by whoever prints it.
#pragma once

#include "verifier/report/node_report.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace routeproof::verifier {

using Json = nlohmann::json;

/// `print` may rely on the schema and on nothing else: what it misses becomes a sentence.
template <class Value, class Print>
boost::system::result<Value, StatusError> read_answer(std::string_view answer,
                                                      const char* schema,
                                                      Print print) {
    const Json json = Json::parse(answer, nullptr, false);
    if (!json.is_object() || json.value("schema", Json()) != schema) {
        return StatusError(std::string("the agent's answer is not of schema ") + schema);
    }
    try {
        // In place: the error could be made of a string as well.
        return {boost::system::in_place_value, print(json)};
    } catch (const Json::exception& error) {
        return StatusError(std::string("the agent's answer lacks something: ") + error.what());
    }
}

}  // namespace routeproof::verifier
