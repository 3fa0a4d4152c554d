// Any octets as a saved reply of any OS: an answer or one sentence, never a crash. The first octet
// chooses the OS.
#include "drivers/saved/read.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace routeproof;
    if (size == 0) {
        return 0;
    }
    constexpr inventory::Os kAll[] = {
        inventory::Os::Junos, inventory::Os::Nxos, inventory::Os::Frr, inventory::Os::Bird};
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    const auto reply = drivers::read_saved(kAll[data[0] % 4], text, "show bgp neighbors 192.0.2.1");
    if (!reply && reply.error().what.empty()) {
        std::abort();
    }
    return 0;
}
