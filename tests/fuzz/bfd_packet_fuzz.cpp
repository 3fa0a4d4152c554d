// BFD control packets: any UDP payload either names the rule it breaks or survives the way back.
#include "agent/peering/bfd/control_packet.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace routeproof::bfd;
    const auto packet = decode({data, size});
    if (!packet) {
        if (to_string(packet.error()).empty()) {
            std::abort();
        }
        return 0;
    }
    ControlPacket expected = *packet;
    expected.authentication_present = false;  // never sent
    const auto back = decode(encode(*packet));
    if (!back || !(*back == expected)) {
        std::abort();
    }
    return 0;
}
