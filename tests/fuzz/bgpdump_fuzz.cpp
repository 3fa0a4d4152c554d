// Any octets as a file that `decode bgp` reads. The first octet chooses the kind.
#include "verifier/bgpdump/capture.hpp"
#include "verifier/bgpdump/compose.hpp"
#include "verifier/bgpdump/conversation.hpp"
#include "verifier/bgpdump/describe.hpp"
#include "verifier/bgpdump/lines.hpp"
#include "verifier/bgpdump/mrt.hpp"

#include <cstdlib>
#include <sstream>

namespace {

using namespace routeproof::bgpdump;

void take(const Source& source,
          Kind kind,
          routeproof::bgp::ByteView octets,
          const Context& context) {
    const auto line = describe(source, kind, octets, context);
    if (line["verdict"] != "accepted") {
        return;
    }
    // What was accepted can be written, unless it has grown too long for a message.
    try {
        (void)compose(line);
    } catch (const std::invalid_argument& error) {
        if (std::string_view(error.what()).find(" fit ") == std::string_view::npos) {
            std::abort();
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    std::istringstream in(std::string(reinterpret_cast<const char*>(data + 1), size - 1));
    const auto complain = [](const std::string&, const std::string&) {};
    const auto note = [](const Source&) {};
    Conversations conversations("in", 179, {}, take, complain);
    const auto packet = [&](const Packet& one) { conversations.packet(one); };
    switch (data[0] % 5) {
        case 0:
            read_lines(in, "in", {}, take, complain);
            break;
        case 1:
            (void)read_pcap(in, 0xA1B2C3D4, packet);
            break;
        case 2:
            (void)read_pcap(in, 0x4D3CB2A1, packet);
            break;
        case 3:
            (void)read_pcapng(in, packet);
            break;
        default:
            (void)read_mrt(in, "in", {}, take, note, complain);
            break;
    }
    conversations.finish();
    return 0;
}
