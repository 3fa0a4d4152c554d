#include "agent/control/metric_text.hpp"

#include <array>
#include <charconv>

namespace routeproof::control {
namespace {

std::string_view word_of(MetricText::Type type) {
    switch (type) {
        case MetricText::Type::Counter:
            return "counter";
        case MetricText::Type::Gauge:
            return "gauge";
        case MetricText::Type::Histogram:
            return "histogram";
    }
    return "untyped";
}

void append_escaped(std::string& out, std::string_view value) {
    for (const char c : value) {
        if (c == '\n') {
            out += "\\n";
            continue;
        }
        if (c == '\\' || c == '"') {
            out += '\\';
        }
        out += c;
    }
}

void append_number(std::string& out, double value) {
    std::array<char, 64> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.append(digits.data(), end);
}

}  // namespace

void MetricText::family(std::string_view name, Type type, std::string_view help) {
    name_ = name;
    ((text_ += "# HELP ") += name) += ' ';
    append_escaped(text_, help);
    (((text_ += "\n# TYPE ") += name) += ' ') += word_of(type);
    text_ += '\n';
}

void MetricText::sample(const Labels& labels, double value, std::string_view suffix) {
    (text_ += name_) += suffix;
    char before = '{';
    for (const auto& [label, content] : labels) {
        ((text_ += before) += label) += "=\"";
        append_escaped(text_, content);
        text_ += '"';
        before = ',';
    }
    text_ += labels.empty() ? " " : "} ";
    append_number(text_, value);
    text_ += '\n';
}

}  // namespace routeproof::control
