#include "agent/peering/bfd/priority.hpp"

#include <malloc.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace routeproof::bfd {

std::string raise_priority() {
    // Above ordinary programs; below kernel threads (50), which bring us our packets.
    constexpr int kRealTime = 20;
    prctl(PR_SET_TIMERSLACK, 1UL);  // matters without real time only
    sched_param wanted{};
    wanted.sched_priority = kRealTime;
    if (sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &wanted) == 0) {
        return "fifo " + std::to_string(kRealTime);
    }
    constexpr int kBestNice = -20;
    for (int nice = kBestNice; nice < 0; ++nice) {
        if (setpriority(PRIO_PROCESS, 0, nice) == 0) {
            return "nice " + std::to_string(nice);
        }
    }
    return "normal";
}

bool lock_memory() {
    // Memory given back would have to be faulted in again.
    // NOLINTBEGIN(concurrency-mt-unsafe): there is one thread
    mallopt(M_TRIM_THRESHOLD, -1);
    mallopt(M_MMAP_MAX, 0);
    // NOLINTEND(concurrency-mt-unsafe)
    return mlockall(MCL_CURRENT | MCL_FUTURE) == 0;
}

}  // namespace routeproof::bfd
