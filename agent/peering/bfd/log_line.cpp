#include "agent/peering/bfd/log_line.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <ctime>

namespace routeproof::bfd {
namespace {

Level lowest_level = Level::Info;
unsigned long lost = 0;

constexpr std::array<const char*, 4> kLevels{"debug", "info", "warning", "error"};

int put_time(char* at, std::size_t room) {
    constexpr long kNanosecondsPerMillisecond = 1'000'000;
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    tm parts{};
    gmtime_r(&now.tv_sec, &parts);
    const std::size_t date = std::strftime(at, room, "%Y-%m-%dT%H:%M:%S", &parts);
    return static_cast<int>(date) +
           std::snprintf(
               at + date, room - date, ".%03ldZ ", now.tv_nsec / kNanosecondsPerMillisecond);
}

}  // namespace

void set_log_level(Level lowest) {
    lowest_level = lowest;
}

unsigned long lost_lines() {
    return lost;
}

void log_line(Level level, const char* format, ...) {
    if (level < lowest_level) {
        return;
    }
    std::array<char, 512> line{};
    const std::size_t room = line.size() - 1;  // for the line's end
    auto used = static_cast<std::size_t>(put_time(line.data(), room));
    const auto add = [&](int count) {
        used = std::min(used + static_cast<std::size_t>(std::max(count, 0)), room - 1);
    };
    add(std::snprintf(
        &line[used], room - used, "level=%s ", kLevels[static_cast<std::size_t>(level)]));
    va_list values;
    va_start(values, format);
    add(std::vsnprintf(&line[used], room - used, format, values));
    va_end(values);
    line[used++] = '\n';
    // poll(2): a pipe that is writable takes a line of this size without waiting.
    pollfd target{STDERR_FILENO, POLLOUT, 0};
    if (poll(&target, 1, 0) != 1 || (target.revents & POLLOUT) == 0 ||
        write(STDERR_FILENO, line.data(), used) < 0) {
        ++lost;
    }
}

}  // namespace routeproof::bfd
