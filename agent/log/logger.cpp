#include "agent/log/logger.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <memory>

namespace routeproof::log {
namespace {

spdlog::level::level_enum level_of(Severity severity) {
    switch (severity) {
        case Severity::Debug:
            return spdlog::level::debug;
        case Severity::Info:
            return spdlog::level::info;
        case Severity::Warning:
            return spdlog::level::warn;
        case Severity::Error:
            return spdlog::level::err;
    }
    return spdlog::level::err;
}

bool is_plain(std::string_view value) {
    if (value.empty()) {
        return false;
    }
    for (const char c : value) {
        const auto octet = static_cast<unsigned char>(c);
        if (octet <= 0x20 || octet == 0x7F || c == '"' || c == '=' || c == '\\') {
            return false;
        }
    }
    return true;
}

std::string quoted(std::string_view value) {
    std::string text = "\"";
    for (const char c : value) {
        const auto octet = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            text += '\\';
            text += c;
        } else if (c == '\n') {
            text += "\\n";
        } else if (octet < 0x20 || octet == 0x7F) {
            char escape[8];
            std::snprintf(escape, sizeof escape, "\\x%02x", static_cast<unsigned>(octet));
            text += escape;
        } else {
            text += c;
        }
    }
    return text + "\"";
}

}  // namespace

std::string format(std::string_view event, const Fields& fields) {
    std::string line = "event=" + std::string(event);
    for (const auto& [key, value] : fields) {
        line += " " + key + "=" + (is_plain(value) ? value : quoted(value));
    }
    return line;
}

Sink stderr_sink(Severity lowest) {
    auto logger = std::make_shared<spdlog::logger>(
        "routeproof", std::make_shared<spdlog::sinks::stderr_sink_st>());
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ level=%l %v", spdlog::pattern_time_type::utc);
    logger->set_level(level_of(lowest));
    logger->flush_on(spdlog::level::trace);
    return [logger](Severity severity, std::string_view event, const Fields& fields) {
        logger->log(level_of(severity), format(event, fields));
    };
}

}  // namespace routeproof::log
