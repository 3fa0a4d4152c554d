#include "inventory/diagnostic.hpp"

#include <ostream>
#include <stdexcept>

namespace routeproof::inventory {

std::string Diagnostic::to_string() const {
    std::string text = where.file;
    if (where.line > 0) {
        text += ":" + std::to_string(where.line) + ":" + std::to_string(where.column);
    }
    text += ": " + what;
    if (!remedy.empty()) {
        text += "; " + remedy;
    }
    return text;
}

std::ostream& operator<<(std::ostream& out, const Diagnostic& diagnostic) {
    return out << diagnostic.to_string();
}

void throw_exception_from_error(const Diagnostics& diagnostics, const boost::source_location&) {
    throw std::logic_error(diagnostics.empty() ? "no value" : diagnostics.front().to_string());
}

}  // namespace routeproof::inventory
