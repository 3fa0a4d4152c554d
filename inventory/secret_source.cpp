#include "inventory/secret_source.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <system_error>

namespace routeproof::inventory {
namespace {

constexpr std::size_t kLongest = 4096;

std::string unreadable() {
    return "cannot be read: " + std::generic_category().message(errno);
}

std::string exposure(const struct stat& about) {
    constexpr mode_t kOthers = S_IRWXG | S_IRWXO;
    return (about.st_mode & kOthers) == 0 ? "" : "may be read by others; chmod 600 it";
}

}  // namespace

void throw_exception_from_error(const NoSecret& error, const boost::source_location&) {
    throw std::logic_error("a secret " + error.why);
}

std::string exposure(const std::filesystem::path& file) {
    struct stat about {};
    return ::stat(file.c_str(), &about) == 0 ? exposure(about) : unreadable();
}

SecretAnswer read_secret(int fd) {
    // No stream: its buffer would keep what was read.
    std::array<char, kLongest + 1> bytes{};
    std::size_t size = 0;
    ssize_t n = 0;
    while (size < bytes.size() && (n = ::read(fd, bytes.data() + size, bytes.size() - size)) > 0) {
        size += static_cast<std::size_t>(n);
    }
    if (n < 0) {
        return NoSecret{unreadable()};
    }
    std::string_view line(bytes.data(), size);
    const bool ended = line.find('\n') != std::string_view::npos || size <= kLongest;
    line = line.substr(0, line.find('\n'));
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    SecretAnswer answer = NoSecret{"has nothing in its first line"};
    if (!ended) {
        answer = NoSecret{"has more than 4096 octets in its first line"};
    } else if (line.find('\0') != std::string_view::npos) {
        answer = NoSecret{"has a NUL octet in its first line"};
    } else if (!line.empty()) {
        answer = Secret(std::string(line));
    }
    ::explicit_bzero(bytes.data(), bytes.size());
    return answer;
}

SecretAnswer read_secret_file(const std::filesystem::path& file) {
    const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat about {};
    if (fd < 0 || ::fstat(fd, &about) != 0) {
        return NoSecret{unreadable()};
    }
    if (const auto why = exposure(about); !why.empty()) {
        ::close(fd);
        return NoSecret{why};
    }
    auto answer = read_secret(fd);
    ::close(fd);
    return answer;
}

SecretAnswer read_secret_variable(const std::string& name) {
    const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): nobody sets it
    if (value == nullptr || *value == '\0') {
        return NoSecret{"is not in the environment"};
    }
    return Secret(value);
}

}  // namespace routeproof::inventory
