// Packets out of capture files: pcap and pcapng, whatever the byte order and link layer.
#pragma once

#include "agent/peering/wire/buffer.hpp"

#include <cstdint>
#include <functional>
#include <istream>
#include <string>

namespace routeproof::bgpdump {

struct Packet {
    std::uint64_t number = 0;       // in the file, from 1
    std::uint64_t nanoseconds = 0;  // since 1970
    std::uint32_t link_type = 0;    // LINKTYPE_*, www.tcpdump.org/linktypes.html
    bgp::ByteView octets;
    bool cut = false;  // the capture kept less than there was
};

/// Reads to the end and hands out each packet. Gives one sentence about what is wrong with the
/// file, empty if nothing is. `first` are the four octets that were read to recognize it.
std::string read_pcap(std::istream& in,
                      std::uint32_t first,
                      const std::function<void(const Packet&)>& sink);
std::string read_pcapng(std::istream& in, const std::function<void(const Packet&)>& sink);

/// Does a file with these first octets (as a big-endian number) hold one?
bool is_pcap(std::uint32_t first);
bool is_pcapng(std::uint32_t first);

}  // namespace routeproof::bgpdump
