#include "verifier/cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace routeproof::verifier {
namespace {

std::string_view environment(const char* name) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets it
    return value == nullptr ? std::string_view() : std::string_view(value);
}

}  // namespace

bool use_colour(const std::string& wish) {
    if (wish != "auto") {
        return wish == "always";
    }
    return environment("NO_COLOR").empty() && environment("TERM") != "dumb" &&
           ::isatty(STDOUT_FILENO) == 1;
}

std::size_t terminal_width() {
    winsize size{};
    if (::isatty(STDOUT_FILENO) != 1 || ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) {
        return 0;
    }
    return size.ws_col;
}

}  // namespace routeproof::verifier
