// Prometheus' text format 0.0.4: families with HELP and TYPE, one line a sample.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace routeproof::control {

inline constexpr const char* kMetricContentType = "text/plain; version=0.0.4; charset=utf-8";

using Labels = std::vector<std::pair<std::string_view, std::string>>;

class MetricText {
public:
    enum class Type { Counter, Gauge, Histogram };

    /// Begins a family; its samples must follow before the next begins.
    void family(std::string_view name, Type type, std::string_view help);
    /// Of the family begun last; `suffix` as histograms have them ("_bucket").
    void sample(const Labels& labels, double value, std::string_view suffix = {});

    std::string take() { return std::move(text_); }

private:
    std::string text_;
    std::string name_;
};

}  // namespace routeproof::control
