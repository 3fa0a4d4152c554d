// However a stream is cut into pieces, the same messages come out of it.
#include "agent/peering/framer.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>

namespace {

using namespace routeproof::bgp;

/// Types and sizes of the messages, and how it ended.
std::string read(ByteView stream, std::size_t piece) {
    Framer framer;
    std::string heard;
    while (!stream.empty()) {
        const auto space = framer.free_space();
        const std::size_t count = std::min({piece, space.size(), stream.size()});
        std::copy_n(stream.begin(), count, space.begin());
        framer.received(count);
        stream = stream.subspan(count);
        for (;;) {
            const auto message = framer.next();
            if (!message) {
                return heard + to_string(message.error());
            }
            if (!*message) {
                break;
            }
            heard += std::to_string(static_cast<unsigned>((*message)->header.type)) + ':' +
                     std::to_string((*message)->body.size()) + ' ';
        }
    }
    return heard;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) {
        return 0;
    }
    const ByteView stream(data + 1, size - 1);
    if (read(stream, 1 + data[0]) != read(stream, 65536)) {
        std::abort();
    }
    return 0;
}
